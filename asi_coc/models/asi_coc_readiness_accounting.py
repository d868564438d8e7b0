from datetime import timedelta

from odoo import api, fields, models

from ..core.quantity import to_mass
from ..formatting import format_number

#: Ended periods are closed so soon.
CLOSE_WITHIN = timedelta(days=31)


class AsiCocReadinessRules(models.AbstractModel):
    """Section 8, the material accounting system."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    @api.model
    def _rule_8_1(self, scope):
        entries = self._find_own("asi.coc.entry", self.env._("Ledger entries"), scope)
        unclassified = self._find_own(
            "asi.coc.entry",
            self.env._("Unclassified"),
            scope,
            [("is_unclassified", "=", True)],
        )
        drift = self._find_own(
            "asi.coc.drift",
            self.env._("Findings of drift"),
            scope,
            [("state", "=", "found")],
        )
        return self._judge(
            [entries, unclassified, drift],
            missing=[
                scope.state != "active"
                and self.env._("The scope is not active; the ledger is not kept.")
            ],
            attention=[
                unclassified.count
                and self.env._(
                    "%(count)s entries cannot be classed; the scope says how to cure "
                    "it.",
                    count=unclassified.count,
                ),
                drift.count
                and self.env._(
                    "%(count)s findings of drift wait for a decision.",
                    count=drift.count,
                ),
            ],
            in_order=self.env._("Stock moves and ledger agree."),
        )

    @api.model
    def _rule_8_2(self, scope):
        today = scope._get_today()
        periods = self._find_own("asi.coc.period", self.env._("Periods"), scope)
        running = scope.period_ids.filtered(
            lambda one: one.date_start <= today <= one.date_end
        )
        late = scope.period_ids.filtered(
            lambda one: one.state != "closed" and one.date_end < today
        )
        overdue = late.filtered(lambda one: one.date_end < today - CLOSE_WITHIN)
        return self._judge(
            [periods],
            missing=[
                not running
                and self.env._("No Material Accounting Period covers today.")
            ],
            attention=[
                overdue
                and self.env._(
                    "Ended and not closed: %(periods)s.",
                    periods=", ".join(overdue.mapped("name")),
                )
            ],
            in_order=self.env._("Today falls in period %(name)s.", name=running.name),
        )

    @api.model
    def _rule_8_3(self, scope):
        claims = self._find(
            self.env._("Claims to verify"), "stock.picking", scope._get_claims_domain()
        )
        return self._judge(
            [self._find_flows(scope, "input", self.env._("Inputs")), claims],
            attention=[
                claims.count
                and self.env._(
                    "%(count)s receipts have a claim that is not verified; they count "
                    "as Non-CoC until then.",
                    count=claims.count,
                )
            ],
            in_order=self.env._("Inputs and inflows are recorded by status."),
        )

    @api.model
    def _rule_8_4(self, scope):
        balances = self._find_own("asi.coc.balance", self.env._("Balances"), scope)
        unset = scope.facility_ids.filtered(
            lambda one: (
                not one.declared_yield
                and one.activity_id.input_material != one.activity_id.output_material
            )
        )
        return self._judge(
            [balances, self._find_flows(scope, "output", self.env._("Outputs"))],
            attention=[
                unset
                and self.env._(
                    "No yield is declared for %(facilities)s; until production is "
                    "measured, it counts as 1.",
                    facilities=", ".join(unset.mapped("name")),
                )
            ],
            in_order=self.env._("Every activity has its balance in every period."),
        )

    @api.model
    def _rule_8_5(self, scope):
        return self._judge(
            [
                self._find_flows(
                    scope,
                    "output",
                    self.env._("CoC outputs"),
                    [("status", "=", "coc")],
                )
            ],
            in_order=self.env._(
                "Only whole products are designated; a fraction is refused."
            ),
        )

    @api.model
    def _rule_8_6(self, scope):
        scrap_out = self._find_flows(
            scope, "output", self.env._("Scrap out"), [("material", "=", "scrap")]
        )
        if not scrap_out.count:
            return self._not_applicable(self.env._("No scrap has left the scope."))
        return self._judge(
            [scrap_out],
            missing=self._describe_balances(
                scope,
                lambda one: (
                    to_mass(one.eligible_scrap_output)
                    > to_mass(one.eligible_scrap_limit)
                ),
                self.env._(
                    "%(balance)s: more Eligible Scrap out than its share, %(mass)s t."
                ),
                "eligible_scrap_output",
            ),
            in_order=self.env._("Eligible Scrap out is within its share."),
        )

    @api.model
    def _rule_8_7(self, scope):
        balances = self._find_own("asi.coc.balance", self.env._("Balances"), scope)
        return self._judge(
            [balances],
            missing=self._describe_balances(
                scope,
                lambda one: one.state != "closed" and to_mass(one.headroom) < 0,
                self.env._(
                    "%(balance)s: CoC outflow is beyond its limits by %(mass)s t. "
                    "Take designations back, or see 8.8."
                ),
                "headroom",
            ),
            in_order=self.env._("CoC outflow is within both limits."),
        )

    @api.model
    def _rule_8_8a(self, scope):
        return self._judge_overdraw(
            scope,
            ("8.8", "8.8a"),
            self.env._("Internal overdraw is at most 20 % of the CoC input."),
        )

    @api.model
    def _rule_8_8b(self, scope):
        return self._judge_overdraw(
            scope,
            ("8.8", "8.8b"),
            self.env._("Internal overdraw is at most the mass force majeure struck."),
        )

    def _judge_overdraw(self, scope, criteria, in_order):
        situations = self._find(
            self.env._("Force majeure situations"),
            "asi.coc.force.majeure",
            [("period_id.scope_id", "=", scope.id)],
        )
        open_periods = scope.period_ids.filtered(lambda one: one.state != "closed")
        closings = self.env["asi.coc.closing"]
        unexplained = [
            closings._describe(period, code, *problem)
            for period in open_periods
            for code, problem in closings._get_limit_problems(period)
            if problem[0] in criteria
        ]
        return self._judge(
            [situations, self._find_overdraws(scope)],
            missing=unexplained,
            in_order=in_order
            if situations.count
            else self.env._("There is no internal overdraw."),
        )

    @api.model
    def _rule_8_8c(self, scope):
        return self._judge(
            [self._find_overdraws(scope)],
            attention=self._describe_balances(
                scope,
                lambda one: (
                    one.state != "closed" and to_mass(one.overdraw_brought) > 0
                ),
                self.env._(
                    "%(balance)s: %(mass)s t of internal overdraw are made up in this "
                    "period."
                ),
                "overdraw_brought",
            ),
            in_order=self.env._("There is no internal overdraw to make up."),
        )

    @api.model
    def _rule_8_9a(self, scope):
        carried = self._find_flows(
            scope,
            "positive_balance_carried",
            self.env._("Positive balances carried over"),
        )
        return self._judge(
            [carried],
            in_order=self.env._(
                "A close carries over what is left, as ledger entries."
            ),
        )

    @api.model
    def _rule_8_9b(self, scope):
        expired = self._find_flows(
            scope, "positive_balance_expired", self.env._("Positive balances expired")
        )
        return self._judge(
            [expired],
            attention=self._describe_balances(
                scope,
                lambda one: (
                    one.state != "closed"
                    and to_mass(one.positive_balance_brought)
                    > to_mass(one.positive_balance_used)
                ),
                self.env._(
                    "%(balance)s: of %(mass)s t brought forward, what is not used "
                    "expires with the close."
                ),
                "positive_balance_brought",
            ),
            in_order=self.env._("No positive balance is about to expire."),
        )

    # -- what the rules share ---------------------------------------------------
    def _find_flows(self, scope, flow, label, domain=()):
        return self._find_own(
            "asi.coc.entry", label, scope, [("flow", "=", flow), *domain]
        )

    def _find_overdraws(self, scope):
        return self._find_flows(scope, "overdraw", self.env._("Internal overdraws"))

    def _describe_balances(self, scope, condition, text, name):
        """Return one line per balance of the last two years that meets a condition."""
        since = fields.Date.subtract(scope._get_today(), years=2)
        balances = scope.period_ids.filtered(
            lambda one: one.date_end >= since
        ).balance_ids
        return [
            text
            % {
                "balance": one.display_name,
                "mass": format_number(self.env, abs(one[name])),
            }
            for one in balances.filtered(condition)
        ]
