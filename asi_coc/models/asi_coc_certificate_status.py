from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .asi_coc_certificate import STATUSES
from .ledger_guard import describe_value, get_changes


class AsiCocCertificateStatus(models.Model):
    """From which day a certificate was suspended, withdrawn or in force again.

    Rows are added. A row whose day has come is corrected only, never deleted, and
    every correction is told in the certificate's chatter.
    """

    _name = "asi.coc.certificate.status"
    _description = "Status of an ASI Certificate"
    _inherit = ["asi.coc.protected"]
    _order = "date desc, id desc"
    _rec_name = "status"
    _coc_protected_fields = frozenset({"recorded_by_id", "recorded_on"})

    certificate_id = fields.Many2one(
        "asi.coc.certificate",
        required=True,
        ondelete="cascade",
        help="Certificate whose status this is.",
    )
    status = fields.Selection(
        STATUSES,
        required=True,
        help="Status from the effective day on, until the next row (10.3).",
    )
    date = fields.Date(
        string="Effective On",
        required=True,
        default=fields.Date.context_today,
        help="First day of the status: shipments of this day have it already (10.3).",
    )
    source = fields.Char(
        help="Where this was learnt, for example ASI's website or a letter of the "
        "supplier."
    )
    recorded_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        required=True,
        default=lambda self: self.env.user,
        help="Who recorded it.",
    )
    recorded_on = fields.Datetime(
        readonly=True,
        required=True,
        default=lambda self: fields.Datetime.now(),
        help="When it was recorded.",
    )

    _one_per_day = models.Constraint(
        "UNIQUE (certificate_id, date)",
        "A certificate has one status from a day on. Correct the row of that day.",
    )

    @api.constrains("date", "certificate_id")
    def _check_date(self):
        for row in self:
            certificate = row.certificate_id
            if not certificate.date_start <= row.date <= certificate.date_end:
                raise ValidationError(
                    self.env._(
                        "A status of certificate %(certificate)s cannot take effect on "
                        "%(day)s: the certificate is of %(start)s to %(end)s (10.3).",
                        certificate=certificate.display_name,
                        day=row.date,
                        start=certificate.date_start,
                        end=certificate.date_end,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows.certificate_id._get_certified_facilities()._follow_certificates()
        return rows

    def write(self, vals):
        before = {}
        for row in self:
            changes = get_changes(row, vals, {"status", "date", "certificate_id"})
            if "certificate_id" in changes:
                raise UserError(
                    self.env._(
                        "The status from %(day)s on is certificate %(certificate)s's "
                        "history; record it anew on the other certificate.",
                        day=row.date,
                        certificate=row.certificate_id.display_name,
                    )
                )
            if changes:
                before[row] = row._describe()
        result = super().write(vals)
        for row, text in before.items():
            row.certificate_id.message_post(
                body=self.env._(
                    "Status history corrected: %(before)s is now %(after)s.",
                    before=text,
                    after=row._describe(),
                )
            )
        if before:
            facilities = self.certificate_id._get_certified_facilities()
            facilities._follow_certificates()
        return result

    def unlink(self):
        certificates = self.certificate_id
        result = super().unlink()
        certificates._get_certified_facilities()._follow_certificates()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_effect(self):
        today = fields.Date.context_today(self)
        kept = self._coc_within_retention()
        for row in self:
            if row.date <= today and row in kept:
                raise UserError(
                    self.env._(
                        "“%(row)s” of certificate %(certificate)s stays on file: it "
                        "has taken effect (10.3). Correct it, or add a row.",
                        row=row._describe(),
                        certificate=row.certificate_id.display_name,
                    )
                )
            row.certificate_id.message_post(
                body=self.env._("Status history: %(row)s deleted.", row=row._describe())
            )

    def _describe(self):
        return self.env._(
            "%(status)s from %(day)s on",
            status=describe_value(self.env, self._fields["status"], self.status),
            day=self.date,
        )
