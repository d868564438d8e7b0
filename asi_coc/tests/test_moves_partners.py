from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CocCase
from .common_books import BooksMixin
from .common_partners import (
    ContractorMixin,
    DropshipMixin,
    PartnersMixin,
    TransitMixin,
)


class PartnersCase(PartnersMixin, BooksMixin, CocCase):
    """The warehouse's own stock serves the casthouse; the mill has its place."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.facility(cls, "Casthouse").storage_location_ids = cls.stock


@tagged("post_install", "-at_install")
class TestDropship(DropshipMixin, PartnersCase):
    """What never was in the scope has no entries (8.3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._dropship(cls.slab)

    def test_dropship_and_its_return(self):
        """10 t from supplier to customer, 4 t back to the supplier: nothing."""
        _sale, picking = self.dropship(self.slab, 10)
        self.validate(picking)
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.count_entries(), 0)
        returned = self.return_of(picking, 4)
        returned.location_dest_id = self.suppliers
        returned.move_ids.location_dest_id = self.suppliers
        self.validate(returned)
        self.assertEqual(returned.state, "done")
        self.assertEqual(self.count_entries(), 0)

    def test_return_of_a_dropship_into_our_stock(self):
        """4 t that never were in the scope come in from outside: Non-CoC input.

        No output of ours is taken back, as there was none.
        """
        _sale, picking = self.dropship(self.slab, 10)
        self.validate(picking)
        returned = self.return_of(picking, 4)
        returned.location_dest_id = self.stock
        returned.move_ids.location_dest_id = self.stock
        self.validate(returned)
        self.assertEqual(self.entries(returned), {("input", "non_coc"): 4})

    def test_designation_is_refused(self):
        """The balance has 50 t to give, but this delivery never was in the scope."""
        self.receive(self.coil, 50, claimed=50)
        sale, picking = self.dropship(self.slab, 10)
        sale.order_line.coc_wanted_qty = 5
        picking.move_ids.coc_designated_qty = 5
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self.validate(picking)
        message = str(caught.exception)
        for fragment in (picking.name, "5 Ton of Slab", "without a designation"):
            self.assertIn(fragment, message)
        self.assertNotIn("no active CoC Certification Scope", message)
        self.assertNotEqual(picking.state, "done")
        picking.move_ids.coc_designated_qty = 0
        self.validate(picking)
        self.assertEqual(picking.state, "done")


