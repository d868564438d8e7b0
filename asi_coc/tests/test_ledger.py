from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CocCase


@tagged("post_install", "-at_install")
class TestLedger(CocCase):
    """8.1 to 8.3: every done move line has its entries."""

    def check_totals(self):
        self.assertEqual(self.env["asi.coc.total"]._find_differences(), [])

    # -- receipts and claims --------------------------------------------------
    def test_unverified_claim_is_non_coc(self):
        receipt = self.receive(self.slab, 200, claimed=120, verify=False)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 200})
        self.assertEqual(receipt.coc_claim_state, "to_verify")

        self.verify(receipt)
        self.assertEqual(
            self.entries(receipt), {("input", "non_coc"): 80, ("input", "coc"): 120}
        )
        self.assertEqual(receipt.coc_claim_state, "verified")
        self.assertEqual(receipt.coc_received_document_id.state, "verified")
        self.assertEqual(receipt.coc_received_document_id.name, "ACME-1")

        receipt.coc_received_document_id.action_withdraw()
        self.assertEqual(
            self.entries(receipt), {("input", "non_coc"): 200, ("input", "coc"): 0}
        )
        self.check_totals()

    def test_posting_again_posts_nothing(self):
        receipt = self.receive(self.slab, 200, claimed=120)
        count = self.env["asi.coc.entry"].search_count([])
        self.env["asi.coc.entry"]._post_moves(receipt.move_ids)
        self.assertEqual(self.env["asi.coc.entry"].search_count([]), count)

    def test_document_number_counts_once(self):
        first = self.receive(self.slab, 10, claimed=10)
        second = self.receive(self.slab, 10, claimed=10, verify=False)
        second.coc_document_reference = first.coc_document_reference
        with self.refused(UserError, "ACME-1", "Acme Alumina", first.name):
            second.action_coc_verify()
        self.assertEqual(self.entries(second), {("input", "non_coc"): 10})

    def test_claim_beyond_receipt(self):
        receipt = self.receive(self.slab, 10, claimed=11, verify=False)
        with self.refused(UserError, receipt.name, "11 t", "10 t", "10.2"):
            self.verify(receipt)

    def test_entry_tells_its_story(self):
        receipt = self.receive(self.billet, 4, claimed=5)
        coc = self.env["asi.coc.entry"].search(
            [("picking_id", "=", receipt.id), ("status", "=", "coc")]
        )
        self.assertEqual(coc.mass, 5)
        self.assertEqual(coc.quantity, 2)
        self.assertEqual(coc.uom_id, self.unit)
        self.assertEqual(coc.mass_basis, "2.500000 t / Units")
        self.assertEqual(coc.period_id, self.period)
        self.assertEqual(coc.facility_id.name, "Casthouse")
        self.assertEqual(coc.partner_id, self.supplier)
        self.assertEqual(coc.document_id.name, "ACME-1")
        self.assertEqual(str(coc.date), "2025-03-10")
        self.assertEqual(len(coc.content_hash), 64)

    def test_claim_fills_lots_in_order(self):
        self.slab.tracking = "lot"
        receipt = self.plan(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            self.casthouse_place,
            [{"product": self.slab, "quantity": 30, "coc_claimed_mass": 15}],
            self.supplier,
            coc_document_reference="ACME-LOTS",
        )
        receipt.move_ids.move_line_ids.unlink()
        receipt.move_ids.move_line_ids = [
            Command.create(
                {
                    "lot_name": name,
                    "quantity": 10,
                    "picking_id": receipt.id,
                    "product_id": self.slab.id,
                }
            )
            for name in ("A", "B", "C")
        ]
        self.validate(receipt)
        self.verify(receipt)
        lots = receipt.move_line_ids.lot_id.sorted("name")
        self.assertEqual(lots.mapped("coc_status"), ["coc", "partly", "non_coc"])
        self.assertEqual(lots[0].coc_period_id, self.period)
        self.assertEqual(lots[0].coc_facility_id.name, "Casthouse")
        action = lots[0].action_coc_open_inputs()
        inputs = self.env["asi.coc.entry"].search(action["domain"])
        self.assertEqual(sum(inputs.mapped("mass")), 15)

    def test_lines_that_do_not_name_their_transfer(self):
        """Lines made through the move, as code and RPC do, belong to it too."""
        receipt = self.plan(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            self.casthouse_place,
            [{"product": self.slab, "quantity": 30, "coc_claimed_mass": 15}],
            self.supplier,
            coc_document_reference="ACME-RPC",
        )
        receipt.move_ids.move_line_ids.unlink()
        receipt.move_ids.move_line_ids = [
            Command.create({"quantity": 30, "product_id": self.slab.id})
        ]
        self.assertFalse(receipt.move_ids.move_line_ids.picking_id)
        self.validate(receipt)
        self.verify(receipt)
        self.assertEqual(
            self.entries(receipt), {("input", "coc"): 15, ("input", "non_coc"): 15}
        )

    # -- units of measure -----------------------------------------------------
    def test_kilograms_of_a_product_in_tonnes(self):
        kilogram = self.env.ref("uom.product_uom_kgm")
        receipt = self.plan(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            self.casthouse_place,
            [{"product": self.slab, "quantity": 1234, "uom": kilogram}],
            self.supplier,
        )
        # Odoo reserves in tonnes of two digits; the storekeeper weighs 1234 kg.
        receipt.move_line_ids.quantity = 1234
        self.validate(receipt)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 1.234})

    def test_dozens_of_billets(self):
        receipt = self.transfer(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            self.casthouse_place,
            [
                {
                    "product": self.billet,
                    "quantity": 2,
                    "uom": self.env.ref("uom.product_uom_dozen"),
                }
            ],
            self.supplier,
        )
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 60})

    def test_alloys_from_ten_percent_count_less(self):
        self.receive(self.slab, 100, claimed=100)
        self.slab.coc_alloy_percentage = 25
        delivery = self.deliver(self.slab, 100, designated=100)
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 80, ("output", "non_coc"): 20}
        )

    # -- returns --------------------------------------------------------------
    def test_customer_return_takes_back_output(self):
        self.receive(self.slab, 100, claimed=50)
        delivery = self.deliver(self.slab, 100, designated=50)
        first = self.give_back(delivery, 30)
        self.assertEqual(self.entries(first), {("output", "non_coc"): -30})
        self.assertEqual(self.balance("casthouse").total_outflow, 70)

        second = self.give_back(delivery, 40)
        self.assertEqual(
            self.entries(second),
            {("output", "non_coc"): -20, ("output", "coc"): -20},
        )
        casthouse = self.balance("casthouse")
        self.assertEqual(casthouse.coc_output, 30)
        self.assertEqual(casthouse.total_outflow, 30)
        self.check_totals()

    def test_supplier_return_takes_back_input(self):
        receipt = self.receive(self.slab, 100, claimed=60)
        returned = self.give_back(receipt, 70)
        self.assertEqual(
            self.entries(returned), {("input", "coc"): -60, ("input", "non_coc"): -10}
        )
        casthouse = self.balance("casthouse")
        self.assertEqual(casthouse.coc_input, 0)
        self.assertEqual(casthouse.non_coc_inflow, 30)

    def test_return_of_unverified_receipt_follows_verification(self):
        receipt = self.receive(self.slab, 100, claimed=60, verify=False)
        returned = self.give_back(receipt, 10)
        self.assertEqual(self.entries(returned), {("input", "non_coc"): -10})
        self.verify(receipt)
        self.assertEqual(
            self.entries(returned), {("input", "non_coc"): 0, ("input", "coc"): -10}
        )
        self.assertEqual(self.balance("casthouse").coc_input, 50)

    # -- manufacturing and transfers ------------------------------------------
    def test_manufacturing_within_one_activity(self):
        self.receive(self.slab, 100, claimed=50, place=self.mill_place)
        order = self.produce(self.coil, 90, [(self.slab, 100)], self.mill_place)
        self.assertEqual(
            self.entries(order),
            {("consumption", "pooled"): 100, ("production", "pooled"): 90},
        )
        mill = self.balance("post_casthouse")
        self.assertEqual(mill.conversion_yield, 0.9)
        self.assertEqual(mill.entitlement, 45)

    def test_smelter_feeds_casthouse(self):
        """Alumina 1000 t at 60 %, yield 0.52: 312 t CoC reach the casthouse."""
        self.receive(self.alumina, 1000, claimed=600, place=self.smelter_place)
        self.produce(self.liquid, 520, [(self.alumina, 1000)], self.smelter_place)
        inside = self.move_inside(
            self.liquid, 520, self.smelter_place, self.casthouse_place
        )
        self.assertEqual(
            self.entries(inside),
            {("intra_entity_out", "pooled"): 520, ("intra_entity_in", "pooled"): 520},
        )
        smelter, casthouse = self.balance("smelting"), self.balance("casthouse")
        self.assertEqual(smelter.inflow_percentage, 60)
        self.assertEqual(smelter.conversion_yield, 0.52)
        self.assertEqual(smelter.entitlement, 312)
        self.assertEqual(smelter.intra_entity_out, 312)
        self.assertEqual(casthouse.intra_entity_in, 312)
        self.assertEqual(casthouse.inflow_percentage, 60)

    def test_casthouse_consumes_from_the_smelter(self):
        """Consumption straight from the other activity is an intra-entity flow."""
        self.receive(self.alumina, 100, claimed=100, place=self.smelter_place)
        self.produce(self.liquid, 52, [(self.alumina, 100)], self.smelter_place)
        casthouse = self.scope.facility_ids.filtered(lambda f: f.name == "Casthouse")
        casthouse.picking_type_ids = self.warehouse.manu_type_id
        self.slab.coc_activity_id = self._activity("casthouse")
        order = self.produce(
            self.slab, 50, [(self.liquid, 52)], self.smelter_place, self.casthouse_place
        )
        self.assertEqual(
            self.entries(order),
            {
                ("consumption", "pooled"): 52,
                ("intra_entity_out", "pooled"): 52,
                ("intra_entity_in", "pooled"): 52,
                ("production", "pooled"): 50,
            },
        )
        self.assertEqual(self.balance("casthouse").entitlement, 50)

    def test_move_inside_one_activity_is_no_flow(self):
        shelf = self._create_location("Shelf", self.casthouse_place)
        self.receive(self.slab, 10)
        inside = self.move_inside(self.slab, 10, self.casthouse_place, shelf)
        self.assertEqual(self.entries(inside), {})

    def test_back_from_the_mill_nets(self):
        self.receive(self.slab, 100, claimed=50)
        self.move_inside(self.slab, 60, self.casthouse_place, self.mill_place)
        self.move_inside(self.slab, 20, self.mill_place, self.casthouse_place)
        self.assertEqual(self.balance("casthouse").intra_entity_out, 20)
        self.assertEqual(self.balance("casthouse").intra_entity_outflow, 40)
        self.assertEqual(self.balance("post_casthouse").intra_entity_inflow, 40)

    def test_mine_puts_in_its_own_production(self):
        place = self._create_location("Mine")
        bauxite = self._create_product("Bauxite", "bauxite", self.tonne)
        certificate = self.env["asi.coc.certificate"].create(
            {
                "number": "PS-9",
                "standard": "performance",
                "partner_id": self.company.partner_id.id,
                "date_start": "2025-01-01",
                "date_end": "2025-06-30",
                "company_id": self.company.id,
            }
        )
        self.add_facility(
            "Mine", "bauxite_mining", place, certificate_id=certificate.id
        )
        order = self.produce(bauxite, 1000, [], place)
        self.assertEqual(self.entries(order), {("input", "coc"): 1000})
        self.at("2025-07-01")
        late = self.produce(bauxite, 500, [], place)
        self.assertEqual(self.entries(late), {("input", "non_coc"): 500})
        self.assertEqual(self.balance("bauxite_mining").coc_input, 1000)

    # -- several steps, backorders ----------------------------------------------
    def test_three_step_receipt_counts_once(self):
        self.scope.facility_ids.filtered(lambda f: f.name == "Casthouse").write(
            {"location_id": self.warehouse.view_location_id.id, "active": True}
        )
        self.scope.facility_ids.filtered(lambda f: f.name != "Casthouse").unlink()
        self.warehouse.reception_steps = "three_steps"
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "order_line": [
                    Command.create(
                        {"product_id": self.slab.id, "product_qty": 10, "price_unit": 5}
                    )
                ],
            }
        )
        order.button_confirm()
        picking = order.picking_ids
        chain = picking
        while picking:
            self.validate(picking)
            picking = picking.move_ids.move_dest_ids.picking_id
            chain |= picking
        self.assertEqual(len(chain), 3)
        self.assertEqual(self.entries(chain), {("input", "non_coc"): 10})
        self.assertEqual(
            self.env["stock.quant"]._get_available_quantity(self.slab, self.stock), 10
        )

    def test_three_step_delivery_designates_at_the_gate(self):
        self.scope.facility_ids.filtered(lambda f: f.name == "Casthouse").write(
            {"location_id": self.warehouse.view_location_id.id}
        )
        self.scope.facility_ids.filtered(lambda f: f.name != "Casthouse").unlink()
        self.receive(self.slab, 10, claimed=10, place=self.stock)
        self.warehouse.delivery_steps = "pick_pack_ship"
        order = self.order(self.slab, 10, wanted=6)
        order.action_confirm()
        for _step in range(3):
            picking = order.picking_ids.filtered(
                lambda p: p.state not in ("done", "cancel")
            )
            self.assertEqual(picking.move_ids.coc_designated_qty, 6)
            self.validate(picking)
        self.assertEqual(
            self.entries(order.picking_ids),
            {("output", "coc"): 6, ("output", "non_coc"): 4},
        )
        self.assertEqual(len(order.picking_ids.coc_document_ids), 1)

    def test_backorder_carries_the_rest_of_the_designation(self):
        self.receive(self.slab, 12, claimed=12, place=self.casthouse_place)
        delivery = self.plan_delivery(
            {"product": self.slab, "quantity": 12, "coc_designated_qty": 9}
        )
        delivery.move_ids.quantity = 7
        delivery.move_ids.picked = True
        delivery._action_done()
        backorder = delivery.backorder_ids
        self.assertEqual(delivery.move_ids.coc_designated_qty, 7)
        self.assertEqual(backorder.move_ids.coc_designated_qty, 2)
        self.assertEqual(self.entries(delivery), {("output", "coc"): 7})
        self.validate(backorder)
        self.assertEqual(
            self.entries(backorder), {("output", "coc"): 2, ("output", "non_coc"): 3}
        )

    # -- edits of done transfers ------------------------------------------------
    def test_edited_done_quantity_posts_the_difference(self):
        receipt = self.receive(self.slab, 100, claimed=40)
        receipt.move_ids.move_line_ids.quantity = 90
        self.assertEqual(
            self.entries(receipt), {("input", "coc"): 40, ("input", "non_coc"): 50}
        )
        correction = self.env["asi.coc.entry"].search(
            [("picking_id", "=", receipt.id), ("mass", "=", -10)]
        )
        self.assertEqual(correction.corrects_id.picking_id, receipt)
        self.check_totals()

    def test_date_of_transfer_moves_the_entry(self):
        receipt = self.receive(self.slab, 100)
        receipt.date_done = "2025-02-03 08:00:00"
        live = self.env["asi.coc.entry"]._read_group(
            [("picking_id", "=", receipt.id)], ["date:day"], ["mass:sum"]
        )
        self.assertEqual([mass for _day, mass in live], [100, 0])

    # -- what cannot be classed ---------------------------------------------------
    def test_unclassified_does_not_stop_and_is_classed_later(self):
        yard = self._create_location("Yard")
        receipt = self.receive(self.slab, 50, place=yard)
        self.assertEqual(receipt.state, "done")
        self.assertEqual(self.entries(receipt), {("input", "unclassified"): 50})
        self.assertEqual(self.scope.unclassified_count, 1)
        entry = self.env["asi.coc.entry"].search([("is_unclassified", "=", True)])
        self.assertEqual(entry.reason, "no_facility")

        self.scope.facility_ids.filtered(
            lambda f: f.name == "Casthouse"
        ).storage_location_ids = yard
        self.scope.action_classify()
        self.scope.invalidate_recordset()
        self.assertEqual(self.scope.unclassified_count, 0)
        self.assertEqual(
            self.entries(receipt),
            {("input", "unclassified"): 0, ("input", "non_coc"): 50},
        )
        self.check_totals()

    def test_product_without_mass_waits(self):
        wheel = self._create_product("Wheel", "aluminium", self.unit)
        receipt = self.receive(wheel, 8)
        self.assertEqual(self.entries(receipt), {("input", "unclassified"): 0})
        self.assertEqual(self.scope.unclassified_count, 1)
        wheel.coc_net_mass = 0.01
        self.scope.action_classify()
        self.assertEqual(self.entries(receipt)[("input", "non_coc")], 0.08)
        self.scope.invalidate_recordset()
        self.assertEqual(self.scope.unclassified_count, 0)

    def test_scrap_into_the_casthouse_waits(self):
        receipt = self.receive(self.scrap, 5)
        entry = self.env["asi.coc.entry"].search([("picking_id", "=", receipt.id)])
        self.assertEqual(entry.reason, "wrong_material")

    def test_no_open_period_waits(self):
        self.at("2026-02-01")
        receipt = self.receive(self.slab, 5)
        entry = self.env["asi.coc.entry"].search([("picking_id", "=", receipt.id)])
        self.assertEqual((entry.reason, entry.period_id.id), ("no_period", False))
        self.env["asi.coc.period"].create(
            {
                "scope_id": self.scope.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
            }
        )
        self.scope.action_classify()
        self.assertEqual(self.entries(receipt)[("input", "non_coc")], 5)

    def test_outside_the_scope_is_outside(self):
        depot = self._create_location("Depot")
        depot.coc_outside_scope = True
        arrived = self.receive(self.slab, 50, place=depot)
        self.assertEqual(self.entries(arrived), {})
        inside = self.move_inside(self.slab, 20, depot, self.casthouse_place)
        self.assertEqual(self.entries(inside), {("input", "non_coc"): 20})

    def test_products_and_companies_that_do_not_matter(self):
        wood = self._create_product("Pallet", False, self.unit)
        self.assertEqual(self.entries(self.receive(wood, 3)), {})
        self.scope.with_user(self.env.ref("base.user_admin")).action_suspend()
        self.assertEqual(self.entries(self.receive(self.slab, 3)), {})


