from odoo import api, fields, models


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
        in_force = policies.search(
            [
                ("scope_id", "=", scope.id),
                ("state", "=", "adopted"),
                ("date_start", "<=", scope._get_today()),
            ],
            limit=1,
        )
        told = self._find_own(
            "asi.coc.policy.supplier",
            self.env._("Suppliers told"),
            scope,
            [("state", "in", ["sent", "acknowledged"])],
        )
        untold = self._find_own(
            "asi.coc.policy.supplier",
            self.env._("Suppliers not told"),
            scope,
            [("state", "not in", ["sent", "acknowledged"])],
        )
        return self._judge(
            [
                self._find(
                    self.env._("Policy in force"),
                    policies._name,
                    [("id", "in", in_force.ids)],
                ),
                told,
                untold,
            ],
            missing=[
                not in_force
                and self.env._("No Responsible Sourcing Policy is in force."),
                in_force
                and not in_force[area]
                and self.env._(
                    "The policy in force says nothing on: %(area)s.",
                    area=in_force._fields[area]._description_string(self.env),
                ),
            ],
            attention=[
                untold.count
                and self.env._(
                    "%(count)s suppliers were not told of the policy.",
                    count=untold.count,
                )
            ],
            in_order=self.env._("The policy covers it, and suppliers were told."),
        )

    @api.model
    def _rule_7_2(self, scope):
        own = [("scope_id", "=", scope.id)]
        current = self._find(
            self.env._("Suppliers with current due diligence"),
            "asi.coc.supplier.standing",
            [*own, ("standing", "=", "current")],
        )
        lacking = self._find(
            self.env._("Suppliers without"),
            "asi.coc.supplier.standing",
            [*own, ("standing", "in", ["none", "expired"])],
        )
        late = self._find(
            self.env._("Overdue mitigations"),
            "asi.coc.supplier.mitigation",
            [
                ("assessment_id.scope_id", "=", scope.id),
                ("state", "=", "running"),
                (
                    "improvement_due",
                    "<",
                    fields.Date.to_string(scope._get_today()),
                ),
            ],
        )
        return self._judge(
            [current, lacking, late],
            missing=[
                lacking.count
                and self.env._(
                    "%(count)s suppliers have no current due diligence; none at all "
                    "is a major non-conformance.",
                    count=lacking.count,
                )
            ],
            attention=[
                late.count
                and self.env._(
                    "%(count)s mitigations are beyond their six months.",
                    count=late.count,
                )
            ],
            in_order=self.env._("Due diligence on every supplier in question is done."),
        )
