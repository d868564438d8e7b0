from datetime import timedelta

from odoo import api, models

from .asi_coc_readiness_rules import SOON
from .certificate_query import SUPPLIES_FOR_DAYS

#: Who delivered or got an order within so long is a supplier.
SUPPLIES_FOR = timedelta(days=SUPPLIES_FOR_DAYS)
SUPPLIERS = "asi.coc.policy.supplier"
#: A supplier in one of these states was told of the policy.
TOLD = ("sent", "acknowledged")


class AsiCocReadinessRules(models.AbstractModel):
    """Section 7, due diligence and the complaints resolution mechanism."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    @api.model
    def _rule_7_1a(self, scope):
        return self._judge_policy(scope, "anti_corruption")

    @api.model
    def _rule_7_1b(self, scope):
        return self._judge_policy(scope, "responsible_sourcing")

    @api.model
    def _rule_7_1c(self, scope):
        return self._judge_policy(scope, "human_rights")

    @api.model
    def _rule_7_1d(self, scope):
        return self._judge_policy(scope, "high_risk_areas")

    def _judge_policy(self, scope, area):
        """The policy in force covers the area and was told to the suppliers."""
        policies = self.env["asi.coc.sourcing.policy"]
        in_force = policies._get_in_force(scope)
        # counted at once: the register is drawn from all orders and receipts
        counts = dict(
            self.env[SUPPLIERS]._read_group(
                [("scope_id", "=", scope.id)], ["state"], ["__count"]
            )
        )
        told, untold = (
            self._note(
                label,
                SUPPLIERS,
                [("scope_id", "=", scope.id), ("state", operator, list(TOLD))],
                sum(n for state, n in counts.items() if (state in TOLD) == is_told),
            )
            for label, operator, is_told in (
                (self.env._("Suppliers who were told"), "in", True),
                (self.env._("Suppliers who were not told"), "not in", False),
            )
        )
        return self._judge(
            [
                self._find_these(self.env._("Policy in force"), in_force),
                told,
                untold,
            ],
            missing=[not in_force and self._describe_no_policy(scope, area)],
            attention=[
                self._say_not_followed(scope),
                in_force
                and untold.count
                and self.env._(
                    "Not told of %(policy)s: %(suppliers)s. Send it to them.",
                    policy=in_force.display_name,
                    suppliers=self._list_found(untold),
                ),
            ],
            in_order=self.env._(
                "%(policy)s covers it, and every supplier in question was told.",
                policy=in_force.display_name,
            ),
        )

    def _describe_no_policy(self, scope, area):
        policies = self.env["asi.coc.sourcing.policy"]
        draft = policies.search(
            [("scope_id", "=", scope.id), ("state", "=", "draft")],
            order="id desc",
            limit=1,
        )
        if not draft:
            return self.env._(
                "No Responsible Sourcing Policy is in force. Write one, and have a "
                "Management Representative adopt it."
            )
        values = {"policy": draft.display_name, "area": draft._get_label(area)}
        if not (draft[area] or "").strip():
            return self.env._(
                "No Responsible Sourcing Policy is in force, and the draft %(policy)s "
                "says nothing on: %(area)s. Write it, and have a Management "
                "Representative adopt it.",
                **values,
            )
        return self.env._(
            "No Responsible Sourcing Policy is in force. Have a Management "
            "Representative adopt the draft %(policy)s, which covers: %(area)s.",
            **values,
        )

    @api.model
    def _rule_7_2(self, scope):
        today = scope._get_today()
        soon = today + SOON
        # What is decided on a supplier holds for all that the entity buys.
        own = [("company_id", "=", scope.company_id.id)]
        supplying = [*own, ("last_on", ">=", today - SUPPLIES_FOR)]
        standing = "asi.coc.supplier.standing"
        current = self._find(
            self.env._("Suppliers with current due diligence"),
            standing,
            [*own, ("standing", "=", "current")],
        )
        lacking = self._find(
            self.env._("Suppliers without current due diligence"),
            standing,
            [*supplying, ("standing", "in", ["none", "expired"])],
        )
        ending = self._find(
            self.env._("Due diligence that ends within 30 days"),
            standing,
            [*supplying, ("standing", "=", "current"), ("valid_until", "<=", soon)],
        )
        late = self._find(
            self.env._("Mitigations without improvement in time"),
            "asi.coc.supplier.mitigation",
            [*own, ("state", "=", "running"), ("improvement_due", "<", today)],
        )
        assessments = self._find(
            self.env._("Accepted risk assessments"),
            "asi.coc.supplier.assessment",
            [*own, ("state", "=", "accepted")],
        )
        return self._judge(
            [current, lacking, ending, assessments, late],
            missing=[
                lacking.count
                and self.env._(
                    "No current due diligence: %(suppliers)s. Assess them, or have it "
                    "renewed; none at all is a major non-conformance.",
                    suppliers=self._list_found(lacking),
                ),
                late.count
                and self.env._(
                    "A significant improvement was due within six months, and there is "
                    "no outcome: %(mitigations)s. End it with its outcome; where it "
                    "failed, suspend or terminate.",
                    mitigations=self._list_found(late),
                ),
            ],
            attention=[
                self._say_not_followed(scope),
                ending.count
                and self.env._(
                    "The due diligence ends within 30 days: %(suppliers)s. Assess them "
                    "again.",
                    suppliers=self._list_found(ending),
                ),
            ],
            in_order=self.env._("Nobody supplies without current due diligence."),
        )
