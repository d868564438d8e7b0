"""Oude Haven Remelting's year: scrap to liquid metal (yield 0.85) in the remelter,
liquid metal to billet (1.02 t per tonne) in the casthouse, and a part of the billet
through two contractors.

Scrap counts by the aluminium in it: post-consumer scrap 90 %, mixed scrap 80 %, dross
50 %, offcuts all. Every month 1,200 t of aluminium become 1,020 t of liquid metal and
1,000 t of billet, with 40 t of own dross, 20 t of aluminium, that go back to the
remelter in the next month and are eligible (4.2c). Each quarter 700 t of billet are
heat-treated, 400 t of these sawn to 380 t: produced 3 · 1,000 - 20 = 2,980 t, all of
which is delivered.

What of the scrap is eligible, in tonnes of aluminium:
    of the yard, post-consumer, all; of the dismantler, mixed, a quarter of each load
    is pre-consumer and not; of the plant what its CoC Document says; of the dross
    dealer all since its due diligence is accepted, at the end of February; of the
    extruder, offcuts of what it was sent as CoC Material (4.2a).

First quarter
    January: yard 900 of 900, plant 230 of 300: 1,130 of 1,200 t.
    February: 630 of 630, mixed 300 of 400, dross 0 of 150, own 20: 950.
    March: 630, mixed 360 of 400, for this load was sorted (10 % pre-consumer; estimated
    to hold 70 % of aluminium, 350 t, and analysed later: 80 %), dross 150, own 20:
    1,160.
    Remelter: CoC in 3,240 of 3,600 t, 90 %; entitlement 0.85 · 3,240 = 2,754 t, all of
    it to the casthouse.
    Casthouse: CoC in 2,754 of 3,060 t; entitlement 90 % · 2,980 = 2,682 t. CoC output
    500 + 600 + sawn 380 + extruder 300 = 1,780 t; carried 902 t.
Second quarter
    April: 720, plant 330 of 340, offcuts back 120, own 20: 1,190.
    May: 630, mixed 300 of 400, dross 150, own 20: 1,100.
    June: 630, mixed 150 of 200, dross 150, own 20, and 200 t of offcuts: the extruder
    was sent 300 t and gave 120 t back, so 200 t are refused, and 180 t count: 1,130.
    Remelter: CoC in 3,420 of 3,600 t, 95 %; entitlement 2,907 t.
    Casthouse: entitlement 95 % · 2,980 = 2,831 t. CoC output 700 + 800 + sawn 380 +
    heat-treated 300 = 2,180 t; used 902 t, from current 1,278 t; carried 1,553 t.
Third quarter: summer, and the dismantler is suspended
    July: 630, plant 320 of 400, dross 150, own 20: 1,120.
    August: 630, mixed 300 of 400, dross 150, own 20: 1,100.
    September: 900, dross 280, own 20: 1,200.
    Again 95 %. CoC output 300 + sawn 380 + extruder 200 = 880 t; used 880 t,
    expired 673 t; carried 2,831 t.
Last quarter: still open
    October: 630, plant 220 of 400, dross 150, own 20: 1,020.
    November: 720, offcuts back 150, dross 310, own 20: 1,200.
    December: 900, dross 280, own 20: 1,200.
    Again 95 %. CoC output 800 + 900 + sawn 380 + heat-treated 300 = 2,380 t, all of it
    used of 2,831 t; available 451 + 2,831 = 3,282 t.
The closed loop
    Sent 300 + 200 = 500 t, back 120 + 180 + 150 = 450 t: 50 t remain.

Who the suppliers are is told in :mod:`.recycler_suppliers`, what the contractors report
in :mod:`.recycler_contractors`, what is paid in :mod:`.recycler_cash`.
"""

from dataclasses import dataclass
from datetime import date

from odoo import Command

