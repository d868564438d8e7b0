from datetime import timedelta

from odoo import api, models

from ..core.balance import closing_problems
from ..core.quantity import ZERO, to_mass
from ..formatting import format_day, format_number

#: A positive balance that is not used is told of so long before it expires.
EXPIRES_WITHIN = timedelta(days=90)


class AsiCocReadinessRules(models.AbstractModel):
    """Section 8: limits of what leaves, and what is carried over (8.6 to 8.9)."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    @api.model
    def _rule_8_6(self, scope):
        """Scrap leaves as Eligible Scrap within the share of the inflow."""
        eligible = self._find_flows(
            scope,
            "output",
            self.env._("Eligible Scrap out"),
            [("material", "=", "scrap"), ("status", "=", "coc")],
        )
        if not eligible.count:
            return self._not_applicable(
                self.env._("No scrap has left the scope as Eligible Scrap.")
            )
        scrap = self._find_flows(
            scope, "output", self.env._("All scrap out"), [("material", "=", "scrap")]
        )
        return self._judge(
            [eligible, scrap],
            missing=[
                self._describe_problem(period, activity, *problem)
                for period, activity, core in self._strike_open(scope)
                for problem in closing_problems(core)
                if problem[0] == "8.6"
            ],
            in_order=self.env._(
                "Eligible Scrap out is within the inflow percentage of scrap out."
            ),
        )

    @api.model
    def _rule_8_7(self, scope):
        """CoC outflow exceeds neither its input nor its share, save under 8.8."""
        missing, tolerated = [], []
        for period, activity, core in self._strike_open(scope):
            for problem in closing_problems(core, self._get_affected(period, activity)):
                if problem[0] in ("8.7", "8.8"):
                    text = self._describe_problem(period, activity, *problem)
                    self._sort_in(period, core, text, missing, tolerated)
        return self._judge(
            [self._find_own("asi.coc.balance", self.env._("Balances"), scope)],
            missing=missing,
            attention=tolerated,
            in_order=self.env._("CoC outflow is within both limits."),
        )

    @api.model
    def _rule_8_8a(self, scope):
        missing, tolerated = self._describe_overdrawn(
            scope, "8.8a", lambda core, _affected: core.overdraw_limit
        )
        return self._judge_overdraw(
            scope,
            missing,
            tolerated,
            self.env._("Internal overdraw is within 20 % of the CoC input."),
        )

    @api.model
    def _rule_8_8b(self, scope):
        missing, tolerated = self._describe_overdrawn(
            scope, "8.8b", lambda core, affected: core.affected_limit(affected)
        )
        return self._judge_overdraw(
            scope,
            missing,
            tolerated,
            self.env._("Internal overdraw is within the mass struck by force majeure."),
        )

    def _judge_overdraw(self, scope, missing, tolerated, in_order):
        situations = self._find(
            self.env._("Force majeure situations"),
            "asi.coc.force.majeure",
            [("period_id.scope_id", "=", scope.id)],
        )
        overdrawn = any(core.overdraw for _p, _a, core in self._strike_open(scope))
        return self._judge(
            [situations, self._find_overdraws(scope)],
            missing=missing,
            attention=tolerated,
            in_order=in_order
            if overdrawn
            else self.env._("No internal overdraw in an open period."),
        )

    @api.model
    def _rule_8_8c(self, scope):
        """What was overdrawn is made up by the end of the next period."""
        today = scope._get_today()
        missing, attention = [], []
        for period, activity, core in self._strike_open(scope):
            brought = core.flows.overdraw_brought
            left = min(core.overdraw, brought)
            if left:
                text = self.env._(
                    "%(activity)s, %(period)s: of %(brought)s t of internal overdraw "
                    "brought forward, %(left)s t are not made up. More CoC Material "
                    "has to come in, or less to leave, by %(day)s.",
                    activity=activity.name,
                    period=period.display_name,
                    brought=format_number(self.env, brought),
                    left=format_number(self.env, left),
                    day=format_day(self.env, period.date_end),
                )
                (missing if period.date_end < today else attention).append(text)
        brought = self._find_flows(
            scope, "overdraw_brought", self.env._("Brought forward to make up")
        )
        return self._judge(
            [self._find_overdraws(scope), brought],
            missing=missing,
            attention=attention,
            in_order=self.env._("Internal overdraw brought forward is made up.")
            if brought.count
            else self.env._("There is no internal overdraw to make up."),
        )

    @api.model
    def _rule_8_9a(self, scope):
        """Closes carry over what is left, as ledger entries that can be told."""
        carried = self._find_flows(
            scope,
            "positive_balance_carried",
            self.env._("Positive balances carried over"),
        )
        today = scope._get_today()
        return self._judge(
            [carried],
            missing=self._describe_miscarried(scope, "positive_balance_carried"),
            attention=[
                self.env._(
                    "%(activity)s: %(period)s has ended, and its positive balance of "
                    "%(mass)s t is not carried over yet. Close the period.",
                    activity=activity.name,
                    period=period.display_name,
                    mass=format_number(self.env, core.positive_balance_carried),
                )
                for period, activity, core in self._strike_open(scope)
                if period.date_end < today and core.positive_balance_carried
            ],
            in_order=self.env._("What was left at each close is carried over.")
            if carried.count
            else self.env._("No positive balance was left at a close."),
        )

    @api.model
    def _rule_8_9b(self, scope):
        """What was carried over and not used expires at the end of the period."""
        expired = self._find_flows(
            scope, "positive_balance_expired", self.env._("Positive balances expired")
        )
        soon = scope._get_today() + EXPIRES_WITHIN
        return self._judge(
            [
                self._find_flows(
                    scope,
                    "positive_balance_used",
                    self.env._("Positive balances used"),
                ),
                expired,
            ],
            missing=self._describe_miscarried(scope, "positive_balance_expired"),
            attention=[
                self._describe_unused(scope, period, activity, core)
                for period, activity, core in self._strike_open(scope)
                if period.date_end <= soon and core.positive_balance_expired
            ],
            in_order=self.env._("No positive balance is about to expire."),
        )

    def _describe_unused(self, scope, period, activity, core):
        """Tell what is not used and will expire, or has (8.9b)."""
        values = {
            "activity": activity.name,
            "period": period.display_name,
            "mass": format_number(self.env, core.positive_balance_expired),
            "day": format_day(self.env, period.date_end),
        }
        if period.date_end < scope._get_today():
            return self.env._(
                "%(activity)s: %(period)s ended on %(day)s, and %(mass)s t of positive "
                "balance brought forward were not used. They expire once the period is "
                "closed. Close it.",
                **values,
            )
        return self.env._(
            "%(activity)s: %(mass)s t of positive balance brought forward into "
            "%(period)s are not used and expire on %(day)s. Deliver CoC Material until "
            "then, or let them expire with the close.",
            **values,
        )

    # -- what the rules share ---------------------------------------------------
    def _describe_overdrawn(self, scope, criterion, get_limit):
        """Return which internal overdraws exceed their limit, as explanations.

        Two lists: what is missing, and what the scope's policy still allows.
        """
        missing, tolerated = [], []
        for period, activity, core in self._strike_open(scope):
            affected = self._get_affected(period, activity)
            limit = get_limit(core, affected)
            if core.overdraw > limit:
                code = criterion if affected or criterion == "8.8a" else "8.8"
                text = self._describe_problem(
                    period, activity, code, core.overdraw, limit
                )
                self._sort_in(period, core, text, missing, tolerated)
        return missing, tolerated

    def _describe_problem(self, period, activity, *problem):
        text = self.env["asi.coc.closing"]._describe(period, activity.code, *problem)
        return f"{period.display_name}, {text}"

    def _get_affected(self, period, activity):
        masses = period.force_majeure_ids._get_affected_masses()
        return masses.get(activity.code, ZERO)

    def _sort_in(self, period, core, text, missing, tolerated):
        """Put ``text`` where it belongs.

        What the scope's policy lets count before the period ends has to hold as
        written only then (8.2, 8.7).
        """
        is_running = period.scope_id._get_today() <= period.date_end
        if is_running and core.headroom >= 0:
            allowed = self.env._(
                "The scope's policy allows it until %(day)s.",
                day=format_day(self.env, period.date_end),
            )
            tolerated.append(f"{text} {allowed}")
        else:
            missing.append(text)

    def _find_overdraws(self, scope):
        return self._find_flows(scope, "overdraw", self.env._("Internal overdraws"))

    def _describe_miscarried(self, scope, name):
        """Return closes whose ledger entries are not what they say (8.9).

        ``name`` is the figure, which is the flow of its entries too.
        """
        closings = self.env["asi.coc.closing"].search(
            [("period_id.scope_id", "=", scope.id), ("state", "=", "valid")]
        )
        groups = self.env["asi.coc.entry"]._read_group(
            [
                ("period_id", "in", closings.period_id.ids),
                ("closing_id", "in", closings.ids),
                ("flow", "=", name),
            ],
            ["closing_id", "activity_id"],
            ["mass:sum"],
        )
        posted = {
            (closing, activity.code): to_mass(mass)
            for closing, activity, mass in groups
        }
        return [
            self.env._(
                "%(closing)s says %(closed)s t for %(activity)s, and the ledger "
                "%(posted)s t. Have the database looked at, or reopen the period.",
                closing=closing.display_name,
                closed=format_number(self.env, figures[name]),
                activity=activity.name,
                posted=format_number(self.env, posted.get((closing, activity.code), 0)),
            )
            for closing in closings
            for activity in closing.period_id.balance_ids.activity_id
            for figures in [closing.figures[activity.code]]
            if to_mass(figures[name]) != posted.get((closing, activity.code), ZERO)
        ]
