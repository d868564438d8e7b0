from os import SEEK_END

from werkzeug.datastructures import FileStorage

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.asi_coc_throttle import EVERYBODY
from ..models.asi_coc_verification_public import LIMITS
from .public_page import PublicPage

#: Largest PDF that is compared, in bytes, and room for the form around it.
PDF_LIMIT = 10 * 1024 * 1024
FORM_LIMIT = PDF_LIMIT + 64 * 1024
#: What a visitor fills in when asking the issuer.
ASKED = ("requester_name", "requester_organisation", "requester_email", "question")


class VerificationController(PublicPage, http.Controller):
    """The page at which whoever holds a CoC Document checks it (9.5)."""

    _model = "asi.coc.document"
    _unknown = "asi_coc.verification_unknown"

    @http.route(
        ["/coc/document/", "/coc/document/<path:token>"],
        type="http",
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
        methods=["GET"],
    )
    def show_document(self, token="", **_params):
        """Say whether the document is genuine, its state, parties and masses."""
        return self._answer(token, "look", self._show)

    @http.route(
        "/coc/document/<path:token>",
        type="http",
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
        methods=["POST"],
        max_content_length=FORM_LIMIT,
    )
    def act_on_document(self, token, action="", **params):
        """Compare a PDF with the one that was issued, or ask the issuer (9.5)."""
        if action == "compare":
            return self._answer(token, "upload", self._compare, params)
        return self._answer(token, "request", self._ask, params)

    # -- steps ----------------------------------------------------------------
    def _show(self, document, _params=None, **values):
        page = {
            "asked": {},
            "limits": LIMITS,
            "path": request.httprequest.path,
            "pdf_limit": PDF_LIMIT // 2**20,
        }
        return self._render(
            "asi_coc.verification_page",
            {**page, "page": document._get_public_page(), **values},
        )

    def _compare(self, document, params):
        file = params.get("file")
        if not isinstance(file, FileStorage) or not file.filename:
            result = "missing"
        else:
            file.stream.seek(0, SEEK_END)
            too_large = file.stream.tell() > PDF_LIMIT
            file.stream.seek(0)
            result = "large" if too_large else document._compare_pdf(file.stream)
        return self._show(document, compared=result)

    def _ask(self, document, params):
        if params.get("website"):
            # No person sees that field: thank the machine, and file nothing.
            return self._show(document, is_asked=True)
        asked = {name: params.get(name) for name in ASKED}
        shown = {name: text for name, text in asked.items() if isinstance(text, str)}
        wait = request.env["asi.coc.throttle"]._count("all_requests", EVERYBODY)
        if wait:
            return self._refuse(wait)
        try:
            with request.env.cr.savepoint():
                request.env["asi.coc.verification.request"]._request_from_public(
                    {**asked, "document_id": document.id, "lang": request.env.lang}
                )
        except UserError as error:
            return self._show(document, asked=shown, error=str(error))
        return self._show(document, is_asked=True)
