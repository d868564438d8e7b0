from tempfile import TemporaryFile

from odoo import http
from odoo.http import Response, content_disposition, request

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BLOCK = 64 * 1024


class StatementController(http.Controller):
    @http.route(
        "/asi_coc/statement/<int:period_id>.xlsx",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download_statement(self, period_id):
        """Send a period's statement as XLSX, with the user's own rights (8.4)."""
        period = request.env["asi.coc.period"].browse(period_id)
        if not period.exists():
            raise request.not_found()
        statements = request.env["asi.coc.statement"]
        # On disk, and sent block by block: a ledger may be large.
        file = TemporaryFile()
        try:
            statements._write_xlsx(period, file)
        except Exception:
            file.close()
            raise
        size = file.tell()
        file.seek(0)
        name = f"{statements._get_filename(period)}.xlsx"
        headers = [
            ("Content-Type", XLSX),
            ("Content-Length", size),
            ("Content-Disposition", content_disposition(name)),
        ]
        response = Response(iter(lambda: file.read(BLOCK), b""), headers=headers)
        response.call_on_close(file.close)
        return response
