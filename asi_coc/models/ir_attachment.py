from odoo import api, models
from odoo.exceptions import UserError

#: What makes up a file's content and where it is.
CONTENT_FIELDS = {"raw", "datas", "db_datas", "store_fname", "checksum", "type", "url"}


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def write(self, vals):
        if CONTENT_FIELDS & vals.keys():
            self._coc_check_evidence()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_coc_evidence(self):
        self._coc_check_evidence()

    def _coc_check_evidence(self):
        """Refuse to change or delete what an issued CoC Document rests on (9.4)."""
        if not self.ids:
            return
        # sudo: documents of any company count
        document = (
            self.env["asi.coc.document"]
            .sudo()
            .search(
                [("evidence_ids", "in", self.ids), ("state", "!=", "draft")], limit=1
            )
        )
        if document:
            used = self & document.evidence_ids
            raise UserError(
                self.env._(
                    "File %(file)s can be neither changed nor deleted: it is evidence "
                    "for CoC Document %(document)s, which has been issued (9.4). "
                    "Add the new file beside it.",
                    file=used[:1].name,
                    document=document.name,
                )
            )
