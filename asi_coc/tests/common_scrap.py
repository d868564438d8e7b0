from odoo import SUPERUSER_ID

from .common import CocCase
from .common_books import BooksMixin


class ScrapCase(BooksMixin, CocCase):
    """A scope that melts scrap beside smelting, casting and rolling (4).

    After every test the books agree, and neither posting again nor the drift
    detector finds anything.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scope.issue_automatically = False
        cls.furnace_place = cls._create_location("Furnace")
        cls.add_facility("Furnace", "remelting_refining", cls.furnace_place)
        cls.liquid.coc_form_id = cls.env.ref("asi_coc.form_liquid_metal")
        cls.cans = cls._create_scrap("Cans", "post_consumer_scrap")
        cls.clippings = cls._create_scrap("Clippings", "pre_consumer_scrap")
        cls.dross = cls._create_scrap("Dross", "dross")
        cls.stamper = cls.env["res.partner"].create(
            {"name": "Stampers & Co", "is_company": True}
        )

    @classmethod
    def _create_scrap(cls, name, form, **values):
        return cls._create_product(
            name,
            "scrap",
            cls.tonne,
            coc_form_id=cls.env.ref(f"asi_coc.form_{form}").id,
            **values,
        )

    def check_books(self):
        # whoever did what was done
        self.env = self.env(user=SUPERUSER_ID, su=True)
        self.scope = self.scope.with_env(self.env)
        moves = self.env["stock.move"].search(
            [("company_id", "=", self.company.id), ("state", "=", "done")]
        )
        posted = self.env["asi.coc.entry"]._post_moves(moves._coc_relevant())
        self.assertEqual(posted, [], "posting again posts nothing")
        self.scope.action_check_drift()
        self.assertEqual(self.scope.drift_ids.mapped("display_name"), [])
        for period in self.scope.period_ids:
            found = period._reconcile() - self.env["asi.coc.reconciliation"].search(
                [("product_id", "in", self.not_reconciled.ids)]
            )
            self.assertEqual(found.mapped("display_name"), [])
        return super().check_books()

    @staticmethod
    def _is_plain_tonnes(product):
        # Assessed contents differ from receipt to receipt.
        return False

    # -- operations ---------------------------------------------------------
    def take_in(self, product, quantity, partner=None, place=None, **values):
        """Receive scrap, by default of the supplier into the furnace's yard."""
        return self.transfer(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            place or self.furnace_place,
            [{"product": product, "quantity": quantity}],
            partner or self.supplier,
            **values,
        )

    def assess_scrap(self, picking, **values):
        """Fill in the wizard's only row, as on the receipt, and press *Assess*.

        ``values`` are fields of the row, or of the wizard.
        """
        wizard = self.open_wizard(picking)
        own = {
            name: values.pop(name)
            for name in ("analysed_on", "evidence_ids")
            if name in values
        }
        wizard.write(own)
        # the loop and its mass follow from the split, as in the form
        for name in sorted(values, key=lambda name: name == "loop_mass"):
            wizard.line_ids[name] = values[name]
        wizard.action_assess()
        return self.in_force(picking)

    def open_wizard(self, picking):
        action = picking.action_coc_assess_scrap()
        return (
            self.env["asi.coc.scrap.assess"]
            .with_context(**action["context"])
            .create({})
        )

    def split(self, picking, pre=0, post=0, dross=0, **values):
        return self.assess_scrap(
            picking,
            pre_percentage=pre,
            post_percentage=post,
            dross_percentage=dross,
            **values,
        )

    def in_force(self, picking):
        return self.env["asi.coc.scrap.assessment"].search(
            [("picking_id", "=", picking.id), ("state", "=", "valid")]
        )

    def report(self, name="analysis.pdf"):
        """Upload a laboratory report, as the wizard's form does."""
        return self.env["ir.attachment"].create(
            {"name": name, "raw": b"95 % Al", "res_model": "asi.coc.scrap.assess"}
        )

    def open_loop(self, partner=None, **values):
        partner = partner or self.stamper
        self.accept_due_diligence(partner)
        return self.env["asi.coc.closed.loop"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "tracing": "Skeletons of our alloy are baled apart",
                **values,
            }
        )

    def send(self, quantity, designated=None, partner=None):
        """Receive slab as CoC Material, and deliver it as such."""
        designated = quantity if designated is None else designated
        self.receive(self.slab, quantity, claimed=designated)
        return self.transfer(
            "out",
            self.casthouse_place,
            self.env.ref("stock.stock_location_customers"),
            [
                {
                    "product": self.slab,
                    "quantity": quantity,
                    "coc_designated_qty": designated,
                }
            ],
            partner or self.stamper,
        )

    # -- looking ------------------------------------------------------------
    def kinds(self, pickings):
        """Return ``{(status, kind): mass}`` of what came in, without zeros."""
        masses = {}
        for entry in self.env["asi.coc.entry"].search(
            [("picking_id", "in", pickings.ids), ("flow", "=", "input")]
        ):
            key = (entry.status, entry.scrap_kind)
            masses[key] = round(masses.get(key, 0) + entry.mass, 6)
        return {key: mass for key, mass in masses.items() if mass}
