from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_questionnaire import QuestionnaireCase

LIST = "/my/coc_questionnaires"


@tagged("post_install", "-at_install")
class TestPortalQuestionnaire(QuestionnaireCase):
    """Suppliers see and answer their own questionnaires, and nothing else (7.2)."""

    def setUp(self):
        super().setUp()
        self.other_dealer = self.env["res.partner"].create(
            {"name": "Scrap Brothers", "is_company": True}
        )
        self.anna = self.portal_user("anna", self.dealer)
        self.anna.name = "Anna"
        self.colleague = self.portal_user("bert", self.dealer)
        self.stranger = self.portal_user("carl", self.other_dealer)
        self.questionnaire = self.send(contact=self.anna.partner_id)

    def open(self, path="", status=200):
        response = self.url_open(f"{LIST}{path}")
        self.assertEqual(response.status_code, status)
        return response

    def rows(self):
        """Return the rows that the list shows, as text."""
        tree = html.fromstring(self.open().content)
        return [
            " ".join(" ".join(row.itertext()).split())
            for row in tree.xpath("//table//tr[td]")
        ]

    def count(self):
        return self.make_jsonrpc_request(
            "/my/counters", {"counters": ["coc_questionnaire_count"]}
        )["coc_questionnaire_count"]

    def take_over(self, questionnaire):
        return self.url_open(
            f"{LIST}/{questionnaire.id}/answer",
            data={"csrf_token": self.csrf_token()},
            allow_redirects=False,
        )

    def csrf_token(self):
        tree = html.fromstring(self.url_open(LIST).content)
        tokens = tree.xpath("//input[@name='csrf_token']/@value")
        return tokens[0] if tokens else self.page_token()

    def page_token(self):
        text = self.url_open(LIST).text
        return text.split('csrf_token: "')[1].split('"')[0]

    # -- the list ---------------------------------------------------------------------
    def test_own_questionnaire(self):
        self.sign_in(self.anna)
        title = "Responsible Sourcing: Supplier Questionnaire"
        self.assertEqual(
            self.rows(), [f"{title} Melt & Roll Anna 04/09/2025 Open Start"]
        )
        self.assertEqual(self.count(), 1)
        self.assertIn(f'href="{LIST}"', self.url_open("/my").text)

    def test_answered_in_the_portal(self):
        self.sign_in(self.anna)
        tree = html.fromstring(self.open().content)
        [link] = tree.xpath("//table//a/@href")
        page = self.url_open(link)
        self.assertIn("Start Survey", page.text)
        self.rpc("begin", self.questionnaire)
        self.assertIn("Started Continue", self.rows()[0])
        self.fill(self.questionnaire)
        self.assertTrue(self.rows()[0].endswith("03/10/2025 Answered"))
        self.assertEqual(self.questionnaire.state, "answered")

    def test_closed(self):
        self.sign_in(self.anna)
        self.questionnaire.with_user(self.officer).action_withdraw()
        self.assertTrue(self.rows()[0].endswith("04/09/2025 Closed"))

    def test_drafts_are_not_shown(self):
        self.questionnaire.copy()
        self.sign_in(self.anna)
        self.assertEqual(len(self.rows()), 1)

    # -- colleagues ------------------------------------------------------------
    def test_a_colleague_answers_in_place(self):
        self.sign_in(self.colleague)
        self.assertIn("Open Answer Myself", self.rows()[0])
        # The link in the e-mail is for whom it was sent to.
        page = self.url_open(self.link(self.questionnaire))
        self.assertNotIn("Start Survey", page.text)
        response = self.take_over(self.questionnaire)
        self.assertEqual(response.status_code, 303)
        self.env.invalidate_all()
        self.assertEqual(self.questionnaire.contact_id, self.colleague.partner_id)
        page = self.url_open(response.headers["Location"])
        self.assertIn("Start Survey", page.text)
        self.rpc("begin", self.questionnaire)
        self.fill(self.questionnaire)
        self.assertEqual(self.questionnaire.state, "answered")
        messages = self.questionnaire.assessment_id.message_ids
        self.assertIn("in place of", "".join(messages.mapped("body")))

    def test_of_every_company_of_the_database(self):
        """Their accounts are with another company, which buys scrap of them too."""
        for user in (self.anna, self.colleague, self.stranger):
            self.move_to_other_company(user)
        self.sign_in(self.colleague)
        self.assertEqual(self.count(), 1)
        self.assertIn("Melt & Roll", self.rows()[0])
        page = self.url_open(self.take_over(self.questionnaire).headers["Location"])
        self.assertIn("Start Survey", page.text)
        self.rpc("begin", self.questionnaire)
        self.fill(self.questionnaire)
        self.assertEqual(self.questionnaire.state, "answered")
        self.sign_in(self.stranger)
        self.assertEqual(self.count(), 0)
        self.assertEqual(self.rows(), [])

    def test_nothing_to_take_over(self):
        self.sign_in(self.colleague)
        token = self.csrf_token()
        self.questionnaire.with_user(self.officer).action_withdraw()
        response = self.url_open(
            f"{LIST}/{self.questionnaire.id}/answer", data={"csrf_token": token}
        )
        self.assertIn("cannot be answered any more", response.text)
        self.env.invalidate_all()
        self.assertEqual(self.questionnaire.contact_id, self.anna.partner_id)

    # -- apart from each other -------------------------------------------------
    @mute_logger("odoo.http", "odoo.addons.base.models.ir_model")
    def test_others_see_nothing(self):
        self.sign_in(self.stranger)
        text = self.open().text
        self.assertNotIn("Supplier Questionnaire</td>", text)
        self.assertIn("There are no questionnaires for your company", text)
        self.assertEqual(self.count(), 0)
        self.assertEqual(self.take_over(self.questionnaire).status_code, 404)
        for number in (0, 2**31, 10**20):
            response = self.url_open(
                f"{LIST}/{number}/answer", data={"csrf_token": self.csrf_token()}
            )
            self.assertEqual(response.status_code, 404)
        page = self.url_open(self.link(self.questionnaire))
        self.assertNotIn("Start Survey", page.text)
        self.assertEqual(
            self.rpc("begin", self.questionnaire)[1], {"error": "answer_wrong_user"}
        )
        own = self.questionnaire.with_user(self.stranger)
        self.assertFalse(own.search([]))
        with self.assertRaises(AccessError):
            own.read(["title"])

    @mute_logger("odoo.http")
    def test_what_portal_users_read(self):
        own = self.questionnaire.with_user(self.anna)
        self.assertEqual(own.read(["state", "deadline"])[0]["state"], "sent")
        for name in ("user_input_id", "assessment_id", "score", "sent_by_id"):
            with self.assertRaises(AccessError):
                own.read([name])
        with self.assertRaises(AccessError):
            own.write({"deadline": "2030-01-01"})
        for record in (
            self.questionnaire.assessment_id,
            self.questionnaire.assessment_id.risk_ids,
            self.survey,
            self.questionnaire.user_input_id,
        ):
            with self.assertRaises(AccessError):
                record.with_user(self.anna).read(["create_date"])

    @mute_logger("odoo.http")
    def test_signed_out(self):
        response = self.url_open(LIST)
        self.assertIn("/web/login", response.url)
