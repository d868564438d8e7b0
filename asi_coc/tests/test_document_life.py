import hashlib
import json

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from ..core import pdf_twin, twin
from .common import CocCase, UserCase


class LifeCase(CocCase):
    """100 t of slab came in, 60 t of it CoC; 50 t leave, 30 t of it CoC."""

    def setUp(self):
        super().setUp()
        # Tests get HTML otherwise.
        self.env = self.env(
            context={**self.env.context, "force_report_rendering": True}
        )
        self.customer.email = "goods@rollers.example"
        self.receive(self.slab, 100, claimed=60)
        self.delivery = self.deliver(self.slab, 50, designated=30)
        self.document = self.delivery.coc_document_ids

    def error_in(self, document, course, lines=None, **values):
        """Fill the wizard of *Void or Replace* and confirm it."""
        form = Form.from_action(self.env, document.action_void())
        form.course = course
        form.found = "The weighbridge shows another mass"
        form.cause = "Wrong tare"
        form.agreed_correction = "Void the document"
        form.agreed_with = "Matthew Johnson"
        form.prevention = "Tare twice"
        for name, value in values.items():
            setattr(form, name, value)
        for position, quantity in enumerate(lines or ()):
            with form.line_ids.edit(position) as line:
                line.corrected_qty = quantity
        action = form.save().action_confirm()
        return self.env[action["res_model"]].browse(action["res_id"])

    def casthouse_output(self):
        return self.balance("casthouse").coc_output

    def mails_about(self, document):
        return document.message_ids.filtered(
            lambda message: message.subtype_id == self.env.ref("mail.mt_comment")
        )


