import json
import os

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import UserError
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..core import pdf_twin, twin
from .common_receiving import ReceivingCase
from .common_twin import attached, flate, make_pdf, print_pages


@tagged("post_install", "-at_install")
class TestReading(ReceivingCase):
    """10.1 to 10.3: what a file says is checked as what is typed."""

    def test_passes_and_counts_at_once(self):
        receipt = self.arrive((self.slab, 10, 0))
        document = self.upload(receipt, self.payload())
        self.assertEqual(document.state, "verified")
        self.assertEqual(document.verified_by_id, self.coc_storekeeper)
        self.assertEqual(document.issuer_id, self.supplier)
        self.assertEqual(document.responsible, "Jan Rogers, VP Sales")
        self.assertEqual(str(document.shipment_date), "2025-03-09")
        self.assertEqual(document.source_attachment_id.name, "coc-document.json")
        self.assertEqual(receipt.coc_document_reference, "ACME-9")
        self.assertEqual(receipt.move_ids.coc_claimed_mass, 6)
        self.assertEqual(
            self.entries(receipt), {("input", "coc"): 6, ("input", "non_coc"): 4}
        )
        with self.refused(UserError, "coc-document.json", "ACME-9", "(10.1)"):
            document.source_attachment_id.raw = b"another"
        with self.refused(UserError, "coc-document.json", "ACME-9"):
            document.source_attachment_id.unlink()

    def test_scope_that_wants_an_officer(self):
        self.scope.verify_automatically = False
        receipt = self.arrive((self.slab, 10, 0))
        document = self.upload(receipt, self.payload())
        self.assertEqual((document.state, document.failed_count), ("draft", 0))
        document.with_user(self.officer).action_verify()
        self.assertEqual(self.coc_input(receipt), 6)

    def test_each_missing_field(self):
        """Whatever 9.2 asks for and the file lacks is a check of its own."""
        receipt = self.arrive((self.slab, 10, 0))
        for changes, codes in (
            ({"date": None}, ["date"]),
            ({"number": None}, ["number"]),
            ({"issuer": {"name": None}}, ["issuer"]),
            ({"issuer": {"address": None}}, ["issuer_address"]),
            (
                {"issuer": {"certificate": None}},
                ["certificate_known", "issuer_certificate"],
            ),
            ({"issuer": {"responsible": None}}, ["responsible"]),
            ({"customer": {"name": None}}, ["customer"]),
            ({"customer": {"address": None}}, ["customer_address"]),
            ({"customer": {"certificate": None}}, ["customer_certificate"]),
            ({"conformance": None}, ["conformance"]),
            ({"conformance": "All is well."}, ["conformance"]),
            ({"lines": [self.line(material=None)]}, ["material"]),
            # without its form nobody knows which goods a line means
            ({"lines": [self.line(form=None)]}, ["form"]),
            ({"lines": [self.line(unit=None)]}, ["unit"]),
            ({"lines": [self.line(coc_mass=None)]}, ["coc_mass"]),
            (
                {"lines": [self.line(total_mass=None)]},
                ["coc_mass_agrees", "total_mass"],
            ),
            ({"lines": []}, ["coc_mass", "form", "material", "total_mass", "unit"]),
        ):
            with self.subTest(changes):
                document = self.upload(receipt, self.payload(**changes))
                failed = self.find_failed(document)
                self.assertEqual(sorted(failed), codes)
                self.assertEqual(document.state, "draft")
                self.assertEqual(self.coc_input(receipt), 0)
        # Each upload took the place of the one before.
        self.assertEqual(len(receipt.coc_document_ids), 1)

    def test_each_contradiction(self):
        receipt = self.arrive((self.slab, 10, 0))
        for changes, code, fragment in (
            ({"date": "2025-03-11"}, "date_agrees", "still to come"),
            (
                {"shipments": [{"date": "2025-03-12"}]},
                *("date_agrees", "after the goods arrived on March 10, 2025"),
            ),
            ({"issuer": {"name": "Fake Ltd"}}, "issuer_agrees", "Issued by Fake Ltd"),
            ({"customer": {"name": "Others"}}, "customer_agrees", "out to Others"),
            ({"customer": {"certificate": "C1"}}, "customer_agrees", "certificate C1"),
            (
                {"lines": [self.line(unit="t dry")]},
                *("unit_agrees", "Aluminium are in Dry Tonnes"),
            ),
            ({"lines": [self.line(form="Bar")]}, "form_agrees", "Bar is none of the"),
            (
                {"lines": [self.line(total_mass="9.99")]},
                *("total_mass_agrees", "9.99 t of Slab are named, but 10 t"),
            ),
            (
                {"lines": [self.line(coc_mass="11")]},
                *("coc_mass_agrees", "11 t of Slab are named, but 10 t"),
            ),
            (
                {"lines": [self.line(mass_shipped="9")]},
                *("total_mass_agrees", "10 of net material in only 9 shipped"),
            ),
            (
                {
                    "lines": [
                        self.line(total_mass="4", coc_mass="3"),
                        self.line(total_mass="6", coc_mass="3"),
                    ]
                },
                *("form_agrees", "the same material and form as line 1"),
            ),
            ({"replaces": "ACME-9"}, "once", "ACME-9 cannot replace itself"),
        ):
            with self.subTest(changes):
                document = self.upload(receipt, self.payload(**changes))
                failed = self.find_failed(document)
                self.assertEqual(list(failed), [code])
                self.assertEqual(failed[code][0], "10.2")
                self.assertIn(fragment, failed[code][1])
                self.assertEqual(self.coc_input(receipt), 0)

    def test_what_was_read_does_not_change(self):
        receipt = self.arrive((self.slab, 20, 0))
        document = self.upload(receipt, self.payload()).with_user(self.coc_storekeeper)
        self.assertEqual(list(self.find_failed(document)), ["total_mass_agrees"])
        for values in ({"date": "2025-03-01"}, {"name": "X"}, {"responsible": "Me"}):
            with self.refused(UserError, "ACME-9", "read from the issuer's file"):
                document.write(values)
        for values in ({"total_mass": 20}, {"form": "Billet"}, {"unit": "t dry"}):
            with self.refused(UserError, "ACME-9", "read from the issuer's file"):
                document.line_ids.write(values)
        with self.refused(UserError, "ACME-9", "read from the issuer's file"):
            document.line_ids = [Command.create({"coc_mass": 1, "total_mass": 10})]
        with self.refused(UserError, "ACME-9", "read from the issuer's file"):
            document.line_ids.unlink()
        # Which contact it means may be chosen; what it says stays as written.
        document.issuer_id = self.customer
        self.assertEqual(document.issuer_name, "Acme Alumina")
        self.assertEqual(
            sorted(self.find_failed(document)),
            ["certificate_known", "issuer_agrees", "source", "total_mass_agrees"],
        )

    def test_dropped_before_the_goods_are_in(self):
        receipt = self.arrive((self.slab, 10, 0), validate=False)
        document = self.upload(receipt, self.payload())
        self.assertEqual(list(self.find_failed(document)), ["received"])
        self.validate(receipt.with_user(self.coc_storekeeper))
        self.assertEqual(document.state, "verified")
        self.assertEqual(self.coc_input(receipt), 6)

    def test_batch_document_over_two_receipts(self):
        """20 t, 12 t of them CoC, came in two loads of 12 and 8 t."""
        first = self.arrive((self.slab, 12, 0))
        second = self.arrive((self.slab, 8, 0))
        batch = self.payload(lines=[self.line(coc_mass="15", total_mass="20")])
        document = self.upload(first, batch)
        failed = self.find_failed(document)
        self.assertEqual(list(failed), ["coc_mass_agrees", "total_mass_agrees"])
        self.assertIn("name them under Transfers", failed["total_mass_agrees"][1])
        document = self.upload(second, batch)
        self.assertEqual(document.state, "verified")
        self.assertEqual(document.picking_ids, first | second)
        self.assertEqual((first | second).coc_received_document_id, document)
        self.assertEqual(self.coc_input(first), 12)
        self.assertEqual(self.coc_input(second), 3)
        third = self.arrive((self.slab, 20, 0))
        again = self.upload(third, batch)
        failed = self.find_failed(again)
        self.assertEqual(list(failed), ["once"])
        self.assertIn(first.name, failed["once"][1])
        self.assertEqual(self.coc_input(third), 0)

    def test_typed_batch_document(self):
        first = self.arrive((self.slab, 12, 12), coc_document_reference="ACME-7")
        second = self.arrive((self.slab, 8, 3), coc_document_reference="ACME-7")
        document, again = self.enter(first), self.enter(second)
        self.assert_fails(
            again, once=("10.2", f"ACME-7 is entered for {first.name} already.")
        )
        self.assertEqual(again.other_draft_id, document)
        with self.refused(UserError, "No other receipt", "ACME-7"):
            document.action_join_drafts()
        again.action_join_drafts()
        self.assertFalse(again.exists())
        self.assertEqual((document.coc_mass, document.total_mass), (15, 20))
        document.with_user(self.officer).action_verify()
        self.assertEqual(self.coc_input(first | second), 15)

    def test_replacement_takes_over(self):
        receipt = self.arrive((self.slab, 10, 0))
        document = self.upload(receipt, self.payload())
        with self.refused(UserError, receipt.name, "ACME-9 already", "ACME-10"):
            self.upload(receipt, self.payload(number="ACME-10"))
        wrong = self.payload(number="ACME-10", replaces="ACME-9", conformance=None)
        failing = self.upload(receipt, wrong)
        self.assertEqual((failing.state, document.state), ("draft", "verified"))
        self.assertEqual(self.coc_input(receipt), 6)
        correct = {"number": "ACME-10", "replaces": "ACME-9"}
        lines = [self.line(coc_mass="4")]
        replacement = self.upload(receipt, self.payload(lines=lines, **correct))
        self.assertEqual((replacement.state, document.state), ("verified", "replaced"))
        self.assertEqual(document.replaced_by_id, replacement)
        self.assertEqual(replacement.replaces_id, document)
        self.assertEqual(receipt.coc_received_document_id, replacement)
        self.assertEqual(receipt.move_ids.coc_claimed_mass, 4)
        self.assertEqual(
            self.entries(receipt), {("input", "coc"): 4, ("input", "non_coc"): 6}
        )
        # What was replaced does not count with other goods.
        other = self.arrive((self.slab, 10, 0))
        failed = self.find_failed(self.upload(other, self.payload()))
        self.assertIn("ACME-9 is void: ACME-10 replaced it", failed["once"][1])

    def test_withdrawal_with_an_error_record(self):
        receipt = self.arrive((self.slab, 10, 0))
        document = self.upload(receipt, self.payload())
        action = document.with_user(self.officer).action_void()
        wizard = self.env["asi.coc.document.void"].with_user(self.officer)
        wizard = wizard.with_context(**action["context"]).create(
            {
                "course": "kept",
                "kind": "suspected_fraud",
                "found": "The issuer does not know this document",
                "cause": "Unknown",
                "agreed_correction": "Goods stay as Non-CoC",
                "agreed_with": "Jan Rogers",
                "prevention": "Ask the issuer by phone",
            }
        )
        wizard.action_confirm()
        self.assertEqual(document.state, "withdrawn")
        self.assertFalse(receipt.coc_received_document_id)
        self.assertEqual(self.coc_input(receipt), 0)
        error = self.env["asi.coc.error"].search([("document_id", "=", document.id)])
        self.assertEqual((error.criterion, error.course), ("10.4", "kept"))
        self.assertTrue(error.is_fraud_suspected)
        self.assertEqual(self.env["asi.coc.total"]._find_differences(), [])

    def test_error_of_a_draft(self):
        receipt = self.arrive((self.slab, 10, 0))
        document = self.upload(receipt, self.payload(conformance=None))
        action = receipt.with_user(self.coc_storekeeper).action_coc_report_error()
        error = self.env["asi.coc.error"].browse(action["res_id"])
        self.assertEqual((error.criterion, error.state), ("10.4", "found"))
        self.assertEqual(error.kind, "missing_information")
        self.assertEqual(error.document_id, document)
        self.assertEqual(error.partner_id, self.supplier)
        self.assertEqual(error.found_by_id, self.coc_storekeeper)
        self.assertEqual(
            error.found,
            "• 10.1 Statement of conformance (9.2f): Missing on the document. Ask the "
            "issuer for it.",
        )
        again = document.action_report_error()
        self.assertEqual(again["res_id"], error.id)
        # The correct document takes the place of the wrong one, which stays on file.
        correct = self.upload(receipt, self.payload())
        self.assertEqual((document.state, correct.state), ("void", "verified"))
        self.assertEqual(error.replacement_document_id, correct)
        with self.refused(UserError, "ACME-9", "No check", "(10.4)"):
            correct.action_report_error()


