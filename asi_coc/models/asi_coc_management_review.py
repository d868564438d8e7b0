from odoo import api, fields, models
from odoo.exceptions import UserError

#: What a review cannot do without (1.3).
NEEDED = ("participant_ids", "audit_results", "decisions")


class AsiCocManagementReview(models.Model):
    """A review of the CoC Management System, with its inputs and decisions (1.3)."""

    _name = "asi.coc.management.review"
    _description = "Management Review"
    _inherit = [
        "asi.coc.settled",
        "asi.coc.evidence",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date desc, id desc"
    _check_company_auto = True
    _coc_protected_fields = frozenset({"state", "held_by_id"})
    _coc_open_state = "planned"
    _coc_settled_fields = frozenset(
        {
            "scope_id",
            "date",
            "participant_ids",
            "audit_results",
            "asi_advice",
            "changed_requirements",
            "training_needs",
            "experience",
            "decisions",
        }
    )

    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["asi.coc.scope"]._get_default(),
        tracking=True,
        help="CoC Certification Scope whose management system is reviewed.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id", store=True, help="Entity of the scope."
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        tracking=True,
        help="Day of the review.",
    )
    state = fields.Selection(
        [("planned", "Planned"), ("held", "Held")],
        string="Status",
        required=True,
        default="planned",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        help="A review that was held stays as it is; its actions go on.",
    )
    participant_ids = fields.Many2many(
        "res.partner",
        string="Participants",
        ondelete="restrict",
        help="Who took part in the review.",
    )
    audit_results = fields.Text(
        string="Audits and Internal Reviews",
        help="Results of internal audits and reviews since the last one.",
    )
    asi_advice = fields.Text(
        string="Advice from ASI Audits", help="What the certification body advised."
    )
    changed_requirements = fields.Text(
        help="New or changed requirements of ASI's standards, laws and customers."
    )
    training_needs = fields.Text(
        string="Training and Communication",
        help="Which further training or communication is needed.",
    )
    experience = fields.Text(
        help="Experience with the system, improvements that staff proposed."
    )
    decisions = fields.Text(
        tracking=True, help="What was decided, whether or not something changes."
    )
    action_ids = fields.One2many(
        "asi.coc.review.action",
        "review_id",
        string="Actions",
        help="Who does what until when, following from the decisions.",
    )
    held_by_id = fields.Many2one(
        "res.users",
        string="Confirmed By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Management Representative who confirmed the review.",
    )

    @api.depends("scope_id", "date")
    def _compute_display_name(self):
        for review in self:
            review.display_name = self.env._(
                "Management Review %(day)s, %(scope)s",
                day=review.date or "",
                scope=review.scope_id.name or "",
            )

    def _describe_settled(self, names):
        return self.env._(
            "%(review)s was held and stays on file as it is (1.3, 1.6).", review=names
        )

    def action_hold(self):
        """Confirm that the review was held; the next one is due after the interval.

        Raises UserError naming what is missing (1.3).
        """
        self.check_access("write")
        self._check_open()
        for review in self:
            review._check_holdable()
        # sudo: written by this method only
        self.sudo().write({"state": "held", "held_by_id": self.env.uid})
        self.scope_id._forget_review_reminder()
        return True

    def _check_holdable(self):
        if not self.env.user.has_group("asi_coc.group_representative"):
            raise UserError(
                self.env._(
                    "Only a Management Representative confirms %(review)s (1.4).",
                    review=self.display_name,
                )
            )
        missing = [
            self._fields[name]._description_string(self.env)
            for name in NEEDED
            if not self[name]
        ]
        if self.date > self.scope_id._get_today():
            missing.append(self.env._("a day that has come"))
        if missing:
            raise UserError(
                self.env._(
                    "%(review)s is missing: %(missing)s (1.3).",
                    review=self.display_name,
                    missing=", ".join(missing),
                )
            )
