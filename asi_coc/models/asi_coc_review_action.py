from odoo import fields, models

ACTION_ACTIVITY = "asi_coc.mail_activity_review_action"


class AsiCocReviewAction(models.Model):
    _name = "asi.coc.review.action"
    _description = "Action from a Management Review"
    _inherit = ["asi.coc.protected", "mail.thread", "mail.activity.mixin"]
    _order = "date_due, id"

    name = fields.Char(
        string="Action", required=True, tracking=True, help="What is to be done."
    )
    review_id = fields.Many2one(
        "asi.coc.management.review",
        required=True,
        index=True,
        ondelete="cascade",
        help="Management review that decided on it (1.3).",
    )
    scope_id = fields.Many2one(
        related="review_id.scope_id", store=True, help="CoC Certification Scope."
    )
    company_id = fields.Many2one(
        related="review_id.company_id", store=True, help="Entity of the scope."
    )
    responsible_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        tracking=True,
        help="Who sees to it, and is reminded.",
    )
    date_due = fields.Date(
        string="Due", required=True, tracking=True, help="Day by which it is done."
    )
    done_on = fields.Date(
        copy=False, tracking=True, help="Day on which it was done; empty while open."
    )

    def write(self, vals):
        result = super().write(vals)
        if vals.get("done_on"):
            self.activity_feedback([ACTION_ACTIVITY])
        return result
