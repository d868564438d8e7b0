from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class AsiCocComplaintLog(models.Model):
    """A step of the investigation, entered once and for all (7.3)."""

    _name = "asi.coc.complaint.log"
    _description = "Step of an Investigation"
    _inherit = ["asi.coc.protected", "asi.coc.evidence"]
    _order = "date desc, id desc"
    _coc_evidence_criteria = "7.3"
    _rec_name = "what"
    _coc_protected_fields = frozenset({"user_id", "entered_on"})

    complaint_id = fields.Many2one(
        "asi.coc.complaint",
        required=True,
        index=True,
        ondelete="restrict",
        help="Complaint that is investigated.",
    )
    company_id = fields.Many2one(
        related="complaint_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Entity of the scope.",
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Day on which it was done.",
    )
    kind = fields.Selection(
        [
            ("interview", "Interview"),
            ("records", "Records Examined"),
            ("visit", "Visit on Site"),
            ("correspondence", "Correspondence"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
        help="What kind of step it was.",
    )
    with_whom = fields.Char(help="Persons that were heard, or who helped.")
    what = fields.Text(
        string="What Was Done and Found",
        required=True,
        help="What was done, and what it showed.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Entered By",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        help="Who entered the step.",
    )
    entered_on = fields.Datetime(
        required=True,
        readonly=True,
        default=fields.Datetime.now,
        help="When the step was entered.",
    )

    @api.constrains("date", "complaint_id")
    def _check_date(self):
        for step in self:
            scope = step.complaint_id.scope_id
            today = max(scope._get_today(), fields.Date.context_today(self))
            received = scope._get_day(step.complaint_id.received_on)
            if not received <= step.date <= today:
                raise ValidationError(
                    self.env._(
                        "The step of %(day)s cannot be before complaint %(complaint)s "
                        "was received (%(received)s) nor after today (%(today)s) "
                        "(7.3).",
                        day=step.date,
                        complaint=step.complaint_id.name,
                        received=received,
                        today=today,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        if not self.env.su:
            steps._check_open()
        return steps

    def write(self, vals):
        if not self.env.su:
            self._refuse_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        self._refuse_change()

    def _check_open(self):
        for step in self:
            if step.complaint_id.state == "closed":
                raise UserError(
                    self.env._(
                        "Complaint %(complaint)s is closed; its investigation log ends "
                        "there (7.3). An appeal opens it again.",
                        complaint=step.complaint_id.name,
                    )
                )

    def _refuse_change(self):
        for step in self:
            raise UserError(
                self.env._(
                    "The step of %(day)s in the investigation of complaint "
                    "%(complaint)s can be neither changed nor deleted (7.3). Enter "
                    "another step that corrects it.",
                    day=step.date,
                    complaint=step.complaint_id.name,
                )
            )