@tagged("post_install", "-at_install")
class TestSisterCompanies(CocCase):
    """Between companies of one database goods go through transit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sister = cls.env["res.company"].create(
            {"name": "Sister Mill", "street": "2 Coil Street", "city": "Peel"}
        )
        cls.certify(cls.sister.partner_id, "C00038")
        cls.transit = cls.env.ref("stock.stock_location_inter_company")
        cls.scope.facility_ids.filtered(
            lambda facility: facility.name == "Casthouse"
        ).storage_location_ids = cls.stock

    def test_return_to_a_sister_takes_back_input(self):
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.sister.partner_id.id,
                "company_id": self.company.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.slab.id,
                            "product_qty": 100,
                            "coc_ordered_qty": 60,
                            "price_unit": 1,
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        receipt = order.picking_ids
        self.assertEqual(receipt.move_ids.location_id, self.transit)
        receipt.move_ids.quantity = 40
        receipt.action_coc_claim_as_ordered()
        self.assertEqual(receipt.move_ids.coc_claimed_mass, 40)
        receipt.coc_document_reference = "SISTER-1"
        receipt.move_ids.picked = True
        receipt._action_done()
        rest = receipt.backorder_ids
        rest.action_coc_claim_as_ordered()
        self.assertEqual(rest.move_ids.coc_claimed_mass, 20)
        self.verify(receipt)
        returned = self.give_back(receipt, 10)
        self.assertEqual(self.entries(returned), {("input", "coc"): -10})
        self.assertEqual(self.balance("casthouse").coc_input, 30)

    def test_return_from_a_sister_takes_back_output(self):
        self.receive(self.slab, 100, claimed=50, place=self.stock)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.sister.partner_id.id,
                "company_id": self.company.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.slab.id,
                            "product_uom_qty": 100,
                            "coc_wanted_qty": 10,
                            "tax_ids": False,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        delivery = order.picking_ids
        self.assertEqual(delivery.location_dest_id, self.transit)
        order.order_line.coc_wanted_qty = 50
        self.assertEqual(delivery.move_ids.coc_designated_qty, 50)
        self.validate(delivery)
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 50, ("output", "non_coc"): 50}
        )
        returned = self.give_back(delivery, 60)
        self.assertEqual(
            self.entries(returned),
            {("output", "non_coc"): -50, ("output", "coc"): -10},
        )
