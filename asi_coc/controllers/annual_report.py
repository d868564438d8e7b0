import io

from odoo import http
from odoo.http import content_disposition, request

from .statement import XLSX


class AnnualReportController(http.Controller):
    @http.route(
        "/asi_coc/annual_report/<int:report_id>.xlsx",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download_annual_report(self, report_id):
        """Send the report to ASI as XLSX, with the user's own rights (1.7).

        A submitted one as it was handed in.
        """
        report = request.env["asi.coc.annual.report"].browse(report_id)
        if not report.exists():
            raise request.not_found()
        report.check_access("read")
        # sudo: who may read the report may read its file
        stored = report.sudo().version_id.xlsx_attachment_id
        if stored:
            content = stored.raw
        else:
            file = io.BytesIO()
            report._write_xlsx(file)
            content = file.getvalue()
        return request.make_response(
            content,
            headers=[
                ("Content-Type", XLSX),
                ("X-Content-Type-Options", "nosniff"),
                (
                    "Content-Disposition",
                    content_disposition(f"{report._get_filename()}.xlsx"),
                ),
            ],
        )
