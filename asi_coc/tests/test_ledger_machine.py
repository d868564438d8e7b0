from datetime import timedelta
from functools import partial

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CocCase

tonnes = st.integers(1, 400)
percents = st.integers(0, 100)
sites = st.integers(0, 1)
picks = st.integers(0, 99)

#: What belongs to one company of the test.
PLANT = (
    "company",
    "warehouse",
    "stock",
    "smelter_place",
    "casthouse_place",
    "mill_place",
    "certificate",
    "scope",
    "period",
)
#: How each flow changes the company's stock.
STOCK_EFFECT = {
    "input": 1,
    "production": 1,
    "gain": 1,
    "consumption": -1,
    "output": -1,
    "loss": -1,
}


@tagged("post_install", "-at_install")
class TestLedgerMachine(CocCase):
    """Two companies, three periods, and whatever can be done with stock (8.1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plants = [cls._get_plant()]
        cls.company = cls.env["res.company"].create(
            {"name": "Roll & Melt", "street": "3 Coil Street", "city": "Peel"}
        )
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls._create_scope()
        cls.plants.append(cls._get_plant())
        for plant in cls.plants:
            plant["scope"].period_ids = [
                Command.create(
                    {"date_start": f"{year}-01-01", "date_end": f"{year}-12-31"}
                )
                for year in (2026, 2027)
            ]
        cls.pair = cls._create_product("Pair of Slabs", "aluminium", cls.tonne)
        cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.pair.product_tmpl_id.id,
                "product_qty": 1,
                "type": "phantom",
                "company_id": False,
                "bom_line_ids": [
                    Command.create({"product_id": cls.slab.id, "product_qty": 2})
                ],
            }
        )
        cls.casting = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.slab.product_tmpl_id.id,
                "product_qty": 9,
                "company_id": False,
                "bom_line_ids": [
                    Command.create({"product_id": cls.liquid.id, "product_qty": 10})
                ],
                "byproduct_ids": [
                    Command.create({"product_id": cls.scrap.id, "product_qty": 1})
                ],
            }
        )

    @classmethod
    def _get_plant(cls):
        return {name: getattr(cls, name) for name in PLANT}

    def use(self, site):
        """Let what follows happen in one of the companies."""
        plant = self.plants[site]
        company_ids = plant["company"].ids
        self.env = self.env(
            context=dict(self.env.context, allowed_company_ids=company_ids)
        )
        for name, record in plant.items():
            setattr(self, name, record.with_env(self.env))

    def test_any_operations(self):
        run_state_machine_as_test(
            partial(OperationsMachine, self),
            settings=settings(
                max_examples=14,
                stateful_step_count=16,
                deadline=None,
                derandomize=True,
                # Shrinking would live through hundreds of years of operations.
                phases=(Phase.generate,),
                suppress_health_check=list(HealthCheck),
            ),
        )


class OperationsMachine(RuleBasedStateMachine):
    """Every rule is an operation as a user does it; the invariants always hold."""

    def __init__(self, case):
        super().__init__()
        self.case = case
        self.savepoint = case.env.cr.savepoint()
        self.day = [0, 0]
        self.live = [self.case.plants[site]["period"] for site in (0, 1)]
        self.transfers = [[], []]
        self.orders = [[], []]
        self.counts = [[], []]
        self.moved = []
        for site in (0, 1):
            self.at_site(site)
            self.case.have_stock(self.case.alumina, 10_000, self.case.smelter_place)
            self.case.have_stock(self.case.liquid, 10_000, self.case.smelter_place)
            self.case.have_stock(self.case.slab, 10_000, self.case.casthouse_place)

    def teardown(self):
        # What is not written yet must go too, before the next example.
        self.case.env.transaction.clear()
        self.savepoint.close(rollback=True)

    def at_site(self, site):
        """Go to a company, a day later than the last time there."""
        self.case.use(site)
        self.site = site
        self.day[site] = min(self.day[site] + 1, 360)
        self.case.at(self.live[site].date_start + timedelta(days=self.day[site]))
        return self.case

    def one_of(self, things, pick):
        return things[self.site][pick % len(things[self.site])]

    # -- in and out -----------------------------------------------------------
    @rule(site=sites, quantity=tonnes, part=percents, verify=st.booleans())
    def receive(self, site, quantity, part, verify):
        case = self.at_site(site)
        claimed = quantity * part / 100
        receipt = case.receive(case.slab, quantity, claimed, verify=verify)
        self.transfers[site].append(receipt)

    @rule(site=sites, quantity=tonnes)
    def receive_for_others(self, site, quantity):
        case = self.at_site(site)
        case.receive(case.slab, quantity, owner_id=case.customer.id)

    @rule(site=sites, quantity=tonnes, part=percents)
    def deliver(self, site, quantity, part):
        case = self.at_site(site)
        try:
            with case.env.cr.savepoint():
                delivery = case.deliver(
                    case.slab, quantity, designated=quantity * part / 100
                )
        except UserError:
            return
        self.transfers[site].append(delivery)
        if part:
            core = case.balance("casthouse", self.live[site])._get_core()
            case.assertLessEqual(core.demand, core.entitlement)
            case.assertLessEqual(core.demand, core.share_limit)

    @rule(site=sites, quantity=tonnes)
    def deliver_kits(self, site, quantity):
        case = self.at_site(site)
        customers = case.env.ref("stock.stock_location_customers")
        picking = case.plan(
            "out",
            case.casthouse_place,
            customers,
            [{"product": case.pair, "quantity": quantity}],
            case.customer,
        )
        case.assertEqual(picking.move_ids.product_id, case.slab)
        case.validate(picking)
        self.transfers[site].append(picking)

    @precondition(lambda self: all(self.transfers))
    @rule(site=sites, quantity=tonnes, pick=picks)
    def give_back(self, site, quantity, pick):
        case = self.at_site(site)
        picking = self.one_of(self.transfers, pick)
        self.transfers[site].remove(picking)
        left = min(quantity, picking.move_ids.quantity)
        if left:
            case.give_back(picking.with_env(case.env), left)

    @rule(site=sites, quantity=tonnes)
    def send_to_sister(self, site, quantity):
        case = self.at_site(site)
        transit = case.env.ref("stock.stock_location_inter_company")
        line = {"product": case.slab, "quantity": quantity}
        case.transfer("out", case.casthouse_place, transit, [line], case.customer)
        case = self.at_site(1 - site)
        case.transfer("in", transit, case.casthouse_place, [line], case.supplier)

    # -- inside ---------------------------------------------------------------
    @rule(site=sites, quantity=tonnes)
    def smelt(self, site, quantity):
        case = self.at_site(site)
        order = case.produce(
            case.liquid, quantity, [(case.alumina, quantity)], case.smelter_place
        )
        self.orders[site].append(order)

    @rule(site=sites, quantity=st.integers(1, 40))
    def cast(self, site, quantity):
        """From the smelter's liquid metal, with off-cuts as a by-product."""
        case = self.at_site(site)
        order = case.env["mrp.production"].create(
            {
                "product_id": case.slab.id,
                "bom_id": case.casting.id,
                "product_qty": 9 * quantity,
                "picking_type_id": case.warehouse.manu_type_id.id,
                "location_src_id": case.smelter_place.id,
                "location_dest_id": case.casthouse_place.id,
            }
        )
        order.action_confirm()
        order.qty_producing = order.product_qty
        order._set_qty_producing()
        order.move_raw_ids.picked = True
        order.button_mark_done()
        case.assertEqual(order.state, "done")
        self.orders[site].append(order)

    @precondition(lambda self: any(self.orders))
    @rule(site=sites, pick=picks)
    def unbuild(self, site, pick):
        case = self.at_site(site)
        if self.orders[site]:
            order = self.one_of(self.orders, pick).with_env(case.env)
            self.orders[site].remove(order)
            case.env["mrp.unbuild"].create(
                {
                    "mo_id": order.id,
                    "product_id": order.product_id.id,
                    "product_qty": order.qty_produced,
                    "product_uom_id": order.product_uom_id.id,
                    "location_id": order.location_dest_id.id,
                    "location_dest_id": order.location_src_id.id,
                    "company_id": case.company.id,
                }
            ).action_unbuild()

    @rule(site=sites, quantity=tonnes)
    def move_on(self, site, quantity):
        case = self.at_site(site)
        moved = case.move_inside(
            case.slab, quantity, case.casthouse_place, case.mill_place
        )
        self.transfers[site].append(moved)

    @rule(site=sites, quantity=tonnes)
    def scrap(self, site, quantity):
        case = self.at_site(site)
        case.env["stock.scrap"].create(
            {
                "product_id": case.slab.id,
                "scrap_qty": quantity,
                "location_id": case.casthouse_place.id,
                "company_id": case.company.id,
            }
        ).do_scrap()

    @rule(site=sites, quantity=st.integers(0, 12_000), ago=st.integers(0, 30))
    def count(self, site, quantity, ago):
        """Count alumina, some days after the counting itself."""
        case = self.at_site(site)
        quant = case.env["stock.quant"].search(
            [
                ("product_id", "=", case.alumina.id),
                ("location_id", "=", case.smelter_place.id),
            ]
        )
        quant.inventory_quantity = quantity
        day = self.live[site].date_start + timedelta(max(self.day[site] - ago, 0))
        before = case.env["stock.move.line"].search([], order="id desc", limit=1)
        quant._apply_inventory(date=f"{day} 08:00:00")
        self.counts[site] += case.env["stock.move.line"].search(
            [("id", ">", before.id), ("is_inventory", "=", True)]
        )

    @precondition(lambda self: any(self.counts))
    @rule(site=sites, pick=picks)
    def revert_count(self, site, pick):
        case = self.at_site(site)
        if self.counts[site]:
            line = self.one_of(self.counts, pick)
            self.counts[site].remove(line)
            line.with_env(case.env).action_revert_inventory()

    # -- second thoughts ------------------------------------------------------
    @precondition(lambda self: all(self.transfers))
    @rule(site=sites, quantity=tonnes, pick=picks)
    def correct(self, site, quantity, pick):
        case = self.at_site(site)
        picking = self.one_of(self.transfers, pick).with_env(case.env)
        try:
            with case.env.cr.savepoint():
                picking.move_line_ids[:1].quantity = quantity
        except UserError:
            case.env.invalidate_all()

    @precondition(lambda self: all(self.transfers))
    @rule(site=sites, pick=picks, day=st.integers(0, 1094))
    def redate(self, site, pick, day):
        """Into any of the three periods; a closed one refuses."""
        case = self.at_site(site)
        picking = self.one_of(self.transfers, pick).with_env(case.env)
        try:
            with case.env.cr.savepoint():
                first = case.period.date_start
                picking.move_ids.date = first + timedelta(days=day)
        except UserError:
            case.env.invalidate_all()

    @precondition(lambda self: any(self.transfers))
    @rule(site=sites)
    def withdraw(self, site):
        case = self.at_site(site)
        documents = case.env["asi.coc.document"].search(
            [("scope_id", "=", case.scope.id), ("state", "=", "verified")]
        )
        documents[:1].action_withdraw()

    @precondition(lambda self: sum(self.day) > 5)
    @rule(site=sites)
    def close(self, site):
        case = self.at_site(site)
        period = self.live[site].with_env(case.env)
        period.closing_explanation = "Claims are not verified on purpose"
        if not period._get_next():
            return
        try:
            with case.env.cr.savepoint():
                case.close(period)
        except UserError:
            case.assertTrue(case.env["asi.coc.closing"]._get_broken_limits(period))
            return
        self.live[site] = period._get_next()
        self.day[site] = 0

    # -- what always holds ----------------------------------------------------
    @invariant()
    def totals_are_the_ledger(self):
        case = self.case
        case.assertEqual(case.env["asi.coc.total"]._find_differences(), [])

    @invariant()
    def ledger_is_the_stock(self):
        """In tonnes, per company and product; goods of others are not counted."""
        for site in (0, 1):
            self.case.use(site)
            case = self.case
            case.env.flush_all()
            quants = case.env["stock.quant"]._read_group(
                [
                    ("company_id", "=", case.company.id),
                    ("location_id.usage", "in", ("internal", "transit")),
                    ("product_id.coc_material", "!=", False),
                    ("owner_id", "=", False),
                ],
                ["product_id"],
                ["quantity:sum"],
            )
            groups = case.env["asi.coc.entry"]._read_group(
                [("company_id", "=", case.company.id), ("move_id", "!=", False)],
                ["product_id", "flow"],
                ["mass:sum"],
            )
            ledger = {}
            for product, flow, mass in groups:
                effect = mass * STOCK_EFFECT.get(flow, 0)
                ledger[product] = ledger.get(product, 0) + effect
            for product, quantity in quants:
                case.assertAlmostEqual(
                    ledger.get(product, 0), quantity, 4, product.display_name
                )

    @invariant()
    def balances_reconcile(self):
        """Used and expired are what was brought; closed limits hold (8.7, 8.9)."""
        for site in (0, 1):
            self.case.use(site)
            case = self.case
            for row in case.scope.period_ids.balance_ids:
                case.assertAlmostEqual(
                    row.positive_balance_used + row.positive_balance_expired,
                    row.positive_balance_brought,
                    5,
                )
                if row.state == "closed":
                    case.assertLessEqual(row.overdraw, 0)
