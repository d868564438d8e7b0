from odoo import http
from odoo.http import content_disposition, request


def send_twin(document):
    """Send the frozen content of a document that the user may read, as JSON."""
    # sudo: the content is what the document says; users of the portal read no field
    document = document.sudo()
    if not document.payload:
        raise request.not_found()
    return request.make_response(
        document.payload.encode(),
        headers=[
            ("Content-Type", "application/json"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "private, no-store"),
            (
                "Content-Disposition",
                content_disposition(f"{document._get_filename()}.json"),
            ),
        ],
    )


class DocumentController(http.Controller):
    @http.route(
        "/asi_coc/document/<int:document_id>.json",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=True,
    )
    def download_twin(self, document_id):
        """Send the machine-readable twin, with the user's own rights (9.2)."""
        document = request.env["asi.coc.document"].browse(document_id)
        if not document.exists():
            raise request.not_found()
        document.check_access("read")
        return send_twin(document)
