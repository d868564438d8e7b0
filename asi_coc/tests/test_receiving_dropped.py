import os

from odoo import Command
from odoo.http import Request
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..core import pdf_twin
from .common_receiving import ReceivingCase
from .common_twin import attached, flate, make_pdf, print_pages


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
        performance = cls.certify(company.partner_id, "P00059", standard="performance")
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
                            "certificate_id": performance.id,
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
