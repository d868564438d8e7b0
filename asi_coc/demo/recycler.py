"""Oude Haven Remelting's year: scrap to liquid metal (yield 0.85) in the remelter,
liquid metal to billet (1.02 t per tonne) in the casthouse, and a part of the billet
through two contractors.
"""

from dataclasses import dataclass
from datetime import date

from odoo import Command

from .operations import Operations, _expect_done
from .recycler_works import CASTHOUSE, REMELTING

#: Gross tonnes that are charged in a month come to 1,200 t of aluminium.
METAL = 1_020
CAST = 1_000
OWN_DROSS = 40
#: Once a quarter billet is heat-treated, and a part of it sawn.
HOMOGENISED = 700
TO_SAW, SAWN = 400, 380
FIRST_MONTH = date(2025, 1, 1)


@dataclass(frozen=True)
class Month:
    """Gross tonnes of scrap bought, by kind; billet delivered, and as CoC Material.

    ``plant_coc`` is what the plant's CoC Document says; ``back`` are offcuts of the
    closed loop. ``treated`` is who takes heat-treated billet in the last month of
    a quarter, and how much of it as CoC Material.
    """

    post: int
    mixed: int = 0
    plant: int = 0
    plant_coc: int = 0
    back: int = 0
    dross: int = 0
    billet: int = 0
    billet_coc: int = 0
    treated: tuple = ()
    sawn_coc: int = 0


PLAN = {
    date(2025, 1, 1): Month(1000, plant=300, plant_coc=230, billet=900),
    date(2025, 2, 1): Month(700, 500, dross=300, billet=400),
    date(2025, 3, 1): Month(700, 500, dross=300, billet=1000, treated=("extruder", 100)),
    date(2025, 4, 1): Month(
        800, plant=340, plant_coc=330, back=120, billet=900, billet_coc=100
    ),
    date(2025, 5, 1): Month(700, 500, dross=300, billet=400),
    date(2025, 6, 1): Month(
        700, 250, back=200, dross=300, billet=1000, treated=("press", 0), sawn_coc=100
    ),
    date(2025, 7, 1): Month(
        700, plant=400, plant_coc=320, dross=300, billet=900, billet_coc=200
    ),
    date(2025, 8, 1): Month(700, 500, dross=300, billet=400),
    date(2025, 9, 1): Month(1000, dross=560, billet=1000, treated=("extruder", 0)),
    date(2025, 10, 1): Month(
        700, plant=400, plant_coc=220, dross=300, billet=900, billet_coc=100
    ),
    date(2025, 11, 1): Month(800, back=150, dross=620, billet=400),
    date(2025, 12, 1): Month(1000, dross=560, billet=1000, treated=("press", 0)),
}


