from tempfile import TemporaryFile

from odoo import http
from odoo.http import Response, content_disposition, request

from .statement import BLOCK


class AuditPackController(http.Controller):
    @http.route(
        "/asi_coc/audit_pack/<int:pack_id>.zip",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download_audit_pack(self, pack_id):
        """Send the archive of a pack that the user may read, block by block."""
        pack = request.env["asi.coc.audit.pack"].browse(pack_id)
        if not pack.exists():
            raise request.not_found()
        pack._check_downloadable()
        file = TemporaryFile()
        try:
            for part in pack._get_parts():
                file.write(part.raw)
                # The next part takes its place in memory.
                part.invalidate_recordset(flush=False)
        except Exception:
            file.close()
            raise
        size = file.tell()
        file.seek(0)
        headers = [
            ("Content-Type", "application/zip"),
            ("Content-Length", size),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "private, no-store"),
            ("Content-Disposition", content_disposition(f"{pack._get_filename()}.zip")),
        ]
        response = Response(iter(lambda: file.read(BLOCK), b""), headers=headers)
        response.call_on_close(file.close)
        return response
