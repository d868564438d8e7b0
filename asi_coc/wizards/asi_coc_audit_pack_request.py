from odoo import api, fields, models


class AsiCocAuditPackRequest(models.TransientModel):
    """Asks for an audit pack of days of one's own choice."""

    _name = "asi.coc.audit.pack.request"
    _description = "Make an Audit Pack"

    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        default=lambda self: self.env["asi.coc.scope"]._get_default(),
        help="CoC Certification Scope whose records are packed.",
    )
    date_start = fields.Date(
        string="From",
        compute="_compute_days",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="First day of the statements, CoC Documents and evidence files; the day "
        "after the last audit unless you choose another one.",
    )
    date_end = fields.Date(
        string="To",
        compute="_compute_days",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="Last day of the files.",
    )

    @api.depends("scope_id")
    def _compute_days(self):
        for request in self.filtered("scope_id"):
            request.date_start, request.date_end = request.scope_id._get_unaudited()

    def action_request(self):
        """Have the pack made, and show how far it is."""
        self.ensure_one()
        packs = self.env["asi.coc.audit.pack"]
        return packs._request(self.scope_id, self.date_start, self.date_end)._open()
