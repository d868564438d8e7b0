from datetime import timedelta

from odoo import api, fields, models

from ..formatting import format_number
from .asi_coc_drift import BATCH
from .asi_coc_scope import AsiCocScope as Scope

#: One check at a time is begun per scope within this time.
INTERVAL = timedelta(hours=20)


class AsiCocScope(models.Model):
    """Keeps an eye on the ledger: is it what the stock moves say?"""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"
    _coc_protected_fields = Scope._coc_protected_fields | {
        "drift_checked_on",
        "drift_position",
    }

    reconciliation_tolerance = fields.Float(
        string="Stock Tolerance (t)",
        digits=(16, 6),
        default=0.001,
        help="Difference in tonnes between stock and ledger, per product, lot and "
        "period, that is accepted at a close (8.1).",
    )
    drift_ids = fields.One2many(
        "asi.coc.drift",
        "scope_id",
        string="Drift",
        readonly=True,
        help="Where the ledger or its totals say what they should not.",
    )
    drift_count = fields.Integer(
        string="Open Drift",
        compute="_compute_drift_count",
        help="Findings of the drift detector that nobody has decided on.",
    )
    drift_checked_on = fields.Datetime(
        string="Checked for Drift On",
        readonly=True,
        copy=False,
        help="When the ledger was last compared with all done moves of open periods.",
    )
    drift_position = fields.Integer(
        readonly=True,
        copy=False,
        help="Stock move the running check has come to; it goes on from there.",
    )

    _reconciliation_tolerance_positive = models.Constraint(
        "CHECK (reconciliation_tolerance IS NULL OR reconciliation_tolerance >= 0)",
        "A stock tolerance cannot be negative.",
    )

    def _compute_drift_count(self):
        # sudo: only the number is shown
        groups = (
            self.env["asi.coc.drift"]
            .sudo()
            ._read_group(
                [("scope_id", "in", self.ids), ("state", "=", "found")],
                ["scope_id"],
                ["__count"],
            )
        )
        counts = {scope.id: count for scope, count in groups}
        for scope in self:
            scope.drift_count = counts.get(scope.id, 0)

    # -- checking -----------------------------------------------------------
    def action_check_drift(self):
        """Compare totals with ledger and ledger with done moves, all at once."""
        self.env["asi.coc.drift"]._check_officer()
        self.check_access("write")
        # sudo: findings and the moves behind them are the system's to file
        scopes = self.sudo()
        scopes.drift_position = 0
        while scopes._check_next_drift():
            pass
        return self.action_open_drift()

    def action_open_drift(self):
        """Open what the drift detector found in the scope."""
        return self.env["asi.coc.drift"]._action_open([("scope_id", "in", self.ids)])

    @api.model
    def _cron_check_drift(self):
        """Check all active scopes, a batch of moves per transaction."""
        due = self.search(
            [
                ("state", "=", "active"),
                "|",
                ("drift_position", ">", 0),
                "|",
                ("drift_checked_on", "=", False),
                ("drift_checked_on", "<", fields.Datetime.now() - INTERVAL),
            ]
        )
        progress = self.env["ir.cron"]
        progress._commit_progress(remaining=len(due))
        for company in due.company_id:
            scopes = due.filtered(
                lambda one, company=company: one.company_id == company
            )
            # The time limit ends the job between two batches; it goes on there.
            while scopes._check_next_drift():
                if not progress._commit_progress():
                    return
            if not progress._commit_progress(len(scopes)):
                return

    def _check_next_drift(self):
        """Check the next batch; return whether there is more to check.

        The scopes of one entity go together: a move may concern two of them.
        """
        drift = self.env["asi.coc.drift"]
        position = min(self.mapped("drift_position"), default=0)
        if not position:
            drift._detect_totals(self)
        moves = drift._get_candidates(self.company_id, position)
        drift._detect_moves(moves)
        if len(moves) == BATCH:
            self.drift_position = max(moves.ids)
            return True
        self.write({"drift_position": 0, "drift_checked_on": fields.Datetime.now()})
        self._settle_drift_activity()
        return False

    # -- telling ------------------------------------------------------------
    def _tell_of_drift(self):
        """Give the managers something to do, once until it is done."""
        for scope in self:
            waiting = scope.activity_search(
                ["asi_coc.mail_activity_drift"],
                additional_domain=[("automated", "=", True)],
            )
            manager = (scope.representative_ids or scope.responsible_id)[:1]
            if not waiting and manager:
                scope.activity_schedule(
                    "asi_coc.mail_activity_drift",
                    summary=self.env._("Drift of the CoC ledger: decide on it"),
                    note=self.env._(
                        "The ledger, or a running total, does not say what the done "
                        "stock moves say. See Drift on the scope."
                    ),
                    user_id=manager.id,
                )

    def _log_drift_decision(self, state, findings, reason):
        """Keep who decided what, and why, on the scope itself too."""
        values = {
            "count": len(findings),
            "mass": format_number(self.env, sum(findings.mapped("difference_mass"))),
            "reason": reason,
        }
        if state == "posted":
            body = self.env._(
                "Drift posted: %(count)s findings, %(mass)s t. %(reason)s", **values
            )
        else:
            body = self.env._(
                "Ledger kept against drift: %(count)s findings, %(mass)s t. %(reason)s",
                **values,
            )
        self.message_post(body=body)
        self._settle_drift_activity()

    def _settle_drift_activity(self):
        """Nothing is left to decide on: what the manager had to do is done."""
        self.invalidate_recordset(["drift_count"])
        self.filtered(lambda scope: not scope.drift_count).activity_feedback(
            ["asi_coc.mail_activity_drift"]
        )
