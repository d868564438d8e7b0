"""What the ledger's machine lives in: two plants, and what always holds."""

from collections import Counter
from contextlib import contextmanager
from datetime import timedelta
from random import Random

from hypothesis import note
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import UserError

from .common import CocCase
from .common_books import EFFECTS
from .common_operations import OperationsMixin
from .common_partners import ContractorMixin, DropshipMixin, LotsMixin, TransitMixin

tonnes = st.integers(1, 400)
few = st.integers(1, 20)
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
    "outside_place",
    "certificate",
    "scope",
    "period",
    "site",
    "depot",
    "transit",
    "yard",
)
#: Tonnes per unit of measure of what is not held in tonnes, or holds less.
UNIT_MASS = {"Billet": 2.5, "Granulate": 0.001, "Skimmings": 0.4}


class MachineCase(
    OperationsMixin, ContractorMixin, DropshipMixin, LotsMixin, TransitMixin, CocCase
):
    """Two companies, each with a plant, a depot, a contractor and three periods."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kilogram = cls.env.ref("uom.product_uom_kgm")
        cls.consignor = cls.env["res.partner"].create({"name": "Consignor"})
        cls._create_goods()
        cls._create_contractor()
        cls._create_boms()
        cls.plants = [cls._create_plant()]
        cls.company = cls.env["res.company"].create(
            {"name": "Roll & Melt", "street": "9 Remelt Row", "city": "Peel"}
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
        cls.plants.append(cls._create_plant())

    @classmethod
    def _create_goods(cls):
        """Every way to hold and to weigh a product."""
        aluminium = ("aluminium", cls.tonne)
        cls.granulate = cls._create_product("Granulate", "aluminium", cls.kilogram)
        cls.alloy = cls._create_product("Alloy", *aluminium, coc_alloy_percentage=23)
        cls.bar = cls._create_product("Bar", *aluminium)
        cls.sow = cls._create_product(
            "Sow", "aluminium", cls.unit, coc_net_mass=1, tracking="lot"
        )
        cls.skimmings = cls._create_product(
            "Skimmings", "scrap", cls.tonne, coc_aluminium_percentage=40
        )
        cls.pair = cls._create_product("Pair of Slabs", *aluminium)
        cls._dropship(cls.bar)

    @classmethod
    def _create_boms(cls):
        cls.kit = cls._create_bom(cls.pair, 1, (cls.slab, 2), kind="phantom")
        cls.casting = cls._create_bom(cls.slab, 9, (cls.liquid, 10), (cls.scrap, 1))
        cls.rolling = cls._create_bom(cls.billet, 4, (cls.slab, 11), (cls.skimmings, 1))
        # Coil is bought of the contractor, here or straight to the customer.
        cls.coil.route_ids = cls.env.ref("stock_dropshipping.route_drop_shipping")
        cls.slab.route_ids = cls.resupply_route

    @classmethod
    def _create_bom(cls, product, quantity, component, by_product=None, kind="normal"):
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "product_qty": quantity,
                "product_uom_id": product.uom_id.id,
                "type": kind,
                "company_id": False,
                "bom_line_ids": [
                    Command.create(
                        {"product_id": component[0].id, "product_qty": component[1]}
                    )
                ],
                "byproduct_ids": [
                    Command.create({"product_id": one.id, "product_qty": amount})
                    for one, amount in filter(None, [by_product])
                ],
            }
        )

    @classmethod
    def _create_plant(cls):
        cls._create_site()
        cls._create_depot()
        cls.yard = cls.env["stock.warehouse"].create(
            {
                "name": "Yard",
                "code": "YRD",
                "company_id": cls.company.id,
                "reception_steps": "three_steps",
                "delivery_steps": "pick_pack_ship",
            }
        )
        cls.outside_place = cls._create_location("Trader's Corner")
        cls.outside_place.coc_outside_scope = True
        cls.facility(cls, "Casthouse").storage_location_ids = (
            cls.stock | cls.site | cls.yard.view_location_id
        )
        cls.facility(cls, "Mill").storage_location_ids = cls.depot.lot_stock_id
        cls.env["stock.putaway.rule"].create(
            {
                "product_id": cls.billet.id,
                "location_in_id": cls.stock.id,
                "location_out_id": cls.mill_place.id,
                "company_id": cls.company.id,
            }
        )
        cls.scope.period_ids = [
            Command.create({"date_start": f"{year}-01-01", "date_end": f"{year}-12-31"})
            for year in (2026, 2027)
        ]
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

    def create_place(self, name, parent):
        """Make a place in the company that is in use."""
        return self.env["stock.location"].create(
            {"name": name, "location_id": parent.id}
        )


def operation(times=1, **arguments):
    """Mark what can be done: ``times`` in a life, with these strategies drawn."""

    def mark(method):
        method.times = times
        method.arguments = arguments
        return method

    return mark


class LedgerMachine:
    """Every operation is done as a user does it; what always holds is checked.

    A life has all of them in any order, often with others in between. Machines
    that choose their next rule themselves would leave half of them out of each
    example, and need hundreds of steps to come to them all.

    ``done`` takes what was done, by the names of ``docs/ledger.md``.
    """

    def __init__(self, case, done):
        self.case = case
        self.done = done
        self.savepoint = case.env.cr.savepoint()
        self.day = [0, 0]
        self.live = [self.case.plants[site]["period"] for site in (0, 1)]
        self.transfers = [[], []]
        self.orders = [[], []]
        self.counts = [[], []]
        self.nowhere = [[], []]
        #: What Odoo has twice, as it leaves the stock of a draft where it is.
        self.twice = Counter()
        for site in (0, 1):
            self.at_site(site)
            self.case.have_stock(self.case.alumina, 10_000, self.case.smelter_place)
            self.case.have_stock(self.case.liquid, 10_000, self.case.smelter_place)
            self.case.have_stock(self.case.slab, 10_000, self.case.casthouse_place)

    def live_through(self, data):
        """Do all operations in an order, and with arguments, that ``data`` draws."""
        names = [
            name
            for name in dir(self)
            for _time in range(getattr(getattr(self, name), "times", 0))
        ]
        # Drawn as one number: permutations would be sorted ones at first.
        Random(data.draw(st.integers(0, 2**32))).shuffle(names)
        for name in names:
            method = getattr(self, name)
            arguments = data.draw(st.fixed_dictionaries(method.arguments))
            note(f"{name}(**{arguments})")
            method(**arguments)
            self.check_totals()
            self.check_stock()
            self.check_balances()
        for site in (0, 1):
            self.look_for_drift(site)

    def end(self):
        # What is not written yet must go too, before the next life.
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
        """Choose of what there is at the site; nothing where there is nothing."""
        own = things[self.site]
        return own[pick % len(own)].with_env(self.case.env) if own else None

    def take(self, things, pick):
        """Choose likewise, once and never again."""
        chosen = self.one_of(things, pick)
        if chosen:
            things[self.site].remove(chosen)
        return chosen

    def did(self, what):
        self.done.add(what)

    @contextmanager
    def perhaps(self, what):
        """An operation that a limit or a closed period may refuse."""
        try:
            with self.case.env.cr.savepoint():
                yield
        except UserError:
            self.case.env.invalidate_all()
        else:
            self.did(what)

    # -- what always holds ----------------------------------------------------
    def check_totals(self):
        case = self.case
        case.assertEqual(case.env["asi.coc.total"]._find_differences(), [])

    def check_stock(self):
        """In tonnes, per company and product; goods of others are not counted."""
        for site in (0, 1):
            self.case.use(site)
            stock, ledger = self._get_stock(), self._get_ledger()
            for product in stock.keys() | ledger.keys():
                self.case.assertAlmostEqual(
                    ledger[product],
                    stock[product] - self.twice[self.case.company, product],
                    4,
                    product.display_name,
                )

    def _get_stock(self):
        env = self.case.env
        env.flush_all()
        stock = Counter()
        for product, lot, quantity in env["stock.quant"]._read_group(
            [
                ("company_id", "=", self.case.company.id),
                ("location_id.usage", "in", ("internal", "transit")),
                ("location_id", "!=", self.case.outside_place.id),
                ("product_id.coc_material", "!=", False),
                ("owner_id", "=", False),
            ],
            ["product_id", "lot_id"],
            ["quantity:sum"],
        ):
            unit_mass = lot.coc_net_mass or UNIT_MASS.get(product.name, 1)
            stock[product] += quantity * unit_mass
        return stock

    def _get_ledger(self):
        groups = self.case.env["asi.coc.entry"]._read_group(
            [("company_id", "=", self.case.company.id), ("move_id", "!=", False)],
            ["product_id", "flow"],
            ["mass:sum"],
        )
        ledger = Counter()
        for product, flow, mass in groups:
            ledger[product] += EFFECTS[flow] * mass
        return ledger

    def check_balances(self):
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

    @operation(site=sites)
    def look_for_drift(self, site):
        """Every done move and every period: stock, ledger and totals agree."""
        case = self.at_site(site)
        case.scope.action_check_drift()
        case.assertEqual(case.scope.drift_ids.mapped("display_name"), [])
        for period in case.scope.period_ids:
            case.assertEqual(period._reconcile().mapped("display_name"), [])
        moves = case.env["stock.move"].search(
            [("company_id", "=", case.company.id), ("state", "=", "done")]
        )
        posted = case.env["asi.coc.entry"]._post_moves(moves._coc_relevant())
        case.assertEqual(posted, [], "posting again posts nothing")
        self.did("drift looked for")
