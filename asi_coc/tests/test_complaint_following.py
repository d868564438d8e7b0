from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_complaints import ComplaintCase

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@tagged("post_install", "-at_install")
class TestComplaintFollowing(ComplaintCase):
    """Whoever complained follows it at a secret address (7.3)."""

    def act(self, path, action, files=(), **values):
        csrf = self.hidden(self.url_open(path), "csrf_token")
        return self.send({"csrf_token": csrf, "action": action, **values}, files, path)

    # -- following --------------------------------------------------------------
    def test_stages_and_answer(self):
        complaint, path = self.complain()
        self.at("2025-03-12")
        self.advance(complaint, "investigating")
        text = self.read_page(self.url_open(path))
        self.assertIn("Stage Under Investigation", text)
        self.assertIn("Receipt acknowledged March 12, 2025 March 15, 2025", text)
        self.assertIn("Admissibility decided March 12, 2025 March 25, 2025", text)
        self.assertNotIn("You can appeal", text)
        officer_view = complaint.with_user(self.officer)
        officer_view.message = "Which heap do you mean?"
        officer_view.action_send_message()
        self.assertFalse(complaint.message)
        self.advance(complaint, "answered")
        text = self.read_page(self.url_open(path))
        self.assertIn("Message to the Complainant, March 12, 2025 Which heap", text)
        self.assertIn(
            "Answer to the Complainant, March 12, 2025 You are right; a roof is built "
            "by May.",
            text,
        )
        self.assertIn("You can appeal once, until April 11, 2025", text)
        # What the officers wrote for themselves stays with them.
        for secret in ("The heap has to be covered", "not covered", "officer"):
            self.assertNotIn(secret, text)

    def test_not_admissible(self):
        complaint, path = self.complain()
        own = complaint.with_user(self.officer)
        own.action_acknowledge()
        own.write(
            {"inadmissible_ground": "no_facts", "admissibility_reason": "No place"}
        )
        own.action_refuse()
        self.assertIn("Stage Not Admissible", self.read_page(self.url_open(path)))
        self.answer(own)
        self.assertEqual(complaint.state, "answered")

    def test_forwarded(self):
        complaint, path = self.complain()
        complaint.with_user(self.officer).concerns_material = True
        complaint.with_user(self.officer).action_forward()
        text = self.read_page(self.url_open(path))
        self.assertIn("Brought to the attention of ASI on March 10, 2025.", text)

    # -- writing ----------------------------------------------------------------
    def test_add_words_and_files(self):
        complaint, path = self.complain()
        response = self.act(
            path, "add", [("a.png", PNG, "image/png")], text="Today <b>again</b>"
        )
        text = self.read_page(response)
        self.assertIn("Thank you, it was added", text)
        self.assertIn("Added by the Complainant, March 10, 2025 (files: 1)", text)
        self.assertNotIn("again", text.replace("Today", ""))
        letter = complaint.statement_ids.filtered(lambda one: one.kind == "addition")
        self.assertEqual(letter.text, "Today <b>again</b>")
        self.assertEqual(letter.file_ids.raw, PNG)
        wrote = self.env.ref("asi_coc.mail_activity_complaint_wrote")
        self.assertEqual(
            len(complaint.activity_ids.filtered(lambda a: a.activity_type_id == wrote)),
            1,
        )
        self.act(path, "add", text="Once more")
        self.assertEqual(
            len(complaint.activity_ids.filtered(lambda a: a.activity_type_id == wrote)),
            1,
        )

    def test_errors(self):
        complaint, path = self.complain()
        for action, values, files, error in (
            ("add", {"text": " "}, (), "There is nothing to send yet."),
            ("appeal", {"text": ""}, (), "Please write why you appeal."),
            ("appeal", {"text": "No"}, (), "cannot be appealed against"),
            ("add", {"text": "x" * 8001}, (), "Your text is too long: at most 8000"),
            ("add", {"text": "Kept"}, [("a.exe", b"MZ\0", "")], "a.exe is of no kind"),
        ):
            with self.subTest(error=error):
                response = self.act(path, action, files, **values)
                text = self.read_page(response)
                self.assertIn("Nothing was sent yet", text)
                self.assertIn(error, text)
                if values["text"].strip():
                    self.assertIn(f">{values['text']}</textarea>", response.text)
        self.assertEqual(len(complaint.statement_ids), 1)

    def test_nothing_is_added_to_a_closed_complaint(self):
        complaint, path = self.complain()
        self.advance(complaint, "closed")
        complaint.sudo().is_appealed = True
        response = self.url_open(path)
        self.assertNotIn("Add something", self.read_page(response))
        csrf = self.hidden(self.url_open(self.path()), "csrf_token")
        values = {"csrf_token": csrf, "action": "add", "text": "Late"}
        text = self.read_page(self.send(values, path=path))
        self.assertIn("The complaint is closed; nothing can be added any more.", text)

    def test_additions_end_somewhere(self):
        complaint, path = self.complain()
        letters = self.env["asi.coc.complaint.statement"]
        for number in range(50):
            letters._add(complaint, "addition", "page", str(number))
        text = self.read_page(self.act(path, "add", text="51"))
        self.assertIn("A lot was added to this complaint already.", text)

    # -- appeal -----------------------------------------------------------------
    def test_appeal_once(self):
        complaint, path = self.complain()
        self.advance(complaint, "closed")
        self.at("2025-04-01")
        text = self.read_page(self.act(path, "appeal", text="There is no roof."))
        self.assertIn("Your appeal was filed", text)
        self.assertIn("Stage Under Investigation", text)
        self.assertEqual(complaint.state, "investigating")
        self.assertTrue(complaint.is_appealed)
        self.assertEqual(str(complaint.answer_by), "2025-05-31")
        self.assertFalse(complaint.decision or complaint.answer)
        log = complaint.log_ids.filtered(lambda one: "before the appeal" in one.what)
        self.assertIn("Decision: The heap has to be covered.", log.what)
        self.assertIn("Answer: You are right; a roof is built by May.", log.what)
        appeal = complaint.statement_ids.filtered(lambda one: one.kind == "appeal")
        self.assertEqual(appeal.text, "There is no roof.")
        own = complaint.with_user(self.officer)
        self.decide(own)
        self.answer(own)
        text = self.read_page(self.act(path, "appeal", text="Again"))
        self.assertIn("cannot be appealed against", text)

    def test_appeal_against_inadmissibility(self):
        complaint, path = self.complain()
        own = complaint.with_user(self.officer)
        own.action_acknowledge()
        own.write({"inadmissible_ground": "no_facts", "admissibility_reason": "None"})
        own.action_refuse()
        self.answer(own)
        self.act(path, "appeal", text="Here are facts.")
        self.assertEqual(complaint.state, "acknowledged")
        self.assertFalse(complaint.inadmissible_ground)
        own.action_admit()
        self.assertEqual(complaint.state, "admissible")

    def test_appeal_too_late(self):
        complaint, path = self.complain()
        self.advance(complaint, "closed")
        self.at("2025-04-10")
        self.assertNotIn("You can appeal once", self.read_page(self.url_open(path)))
        with self.refused(Exception, complaint.name, "within 30 days", "(7.3)"):
            complaint.with_user(self.officer).action_appeal()

    # -- consent ----------------------------------------------------------------
    def test_appeal_in_time_is_recorded_later(self):
        """What counts is when the complainant wrote, not when an officer reads it."""
        complaint, path = self.complain()
        self.advance(complaint, "answered")
        own = complaint.with_user(self.officer)
        self.at("2025-04-09")
        self.act(path, "add", text="I do not accept that.")
        self.at("2025-04-14")
        self.assertNotIn("You can appeal", self.read_page(self.url_open(path)))
        own.action_appeal()
        self.assertEqual(complaint.state, "investigating")
        self.assertEqual(str(complaint.appealed_on.date()), "2025-04-14")
        complaint, path = self.complain()
        self.act(path, "add", text="Before the answer")
        self.advance(complaint, "answered")
        self.at("2025-05-15")
        self.act(path, "add", text="Too late")
        with self.refused(UserError, complaint.name, "30 days"):
            complaint.with_user(self.officer).action_appeal()

    def test_who_handled_it_left(self):
        """Who left stops nobody: a representative takes over, and learns of it."""
        officers = self.env.ref("asi_coc.group_officer")
        elsewhere = self.env["res.company"].create({"name": "Elsewhere Melters"})
        for leave in (
            {"group_ids": [Command.unlink(officers.id)]},
            {"company_ids": [Command.set(elsewhere.ids)], "company_id": elsewhere.id},
            {"active": False},
        ):
            handler = self.user(f"leaver-{[*leave][0]}", "asi_coc.group_officer")
            complaint, path = self.complain()
            complaint.user_id = handler
            self.advance(complaint, "answered")
            handler.write(leave)
            text = self.read_page(self.act(path, "add", text="One more thing"))
            self.assertIn("Thank you, it was added", text)
            text = self.read_page(self.act(path, "appeal", text="It still smokes"))
            self.assertIn("Your appeal was filed", text)
            activities = complaint.activity_ids
            self.assertEqual(len(activities), 2)
            self.assertEqual(activities.user_id, self.representative)
            self.env["asi.coc.throttle"].search([]).unlink()

    def test_representative_of_elsewhere(self):
        """Complaints come in whoever is to handle them; the officer does, or nobody."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere Melters"})
        self.representative.write(
            {"company_ids": [Command.set(elsewhere.ids)], "company_id": elsewhere.id}
        )
        self.scope.responsible_id = False
        complaint, _path = self.complain()
        self.assertFalse(complaint.user_id)
        self.scope.responsible_id = self.officer
        complaint, _path = self.complain()
        self.assertEqual(complaint.user_id, self.officer)

    def test_consent_is_withdrawn(self):
        complaint, path = self.complain(
            contact_name="Ann", contact_email="ann@example.com", consent="1"
        )
        text = self.read_page(self.act(path, "withdraw"))
        self.assertIn("Your contact was deleted", text)
        self.assertNotIn("Delete my contact", text)
        self.assertEqual(
            complaint.read(["contact_name", "contact_email", "consent_on", "contact"]),
            [
                {
                    "id": complaint.id,
                    "contact_name": False,
                    "contact_email": False,
                    "consent_on": False,
                    "contact": "Anonymous",
                }
            ],
        )
        self.assertIn("withdrew the consent", complaint.message_ids[0].body)

    # -- the secret ---------------------------------------------------------------
    def test_other_addresses_tell_nothing(self):
        complaint, path = self.complain()
        token = path.rpartition("/")[2]
        neutral = self.url_open("/coc/complaint/follow/" + "A" * 32)
        self.assertEqual(neutral.status_code, 404)
        self.assertIn("There is no complaint at this address", neutral.text)
        # sudo: the hash is nobody's to read; it opens nothing either
        digest = complaint.sudo().token_hash
        for guess in (
            str(complaint.id),
            complaint.name.replace("/", "-"),
            token[:-1],
            f"{token}A",
            f"%20{token}",
            token.swapcase(),
            digest,
            digest[:32],
            "%25" * 32,
            "é" * 32,
        ):
            response = self.url_open(f"/coc/complaint/follow/{guess}")
            self.assertEqual(response.status_code, 404)
            self.assertEqual(response.text, neutral.text)

    def test_guessing_is_stopped(self):
        _complaint, path = self.complain()
        for number in range(20):
            self.url_open(f"/coc/complaint/follow/{number:032d}")
        for tried in ("/coc/complaint/follow/x", path, self.path()):
            response = self.url_open(tried)
            self.assertEqual(response.status_code, 429)
            self.assertTrue(response.headers["Retry-After"])

    def test_token_is_stored_nowhere(self):
        complaint, path = self.complain()
        token = path.rpartition("/")[2]
        for record in (complaint, complaint.statement_ids, complaint.message_ids):
            # sudo: each value, the secret ones too
            self.assertNotIn(token, str(record.sudo().read()))
        for user in (self.officer, self.representative, self.auditor):
            own = complaint.with_user(user)
            for name in ("token_hash", "form_key"):
                with self.assertRaises(AccessError):
                    own.read([name])
                with self.assertRaises(AccessError):
                    own.search([(name, "like", "a")])
            self.assertNotIn("token_hash", own.read()[0])
        with self.assertRaises(AccessError):
            complaint.with_user(self.officer).write({"token_hash": "0"})

    def test_headers(self):
        _complaint, path = self.complain()
        for tried in (path, "/coc/complaint/follow/nothing"):
            headers = self.url_open(tried).headers
            self.assertEqual(headers["Cache-Control"], "no-store")
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(headers["X-Robots-Tag"], "noindex, nofollow")
            self.assertEqual(headers["X-Frame-Options"], "DENY")
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])

    @mute_logger("odoo.http")
    def test_without_the_session_s_token(self):
        complaint, path = self.complain()
        response = self.send({"action": "withdraw"}, path=path)
        self.assertEqual(response.status_code, 400)
        self.assertEqual(len(complaint.statement_ids), 1)

    def test_archived_complaint_is_still_followed(self):
        complaint, path = self.complain()
        complaint.with_user(self.representative).active = False
        self.assertEqual(self.url_open(path).status_code, 200)
        self.clock.tick(timedelta(days=1))
        self.assertEqual(self.url_open(path).status_code, 200)

    # -- reached from every CoC Document ------------------------------------------
    def test_document_leads_to_the_form(self):
        self.receive(self.slab, 100, claimed=80)
        document = self.deliver(self.slab, 10, designated=7).coc_document_ids
        page = self.url_open(f"/coc/document/{document.verification_token}")
        link = f"{self.path()}?document={document.name.replace('/', '%2F')}"
        self.assertIn(f'href="{link}"', page.text)
        form = self.url_open(link)
        self.assertIn(f'value="{document.name}"', form.text)
        report = self.env["report.asi_coc.report_document_pages"]
        url = f"{self.scope.get_base_url()}{self.path()}"
        self.assertEqual(report._get_page(document)["check"]["complaints"], url)
