from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

URL = "/my/coc_questionnaires"


class CocQuestionnairePortal(CustomerPortal):
    """Suppliers see and answer the questionnaires they were sent (7.2)."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "coc_questionnaire_count" in counters:
            values["coc_questionnaire_count"] = request.env[
                "asi.coc.questionnaire"
            ]._count_for_portal()
        return values

    @http.route(
        [URL, f"{URL}/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def list_coc_questionnaires(self, page=1, **params):
        """List them, the open ones first."""
        return self._show_coc_questionnaires(page)

    @http.route(
        f"{URL}/<int:questionnaire_id>/answer",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def answer_coc_questionnaire(self, questionnaire_id, **params):
        """Go on to the survey, in place of the colleague it was sent to."""
        questionnaires = request.env["asi.coc.questionnaire"]
        found = questionnaires._find_one_for_portal(questionnaire_id)
        if not found:
            raise request.not_found()
        try:
            return request.redirect(found._take_over())
        except UserError as error:
            return self._show_coc_questionnaires(1, error=str(error))

    def _show_coc_questionnaires(self, page, error=None):
        questionnaires = request.env["asi.coc.questionnaire"]
        pages = pager(
            url=URL,
            total=questionnaires._count_for_portal(),
            page=page,
            step=self._items_per_page,
        )
        found = questionnaires._find_for_portal(
            order="answered_on desc, deadline desc, id desc",
            limit=self._items_per_page,
            offset=pages["offset"],
        )
        return request.render(
            "asi_coc.portal_my_coc_questionnaires",
            {
                **self._prepare_portal_layout_values(),
                "rows": found._get_portal_rows(),
                "problem": error,
                "page_name": "coc_questionnaires",
                "pager": pages,
                "default_url": URL,
            },
        )
