from odoo import api, fields, models


class AsiCocDriftDecision(models.TransientModel):
    _name = "asi.coc.drift.decision"
    _description = "Decide on Drift of the CoC Ledger"

    drift_ids = fields.Many2many(
        "asi.coc.drift",
        "asi_coc_drift_decision_rel",
        "decision_id",
        "drift_id",
        string="Findings",
        required=True,
        readonly=True,
        help="What was found and is decided on.",
    )
    mass = fields.Float(
        string="To Post (t)",
        digits=(24, 6),
        compute="_compute_mass",
        help="Sum of what is missing on record.",
    )
    reason = fields.Text(
        required=True, help="Why this is posted, or why the ledger stays as it is."
    )

    @api.depends("drift_ids")
    def _compute_mass(self):
        for decision in self:
            decision.mass = sum(decision.drift_ids.mapped("difference_mass"))

    def action_post(self):
        """Have the ledger and its totals follow what was found."""
        self.ensure_one()
        self.drift_ids._post(self.reason)
        return True

    def action_keep(self):
        """Let the ledger stand as it is, with the reason on file."""
        self.ensure_one()
        self.drift_ids._keep(self.reason)
        return True
