from odoo import api, fields, models


class AsiCocAppointment(models.Model):
    """From when until when somebody is Management Representative (1.4).

    Follows the scope's representatives; days and appointment letters are added here.
    """

    _name = "asi.coc.appointment"
    _description = "Appointment as Management Representative"
    _inherit = ["asi.coc.protected", "asi.coc.evidence", "mail.thread"]
    _order = "date_start desc, id desc"
    _coc_protected_fields = frozenset({"scope_id", "user_id", "date_end"})

    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="CoC Certification Scope the person is responsible for.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id", store=True, help="Entity of the scope."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Management Representative",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Person with overall responsibility for conformance (1.4).",
    )
    date_start = fields.Date(
        string="From",
        required=True,
        tracking=True,
        help="First day of the appointment; correct it where the person was appointed "
        "before it was entered here.",
    )
    date_end = fields.Date(
        string="Until",
        readonly=True,
        tracking=True,
        help="Last day, once the scope no longer names the person.",
    )
    remark = fields.Char(
        tracking=True, help="Function, deputy, or what the appointment covers."
    )

    _days_ordered = models.Constraint(
        "CHECK (date_end IS NULL OR date_end >= date_start)",
        "An appointment cannot end before it begins.",
    )

    @api.depends("user_id", "date_start")
    def _compute_display_name(self):
        for appointment in self:
            appointment.display_name = self.env._(
                "%(name)s from %(day)s",
                name=appointment.user_id.name or "",
                day=appointment.date_start or "",
            )
