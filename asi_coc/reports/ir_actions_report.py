import io
from collections import OrderedDict

from odoo import api, models

from .numbering import number_pages


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _get_layout(self):
        if self._coc_has_own_page():
            # Odoo's page fetches style sheets over the network while printing;
            # this one carries its style, and prints the same everywhere.
            return self.env.ref("asi_coc.report_print_layout")
        return super()._get_layout()

    def _coc_has_own_page(self):
        return self.paperformat_id == self.env.ref("asi_coc.paperformat")

    @api.model
    def _build_wkhtmltopdf_args(self, paperformat_id, *args, **kwargs):
        command = super()._build_wkhtmltopdf_args(paperformat_id, *args, **kwargs)
        if paperformat_id == self.env.ref("asi_coc.paperformat"):
            # These pages run no script: waiting for one costs a second each.
            command[command.index("--javascript-delay") + 1] = "0"
        return command

    def _render_qweb_pdf_prepare_streams(self, report_ref, data, res_ids=None):
        report = self._get_report(report_ref)
        if not report._coc_has_own_page() or not res_ids:
            return super()._render_qweb_pdf_prepare_streams(report_ref, data, res_ids)
        streams = OrderedDict()
        # One at a time: Debian's wkhtmltopdf refuses two documents in one call.
        for record in self.env[report.model].browse(res_ids):
            if stored := self._coc_get_stored_pdf(record):
                streams[record.id] = {"stream": stored, "attachment": None}
                continue
            found = super()._render_qweb_pdf_prepare_streams(
                report_ref, dict(data or {}), record.ids
            )
            stored = report.attachment_use and found[record.id]["attachment"]
            if not stored:
                stream = found[record.id]["stream"]
                found[record.id]["stream"] = self._coc_number_pages(record, stream)
            streams.update(found)
        return streams

    def _coc_get_stored_pdf(self, record):
        """Return the PDF of an issued document as it was issued, never another one.

        A document that became void prints with a notice across it instead.
        """
        is_issued = record._name == "asi.coc.document" and record.state == "issued"
        if not is_issued or self.env.context.get("coc_print_fresh"):
            return None
        return io.BytesIO(record._ensure_pdf().raw)

    def _coc_number_pages(self, record, stream):
        def get_number_text(page, pages):
            return self.env._("Page %(page)s of %(pages)s", page=page, pages=pages)

        return number_pages(stream, record.display_name, get_number_text)
