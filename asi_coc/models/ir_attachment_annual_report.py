from odoo import api, models
from odoo.exceptions import UserError

from .ir_attachment import CONTENT_FIELDS


class IrAttachment(models.Model):
    """Keeps the files of reports to ASI as they were submitted (1.6, 1.7)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "ir.attachment"

    def write(self, vals):
        if vals.keys() & (CONTENT_FIELDS | {"res_model", "res_id", "name"}):
            for attachment in self:
                if not attachment._coc_is_stored_again(vals):
                    attachment._coc_check_annual_report()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_annual_report(self):
        self._coc_check_annual_report()

    def _coc_check_annual_report(self):
        """Refuse to change or delete the file of a submitted report."""
        # sudo: whoever asks, what was submitted stays on file
        versions = self.env["asi.coc.annual.report.version"].sudo()
        version = self.ids and versions.search(
            [
                "|",
                ("xlsx_attachment_id", "in", self.ids),
                ("pdf_attachment_id", "in", self.ids),
            ],
            limit=1,
        )
        if version:
            raise UserError(
                self.env._(
                    "%(files)s can be neither changed nor deleted: it is the report to "
                    "ASI %(version)s as it was submitted (1.6, 1.7). Withdraw the "
                    "report and submit another version.",
                    files=", ".join(self.mapped("name")),
                    version=version.display_name,
                )
            )