from .operations import Operations, expect_done
from .recycler_cash import Payments
from .recycler_contractors import Contractors
from .recycler_suppliers import Suppliers
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
    date(2025, 1, 1): Month(1000, plant=300, plant_coc=230, billet=900, billet_coc=500),
    date(2025, 2, 1): Month(700, 500, dross=300, billet=400),
    date(2025, 3, 1): Month(
        700, 500, 0, 0, 0, 300, 1000, 600, treated=("extruder", 300), sawn_coc=380
    ),
    date(2025, 4, 1): Month(
        800, plant=340, plant_coc=330, back=120, billet=900, billet_coc=700
    ),
    date(2025, 5, 1): Month(700, 500, dross=300, billet=400),
    date(2025, 6, 1): Month(
        700, 250, 0, 0, 200, 300, 1000, 800, treated=("press", 300), sawn_coc=380
    ),
    date(2025, 7, 1): Month(700, plant=400, plant_coc=320, dross=300, billet=900),
    date(2025, 8, 1): Month(700, 500, dross=300, billet=400),
    date(2025, 9, 1): Month(
        1000, 0, 0, 0, 0, 560, 1000, 300, treated=("extruder", 200), sawn_coc=380
    ),
    date(2025, 10, 1): Month(
        700, plant=400, plant_coc=220, dross=300, billet=900, billet_coc=800
    ),
    date(2025, 11, 1): Month(800, back=150, dross=620, billet=400),
    date(2025, 12, 1): Month(
        1000, 0, 0, 0, 0, 560, 1000, 900, treated=("press", 300), sawn_coc=380
    ),
}
#: Per cent pre-consumer in the dismantler's loads; March's was sorted.
USUAL_SPLIT, SORTED_SPLIT = 25, 10
SORTED_MONTH, ANALYSED_DAY = date(2025, 3, 1), 12
ESTIMATED, ANALYSED = 70, 80
#: More offcuts than the loop has: what of them counts.
BEYOND_LOOP_MONTH = date(2025, 6, 1)


