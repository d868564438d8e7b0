from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from .portal_list import PortalList

URL = "/my/coc_questionnaires"
MODEL = "asi.coc.questionnaire"


class CocQuestionnairePortal(PortalList):
    """Suppliers see and answer the questionnaires they were sent (7.2)."""

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
        found = self._get_coc_record(MODEL, questionnaire_id)
        try:
            return request.redirect(found._take_over())
        except UserError as error:
            return self._show_coc_questionnaires(1, error=str(error))

    def _show_coc_questionnaires(self, page, error=None):
        return self._render_coc_list(
            "asi_coc.portal_my_coc_questionnaires",
            MODEL,
            page,
            order="answered_on desc, deadline desc, id desc",
            problem=error,
            page_name="coc_questionnaires",
            default_url=URL,
        )
