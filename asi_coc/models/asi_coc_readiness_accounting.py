from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..formatting import format_day

#: The next period is opened so long before the running one ends.
FOLLOWS_WITHIN = timedelta(days=30)


class AsiCocReadinessRules(models.AbstractModel):
    """Section 8, the material accounting system: what it records (8.1 to 8.6)."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    @api.model
    def _rule_8_1(self, scope):
        """The ledger is kept, and agrees with stock."""
        unclassified = self._find_unclassified(scope)
        drift = self._find_own(
            "asi.coc.drift",
            self.env._("Findings of drift"),
            scope,
            [("state", "=", "found")],
        )
        tampered = self._find_tampered(scope)
        beyond = self._find(
            self.env._("Unreconciled stock"),
            "asi.coc.reconciliation",
            [
                ("period_id.scope_id", "=", scope.id),
                ("period_id.state", "!=", "closed"),
                ("is_beyond", "=", True),
            ],
        )
        return self._judge(
            [
                self._find_own("asi.coc.entry", self.env._("Ledger entries"), scope),
                unclassified,
                drift,
                tampered,
                beyond,
            ],
            missing=[
                scope.state != "active"
                and self.env._(
                    "Scope %(scope)s is not active, so its ledger is not kept. Have a "
                    "Management Representative activate it.",
                    scope=scope.name,
                )
            ],
            attention=[
                self._say_unclassified(unclassified),
                drift.count
                and self.env._(
                    "%(count)s findings of drift between ledger and stock wait for a "
                    "Management Representative's decision.",
                    count=drift.count,
                ),
                self._say_tampered(scope, tampered),
                beyond.count
                and self.env._(
                    "%(count)s products or lots did not reconcile to stock when last "
                    "looked at. Follow the moves behind it, and reconcile again.",
                    count=beyond.count,
                ),
            ],
            in_order=self.env._(
                "Every move is classed, and no drift from stock is open."
            ),
        )

    def _find_tampered(self, scope):
        """Return the last verification of the ledger, if it has findings."""
        latest = scope._get_latest_verifications().get(scope.id)
        verifications = self.env["asi.coc.ledger.verification"]
        if latest and latest.state == "findings":
            verifications = latest
        return self._find_these(
            self.env._("Verifications with findings"), verifications
        )

    def _say_tampered(self, scope, tampered):
        return tampered.count and self.env._(
            "The last verification of the ledger found %(count)s differences from what "
            "was posted and sealed. Each finding says what was sealed (As Sealed): "
            "find out who changed it, and have it put back.",
            count=scope._get_latest_verifications()[scope.id].finding_count,
        )

    @api.model
    def _rule_8_2(self, scope):
        """A period of 12 months at most covers today; ended ones are closed."""
        today = scope._get_today()
        running = scope.period_ids.filtered(
            lambda one: one.date_start <= today <= one.date_end
        )
        ended = self._get_open_periods(scope).filtered(lambda one: one.date_end < today)
        return self._judge(
            [
                self._find_own("asi.coc.period", self.env._("Periods"), scope),
                self._find_these(self.env._("Ended and not closed"), ended),
            ],
            missing=[
                not running
                and self.env._(
                    "No Material Accounting Period of scope %(scope)s covers %(day)s, "
                    "so moves of today cannot be accounted. Open one.",
                    scope=scope.name,
                    day=format_day(self.env, today),
                )
            ],
            attention=[
                ended
                and self.env._(
                    "Ended and not closed: %(periods)s. See its steps to the close.",
                    periods=self._list_names(ended),
                ),
                running
                and running.date_end <= today + FOLLOWS_WITHIN
                and not running._get_next()
                and self.env._(
                    "%(period)s ends on %(day)s, and no period follows. Open the next "
                    "one.",
                    period=running.display_name,
                    day=format_day(self.env, running.date_end),
                ),
            ],
            in_order=self.env._(
                "Today falls in period %(period)s, which ends on %(day)s.",
                period=running.display_name,
                day=running and format_day(self.env, running.date_end),
            ),
        )

    @api.model
    def _rule_8_3(self, scope):
        """Inputs are recorded by status, scrap by its assessed aluminium content."""
        inputs = self._find_flows(scope, "input", self.env._("Inputs"))
        unclassified = self._find_unclassified(scope, [("flow", "=", "input")])
        claims = self._find_unverified(scope)
        unassessed = self._find_unassessed(scope)
        return self._judge(
            [inputs, unclassified, claims, unassessed],
            attention=[
                self._say_unclassified(unclassified),
                self._say_unverified(claims),
                self._say_unassessed(unassessed),
            ],
            in_order=self.env._(
                "%(count)s ledger entries record inputs and inflows as CoC or Non-CoC "
                "Material.",
                count=inputs.count,
            )
            if inputs.count
            else self.env._("Nothing came in yet; zero is recorded as zero."),
        )

    @api.model
    def _rule_8_4(self, scope):
        """Output follows from input; where the material changes, by a known yield."""
        unknown, idle = [], []
        for period, activity, core in self._strike_open(scope):
            # Scrap counts by its aluminium content: nothing changes.
            is_same = activity.input_material in (activity.output_material, "scrap")
            flows = core.flows
            is_measured = flows.produced > 0 and flows.consumed > 0
            if not (is_same or is_measured or flows.declared_yield):
                which = unknown if core.coc_in else idle
                which.append(f"{activity.name}, {period.display_name}")
        return self._judge(
            [
                self._find_own("asi.coc.balance", self.env._("Balances"), scope),
                self._find_flows(scope, "output", self.env._("Outputs")),
            ],
            missing=[
                unknown
                and self.env._(
                    "CoC Material came in, and its yield is neither measured nor "
                    "declared, so that it counts as 1: %(balances)s. Declare the yield "
                    "on the facility.",
                    balances=self._enumerate(unknown, len(unknown)),
                )
            ],
            attention=[
                idle
                and self.env._(
                    "No yield is known yet: %(balances)s. Declare it on the facility "
                    "before CoC Material comes in.",
                    balances=self._enumerate(idle, len(idle)),
                )
            ],
            in_order=self.env._(
                "What may leave follows from what came in, per activity and period."
            ),
        )

    @api.model
    def _rule_8_5(self, scope):
        """CoC status is given to whole products."""
        parts = self._get_designated_parts(scope)
        return self._judge(
            [
                self._find_flows(
                    scope,
                    "output",
                    self.env._("CoC outputs"),
                    [("status", "=", "coc")],
                ),
                self._find_these(self.env._("Parts of products designated"), parts),
            ],
            missing=[
                parts
                and self.env._(
                    "CoC Material in parts of products: %(deliveries)s. Void and "
                    "replace their CoC Documents, with whole products.",
                    deliveries=self._list_names(parts.picking_id),
                )
            ],
            in_order=self.env._("Only whole products were designated as CoC Material."),
        )

    def _get_designated_parts(self, scope):
        """Return moves of open periods that designate part of a piece (8.5)."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT move.id
                  FROM asi_coc_entry entry
                  JOIN stock_move move ON move.id = entry.move_id
                  JOIN uom_uom uom ON uom.id = move.product_uom
            CROSS JOIN LATERAL (
                           SELECT LEAST(move.coc_designated_qty, move.quantity)
                                  * uom.factor AS number
                       ) AS pieces
                 WHERE entry.period_id = ANY(%s)
                   AND entry.flow = 'output' AND entry.status = 'coc'
                   AND split_part(uom.parent_path, '/', 1) != %s
                   AND abs(pieces.number - round(pieces.number)) > 0.000001
                """,
                self._get_open_periods(scope).ids,
                # masses have no pieces
                str(self.env.ref("uom.product_uom_gram").id),
            )
        )
        return self.env["stock.move"].browse(row[0] for row in rows)

    # -- what the rules share ---------------------------------------------------
    def _get_open_periods(self, scope):
        return scope.period_ids.filtered(lambda one: one.state != "closed").sorted(
            "date_start"
        )

    def _strike_open(self, scope):
        """Return ``(period, activity, balance of the core)`` of what is not closed."""
        return [
            (period, activity, balances[activity.code])
            for period in self._get_open_periods(scope)
            # what the scope's policy lets count is in the headroom only (8.2)
            for balances in [period._strike(count_expected=True)]
            for activity in period.balance_ids.activity_id.sorted("sequence")
        ]

    def _find_flows(self, scope, flow, label, domain=()):
        return self._find_own(
            "asi.coc.entry", label, scope, [("flow", "=", flow), *domain]
        )

    def _find_unclassified(self, scope, domain=()):
        return self._find_own(
            "asi.coc.entry",
            self.env._("Unclassified"),
            scope,
            [("is_unclassified", "=", True), *domain],
        )

    def _say_unclassified(self, unclassified):
        return unclassified.count and self.env._(
            "%(count)s ledger entries cannot be classed. Cure what their reason says, "
            "then class them from the scope.",
            count=unclassified.count,
        )

    def _find_unverified(self, scope):
        """Return receipts whose claim has no verified document (10.2)."""
        return self._find_own(
            "asi.coc.unverified.receipt",
            self.env._("Claims without a verified document"),
            scope,
            [("claimed_mass", ">", 0)],
        )

    def _say_unverified(self, claims):
        return claims.count and self.env._(
            "Claims without a verified document count as Non-CoC until then: "
            "%(receipts)s. Verify the documents, or take the claims back.",
            receipts=self._list_found(claims),
        )

    def _find_unassessed(self, scope):
        return self._find_own(
            "asi.coc.scrap.to.assess", self.env._("Scrap to assess"), scope
        )

    def _say_unassessed(self, unassessed):
        return unassessed.count and self.env._(
            "Scrap that is not assessed counts as not eligible until then: "
            "%(receipts)s. Assess it.",
            receipts=self._list_found(unassessed),
        )