class Recycler(Operations):
    """Oude Haven Remelting."""

    def __init__(self, *args, partners, portal, journals):
        super().__init__(*args)
        self.partners = partners
        self.portal = portal
        self.suppliers = Suppliers(self)
        self.contractors = Contractors(self)
        self.payments = Payments(self, journals)
        # What comes back from, or leaves, the contractors.
        self.treatment = self.sawing = None
        self.sorted_load = self.loop = None

    def acting_for(self, key):
        """Return the environment of a partner's own user of the portal."""
        return self._env(
            user=self.portal[key].id,
            su=False,
            context={"lang": "en_US", "tz": self.company.scope.tz},
        )

    def plan(self, month):
        """Yield ``(day, what happens)`` of a month."""
        for part in (self.suppliers, self.contractors, self.payments):
            yield from part.plan(month)
        if month not in PLAN:
            return
        this, place = PLAN[month], month.month % 3
        if month > FIRST_MONTH:
            yield month.replace(day=2), self.collect_dross
        yield month.replace(day=5), lambda: self.take_scrap(month)
        if month == SORTED_MONTH:
            yield month.replace(day=ANALYSED_DAY), self.analyse_sorted_load
        yield month.replace(day=15), lambda: self.melt(this)
        yield month.replace(day=17), lambda: self.cast(month)
        if place == 2:
            yield month.replace(day=18), self.send_to_heat_treatment
            yield month.replace(day=24), self.take_back_homogenised
        if place == 0:
            yield month.replace(day=19), lambda: self.send_to_saw(this.sawn_coc)
            yield month.replace(day=24), lambda: self.deliver_sawn(this.sawn_coc)
            yield month.replace(day=25), lambda: self.supply_treated(*this.treated)
        yield month.replace(day=26), lambda: self.supply_press(this)

    # -- scrap ----------------------------------------------------------------
    def take_scrap(self, month):
        """Take in what was bought, and say what it is (4.2)."""
        this = PLAN[month]
        self.take("yard", "post", this.post)
        self.take("dross_dealer", "dross", this.dross)
        if this.mixed:
            self.take_mixed(month)
        if this.back:
            self.take_offcuts_back(month)
        if this.plant:
            reference = f"VP-{month:%y%m}"
            self.take("plant", "offcuts", this.plant, this.plant_coc, reference)

    def take(self, supplier, key, quantity, coc=0, reference=None, **assessed):
        """Buy scrap and assess it; return the receipt."""
        if not quantity:
            return None
        if coc:
            # The buyer is warned of a certificate that nobody checked lately (10.3).
            self.look_up(self.partners[supplier])
        order = self.order(self.partners[supplier], key, quantity, coc)
        receipt = self.receive(order, reference)
        self.payments.note(order)
        self.assess(receipt, **assessed)
        return receipt

    def assess(self, receipt, evidence=None, **assessed):
        """Say what a load is: as proposed, but for what is ``assessed`` (4.2)."""
        action = receipt.action_coc_assess_scrap()
        wizard = receipt.env[action["res_model"]]
        wizard = wizard.with_context(**action["context"]).create({})
        wizard.line_ids.write(assessed)
        if evidence:
            file = wizard.env["ir.attachment"].create(
                {"name": evidence, "raw": evidence.encode()}
            )
            wizard.evidence_ids = [Command.link(file.id)]
            wizard.analysed_on = self.company.scope._get_today()
        wizard.action_assess()

    def take_mixed(self, month):
        """Loads of the dismantler are split by eye; a sorted one is known better."""
        load, split = PLAN[month].mixed, _split(USUAL_SPLIT)
        if month != SORTED_MONTH:
            self.take("dismantler", "mixed", load, **split)
            return
        self.sorted_load = self.take(
            "dismantler",
            "mixed",
            load,
            **_split(SORTED_SPLIT),
            confidence_ground="Sorted on arrival, both parts weighed.",
            content_basis="estimated",
            aluminium_percentage=ESTIMATED,
        )

    def analyse_sorted_load(self):
        """The laboratory's report corrects the estimate, and so the ledger (8.3)."""
        self.assess(
            self.sorted_load,
            evidence="Laboratory report 25-0312.txt",
            **_split(SORTED_SPLIT),
            confidence_ground="Sorted on arrival, both parts weighed.",
            content_basis="analysed",
            aluminium_percentage=ANALYSED,
        )

    def open_loop(self):
        """Open the account with the extruder, which is not certified (4.2a)."""
        self.loop = self.acting("officer")["asi.coc.closed.loop"].create(
            {
                "partner_id": self.partners["extruder"].id,
                "company_id": self.company.record.id,
                "tracing": "Billet of our alloys is extruded in campaigns of its own; "
                "offcuts are kept in bays of their own.",
            }
        )

    def take_offcuts_back(self, month):
        """Never more comes back as eligible than was sent as CoC Material (4.2a)."""
        back = PLAN[month].back
        order = self.order(self.partners["extruder"], "offcuts", back)
        receipt = self.receive(order)
        self.payments.note(order)
        if month == BEYOND_LOOP_MONTH and not self.refuses(
            lambda: self.assess(receipt, loop_mass=back)
        ):
            raise RuntimeError("More came back through the loop than was sent.")
        self.assess(receipt)

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
        expect_done(order)
        self.move("metal", METAL, REMELTING, CASTHOUSE)

    def _get_stock(self, key):
        place = self._warehouse(REMELTING).lot_stock_id
        return self.products[key].with_context(location=place.id).qty_available

    def cast(self, month):
        """Cast the month's metal into a lot of billet; dross is skimmed off."""
        self.make("billet", CAST, CASTHOUSE, lot=f"OH{month:%y%m}")

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

    def deliver_sawn(self, coc):
        """Sawn billet goes from the saw to the customer."""
        self.sawing.move_ids.coc_designated_qty = coc
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


def _split(pre_consumer):
    return {
        "pre_percentage": pre_consumer,
        "post_percentage": 100 - pre_consumer,
        "dross_percentage": 0,
    }
