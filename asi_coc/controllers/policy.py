from odoo import http
from odoo.exceptions import UserError
from odoo.http import content_disposition, request

from ..models.asi_coc_policy_acknowledging import NAME_LIMIT
from .portal_list import PortalList
from .public_page import PublicPage

URL = "/my/sourcing_policy"
MODEL = "asi.coc.policy.communication"


def send_file(communication, file_id):
    """Send a file of the version, as it was adopted, to whoever was told of it."""
    files = communication._get_file(file_id)
    if not files:
        raise request.not_found()
    return request.make_response(
        files.raw,
        headers=[
            ("Content-Type", files.mimetype or "application/octet-stream"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "private, no-store"),
            ("Content-Disposition", content_disposition(files.name)),
        ],
    )


class PolicyPortal(PortalList):
    """Suppliers read the Responsible Sourcing Policy and acknowledge it (7.1)."""

    @http.route(
        [URL, f"{URL}/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def list_policies(self, page=1, **_params):
        """List the versions that the user's entity was told of, the newest first."""
        return self._render_coc_list(
            "asi_coc.portal_my_policies",
            MODEL,
            page,
            page_name="coc_policy",
            default_url=URL,
        )

    @http.route(
        f"{URL}/<int:communication_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def show_policy(self, communication_id, **_params):
        """Show a version, its files, and the button to acknowledge it."""
        return self._show_policy(self._get_coc_record(MODEL, communication_id))

    @http.route(
        f"{URL}/<int:communication_id>/file/<int:file_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def download_policy(self, communication_id, file_id):
        """Send a file of the version."""
        return send_file(self._get_coc_record(MODEL, communication_id), file_id)

    @http.route(
        f"{URL}/<int:communication_id>/acknowledge",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def acknowledge_policy(self, communication_id, **_params):
        """Keep that the user acknowledged the version; once is enough."""
        communication = self._get_coc_record(MODEL, communication_id)
        try:
            communication._acknowledge(request.env.user.name, "portal")
        except UserError as error:
            return self._show_policy(communication, str(error))
        return request.redirect(f"{URL}/{communication_id}")

    def _show_policy(self, communication, error=None):
        return request.render(
            "asi_coc.portal_my_policy",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "coc_policy",
                "policy": communication._get_page(),
                "error": error,
                "url": URL,
            },
        )


class PolicyPage(PublicPage, http.Controller):
    """The page that the link in the e-mail leads to, without an account (7.1)."""

    _model = MODEL
    _unknown = "asi_coc.policy_unknown"

    @http.route(
        ["/coc/policy/", "/coc/policy/<path:token>"],
        type="http",
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
        methods=["GET"],
    )
    def show_policy(self, token="", **params):
        """Show the version, or send the file of it that ``file`` names.

        Looking acknowledges nothing: programs that check e-mails follow links.
        """
        return self._answer(token, "look", self._look, params)

    @http.route(
        "/coc/policy/<path:token>",
        type="http",
        auth="public",
        website=True,
        multilang=False,
        sitemap=False,
        methods=["POST"],
        max_content_length=64 * 1024,
    )
    def acknowledge_policy(self, token, **params):
        """Keep that the visitor acknowledged the version; once is enough."""
        return self._answer(token, "acknowledge", self._acknowledge, params)

    def _look(self, communication, params):
        file_id = params.get("file")
        if not file_id:
            return self._show(communication)
        if not (file_id.isascii() and file_id.isdigit() and len(file_id) < 10):
            raise request.not_found()
        return send_file(communication, int(file_id))

    def _acknowledge(self, communication, params):
        name = params.get("name")
        try:
            with request.env.cr.savepoint():
                communication._acknowledge_by_link(name)
        except UserError as error:
            return self._show(communication, error=str(error), name=name)
        return self._show(communication)

    def _show(self, communication, error=None, name=None):
        contact = communication.contact_id
        suggested = contact.name if not contact.is_company else ""
        values = {
            "policy": communication._get_page(),
            "path": request.httprequest.path,
            "error": error,
            "name": name if isinstance(name, str) else suggested,
            "limit": NAME_LIMIT,
        }
        return self._render("asi_coc.policy_page", values)