class ContractorCase(ContractorMixin, PartnersCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_contractor()
        cls._create_site()

    def site_of(self, name):
        self.facility(name).storage_location_ids |= self.site

    def resupply(self, claimed=0):
        """Order 9 t of coil and send the slab; return the receipt to come."""
        self.slab.route_ids = self.resupply_route
        self.receive(self.slab, 20, claimed=claimed, place=self.stock)
        self.sent, receipt = self.have_coil_made(9)
        return receipt

    def orders_of(self, receipt):
        return receipt.move_ids._get_subcontract_production()


@tagged("post_install", "-at_install")
class TestContractorOfTheFacility(ContractorCase):
    """The contractor's site is a storage site of the casthouse."""

    def setUp(self):
        super().setUp()
        self.site_of("Casthouse")

    def test_resupply_and_receipt(self):
        receipt = self.resupply()
        self.assertEqual(self.entries(self.sent), {})
        self.validate(receipt)
        self.assertEqual(self.entries(receipt), {})
        self.assertEqual(
            self.entries(self.orders_of(receipt)),
            {("consumption", "pooled"): 10, ("production", "pooled"): 9},
        )
        self.assertEqual(
            self.flows_of("casthouse"),
            {
                ("input", "non_coc"): 20,
                ("consumption", "pooled"): 10,
                ("production", "pooled"): 9,
            },
        )

    def test_partial_receipt(self):
        """4.5 t, then the other 4.5 t: 5 t of slab each time."""
        receipt = self.resupply()
        rest = self.validate_part(receipt, 4.5)
        self.assertEqual(
            self.ledger(self.slab, flow="consumption"), {("consumption", "pooled"): 5}
        )
        self.assertEqual(self.ledger(self.coil), {("production", "pooled"): 4.5})
        self.validate(rest)
        self.assertEqual(
            self.ledger(self.slab, flow="consumption"), {("consumption", "pooled"): 10}
        )
        self.assertEqual(self.ledger(self.coil), {("production", "pooled"): 9})

    def test_return_to_the_contractor(self):
        """3 t of coil go back to the contractor: they stay in the facility."""
        receipt = self.resupply()
        self.validate(receipt)
        returned = self.return_of(receipt, 3)
        self.assertEqual(returned.move_ids.location_dest_id, self.site)
        self.validate(returned)
        self.assertEqual(self.entries(returned), {})

    def test_components_back_from_the_contractor(self):
        """4 t of slab that the contractor did not need come back: no flow."""
        self.resupply()
        returned = self.return_of(self.sent, 4)
        self.validate(returned)
        self.assertEqual(returned.location_dest_id, self.stock)
        self.assertEqual(self.entries(returned), {})

    def test_direct_delivery_to_the_customer(self):
        """Sold by dropship: made at the contractor's, 9 t straight to the customer.

        20 t of slab came in, half of it CoC; 4 t of the coil are designated.
        """
        route = self.env.ref("stock_dropshipping.route_drop_shipping")
        route.active = True
        self.coil.route_ids = route
        self.receive(self.slab, 20, claimed=10, place=self.stock)
        self.move_inside(self.slab, 10, self.stock, self.site)
        picking = self.sell_from_contractor(9)
        picking.move_ids.coc_designated_qty = 4
        self.validate(picking)
        self.assertEqual(
            self.entries(picking), {("output", "coc"): 4, ("output", "non_coc"): 5}
        )
        self.assertEqual(
            self.entries(self.orders_of(picking)),
            {("consumption", "pooled"): 10, ("production", "pooled"): 9},
        )

    def test_components_dropshipped_to_the_contractor(self):
        """The supplier sends 10 t of slab to the contractor: input there.

        20 t with a claim of 8 t are verified as in any receipt.
        """
        route = self.env.ref("stock_dropshipping.route_drop_shipping")
        route.active = True
        self.slab.write(
            {
                "route_ids": [Command.set(route.ids)],
                "seller_ids": [
                    Command.create({"partner_id": self.supplier.id, "price": 5})
                ],
            }
        )
        order_of_coil = self.purchase(self.contractor, self.coil, 9)
        order = self.env["purchase.order"].search(
            [
                ("partner_id", "=", self.supplier.id),
                ("company_id", "=", self.company.id),
            ]
        )
        self.assertEqual(order.order_line.product_id, self.slab)
        order.button_confirm()
        picking = order.picking_ids
        self.assertEqual(picking.location_dest_id, self.site)
        picking.move_ids.coc_claimed_mass = 8
        picking.coc_document_reference = "ACME-DROP"
        self.validate(picking)
        self.assertEqual(self.entries(picking), {("input", "non_coc"): 10})
        self.verify(picking)
        self.assertEqual(
            self.entries(picking), {("input", "non_coc"): 2, ("input", "coc"): 8}
        )
        receipt = order_of_coil.picking_ids.filtered(
            lambda one: one.picking_type_code == "incoming"
        )
        self.validate(receipt)
        self.assertEqual(
            self.entries(self.orders_of(receipt)),
            {("consumption", "pooled"): 10, ("production", "pooled"): 9},
        )

    def test_receipt_at_the_first_moment_of_a_period(self):
        """Odoo dates the contractor's work one second before the receipt.

        That second lies in the closed period; the receipt is done all the same.
        """
        receipt = self.resupply()
        self.close(self.period)
        self.clock.move_to("2026-01-01 00:00:00")
        self.validate(receipt)
        self.assertEqual(receipt.state, "done")
        self.assertEqual(
            self.ledger(self.coil, period_id=self.next_period().id),
            {("production", "pooled"): 9},
        )

    def test_edited_receipt(self):
        """9 t received were 8 t: Odoo corrects what was made, not what was used."""
        receipt = self.resupply()
        self.validate(receipt)
        receipt.move_ids.move_line_ids.quantity = 8
        self.assertEqual(self.entries(receipt), {})
        self.assertEqual(self.ledger(self.coil), {("production", "pooled"): 8})
        self.assertEqual(
            self.ledger(self.slab, flow="consumption"), {("consumption", "pooled"): 10}
        )


@tagged("post_install", "-at_install")
class TestContractorOfAnotherActivity(ContractorCase):
    """The contractor's site is a storage site of the mill."""

    def setUp(self):
        super().setUp()
        self.site_of("Mill")

    def test_resupply_and_receipt(self):
        """10 t go from casthouse to mill, 9 t come back to the casthouse's stock."""
        receipt = self.resupply()
        self.assertEqual(
            self.entries(self.sent),
            {("intra_entity_out", "pooled"): 10, ("intra_entity_in", "pooled"): 10},
        )
        self.assertEqual(
            self.flows_of("post_casthouse"), {("intra_entity_in", "pooled"): 10}
        )
        self.validate(receipt)
        self.assertEqual(
            self.entries(receipt),
            {("intra_entity_out", "pooled"): 9, ("intra_entity_in", "pooled"): 9},
        )
        self.assertEqual(
            self.flows_of("post_casthouse"),
            {
                ("intra_entity_in", "pooled"): 10,
                ("consumption", "pooled"): 10,
                ("production", "pooled"): 9,
                ("intra_entity_out", "pooled"): 9,
            },
        )
        self.assertEqual(
            self.flows_of("casthouse"),
            {
                ("input", "non_coc"): 20,
                ("intra_entity_out", "pooled"): 10,
                ("intra_entity_in", "pooled"): 9,
            },
        )

    def test_receipt_at_the_mill(self):
        """The coil goes to the mill: no flow, as the contractor is part of it."""
        receipt = self.resupply()
        receipt.location_dest_id = self.mill_place
        self.validate(receipt)
        self.assertEqual(self.entries(receipt), {})
        self.assertEqual(
            self.flows_of("post_casthouse", self.coil), {("production", "pooled"): 9}
        )

    def test_return_to_the_contractor(self):
        """3 t of coil go back: from the casthouse's stock to the mill."""
        receipt = self.resupply()
        self.validate(receipt)
        returned = self.return_of(receipt, 3)
        self.validate(returned)
        self.assertEqual(
            self.entries(returned),
            {("intra_entity_out", "pooled"): 3, ("intra_entity_in", "pooled"): 3},
        )
        self.assertEqual(
            self.flows_of("casthouse", self.coil),
            {("intra_entity_in", "pooled"): 9, ("intra_entity_out", "pooled"): 3},
        )


@tagged("post_install", "-at_install")
class TestContractorOfNoFacility(ContractorCase):
    def test_waits_for_the_cure(self):
        """Sent and made at a place that is nobody's: unclassified until it is one's."""
        receipt = self.resupply()
        self.assertEqual(self.entries(self.sent), {("output", "unclassified"): 10})
        self.validate(receipt)
        self.scope.invalidate_recordset()
        self.assertGreater(self.scope.unclassified_count, 0)

        self.site_of("Mill")
        self.scope.action_classify()
        self.scope.invalidate_recordset()
        self.assertEqual(self.scope.unclassified_count, 0)
        self.assertEqual(
            self.ledger(),
            {
                ("input", "non_coc"): 20,
                ("intra_entity_out", "pooled"): 19,
                ("intra_entity_in", "pooled"): 19,
                ("consumption", "pooled"): 10,
                ("production", "pooled"): 9,
            },
            "10 t of slab to the mill, 9 t of coil back",
        )

    def test_becomes_a_storage_site(self):
        """The casthouse takes the site: no flow, only what was used and made."""
        receipt = self.resupply()
        self.validate(receipt)
        self.site_of("Casthouse")
        self.scope.action_classify()
        self.scope.invalidate_recordset()
        self.assertEqual(self.scope.unclassified_count, 0)
        self.assertEqual(
            self.ledger(),
            {
                ("input", "non_coc"): 20,
                ("consumption", "pooled"): 10,
                ("production", "pooled"): 9,
            },
        )


@tagged("post_install", "-at_install")
class TestConsignment(PartnersCase):
    """Goods owned by others have no entries; ours have them wherever they are."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consignor = cls.env["res.partner"].create({"name": "Consignor"})

    def receive_consigned(self, quantity, place=None):
        receipt = self.receive(
            self.slab, quantity, place=place, owner_id=self.consignor.id
        )
        self.assertEqual(receipt.move_line_ids.owner_id, self.consignor)
        return receipt

    def test_received_moved_used_up_counted_delivered(self):
        """Only the 9 t of coil, which are ours, are in the ledger."""
        self.receive_consigned(100)
        moved = self.move_inside(self.slab, 60, self.casthouse_place, self.mill_place)
        self.assertEqual(moved.move_line_ids.owner_id, self.consignor)
        self.assertEqual(self.count_entries(), 0)

        order = self.produce(self.coil, 9, [(self.slab, 10)], self.mill_place)
        self.assertEqual(order.move_raw_ids.move_line_ids.owner_id, self.consignor)
        self.assertEqual(self.entries(order), {("production", "pooled"): 9})

        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.slab.id),
                ("location_id", "=", self.casthouse_place.id),
            ]
        )
        quant.with_context(inventory_mode=True).inventory_quantity = 38
        quant.action_apply_inventory()
        self.assertEqual(quant.quantity, 38)
        self.assertEqual(self.ledger(self.slab), {})

        delivery = self.deliver(self.slab, 30)
        self.assertEqual(delivery.move_line_ids.owner_id, self.consignor)
        self.assertEqual(self.ledger(self.slab), {})

    def test_designation_of_others_goods_is_refused(self):
        """20 t may leave as CoC, but not 10 t that are another's."""
        self.receive(self.coil, 40, claimed=20)
        self.receive_consigned(10)
        with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
            self.deliver(self.slab, 10, designated=5)
        message = str(caught.exception)
        for fragment in ("5 Ton of Slab", "without a designation"):
            self.assertIn(fragment, message)
        self.assertNotIn("no active CoC Certification Scope", message)

    def test_ours_and_theirs_in_one_delivery(self):
        """6 t of ours and 4 t of theirs leave together; 6 t are output."""
        self.receive(self.slab, 6, claimed=6)
        self.receive_consigned(4)
        delivery = self.deliver(self.slab, 10, designated=6)
        self.assertEqual(len(delivery.move_line_ids), 2)
        self.assertEqual(self.entries(delivery), {("output", "coc"): 6})

    def test_designation_beyond_what_is_ours(self):
        """8 of 10 t designated, 6 are ours: 6 t leave as CoC, and so says the paper."""
        self.receive(self.coil, 40, claimed=40)
        self.receive(self.slab, 6, claimed=6)
        self.receive_consigned(4)
        delivery = self.deliver(self.slab, 10, designated=8)
        self.assertEqual(self.entries(delivery), {("output", "coc"): 6})
        line = delivery.coc_document_ids.line_ids
        self.assertEqual((line.coc_mass, line.total_mass), (6, 6))

    def test_consigned_goods_become_ours(self):
        """The owner is taken off the done receipt: input from the start."""
        receipt = self.receive_consigned(10)
        self.at("2025-04-20")
        receipt.move_line_ids.owner_id = False
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 10})
        entry = self.env["asi.coc.entry"].search([("picking_id", "=", receipt.id)])
        self.assertEqual(str(entry.date), "2025-03-10")

    def test_our_goods_become_theirs(self):
        receipt = self.receive(self.slab, 10, claimed=4)
        receipt.move_line_ids.owner_id = self.consignor
        self.assertEqual(
            self.entries(receipt), {("input", "coc"): 0, ("input", "non_coc"): 0}
        )

    def test_return_to_the_consignor(self):
        receipt = self.receive_consigned(10)
        returned = self.give_back(receipt, 10)
        self.assertEqual(returned.move_line_ids.owner_id, self.consignor)
        self.assertEqual(self.count_entries(), 0)

    def test_our_goods_at_a_customers_site(self):
        """A consignment store at the customer's is a storage site: no flow there.

        What the customer takes from it, 4 of 10 t, is output.
        """
        store = self.env["stock.location"].create(
            {
                "name": "Store at Rollers United",
                "usage": "internal",
                "company_id": self.company.id,
                "location_id": self.warehouse.view_location_id.id,
            }
        )
        self.facility("Casthouse").storage_location_ids |= store
        self.receive(self.slab, 10, claimed=5)
        sent = self.move_inside(self.slab, 10, self.casthouse_place, store)
        self.assertEqual(self.entries(sent), {})
        taken = self.deliver(self.slab, 4, designated=2, place=store)
        self.assertEqual(
            self.entries(taken), {("output", "coc"): 2, ("output", "non_coc"): 2}
        )

    def test_store_that_is_nobodys(self):
        """Sent to a store of no facility, it waits until the store is one's."""
        store = self.env["stock.location"].create(
            {
                "name": "Store at Rollers United",
                "usage": "internal",
                "company_id": self.company.id,
                "location_id": self.warehouse.view_location_id.id,
            }
        )
        self.receive(self.slab, 10)
        sent = self.move_inside(self.slab, 10, self.casthouse_place, store)
        self.assertEqual(self.entries(sent), {("output", "unclassified"): 10})
        self.facility("Casthouse").storage_location_ids |= store
        self.scope.action_classify()
        self.scope.invalidate_recordset()
        self.assertEqual(self.scope.unclassified_count, 0)
        self.assertEqual(self.ledger(), {("input", "non_coc"): 10})


