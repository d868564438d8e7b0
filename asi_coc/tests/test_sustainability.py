from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import UserCase


class SustainabilityCase(UserCase):
    """A casthouse with 1000 t of CoC Material, whose documents stay drafts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scope.issue_automatically = False
        cls.form_slab = cls.env.ref("asi_coc.form_rolling_slab")
        cls.form_billet = cls.env.ref("asi_coc.form_billet")
        cls.slab.coc_form_id = cls.form_slab
        cls.billet.coc_form_id = cls.form_billet
        cls.data = cls.env["asi.coc.sustainability"]

    def record(self, **values):
        values.setdefault("period_id", self.period.id)
        return self.data.create(values)

    def ship(self, *lines, place=None):
        """Deliver pairs of product and quantity, all CoC; return the draft."""
        lines = lines or ((self.slab, 10),)
        for product, quantity in lines:
            mass = quantity * (product.coc_net_mass or 1)
            self.receive(product, quantity, claimed=mass, place=place)
        delivery = self.transfer(
            "out",
            place or self.casthouse_place,
            self.env.ref("stock.stock_location_customers"),
            [
                {
                    "product": product,
                    "quantity": quantity,
                    "coc_designated_qty": quantity,
                }
                for product, quantity in lines
            ],
            self.customer,
        )
        return delivery.coc_document_ids


@tagged("post_install", "-at_install")
class TestSustainabilityData(SustainabilityCase):
    """Data per product, form and period, with its method (9.3)."""

    def test_product_then_form_then_period(self):
        whole = self.record(
            carbon_footprint=8, carbon_method="Whole", origin_information="Guinea"
        )
        self.assertEqual(self._footprints(), {"Slab": 8, "Billet": 8, "Coil": 8})
        form = self.record(
            form_id=self.form_slab.id, carbon_footprint=6, carbon_method="Form"
        )
        self.assertEqual(self._footprints(), {"Slab": 6, "Billet": 8, "Coil": 8})
        product = self.record(
            product_id=self.slab.id, carbon_footprint=5, carbon_method="Product"
        )
        self.assertEqual(self._footprints(), {"Slab": 5, "Billet": 8, "Coil": 8})
        found = self.data._find_for(self.scope, self.period, self.slab)
        self.assertEqual(found[self.slab].ids, [product.id, form.id, whole.id])

        document = self.ship()
        self.assertEqual(
            (document.carbon_footprint, document.carbon_method), (5, "Product")
        )
        # What the product's own record does not say, the period's does.
        self.assertEqual(document.origin_information, "Guinea")

    def _footprints(self):
        found = self.data._find_for(
            self.scope, self.period, self.slab | self.billet | self.coil
        )
        return {
            product.name: records[:1].carbon_footprint
            for product, records in found.items()
        }

    def test_other_periods_do_not_count(self):
        following = self.open_period("2026-01-01", "2026-12-31")
        self.record(
            period_id=following.id, carbon_footprint=3, carbon_method="Next year"
        )
        self.slab.write({"coc_carbon_footprint": 5.7, "coc_carbon_method": "IAI 2021"})
        document = self.ship()
        self.assertEqual(
            (document.carbon_footprint, document.carbon_method), (5.7, "IAI 2021")
        )
        self.at("2026-01-15")
        document = self.ship()
        self.assertEqual(
            (document.carbon_footprint, document.carbon_method), (3, "Next year")
        )

    def test_average_by_mass(self):
        """10 t of 5 and 30 t of 7 t CO2e/t: 6.5 on average."""
        self.record(
            product_id=self.slab.id,
            carbon_footprint=5,
            carbon_method="IAI",
            cradle_to_gate=True,
        )
        self.record(
            form_id=self.form_billet.id,
            carbon_footprint=7,
            carbon_method="IAI",
            cradle_to_gate=True,
        )
        # 12 billets of 2.5 t
        document = self.ship((self.slab, 10), (self.billet, 12))
        self.assertEqual(document.carbon_footprint, 6.5)
        self.assertEqual(document.carbon_method, "IAI")
        self.assertTrue(document.cradle_to_gate)

    def test_different_methods_have_no_average(self):
        self.record(
            product_id=self.slab.id,
            carbon_footprint=5,
            carbon_method="IAI",
            cradle_to_gate=True,
        )
        self.record(
            product_id=self.billet.id, carbon_footprint=7.25, carbon_method="ISO 14067"
        )
        document = self.ship((self.slab, 10), (self.billet, 12))
        self.assertEqual(document.carbon_footprint, 0)
        self.assertEqual(
            document.carbon_method,
            "Rolling Slab: 5 t CO2e/t Al, cradle to gate, IAI; "
            "Extrusion Billet: 7.25 t CO2e/t Al, ISO 14067",
        )

    def test_a_form_without_footprint_has_no_part_in_an_average(self):
        self.record(product_id=self.slab.id, carbon_footprint=5, carbon_method="IAI")
        document = self.ship((self.slab, 10), (self.billet, 12))
        self.assertEqual(document.carbon_footprint, 0)
        self.assertEqual(document.carbon_method, "Rolling Slab: 5 t CO2e/t Al, IAI")

    def test_nothing_recorded(self):
        document = self.ship()
        self.assertEqual(
            (document.carbon_footprint, document.carbon_method or ""), (0, "")
        )
        self.assertFalse(document.origin_information)
        self.assertFalse(document.sustainability_ids)

    def test_fill_in_again(self):
        """Data that comes after the draft; what was typed gives way."""
        document = self.ship()
        document.origin_information = "Typed"
        self.record(
            carbon_footprint=4, carbon_method="IAI", origin_information="Guinea"
        )
        document.with_user(self.officer).action_propose_information()
        self.assertEqual(document.carbon_footprint, 4)
        self.assertEqual(document.origin_information, "Guinea")
        with self.assertRaises(AccessError):
            document.with_user(self.auditor).action_propose_information()
        document.action_issue()
        self.data.search([]).carbon_footprint = 9
        document.action_propose_information()
        self.assertEqual(document.carbon_footprint, 4)

    def test_customer_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.customer.lang = "de_DE"
        data = self.record(origin_information="Guinea")
        data.with_context(lang="de_DE").origin_information = "Aus Guinea"
        self.assertEqual(self.ship().origin_information, "Aus Guinea")

    # -- refusals -----------------------------------------------------------
    def test_footprint_and_method_go_together(self):
        for values in ({"carbon_footprint": 5}, {"carbon_method": "IAI"}):
            with self.refused(ValidationError, "Melt & Roll 2025", "(9.3a)", "both"):
                self.record(**values)

    def test_one_record_per_place(self):
        self.record(form_id=self.form_slab.id)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self.record(form_id=self.form_slab.id)

    def test_product_or_form(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self.record(form_id=self.form_slab.id, product_id=self.slab.id)

    def test_a_footprint_is_not_negative(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self.record(carbon_footprint=-1, carbon_method="IAI")

    def test_an_issued_document_keeps_its_data(self):
        data = self.record(carbon_footprint=4, carbon_method="IAI")
        evidence = self.env["ir.attachment"].create({"name": "LCA", "raw": b"4 t"})
        data.evidence_ids = evidence
        document = self.ship()
        self.assertEqual(document.sustainability_ids, data)
        document.action_issue()
        with self.refused(UserError, "Melt & Roll 2025", document.name, "(9.3)"):
            data.unlink()
        with self.refused(UserError, "LCA", document.name, "(9.4)"):
            evidence.unlink()
        for values in ({"cradle_to_gate": True}, {"sustainability_ids": False}):
            with self.refused(UserError, document.name, "Issued"):
                document.write(values)

    def test_a_draft_lets_go(self):
        data = self.record(carbon_footprint=4, carbon_method="IAI")
        document = self.ship()
        data.unlink()
        self.assertFalse(document.sustainability_ids)
        document.action_issue()
        self.assertEqual(document.carbon_footprint, 4)

    def test_evidence_of_others_is_not_opened(self):
        """Naming the id of a file that one may not read does not help (RPC)."""
        user = new_test_user(self.env, "clerk", groups="asi_coc.group_officer")
        secret = self.env["ir.attachment"].create({"name": "Secret", "raw": b"x"})
        data = self.record()
        user.write({"company_ids": [Command.link(self.company.id)]})
        with self.refused(AccessError):
            data.with_user(user).write({"evidence_ids": [Command.link(secret.id)]})
        self.assertFalse(secret.res_id)


@tagged("post_install", "-at_install")
class TestPerformanceStatus(SustainabilityCase):
    """A post-casthouse issuer says how it stands to the Performance Standard (9.3d)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Within two years of joining ASI the mill goes without a certificate (6.1b).
        cls.scope.member_since = "2024-02-01"
        mill = cls.scope.facility_ids.filtered(lambda one: one.name == "Mill")
        mill.write(
            {
                "certificate_id": False,
                "earlier_certificate_ids": [Command.clear()],
                "performance_date": "2026-02-01",
            }
        )
        # Here the certificates of the entity are those that tests record.
        cls.performance.partner_id = cls.customer

    def record_certificate(self, number, **values):
        return self.env["asi.coc.certificate"].create(
            {
                "number": number,
                "partner_id": self.company.partner_id.id,
                "standard": "performance",
                "date_start": "2024-01-01",
                "date_end": "2026-12-31",
                "company_id": self.company.id,
                **values,
            }
        )

    def test_certificate_of_the_entity(self):
        self.record_certificate("P-7")
        document = self.ship((self.coil, 10), place=self.mill_place)
        self.assertEqual(
            document.performance_status,
            "Certified to the ASI Performance Standard, certificate P-7, valid until "
            "December 31, 2026",
        )

    def test_certificate_of_the_facility_goes_first(self):
        self.record_certificate("P-7")
        self.facility("Mill").certificate_id = self.record_certificate("P-8")
        self.assertEqual(self.record().performance_certificate_id.number, "P-8")
        document = self.ship((self.coil, 10), place=self.mill_place)
        self.assertIn("P-8", document.performance_status)

    def test_planned_date(self):
        self.record(performance_date="2026-03-01")
        document = self.ship((self.coil, 10), place=self.mill_place)
        self.assertEqual(
            document.performance_status,
            "Certification to the ASI Performance Standard is planned by March 1, 2026",
        )

    def test_a_planned_date_that_has_passed_is_not_told(self):
        self.record(performance_date="2025-03-09")
        document = self.ship((self.coil, 10), place=self.mill_place)
        self.assertFalse(document.performance_status)

    def test_a_suspended_certificate_is_not_told(self):
        certificate = self.record_certificate("P-7")
        record = self.record(performance_date=False)
        self.assertEqual(record.performance_certificate_id, certificate)
        certificate.write({"status": "suspended", "status_date": "2025-03-01"})
        document = self.ship((self.coil, 10), place=self.mill_place)
        self.assertFalse(document.performance_status)

    def test_a_casthouse_does_not_say(self):
        self.record_certificate("P-7")
        self.assertFalse(self.ship().performance_status)


@tagged("post_install", "-at_install")
class TestSustainabilityCosts(SustainabilityCase):
    def test_many_products_cost_one_query(self):
        products = self.env["product.product"].union(
            *(
                self._create_product(f"Slab {number}", "aluminium", self.tonne)
                for number in range(20)
            )
        )
        for product in products:
            self.record(product_id=product.id, carbon_footprint=1, carbon_method="IAI")
        self.env.flush_all()
        self.env.invalidate_all()
        products.mapped("coc_form_id")
        with self.assertQueryCount(2):
            found = self.data._find_for(self.scope, self.period, products)
            self.assertEqual(sum(one.carbon_footprint for one in found.values()), 20)
