from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_scrap import ScrapCase
from .test_facility_certification import CertificationCase


class LapsedCase(CertificationCase):
    """A casthouse and a foundry cast; the foundry's own certificate lapses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scope.issue_automatically = False
        cls.own = cls.certify(cls.company.partner_id, "P00038", standard="performance")
        cls.foundry_place = cls._create_location("Foundry")
        cls.foundry = cls.add_facility(
            "Foundry", "casthouse", cls.foundry_place, certificate_id=cls.own.id
        )

    def take(self, quantity=10, claimed=10, **values):
        """Receive slab as CoC Material into the foundry."""
        return self.receive(
            self.slab, quantity, claimed=claimed, place=self.foundry_place, **values
        )

    def figures(self, code="casthouse", period=None):
        balance = self.balance(code, period)
        balance.invalidate_recordset()
        return balance.coc_input, balance.non_coc_inflow, balance.entitlement

    def assert_sound(self):
        self.assertFalse(self.drift())
        self.assertEqual(self.env["asi.coc.total"]._find_differences(), [])


@tagged("post_install", "-at_install")
class TestReceipts(LapsedCase):
    """3.1–3.3, 4.1, 5.1, 6.1 a, b: what an uncertified facility takes in is Non-CoC."""

    def test_from_the_day(self):
        self.suspend(self.own, "2025-04-01")
        for day, status in (("2025-03-31", "coc"), ("2025-04-01", "non_coc")):
            self.at(day)
            with self.subTest(day=day):
                self.assertEqual(self.entries(self.take())[("input", status)], 10)
        self.assertEqual(self.figures(), (10, 10, 10))
        self.assert_sound()

    def test_the_other_facility_cannot_put_it_out(self):
        self.suspend(self.own, "2025-03-10")
        self.take()
        self.have_stock(self.slab, 10)
        with self.refused(UserError, "0 t are available", "(8.7)"):
            self.deliver_slab()
        with self.refused(UserError, "P00038", "(5.1b)"):
            self.deliver(self.slab, 10, designated=10, place=self.foundry_place)

    def test_each_facility_by_its_own(self):
        """What the casthouse took in it puts out, beside the foundry's Non-CoC."""
        self.suspend(self.own, "2025-03-10")
        self.take()
        self.receive(self.slab, 10, claimed=10)
        self.assertEqual(self.figures(), (10, 10, 10))
        # 10 of 20 t came in as CoC Material, and 10 t leave
        self.assertEqual(self.deliver_slab(5).state, "done")
        self.deliver(self.slab, 10, place=self.foundry_place)
        self.deliver(self.billet, 0.4, designated=0)
        self.assertEqual(self.balance("casthouse").share_limit, 10.5)
        self.assert_sound()

    def test_it_is_the_day_of_the_receipt_not_of_the_verification(self):
        receipt = self.take(verify=False)
        self.suspend(self.own, "2025-03-11")
        self.at("2025-03-20")
        self.verify(receipt)
        self.assertEqual(self.entries(receipt)[("input", "coc")], 10)

    def test_recorded_later(self):
        receipt, partly = self.take(), self.take(claimed=4)
        self.at("2025-03-20")
        self.suspend(self.own, "2025-03-01")
        self.assertEqual(
            self.entries(receipt | partly),
            {("input", "coc"): 0, ("input", "non_coc"): 20},
        )
        self.assertEqual(self.figures(), (0, 20, 0))
        self.assert_sound()
        self.own.status_ids.status = "certified"
        self.assertEqual(
            self.entries(receipt | partly),
            {("input", "coc"): 14, ("input", "non_coc"): 6},
        )
        self.assert_sound()

    def test_a_return_takes_back_what_came(self):
        counted = self.take()
        self.suspend(self.own, "2025-04-01")
        self.at("2025-04-02")
        plain = self.take()
        self.assertEqual(
            self.entries(self.give_back(counted, 4)), {("input", "coc"): -4}
        )
        self.assertEqual(
            self.entries(self.give_back(plain, 4)), {("input", "non_coc"): -4}
        )
        self.assertEqual(self.figures(), (6, 6, 6))
        self.assert_sound()

    def test_a_return_follows_its_receipt(self):
        receipt = self.take()
        returned = self.give_back(receipt, 4)
        self.suspend(self.own, "2025-03-01")
        self.assertEqual(
            self.entries(returned), {("input", "coc"): 0, ("input", "non_coc"): -4}
        )
        self.assertEqual(self.figures(), (0, 6, 0))
        self.assert_sound()

    def test_a_claim_verified_after_a_return(self):
        receipt = self.take(verify=False)
        returned = self.give_back(receipt, 4)
        self.verify(receipt)
        self.assertEqual(
            self.entries(returned), {("input", "coc"): -4, ("input", "non_coc"): 0}
        )
        self.assert_sound()

    def test_closed_figures_stay_and_a_return_takes_them_back(self):
        receipt = self.take()
        self.close(self.period)
        self.suspend(self.own, "2025-03-01")
        self.assertEqual(self.entries(receipt)[("input", "coc")], 10)
        self.assertEqual(self.figures(), (10, 0, 10))
        self.assert_sound()
        returned = self.give_back(receipt, 4)
        self.assertEqual(self.entries(returned), {("input", "coc"): -4})
        following = self.balance("casthouse", self.next_period())
        self.assertEqual((following.coc_taken_back, following.available), (4, 6))
        self.assert_sound()

    def test_reopened_they_follow(self):
        receipt = self.take()
        self.close(self.period)
        returned = self.give_back(receipt, 4)
        self.suspend(self.own, "2025-03-01")
        self.period._get_closing()._reopen("The certificate was suspended")
        self.assertEqual(self.entries(receipt)[("input", "coc")], 0)
        self.assertEqual(self.entries(returned)[("input", "coc")], 0)
        self.assert_sound()

    def test_such_a_period_closes(self):
        self.suspend(self.own, "2025-04-01")
        self.take()
        self.at("2025-04-01")
        self.take()
        self.deliver_slab(0)
        self.close(self.period)
        figures = self.period._get_closing().figures["casthouse"]
        self.assertEqual(
            [
                float(figures[name])
                for name in (
                    "coc_input",
                    "non_coc_inflow",
                    "entitlement",
                    "positive_balance_carried",
                )
            ],
            [10, 10, 10, 10],
        )
        self.assert_sound()

    def test_an_overdraw_that_a_later_lapse_leaves_keeps_it_open(self):
        """What was put out of it meanwhile is more than came in (8.8)."""
        self.take()
        self.have_stock(self.slab, 10)
        self.deliver_slab()
        self.suspend(self.own, "2025-03-01")
        self.assertEqual(self.balance("casthouse").overdraw, 10)
        with self.refused(UserError, "8.8"):
            self.close(self.period)
        self.assert_sound()

    def test_its_work_counts_in_the_yield(self):
        """One activity, one yield: of what all its facilities make and use."""
        self.receive(self.liquid, 100, claimed=100)
        self.produce(self.slab, 90, [(self.liquid, 100)], self.casthouse_place)
        self.suspend(self.own, "2025-03-10")
        self.receive(self.liquid, 100, claimed=100, place=self.foundry_place)
        self.produce(self.slab, 80, [(self.liquid, 100)], self.foundry_place)
        self.assertEqual(self.figures(), (100, 100, 85))

    def test_a_mines_bought_bauxite_and_a_smelters_alumina(self):
        self.suspend(self.performance, "2025-03-10")
        receipt = self.receive(self.alumina, 100, claimed=100, place=self.smelter_place)
        self.assertEqual(self.entries(receipt)[("input", "non_coc")], 100)
        self.assertEqual(self.figures("smelting"), (0, 100, 0))

    def test_what_is_planned_follows(self):
        planned = self.plan(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            self.foundry_place,
            [{"product": self.slab, "quantity": 10, "coc_claimed_mass": 10}],
            self.supplier,
        )
        self.assertEqual(self.balance("casthouse").expected_inflow_percentage, 100)
        self.suspend(self.own, "2025-03-10")
        self.env.invalidate_all()
        self.assertEqual(self.balance("casthouse").expected_inflow_percentage, 0)
        self.assertEqual(planned.state, "assigned")

    def test_the_receipt_says_so(self):
        before = self.take()
        self.suspend(self.own, "2025-04-01")
        self.at("2025-04-02")
        planned = self.plan(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            self.foundry_place,
            [{"product": self.slab, "quantity": 10, "coc_claimed_mass": 10}],
            self.supplier,
        )
        reason = (
            "Slab: Facility Foundry (Casthouse) is not certified on April 2, 2025, and "
            "takes in Non-CoC Material only. Certificate P00038 to the Performance "
            "Standard is Suspended since April 1, 2025 (5.1b). Record it when ASI "
            "certifies again."
        )
        for receipt in (planned, self.take()):
            self.assertEqual(receipt.coc_sourcing_status, "unable")
            self.assertIn(reason, receipt.coc_sourcing_reasons)
        self.assertEqual(before.coc_sourcing_status, "counted")
        self.suspend(self.own, "2025-03-01")
        self.env.invalidate_all()
        self.assertEqual(before.coc_sourcing_status, "unable")
        self.assertFalse(self.receive(self.slab, 5, claimed=5).coc_sourcing_reasons)

    def test_the_order_says_so(self):
        operation = self.warehouse.in_type_id
        operation.default_location_dest_id = self.foundry_place
        self.suspend(self.own, "2025-04-01")
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "company_id": self.company.id,
                "picking_type_id": operation.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.slab.id,
                            "product_qty": 10,
                            "coc_ordered_qty": 10,
                            "price_unit": 1,
                            "date_planned": f"{day} 12:00:00",
                        }
                    )
                    for day in ("2025-03-31", "2025-04-01")
                ],
            }
        )
        lines = order.order_line
        self.assertEqual(lines.mapped("coc_sourcing_status"), ["able", "unable"])
        self.assertIn("Facility Foundry (Casthouse)", lines[1].coc_sourcing_reasons)


