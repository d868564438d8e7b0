from odoo import api, models
from odoo.exceptions import UserError

#: What makes an attachment another one.
CONTENT_FIELDS = {"raw", "datas", "db_datas", "store_fname", "url", "type", "checksum"}
#: Files that a CoC Document may come as.
READ_MIMETYPES = ("application/pdf", "application/json", "text/plain")
#: Why other files are none.
NO_DOCUMENT = ("pdf_without_twin", "upload_unknown")


class IrAttachment(models.Model):
    _inherit = "ir.attachment"

    def write(self, vals):
        if vals.keys() & (CONTENT_FIELDS | {"res_model", "res_id"}):
            self._coc_check_not_issued()
        if CONTENT_FIELDS & vals.keys():
            for attachment in self:
                attachment._coc_check_content(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_coc_issued(self):
        self._coc_check_not_issued()
        document = self._coc_find_issued()
        if document:
            (self & document.evidence_ids)[:1]._coc_refuse(document)

    def _post_add_create(self, **kwargs):
        """Read a CoC Document that was dropped on a receipt (10.1)."""
        result = super()._post_add_create(**kwargs)
        self._coc_read_dropped()
        return result

    def _coc_read_dropped(self):
        """Fill in the received document from files dropped on a receipt.

        Anything else may be attached to a receipt: what is no CoC Document is left
        alone, and why one could not be read is noted on the receipt.
        """
        # Who uploads must not count as superuser here, as in the route.
        env = self.env(su=False)
        pickings, documents = env["stock.picking"], env["asi.coc.document"]
        for attachment in self.filtered(
            lambda one: one.res_model == "stock.picking"
            and one.mimetype in READ_MIMETYPES
        ):
            picking = pickings.browse(attachment.res_id).exists()
            if not picking._coc_takes_document():
                continue
            try:
                with self.env.cr.savepoint():
                    document = documents._read_upload(
                        picking, attachment.name, attachment.raw
                    )
                    picking.message_post(body=document._describe_read())
            except UserError as error:
                # A delivery note or an analysis may be attached to a receipt, too.
                if getattr(error.__cause__, "code", None) not in NO_DOCUMENT:
                    picking.message_post(body=str(error))

    def _coc_check_not_issued(self):
        """Refuse to change or delete the file of a CoC Document (9.1, 10.1)."""
        # sudo: whoever asks, a document keeps its file
        documents = self.env["asi.coc.document"].sudo()
        held = documents.search(
            [
                "|",
                ("pdf_attachment_id", "in", self.ids),
                "&",
                ("source_attachment_id", "in", self.ids),
                ("state", "!=", "draft"),
            ],
            limit=1,
        )
        if held.direction == "received":
            raise UserError(
                self.env._(
                    "%(file)s is CoC Document %(document)s as it was received; it "
                    "stays on file and cannot change (10.1).",
                    file=held.source_attachment_id.name,
                    document=held.name,
                )
            )
        if held:
            raise UserError(
                self.env._(
                    "%(file)s is the PDF of CoC Document %(document)s as it was "
                    "issued; it stays on file and cannot change (9.1). To correct an "
                    "error, void or replace the document.",
                    file=held.pdf_attachment_id.name,
                    document=held.name,
                )
            )

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
