from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.tests import tagged

from .common import CocCase
from .common_history import HistoryMixin

OPERATIONS = (
    "receive",
    "receive_lots",
    "deliver",
    "deliver_lot",
    "move",
    "produce",
    "give_back",
    "give_back",
    "lose",
    "edit",
    "redirect",
    "wait",
)
#: Every kind of operation, in any order: tuples of name, tonnes and a choice.
sequences = st.tuples(
    st.permutations(OPERATIONS),
    st.lists(
        st.tuples(st.integers(1, 60), st.integers(0, 11)),
        min_size=len(OPERATIONS),
        max_size=len(OPERATIONS),
    ),
).map(lambda both: [(name, *rest) for name, rest in zip(*both, strict=True)])


@tagged("post_install", "-at_install")
class TestAdoptionProperties(HistoryMixin, CocCase):
    """8.1: history that is adopted is history that was accounted as it happened."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.yard = cls._create_location("Yard")
        cls.sow = cls._create_product("Sow", "aluminium", cls.tonne, tracking="lot")
        cls.places = (
            cls.casthouse_place
            | cls.mill_place
            | cls.yard
            | cls._create_location("Dock", cls.casthouse_place)
        )

    @settings(
        max_examples=6,
        deadline=None,
        derandomize=True,
        # Shrinking would live through hundreds of years of operations.
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(sequences, st.sampled_from((100, 3, 1)))
    def test_same_ledger_as_living_through(self, sequence, size):
        lived = self.in_a_world_of_its_own(self.live_accounted, sequence)
        adopted = self.in_a_world_of_its_own(self.live_untold, sequence, size)
        self.assertGreater(len(lived), len(OPERATIONS))
        self.assertEqual(adopted, lived)

    def in_a_world_of_its_own(self, live, *arguments):
        savepoint = self.env.cr.savepoint()
        try:
            live(*arguments)
            self.env.flush_all()
            return self.snapshot()
        finally:
            # What is not written yet must go too, before the next world.
            self.env.transaction.clear()
            savepoint.rollback()
            self.registry.clear_all_caches()

    def live_accounted(self, sequence):
        self.live(sequence)

    def live_untold(self, sequence, size):
        self.forget()
        self.live(sequence)
        self.remember()
        self.batches_of(size)
        adoption = self.adoption()
        adoption.action_preview()
        self.assertEqual(self.snapshot(), {})
        expected = sum(adoption.unclassified_line_ids.mapped("move_count"))
        adoption.action_adopt()
        while adoption._process_batch():
            pass
        adoption._finish()
        unclassified = self.env["asi.coc.entry"].search(
            [("company_id", "=", self.company.id), ("status", "=", "unclassified")]
        )
        self.assertEqual(len(unclassified.move_id), expected)
        self.assertEqual(self.env["asi.coc.total"]._find_differences(), [])
        moves = self.env["stock.move"].search(
            [("company_id", "=", self.company.id), ("state", "=", "done")]
        )
        posted = self.env["asi.coc.entry"]._post_moves(moves._coc_relevant())
        self.assertEqual(posted, [], "posting again posts nothing")

    def live(self, sequence):
        self.day = 1
        self.transfers = []
        self.lots = []
        self.at("2025-03-01")
        for product in (self.liquid, self.slab):
            self.have_stock(product, 10**5)
            self.have_stock(product, 10**5, self.mill_place)
        for name, quantity, choice in sequence:
            getattr(self, f"do_{name}")(quantity, choice)

    # -- operations -----------------------------------------------------------
    def do_wait(self, quantity, _choice):
        self.day += quantity % 3 + 1
        self.at(f"2025-03-{min(self.day, 28):02}")

    def do_receive(self, quantity, choice):
        place = self.places[choice % 4]
        self.transfers.append(self.receive(self.slab, quantity, place=place))

    def do_receive_lots(self, quantity, choice):
        suppliers = self.env.ref("stock.stock_location_suppliers")
        place = self.places[choice % 4]
        picking = self.plan(
            "in",
            suppliers,
            place,
            [{"product": self.sow, "quantity": 2 * quantity}],
            self.supplier,
        )
        names = [f"LOT{len(self.lots) + number}" for number in range(2)]
        picking.move_line_ids.unlink()
        picking.move_ids.move_line_ids = [
            Command.create(
                {
                    "lot_name": name,
                    "quantity": quantity,
                    "product_id": self.sow.id,
                    "picking_id": picking.id,
                    "location_id": suppliers.id,
                    "location_dest_id": place.id,
                }
            )
            for name in names
        ]
        self.validate(picking)
        self.lots += [(lot, place) for lot in picking.move_line_ids.lot_id]

    def do_deliver(self, quantity, choice):
        place = self.places[choice % 2]
        self.transfers.append(self.deliver(self.slab, quantity, place=place))

    def do_deliver_lot(self, quantity, choice):
        if not self.lots:
            return
        lot, place = self.lots[choice % len(self.lots)]
        customers = self.env.ref("stock.stock_location_customers")
        picking = self.plan(
            "out", place, customers, [{"product": self.sow, "quantity": quantity}]
        )
        picking.move_line_ids.unlink()
        picking.move_ids.move_line_ids = [
            Command.create(
                {
                    "lot_id": lot.id,
                    "quantity": quantity,
                    "product_id": self.sow.id,
                    "picking_id": picking.id,
                    "location_id": place.id,
                    "location_dest_id": customers.id,
                }
            )
        ]
        self.validate(picking)

    def do_move(self, quantity, choice):
        self.move_inside(
            self.slab, quantity, self.places[choice % 2], self.places[(choice + 1) % 4]
        )

    def do_produce(self, quantity, choice):
        self.produce(
            self.slab,
            quantity,
            [(self.liquid, quantity + choice)],
            self.casthouse_place,
            self.places[choice % 2],
        )

    def do_give_back(self, quantity, choice):
        if not self.transfers:
            self.do_deliver(quantity, choice)
        picking = self.transfers[choice % len(self.transfers)]
        place = picking.location_id
        if place.usage != "supplier":
            # often to another activity than it left from
            place = self.places[(choice + 1) % 4]
        returned = self.give_back(
            picking, min(quantity, picking.move_ids.quantity), place
        )
        self.transfers.append(returned)

    def do_lose(self, quantity, choice):
        place = self.places[choice % 2]
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.slab.id), ("location_id", "=", place.id)], limit=1
        )
        quant.with_context(inventory_mode=True).inventory_quantity = (
            quant.quantity - quantity
        )
        quant.action_apply_inventory()

    def do_edit(self, quantity, choice):
        if self.transfers:
            picking = self.transfers[choice % len(self.transfers)]
            picking.move_line_ids[:1].quantity = quantity

    def do_redirect(self, _quantity, choice):
        """Correct where a transfer went or came from, unless it has come back."""
        if self.transfers:
            picking = self.transfers[choice % len(self.transfers)]
            if picking.move_ids.returned_move_ids:
                return
            side = "location_id"
            if picking.location_dest_id.usage == "internal":
                side = "location_dest_id"
            if picking.move_line_ids[side].usage == "internal":
                picking.move_line_ids[side] = self.places[(choice + 1) % 4]
