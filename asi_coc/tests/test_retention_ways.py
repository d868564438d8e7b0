"""Ways round retention: each leads to the same refusal, or leaves the record (1.6)."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import UserCase
from .common_cash import CashCase
from .common_policy import PolicyCase
from .test_retention import FREE, RetentionCase


@tagged("post_install", "-at_install")
class TestDaysOfTrainings(RetentionCase):
    def test_last_day_of_a_held_session_stays(self):
        """It says how long the session counts, and how long it is kept (1.5)."""
        training = self.held()
        for day in ("2099-12-31", False):
            with self.refused(UserError, "CoC Basics", "was held and stays on file"):
                self.remote(training, self.officer, "write", {"valid_until": day})


@tagged("post_install", "-at_install")
class TestMessagesOfRecords(RetentionCase):
    def setUp(self):
        super().setUp()
        self.training = self.held().with_env(self.env)
        self.message = self.training.message_post(
            body="Jan came late", message_type="comment"
        )

    def test_message_is_not_taken_to_another_record_first(self):
        partner = self.env["res.partner"].create({"name": "Somebody"})
        for values in (
            {"model": "res.partner", "res_id": partner.id},
            {"model": False, "res_id": False},
            {"res_id": 0},
        ):
            with (
                self.subTest(values=values),
                self.refused(UserError, "stays with it", "March 10, 2030"),
            ):
                self.remote(self.message, self.admin, "write", values)

    def test_message_is_not_emptied(self):
        own = self.message
        with self.refused(UserError, "stays with it", "March 10, 2030"):
            self.training._message_update_content(own, body="", attachment_ids=[])
        for body in (False, "", "<p><br></p>"):
            with self.refused(UserError, "stays with it"):
                own.sudo().body = body
        self.assertIn("Jan came late", own.body)
        self.training._message_update_content(own, body="Jan came at noon")
        self.assertIn("Jan came at noon", own.body)

    def test_messages_are_sent(self):
        """Odoo words the e-mail's message as it queues it."""
        sent = self.training.message_post(
            body="Material", partner_ids=self.officer.partner_id.ids
        )
        self.assertEqual(sent.notified_partner_ids, self.officer.partner_id)

    def test_files_are_not_taken_off_a_message(self):
        file = self.env["ir.attachment"].create({"name": "mail.txt", "raw": b"x"})
        self.message.sudo().attachment_ids += file
        for commands in ([Command.unlink(file.id)], [Command.clear()]):
            with self.refused(UserError, "mail.txt", "March 10, 2030"):
                self.remote(
                    self.message, self.admin, "write", {"attachment_ids": commands}
                )
        self.assertEqual(self.message.attachment_ids, file)

    def test_what_says_nothing_else_is_written(self):
        self.message.sudo().write(
            {"body": self.message.body, "res_id": self.training.id, "pinned_at": False}
        )
        self.at(FREE)
        self.message.sudo().body = False
        planned = self.keep("asi.coc.training", topic_id=self.topic.id)
        note = planned.message_post(body="Perhaps in May")
        note.sudo().body = False

    def test_tracked_changes_stay(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        changes = self.env["mail.tracking.value"].create(
            {
                "mail_message_id": self.message.id,
                "field_id": self.env["ir.model.fields"]
                ._get("asi.coc.training", "trainer")
                .id,
                "old_value_char": "Inspector",
                "new_value_char": "Chief Inspector",
            }
        )
        for context in ({}, {"_force_unlink": True}):
            with self.refused(UserError, "March 10, 2030"):
                self.remote(changes, self.admin, "unlink", **context)
        with self.refused(UserError, "March 10, 2030"):
            self.remote(changes, self.admin, "write", {"old_value_char": "Nobody"})
        self.at(FREE)
        self.remote(changes, self.admin, "unlink")

    def test_sent_mail_goes_and_its_message_stays(self):
        """Odoo would delete the message along with the mail, and fail to (1.6)."""
        kept, other = (
            self.env["mail.mail"].create(
                {
                    "model": record._name,
                    "res_id": record.id,
                    "subject": "Slides",
                    "body_html": "<p>Here they are</p>",
                    "email_to": "jan@example.com",
                    "auto_delete": True,
                }
            )
            for record in (self.training, self.officer.partner_id)
        )
        messages = kept.mail_message_id, other.mail_message_id
        (kept | other)._postprocess_sent_message([], [])
        self.assertFalse((kept | other).exists())
        self.assertEqual([bool(one.exists()) for one in messages], [True, False])
        self.assertIn(messages[0], self.training.message_ids)


@tagged("post_install", "-at_install")
class TestRecordsOfScrapSuppliers(CashCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = cls.user("clerk", "account.group_account_manager")
        cls.keeper = cls.user("keeper", "asi_coc.group_officer")

    def identify(self, model, **values):
        return self.env[model].create(
            {
                "partner_id": self.yard.id,
                "name": "Jane Roe",
                "evidence_ids": [
                    Command.create({"name": "Passport.pdf", "raw": b"%PDF-1.7"})
                ],
                **values,
            }
        )

    def test_identity_is_not_given_to_another_contact(self):
        self.buy()
        for model in ("asi.coc.supplier.principal", "asi.coc.supplier.evidence"):
            record = self.identify(model)
            with self.refused(UserError, "Supplier cannot change", "Jane Roe", "(1.6)"):
                record.with_user(self.keeper).partner_id = self.plain
            record.with_user(self.keeper).partner_id = self.yard
            self.assertEqual(record.partner_id, self.yard)

    def test_identity_of_whom_nothing_was_ordered_from_may(self):
        record = self.identify("asi.coc.supplier.principal")
        record.with_user(self.keeper).partner_id = self.plain
        self.assertEqual(record.partner_id, self.plain)

    def test_payment_reset_to_draft_is_still_a_record(self):
        self.buy()
        payment = self.pay(100).with_user(self.clerk)
        payment.action_draft()
        with self.refused(UserError, "Payments to scrap suppliers", "March 10, 2030"):
            payment.unlink()
        with self.refused(UserError, "Number cannot change", "(1.6)"):
            payment.name = False
        payment.action_cancel()
        self.assertEqual(payment.state, "canceled")
        never = self.draft(100).with_user(self.clerk)
        never.unlink()
        self.assertFalse(never.exists())

    def test_bill_reset_to_draft_stays_the_suppliers(self):
        bill = self.bill(self.buy()).with_user(self.clerk)
        bill.button_draft()
        for values in (
            {"partner_id": self.plain.id},
            {"posted_before": False},
        ):
            with self.refused(UserError, "Bills and journal entries", "2030"):
                bill.write(values)
        bill.sudo().partner_id = self.plain
        with self.refused(UserError, "Bills and journal entries", "2030"):
            bill.unlink()
        bill.sudo().partner_id = self.yard
        bill.write({"partner_id": self.yard.id, "ref": "R-1"})
        bill.button_cancel()
        self.assertEqual(bill.state, "cancel")

    def test_no_context_deletes_items_of_a_posted_bill(self):
        bill = self.bill(self.buy()).with_user(self.clerk)
        for context in ({}, {"_force_unlink": True}):
            with self.assertRaises(UserError):
                bill.invoice_line_ids.with_context(**context).unlink()
        self.assertTrue(bill.invoice_line_ids.exists())

    def test_invoice_with_its_pdf_is_reset_to_draft(self):
        """Odoo detaches the PDF from its field; it stays attached to the invoice."""
        self.buy()
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.yard.id,
                "invoice_date": "2025-03-10",
                "invoice_line_ids": [
                    Command.create({"name": "Slab", "price_unit": 5, "tax_ids": False})
                ],
            }
        )
        invoice.action_post()
        pdf = self.env["ir.attachment"].create(
            {
                "name": "invoice.pdf",
                "raw": b"%PDF-1.7",
                "res_model": "account.move",
                "res_id": invoice.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        invoice.button_draft()
        self.assertEqual((invoice.state, pdf.res_field), ("draft", False))
        self.assertIn("detached by", pdf.name)
        with self.refused(UserError, "detached by", "March 10, 2030"):
            pdf.unlink()


@tagged("post_install", "-at_install")
class TestMergesOfContacts(PolicyCase):
    def merge(self, source, into):
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (source | into).ids, into
        )
        self.env.invalidate_all()

    def test_two_who_were_told_of_the_same_version(self):
        """Odoo would delete what the one was told, below every guard (1.6)."""
        policy = self.adopt()
        told = self.tell(policy, self.trader) | self.tell(policy, self.smelter)
        with self.refused(
            UserError,
            "North Smelting",
            "Metal Trading",
            "Communication of the policy to suppliers",
            "Archive",
        ):
            self.merge(self.smelter, self.trader)
        self.assertEqual(told.exists(), told)

    def test_who_was_not_told_yet(self):
        policy = self.adopt()
        told = self.tell(policy, self.trader)
        self.tell(policy, self.smelter, send=False)
        self.merge(self.smelter, self.trader)
        self.assertEqual(self.told.search([("policy_id", "=", policy.id)]), told)

    def test_who_was_told_of_another_version(self):
        told = self.tell(self.adopt(), self.smelter)
        self.merge(self.smelter, self.trader)
        self.assertEqual(told.partner_id, self.trader)


@tagged("post_install", "-at_install")
class TestCertificatesOfTheEntity(UserCase):
    """What CoC Documents are issued under, and facilities certified by (3.1b, 9.2c)."""

    def test_own_certificate_stays(self):
        own = self.scope.certificate_id
        self.assertFalse(own.check_ids)
        facility = self.scope.facility_ids.certificate_id
        self.scope.with_user(self.officer).certificate_id = False
        for certificate in (own, facility):
            with self.refused(
                UserError, "Certificates of suppliers, customers and own facilities"
            ):
                certificate.with_user(self.officer).unlink()

    def test_certificate_that_nothing_rests_on_goes(self):
        certificate = self.env["asi.coc.certificate"].create(
            {
                "partner_id": self.customer.id,
                "standard": "chain_of_custody",
                "number": "C00077",
                "date_start": "2025-01-01",
                "date_end": "2027-12-31",
            }
        )
        certificate.with_user(self.officer).unlink()
        self.assertFalse(certificate.exists())

    def test_own_one_of_a_draft_scope_goes(self):
        certificate = self.scope.certificate_id
        self.scope.sudo().state = "draft"
        certificate.with_user(self.officer).unlink()
        self.assertFalse(certificate.exists())
