import math

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.asi_coc_contractor_statement import REPORTED
from .portal_list import PortalList

URL = "/my/coc_contractor_statements"
MODEL = "asi.coc.contractor.statement"
#: Longest text a visitor may write, in characters, and largest mass in tonnes.
TEXT_LIMIT = 2000
MASS_LIMIT = 1e9


class ContractorPortal(PortalList):
    """Contractors report what they did with the entity's material (2.3)."""

    @http.route(
        [URL, f"{URL}/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def list_statements(self, page=1, **_params):
        """List the statements that the user's company is asked for."""
        return self._render_coc_list(
            "asi_coc.portal_my_contractor_statements",
            MODEL,
            page,
            page_name="coc_contractor_statements",
            default_url=URL,
        )

    @http.route(
        f"{URL}/<int:statement_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def show_statement(self, statement_id, **_params):
        """Show one statement: to be answered, or as it was."""
        return self._render_statement(self._get_coc_record(MODEL, statement_id))

    @http.route(
        f"{URL}/<int:statement_id>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def answer_statement(self, statement_id, **params):
        """Take the contractor's quantities, signed with a name (2.3)."""
        statement = self._get_coc_record(MODEL, statement_id)
        try:
            with request.env.cr.savepoint():
                quantities = self._read_quantities(statement, params)
                statement._answer_in_portal(
                    quantities,
                    self._read_text(params.get("signed_by")),
                    self._read_text(params.get("remark")),
                )
        except UserError as error:
            return self._render_statement(statement, error=str(error), entered=params)
        return request.redirect(f"{URL}/{statement.id}")

    # -- what is asked for --------------------------------------------------------
    def _read_quantities(self, statement, params):
        """Return ``{line id: {figure: tonnes}}`` of what was typed."""
        quantities = {}
        for line in statement._get_portal_page()["lines"]:
            quantities[line["id"]] = {
                name: self._read_mass(params.get(f"{name}-{line['id']}"), line)
                for name in REPORTED
            }
        return quantities

    def _read_mass(self, text, line):
        typed = text.strip().replace(",", ".") if isinstance(text, str) else ""
        try:
            mass = float(typed or 0)
        except ValueError:
            mass = math.nan
        if not 0 <= mass <= MASS_LIMIT:
            raise UserError(
                request.env._(
                    "%(product)s: “%(typed)s” is no quantity in tonnes. Write a number "
                    "that is not negative, without separators of thousands.",
                    product=line["product"],
                    typed=typed[:40],
                )
            )
        return mass

    @staticmethod
    def _read_text(text):
        return text.strip()[:TEXT_LIMIT] if isinstance(text, str) else ""

    def _render_statement(self, statement, error="", entered=None):
        return request.render(
            "asi_coc.portal_my_contractor_statement",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "coc_contractor_statements",
                "statement": statement._get_portal_page(),
                "figures": self._get_figures(),
                "error": error,
                "entered": entered or {},
                "url": URL,
            },
        )

    def _get_figures(self):
        env = request.env
        return list(
            zip(
                REPORTED,
                (
                    env._("Received"),
                    env._("Returned to us"),
                    env._("Delivered to our customers"),
                    env._("Process loss"),
                    env._("In stock at the end"),
                ),
                strict=True,
            )
        )
