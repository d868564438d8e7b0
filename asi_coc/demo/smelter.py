"""The 1886 Smelting Company's year: alumina to liquid metal (yield 0.52) in the
smelter, liquid metal to rolling slab (1.02 t per tonne) in the casthouse.

Every month 125,000 t of alumina become 65,000 t of liquid metal; 3,800 t are
sold liquid and 61,200 t go to the casthouse, which casts 60,000 t of slab.
Acme's alumina is half CoC: 100,000 of 250,000 t in two months, 40 %.

Smelting, second half of 2024 (December only)
    CoC in 50,000 of 125,000 t; entitlement 0.52 · 50,000 = 26,000 t.
    Intra-entity 40 % · 61,200 = 24,480 t; carried 1,520 t.
Smelting, first half of 2025
    CoC in 300,000 of 750,000 t; entitlement 156,000 t.
    Intra-entity 40 % · 367,200 = 146,880 t, liquid 2 · 1,000 = 2,000 t.
    Used 1,520 t; from current 147,360 t; carried 8,640 t.
Smelting, second half of 2025
    The same, but 8,640 t are brought forward and used:
    from current 140,240 t; carried 15,760 t.

Casthouse, second half of 2024
    CoC in 24,480 of 61,200 t; entitlement 24,480 / 1.02 = 24,000 t.
    2,000 t to Rollers United; carried 22,000 t.
Casthouse, first half of 2025
    CoC in 146,880 of 367,200 t; entitlement 144,000 t.
    5,500 t to Rollers United and 3 · 40,000 t to the other mill: 125,500 t.
    Used 22,000 t; from current 103,500 t; carried 40,500 t.
Casthouse, second half of 2025
    12,000 t to Rollers United and 3 · 40,000 t: 132,000 t.
    Used 40,500 t; from current 91,500 t; carried 52,500 t.
29 July, figure 12
    The vessel of July makes the share of that month 100,000 / 225,000; with
    60,000 t delivered to the other mill before, 2,000 t may all be CoC.
"""

from datetime import date

from .operations import Operations
from .refinery import get_vessel

PLAIN_ALUMINA = 25_000
LIQUID = 65_000
LIQUID_SOLD = 3_800
#: Once a quarter the foundry wants liquid metal as CoC Material.
LIQUID_COC = 1_000
CAST = 60_000
#: Every second month the other mill wants slab as CoC Material.
SLAB_COC = 40_000
FIRST_MONTH = date(2024, 12, 1)
LAST_MONTH = date(2025, 12, 1)
SMELTING, CASTHOUSE = "smelting", "casthouse"


class Smelter(Operations):
    """The 1886 Smelting Company."""

    def __init__(self, *args, refinery, plain_supplier, foundry, other_mill):
        super().__init__(*args)
        self.refinery = refinery
        self.plain_supplier = plain_supplier
        self.foundry = foundry
        self.other_mill = other_mill
        self.vessel = None
        #: Slab that Rollers United ordered for the month, in tonnes.
        self.slab_ordered = 0

    def plan(self, month):
        """Yield ``(day, what happens)`` of a month."""
        if not FIRST_MONTH <= month <= LAST_MONTH:
            return
        quantity, coc = get_vessel(month)
        if quantity:
            yield month.replace(day=2), lambda: self.order_vessel(quantity, coc)
            yield month.replace(day=11), lambda: self.refinery.ship(self.vessel)
            yield month.replace(day=18), lambda: self.take_in(self.vessel)
        yield month.replace(day=17), self.take_plain_alumina
        yield month.replace(day=20), lambda: self.make("liquid", LIQUID)
        yield month.replace(day=21), lambda: self.tap(month)
        yield month.replace(day=22), lambda: self.cast(month)
        # Before Rollers United: a share of what has left may be CoC Material (8.7).
        yield month.replace(day=23), lambda: self.supply_other_mill(month)

    def order_vessel(self, quantity, coc):
        """Order a vessel of alumina from Acme Alumina."""
        self.vessel = self.order_from(
            self.refinery,
            "alumina",
            quantity,
            coc,
            ("alumina_refining", SMELTING),
        )

    def take_plain_alumina(self):
        """Alumina of a supplier without a certificate is Non-CoC inflow."""
        self.buy(self.plain_supplier, "alumina", PLAIN_ALUMINA)

    def tap(self, month):
        """Sell a part of the metal liquid, send the rest to the casthouse."""
        wanted = LIQUID_COC if month.year == 2025 and month.month % 3 == 0 else 0
        self.sell_and_deliver(self.foundry, "liquid", LIQUID_SOLD, wanted, SMELTING)
        self.move("liquid", LIQUID - LIQUID_SOLD, SMELTING, CASTHOUSE)

    def cast(self, month):
        """Cast what Rollers United ordered first: its slabs are a lot of their own."""
        ordered = self.slab_ordered
        if ordered:
            self.make("slab", ordered, CASTHOUSE, lot=f"CF{month:%y%m}-A")
        self.make("slab", CAST - ordered, CASTHOUSE, lot=f"CF{month:%y%m}-B")

    def supply_other_mill(self, month):
        """The other mill takes the rest of the month's slab."""
        wanted = SLAB_COC if month.year == 2025 and month.month % 2 == 0 else 0
        self.sell_and_deliver(
            self.other_mill, "slab", CAST - self.slab_ordered, wanted, CASTHOUSE
        )
