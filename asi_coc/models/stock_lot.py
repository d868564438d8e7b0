from odoo import api, fields, models
from odoo.exceptions import UserError


class StockLot(models.Model):
    _inherit = "stock.lot"

    coc_material = fields.Selection(
        related="product_id.coc_material",
        help="Material the product is accounted as.",
    )
    coc_net_mass = fields.Float(
        string="Actual Net Mass (t)",
        digits=(16, 6),
        copy=False,
        help="Net mass of the material in tonnes per unit of measure, as weighed for "
        "this lot. Left at zero, the product's net mass counts (8.1).",
    )
    coc_status = fields.Selection(
        [
            ("coc", "CoC"),
            ("non_coc", "Non-CoC"),
            ("partly", "Partly CoC"),
        ],
        string="CoC Status",
        compute="_compute_coc",
        help="Status given to the lot when it came in, or when it was delivered: whole "
        "products are CoC Material or not (8.5). Inside the scope, material has no "
        "status of its own; the mass balance decides.",
    )
    coc_facility_id = fields.Many2one(
        "asi.coc.facility",
        string="CoC Facility",
        compute="_compute_coc",
        help="Facility that made or took in the lot.",
    )
    coc_period_id = fields.Many2one(
        "asi.coc.period",
        string="CoC Period",
        compute="_compute_coc",
        help="Material Accounting Period whose CoC inputs the lot leads back to (5.2).",
    )

    @api.depends_context("allowed_company_ids")
    def _compute_coc(self):
        # sudo: whoever sees the lot sees its status
        entries = self.env["asi.coc.entry"].sudo()
        groups = entries._read_group(
            [
                ("lot_id", "in", self.ids),
                ("company_id", "in", self.env.companies.ids),
            ],
            ["lot_id", "flow", "status", "facility_id", "period_id"],
            ["mass:sum"],
        )
        facts = {}
        for lot, flow, status, facility, period, mass in groups:
            facts.setdefault(lot.id, []).append((flow, status, facility, period, mass))
        for lot in self:
            own = facts.get(lot._origin.id, [])
            lot.coc_status = lot._coc_get_status(own)
            # Who made the lot comes before who took it in.
            origins = [
                fact
                for flow in ("production", "input")
                for fact in own
                if fact[0] == flow
            ]
            _flow, _status, facility, period, _mass = (origins or own or [[False] * 5])[
                0
            ]
            lot.coc_facility_id = facility
            lot.coc_period_id = period

    @staticmethod
    def _coc_get_status(facts):
        """Judge by what was delivered, else by what came in."""
        for flow in ("output", "input"):
            masses = {"coc": 0, "non_coc": 0}
            for fact_flow, status, _facility, _period, mass in facts:
                if fact_flow == flow and status in masses:
                    masses[status] += mass
            has = {status for status, mass in masses.items() if mass > 0}
            if has:
                return has.pop() if len(has) == 1 else "partly"
        return False

    def action_coc_open_inputs(self):
        """Open the CoC inputs of the accounting period the lot leads back to (5.2)."""
        self.ensure_one()
        return self.env["asi.coc.entry"]._action_open(
            [
                ("period_id", "=", self.coc_period_id.id),
                ("flow", "=", "input"),
                ("status", "=", "coc"),
            ],
            self.env._("CoC Inputs behind %(lot)s", lot=self.display_name),
        )

    def action_coc_open_entries(self):
        """Open the ledger entries of the lot."""
        self.ensure_one()
        return self.env["asi.coc.entry"]._action_open(
            [("lot_id", "=", self.id)],
            self.env._("Entries of %(lot)s", lot=self.display_name),
        )

    # -- guards -------------------------------------------------------------
    def write(self, vals):
        if "name" in vals:
            self.filtered(lambda lot: lot.name != vals["name"])._coc_check_ledgered()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ledgered(self):
        self._coc_check_ledgered()

    def _coc_check_ledgered(self):
        """Refuse to rename or delete a lot that entries name (5.2)."""
        # sudo: the ledger is not the warehouse's to read
        groups = (
            self.env["asi.coc.entry"]
            .sudo()
            ._read_group([("lot_id", "in", self.ids)], ["lot_id"], ["__count"])
        )
        for lot, count in groups:
            raise UserError(
                self.env._(
                    "Lot %(lot)s of %(product)s can be neither renamed nor deleted: "
                    "ledger entries (%(count)s) name it, and their hash proves the "
                    "name (5.2). Where it was entered wrongly, make the right lot and "
                    "choose it on the transfer; a correction is posted.",
                    lot=lot.name,
                    product=lot.product_id.display_name,
                    count=count,
                )
            )
