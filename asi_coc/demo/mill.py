"""Rollers United's year: rolling slab to can body coil (yield 0.8).

Quarterly periods show the life of a positive balance, and an internal overdraw
that force majeure explains.

Last quarter of 2024
    CoC in 2,000 of 4,000 t; entitlement 1,600 t; nothing designated.
    Carried 1,600 t.
First quarter of 2025: a positive balance is used in part, and expires
    CoC in 1,500 of 7,500 t, 20 %; entitlement 1,200 t.
    CoC output 400 + 600 = 1,000 t, all drawn from the 1,600 t brought forward:
    used 1,000 t, expired 600 t, from current 0 t, carried 1,200 t.
Second quarter: a strike
    CoC in 4,000 of 7,000 t; entitlement 3,200 t. The 2,000 t due in June are
    ordered from a certified supplier, so the manager lets them count for the
    delivery of 18 June (8.2); then a strike on the railway holds them up.
    CoC output 1,500 + 1,500 + 1,800 = 4,800 t; used 1,200 t; from current
    3,600 t; overdraw 3,600 - 3,200 = 400 t. That is within 20 % of the CoC
    input, 640 t (8.8a), and within the affected mass, 0.8 · 2,000 = 1,600 t
    (8.8b). With 400 / 0.8 = 500 t more the share limit would be
    4,500 / 7,500 · 6,400 = 3,840 t, so 8.7 holds.
Third quarter: the overdraw is made up
    The 2,000 t arrive on 31 July. CoC in 6,000 of 8,000 t; entitlement 4,800 t.
    CoC output 2,000 + 1,600 = 3,600 t, overdraw made up 400 t (8.8c);
    carried 800 t.
Last quarter: still open, with live figures
    CoC in 6,000 of 7,500 t; entitlement 4,800 t. CoC output 3 · 1,500 = 4,500 t
    of 6,000 t; used 800 t; from current 3,700 t.
    500 t more are claimed on 30 December and not verified yet (10.2): 6,000 of
    8,000 t, 75 %; share limit 4,500 t, available 4,500 - 3,700 = 800 t.
    Once an officer verifies them: 6,500 of 8,000 t, share limit 4,875 t,
    available 1,175 t.
"""

from dataclasses import dataclass
from datetime import date

from .operations import Operations
from .progress import say

STRUCK = date(2025, 6, 1)
LATE = date(2025, 7, 1)
LAST = date(2025, 12, 1)
MILL, CASTHOUSE = "post_casthouse", "casthouse"


@dataclass(frozen=True)
class Month:
    """Tonnes of a month: slab bought, slab rolled, coil delivered."""

    plain: int
    ordered: int
    rolled: int
    delivered: int
    designated: int


PLAN = {
    date(2024, 12, 1): Month(2000, 2000, 4000, 2200, 0),
    date(2025, 1, 1): Month(2500, 0, 2500, 2000, 0),
    date(2025, 2, 1): Month(1000, 1500, 2500, 2000, 400),
    date(2025, 3, 1): Month(2500, 0, 2500, 2000, 600),
    date(2025, 4, 1): Month(500, 2000, 2500, 2000, 1500),
    date(2025, 5, 1): Month(500, 2000, 2500, 2000, 1500),
    date(2025, 6, 1): Month(2000, 2000, 2000, 2400, 1800),
    date(2025, 7, 1): Month(2000, 0, 2000, 1600, 0),
    date(2025, 8, 1): Month(0, 2000, 4000, 3200, 2000),
    date(2025, 9, 1): Month(0, 2000, 2000, 1600, 1600),
    date(2025, 10, 1): Month(500, 2000, 2500, 2000, 1500),
    date(2025, 11, 1): Month(500, 2000, 2500, 2000, 1500),
    date(2025, 12, 1): Month(500, 2000, 2500, 2000, 1500),
}