@tagged("post_install", "-at_install")
class TestIntraEntity(LapsedCase):
    """What goes to an uncertified facility of the scope arrives as Non-CoC."""

    def roll(self, quantity=50):
        return self.move_inside(
            self.slab, quantity, self.casthouse_place, self.mill_place
        )

    def setUp(self):
        super().setUp()
        self.facility("Mill").certificate_id = self.own
        self.receive(self.slab, 100, claimed=80)

    def test_on_the_day(self):
        self.suspend(self.own, "2025-04-01")
        self.roll(20)
        self.at("2025-04-01")
        self.assertEqual(
            self.entries(self.roll()),
            {("intra_entity_out", "non_coc"): 50, ("intra_entity_in", "non_coc"): 50},
        )
        casthouse, mill = self.balance("casthouse"), self.balance("post_casthouse")
        self.assertEqual(
            (casthouse.intra_entity_out, casthouse.total_outflow), (16, 70)
        )
        self.assertEqual(casthouse.positive_balance_carried, 64)
        # 16 of 70 t
        self.assertEqual(mill.intra_entity_in, 16)
        self.assertAlmostEqual(mill.inflow_percentage, 22.857143, 4)
        self.assert_sound()

    def test_recorded_later(self):
        moved = self.roll()
        self.at("2025-03-20")
        self.suspend(self.own, "2025-03-01")
        self.assertEqual(self.entries(moved)[("intra_entity_in", "non_coc")], 50)
        self.assertEqual(self.entries(moved)[("intra_entity_out", "pooled")], 0)
        self.assert_sound()
        self.suspend(self.performance, "2025-03-01")
        self.own.status_ids.status = "certified"
        self.assertEqual(self.entries(moved)[("intra_entity_in", "non_coc")], 50)
        self.performance.status_ids.status = "certified"
        self.assertEqual(self.entries(moved)[("intra_entity_in", "pooled")], 50)
        self.assert_sound()

    def test_into_a_manufacturing_order(self):
        self.suspend(self.own, "2025-03-10")
        order = self.produce(
            self.coil, 45, [(self.slab, 50)], self.casthouse_place, self.mill_place
        )
        self.assertEqual(self.entries(order)[("intra_entity_in", "non_coc")], 45)


