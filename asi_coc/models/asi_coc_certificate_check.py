from odoo import api, fields, models
from odoo.exceptions import ValidationError

RESULTS = [
    ("unchanged", "Unchanged"),
    ("changed", "Changed"),
    ("not_found", "Not Found"),
]


class AsiCocCertificateCheck(models.Model):
    """Somebody looked a certificate up where ASI publishes it; kept as it was."""

    _name = "asi.coc.certificate.check"
    _description = "Check of an ASI Certificate"
    _inherit = ["asi.coc.protected"]
    _order = "checked_on desc, id desc"
    _rec_name = "checked_on"
    _coc_protected_fields = frozenset({"checked_by_id"})

    certificate_id = fields.Many2one(
        "asi.coc.certificate",
        required=True,
        index=True,
        ondelete="restrict",
        help="Certificate that was checked.",
    )
    checked_on = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Day of the check. Shipments of later days count towards the next (10.3).",
    )
    checked_by_id = fields.Many2one(
        "res.users",
        string="Checked By",
        readonly=True,
        required=True,
        default=lambda self: self.env.user,
        help="Who checked.",
    )
    result = fields.Selection(
        RESULTS,
        required=True,
        default="unchanged",
        help="Unchanged: period, scope and status are as recorded. Changed: they were "
        "not; record what is new. Not found: ASI does not publish the certificate; a "
        "check stays due.",
    )
    source = fields.Char(
        help="Where it was looked up, for example ASI's website or a file's name."
    )
    note = fields.Text(help="What the person who checked wants to keep.")

    @api.constrains("checked_on")
    def _check_checked_on(self):
        today = fields.Date.context_today(self)
        for check in self:
            if check.checked_on > today:
                raise ValidationError(
                    self.env._(
                        "A check of certificate %(certificate)s cannot be on %(day)s: "
                        "that is still to come (10.3).",
                        certificate=check.certificate_id.display_name,
                        day=check.checked_on,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        checks = super().create(vals_list)
        checks.certificate_id._settle_check()
        return checks
