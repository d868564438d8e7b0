from odoo import api, fields, models

from .asi_coc_readiness import STATES


class AsiCocReadinessTrend(models.Model):
    """How many criteria stood how, per scope and day."""

    _name = "asi.coc.readiness.trend"
    _description = "Trend of the Readiness for an Audit"
    _inherit = ["asi.coc.protected"]
    _order = "date desc, scope_id, state"
    _rec_name = "scope_id"

    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="CoC Certification Scope.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id",
        store=True,
        precompute=True,
        help="Entity of the scope.",
    )
    date = fields.Date(required=True, readonly=True, help="Day that was looked at.")
    state = fields.Selection(
        STATES, required=True, readonly=True, help="How the criteria stood."
    )
    criteria = fields.Integer(readonly=True, help="Number of criteria that stood so.")

    _one_per_day = models.Constraint(
        "UNIQUE (scope_id, date, state)", "A day is recorded once per scope."
    )

    @api.model
    def _is_recorded(self, scope):
        """Tell whether today was recorded already."""
        return bool(
            self.search_count(
                [("scope_id", "=", scope.id), ("date", "=", scope._get_today())],
                limit=1,
            )
        )

    @api.model
    def _record(self, scope):
        """Keep how many criteria of ``scope`` stand how today."""
        today = scope._get_today()
        counts = dict(
            self.env["asi.coc.readiness"]._read_group(
                [("scope_id", "=", scope.id)], ["state"], ["__count"]
            )
        )
        # sudo: written here only
        trend = self.sudo()
        earlier = trend.search([("scope_id", "=", scope.id), ("date", "=", today)])
        earlier.unlink()
        trend.create(
            [
                {
                    "scope_id": scope.id,
                    "date": today,
                    "state": state,
                    "criteria": counts.get(state, 0),
                }
                for state, _label in STATES
            ]
        )