@tagged("post_install", "-at_install")
class TestIssued(LifeCase):
    """An issued document stays as it was issued (9.1, 9.2)."""

    def test_frozen_content(self):
        """What the document says is on file as data, to the letter."""
        payload = json.loads(self.document.payload)
        self.assertEqual(
            {
                name: payload[name]
                for name in ("schema", "version", "number", "date", "conformance")
            },
            {
                "schema": "asi-coc-document",
                "version": "1.0",
                "number": "COC/2025/00001",
                "date": "2025-03-10",
                "conformance": "The information provided in this CoC Document is in "
                "conformance with the ASI CoC Standard.",
            },
        )
        self.assertEqual(payload["issuer"]["name"], "Melt & Roll")
        self.assertEqual(payload["issuer"]["certificate"], "C00037")
        self.assertEqual(payload["customer"]["name"], "Rollers United")
        self.assertEqual(payload["customer"]["certificate"], None)
        (line,) = payload["lines"]
        self.assertEqual(
            [line[name] for name in ("material", "form", "unit")],
            ["aluminium", "Slab", "t"],
        )
        self.assertEqual((line["coc_mass"], line["total_mass"]), ("30", "50"))
        self.assertEqual(payload["shipments"][0]["reference"], self.delivery.name)
        self.assertEqual(payload["verification_url"], self.document.verification_url)
        self.assertIn("/coc/document/", payload["verification_url"])

    def test_a_name_changed_later_changes_nothing(self):
        self.customer.name = "Rollers Divided"
        self.company.name = "Melt & Flow"
        self.assertEqual(self.document.customer_name, "Rollers United")
        self.assertEqual(self.document.issuer_name, "Melt & Roll")

    def test_no_field_of_it_can_change(self):
        for name, value in (
            ("date", "2025-03-11"),
            ("customer_id", self.supplier.id),
            ("customer_name", "Somebody"),
            ("issuer_certificate", "C00001"),
            ("responsible", "Somebody"),
            ("carbon_footprint", 1),
            ("line_ids", [Command.clear()]),
            ("picking_ids", [Command.clear()]),
        ):
            with self.refused(UserError, "COC/2025/00001 is Issued", "cannot change"):
                self.document.write({name: value})
        with self.refused(UserError, "COC/2025/00001 is Issued"):
            self.document.line_ids.coc_mass = 50
        with self.refused(UserError, "stays on file"):
            self.document.unlink()

    def test_pdf_is_printed_once_and_kept(self):
        self.print_documents()
        pdf = self.document.pdf_attachment_id
        self.assertEqual(self.document.pdf_sha256, hashlib.sha256(pdf.raw).hexdigest())
        self.assertEqual(pdf_twin.extract(pdf.raw).decode(), self.document.payload)
        printed, _kind = self.env["ir.actions.report"]._render_qweb_pdf(
            "asi_coc.report_document", self.document.ids
        )
        self.assertTrue(printed == pdf.raw, "printing gives the stored PDF")
        self.assertEqual(self.document._ensure_pdf(), pdf)

    def test_pdf_goes_with_the_delivery(self):
        self.print_documents()
        attachments = self.env["ir.attachment"].search(
            [("name", "=", "CoC Document COC-2025-00001.pdf")]
        )
        self.assertEqual(
            {(one.res_model, one.res_id) for one in attachments},
            {
                ("asi.coc.document", self.document.id),
                ("stock.picking", self.delivery.id),
            },
        )

    def test_pdf_cannot_change_or_go(self):
        pdf = self.document._ensure_pdf()
        for change in (
            lambda: pdf.write({"raw": b"%PDF-1.4 another"}),
            lambda: pdf.write({"res_model": "res.partner", "res_id": 1}),
            lambda: pdf.unlink(),
        ):
            with self.refused(UserError, "COC/2025/00001", "as it was issued", "9.1"):
                change()

    def test_more_than_the_ledger_says_is_not_issued(self):
        """An officer cannot put 31 t on a draft of 30 t (9.2b)."""
        self.scope.issue_automatically = False
        delivery = self.deliver(self.slab, 20, designated=10)
        draft = delivery.coc_document_ids
        draft.line_ids.coc_mass = 11
        with self.refused(UserError, "says 11 t", "the ledger 10 t", "9.2b"):
            draft.action_issue()

    def test_number_of_a_transaction_that_is_rolled_back_is_used_again(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            lost = self.deliver(self.slab, 10, designated=5)
            self.assertEqual(lost.coc_document_ids.name, "COC/2025/00002")
            raise ZeroDivisionError
        kept = self.deliver(self.slab, 10, designated=5)
        self.assertEqual(kept.coc_document_ids.name, "COC/2025/00002")

    def test_non_certified_customer_and_trader(self):
        """A document goes to them too, as long as the mass is in the account (9.1)."""
        self.assertEqual(self.document.state, "issued")
        self.assertFalse(self.document.customer_certificate)
        with self.refused(UserError, "31 t cannot be designated", "30 t are available"):
            self.deliver(self.slab, 50, designated=31)

    def test_sent_by_mail_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        template = self.env.ref("asi_coc.mail_template_document")
        template.with_context(lang="fr_FR").subject = "Document CoC {{ object.name }}"
        self.document._send()
        (message,) = self.mails_about(self.document)
        self.assertEqual(message.subject, "Document CoC COC/2025/00001")
        self.assertEqual(message.partner_ids, self.customer)
        self.assertEqual(
            message.attachment_ids.mapped("name"), ["CoC Document COC-2025-00001.pdf"]
        )
        self.assertTrue(self.document.sent_on)

    def test_sent_as_soon_as_printed(self):
        self.scope.send_automatically = True
        document = self.deliver(self.slab, 10, designated=5).coc_document_ids
        self.assertFalse(self.mails_about(document))
        self.print_documents()
        self.assertEqual(len(self.mails_about(document)), 1)
        self.assertFalse(self.mails_about(self.document))

    def test_customer_without_address_becomes_an_activity(self):
        self.customer.email = False
        self.document._send()
        self.assertFalse(self.document.sent_on)
        self.assertIn(
            "Rollers United has no e-mail address", self.document.activity_ids.note
        )


@tagged("post_install", "-at_install")
class TestVoid(LifeCase):
    """The three courses of criterion 9.6, and the ledger after each."""

    def test_goods_kept(self):
        """30 t turn Non-CoC at the customer's; they are available again."""
        error = self.error_in(self.document, "kept")
        self.assertEqual(self.document.state, "void")
        self.assertEqual(
            self.entries(self.delivery),
            {("output", "coc"): 0, ("output", "non_coc"): 50},
        )
        self.assertEqual(self.casthouse_output(), 0)
        self.assertEqual(error._name, "asi.coc.error")
        self.assertEqual(error.document_id, self.document)
        self.assertEqual(
            (error.criterion, error.course, error.state), ("9.6", "kept", "prevented")
        )
        (message,) = self.mails_about(self.document)
        self.assertEqual(
            message.subject, "CoC Document COC/2025/00001 of Melt & Roll is void"
        )
        self.assertEqual(message.partner_ids, self.customer)
        self.assertEqual(self.env["asi.coc.total"]._find_differences(), [])

    def test_goods_returned(self):
        """All 50 t come back: the 30 t are in the account again."""
        with self.refused(UserError, "30 t", "COC/2025/00001", "have not come back"):
            self.error_in(self.document, "returned")
        self.give_back(self.delivery, 50)
        self.error_in(self.document, "returned")
        self.assertEqual(self.document.state, "void")
        self.assertEqual(self.casthouse_output(), 0)
        self.assertEqual(self.balance("casthouse").total_outflow, 0)

    def test_replaced_with_less(self):
        """20 t instead of 30 t were CoC Material."""
        replacement = self.error_in(self.document, "replaced", [20])
        self.assertEqual(self.document.state, "replaced")
        self.assertEqual(self.document.replaced_by_id, replacement)
        self.assertEqual(replacement.replaces_id, self.document)
        self.assertEqual(
            (replacement.state, replacement.name), ("issued", "COC/2025/00002")
        )
        self.assertEqual((replacement.coc_mass, replacement.total_mass), (20, 50))
        self.assertEqual(json.loads(replacement.payload)["replaces"], "COC/2025/00001")
        self.assertEqual(
            self.entries(self.delivery),
            {("output", "coc"): 20, ("output", "non_coc"): 30},
        )
        self.assertEqual(self.casthouse_output(), 20)
        error = self.env["asi.coc.error"].search(
            [("document_id", "=", self.document.id)]
        )
        self.assertEqual(error.replacement_document_id, replacement)
        self.print_documents()
        (message,) = self.mails_about(replacement)
        self.assertIn("It replaces CoC Document", message.body)
        self.assertEqual(
            message.attachment_ids.mapped("name"), ["CoC Document COC-2025-00002.pdf"]
        )

    def test_replaced_with_more_keeps_the_limits(self):
        """At 60 % of 50 t, 30 t may leave as CoC Material: not 31 t (8.7)."""
        with self.refused(UserError, "1 t cannot be designated"):
            self.error_in(self.document, "replaced", [31])
        self.assertEqual(self.document.state, "issued")
        self.assertEqual(self.casthouse_output(), 30)

    def test_replaced_with_more_than_was_delivered(self):
        with self.refused(UserError, "51 Ton of Slab", "the customer has 50 Ton"):
            self.error_in(self.document, "replaced", [51])

    def test_replaced_with_parts_of_products(self):
        self.receive(self.billet, 8, claimed=20)
        delivery = self.deliver(self.billet, 8, designated=4)
        with self.refused(UserError, "3.5", "Billet", "8.5"):
            self.error_in(delivery.coc_document_ids, "replaced", [3.5])

    def test_replaced_by_a_draft_to_correct(self):
        """The customer's address was wrong: the mass stays, the text is corrected."""
        draft = self.error_in(
            self.document, "replaced", issue_now=False, kind="wrong_party"
        )
        self.assertEqual(draft.state, "draft")
        self.assertIn("COC/2025/00001", draft.activity_ids.note)
        draft.customer_address = "3 Coil Street\nEssen"
        draft.action_issue()
        self.assertEqual(draft.name, "COC/2025/00002")
        self.assertEqual(
            json.loads(draft.payload)["customer"]["address"], "3 Coil Street\nEssen"
        )
        self.assertEqual(self.casthouse_output(), 30)

    def test_nothing_left_to_replace(self):
        with self.refused(UserError, "Nothing of COC/2025/00001", "another course"):
            self.error_in(self.document, "replaced", [0])

    def test_voided_after_a_part_came_back(self):
        """25 t come back, 5 t of it CoC; the customer keeps 25 t as Non-CoC."""
        self.give_back(self.delivery, 25)
        self.assertEqual(self.casthouse_output(), 25)
        self.error_in(self.document, "kept")
        self.assertEqual(self.casthouse_output(), 0)
        self.assertEqual(self.balance("casthouse").total_outflow, 25)

    def test_replaced_after_a_part_came_back(self):
        """What stays with the customer, 25 t of CoC in 25 t, is on the new one."""
        self.give_back(self.delivery, 25)
        replacement = self.error_in(self.document, "replaced")
        self.assertEqual((replacement.coc_mass, replacement.total_mass), (25, 25))
        self.assertEqual(self.casthouse_output(), 25)

    def test_goods_that_come_back_after_voiding(self):
        """All is Non-CoC by then: nothing of the account's CoC moves."""
        self.error_in(self.document, "kept")
        self.give_back(self.delivery, 50)
        self.assertEqual(self.casthouse_output(), 0)

    def test_more_comes_back_than_was_delivered(self):
        """Of 50 t with 30 t of CoC, no more than 30 t of CoC come back."""
        self.give_back(self.delivery, 50)
        self.give_back(self.delivery, 15)
        self.assertEqual(self.casthouse_output(), 0)

    def test_voided_in_a_later_period(self):
        """A closed period stays; the open one gets the 30 t back (8.9)."""
        self.open_period("2026-01-01", "2026-12-31")
        self.close(self.period)
        self.at("2026-02-01")
        self.error_in(self.document, "kept")
        self.assertEqual(self.balance("casthouse").coc_output, 30)
        self.assertEqual(self.balance("casthouse", self.next_period()).coc_output, -30)

    def test_once_only(self):
        self.error_in(self.document, "kept")
        with self.refused(UserError, "COC/2025/00001 is Void", "9.6"):
            self.document.action_void()

    def test_return_leads_to_it(self):
        """The responsible person is told, and the close lists it, until it is done."""
        self.give_back(self.delivery, 50)
        (activity,) = self.document.activity_ids
        self.assertIn("says 30 t", activity.note)
        self.assertIn("the ledger 0 t", activity.note)
        with self.refused(UserError, "COC/2025/00001 says 30 t", "Void or replace it"):
            self.close(self.period)
        self.error_in(self.document, "returned")
        self.assertFalse(self.document.activity_ids)
        self.close(self.period)
        self.assertEqual(self.period.state, "closed")

    def test_void_document_prints_as_void(self):
        pdf = self.document._ensure_pdf()
        self.error_in(self.document, "kept")
        self.assertEqual(self.document.pdf_attachment_id, pdf)
        page = self.env["report.asi_coc.report_document_pages"]._get_page(self.document)
        self.assertIn("VOID", page["notice"])

    def test_designation_of_a_done_delivery_cannot_be_written(self):
        """Not even with the context that the wizard uses."""
        moves = self.delivery.move_ids.with_context(coc_redesignating=True)
        with self.refused(UserError, "is done"):
            moves.with_user(self.env.ref("base.user_admin")).coc_designated_qty = 0


@tagged("post_install", "-at_install")
class TestBatch(LifeCase):
    """One document for several deliveries, each named (9.1)."""

    def setUp(self):
        super().setUp()
        self.customer.coc_batch_documents = True
        self.first = self.deliver(self.slab, 10, designated=6)
        self.second = self.deliver(self.slab, 20, designated=4)

    def test_batch(self):
        both = self.first | self.second
        self.assertFalse(both.coc_document_ids)
        action = both.action_coc_batch_document()
        document = self.env["asi.coc.document"].browse(action["res_id"])
        document.action_issue()
        self.assertEqual((document.coc_mass, document.total_mass), (10, 30))
        self.assertEqual(len(document.line_ids), 1)
        self.assertEqual(
            [one["reference"] for one in json.loads(document.payload)["shipments"]],
            [self.first.name, self.second.name],
        )
        with self.refused(UserError, self.first.name, "have a CoC Document already"):
            self.first.action_coc_batch_document()

    def test_of_two_customers(self):
        self.customer = self.supplier
        self.customer.coc_batch_documents = True
        other = self.deliver(self.slab, 5, designated=2)
        with self.refused(UserError, "one customer", "Acme Alumina", "Rollers United"):
            (self.first | other).action_coc_batch_document()

    def test_of_what_designates_nothing(self):
        plain = self.deliver(self.slab, 5)
        with self.refused(UserError, plain.name, "designates CoC Material"):
            (self.first | plain).action_coc_batch_document()

    def test_voided(self):
        document = self.env["asi.coc.document"]._draft_batch(self.first | self.second)
        document.action_issue()
        self.error_in(document, "replaced", [6, 0])
        self.assertEqual(document.replaced_by_id.coc_mass, 6)
        self.assertEqual(
            self.entries(self.second),
            {("output", "coc"): 0, ("output", "non_coc"): 20},
        )


@tagged("post_install", "-at_install")
class TestInternal(CocCase):
    """Documents inside the scope are optional (9.1)."""

    def test_internal(self):
        """At an inflow share of 60 %, 6 of 10 t go on as CoC Material."""
        self.receive(self.slab, 100, claimed=60)
        moved = self.move_inside(self.slab, 10, self.casthouse_place, self.mill_place)
        self.assertFalse(moved.coc_document_ids)
        moved.action_coc_document()
        document = moved.coc_document_ids
        self.assertTrue(document.internal)
        document.action_issue()
        self.assertEqual((document.coc_mass, document.total_mass), (6, 10))
        self.assertTrue(json.loads(document.payload)["internal"])
        self.assertEqual(self.balance("post_casthouse").inflow_percentage, 60)

    def test_within_one_activity(self):
        other = self._create_location("Yard", self.casthouse_place)
        self.receive(self.slab, 100, claimed=60)
        moved = self.move_inside(self.slab, 10, self.casthouse_place, other)
        with self.refused(UserError, moved.name, "from one activity"):
            moved.action_coc_document()


@tagged("post_install", "-at_install")
class TestLifeRights(UserCase):
    def setUp(self):
        super().setUp()
        self.receive(self.slab, 100, claimed=60)
        self.document = self.deliver(self.slab, 50, designated=30).coc_document_ids

    def test_only_officers_void(self):
        for user in (self.coc_storekeeper, self.salesperson, self.auditor):
            document = self.document.with_user(user)
            with self.assertRaises(AccessError):
                document._void({})
            with self.assertRaises(AccessError):
                self.env["asi.coc.document.void"].with_user(user).create(
                    {"document_id": document.id, "course": "kept"}
                )
        self.assertEqual(self.document.state, "issued")

    def test_states_and_files_are_not_written_by_rpc(self):
        own = self.document.with_user(self.representative)
        for values in (
            {"state": "void"},
            {"payload": "{}"},
            {"pdf_sha256": "0"},
            {"pdf_attachment_id": False},
            {"verification_token": "guess"},
            {"replaced_by_id": own.id},
            {"internal": True},
        ):
            with self.assertRaises(AccessError):
                own.write(values)

    def test_auditor_reads_the_pdf(self):
        pdf = self.document.with_user(self.auditor)._ensure_pdf()
        self.assertEqual(
            twin.load(self.document.payload.encode())["number"], "COC/2025/00001"
        )
        self.assertEqual(pdf.mimetype, "application/pdf")