@tagged("post_install", "-at_install")
class TestHostileUploads(ReceivingCase):
    """What cannot be read says why and changes nothing."""

    def assert_refused(self, receipt, content, *fragments):
        before = self.snapshot()
        with self.refused(UserError, "cannot be read", *fragments):
            self.upload(receipt, content, "photo.pdf")
        self.assertEqual(self.snapshot(), before)

    def test_refused(self):
        receipt = self.arrive((self.slab, 10, 0))
        good = twin.dump(self.payload())
        for content, fragment in (
            (b"", "neither a PDF nor a JSON"),
            (os.urandom(2000), "neither a PDF nor a JSON"),
            (b"%PDF-1.7\nbroken", "damaged"),
            (print_pages(), "no attachment coc-document.json"),
            (make_pdf(attached(flate(good)), b"/Encrypt 9 0 R"), "encrypted"),
            (b"{" * 100_000, "JSON"),
            (b'{"schema": "other", "version": "1.0"}', "its schema is other"),
            (good.replace(b'"1.0"', b'"9.0"'), "Version 9.0"),
            (good.replace(b'"6"', b'"-6"'), "out of range"),
            (good.replace(b'"6"', b"6"), "is not a text"),
            (good.replace(b"Slab", b"\\u0000"), "cannot be shown"),
            (b'{"schema": "' + b"x" * 2**21 + b'"}', "larger than"),
            (make_pdf(attached(flate(b" " * 2**24))), "larger than 1048576 bytes"),
        ):
            with self.subTest(content[:40]):
                self.assert_refused(receipt, content, fragment)

    def test_file_that_did_not_arrive_whole(self):
        receipt = self.arrive((self.slab, 10, 0))
        wizard = self.env["asi.coc.document.upload"].create(
            {"picking_id": receipt.id, "file": b"e30", "filename": "a.json"}
        )
        with self.refused(UserError, "a.json", "did not arrive whole"):
            wizard.action_read()

    @settings(
        derandomize=True,
        max_examples=30,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
    )
    @given(
        st.binary(max_size=300),
        st.sampled_from((b"", b"%PDF-1.7\n", b'{"schema": "asi-coc-document", ')),
    )
    def _fuzz(self, content, start):
        before = self.snapshot()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.upload(self.fuzzed, start + content)
        self.assertEqual(self.snapshot(), before)

    def test_random_bytes(self):
        self.fuzzed = self.arrive((self.slab, 10, 0))
        self._fuzz()

    @settings(
        derandomize=True,
        max_examples=25,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
    )
    @given(st.data())
    def _fuzz_texts(self, data):
        text = st.one_of(st.none(), st.text(max_size=60))
        payload = self.payload(
            number=data.draw(text),
            issuer={"name": data.draw(text), "certificate": data.draw(text)},
            customer={"name": data.draw(text)},
            lines=[self.line(form=data.draw(text))],
        )
        try:
            content = json.dumps(payload).encode()
            with self.env.cr.savepoint():
                document = self.upload(self.fuzzed, content)
        except UserError:
            return
        self.assertEqual(document.state, "draft")
        self.assertEqual(self.coc_input(self.fuzzed), 0)

    def test_random_texts(self):
        """A readable file of nonsense is a draft that fails."""
        self.fuzzed = self.arrive((self.slab, 10, 0))
        self._fuzz_texts()


