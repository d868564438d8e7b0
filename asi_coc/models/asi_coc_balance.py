from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.quantity import ZERO, to_mass
from ..formatting import format_number

#: Figures of a balance that are masses in tonnes, named as in the core.
MASS_FIELDS = (
    "coc_input",
    "non_coc_inflow",
    "intra_entity_in",
    "intra_entity_out",
    "intra_entity_inflow",
    "intra_entity_outflow",
    "coc_output",
    "total_outflow",
    "entitlement",
    "share_limit",
    "positive_balance_brought",
    "positive_balance_used",
    "positive_balance_expired",
    "positive_balance_carried",
    "coc_taken_back",
    "overdraw_brought",
    "overdraw",
    "available",
    "headroom",
    "scrap_outflow",
    "eligible_scrap_output",
    "eligible_scrap_limit",
    "own_dross",
    "other_dross_brought",
    "other_dross_carried",
)
RATE_FIELDS = (
    "inflow_percentage",
    "outflow_percentage",
    "output_percentage",
    "conversion_yield",
)
#: What is expected at period end, and the figure of the core it is.
FORECAST_FIELDS = {
    "expected_inflow_percentage": "inflow_percentage",
    "expected_available": "available",
    "expected_positive_balance": "positive_balance_carried",
    "expected_overdraw": "overdraw",
}


def _mass(label, help_text, compute="_compute_figures"):
    return fields.Float(
        string=f"{label} (t)", digits=(16, 6), compute=compute, help=help_text
    )


def _rate(label, help_text, compute="_compute_figures"):
    return fields.Float(string=label, digits=(16, 4), compute=compute, help=help_text)