class Recycler(Operations):
    """Oude Haven Remelting."""

    def __init__(self, *args, partners, sites):
        super().__init__(*args)
        self.partners = partners
        self.sites = sites
        # What comes back from, or leaves, the contractors.
        self.treatment = self.sawing = None

    def plan(self, month):
        """Yield ``(day, what happens)`` of a month."""
        if month not in PLAN:
            return
        this, place = PLAN[month], month.month % 3
        if month > FIRST_MONTH:
            yield month.replace(day=2), self.collect_dross
        yield month.replace(day=5), lambda: self.take_scrap(month)
        yield month.replace(day=15), lambda: self.melt(this)
        yield month.replace(day=17), lambda: self.cast(month)
        if place == 2:
            yield month.replace(day=18), self.send_to_heat_treatment
            yield month.replace(day=24), self.take_back_homogenised
        if place == 0:
            yield month.replace(day=19), lambda: self.send_to_saw(this.sawn_coc)
            yield month.replace(day=24), self.deliver_sawn
            yield month.replace(day=25), lambda: self.supply_treated(*this.treated)
        yield month.replace(day=26), lambda: self.supply_press(this)

    # -- scrap ----------------------------------------------------------------
    def take_scrap(self, month):
        """Take in what was bought; that of a certified plant has a CoC Document."""
        this = PLAN[month]
        self.take("yard", "post", this.post)
        self.take("dismantler", "mixed", this.mixed)
        self.take("dross_dealer", "dross", this.dross)
        self.take("extruder", "offcuts", this.back)
        if this.plant:
            self.buy(
                self.partners["plant"],
                "offcuts",
                this.plant,
                this.plant_coc,
                reference=f"VP-{month:%y%m}",
            )

    def take(self, supplier, key, quantity):
        """Buy scrap without a CoC Document; return the receipt."""
        if quantity:
            return self.buy(self.partners[supplier], key, quantity)

    def collect_dross(self):
        """The casthouse's own dross goes back to the remelter (4.2c)."""
        self.move("own_dross", OWN_DROSS, CASTHOUSE, REMELTING)

    # -- making ---------------------------------------------------------------
    def melt(self, this):
        """Charge all that there is, own dross too."""
        charge = {
            "post": this.post,
            "mixed": this.mixed,
            "offcuts": this.plant + this.back,
            "dross": this.dross,
            "own_dross": self._get_stock("own_dross"),
        }
        env = self.acting("storekeeper")
        order = env["mrp.production"].create(
            {
                "product_id": self.products["metal"].id,
                "product_qty": METAL,
                "picking_type_id": self._warehouse(REMELTING).manu_type_id.id,
                "move_raw_ids": [
                    Command.create(
                        {
                            "product_id": self.products[key].id,
                            "product_uom_qty": quantity,
                        }
                    )
                    for key, quantity in charge.items()
                    if quantity
                ],
            }
        )
        order.action_confirm()
        order.action_assign()
        order.button_mark_done()
        _expect_done(order)
        self.move("metal", METAL, REMELTING, CASTHOUSE)

    def _get_stock(self, key):
        place = self._warehouse(REMELTING).lot_stock_id
        return self.products[key].with_context(location=place.id).qty_available

    def cast(self, month):
        """Cast the month's metal into billet; dross is skimmed off."""
        self.make("billet", CAST, CASTHOUSE)

    # -- contractors ------------------------------------------------------------
    def send_to_heat_treatment(self):
        """Order heat treatment, and send the billet for it (2.1)."""
        order = self.order(
            self.partners["homogeniser"], "homogenised", HOMOGENISED, activity=CASTHOUSE
        )
        self.treatment = self._send_for(order)

    def send_to_saw(self, coc):
        """Sell sawn billet, and send the saw what it is made of (2.1)."""
        sale = self.sell(self.partners["press"], "sawn", SAWN, coc, CASTHOUSE)
        order = sale.sudo().order_line.purchase_line_ids.order_id
        order = order.with_env(self.acting("buyer"))
        order.button_confirm()
        self.sawing = self._send_for(order)

    def _send_for(self, order):
        """Send a contractor what its order needs; return the transfer to come."""
        made = order.sudo().picking_ids.filtered(
            lambda one: one.move_ids.filtered("is_subcontract")
        )
        needed = made.move_ids.move_orig_ids.production_id.picking_ids - made
        needed = needed.with_env(self.acting("storekeeper"))
        needed.action_assign()
        self._validate(needed)
        return made.with_env(self.acting("storekeeper"))

    def take_back_homogenised(self):
        """Heat-treated billet comes back."""
        self._validate(self.treatment)

    def deliver_sawn(self):
        """Sawn billet goes from the saw to the customer."""
        self._validate(self.sawing)

    # -- selling --------------------------------------------------------------
    def supply_treated(self, buyer, coc):
        """Deliver the heat-treated billet that was not sawn."""
        self.sell_and_deliver(
            self.partners[buyer], "homogenised", HOMOGENISED - TO_SAW, coc, CASTHOUSE
        )

    def supply_press(self, this):
        """Deliver billet, a part of it as CoC Material."""
        self.sell_and_deliver(
            self.partners["press"], "billet", this.billet, this.billet_coc, CASTHOUSE
        )