@tagged("post_install", "-at_install")
class TestDropped(ReceivingCase, HttpCase):
    """One company's PDF, dropped on another one's receipt over HTTP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer, cls.receiver = cls._create_buyer()

    @classmethod
    def _create_buyer(cls):
        company = cls.env["res.company"].create(
            {"name": "Rolling Works", "street": "3 Coil Street", "city": "Essen"}
        )
        cls.env.user.company_ids += company
        env = cls.env(context=dict(cls.env.context, allowed_company_ids=company.ids))
        cls.buyer_warehouse = env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        certificate = cls.certify(company.partner_id, "C00059", company_id=company.id)
        scope = env["asi.coc.scope"].create(
            {
                "name": "Rolling Works",
                "company_id": company.id,
                "certificate_id": certificate.id,
                "membership_class": "production_transformation",
                "member_since": "2023-02-01",
                "representative_ids": [Command.set(cls.env.ref("base.user_admin").ids)],
                "tz": "UTC",
                "certificate_check_days": 9999,
                "certificate_check_shipments": 0,
                "facility_ids": [
                    Command.create(
                        {
                            "name": "Mill",
                            "activity_id": cls._activity("post_casthouse").id,
                            "location_id": cls.buyer_warehouse.lot_stock_id.id,
                        }
                    )
                ],
                "period_ids": [
                    Command.create(
                        {"date_start": "2025-01-01", "date_end": "2025-12-31"}
                    )
                ],
            }
        )
        scope.action_activate()
        # Our own certificate, as the buyer put it on file.
        cls.certify(cls.company.partner_id, "C00037", company_id=company.id)
        receiver = cls.user("receiver", "stock.group_stock_user", "asi_coc.group_user")
        receiver.write(
            {"company_ids": [Command.set(company.ids)], "company_id": company.id}
        )
        receiver.password = "coc-receiver"
        return company, receiver

    def issue(self):
        """Deliver 10 t, 7 t of them as CoC Material; return the stored PDF."""
        self.receive(self.slab, 10, claimed=10)
        delivery = self.transfer(
            "out",
            self.casthouse_place,
            self.env.ref("stock.stock_location_customers"),
            [{"product": self.slab, "quantity": 10, "coc_designated_qty": 7}],
            self.buyer.partner_id,
        )
        document = delivery.coc_document_ids
        self.assertEqual(document.state, "issued")
        return document, document._ensure_pdf().raw

    def expect(self, mass=10, validate=True):
        """Return the buyer's receipt of slab from us."""
        own = self.warehouse, self.env
        self.warehouse = self.buyer_warehouse
        self.env = self.env(
            context=dict(self.env.context, allowed_company_ids=self.buyer.ids)
        )
        try:
            suppliers = self.env.ref("stock.stock_location_suppliers")
            target = self.buyer_warehouse.lot_stock_id
            line = {"product": self.slab, "quantity": mass}
            receipt = self.plan(
                "in", suppliers, target, [line], self.company.partner_id
            )
            if validate:
                self.validate(receipt)
            return receipt
        finally:
            self.warehouse, self.env = own

    def drop(self, receipt, content, name="CoC Document.pdf"):
        self.authenticate("coc-receiver", "coc-receiver")
        response = self.url_open(
            "/mail/attachment/upload",
            data={
                "csrf_token": Request.csrf_token(self),
                "thread_id": receipt.id,
                "thread_model": "stock.picking",
            },
            files={"ufile": (name, content, "application/pdf")},
        )
        self.env.invalidate_all()
        return response

    def test_dropped_pdf_counts(self):
        issued, pdf = self.issue()
        receipt = self.expect()
        self.assertEqual(self.drop(receipt, pdf).status_code, 200)
        document = receipt.coc_received_document_id
        self.assertEqual((document.state, document.name), ("verified", issued.name))
        self.assertEqual(document.verified_by_id, self.receiver)
        self.assertEqual(document.source_sha256, issued.pdf_sha256)
        self.assertEqual(document.issuer_page, issued.verification_url)
        self.assertEqual(document.issuer_id, self.company.partner_id)
        self.assertEqual((document.coc_mass, document.total_mass), (7, 10))
        self.assertEqual(self.coc_input(receipt), 7)
        self.assertIn("its mass counts as CoC input", receipt.message_ids[0].body)
        self.assertEqual(self.env["asi.coc.total"]._find_differences(), [])

    def test_dropped_pdf_verifies_with_the_receipt(self):
        _issued, pdf = self.issue()
        receipt = self.expect(validate=False)
        self.drop(receipt, pdf)
        self.assertFalse(receipt.coc_received_document_id)
        self.validate(receipt.with_user(self.receiver))
        self.assertEqual(receipt.coc_received_document_id.state, "verified")
        self.assertEqual(self.coc_input(receipt), 7)

    def test_dropped_pdf_waits_for_an_officer_if_the_scope_says_so(self):
        """The route creates attachments as superuser; that verifies nothing."""
        _issued, pdf = self.issue()
        self.buyer_warehouse.company_id.partner_id.invalidate_recordset()
        scope = self.env["asi.coc.scope"]._get_active(self.buyer)
        scope.verify_automatically = False
        receipt = self.expect()
        self.drop(receipt, pdf)
        self.assertFalse(receipt.coc_received_document_id)
        self.assertEqual(receipt.coc_document_ids.state, "draft")
        self.assertIn("an officer verifies it", receipt.message_ids[0].body)

    def test_wizard_reads_the_same_pdf(self):
        _issued, pdf = self.issue()
        receipt = self.expect()
        document = self.upload(receipt, pdf, "document.pdf", self.receiver)
        self.assertEqual(document.state, "verified")
        self.assertEqual(self.coc_input(receipt), 7)

    def test_made_out_to_somebody_else(self):
        self.receive(self.slab, 10, claimed=10)
        delivery = self.deliver(self.slab, 10, designated=7)
        pdf = pdf_twin.embed(print_pages(), delivery.coc_document_ids.payload.encode())
        receipt = self.expect()
        self.drop(receipt, pdf)
        document = receipt.coc_document_ids
        failed = self.find_failed(document)
        self.assertEqual(sorted(failed), ["customer_agrees", "customer_certificate"])
        self.assertIn("Made out to Rollers United", failed["customer_agrees"][1])
        self.assertIn("Made out to Rollers United", receipt.message_ids[0].body)
        self.assertEqual(self.coc_input(receipt), 0)

    @mute_logger("odoo.http")
    def test_hostile_files_change_nothing(self):
        receipt = self.expect()
        for content, note in (
            (b"%PDF-1.7\nbroken", "damaged"),
            (make_pdf(attached(flate(b"{}")), b"/Encrypt 9 0 R"), "encrypted"),
            (
                make_pdf(attached(flate(b'{"schema": 7, "version": "1.0"}'))),
                "is not a text",
            ),
            (make_pdf(attached(flate(b" " * 2**24))), "larger than"),
        ):
            with self.subTest(note):
                before = self.snapshot()
                self.assertEqual(self.drop(receipt, content).status_code, 200)
                self.assertEqual(self.snapshot(), before)
                self.assertIn(note, receipt.message_ids[0].body)
        # A delivery note, or anything else: no word about it.
        count = len(receipt.message_ids)
        for content in (print_pages(), os.urandom(500), b"plain text"):
            self.assertEqual(self.drop(receipt, content).status_code, 200)
        self.assertEqual(len(receipt.message_ids), count)
        self.assertFalse(receipt.coc_document_ids)

    def test_without_coc_group_nothing_is_read(self):
        self.receiver.group_ids -= self.env.ref("asi_coc.group_user")
        _issued, pdf = self.issue()
        receipt = self.expect()
        self.drop(receipt, pdf)
        self.assertFalse(receipt.coc_document_ids)
        self.assertEqual(self.coc_input(receipt), 0)
