from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_receiving import ReceivingCase


@tagged("post_install", "-at_install")
class TestCertification(ReceivingCase):
    """10.3: the issuer's certificate, its check, and who stands between."""

    def test_suspension_takes_effect_on_its_day(self):
        """Shipped on 8 March counts, shipped on 9 March does not."""
        certificate = self.env["asi.coc.certificate"]._find(
            self.supplier, date(2025, 1, 1)
        )
        certificate.write({"status": "suspended", "status_date": "2025-03-09"})
        receipt, document = self.typed(shipment_date="2025-03-09")
        self.assert_fails(
            document,
            certificate_valid=("10.3", "was not valid on March 9, 2025"),
        )
        document.shipment_date = "2025-03-08"
        document.with_user(self.officer).action_verify()
        self.assertEqual(self.coc_input(receipt), 6)

    def test_renewal_has_the_same_number(self):
        certificate = self.env["asi.coc.certificate"]._find(
            self.supplier, date(2025, 1, 1)
        )
        certificate.date_end = "2025-03-09"
        self.certify(self.supplier, "C00015", date_start="2025-03-10")
        _receipt, document = self.typed(shipment_date="2025-03-09")
        self.assertEqual(self.find_failed(document), {})
        document.shipment_date = False
        self.assertEqual(self.find_failed(document), {})

    def test_check_overdue(self):
        self.scope.certificate_check_days = 180
        _receipt, document = self.typed()
        self.assert_fails(
            document, certificate_checked=("10.3", "last checked on January 1, 2019")
        )
        certificate = document._find_certificate()
        certificate.with_user(self.officer).action_record_check()
        self.assertEqual(self.find_failed(document), {})

    def test_material_not_covered(self):
        certificate = self.env["asi.coc.certificate"]._find(
            self.supplier, date(2025, 1, 1)
        )
        certificate.covers_aluminium = False
        _receipt, document = self.typed()
        self.assert_fails(
            document,
            certificate_covers=("10.3", "C00015 does not cover Aluminium"),
        )

    def test_issuer_without_certificate(self):
        unknown = self.env["res.partner"].create(
            {"name": "Gully Trading", "street": "8 Quay Street"}
        )
        receipt = self.arrive((self.slab, 10, 6), partner=unknown)
        document = self.enter(receipt, name="GT-1", issuer_certificate="C00500")
        self.assert_fails(
            document,
            certificate_known=("10.3", "C00500 of Gully Trading is not on file"),
        )

    def test_trader_in_between(self):
        trader = self.env["res.partner"].create({"name": "Metal Trading"})
        receipt = self.arrive((self.slab, 10, 6), partner=trader)
        document = self.enter(
            receipt,
            name="ACME-7",
            issuer_id=self.supplier.id,
            issuer_certificate="C00015",
        )
        self.assertEqual(document.issuer_name, "Acme Alumina")
        self.assert_fails(document, source=("10.3", "Mark the contact as a trader"))
        trader.coc_is_trader = True
        self.assert_fails(document, source=("10.3", "due diligence on trader Metal"))
        self.accept_due_diligence(trader, "2025-03-09")
        # Shipped the day after it ran out; not naming the trader changes nothing.
        self.assert_fails(document, source=("10.3", "missing or out of date (7.2)"))
        self.accept_due_diligence(trader, "2025-12-31")
        document.with_user(self.officer).action_verify()
        self.assertEqual(self.coc_input(receipt), 6)


@tagged("post_install", "-at_install")
class TestRights(ReceivingCase):
    """Who enters, who verifies, and what nobody writes."""

    def test_storekeeper_does_not_verify_what_was_typed(self):
        receipt, document = self.typed()
        self.assertFalse(document.may_verify)
        with self.refused(AccessError, "Only a compliance officer", "ACME-7", "(10.2)"):
            document.action_verify()
        with self.assertRaises(AccessError):
            receipt.with_user(self.coc_storekeeper).action_coc_verify()
        self.assertTrue(document.with_user(self.officer).may_verify)

    def test_storekeeper_writes_no_protected_field(self):
        _receipt, document = self.typed()
        for values in (
            {"machine_read": True},
            {"state": "verified"},
            {"source_sha256": "0"},
            {"issuer_page": "https://x.example"},
            {"payload": "{}"},
            {"replaces_id": document.id},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                document.write(values)
        with self.refused(UserError, "ACME-7", "cannot change"):
            document.direction = "issued"
        with self.assertRaises(AccessError):
            document.sudo().check_ids.with_user(self.coc_storekeeper).passed = True
        with self.assertRaises(AccessError):
            document.unlink()

    def test_storekeeper_leaves_verified_and_issued_ones_alone(self):
        _receipt, document = self.typed()
        document.with_user(self.officer).action_verify()
        with self.refused(UserError, "ACME-7", "Responsible cannot change"):
            document.responsible = "Me"
        with self.refused(UserError, "ACME-7", "Lines cannot change"):
            document.line_ids.coc_mass = 1
        with self.assertRaises(AccessError):
            document.action_withdraw()
        delivery = self.deliver(self.slab, 5, designated=3)
        issued = delivery.coc_document_ids.with_user(self.coc_storekeeper)
        with self.refused(UserError, issued.name, "Responsible cannot change"):
            issued.responsible = "Me"

    def test_without_coc_group_and_from_another_company(self):
        receipt, document = self.typed()
        with self.assertRaises(AccessError):
            receipt.with_user(self.storekeeper).action_coc_received_document()
        with self.assertRaises(AccessError):
            document.with_user(self.storekeeper).read(["name"])
        _company, stranger = self.another_company()
        for user_action in (
            receipt.with_user(stranger).action_coc_received_document,
            receipt.with_user(stranger).action_coc_verify,
            document.with_user(stranger).action_check,
            document.with_user(stranger).action_verify,
            document.with_user(stranger).action_report_error,
        ):
            with self.subTest(user_action.__name__), self.assertRaises(AccessError):
                user_action()
        self.assertEqual(self.coc_input(receipt), 0)