@tagged("post_install", "-at_install")
class TestScrap(LapsedCase, ScrapCase):
    """4.1, 4.2: a re-melter that is not certified takes in no Eligible Scrap."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.facility(cls, "Furnace").certificate_id = cls.own

    def test_assessed_parts(self):
        self.accept_due_diligence(self.supplier)
        before = self.split(self.take_in(self.cans, 10), post=75, dross=25).picking_id
        self.suspend(self.own, "2025-04-01")
        self.at("2025-04-01")
        after = self.split(self.take_in(self.cans, 10), post=75, dross=25).picking_id
        self.assertEqual(
            self.kinds(before),
            {("coc", "post_consumer"): 7.5, ("coc", "dross"): 2.5},
        )
        self.assertEqual(
            self.kinds(after),
            {("non_coc", "post_consumer"): 7.5, ("non_coc", "dross"): 2.5},
        )
        self.assertEqual(self.figures("remelting_refining"), (10, 10, 10))

    def test_assessed_and_lapsed_later(self):
        self.accept_due_diligence(self.supplier)
        receipt = self.split(self.take_in(self.cans, 10), post=100).picking_id
        returned = self.give_back(receipt, 2)
        self.at("2025-03-20")
        self.suspend(self.own, "2025-03-01")
        self.assertEqual(self.kinds(receipt), {("non_coc", "post_consumer"): 10})
        self.assertEqual(self.kinds(returned), {("non_coc", "post_consumer"): -2})
        self.own.status_ids.status = "certified"
        self.assertEqual(self.kinds(receipt | returned), {("coc", "post_consumer"): 8})

    def test_closed_loop(self):
        loop = self.open_loop()
        self.send(10)
        receipt = self.take_in(self.clippings, 4, self.stamper)
        self.split(receipt, pre=100, closed_loop_id=loop)
        self.assertEqual(self.kinds(receipt), {("coc", "pre_consumer"): 4})
        self.suspend(self.own, "2025-03-01")
        self.assertEqual(self.kinds(receipt), {("non_coc", "pre_consumer"): 4})
        self.assertEqual(loop._get_figures()[loop.id], (10, 0))
        self.own.status_ids.status = "certified"
        self.assertEqual(self.kinds(receipt), {("coc", "pre_consumer"): 4})
        self.assertEqual(loop._get_figures()[loop.id], (10, 4))

    def test_with_a_document(self):
        self.suspend(self.own, "2025-03-10")
        receipt = self.receive(self.clippings, 10, claimed=10, place=self.furnace_place)
        self.assertEqual(self.entries(receipt)[("input", "non_coc")], 10)
        self.split(receipt, pre=100)
        self.assertEqual(self.kinds(receipt), {("non_coc", "pre_consumer"): 10})


@tagged("post_install", "-at_install")
class TestDross(LapsedCase, ScrapCase):
    """4.2c: dross out of, and into, a facility that is not certified is Non-CoC."""

    def melt(self, quantity, source=None):
        source = source or self.foundry_place
        self.have_stock(self.dross, quantity, source)
        return self.move_inside(self.dross, quantity, source, self.furnace_place)

    def own_dross(self, period=None):
        remelter = self.balance("remelting_refining", period)
        remelter.invalidate_recordset()
        return remelter.own_dross, remelter.inflow_percentage

    def test_from_an_uncertified_facility(self):
        self.suspend(self.own, "2025-03-10")
        self.assertEqual(
            self.entries(self.melt(5)),
            {("intra_entity_out", "non_coc"): 5, ("intra_entity_in", "non_coc"): 5},
        )
        self.assertEqual(self.own_dross(), (0, 0))
        # the casthouse beside it is certified
        self.melt(15, self.casthouse_place)
        self.assertEqual(self.own_dross(), (15, 75))
        self.assert_sound()

    def test_into_an_uncertified_furnace(self):
        self.facility("Furnace").certificate_id = self.own
        self.suspend(self.own, "2025-03-10")
        self.melt(5, self.casthouse_place)
        self.assertEqual(self.own_dross(), (0, 0))
        self.assert_sound()

    def test_through_a_certified_one(self):
        self.facility("Mill").certificate_id = self.own
        self.suspend(self.own, "2025-03-10")
        self.have_stock(self.dross, 5, self.mill_place)
        self.move_inside(self.dross, 5, self.mill_place, self.casthouse_place)
        self.move_inside(self.dross, 5, self.casthouse_place, self.furnace_place)
        self.assertEqual(self.own_dross(), (0, 0))

    def test_bought_dross_is_still_there_after_uncertified_sending(self):
        """What an uncertified facility sends takes nothing off what is not own."""
        self.take_in(self.dross, 5, place=self.casthouse_place)
        self.suspend(self.own, "2025-03-10")
        self.melt(5)
        self.move_inside(self.dross, 5, self.casthouse_place, self.furnace_place)
        self.assertEqual(self.own_dross(), (0, 0))

    def test_recorded_later_and_over_a_period_boundary(self):
        moved = self.melt(5)
        self.assertEqual(self.own_dross(), (5, 100))
        self.at("2025-03-20")
        self.suspend(self.own, "2025-03-01")
        self.assertEqual(self.own_dross(), (0, 0))
        self.assertEqual(self.entries(moved)[("intra_entity_in", "pooled")], 0)
        self.close(self.period)
        following = self.next_period()
        self.suspend(self.own, "2026-01-01", "certified")
        self.at("2026-02-01")
        self.melt(3)
        self.assertEqual(self.own_dross(following), (3, 100))
        self.close(following)
        figures = following._get_closing().figures["remelting_refining"]
        self.assertEqual(float(figures["own_dross"]), 3)
        self.assert_sound()

    def test_closed_own_dross_stays(self):
        self.melt(5)
        self.close(self.period)
        self.suspend(self.own, "2025-03-01")
        self.assertEqual(self.own_dross(), (5, 100))
        self.assertEqual(self.own_dross(self.next_period()), (0, 0))
        self.assert_sound()
        # as the test's books are looked at
        self.own.status_ids.status = "certified"
