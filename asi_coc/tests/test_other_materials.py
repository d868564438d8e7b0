from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_reports import ReportCase


@tagged("post_install", "-at_install")
class TestOtherMaterials(ReportCase):
    """Pieces that contain other materials: (m·n)/M (9.2)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scope.issue_automatically = False
        cls.panel = cls._create_product(
            "Panel", "aluminium", cls.unit, coc_net_mass=0.024
        )
        cls.panel.coc_total_unit_mass = 0.025
        cls.panel.coc_form_id = cls.env.ref("asi_coc.form_sheet")

    def ship(self, *lines):
        for product, quantity, _uom in lines:
            mass = quantity * (product.coc_net_mass or 1)
            self.receive(product, quantity, claimed=mass)
        delivery = self.transfer(
            "out",
            self.casthouse_place,
            self.env.ref("stock.stock_location_customers"),
            [
                {
                    "product": product,
                    "quantity": quantity / uom.factor * product.uom_id.factor,
                    "uom": uom,
                    "coc_designated_qty": quantity / uom.factor * product.uom_id.factor,
                }
                for product, quantity, uom in lines
            ],
            self.customer,
        )
        return delivery.coc_document_ids

    def test_share_on_the_line(self):
        """100 panels of 24 kg aluminium in 2.5 t: 96 %; 9.2i stays net, 2.4 t."""
        line = self.ship((self.panel, 100, self.unit)).line_ids
        self.assertEqual((line.item_count, line.item_mass), (100, 0.024))
        self.assertEqual((line.shipped_mass, line.total_mass), (2.5, 2.4))
        self.assertEqual((line.coc_mass, line.material_share), (2.4, 96))

    def test_items_in_the_products_own_unit(self):
        """Ten dozens are 120 items."""
        dozen = self.env.ref("uom.product_uom_dozen")
        line = self.ship((self.panel, 120, dozen)).line_ids
        self.assertEqual((line.item_count, line.shipped_mass), (120, 3))
        self.assertEqual(line.material_share, 96)

    def test_products_of_one_form(self):
        """100 of 24 in 25 kg and 100 of 30 in 50 kg: 5.4 t in 7.5 t are 72 %."""
        other = self._create_product(
            "Framed Panel",
            "aluminium",
            self.unit,
            coc_net_mass=0.03,
            coc_total_unit_mass=0.05,
            coc_form_id=self.panel.coc_form_id.id,
        )
        line = self.ship((self.panel, 100, self.unit), (other, 100, self.unit)).line_ids
        self.assertEqual((line.item_count, line.item_mass), (200, 0.027))
        self.assertEqual((line.shipped_mass, line.material_share), (7.5, 72))

    def test_mass_beside_pieces_is_not_counted_in_items(self):
        """2.4 t in 2.5 t and 7.6 t of plain coil: 10 t in 10.1 t."""
        self.coil.coc_form_id = self.panel.coc_form_id
        line = self.ship(
            (self.panel, 100, self.unit), (self.coil, 7.6, self.tonne)
        ).line_ids
        self.assertEqual((line.item_count, line.item_mass), (0, 0))
        self.assertEqual((line.shipped_mass, line.material_share), (10.1, 99.01))

    def test_all_material_says_nothing(self):
        line = self.ship((self.billet, 4, self.unit)).line_ids
        self.assertEqual((line.item_count, line.shipped_mass), (0, 0))
        self.assertEqual(line.material_share, 100)

    def test_printed_below_the_form(self):
        document = self.ship((self.panel, 100, self.unit))
        (text,) = self.read_pages("report_document", document)
        self.assert_facts(
            text,
            "Sheet and Coil Net material 96 %: 100 items of 0.024 t in 2.5 t shipped "
            "2.4 2.4 tonnes",
        )

    def test_not_printed_at_100_percent(self):
        document = self.ship((self.billet, 4, self.unit))
        (text,) = self.read_pages("report_document", document)
        self.assertNotIn("Net material", text)

    def test_a_heavy_lot_is_no_more_than_what_is_shipped(self):
        """A lot weighed at 26 kg of aluminium per panel of 25 kg: all material."""
        self.panel.tracking = "lot"
        lot = self.env["stock.lot"].create(
            {"name": "L1", "product_id": self.panel.id, "coc_net_mass": 0.026}
        )
        delivery = self.plan(
            "out",
            self.casthouse_place,
            self.env.ref("stock.stock_location_customers"),
            [{"product": self.panel, "quantity": 100, "coc_designated_qty": 100}],
            self.customer,
        )
        self.receive(self.slab, 10, claimed=10)
        delivery.move_ids.move_line_ids = [
            Command.clear(),
            Command.create(
                {
                    "product_id": self.panel.id,
                    "lot_id": lot.id,
                    "quantity": 100,
                    "picking_id": delivery.id,
                    "location_id": self.casthouse_place.id,
                    "location_dest_id": delivery.location_dest_id.id,
                }
            ),
        ]
        self.validate(delivery)
        line = delivery.coc_document_ids.line_ids
        self.assertEqual((line.total_mass, line.shipped_mass), (2.6, 0))
        self.assertEqual(line.material_share, 100)

    def test_frozen(self):
        document = self.ship((self.panel, 100, self.unit))
        document.action_issue()
        with self.refused(UserError, document.name, "Issued"):
            document.line_ids.shipped_mass = 5

    # -- masses of the product ----------------------------------------------
    def test_total_mass_contains_net_mass(self):
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self.panel.coc_total_unit_mass = 0.023999
                self.panel.flush_recordset()

    def test_shipped_mass_contains_material(self):
        document = self.ship((self.panel, 100, self.unit))
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                document.line_ids.shipped_mass = 2.3
                document.line_ids.flush_recordset()

    def test_new_product_keeps_both_masses(self):
        form = Form(self.env["product.template"])
        form.name = "Door"
        form.type = "consu"
        form.coc_material = "aluminium"
        form.coc_net_mass = 0.01
        form.coc_total_unit_mass = 0.0175
        product = form.save().product_variant_ids
        self.assertEqual(
            (product.coc_net_mass, product.coc_total_unit_mass), (0.01, 0.0175)
        )