class TransitCase(TransitMixin, PartnersCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_depot()


@tagged("post_install", "-at_install")
class TestTransitWithinAnActivity(TransitCase):
    def setUp(self):
        super().setUp()
        self.facility("Casthouse").storage_location_ids |= self.depot.lot_stock_id

    def test_nothing_on_the_way(self):
        self.receive(self.slab, 20, place=self.stock)
        sent, arrival = self.supply_depot(10)
        self.validate(sent)
        self.assertEqual(self.ledger(), {("input", "non_coc"): 20})
        rest = self.validate_part(arrival, 4)
        self.validate(rest)
        returned = self.give_back(arrival, 4)
        self.assertEqual(returned.location_dest_id, self.transit)
        self.assertEqual(self.ledger(), {("input", "non_coc"): 20})
        self.scope.invalidate_recordset()
        self.assertEqual(self.scope.unclassified_count, 0)

    def test_lost_and_found_on_the_way(self):
        """1 t of 10 in transit is lost: the sender's loss."""
        self.receive(self.slab, 20, place=self.stock)
        sent, _arrival = self.supply_depot(10)
        self.validate(sent)
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.slab.id),
                ("location_id", "=", self.transit.id),
            ]
        )
        quant.with_context(inventory_mode=True).inventory_quantity = 9
        quant.action_apply_inventory()
        self.assertEqual(
            self.ledger(flow="loss"),
            {("loss", "unclassified"): 1},
            "nothing says who sent it",
        )


