import unicodedata
from datetime import date, datetime

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import UserCase

TODO = "asi_coc.mail_activity_verification"
TO_ASI = "asi_coc.mail_activity_unreasonable"


@tagged("post_install", "-at_install")
class TestVerificationRequests(UserCase):
    """9.5: requests to verify a CoC Document, and their answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.officer.email = "officer@melt.example.com"
        cls.scope.write(
            {
                "responsible_id": cls.officer.id,
                "representative_ids": [Command.set(cls.representative.ids)],
            }
        )

    def setUp(self):
        super().setUp()
        self.receive(self.slab, 30, claimed=30)
        self.document = self.deliver(self.slab, 10, designated=7).coc_document_ids

    def request(self, **values):
        return (
            self.env["asi.coc.verification.request"]
            .with_user(self.officer)
            .create(
                {
                    "document_id": self.document.id,
                    "requester_name": "Matthew Johnson",
                    "requester_email": "matthew@rollers.example.com",
                    "question": "Are 7 t right?",
                    **values,
                }
            )
        )

    def todo(self, requests, kind=TODO):
        return [
            (activity.user_id, activity.date_deadline)
            for activity in requests.activity_search([kind])
        ]

    def mails(self, request):
        return (
            self.env["mail.mail"]
            .sudo()
            .search(
                [
                    ("model", "=", request._name),
                    ("res_id", "=", request.id),
                    ("email_to", "=", request.requester_email),
                ]
            )
        )

    # -- asking -------------------------------------------------------------------
    def test_request_has_a_deadline_and_a_person(self):
        request = self.request()
        self.assertEqual(request.name, "VER/2025/0001")
        self.assertEqual(request.state, "open")
        self.assertEqual(request.scope_id, self.scope)
        self.assertEqual(request.company_id, self.company)
        self.assertEqual(request.document_number, self.document.name)
        self.assertEqual(request.received_on, datetime(2025, 3, 10, 12))
        self.assertEqual(request.deadline, date(2025, 3, 15))
        self.assertEqual(request.user_id, self.officer)
        self.assertEqual(self.todo(request), [(self.officer, date(2025, 3, 15))])
        self.assertFalse(request.is_in_time)

    def test_days_to_answer_are_the_scope_s(self):
        self.scope.verification_days = 2
        self.assertEqual(self.request().deadline, date(2025, 3, 12))
        self.scope.responsible_id = False
        request = self.request(received_on="2025-03-01 08:00:00", deadline="2025-03-09")
        self.assertEqual(request.deadline, date(2025, 3, 9))
        self.assertEqual(request.user_id, self.representative)

    def test_number_without_a_document(self):
        request = self.request(document_id=False, document_number="COC/1999/77777")
        self.assertFalse(request.document_id)
        self.assertEqual(request.scope_id, self.scope)
        self.assertEqual(request.display_name, "VER/2025/0001 (COC/1999/77777)")

    def test_form_finds_the_document_and_the_contact(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Jan Rogers",
                "email": "Jan Rogers <JAN@acme.example.com>",
                "parent_id": self.supplier.id,
                "type": "contact",
            }
        )
        self.supplier.is_company = True
        form = Form(self.env["asi.coc.verification.request"].with_user(self.officer))
        form.document_number = self.document.name
        self.assertEqual(form.document_id, self.document)
        form.partner_id = contact
        self.assertEqual(form.requester_email, "jan@acme.example.com")
        self.assertEqual(form.requester_organisation, "Acme Alumina")
        self.assertEqual(form.save().requester_name, "Jan Rogers")

    def test_only_issued_documents_of_the_scope(self):
        received = self.receive(self.slab, 5, claimed=5).coc_received_document_id
        with self.refused(ValidationError, received.name, "Melt & Roll", "(9.5)"):
            self.request(document_id=received.id)

    def test_address_is_checked(self):
        for address in ("nobody", "a@b, c@d.example.com", "a@b.example.com\nBcc: x@y"):
            with self.subTest(address=address):
                with self.refused(ValidationError, "e-mail address", "(9.5)"):
                    self.request(requester_email=address)

    def test_activity_follows_person_and_deadline(self):
        request = self.request()
        request.write({"user_id": self.representative.id, "deadline": "2025-03-20"})
        self.assertEqual(self.todo(request), [(self.representative, date(2025, 3, 20))])

    def test_earlier_requests(self):
        first = self.request()
        self.request(requester_email="other@rollers.example.com")
        again = self.request(received_on="2025-03-10 12:00:01")
        self.assertEqual((first.earlier_count, again.earlier_count), (0, 1))
        domain = again.action_open_earlier()["domain"]
        self.assertEqual(first.search(domain), first)

    # -- answering ----------------------------------------------------------------
    def test_answer_by_email(self):
        self.at("2025-03-10")
        request = self.request()
        self.at("2025-03-12")
        request.write({"outcome": "confirmed", "answer": "Yes, 7 t <of> 10 t.\nBye"})
        request.action_answer()
        self.assertEqual(request.state, "answered")
        self.assertEqual(request.answered_on, datetime(2025, 3, 12, 12))
        self.assertEqual(request.answered_by_id, self.officer)
        self.assertTrue(request.answered_by_email)
        self.assertEqual(request.response_days, 2)
        self.assertTrue(request.is_in_time)
        self.assertEqual(self.todo(request), [])
        mail = self.mails(request)
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.email_to, "matthew@rollers.example.com")
        self.assertIn("officer@melt.example.com", mail.email_from)
        self.assertEqual(
            mail.subject,
            f"CoC Document {self.document.name}: answer to your request VER/2025/0001",
        )
        self.assertIn("Matthew Johnson", mail.body_html)
        self.assertIn("is confirmed", " ".join(mail.body_html.split()))
        self.assertIn("Yes, 7 t &lt;of&gt; 10 t.", mail.body_html)
        self.assertNotIn("has not issued", mail.body_html)
        bodies = " ".join(request.message_ids.mapped("body"))
        self.assertIn("Answered by e-mail to matthew@rollers.example.com", bodies)
        self.assertIn("Yes, 7 t &lt;of&gt; 10 t.", bodies)

    def test_answer_in_the_requester_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        template = self.env.ref("asi_coc.mail_template_verification_answer")
        template.with_context(
            lang="fr_FR"
        ).subject = "Réponse à votre demande {{ object.name }}"
        self.supplier.write({"lang": "fr_FR", "email": "acme@example.com"})
        request = self.request(
            partner_id=self.supplier.id, outcome="not_genuine", answer="Non."
        )
        request.document_id = False
        request.action_answer()
        mail = self.mails(request)
        self.assertEqual(mail.subject, "Réponse à votre demande VER/2025/0001")
        self.assertIn("has not issued this document", mail.body_html)

    def test_answered_elsewhere(self):
        request = self.request(requester_email=False, channel="telephone")
        request.write({"outcome": "corrected", "answer": "6 t, not 7 t"})
        self.at("2025-03-16")
        request.action_answered_elsewhere()
        self.assertEqual(request.state, "answered")
        self.assertFalse(request.answered_by_email)
        self.assertFalse(request.is_in_time)
        self.assertEqual(request.response_days, 6)
        self.assertFalse(self.mails(request))
        self.assertIn(
            "Answered elsewhere: Corrected. 6 t, not 7 t",
            " ".join(request.message_ids.mapped("body")),
        )

    def test_answer_needs_outcome_text_and_address(self):
        request = self.request(requester_email=False)
        with self.refused(
            UserError, request.name, "(9.5)", "Missing: Outcome, Answer, E-mail."
        ):
            request.action_answer()
        with self.refused(UserError, request.name, "Missing: Outcome, Answer."):
            request.action_answered_elsewhere()
        request = self.request(
            document_id=False, document_number="7", outcome="confirmed", answer="Yes"
        )
        with self.refused(UserError, request.name, "Missing: CoC Document."):
            request.action_answer()
        self.assertFalse(self.mails(request))

    def test_answered_request_is_final(self):
        request = self.request(outcome="confirmed", answer="Yes")
        request.action_answered_elsewhere()
        with self.refused(UserError, request.name, "already", "officer"):
            request.action_answer()
        with self.refused(UserError, request.name, "Answer", "(9.5)"):
            request.answer = "No"
        with self.refused(UserError, request.name, "stays on file", "(9.5)"):
            request.unlink()
        other = self.request()
        other.unlink()
        self.assertFalse(other.exists())

    def test_unreasonable_requests_come_to_asi_s_attention(self):
        request = self.request(outcome="declined", answer="The fifth copy this week")
        request.action_answered_elsewhere()
        self.assertEqual(
            self.todo(request, TO_ASI), [(self.representative, date(2025, 3, 10))]
        )
        request.asi_informed_on = "2025-03-10"
        self.assertEqual(self.todo(request, TO_ASI), [])

    def test_response_times_average(self):
        for day in ("2025-03-12", "2025-03-16"):
            self.at("2025-03-10")
            request = self.request(outcome="confirmed", answer="Yes")
            self.at(day)
            request.action_answered_elsewhere()
        # An open one has no response time yet.
        self.request()
        groups = self.env["asi.coc.verification.request"]._read_group(
            [("company_id", "=", self.company.id)],
            ["is_in_time"],
            ["response_days:avg"],
        )
        self.assertEqual(groups, [(False, 6.0), (True, 2.0)])

    # -- from the public ----------------------------------------------------------
    def ask(self, **values):
        public = self.env.ref("base.public_user")
        return (
            self.env(user=public.id, su=False)["asi.coc.verification.request"]
            .with_context(allowed_company_ids=[])
            ._request_from_public(
                {
                    "document_id": self.document.id,
                    "requester_name": "Matthew Johnson",
                    "requester_email": "Matthew <MATTHEW@rollers.example.com>",
                    "requester_organisation": "Rollers United",
                    "question": "Is it genuine?",
                    **values,
                }
            )
        )

    def test_public_request(self):
        request = self.ask()
        self.assertEqual(request.channel, "public_page")
        self.assertEqual(request.document_id, self.document)
        self.assertEqual(request.document_number, self.document.name)
        self.assertEqual(request.requester_email, "matthew@rollers.example.com")
        self.assertEqual(request.state, "open")
        self.assertEqual(request.user_id, self.officer)
        self.assertFalse(request.partner_id)
        self.assertEqual(request.message_partner_ids, self.officer.partner_id)
        self.assertEqual(self.todo(request), [(self.officer, date(2025, 3, 15))])
        self.assertFalse(self.mails(request))

    def test_public_request_by_number(self):
        request = self.ask(
            document_id=False,
            document_number=self.document.name,
            scope_id=self.scope.id,
        )
        self.assertEqual(request.document_id, self.document)
        request = self.ask(
            document_id=False, document_number="COC/7", scope_id=self.scope.id
        )
        self.assertFalse(request.document_id)
        self.assertEqual(request.scope_id, self.scope)

    def test_public_texts_are_plain(self):
        request = self.ask(
            requester_name="  Matthew\r\n\x00Johnson\u202e",
            question="<b>Is</b> it?\r\nYes\x07",
        )
        self.assertEqual(request.requester_name, "MatthewJohnson")
        self.assertEqual(request.question, "<b>Is</b> it?\nYes")
        request.with_user(self.officer).write(
            {"outcome": "confirmed", "answer": "Yes", "requester_name": "<b>M</b>"}
        )
        request.with_user(self.officer).action_answer()
        self.assertIn("&lt;b&gt;M&lt;/b&gt;", self.mails(request).body_html)

    def test_public_cannot_say_more_than_it_is_asked(self):
        self.company.partner_id.lang = "en_US"
        request = self.ask(
            state="answered",
            outcome="confirmed",
            answer="Yes",
            user_id=self.auditor.id,
            deadline="2030-01-01",
            partner_id=self.customer.id,
            lang="xx_YY",
        )
        self.assertEqual(request.state, "open")
        self.assertFalse(request.outcome or request.answer or request.partner_id)
        self.assertEqual(request.user_id, self.officer)
        self.assertEqual(request.deadline, date(2025, 3, 15))
        self.assertEqual(request.lang, "en_US")

    def test_public_refusals(self):
        received = self.receive(self.slab, 5, claimed=5).coc_received_document_id
        for values, fragments in (
            ({"requester_email": "nobody"}, ("nobody", "e-mail address")),
            ({"requester_email": ""}, ("e-mail address",)),
            ({"requester_email": "a@b.de, c@d.de"}, ("e-mail address",)),
            (
                {"requester_email": "a" * 250 + "@b.de"},
                ("E-mail", "at most 254 characters"),
            ),
            ({"requester_name": "a" * 101}, ("Requester", "at most 100")),
            ({"requester_name": ["a"]}, ("Requester",)),
            ({"requester_organisation": "a" * 101}, ("Organisation", "100")),
            ({"document_number": "a" * 65}, ("Number Asked About", "64")),
            ({"question": "a" * 2001}, ("Question", "at most 2000")),
            ({"question": " \n "}, ("Question is missing",)),
            ({"requester_name": None}, ("Requester is missing",)),
            (
                {"document_id": False, "scope_id": self.scope.id},
                ("Number Asked About is missing",),
            ),
            ({"document_id": received.id}, ("no issued CoC Document", "(9.5)")),
            ({"document_id": 2**31 - 1}, ("no issued CoC Document",)),
            ({"document_id": 2**40}, ("no issued CoC Document",)),
            ({"document_id": "1 OR 1=1"}, ("no issued CoC Document",)),
        ):
            with self.subTest(values=values):
                with self.refused(ValidationError, *fragments):
                    self.ask(**values)

    def test_public_says_anything(self):
        """Whatever is said is refused in words, or kept as one short plain text."""
        anything = st.one_of(
            st.none(), st.integers(), st.binary(), st.text(max_size=120), st.just("7")
        )
        names = ("requester_name", "requester_organisation", "document_number")

        @settings(
            derandomize=True, max_examples=40, deadline=None, phases=(Phase.generate,)
        )
        @given(
            st.fixed_dictionaries(dict.fromkeys((*names, "question"), anything)),
            st.one_of(st.emails(), st.text(max_size=20)),
        )
        def ask(said, address):
            try:
                with self.env.cr.savepoint():
                    request = self.ask(**said, requester_email=address)
            except ValidationError:
                return
            self.assertEqual(request.state, "open")
            for name in names:
                text = request[name] or ""
                self.assertLessEqual(len(text), 100)
                self.assertFalse(
                    [
                        letter
                        for letter in text
                        if unicodedata.category(letter) in ("Cc", "Cf")
                    ]
                )

        ask()

    # -- who may what -------------------------------------------------------------
    def test_access(self):
        request = self.request(outcome="confirmed", answer="Yes")
        for user in (self.coc_storekeeper, self.auditor):
            own = request.with_user(user)
            self.assertEqual(own.name, "VER/2025/0001")
            for change in (
                lambda own: own.write({"answer": "No"}),
                lambda own: own.unlink(),
                lambda own: own.action_answer(),
                lambda own: own.action_answered_elsewhere(),
                lambda own: own.create({"document_number": "7"}),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    change(own)
        with self.assertRaises(AccessError):
            request.with_user(self.storekeeper).read(["name"])

    def test_answers_are_filed_by_buttons_only(self):
        request = self.request()
        for values in (
            {"state": "answered"},
            {"name": "VER/1"},
            {"answered_on": "2025-03-10 12:00:00"},
            {"answered_by_id": self.officer.id},
            {"answered_by_email": True},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                request.write(values)
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.request(**values)

    def test_other_companies_see_nothing(self):
        request = self.request()
        other = self.env["res.company"].create({"name": "Other Melters"})
        stranger = self.user("stranger", "asi_coc.group_representative")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        own = request.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(own._filtered_access("read"))
        self.assertFalse(own.search([]))

    def test_count_on_the_document(self):
        self.request()
        self.request()
        own = self.document.with_user(self.auditor)
        self.assertEqual(own.verification_request_count, 2)
        found = self.env["asi.coc.verification.request"].search(
            own.action_open_verification_requests()["domain"]
        )
        self.assertEqual(len(found), 2)
