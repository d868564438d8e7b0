from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_policy import PolicyCase
from .common_questionnaire import QuestionnaireCase


class TokenMixin:
    """Nobody reads a secret address, so that nobody answers as the supplier."""

    def refuse(self, record, *names):
        """Let our users read, search, sort and group by fields ``names``."""
        for user in (self.officer, self.representative, self.auditor):
            own = record.with_user(user)
            self.assertTrue(own.has_access("read"))
            for name in names:
                for attempt in (
                    lambda own=own, name=name: own.read([name]),
                    lambda own=own, name=name: own.mapped(name),
                    lambda own=own, name=name: own.search([(name, "=like", "a%")]),
                    lambda own=own, name=name: own.search([], order=name),
                    lambda own=own, name=name: own.formatted_read_group([], [name]),
                ):
                    own.invalidate_recordset()
                    with self.subTest(user=user.login, field=name):
                        with self.assertRaises(AccessError):
                            attempt()
                self.assertNotIn(name, set(own.fields_get()))


@tagged("post_install", "-at_install")
class TestTokenOfPolicies(TokenMixin, PolicyCase):
    def test_address_at_which_a_policy_is_acknowledged(self):
        communication = self.tell(self.adopt(), self.smelter)
        self.refuse(communication, "access_token")
        for user in (self.officer, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                communication.with_user(user).read(["access_token"])


@tagged("post_install", "-at_install")
class TestTokenOfQuestionnaires(TokenMixin, QuestionnaireCase):
    def test_address_at_which_a_questionnaire_is_answered(self):
        questionnaire = self.send()
        participation = questionnaire.user_input_id
        self.assertEqual(len(participation.access_token), 36)
        self.refuse(participation, "access_token", "invite_token")
        own = participation.with_user(self.officer)
        for attempt in (own.get_start_url, own.get_print_url, own.action_print_answers):
            with self.assertRaises(AccessError):
                attempt()
        with self.assertRaises(AccessError):
            questionnaire.with_user(self.officer).search(
                [("user_input_id.access_token", "=like", "a%")]
            )

    def test_no_message_tells_it(self):
        questionnaire = self.send()
        for user in (self.officer, self.auditor):
            bodies = self.env["mail.message"].with_user(user).search([]).mapped("body")
            self.assertNotIn(questionnaire.user_input_id.access_token, " ".join(bodies))

    def test_survey_users_keep_their_rights(self):
        survey = self.env["survey.survey"].create(
            {"title": "Canteen", "question_ids": [], "access_mode": "token"}
        )
        participation = survey._create_answer(email="guest@example.com")
        surveyor = self.user("surveyor", "base.group_user", "survey.group_survey_user")
        surveyor.email = "surveyor@melt.example.com"
        own = participation.with_user(surveyor)
        self.assertEqual(own.access_token, participation.sudo().access_token)
        self.assertIn(own.access_token, own.get_start_url())
        invitation = self.env["survey.invite"].with_user(surveyor)
        invitation.create(
            {
                "survey_id": survey.id,
                "emails": "other@example.com",
                "template_id": self.env.ref(
                    "survey.mail_template_user_input_invite"
                ).id,
            }
        ).action_invite()
        invited = survey.user_input_ids - participation
        self.assertEqual(invited.email, "other@example.com")