class Mill(Operations):
    """Rollers United."""

    def __init__(self, *args, smelter, plain_supplier, other_casthouse, can_maker):
        super().__init__(*args)
        self.smelter = smelter
        self.plain_supplier = plain_supplier
        self.other_casthouse = other_casthouse
        self.can_maker = can_maker
        self.slabs = None

    def plan(self, month):
        """Yield ``(day, what happens)`` of a month."""
        if month not in PLAN:
            return
        this = PLAN[month]
        yield month.replace(day=1), lambda: self.order_slabs(month, this.ordered)
        if this.plain:
            yield month.replace(day=10), lambda: self.take_plain_slab(month)
        if month == STRUCK:
            yield month.replace(day=12), lambda: self.roll(month)
            yield month.replace(day=18), lambda: self.deliver_ahead(this)
            yield month.replace(day=24), self.record_strike
            return
        if this.ordered:
            yield month.replace(day=24), lambda: self.smelter.ship(self.slabs)
            yield month.replace(day=26), lambda: self.take_in(self.slabs)
        yield month.replace(day=27), lambda: self.roll(month)
        yield month.replace(day=28), lambda: self.supply_can_maker(this)
        if month == LATE:
            yield month.replace(day=29), lambda: self.smelter.ship(self.slabs)
            yield month.replace(day=31), lambda: self.take_in(self.slabs)
        if month == LAST:
            yield month.replace(day=30), self.take_unverified_slab

    def order_slabs(self, month, quantity):
        """Order slab, all of it CoC Material, from the casthouse."""
        self.smelter.slab_ordered = quantity
        if quantity:
            self.slabs = self.order_from(
                self.smelter,
                "slab",
                quantity,
                quantity,
                (CASTHOUSE, MILL),
                due=month.replace(day=25),
            )

    def take_plain_slab(self, month):
        """Slab of a supplier without a certificate is Non-CoC inflow."""
        self.buy(self.plain_supplier, "slab", PLAN[month].plain, lot=f"MS-{month:%y%m}")

    def take_unverified_slab(self):
        """Leave a claim for the officer to verify (10.2)."""
        order = self.order(self.other_casthouse, "slab", 500, coc=500)
        self.receive(order, "HC-4711", lot="HC4711", verify=False)

    def roll(self, month):
        """Roll the month's slab into one lot of coil."""
        coil = PLAN[month].rolled * 8 // 10
        self.make("coil", coil, lot=f"RU{month:%y%m}")

    def supply_can_maker(self, this):
        """Deliver coil, designating what the can maker wants as CoC Material."""
        self.sell_and_deliver(self.can_maker, "coil", this.delivered, this.designated)

    def deliver_ahead(self, this):
        """Deliver more CoC Material than has come in, counting on an order (8.2)."""
        sale = self.sell(self.can_maker, "coil", this.delivered, this.designated)
        if not self.is_refused(sale):
            raise RuntimeError("The delivery of 18 June passed without a reason.")
        self.allow(self.get_delivery(sale))
        self.deliver(sale)

    def allow(self, delivery):
        """Let the Management Representative count the order for ``delivery``."""
        wizard = delivery.with_env(self.acting("representative"))
        wizard = wizard.env["asi.coc.short.term.negative"].create(
            {
                "picking_id": delivery.id,
                "reason": f"{self.slabs.purchase.name}: 2,000 t of slab are ordered "
                "as CoC Material from a certified casthouse, due on 25 June.",
            }
        )
        wizard.action_allow()
        say("            allowed by the Management Representative (8.2)")

    def record_strike(self):
        """Record what keeps the ordered slab from arriving in time (8.8)."""
        env = self.acting("officer")
        env["asi.coc.force.majeure"].create(
            {
                "name": "Strike on the railway between Crystal Falls and Dearborn",
                "period_id": env["asi.coc.period"]
                .search(
                    [
                        ("scope_id", "=", self.company.scope.id),
                        ("date_start", "<=", STRUCK),
                        ("date_end", ">=", STRUCK),
                    ]
                )
                .id,
                "activity_id": env.ref("asi_coc.activity_post_casthouse").id,
                "date": STRUCK.replace(day=23),
                "supplier_id": self.smelter.company.partner.id,
                "contract": self.slabs.purchase.name,
                "purchase_order_id": self.slabs.purchase.id,
                "affected_mass": 2000,
                "evidence": "Notice of the railway of 23 June; letter of the supplier "
                "that the cast CF2506-A cannot leave before the strike ends.",
            }
        )
        say("            force majeure recorded (8.8)")
