from collections import OrderedDict

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import content_disposition, request

from .document import send_twin
from .portal_list import PortalList

URL = "/my/coc_documents"
MODEL = "asi.coc.document"
DAYS = ("date_begin", "date_end")


class CocPortal(PortalList):
    """Customers see and download the CoC Documents made out to them (9.1)."""

    @http.route(
        [URL, f"{URL}/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def list_coc_documents(self, page=1, **params):
        """List them: searched, sorted, by state and date of issue."""
        lists = self._get_coc_lists()
        # What a visitor writes into the address may be anything.
        chosen = {
            name: params.get(name) if params.get(name) in options else first
            for name, options, first in (
                ("sortby", lists["searchbar_sortings"], "date"),
                ("filterby", lists["searchbar_filters"], "all"),
                ("search_in", lists["searchbar_inputs"], "number"),
            )
        }
        days = {name: self._get_day(params.get(name)) for name in DAYS}
        search = params.get("search") or ""
        domain = lists["searchbar_filters"][chosen["filterby"]]["domain"]
        domain &= self._get_coc_domain(chosen["search_in"], search, **days)
        url_args = {
            **chosen,
            **{name: days[name] or "" for name in DAYS},
            "search": search,
        }
        return self._render_coc_list(
            "asi_coc.portal_my_coc_documents",
            MODEL,
            page,
            domain,
            lists["searchbar_sortings"][chosen["sortby"]]["order"],
            url_args,
            page_name="coc_documents",
            default_url=URL,
            **lists,
            **url_args,
        )

    @http.route(
        f"{URL}/<int:document_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def show_coc_document(self, document_id):
        """Show one document with its masses, deliveries and what replaces it."""
        document = self._get_coc_record(MODEL, document_id)
        return request.render(
            "asi_coc.portal_my_coc_document",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "coc_documents",
                "coc_document": document._get_portal_page(),
                "url": URL,
            },
        )

    @http.route(
        f"{URL}/<int:document_id>/pdf",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def download_coc_document(self, document_id):
        """Send the PDF: as issued, or with a notice once it is void (9.1, 9.6)."""
        document = self._get_coc_record(MODEL, document_id)
        return request.make_response(
            document._get_portal_pdf(),
            headers=[
                ("Content-Type", "application/pdf"),
                ("X-Content-Type-Options", "nosniff"),
                ("Cache-Control", "private, no-store"),
                (
                    "Content-Disposition",
                    content_disposition(f"{document._get_filename()}.pdf"),
                ),
            ],
        )

    @http.route(
        f"{URL}/<int:document_id>/json",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def download_coc_twin(self, document_id):
        """Send the machine-readable twin (9.2)."""
        return send_twin(self._get_coc_record(MODEL, document_id))

    # -- what is asked for ------------------------------------------------------
    def _get_coc_domain(self, search_in, search, date_begin, date_end):
        domain = Domain.TRUE
        if search:
            field = "line_ids.form" if search_in == "form" else "name"
            domain &= Domain(field, "ilike", search)
        if date_begin:
            domain &= Domain("date", ">=", date_begin)
        if date_end:
            domain &= Domain("date", "<=", date_end)
        return domain

    def _get_day(self, text):
        try:
            return fields.Date.to_date(text)
        except (TypeError, ValueError):
            return None

    def _get_coc_lists(self):
        """Return how the list may be sorted, filtered and searched."""
        env = request.env
        return {
            "searchbar_sortings": {
                "date": {"label": env._("Newest"), "order": "date desc, id desc"},
                "oldest": {"label": env._("Oldest"), "order": "date, id"},
                "name": {"label": env._("Reference Number"), "order": "name, id"},
                "mass": {
                    "label": env._("CoC Mass"),
                    "order": "coc_mass desc, id desc",
                },
            },
            "searchbar_filters": OrderedDict(
                {
                    "all": {"label": env._("All"), "domain": Domain.TRUE},
                    **{
                        state: {"label": label, "domain": Domain("state", "=", state)}
                        for state, label in (
                            ("issued", env._("Issued")),
                            ("void", env._("Void")),
                            ("replaced", env._("Replaced")),
                        )
                    },
                }
            ),
            "searchbar_inputs": {
                name: {"input": name, "label": label}
                for name, label in (
                    ("number", env._("Search in Reference Number")),
                    ("form", env._("Search in Form of Material")),
                )
            },
        }
