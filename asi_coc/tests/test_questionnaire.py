from datetime import date, datetime
from unittest.mock import ANY

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_questionnaire import QuestionnaireCase

#: The questions of appendix 1, by section.
APPENDIX = {
    "General Questions": 4,
    "Anti-Corruption: Corruption": 6,
    "Anti-Corruption: Bribery": 3,
    "Anti-Corruption: Money Laundering": 2,
    "Responsible Sourcing": 2,
    "Human Rights: General": 2,
    "Human Rights: Modern Slavery": 2,
    "Human Rights: Local Communities and Indigenous Peoples": 1,
    "Human Rights: Labour Rights": 8,
    "Human Rights: Freedom of Association": 4,
    # One question with a second part that asks on.
    "Conflict-Affected and High-Risk Areas": 2,
}


@tagged("post_install", "-at_install")
class TestQuestionnaire(QuestionnaireCase):
    """Suppliers answer online; answers and scores land on the assessment (7.2)."""

    def risk(self, questionnaire, area):
        risks = questionnaire.assessment_id.risk_ids
        return risks.filtered(lambda one: one.area_id == self.area(area))

    # -- the starting set -------------------------------------------------------------
    def test_starting_set_is_complete(self):
        found = {
            page.title: len(page.question_ids)
            for page in self.survey.page_ids.sorted("sequence")
        }
        self.assertEqual(found, APPENDIX)
        areas = {
            page.title: page.coc_risk_area_id.criterion or ""
            for page in self.survey.page_ids
        }
        self.assertEqual(areas["Anti-Corruption: Bribery"], "PS 1.2")
        self.assertEqual(areas["Responsible Sourcing"], "PS 2.4")
        self.assertEqual(areas["Human Rights: Labour Rights"], "PS 9.1")
        self.assertEqual(areas["Conflict-Affected and High-Risk Areas"], "PS 9.8")
        self.assertEqual(areas["General Questions"], "")

    # -- sending ---------------------------------------------------------------
    def test_sent_by_e_mail(self):
        questionnaire = self.send()
        mail = self.env["mail.mail"].search([("recipient_ids", "in", self.contact.ids)])
        self.assertEqual(
            mail.subject, "Melt & Roll: questionnaire on responsible sourcing"
        )
        self.assertIn("officer@melt.example.com", mail.email_from)
        self.assertIn("April 9, 2025", " ".join(mail.body_html.split()))
        self.assertEqual(
            (
                questionnaire.state,
                questionnaire.deadline,
                questionnaire.sent_by_id,
                questionnaire.user_input_id.deadline,
                questionnaire.user_input_id.partner_id,
            ),
            (
                "sent",
                date(2025, 4, 9),
                self.officer,
                datetime(2025, 4, 9, 23, 59, 59),
                self.contact,
            ),
        )

    def test_what_cannot_be_sent(self):
        assessment = self.assess(self.dealer)
        for contact, day, fragment in (
            (self.supplier, "2025-04-01", "no contact of the supplier"),
            (self.dealer, "2025-04-01", "no valid e-mail"),
            (self.contact, "2025-03-09", "March 9, 2025"),
        ):
            questionnaire = self.env["asi.coc.questionnaire"].create(
                {
                    "assessment_id": assessment.id,
                    "contact_id": contact.id,
                    "deadline": day,
                }
            )
            self.assertEqual(questionnaire.survey_id, self.survey)
            with self.refused(UserError, fragment, "Quick Metal", "7.2"):
                questionnaire.action_send()

    def test_what_was_sent_stays(self):
        questionnaire = self.send().with_user(self.officer)
        with self.refused(UserError, "Jan Rogers", "March 10, 2025"):
            questionnaire.contact_id = self.dealer
        with self.refused(UserError, "stays on file"):
            questionnaire.unlink()
        with self.refused(UserError, "stays on file"):
            questionnaire.assessment_id.unlink()
        for values in ({"state": "answered"}, {"answered_on": "2025-03-10"}):
            with self.refused(AccessError, "cannot be written directly"):
                questionnaire.write(values)
        questionnaire.deadline = "2025-05-31"
        self.assertEqual(
            questionnaire.sudo().user_input_id.deadline,
            datetime(2025, 5, 31, 23, 59, 59),
        )

    # -- answering -------------------------------------------------------------
    def test_answers_land_on_the_assessment(self):
        questionnaire = self.send()
        self.start(questionnaire)
        self.assertEqual(questionnaire.state, "started")
        self.fill(
            questionnaire,
            {
                "corruption_commitment": ["No"],
                "corruption_payments": ["Partly"],
                "corruption_training": ["Not applicable"],
                "sourcing_policy": ["Yes, but it is not public"],
                "sourcing_objectives": ["No"],
                "labour_deductions": "For broken tools",
            },
            {"corruption_commitment": "In preparation"},
        )
        self.assertEqual(questionnaire.state, "answered")
        assessment = questionnaire.assessment_id
        self.assertEqual(assessment.answer_count, 36)
        answers = {one.question[:40]: one for one in questionnaire.answer_ids}
        first = answers["Does the company have an anti-corruption"]
        self.assertEqual(
            (first.answer, first.comment, first.score, first.possible, first.area_id),
            ("No", "In preparation", 0, 2, self.area("anti_corruption")),
        )
        wages = answers["In which circumstances are deductions ma"]
        self.assertEqual((wages.answer, wages.possible), ("For broken tools", 0))
        # Eleven questions, one does not apply: 20 possible, of them 17.
        risk = self.risk(questionnaire, "anti_corruption")
        self.assertEqual((risk.score, risk.answer_count), (85, 10))
        self.assertEqual((risk.proposed, risk.result), ("low", "low"))
        risk = self.risk(questionnaire, "responsible_sourcing")
        self.assertEqual((risk.score, risk.proposed), (25, "high"))
        self.assertEqual(self.risk(questionnaire, "human_rights").score, 100)
        self.assertEqual(self.risk(questionnaire, "conflict").proposed, "low")
        self.assertEqual(assessment.activity_ids.user_id, self.officer)

    def test_a_person_takes_the_proposal_over(self):
        questionnaire = self.send(
            assessment=self.assess(self.dealer, False, user_id=self.officer.id)
        )
        self.start(questionnaire)
        self.fill(questionnaire)
        risks = questionnaire.assessment_id.risk_ids
        self.assertEqual(risks.mapped("result"), [False] * 4)
        risks.with_user(self.officer).action_take_proposed()
        self.assertEqual(risks.mapped("result"), ["low"] * 4)
        self.assertEqual(risks.decided_by_id, self.officer)

    def test_red_flag(self):
        questionnaire = self.send()
        self.start(questionnaire)
        self.fill(
            questionnaire,
            {"slavery_practices": ["Debt bondage", "Retention of personal documents"]},
        )
        risk = self.risk(questionnaire, "human_rights")
        self.assertGreater(risk.score, 80)
        self.assertEqual(risk.proposed, "high")
        flag = questionnaire.answer_ids.filtered("is_red_flag")
        self.assertEqual(flag.answer, "Debt bondage\nRetention of personal documents")

    def test_the_supplier_is_told_no_score(self):
        questionnaire = self.send()
        self.start(questionnaire)
        self.fill(questionnaire)
        page = self.url_open(self.link(questionnaire))
        self.assertIn("Your answers were submitted", page.text)
        self.assertNotIn("You scored", page.text)
        self.assertNotIn("passed the test", page.text)

    def test_interrupted_and_continued(self):
        questionnaire = self.send()
        self.start(questionnaire)
        first, second = self.survey.page_ids.sorted("sequence")[:2]
        self.fill_page(questionnaire, first, {}, {})
        self.assertEqual(questionnaire.state, "started")
        page = self.url_open(self.link(questionnaire))
        self.assertIn(second.question_ids[0].title, page.text)

    def test_answers_are_kept_when_questions_change(self):
        questionnaire = self.send()
        self.start(questionnaire)
        self.fill(questionnaire)
        self.env.ref("asi_coc.question_sourcing_policy").unlink()
        questionnaire.user_input_id.unlink()
        self.assertEqual(len(questionnaire.answer_ids), 36)
        self.assertEqual(questionnaire.state, "answered")

    def test_answered_once(self):
        questionnaire = self.send()
        self.start(questionnaire)
        self.fill(questionnaire)
        page = self.survey.page_ids[0]
        _correct, shown = self.rpc("submit", questionnaire, page_id=page.id)
        self.assertEqual(shown, {"error": "unauthorized"})
        token = questionnaire.user_input_id.access_token
        self.url_open(f"/survey/retry/{self.survey.access_token}/{token}")
        self.assertEqual(
            self.env["survey.user_input"].search_count(
                [("survey_id", "=", self.survey.id)]
            ),
            1,
        )

    def test_after_the_deadline(self):
        questionnaire = self.send()
        self.at("2025-04-10")
        page = self.url_open(self.link(questionnaire))
        self.assertNotIn("Start Survey", page.text)
        self.assertEqual(
            self.rpc("begin", questionnaire), [ANY, {"error": "answer_deadline"}]
        )

    def test_withdrawn(self):
        questionnaire = self.send()
        questionnaire.with_user(self.officer).action_withdraw()
        self.at("2025-03-11")
        self.assertEqual(
            self.rpc("begin", questionnaire), [ANY, {"error": "answer_deadline"}]
        )
        self.assertEqual(questionnaire.state, "withdrawn")

    def test_nobody_without_a_link(self):
        page = self.url_open(f"/survey/start/{self.survey.access_token}")
        self.assertNotIn("Start Survey", page.text)
        self.assertFalse(
            self.env["survey.user_input"].search([("survey_id", "=", self.survey.id)])
        )

    def test_answers_that_were_not_asked_for(self):
        """A participation made by a survey user is no answer of the supplier."""
        questionnaire = self.send()
        forged = self.survey._create_answer(
            partner=self.contact, coc_questionnaire_id=questionnaire.id
        )
        forged._mark_done()
        self.assertEqual(
            (questionnaire.state, len(questionnaire.answer_ids)), ("sent", 0)
        )

    def test_two_questionnaires(self):
        first = self.send()
        second = self.send(assessment=first.assessment_id)
        self.assertNotEqual(first.user_input_id, second.user_input_id)
        self.start(second)
        self.fill(second, {"sourcing_policy": ["No"]})
        self.start_first(first)
        self.assertEqual((first.state, second.state), ("answered", "answered"))
        self.assertEqual(self.risk(first, "responsible_sourcing").score, 75)

    def start_first(self, questionnaire):
        self.rpc("begin", questionnaire)
        self.fill(questionnaire)

    # -- adapted sets ----------------------------------------------------------
    def test_adapted_for_a_company(self):
        action = self.survey.with_user(self.officer).action_coc_adapt()
        own = self.env["survey.survey"].browse(action["res_id"])
        self.assertEqual(own.coc_company_id, self.company)
        self.assertEqual(len(own.question_ids), 36)
        page = own.page_ids.filtered(lambda one: one.title == "Responsible Sourcing")
        self.assertEqual(page.coc_risk_area_id, self.area("responsible_sourcing"))
        flags = own.question_ids.suggested_answer_ids.filtered("coc_is_red_flag")
        self.assertEqual(len(flags), 10)
        mine = own.with_user(self.officer)
        mine.title = "Scrap Dealers"
        mine.question_ids.filtered(lambda one: one.page_id == page)[0].unlink()
        self.assertEqual(len(own.question_ids), 35)
        defaults = self.env["asi.coc.questionnaire"].with_user(self.officer)
        self.assertEqual(defaults._get_default_survey(), own)
        with self.assertRaises(AccessError):
            self.survey.with_user(self.officer).title = "Ours"
        other = self.env["survey.survey"].create({"title": "Staff"})
        with self.assertRaises(AccessError):
            other.with_user(self.officer).read(["title"])

    def test_a_question_of_another_area(self):
        question = self.env.ref("asi_coc.question_general_certifications")
        question.coc_risk_area_id = self.area("environment")
        questionnaire = self.send()
        questionnaire.assessment_id.risk_ids = [
            Command.create({"area_id": self.area("environment").id})
        ]
        self.start(questionnaire)
        self.fill(questionnaire, {"general_certifications": ["Partly"]})
        risk = self.risk(questionnaire, "environment")
        self.assertEqual((risk.score, risk.proposed), (50, "medium"))

    # -- rights ----------------------------------------------------------------
    def test_officers_and_auditors_read_answers(self):
        questionnaire = self.send()
        self.start(questionnaire)
        self.fill(questionnaire)
        for user in (self.officer, self.auditor):
            action = questionnaire.with_user(user).action_open_answers()
            answers = self.env[action["res_model"]].with_user(user)
            self.assertEqual(answers.search_count(action["domain"]), 36)
            lines = questionnaire.with_user(user).user_input_id.user_input_line_ids
            self.assertGreaterEqual(len(lines), 36)
        with self.assertRaises(AccessError):
            answers.browse(questionnaire.answer_ids[0].id).write({"score": 9})
        for user in (self.buyer, self.user("surveyor", "survey.group_survey_user")):
            with self.assertRaises(AccessError):
                questionnaire.user_input_id.with_user(user).read(["access_token"])

    # -- reminders -------------------------------------------------------------
    @mute_logger("odoo.tests")
    def test_reminders(self):
        questionnaire = self.send()
        remind = self.env["asi.coc.supplier.assessment"]._cron_remind
        mails = self.env["mail.mail"]
        contact = [("recipient_ids", "in", self.contact.ids)]
        self.at("2025-04-03")
        remind()
        self.assertEqual(mails.search_count(contact), 1)
        self.at("2025-04-04")
        remind()
        remind()
        self.assertEqual(mails.search_count(contact), 2)
        self.assertIn(
            "Reminder", mails.search(contact, order="id desc", limit=1).subject
        )
        token = questionnaire.user_input_id.access_token
        self.assertIn(token, self.link(questionnaire))
        assessment = questionnaire.assessment_id
        self.assertFalse(assessment.activity_ids)
        self.at("2025-04-10")
        remind()
        remind()
        self.assertEqual(assessment.activity_ids.user_id, self.officer)
        self.assertIn("unanswered", assessment.activity_ids.summary)
