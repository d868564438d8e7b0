"""What happened lately and what waits today, at The 1886 Smelting Company.

The chain's year has ended long before anybody looks at the demo, so the smelter
runs one more campaign in the days before today, and leaves work behind.

A dozen days ago to yesterday, or since the running period began
    Smelting: alumina in 50,000 t CoC, verified; 30,000 t Non-CoC; 20,000 t
    claimed and not verified yet (10.2). CoC in 50 %, entitlement
    0.52 · 50,000 = 26,000 t. Of 52,000 t of liquid metal 1,000 t are sold and
    51,000 t go to the casthouse, 25,500 t of them CoC.
    Casthouse: entitlement 25,500 / 1.02 = 25,000 t; 50,000 t of slab are cast.
    Of a first 20,000 t delivered, 8,000 t are CoC.
Today, in whatever order
    The storekeeper may deliver 20,000 t of slab: 50 % · 40,000 - 8,000 = 12,000 t
    are available, 6,000 t are wanted. The salesperson's quotation of 10,000 t may
    carry 50 % · 30,000 - 8,000 = 7,000 t and asks for 4,000 t.
    25,000 t of alumina are to be received, all ordered as CoC Material. Until they
    are verified CoC in falls to 40 %: 8,000 t are available for the delivery and
    4,000 t for the quotation, still what is wanted.
    Once an officer verifies the claim CoC in rises from 50 to 70 %: the delivery
    may be CoC as a whole, 70 % · 40,000 - 8,000 = 20,000 t.

A positive balance that is brought forward would come on top; after half a year
at rest there is none.
"""

from datetime import timedelta

from .progress import say
from .smelter import CASTHOUSE, SMELTING

COC_ALUMINA = 50_000
CLAIMED_ALUMINA = 20_000
PLAIN_ALUMINA = 30_000
LIQUID = 52_000
LIQUID_SOLD = 1_000
CAST = 50_000
DELIVERED, DESIGNATED = 20_000, 8_000
#: What waits today, in tonnes.
ARRIVING = 25_000
ORDERED, WANTED = 20_000, 6_000
QUOTED, QUOTED_COC = 10_000, 4_000


class Campaign:
    """The smelter's latest campaign, up to the orders of today."""

    def __init__(self, smelter, supplier, today):
        self.smelter = smelter
        self.supplier = supplier
        self.today = today
        self.start = self._get_period().date_start
        # The orders of today.
        self.purchase = self.sale = self.quotation = None

    def _get_period(self):
        return self.smelter.company.scope.period_ids.filtered(
            lambda period: period.date_start <= self.today <= period.date_end
        )

    def plan(self):
        """Yield ``(day, what happens)``; a period that has just begun has it all."""
        for days, happen in (
            (12, self.take_alumina),
            (11, self.take_unverified_alumina),
            (10, self.smelt),
            (9, self.cast),
            (5, self.supply_other_mill),
        ):
            yield max(self.start, self.today - timedelta(days=days)), happen

    def take_alumina(self):
        """Alumina with a verified CoC Document, and some without."""
        smelter = self.smelter
        smelter.buy(smelter.plain_supplier, "alumina", PLAIN_ALUMINA)
        smelter.buy(
            self.supplier,
            "alumina",
            COC_ALUMINA,
            coc=COC_ALUMINA,
            reference=f"SPA-{self.start:%y}-118",
        )

    def take_unverified_alumina(self):
        """Leave a claim for the officer to verify (10.2)."""
        order = self.smelter.order(
            self.supplier, "alumina", CLAIMED_ALUMINA, CLAIMED_ALUMINA
        )
        self.smelter.receive(order, f"SPA-{self.start:%y}-121", verify=False)

    def smelt(self):
        """Make liquid metal of all the alumina; most of it goes to the casthouse."""
        smelter = self.smelter
        smelter.make("liquid", LIQUID)
        smelter.sell_and_deliver(
            smelter.foundry, "liquid", LIQUID_SOLD, activity=SMELTING
        )
        smelter.move("liquid", LIQUID - LIQUID_SOLD, SMELTING, CASTHOUSE)

    def cast(self):
        """Cast slab into one lot."""
        self.smelter.make("slab", CAST, CASTHOUSE, lot=f"CF{self.today:%y%m}-C")

    def supply_other_mill(self):
        """Deliver slab, a part of it as CoC Material."""
        self.smelter.sell_and_deliver(
            self.smelter.other_mill, "slab", DELIVERED, DESIGNATED, CASTHOUSE
        )

    def leave_work(self):
        """Leave a receipt, a delivery and a quotation to whoever signs in."""
        smelter = self.smelter
        self.purchase = smelter.order(self.supplier, "alumina", ARRIVING, ARRIVING)
        mill = smelter.other_mill
        self.sale = smelter.sell(mill, "slab", ORDERED, WANTED, CASTHOUSE)
        smelter.get_delivery(self.sale).action_assign()
        self.quotation = smelter.quote(mill, "slab", QUOTED, QUOTED_COC, CASTHOUSE)
        receipt, delivery = self.purchase.sudo(), self.sale.sudo()
        say(f"Waiting at {smelter.company.record.name}:")
        say(f"    receipt {receipt.picking_ids.name}, to mark and validate")
        say(f"    delivery {delivery.picking_ids.name}, to designate and validate")
        say(f"    quotation {self.quotation.name}, with what is available now")
        say("    a claim to verify")
