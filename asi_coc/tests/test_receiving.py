from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_receiving import ReceivingCase

MISSING = "Not entered. If the document lacks it, ask the issuer."


@tagged("post_install", "-at_install")
class TestTyped(ReceivingCase):
    """10.1 and 10.2: a typed document, from the receipt to CoC input."""

    def test_from_receipt_to_input(self):
        receipt, document = self.typed()
        self.assertEqual(document.name, "ACME-7")
        self.assertEqual(document.issuer_name, "Acme Alumina")
        self.assertEqual(document.issuer_certificate, "C00015")
        self.assertEqual(document.customer_certificate, "C00037")
        line = document.line_ids
        self.assertEqual(
            (line.material, line.form, line.unit), ("aluminium", "Slab", "t")
        )
        self.assertEqual((line.coc_mass, line.total_mass), (6, 10))
        document.action_check()
        self.assertEqual(document.failed_count, 0)
        self.assertEqual(len(document.sudo().check_ids), 30)
        self.assertEqual(receipt.coc_entered_state, "waiting")
        self.assertEqual(self.coc_input(receipt), 0)
        document.with_user(self.officer).action_verify()
        self.assertEqual(document.state, "verified")
        self.assertEqual(document.verified_by_id, self.officer)
        self.assertEqual(receipt.coc_received_document_id, document)
        self.assertEqual(
            self.entries(receipt), {("input", "coc"): 6, ("input", "non_coc"): 4}
        )
        receipt.invalidate_recordset()
        self.assertEqual(receipt.coc_entered_state, "verified")

    def test_what_only_the_paper_tells_is_missing_at_first(self):
        receipt = self.arrive((self.slab, 10, 6), coc_document_reference="ACME-7")
        self.assertEqual(receipt.coc_entered_state, "none")
        action = receipt.action_coc_received_document()
        document = self.env["asi.coc.document"].browse(action["res_id"])
        self.assert_fails(
            document,
            date=("10.1", MISSING),
            responsible=("10.1", MISSING),
            conformance=("10.1", MISSING),
        )
        receipt.invalidate_recordset()
        self.assertEqual(receipt.coc_entered_state, "failed")
        self.assertEqual(
            receipt.coc_failed_check_ids.mapped("code"),
            ["date", "responsible", "conformance"],
        )

    def test_each_missing_field_of_the_document(self):
        """9.2a to 9.2f: every one is a check of its own."""
        _receipt, document = self.typed()
        for name, code in (
            ("date", "date"),
            ("name", "number"),
            ("issuer_name", "issuer"),
            ("issuer_address", "issuer_address"),
            ("customer_name", "customer"),
            ("customer_address", "customer_address"),
            ("customer_certificate", "customer_certificate"),
            ("responsible", "responsible"),
            ("conformance", "conformance"),
        ):
            with self.subTest(name):
                kept = document[name]
                document[name] = False
                self.assert_fails(document, **{code: ("10.1", MISSING)})
                document[name] = kept
        document.issuer_certificate = False
        self.assert_fails(
            document,
            issuer_certificate=("10.1", MISSING),
            certificate_known=("10.3", "Certificate – of Acme Alumina is not on file"),
        )
        document.issuer_certificate = "C00015"
        self.assertEqual(self.find_failed(document), {})

    def test_each_missing_field_of_the_lines(self):
        """9.2g to 9.2i."""
        _receipt, document = self.typed()
        line = document.line_ids
        for name in ("material", "form", "unit", "coc_mass"):
            with self.subTest(name):
                kept = line[name]
                line[name] = False
                self.assert_fails(document, **{name: ("10.1", MISSING)})
                line[name] = kept
        line.total_mass = 0
        self.assert_fails(
            document,
            total_mass=("10.1", MISSING),
            coc_mass_agrees=("10.2", "6 t of 0 t"),
        )
        line.unlink()
        self.assert_fails(
            document,
            **dict.fromkeys(
                ("material", "form", "unit", "coc_mass", "total_mass"),
                ("10.1", MISSING),
            ),
        )

    def test_each_contradiction_of_the_document(self):
        _receipt, document = self.typed()
        for values, code, criterion, fragment in (
            ({"date": "2025-03-11"}, "date_agrees", "10.2", "March 11, 2025"),
            ({"shipment_date": "2025-03-12"}, "date_agrees", "10.2", "March 12, 2025"),
            ({"issuer_name": "Acme Ltd"}, "issuer_agrees", "10.2", "by Acme Ltd, but"),
            (
                {"issuer_certificate": "C00099"},
                *("certificate_known", "10.3", "Certificate C00099 of Acme Alumina"),
            ),
            (
                {"customer_name": "Rollers United"},
                *("customer_agrees", "10.2", "to Rollers United; we are Melt & Roll"),
            ),
            (
                {"customer_certificate": "C00059"},
                *("customer_agrees", "10.2", "certificate C00059; ours is C00037"),
            ),
        ):
            with self.subTest(values):
                kept = {name: document[name] for name in values}
                document.write(values)
                self.assert_fails(document, **{code: (criterion, fragment)})
                document.write(kept)

    def test_each_contradiction_of_the_lines(self):
        _receipt, document = self.typed()
        line = document.line_ids
        for values, expected in (
            (
                {"material": "scrap"},
                {
                    "material_agrees": "Scrap is named, but Aluminium was received",
                    "form_agrees": "Slab is none of the forms received (Slab)",
                },
            ),
            ({"form": "Billet"}, {"form_agrees": "Billet is none of the forms"}),
            ({"unit": "t dry"}, {"unit_agrees": "are in Dry Tonnes; they should be"}),
            ({"coc_mass": 11}, {"coc_mass_agrees": "11 t of Slab are named, but 10 t"}),
            (
                {"total_mass": 12},
                {"total_mass_agrees": "12 t of Slab are named, but 10 t were received"},
            ),
            (
                {"coc_mass": 11, "total_mass": 11},
                {
                    "coc_mass_agrees": "11 t of Slab are named, but 10 t",
                    "total_mass_agrees": "11 t of Slab are named, but 10 t",
                },
            ),
        ):
            with self.subTest(values):
                kept = {name: line[name] for name in values}
                line.write(values)
                self.assert_fails(
                    document,
                    **{code: ("10.2", text) for code, text in expected.items()},
                )
                line.write(kept)

    def test_bauxite_is_measured_dry(self):
        _receipt, document = self.typed()
        ore = self._create_product("Bauxite", "bauxite", self.tonne)
        receipt = self.arrive((ore, 10, 6), coc_document_reference="ACME-8")
        document = self.enter(receipt)
        self.assertEqual(document.line_ids.unit, "t dry")
        document.line_ids.unit = "t"
        self.assert_fails(document, unit_agrees=("10.2", "Bauxite are in Tonnes"))

    def test_tolerance(self):
        """0.05 t more on paper than on our scale: what came counts."""
        self.scope.tolerance = 0.05
        receipt, document = self.typed(mass=10, claimed=10)
        document.line_ids.write({"coc_mass": 10.05, "total_mass": 10.05})
        document.with_user(self.officer).action_verify()
        self.assertEqual(self.coc_input(receipt), 10)
        _receipt, document = self.typed(mass=10, claimed=10, reference="ACME-8")
        document.line_ids.write({"coc_mass": 10.06, "total_mass": 10.06})
        self.assert_fails(
            document,
            coc_mass_agrees=("10.2", "the tolerance is 0.05 t"),
            total_mass_agrees=("10.2", "10.06 t of Slab"),
        )

    def test_what_the_paper_claims_counts(self):
        """The storekeeper claimed 6 t; the paper says 4."""
        receipt, document = self.typed()
        document.line_ids.coc_mass = 4
        document.with_user(self.officer).action_verify()
        self.assertEqual(receipt.move_ids.coc_claimed_mass, 4)
        self.assertEqual(self.coc_input(receipt), 4)

    def test_a_claim_that_changes_on_the_receipt_changes_the_draft(self):
        receipt, document = self.typed()
        receipt.move_ids.coc_claimed_mass = 5
        receipt.coc_document_reference = "ACME-70"
        self.assertEqual(document.line_ids.coc_mass, 5)
        self.assertEqual(document.name, "ACME-70")

    def test_number_counts_once(self):
        receipt, document = self.typed()
        document.with_user(self.officer).action_verify()
        _second, again = self.typed()
        self.assert_fails(
            again,
            once=(
                "10.2",
                f"ACME-7 of Acme Alumina counts already, for {receipt.name}.",
            ),
        )
        # The same issuer under another contact is the same issuer.
        other = self.env["res.partner"].create({"name": "Acme Alumina", "street": "1"})
        again.issuer_id = other
        self.assertIn("once", self.find_failed(again))
        document.with_user(self.officer).action_withdraw()
        again.issuer_id = self.supplier
        again.issuer_certificate = "C00015"
        self.assertEqual(self.find_failed(again), {})

    def test_several_products_in_one_form(self):
        """The document has one line of 30 t slab; two sizes came, 20 and 10 t."""
        form = self.env["asi.coc.form"].create(
            {"name": "Rolling slab", "material": "aluminium"}
        )
        wide = self._create_product("Wide Slab", "aluminium", self.tonne)
        (self.slab | wide).coc_form_id = form
        receipt = self.arrive((self.slab, 20, 12), (wide, 10, 0), (self.billet, 4, 5))
        document = self.enter(receipt, name="ACME-7")
        self.assertEqual(len(document.line_ids), 2)
        slab, billet = document.line_ids.sorted("id")
        slab.write({"product_id": False, "coc_mass": 25, "total_mass": 30})
        self.assertEqual(billet.total_mass, 10)
        self.assertEqual(self.find_failed(document), {})
        document.with_user(self.officer).action_verify()
        self.assertEqual(
            [(move.product_id, move.coc_claimed_mass) for move in receipt.move_ids],
            [(self.slab, 20), (wide, 5), (self.billet, 5)],
        )
        self.assertEqual(self.coc_input(receipt), 30)

    def test_form_known_under_another_name(self):
        form = self.env["asi.coc.form"].create(
            {"name": "Rolling slab", "material": "aluminium"}
        )
        self.slab.coc_form_id = form
        _receipt, document = self.typed()
        document.line_ids.form = "扁锭"
        self.assert_fails(document, form_agrees=("10.2", "扁锭 is none of the forms"))
        form.also_called = "Sheet ingot\n扁锭"
        self.assertEqual(self.find_failed(document), {})
        document.line_ids.form = "AA-SLAB"
        self.slab.seller_ids = [
            Command.create({"partner_id": self.supplier.id, "product_code": "aa-slab"})
        ]
        self.assertEqual(self.find_failed(document), {})

    def test_document_before_the_goods(self):
        """A document of 1 March comes with goods of 10 March."""
        _receipt, document = self.typed(date="2025-03-01")
        self.assertEqual(self.find_failed(document), {})

    def test_receipt_without_supplier(self):
        receipt = self.arrive((self.slab, 10, 6), validate=False)
        receipt.partner_id = False
        self.validate(receipt)
        with self.refused(UserError, receipt.name, "no supplier", "(9.2c)"):
            receipt.action_coc_received_document()

    def test_only_receipts_have_a_suppliers_document(self):
        self.receive(self.slab, 10)
        delivery = self.deliver(self.slab, 5)
        with self.refused(UserError, delivery.name, "no receipt of CoC Material"):
            delivery.action_coc_received_document()
        _receipt, document = self.typed()
        with self.refused(ValidationError, "ACME-7", delivery.name):
            document.picking_ids += delivery