@tagged("post_install", "-at_install")
class TestTransitBetweenActivities(TransitCase):
    """The depot belongs to the mill."""

    def setUp(self):
        super().setUp()
        self.facility("Mill").storage_location_ids |= self.depot.lot_stock_id
        self.receive(self.slab, 20, place=self.stock)

    def test_flow_on_arrival(self):
        sent, arrival = self.supply_depot(10)
        self.validate(sent)
        self.assertEqual(self.entries(sent), {})
        rest = self.validate_part(arrival, 4)
        self.assertEqual(
            self.entries(arrival),
            {("intra_entity_out", "pooled"): 4, ("intra_entity_in", "pooled"): 4},
        )
        self.assertEqual(
            self.flows_of("post_casthouse"), {("intra_entity_in", "pooled"): 4}
        )
        self.at("2025-03-12")
        self.validate(rest)
        self.assertEqual(
            self.flows_of("post_casthouse"), {("intra_entity_in", "pooled"): 10}
        )
        self.assertEqual(
            self.flows_of("casthouse"),
            {("input", "non_coc"): 20, ("intra_entity_out", "pooled"): 10},
        )

    def test_partly_sent(self):
        """6 t leave and arrive, then the other 4 t: 10 t of flow."""
        sent, arrival = self.supply_depot(10)
        later = self.validate_part(sent, 6)
        arrival.action_assign()
        rest = self.validate_part(arrival, 6)
        self.assertEqual(
            self.flows_of("post_casthouse"), {("intra_entity_in", "pooled"): 6}
        )
        self.validate(later)
        self.validate(rest)
        self.assertEqual(
            self.flows_of("post_casthouse"), {("intra_entity_in", "pooled"): 10}
        )

    def test_back_to_the_plant(self):
        """4 t return from the depot into transit, and on to the plant.

        On the way they are still the mill's; arrived they are the casthouse's.
        """
        sent, arrival = self.supply_depot(10)
        self.validate(sent)
        self.validate(arrival)
        back = self.give_back(arrival, 4)
        self.assertEqual(back.location_dest_id, self.transit)
        self.assertEqual(self.entries(back), {})
        home = self.give_back(sent, 4)
        self.assertEqual(home.location_dest_id, self.stock)
        self.assertEqual(
            self.entries(home),
            {("intra_entity_out", "pooled"): 4, ("intra_entity_in", "pooled"): 4},
        )
        self.assertEqual(
            self.flows_of("post_casthouse"),
            {("intra_entity_in", "pooled"): 10, ("intra_entity_out", "pooled"): 4},
        )

    def test_turned_back_on_the_way(self):
        """6 of 10 t never arrive and go back to the plant: no flow."""
        sent, arrival = self.supply_depot(10)
        self.validate(sent)
        rest = self.validate_part(arrival, 4)
        rest.action_cancel()
        home = self.give_back(sent, 6)
        self.assertEqual(self.entries(home), {})
        self.assertEqual(
            self.flows_of("post_casthouse"), {("intra_entity_in", "pooled"): 4}
        )

    def test_order_of_the_arrival_edited(self):
        """4 t arrived were 3 t: both sides are corrected."""
        sent, arrival = self.supply_depot(10)
        self.validate(sent)
        self.validate_part(arrival, 4)
        arrival.move_line_ids.quantity = 3
        self.assertEqual(
            self.entries(arrival),
            {("intra_entity_out", "pooled"): 3, ("intra_entity_in", "pooled"): 3},
        )


