from urllib.parse import urlsplit

from odoo.tests import HttpCase

from .common_portal import PortalUserMixin
from .test_supplier_assessment import DiligenceCase


class QuestionnaireCase(PortalUserMixin, DiligenceCase, HttpCase):
    """A supplier answers online, through the pages of Odoo's surveys."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.survey = cls.env.ref("asi_coc.survey_supplier")
        cls.officer.email = "officer@melt.example.com"

    def send(self, survey=None, contact=None, assessment=None):
        """Send a questionnaire from an assessment, as the officer does."""
        contact = contact or self.contact
        assessment = assessment or self.assess(contact, user_id=self.officer.id)
        questionnaire = (
            self.env["asi.coc.questionnaire"]
            .with_user(self.officer)
            .create(
                {
                    "assessment_id": assessment.id,
                    "survey_id": (survey or self.survey).id,
                    "contact_id": contact.id,
                }
            )
        )
        questionnaire.action_send()
        return questionnaire.sudo()

    def link(self, questionnaire):
        """Return the path of the link in the e-mail."""
        mail = self.env["mail.mail"].search(
            [("recipient_ids", "in", questionnaire.contact_id.ids)],
            order="id desc",
            limit=1,
        )
        url = mail.body_html.split('href="')[1].split('"')[0]
        parts = urlsplit(url.replace("&amp;", "&"))
        return f"{parts.path}?{parts.query}"

    def start(self, questionnaire):
        """Open the link, and press Start."""
        page = self.url_open(self.link(questionnaire))
        self.assertEqual(page.status_code, 200)
        self.assertIn(questionnaire.title, page.text)
        return self.rpc("begin", questionnaire)

    def rpc(self, step, questionnaire, **values):
        participation = questionnaire.user_input_id
        path = (
            f"/survey/{step}/{questionnaire.survey_id.access_token}/"
            f"{participation.access_token}"
        )
        result = self.make_jsonrpc_request(path, values)
        self.env.invalidate_all()
        return result

    def fill(self, questionnaire, choices=None, comments=None):
        """Answer all pages: the best choice unless ``choices`` name others.

        Both are by the question's id in the data file.
        """
        for page in questionnaire.survey_id.page_ids.sorted("sequence"):
            self.fill_page(questionnaire, page, choices or {}, comments or {})

    def fill_page(self, questionnaire, page, choices, comments):
        values = {"page_id": page.id}
        for question in page.question_ids:
            name = question.get_external_id()[question.id].removeprefix(
                "asi_coc.question_"
            )
            if question.question_type == "text_box":
                values[str(question.id)] = choices.get(name, "")
                continue
            best = question.suggested_answer_ids.sorted("answer_score", reverse=True)
            wanted = choices.get(name, [best[0].value])
            chosen = best.filtered(lambda one, wanted=wanted: one.value in wanted)
            ids = [str(one.id) for one in chosen]
            answer = ids if question.question_type == "multiple_choice" else ids[0]
            if name in comments:
                answer = [*ids, {"comment": comments[name]}]
            values[str(question.id)] = answer
        _correct, shown = self.rpc("submit", questionnaire, **values)
        self.assertNotIn("error", shown)
