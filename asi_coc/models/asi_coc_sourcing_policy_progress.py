from odoo import fields, models


class AsiCocSourcingPolicy(models.Model):
    """Shows how far suppliers have been told of a version (7.1)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.sourcing.policy"

    missing = fields.Char(
        compute="_compute_missing", help="What adopting the version still needs (7.1)."
    )
    is_in_force = fields.Boolean(
        string="In Force Today",
        compute="_compute_is_in_force",
        help="The version is the one in force today.",
    )
    communication_count = fields.Integer(
        compute="_compute_progress", help="Suppliers told of it, or about to be."
    )
    told_count = fields.Integer(
        string="Told", compute="_compute_progress", help="Suppliers told of it."
    )
    acknowledged_count = fields.Integer(
        string="Acknowledged",
        compute="_compute_progress",
        help="Suppliers who acknowledged it.",
    )
    untold_count = fields.Integer(
        string="Not Yet Told",
        compute="_compute_progress",
        help="Suppliers who are to know the policy and were not told of this version.",
    )
    told_share = fields.Float(
        string="Sent",
        digits=(16, 0),
        compute="_compute_progress",
        help="Share of the suppliers about to be told that were told, in %.",
    )

    def _compute_missing(self):
        for policy in self:
            policy.missing = ", ".join(policy._get_missing())

    def _compute_is_in_force(self):
        scopes = self.scope_id
        current = self.browse().union(*(self._get_in_force(scope) for scope in scopes))
        for policy in self:
            policy.is_in_force = policy._origin in current

    def _compute_progress(self):
        communications = self.env["asi.coc.policy.communication"]
        states = dict.fromkeys(self.ids)
        for policy, state, count in communications._read_group(
            [("policy_id", "in", self.ids)], ["policy_id", "state"], ["__count"]
        ):
            states[policy.id] = {**(states[policy.id] or {}), state: count}
        untold = dict(
            self.env["asi.coc.policy.supplier"]._read_group(
                [("policy_id", "in", self.ids), ("state", "=", "not_told")],
                ["policy_id"],
                ["__count"],
            )
        )
        for policy in self:
            counts = states.get(policy._origin.id) or {}
            total = sum(counts.values())
            told = total - counts.get("to_send", 0)
            policy.communication_count = total
            policy.told_count = told
            policy.acknowledged_count = counts.get("acknowledged", 0)
            policy.told_share = 100 * told / total if total else 0
            policy.untold_count = untold.get(policy._origin, 0)

    def action_send_all(self):
        """Tell every supplier of the scope who was not told of the version (7.1)."""
        self.ensure_one()
        suppliers = self.env["asi.coc.policy.supplier"]
        return suppliers.search(
            [("policy_id", "=", self.id), ("state", "=", "not_told")]
        )._queue()

    def action_open_communications(self):
        """Open which suppliers were told of the version."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "asi.coc.policy.communication",
            "view_mode": "list,form",
            "domain": [("policy_id", "=", self.id)],
            "context": {"default_policy_id": self.id},
        }
