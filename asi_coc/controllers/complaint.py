from functools import partial

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.asi_coc_complaint_public import (
    FILE_LIMIT,
    FILES_LIMIT,
    LIMITS,
    MOST_FILES,
)
from ..models.asi_coc_throttle import EVERYBODY
from .public_page import HEADERS, PublicPage

#: Room for files a little too large, so that the page can say so and keep the text.
FORM_LIMIT = 32 * 1024 * 1024
#: What a visitor fills in, and what stays filled in after an error.
ASKED = (*LIMITS, "relation", "consent", "share_contact")
#: More than PostgreSQL counts to is no number of a scope.
LARGEST_ID = 2**31
PUBLIC = {"type": "http", "auth": "public", "website": True, "sitemap": False}


def read_files():
    """Return name and content of the files that came along, not more than needed."""
    return [
        # One byte more than allowed shows that there is more.
        (file.filename, file.stream.read(FILE_LIMIT + 1))
        for file in request.httprequest.files.getlist("files")[: MOST_FILES + 1]
        if file.filename
    ]


def get_languages(path):
    """Return the languages of the page, with Odoo's own addresses for them."""
    languages = request.env["res.lang"]._get_frontend()
    if len(languages) < 2:
        return []
    return [
        {
            "name": data.name.split("/")[-1].strip(),
            "code": code.replace("_", "-"),
            "url": f"/{data.url_code}{path}",
            "is_current": code == request.env.lang,
        }
        for code, data in languages.items()
    ]


class ComplaintPage(PublicPage):
    """What the form and the complaint's page have in common (7.3)."""

    _refused = "asi_coc.complaint_refused"

    def _get_common(self, path):
        return {
            "languages": get_languages(path),
            "limits": LIMITS,
            "most_files": MOST_FILES,
            "file_limit": FILE_LIMIT // 2**20,
            "files_limit": FILES_LIMIT // 2**20,
        }


class ComplaintForm(ComplaintPage, http.Controller):
    """The form at which anybody complains, without an account or a name (7.3)."""

    _unknown = "asi_coc.complaint_unknown"

    @http.route("/coc/complaint/<int:scope_id>", methods=["GET"], **PUBLIC)
    def show_form(self, scope_id, **params):
        """Show the procedure and the form; ``document`` fills in a number."""
        return self._answer(scope_id, "look", self._show, params)

    @http.route(
        "/coc/complaint/<int:scope_id>",
        methods=["POST"],
        max_content_length=FORM_LIMIT,
        **PUBLIC,
    )
    def file_complaint(self, scope_id, **params):
        """File the complaint, and lead to the page at which it is followed."""
        return self._answer(scope_id, "complaint", self._file, params)

    def _find(self, token):
        scopes = request.env["asi.coc.scope"]
        return scopes._find_for_complaints(token if token < LARGEST_ID else 0)

    def _show(self, scope, params=None, error=None, had_files=False):
        register = request.env["asi.coc.complaint"]
        stamp = register._make_stamp(scope)
        asked = {name: text for name, text in (params or {}).items() if name in ASKED}
        if not error:
            asked = {"document_number": (params or {}).get("document", "")[:64]}
        response = self._render(
            "asi_coc.complaint_form_page",
            {
                **self._get_common(f"/coc/complaint/{scope.id}"),
                "page": scope._get_complaint_page(),
                "relations": register._fields["relation"]._description_selection(
                    request.env
                ),
                "asked": asked,
                "stamp": stamp,
                "question": register._get_question(stamp),
                "error": error,
                "had_files": had_files,
            },
        )
        # The procedure is public: whoever looks for it finds it (7.3).
        response.headers["X-Robots-Tag"] = "all"
        return response

    def _file(self, scope, params):
        register = request.env["asi.coc.complaint"]
        if params.get("website"):
            # No person sees that field: thank the machine, and file nothing.
            return self._render("asi_coc.complaint_thanks", {})
        # A machine sends files where texts belong.
        params = {name: text for name, text in params.items() if isinstance(text, str)}
        files = read_files()
        try:
            # What is wrong with the words is told before the sum is.
            values = register._check_said(params)
            files = register._check_files(files)
            key = register._check_stamp(scope, params.get("stamp"), params.get("sum"))
        except UserError as error:
            return self._show(scope, params, str(error), had_files=bool(files))
        wait = request.env["asi.coc.throttle"]._count("all_complaints", EVERYBODY)
        if wait:
            return self._refuse(wait)
        token, is_kept = register._file_from_form(scope, key, values, files)
        path = f"/coc/complaint/follow/{token}" + ("" if is_kept else "?again=1")
        response = request.redirect(path, code=303)
        response.headers.update(HEADERS)
        return response


class ComplaintFollowing(ComplaintPage, http.Controller):
    """The page at which whoever complained sees what becomes of it (7.3)."""

    _model = "asi.coc.complaint"
    _unknown = "asi_coc.complaint_not_found"

    @http.route("/coc/complaint/follow/<string:token>", methods=["GET"], **PUBLIC)
    def show_complaint(self, token, again=None, **_params):
        """Show the stage, the deadlines and what the entity wrote.

        ``again`` says that a form was sent anew that counts already.
        """
        show = partial(self._show, done="again") if again else self._show
        return self._answer(token, "look", show)

    @http.route(
        "/coc/complaint/follow/<string:token>",
        methods=["POST"],
        max_content_length=FORM_LIMIT,
        **PUBLIC,
    )
    def act_on_complaint(self, token, **params):
        """Add words and files, appeal, or withdraw the consent."""
        return self._answer(token, "complaint", self._act, params)

    def _show(self, complaint, _params=None, **values):
        path = request.httprequest.path
        return self._render(
            "asi_coc.complaint_follow_page",
            {
                **self._get_common(path),
                "page": complaint._get_public_page(),
                "url": request.httprequest.base_url,
                "done": None,
                "error": None,
                "text": "",
                **values,
            },
        )

    def _act(self, complaint, params):
        action = params.get("action")
        if action == "withdraw":
            complaint._withdraw_consent()
            return self._show(complaint, done="withdraw")
        text = params.get("text")
        is_appeal = action == "appeal"
        try:
            files = complaint._check_files(read_files())
            with request.env.cr.savepoint():
                complaint._take_words(text, files, is_appeal)
        except UserError as error:
            text = text if isinstance(text, str) else ""
            return self._show(complaint, error=str(error), text=text)
        return self._show(complaint, done="appeal" if is_appeal else "add")
