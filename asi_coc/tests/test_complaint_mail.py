from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_complaints import ComplaintCase

MAIL = """From: {sender}
To: complaints@melt.example.com
Cc: {cc}
Subject: {subject}
Message-Id: <{number}@mail.example.com>
{headers}MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/html; charset=utf-8

<p>The dross <b>heap</b> smokes.</p><script>alert(1)</script>{body}
--b
Content-Type: image/png
Content-Disposition: attachment; filename="heap.png"
Content-Transfer-Encoding: base64

iVBORw0KGgoAAAAA
--b
Content-Type: application/pdf
Content-Disposition: attachment; filename="virus.pdf"
Content-Transfer-Encoding: base64

TVqQAAMAAAA=
--b--
"""
ANN = "Ann Whistle <Ann@Village.example.com>"


@tagged("post_install", "-at_install")
class TestComplaintMail(ComplaintCase):
    """Complaints come by e-mail, and e-mail tells nobody else of them (7.3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.domain = cls.env["mail.alias.domain"].create(
            {"name": "melt.example.com", "company_ids": [(4, cls.company.id)]}
        )
        cls.scope.with_user(cls.officer).write(
            {"alias_name": "complaints", "alias_domain_id": cls.domain.id}
        )

    def receive_mail(self, number=1, sender=ANN, subject="Smoke", **parts):
        """Receive an e-mail as the gateway does; return the complaint."""
        parts = {"headers": "", "cc": "", "body": "", **parts}
        mail = MAIL.format(number=number, sender=sender, subject=subject, **parts)
        gateway = parts.get("gateway", self.env["mail.thread"])
        found = gateway.message_process(False, mail)
        return self.register.browse(found)

    def queue(self):
        return self.env["mail.mail"].search(
            [("model", "=", "asi.coc.complaint")], order="id"
        )

    # -- coming in ----------------------------------------------------------------
    def test_alias(self):
        self.assertEqual(self.scope.alias_email, "complaints@melt.example.com")
        text = self.read_page(self.url_open(self.path()))
        self.assertIn("By e-mail: complaints@melt.example.com", text)

    def test_mail_becomes_a_complaint(self):
        partners = self.env["res.partner"].search_count([])
        complaint = self.receive_mail()
        self.assertEqual(
            complaint.read(
                ["channel", "state", "contact_name", "contact_email", "is_anonymous"]
            ),
            [
                {
                    "id": complaint.id,
                    "channel": "email",
                    "state": "received",
                    "contact_name": "Ann Whistle",
                    "contact_email": "ann@village.example.com",
                    "is_anonymous": False,
                }
            ],
        )
        self.assertEqual(complaint.scope_id, self.scope)
        self.assertRegex(complaint.name, r"\ACMP/2025/\d{4}\Z")
        letter = complaint.statement_ids
        self.assertEqual(letter.kind, "complaint")
        self.assertRegex(letter.text, r"\ASmoke\n\nThe dross \*heap\* smokes\.")
        self.assertNotIn("<", letter.text)
        self.assertIn("Files that were not kept: virus.pdf", letter.text)
        self.assertEqual(letter.file_ids.mapped("name"), ["heap.png"])
        # Nobody is told, and no contact is made of the complainant.
        self.assertEqual(self.env["res.partner"].search_count([]), partners)
        self.assertFalse(complaint.message_follower_ids)
        self.assertFalse(self.queue())

    def test_chatter_and_auditor_do_not_learn_who_wrote(self):
        complaint = self.receive_mail()
        for message in complaint.message_ids:
            said = str(message.sudo().read())
            for secret in ("Ann", "village", "heap"):
                self.assertNotIn(secret, said)
        letters = self.env["asi.coc.complaint.statement"].with_user(self.auditor)
        domain = [("complaint_id", "=", complaint.id)]
        own = complaint.with_user(self.auditor)
        self.assertFalse(letters.search(domain))
        self.assertEqual(own.contact, "Withheld")
        self.assertNotIn("heap", own.concern)
        files = complaint.statement_ids.file_ids
        self.assertFalse(files.with_user(self.auditor)._filtered_access("read"))
        complaint.with_user(self.officer).share_contact = True
        self.assertEqual(len(letters.search(domain)), 1)
        self.assertTrue(files.with_user(self.auditor)._filtered_access("read"))

    def test_employee_who_complains_is_not_named(self):
        self.coc_storekeeper.email = "store@melt.example.com"
        complaint = self.receive_mail(
            sender="Store <store@melt.example.com>",
            cc=f"boss <{self.buyer.email or 'buyer@x.example'}>",
        )
        root = self.env.ref("base.user_root")
        for record in (complaint, *complaint.message_ids, *complaint.statement_ids):
            self.assertEqual(record.create_uid, root)
        for message in complaint.message_ids:
            self.assertEqual(message.author_id, root.partner_id)
            self.assertFalse(message.partner_ids)
            self.assertFalse(
                message.with_user(self.coc_storekeeper)._filtered_access("read")
            )

    def test_whoever_it_was_copied_to_reads_nothing(self):
        self.buyer.email = "buyer@melt.example.com"
        complaint = self.receive_mail(cc="buyer@melt.example.com")
        self.assertFalse(complaint.message_ids.partner_ids)
        own = complaint.message_ids.with_user(self.buyer)
        self.assertFalse(own._filtered_access("read"))

    def test_gateway_of_a_user(self):
        """A script may hand e-mails in as an administrator, not as superuser."""
        user = self.env.ref("base.user_admin")
        gateway = self.env(user=user, context={}, su=False)["mail.thread"]
        complaint = self.receive_mail(gateway=gateway)
        self.assertEqual(complaint.statement_ids.mapped("kind"), ["complaint"])
        self.assertEqual(complaint.create_uid, self.env.ref("base.user_root"))

    def test_an_e_mail_counts_once(self):
        self.receive_mail()
        self.receive_mail()
        self.assertEqual(len(self.own()), 1)
        self.assertEqual(len(self.own().statement_ids), 1)

    def test_headers_of_an_attacker(self):
        complaint = self.receive_mail(
            sender='"Ann\tBcc: x@example.com" <ann@village.example.com>',
            subject="=?utf-8?q?Smoke=0D=0ABcc:_x@example.com?=",
        )
        self.assertNotIn("\n", complaint.contact_name)
        complaint.with_user(self.officer).action_acknowledge()
        (mail,) = self.queue()
        self.assertEqual(mail.email_to, "ann@village.example.com")
        self.assertEqual(mail.subject, f"Complaint {complaint.name}")

    def test_sender_that_cannot_be_answered(self):
        complaint = self.receive_mail(sender="nobody")
        self.assertFalse(complaint.contact_email)
        complaint.with_user(self.officer).action_acknowledge()
        self.assertFalse(self.queue())
        with self.refused(UserError, complaint.name, "no e-mail address", "(7.3)"):
            complaint.with_user(self.officer).action_send_link()

    def test_sender_with_no_real_address(self):
        """What Odoo takes for an address and nobody can write to is left out."""
        complaint = self.receive_mail(sender='"><b>@village.example.com')
        self.assertEqual(len(complaint), 1)
        self.assertFalse(complaint.contact_email)

    def test_long_e_mail_says_that_it_was_cut(self):
        complaint = self.receive_mail(body="smoke " * 4000)
        text = complaint.statement_ids.text
        self.assertIn("smoke smoke", text)
        self.assertIn("longer than 20000 characters; the rest was not kept", text)

    # -- going out ----------------------------------------------------------------
    def test_acknowledgement_carries_the_link(self):
        complaint = self.receive_mail()
        complaint.with_user(self.officer).action_acknowledge()
        (mail,) = self.queue()
        self.assertEqual(mail.email_to, "ann@village.example.com")
        self.assertEqual(mail.email_from, "complaints@melt.example.com")
        self.assertEqual(mail.reply_to, "complaints@melt.example.com")
        self.assertIn("Auto-Submitted", mail.headers)
        self.assertTrue(mail.auto_delete)
        link = f"{complaint.get_base_url()}/coc/complaint/follow/"
        self.assertEqual(mail.body_html.count(f'"{link}'), 1)
        token = mail.body_html.split(f'"{link}')[1][:32]
        text = self.read_page(self.url_open(f"/coc/complaint/follow/{token}"))
        self.assertIn("Stage Acknowledged", text)
        # Neither the link nor the address is in the chatter.
        for message in complaint.message_ids:
            said = str(message.with_user(self.officer).read(["body", "email_from"]))
            self.assertNotIn("follow/", said)
            self.assertNotIn("village", said)
        # Once sent, the e-mail is deleted; the note about it stays.
        self.assertTrue(mail.is_notification)
        mail.unlink()
        self.assertTrue(complaint.message_ids.filtered("subject"))

    def test_new_link_ends_the_earlier_one(self):
        complaint, path = self.complain(contact_email="a@example.com", consent="1")
        complaint.with_user(self.officer).action_acknowledge()
        self.assertNotIn("follow/", self.queue().body_html)
        self.assertEqual(self.url_open(path).status_code, 200)
        complaint.with_user(self.officer).action_send_link()
        self.assertIn("follow/", self.queue()[1].body_html)
        self.assertEqual(self.url_open(path).status_code, 404)

    def test_reply_comes_to_the_complaint(self):
        complaint = self.receive_mail()
        complaint.with_user(self.officer).action_acknowledge()
        message = self.queue().mail_message_id
        again = self.receive_mail(
            number=2, headers=f"In-Reply-To: {message.message_id}\n", subject="Re: it"
        )
        self.assertEqual(again, complaint)
        letters = complaint.statement_ids
        self.assertEqual(sorted(letters.mapped("kind")), ["addition", "complaint"])
        wrote = self.env.ref("asi_coc.mail_activity_complaint_wrote")
        self.assertIn(wrote, complaint.activity_ids.activity_type_id)

    def test_answer_in_the_complainant_s_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        complaint = self.receive_mail()
        complaint.lang = "fr_FR"
        self.advance(complaint, "answered")
        self.assertTrue(complaint.answered_by_email)
        mail = self.queue()[-1]
        self.assertIn("You are right; a roof is built by May.", mail.body_html)
        self.assertNotIn("follow/", mail.body_html)

    def test_answer_says_until_when_it_can_be_appealed_against(self):
        complaint = self.receive_mail()
        self.advance(complaint, "answered")
        self.assertIn("until April 9, 2025", self.queue()[-1].body_html)
        self.assertIn("in answer to this e-mail", self.queue()[-1].body_html)
        complaint.with_user(self.officer).action_appeal()
        self.answer_anew(complaint)
        self.assertNotIn("appeal", self.queue()[-1].body_html)

    def answer_anew(self, complaint):
        own = complaint.with_user(self.officer)
        self.decide(own)
        self.answer(own)

    def test_replies_without_an_alias_go_to_the_officer(self):
        """Not to the entity's common mailbox, which others read."""
        self.scope.alias_name = False
        self.company.email = "info@melt.example.com"
        self.officer.email = "officer@melt.example.com"
        complaint, _path = self.complain(contact_email="a@example.com", consent="1")
        self.advance(complaint, "answered")
        mail = self.queue()[-1]
        self.assertEqual(mail.email_from, "info@melt.example.com")
        self.assertIn("officer@melt.example.com", mail.reply_to)
        self.assertIn("You are right", mail.body_html)
        self.assertIn("at the secret address of", mail.body_html)
        self.assertNotIn("in answer to this e-mail", mail.body_html)

    def test_e_mail_that_cannot_be_sent(self):
        """Whoever handles it learns that the complainant has no answer yet."""
        complaint = self.receive_mail()
        self.advance(complaint, "answered")
        mails = self.queue()
        self.assertEqual(len(mails), 2)
        self.assertFalse(complaint.activity_ids)
        for mail in mails:
            # As Odoo calls it after a server refused the e-mail.
            mail._postprocess_sent_message([], [], failure_type="mail_smtp")
        (todo,) = complaint.activity_ids
        self.assertIn("could not be sent", todo.summary)
        self.assertEqual(todo.user_id, self.representative)
        mails._postprocess_sent_message([], ["ann@village.example.com"])
        self.assertEqual(len(complaint.activity_ids), 1)

    def test_html_in_an_answer_is_text(self):
        complaint = self.receive_mail()
        own = complaint.with_user(self.officer)
        own.message = "<img src=x onerror=alert(1)>"
        own.action_send_message()
        for html in (self.queue().body_html, complaint.message_ids[0].body):
            self.assertIn("&lt;img src=x", html)

    def test_loops_end(self):
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            for number in range(25):
                self.receive_mail(number=number)
        self.assertEqual(len(self.own()), 20)