@tagged("post_install", "-at_install")
class TestTwoCompanies(PartnersCase):
    """Melt & Roll sells to its sister, which has a scope of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sister = cls.env["res.company"].create(
            {"name": "Sister Mill", "street": "2 Coil Street", "city": "Peel"}
        )
        cls.env.user.company_ids += cls.sister
        cls.certify(cls.company.partner_id, "C00037", company_id=cls.sister.id)
        cls.sister_env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.sister.ids)
        )
        cls.sister_warehouse = cls.sister_env["stock.warehouse"].search(
            [("company_id", "=", cls.sister.id)], limit=1
        )
        cls.transit = cls.env.ref("stock.stock_location_inter_company")
        certificate = cls.sister_env["asi.coc.certificate"].create(
            {
                "number": "C00038",
                "partner_id": cls.sister.partner_id.id,
                "date_start": "2024-01-01",
                "date_end": "2026-12-31",
                "supply_chain_activity_ids": [
                    Command.set(cls._activity("post_casthouse").ids)
                ],
                "company_id": cls.sister.id,
            }
        )
        performance = cls.certify(
            cls.sister.partner_id, "P00038", standard="performance"
        )
        cls.sister_scope = cls.sister_env["asi.coc.scope"].create(
            {
                "name": "Sister Mill",
                "company_id": cls.sister.id,
                "certificate_id": certificate.id,
                "membership_class": "production_transformation",
                "member_since": "2023-02-01",
                "representative_ids": [Command.set(cls.env.ref("base.user_admin").ids)],
                "tz": "UTC",
                "certificate_check_days": 9999,
                "facility_ids": [
                    Command.create(
                        {
                            "name": "Sister Mill",
                            "activity_id": cls._activity("post_casthouse").id,
                            "location_id": cls.sister_warehouse.lot_stock_id.id,
                            "certificate_id": performance.id,
                        }
                    )
                ],
            }
        )
        cls.sister_period = cls.sister_env["asi.coc.period"].create(
            {
                "scope_id": cls.sister_scope.id,
                "date_start": "2025-01-01",
                "date_end": "2025-12-31",
            }
        )
        cls.activate(cls.sister_scope, "2025-01-01")

    def sister_flows(self):
        entries = self.sister_env["asi.coc.entry"].search(
            [("company_id", "=", self.sister.id)]
        )
        masses = {}
        for entry in entries:
            key = (entry.flow, entry.status)
            masses[key] = masses.get(key, 0) + entry.mass
        return {key: mass for key, mass in masses.items() if mass}

    def sell(self, quantity, designated):
        sale = self.order(self.slab, quantity, designated)
        sale.partner_id = self.sister.partner_id
        sale.action_confirm()
        delivery = sale.picking_ids
        self.assertEqual(delivery.location_dest_id, self.transit)
        self.validate(delivery)
        return delivery

    def buy(self, quantity, claimed):
        order = self.sister_env["purchase.order"].create(
            {
                "partner_id": self.company.partner_id.id,
                "company_id": self.sister.id,
                "picking_type_id": self.sister_warehouse.in_type_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.slab.id,
                            "product_qty": quantity,
                            "price_unit": 1,
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        receipt = order.picking_ids
        self.assertEqual(receipt.move_ids.location_id, self.transit)
        receipt.move_ids.coc_claimed_mass = claimed
        receipt.coc_document_reference = "MELT-1"
        self.validate(receipt)
        return receipt

    def test_output_of_one_input_of_the_other(self):
        """100 t with 50 t CoC leave; 60 t arrive, of them 50 t claimed and verified."""
        self.receive(self.slab, 100, claimed=50, place=self.stock)
        delivery = self.sell(100, 50)
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 50, ("output", "non_coc"): 50}
        )
        self.assertEqual(self.sister_flows(), {})
        receipt = self.buy(60, 50)
        self.assertEqual(self.sister_flows(), {("input", "non_coc"): 60})
        self.verify(receipt)
        self.assertEqual(
            self.sister_flows(), {("input", "coc"): 50, ("input", "non_coc"): 10}
        )
        self.assertEqual(
            self.flows_of("casthouse"),
            {
                ("input", "coc"): 50,
                ("input", "non_coc"): 50,
                ("output", "coc"): 50,
                ("output", "non_coc"): 50,
            },
        )

    def test_return_between_them(self):
        """The sister sends 20 t back: its CoC input first, our Non-CoC output first."""
        self.receive(self.slab, 100, claimed=50, place=self.stock)
        delivery = self.sell(100, 50)
        receipt = self.buy(100, 50)
        self.verify(receipt)
        back = self.give_back_of(self.sister_env, receipt, 20)
        self.assertEqual(
            self.sister_flows(), {("input", "coc"): 30, ("input", "non_coc"): 50}
        )
        self.assertEqual(back.location_dest_id, self.transit)
        home = self.give_back(delivery, 20)
        self.assertEqual(self.entries(home), {("output", "non_coc"): -20})

    def give_back_of(self, env, picking, quantity):
        own, self.env = self.env, env
        try:
            return self.give_back(picking, quantity)
        finally:
            self.env = own


@tagged("post_install", "-at_install")
class TestRoutes(PartnersCase):
    """Several steps, putaway and packages: only what crosses a boundary counts."""

    def setUp(self):
        super().setUp()
        self.facility(
            "Casthouse"
        ).storage_location_ids = self.warehouse.view_location_id

    def test_three_steps_in(self):
        """Vendor → input → quality → stock: 10 t of input at the first step."""
        self.warehouse.reception_steps = "three_steps"
        picking = self.purchase(self.supplier, self.slab, 10).picking_ids
        self.assertEqual(picking.location_dest_id, self.warehouse.wh_input_stock_loc_id)
        self.validate(picking)
        self.assertEqual(self.entries(picking), {("input", "non_coc"): 10})
        second = self.next_of(picking)
        self.validate(second)
        third = self.next_of(second)
        self.validate(third)
        self.assertEqual(third.location_dest_id, self.stock)
        self.assertEqual(self.entries(second | third), {})

    def test_three_steps_in_to_the_mill(self):
        """The last step stores 10 t at the mill: a flow from the casthouse."""
        self.warehouse.reception_steps = "three_steps"
        picking = self.purchase(self.supplier, self.slab, 10).picking_ids
        self.validate(picking)
        second = self.next_of(picking)
        self.validate(second)
        third = self.next_of(second)
        third.move_line_ids.location_dest_id = self.mill_place
        self.validate(third)
        self.assertEqual(
            self.entries(third),
            {("intra_entity_out", "pooled"): 10, ("intra_entity_in", "pooled"): 10},
        )

    def test_pick_pack_ship(self):
        """Stock → packing → gate → customer: 10 t of output at the last step."""
        self.receive(self.slab, 10, place=self.stock)
        self.warehouse.delivery_steps = "pick_pack_ship"
        sale = self.order(self.slab, 10)
        sale.action_confirm()
        pick = sale.picking_ids
        self.validate(pick)
        pack = self.next_of(pick)
        self.validate(pack)
        ship = self.next_of(pack)
        self.assertEqual(self.entries(pick | pack), {})
        self.validate(ship)
        self.assertEqual(self.entries(ship), {("output", "non_coc"): 10})

    def test_putaway_to_two_facilities(self):
        """One receipt into stock: slab is put away at the casthouse, coil at the mill.

        30 t of slab with 20 t CoC, 8 t of coil.
        """
        self.env["stock.putaway.rule"].create(
            [
                {
                    "product_id": product.id,
                    "location_in_id": self.stock.id,
                    "location_out_id": place.id,
                    "company_id": self.company.id,
                }
                for product, place in (
                    (self.slab, self.casthouse_place),
                    (self.coil, self.mill_place),
                )
            ]
        )
        receipt = self.plan(
            "in",
            self.suppliers,
            self.stock,
            [
                {"product": self.slab, "quantity": 30, "coc_claimed_mass": 20},
                {"product": self.coil, "quantity": 8},
            ],
            self.supplier,
            coc_document_reference="ACME-PUT",
        )
        self.validate(receipt)
        self.assertEqual(
            receipt.move_line_ids.location_dest_id,
            self.casthouse_place | self.mill_place,
        )
        self.verify(receipt)
        self.assertEqual(
            self.flows_of("casthouse"), {("input", "coc"): 20, ("input", "non_coc"): 10}
        )
        self.assertEqual(self.flows_of("post_casthouse"), {("input", "non_coc"): 8})

    def test_one_move_to_two_facilities(self):
        """30 t of one product, 20 t CoC: 12 t go to the casthouse, 18 t to the mill.

        The claim fills the lines in order: 12 t CoC there, 8 t here.
        """
        receipt = self.plan(
            "in",
            self.suppliers,
            self.stock,
            [{"product": self.slab, "quantity": 30, "coc_claimed_mass": 20}],
            self.supplier,
            coc_document_reference="ACME-TWO",
        )
        receipt.move_line_ids.unlink()
        receipt.move_line_ids = [
            Command.create(
                {
                    "product_id": self.slab.id,
                    "move_id": receipt.move_ids.id,
                    "quantity": quantity,
                    "location_dest_id": place.id,
                }
            )
            for quantity, place in ((12, self.casthouse_place), (18, self.mill_place))
        ]
        self.validate(receipt)
        self.verify(receipt)
        self.assertEqual(self.flows_of("casthouse"), {("input", "coc"): 12})
        self.assertEqual(
            self.flows_of("post_casthouse"),
            {("input", "coc"): 8, ("input", "non_coc"): 10},
        )

    def test_packages(self):
        """10 t in a package: to a shelf no flow, to the mill one, then output."""
        receipt = self.plan(
            "in",
            self.suppliers,
            self.casthouse_place,
            [{"product": self.slab, "quantity": 10}],
            self.supplier,
        )
        receipt.move_ids.picked = True
        receipt.action_put_in_pack()
        package = receipt.move_line_ids.result_package_id
        self.assertTrue(package)
        self.validate(receipt)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 10})
        shelf = self._create_location("Shelf", self.casthouse_place)
        for place, flows in (
            (shelf, {}),
            (
                self.mill_place,
                {("intra_entity_out", "pooled"): 10, ("intra_entity_in", "pooled"): 10},
            ),
        ):
            moved = self.env["stock.picking"].create(
                {
                    "picking_type_id": self.warehouse.int_type_id.id,
                    "location_id": package.location_id.id,
                    "location_dest_id": place.id,
                }
            )
            moved.action_add_entire_packs(package.ids)
            moved.action_confirm()
            self.validate(moved)
            self.assertEqual(package.location_id, place)
            self.assertEqual(self.entries(moved), flows)
        delivery = self.deliver(self.slab, 10, place=self.mill_place)
        self.assertEqual(delivery.move_line_ids.package_id, package)
        self.assertEqual(self.entries(delivery), {("output", "non_coc"): 10})

    def test_moved_by_package_without_a_transfer(self):
        """*Relocate* in the list of quants: 10 t to the mill is a flow."""
        self.receive(self.slab, 10)
        quant = self.env["stock.quant"].search(
            [
                ("product_id", "=", self.slab.id),
                ("location_id", "=", self.casthouse_place.id),
            ]
        )
        quant.move_quants(self.mill_place)
        self.assertEqual(
            self.ledger(),
            {
                ("input", "non_coc"): 10,
                ("intra_entity_out", "pooled"): 10,
                ("intra_entity_in", "pooled"): 10,
            },
        )
