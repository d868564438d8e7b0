from odoo import api, models
from odoo.exceptions import UserError

#: What makes up a file's content and where it is.
CONTENT_FIELDS = {"raw", "datas", "db_datas", "store_fname", "checksum", "type", "url"}


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def write(self, vals):
        if CONTENT_FIELDS & vals.keys():
            for attachment in self:
                attachment._coc_check_content(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_coc_evidence(self):
        document = self._coc_find_issued()
        if document:
            (self & document.evidence_ids)[:1]._coc_refuse(document)

    def _coc_check_content(self, vals):
        document = self._coc_find_issued()
        if document and not self._coc_is_stored_again(vals):
            self._coc_refuse(document)

    def _coc_is_stored_again(self, vals):
        """Tell whether ``vals`` only store the same content elsewhere, as Odoo may."""
        return CONTENT_FIELDS & vals.keys() == {"raw"} and vals["raw"] == self.raw

    def _coc_find_issued(self):
        """Return an issued CoC Document that rests on one of these files (9.4)."""
        # sudo: documents of any company count
        documents = self.env["asi.coc.document"].sudo()
        domain = [("evidence_ids", "in", self.ids), ("state", "!=", "draft")]
        return documents.search(domain, limit=1) if self.ids else documents

    def _coc_refuse(self, document):
        raise UserError(
            self.env._(
                "File %(file)s can be neither changed nor deleted: it is evidence for "
                "CoC Document %(document)s, which has been issued (9.4). Add the new "
                "file beside it.",
                file=self.name,
                document=document.name,
            )
        )