class AsiCocBalance(models.Model):
    _name = "asi.coc.balance"
    _description = "Mass Balance of a Supply Chain Activity"
    _inherit = ["asi.coc.protected"]
    _order = "period_id, sequence, id"
    _coc_protected_fields = frozenset({"period_id", "activity_id", "designation_count"})

    period_id = fields.Many2one(
        "asi.coc.period",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Material Accounting Period of the balance.",
    )
    period_name = fields.Char(
        related="period_id.name",
        string="Period Name",
        help="Name of the Material Accounting Period, without its scope.",
    )
    scope_id = fields.Many2one(
        related="period_id.scope_id",
        store=True,
        help="CoC Certification Scope of the period.",
    )
    company_id = fields.Many2one(
        related="period_id.company_id", store=True, help="Entity of the scope."
    )
    state = fields.Selection(
        related="period_id.state", help="Figures of a closed period are frozen."
    )
    activity_id = fields.Many2one(
        "asi.coc.activity",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Supply chain activity of the balance.",
    )
    sequence = fields.Integer(
        related="activity_id.sequence", store=True, help="Upstream first."
    )
    designation_count = fields.Integer(
        readonly=True,
        help="Counts designations. Writing it makes a second issuer at the same "
        "moment wait and look again.",
    )
    allocation_set = fields.Boolean(
        string="Own Allocation",
        help="Allocate a chosen CoC mass to intra-entity flows instead of the inflow "
        "percentage (8.4).",
    )
    allocation = fields.Float(
        string="Allocated CoC Mass (t)",
        digits=(16, 6),
        help="CoC mass in tonnes that the entity allocates to its intra-entity "
        "outflow. It must fit both limits (8.7).",
    )

    coc_input = _mass("CoC Input", "CoC Material from outside the scope (8.3).")
    non_coc_inflow = _mass(
        "Non-CoC Inflow", "Non-CoC Material from outside the scope (8.3)."
    )
    intra_entity_in = _mass(
        "Intra-entity CoC In",
        "CoC part of what came from upstream activities of the scope (1.7g).",
    )
    intra_entity_out = _mass(
        "Intra-entity CoC Out",
        "CoC part of what went to other activities of the scope: inflow percentage "
        "times intra-entity outflow, or the entity's own allocation (8.4).",
    )
    intra_entity_inflow = _mass(
        "Intra-entity Inflow", "All mass from upstream activities of the scope."
    )
    intra_entity_outflow = _mass(
        "Intra-entity Outflow", "All mass to other activities of the scope."
    )
    coc_output = _mass(
        "CoC Output", "Mass designated as CoC Material to the outside (8.4)."
    )
    total_outflow = _mass(
        "Total Outflow",
        "All output material that left the activity, outside or to another "
        "activity (8.4).",
    )
    inflow_percentage = _rate(
        "Inflow (%)", "CoC in by all in, intra-entity flows included (8.4)."
    )
    conversion_yield = _rate(
        "Yield",
        "Mass of output material per mass of input material: measured from "
        "manufacturing, else declared, else one (8.4).",
    )
    entitlement = _mass(
        "Entitlement",
        "What came in as CoC Material, in terms of what goes out: yield times CoC "
        "in. Limit 1 of 8.7.",
    )
    share_limit = _mass(
        "Share Limit", "Inflow percentage times total outflow. Limit 2 of 8.7."
    )
    positive_balance_brought = _mass(
        "Positive Balance Brought Forward", "From the period before (8.9)."
    )
    positive_balance_used = _mass(
        "Positive Balance Used", "Drawn by this period's CoC outflow (8.9)."
    )
    positive_balance_expired = _mass(
        "Positive Balance Expiring",
        "Brought forward and not drawn; expires at the end of the period (8.9b).",
    )
    positive_balance_carried = _mass(
        "Positive Balance Carried Over",
        "The input's excess over what was transferred, for the next period (8.9a).",
    )
    coc_taken_back = _mass(
        "CoC Taken Back",
        "CoC input of a closed period that turned out to be none: a document "
        "withdrawn, a return to the supplier. Drawn from the balance it was carried "
        "into (8.7).",
    )
    overdraw_brought = _mass(
        "Overdraw to Make Up", "Internal overdraw of the period before (8.8c)."
    )
    overdraw = _mass("Internal Overdraw", "CoC outflow beyond the entitlement (8.8).")
    available = _mass("Available", "CoC mass that may still be designated now (8.7).")
    headroom = _mass(
        "Headroom", "As available, but negative when a limit is broken (8.7)."
    )
    outflow_percentage = _rate(
        "Outflow (%)",
        "CoC outflow by all outflow, with positive balance and overdraw: the "
        "guidance's equation (8.4).",
    )
    output_percentage = _rate(
        "Output (%)", "CoC output by all outflow, in the same terms (8.4)."
    )
    scrap_outflow = _mass("Pre-consumer Scrap Out", "Scrap that left the scope (8.6).")
    eligible_scrap_output = _mass(
        "Eligible Scrap Output", "Scrap designated as Eligible Scrap (8.6)."
    )
    eligible_scrap_limit = _mass(
        "Eligible Scrap Limit",
        "Scrap that may be designated as Eligible Scrap: inflow percentage times "
        "scrap out (8.6).",
    )

    expected_inflow_percentage = _rate(
        "Expected Inflow (%)",
        "Inflow percentage at period end, once the open purchase, production and "
        "sales orders due by then are done.",
        compute="_compute_forecast",
    )
    expected_available = _mass(
        "Expected Available",
        "CoC mass that can still be designated by period end, beyond what open orders "
        "will designate (8.7).",
        compute="_compute_forecast",
    )
    expected_positive_balance = _mass(
        "Expected Positive Balance",
        "Positive balance to carry over at period end, once open orders are done "
        "(8.9a).",
        compute="_compute_forecast",
    )
    expected_overdraw = _mass(
        "Expected Internal Overdraw",
        "CoC outflow beyond the entitlement at period end, once open orders are done "
        "(8.8). Order CoC Material, or designate less.",
        compute="_compute_forecast",
    )

    _activity_unique = models.Constraint(
        "UNIQUE (period_id, activity_id)", "A period has one balance per activity."
    )
    _allocation_positive = models.Constraint(
        "CHECK (allocation >= 0)", "An allocated mass cannot be negative."
    )

    @api.depends("period_id", "activity_id")
    def _compute_display_name(self):
        for balance in self:
            balance.display_name = self.env._(
                "%(activity)s, %(period)s",
                activity=balance.activity_id.name,
                period=balance.period_id.display_name,
            )

    @api.depends("period_id", "activity_id", "allocation", "allocation_set")
    def _compute_figures(self):
        figures = {period: period._get_figures() for period in self.period_id}
        for balance in self:
            own = figures.get(balance.period_id, {}).get(balance.activity_id.code, {})
            for name in MASS_FIELDS + RATE_FIELDS:
                balance[name] = float(own.get(name, 0))

    @api.depends("period_id", "activity_id", "allocation", "allocation_set")
    def _compute_forecast(self):
        forecasts = {
            period: period._forecast()
            for period in self.period_id
            if period.state != "closed"
        }
        for balance in self:
            core = forecasts.get(balance.period_id, {}).get(balance.activity_id.code)
            expected = core.figures() if core else {}
            for name, figure in FORECAST_FIELDS.items():
                balance[name] = float(expected.get(figure, 0))

    def _check_allocation(self, before):
        """Refuse an allocation that breaks a limit here or downstream (8.4, 8.7).

        ``before`` maps periods to their balances before; what was broken and
        gets better is a cure.
        """
        for balance in self:
            after = balance.period_id._strike()
            core = after[balance.activity_id.code]
            outflow = max(core.intra_entity_outflow, ZERO)
            broken = any(
                one.headroom < min(before[balance.period_id][code].headroom, ZERO)
                for code, one in after.items()
            )
            chosen = to_mass(balance.allocation) if balance.allocation_set else ZERO
            if chosen > outflow or broken:
                raise UserError(
                    self.env._(
                        "%(mass)s t cannot be allocated to the intra-entity flow of "
                        "%(balance)s: %(outflow)s t went to other activities, the "
                        "entitlement is %(entitlement)s t and the share limit "
                        "%(limit)s t (8.7). Allocate less.",
                        mass=format_number(self.env, balance.allocation),
                        balance=balance.display_name,
                        outflow=format_number(self.env, outflow),
                        entitlement=format_number(self.env, core.entitlement),
                        limit=format_number(self.env, core.share_limit),
                    )
                )

    def write(self, vals):
        for balance in self:
            if balance.state == "closed" and vals.keys() & {
                "allocation",
                "allocation_set",
            }:
                raise UserError(
                    self.env._(
                        "Balance %(balance)s is closed; its allocation cannot change.",
                        balance=balance.display_name,
                    )
                )
        if not vals.keys() & {"allocation", "allocation_set"}:
            return super().write(vals)
        before = {period: period._strike() for period in self.period_id}
        result = super().write(vals)
        self.flush_recordset()
        self._check_allocation(before)
        return result

    # -- striking the balance -----------------------------------------------
    def _get_core(self, count_expected=False):
        """Return the :class:`~..core.balance.Balance` behind this record."""
        self.ensure_one()
        return self.period_id._strike(count_expected)[self.activity_id.code]

    @api.model
    def _get_for_designation(self, keys):
        """Return ``{(period id, activity id): balance}``, locked (8.7).

        A second issuer at the same moment waits, fails and looks again.
        """
        # A locking write, not only a lock: under REPEATABLE READ the second
        # transaction must not go on with what it saw before.
        self.env.cr.execute(
            SQL(
                """
                UPDATE asi_coc_balance
                   SET designation_count = COALESCE(designation_count, 0) + 1
                 WHERE id IN (
                    SELECT id
                      FROM asi_coc_balance
                     WHERE (period_id, activity_id) IN %s
                  ORDER BY id
                       FOR UPDATE)
             RETURNING period_id, activity_id, id
                """,
                tuple({key[:2] for key in keys}),
            )
        )
        return {tuple(key): self.browse(id_) for *key, id_ in self.env.cr.fetchall()}

    def _check_designation(self, moves, mass, is_scrap=False):
        """Refuse ``mass`` t just designated by ``moves`` beyond a limit (8.6, 8.7).

        Raises UserError with the figures and the whole quantity that fits.
        """
        core = self._get_core(moves.picking_id._coc_may_count_expected())
        headroom = core.eligible_scrap_headroom if is_scrap else core.headroom
        if headroom >= 0:
            return
        fitting = max(headroom + mass, ZERO)
        raise UserError(
            "\n".join(
                [
                    self._describe_designation(moves, mass, fitting, is_scrap),
                    self._describe_scrap(core)
                    if is_scrap
                    else self._describe_limits(core),
                    self._get_designation_advice(moves, fitting),
                ]
            )
        )

    def _describe_designation(self, moves, mass, fitting, is_scrap):
        values = {
            "pickings": ", ".join(filter(None, set(moves.mapped("reference")))),
            "mass": format_number(self.env, mass),
            "fitting": format_number(self.env, fitting),
            "activity": self.activity_id.name,
            "period": self.period_id.display_name,
        }
        if is_scrap:
            return self.env._(
                "%(pickings)s: %(mass)s t of scrap cannot be designated as Eligible "
                "Scrap, %(fitting)s t are available for %(activity)s in %(period)s "
                "(8.6).",
                **values,
            )
        return self.env._(
            "%(pickings)s: %(mass)s t cannot be designated as CoC Material, "
            "%(fitting)s t are available for %(activity)s in %(period)s (8.7).",
            **values,
        )

    def _describe_scrap(self, core):
        return self.env._(
            "The inflow percentage is %(share).2f %%, of %(outflow)s t of scrap out.",
            share=core.inflow_share.percentage,
            outflow=format_number(self.env, core.flows.scrap_outflow),
        )

    def _describe_limits(self, core):
        figures = {
            "coc_in": core.coc_in,
            "all_in": core.coc_in + core.non_coc_in,
            "entitlement": core.entitlement,
            "outflow": core.total_outflow,
            "limit": core.share_limit,
            "brought": core.flows.positive_balance_brought,
            "used": core.positive_balance_used,
            "demand": core.demand,
        }
        return self.env._(
            "CoC in %(coc_in)s t of %(all_in)s t (%(share).2f %%), entitlement "
            "%(entitlement)s t, total outflow with this delivery %(outflow)s t, share "
            "limit %(limit)s t; positive balance brought %(brought)s t, of which "
            "%(used)s t are used; CoC outflow with this delivery beyond it "
            "%(demand)s t.",
            share=core.inflow_share.percentage,
            **{
                name: format_number(self.env, figure)
                for name, figure in figures.items()
            },
        )

    def _get_designation_advice(self, moves, fitting):
        if len(moves.product_id) > 1:
            return self.env._("Designate less, or deliver without a designation.")
        uom = moves[:1].product_uom
        return self.env._(
            "Designate at most %(whole)s %(uom)s of %(product)s.",
            whole=format_number(self.env, moves[:1]._coc_get_whole_quantity(fitting)),
            uom=uom.name,
            product=moves.product_id.display_name,
        )

    def action_open_entries(self):
        """Open the ledger entries behind the balance."""
        self.ensure_one()
        return self.env["asi.coc.entry"]._action_open(
            [
                ("period_id", "=", self.period_id.id),
                ("activity_id", "=", self.activity_id.id),
            ],
            self.display_name,
        )

    def action_open_planned(self):
        """Open the planned moves that the forecast counts for this activity."""
        self.ensure_one()
        period, code = self.period_id, self.activity_id.code
        planned = period._get_planned_totals(period._get_planned_moves())
        move_ids = {
            move_id
            for total, ids in planned
            for move_id in ids
            if code in (total.activity, total.counterpart)
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Planned for %(balance)s", balance=self.display_name),
            "res_model": "stock.move",
            "view_mode": "list,form",
            "domain": [("id", "in", sorted(move_ids))],
            "context": {"create": False},
        }
