from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..formatting import format_number
from .asi_coc_activity import MATERIALS
from .asi_coc_entry import FLOWS, REASONS, STATUSES
from .asi_coc_form import SCRAP_KINDS
from .drift_query import (
    candidates_query,
    file_query,
    moves_found_query,
    totals_found_query,
)

#: Moves compared with the ledger at a time.
BATCH = 2000


class AsiCocDrift(models.Model):
    """What the ledger or its totals say and should not, and what became of it."""

    _name = "asi.coc.drift"
    _description = "Drift of the CoC Ledger"
    _log_access = False
    _order = "found_on desc, id desc"

    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="CoC Certification Scope whose account drifted.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="Entity of the scope.",
    )
    kind = fields.Selection(
        [("move", "Ledger and Stock Move"), ("total", "Running Total and Ledger")],
        required=True,
        readonly=True,
        help="Ledger and stock move: the ledger does not say of a done move what it "
        "should. Running total: a sum that balances are struck from is not the "
        "ledger's.",
    )
    state = fields.Selection(
        [
            ("found", "Found"),
            ("posted", "Posted"),
            ("kept", "Ledger Kept"),
            ("gone", "Gone"),
        ],
        required=True,
        readonly=True,
        help="Posted: a Management Representative had the ledger follow. Ledger kept: "
        "a representative decided that the ledger is right. Gone: not found any more.",
    )
    period_id = fields.Many2one(
        "asi.coc.period",
        readonly=True,
        ondelete="cascade",
        help="Period the mass is, or would be, accounted in.",
    )
    date = fields.Date(readonly=True, help="Effective date of the move.")
    move_id = fields.Many2one(
        "stock.move",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Stock move the ledger should follow.",
    )
    move_line_id = fields.Many2one(
        "stock.move.line",
        string="Move Line",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="Line of the move.",
    )
    reference = fields.Char(
        related="move_id.reference", help="Transfer or order of the move."
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, ondelete="cascade", help="Product moved."
    )
    lot_id = fields.Many2one(
        "stock.lot", readonly=True, ondelete="cascade", help="Lot or serial number."
    )
    facility_id = fields.Many2one(
        "asi.coc.facility", readonly=True, ondelete="cascade", help="Facility."
    )
    activity_id = fields.Many2one(
        "asi.coc.activity",
        readonly=True,
        ondelete="cascade",
        help="Supply chain activity.",
    )
    counterpart_activity_id = fields.Many2one(
        "asi.coc.activity",
        readonly=True,
        ondelete="cascade",
        help="The other activity of an intra-entity flow.",
    )
    flow = fields.Selection(FLOWS, readonly=True, help="Kind of flow.")
    status = fields.Selection(STATUSES, readonly=True, help="CoC status of the mass.")
    unclassified_reason = fields.Selection(
        REASONS, readonly=True, help="Why the mass cannot be classed."
    )
    material = fields.Selection(MATERIALS, readonly=True, help="Material that flowed.")
    scrap_kind = fields.Selection(
        SCRAP_KINDS, readonly=True, help="What the scrap was assessed as (4.2)."
    )
    closed_loop_id = fields.Many2one(
        "asi.coc.closed.loop",
        readonly=True,
        ondelete="cascade",
        help="Closed loop that makes the scrap eligible (4.2a).",
    )
    recorded_mass = fields.Float(
        string="On Record (t)",
        digits=(24, 6),
        readonly=True,
        help="What the ledger, or the running total, said when this was found.",
    )
    expected_mass = fields.Float(
        string="Should Be (t)",
        digits=(24, 6),
        readonly=True,
        help="What follows from the done move, or from the ledger's entries.",
    )
    difference_mass = fields.Float(
        string="To Post (t)",
        digits=(24, 6),
        compute="_compute_difference_mass",
        help="What is missing on record; negative where there is too much.",
    )
    found_on = fields.Datetime(readonly=True, help="When this was found first.")
    reason = fields.Text(
        readonly=True, help="The Management Representative's reason; it stays on file."
    )
    decided_by_id = fields.Many2one(
        "res.users",
        string="Decided By",
        readonly=True,
        ondelete="restrict",
        help="Management Representative who had it posted, or kept the ledger.",
    )
    decided_on = fields.Datetime(readonly=True, help="When it was posted or kept.")
    fingerprint = fields.Char(
        readonly=True, help="Tells whether a finding was found before."
    )

    _open = models.UniqueIndex("(fingerprint) WHERE state = 'found'")
    _kept = models.Index("(fingerprint) WHERE state = 'kept'")

    @api.depends("expected_mass", "recorded_mass")
    def _compute_difference_mass(self):
        for drift in self:
            drift.difference_mass = drift.expected_mass - drift.recorded_mass

    @api.depends("kind", "flow", "product_id", "move_id")
    def _compute_display_name(self):
        flows = dict(self._fields["flow"]._description_selection(self.env))
        for drift in self:
            names = (
                # sudo: only the name of the transfer
                drift.sudo().move_id.reference or drift.period_id.display_name,
                flows.get(drift.flow),
                drift.product_id.display_name,
            )
            drift.display_name = ", ".join(filter(None, names))

    # -- finding ------------------------------------------------------------
    @api.model
    def _detect_totals(self, scopes):
        """File the running totals of ``scopes`` that are not the ledger's sums."""
        # sudo: every period of the scopes, whoever asks
        periods = scopes.sudo().period_ids
        differences = self.env["asi.coc.total"]._difference_query(periods)
        self._file(
            totals_found_query(differences),
            SQL("drift.kind = 'total' AND drift.scope_id = ANY(%s)", scopes.ids),
        )

    @api.model
    def _detect_moves(self, moves):
        """File where the ledger says of ``moves`` other than it should now."""
        scopes = self.env["asi.coc.scope"]._get_active(moves.company_id)
        if moves and scopes:
            self._file(
                moves_found_query(self.env, moves, scopes),
                SQL("drift.kind = 'move' AND drift.move_id = ANY(%s)", moves.ids),
            )

    @api.model
    def _file(self, found, examined):
        """File what the query ``found`` selects; tell the managers what is new."""
        self.env.flush_all()
        # Compiling such a statement takes longer than running it.
        self.env.cr.execute("SET LOCAL jit = off")
        self.env.cr.execute(file_query(found, examined))
        new = {scope_id for scope_id, count in self.env.cr.fetchall() if count}
        self.invalidate_model()
        # sudo: whoever had it looked for, the managers are told
        self.env["asi.coc.scope"].sudo().browse(new)._tell_of_drift()

    @api.model
    def _get_candidates(self, companies, after, limit=BATCH):
        """Return the next done moves to compare, after the move id ``after``."""
        self.env.flush_all()
        self.env.cr.execute(candidates_query(companies, after, limit))
        # sudo: the account follows every transfer of the entity
        return (
            self.env["stock.move"]
            .sudo()
            .browse(move_id for (move_id,) in self.env.cr.fetchall())
        )

    # -- deciding -----------------------------------------------------------
    def _post(self, reason):
        """Have the ledger and its totals follow what was found (8.1).

        With all that was found of the same moves and periods, for a move is
        posted as a whole. Raises UserError without a reason, for anybody but a
        Management Representative, and when something changed since it was found.
        """
        findings = self._get_with_siblings()
        findings._check_decision(reason)
        moves = findings.move_id
        self._check_followed(moves)
        periods = findings.filtered(lambda one: one.kind == "total").period_id
        findings._check_unchanged(moves, periods)
        if moves:
            self.env["asi.coc.entry"]._post_moves(moves)
        if periods:
            self.env["asi.coc.total"]._repair(periods)
        findings._decide("posted", reason)
        self._check_settled(moves, periods)

    def _keep(self, reason):
        """Let the ledger stand against what was found, with a manager's reason."""
        # sudo: as for posting; the rights were checked on what was chosen
        findings = self.sudo()
        self._check_decision(reason)
        findings._decide("kept", reason)

    def _get_with_siblings(self):
        """Return what was found of the same moves, and totals of the same periods."""
        self.check_access("read")
        # sudo: a move is posted as a whole, whatever the user chose
        chosen = self.sudo()
        totals = chosen.filtered(lambda one: one.kind == "total")
        return chosen | chosen.search(
            [
                ("state", "=", "found"),
                "|",
                ("move_id", "in", chosen.move_id.ids),
                "&",
                ("kind", "=", "total"),
                ("period_id", "in", totals.period_id.ids),
            ]
        )

    def _check_decision(self, reason):
        if not self.env.user.has_group("asi_coc.group_representative"):
            raise UserError(
                self.env._(
                    "Only a Management Representative decides about drift of the "
                    "ledger (1.4): %(findings)s.",
                    findings=self._get_names(),
                )
            )
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Give the reason: it stays on file with the drift of %(findings)s.",
                    findings=self._get_names(),
                )
            )
        decided = self.filtered(lambda one: one.state != "found")
        if decided:
            raise UserError(
                self.env._(
                    "Nothing is open any more about %(findings)s.",
                    findings=decided._get_names(),
                )
            )

    def _check_followed(self, moves):
        scopes = self.env["asi.coc.scope"]._get_active(moves.company_id)
        missing = moves.company_id - scopes.company_id
        if missing:
            raise UserError(
                self.env._(
                    "The ledger does not follow the moves of %(companies)s: the scope "
                    "is not active. Activate it first.",
                    companies=", ".join(missing.mapped("name")),
                )
            )

    def _check_unchanged(self, moves, periods):
        """Look again: what is posted is what the manager saw."""
        seen = {(one.id, one.recorded_mass, one.expected_mass) for one in self}
        self._detect_moves(moves)
        self._detect_totals(periods.scope_id)
        now = self.search(
            [
                ("state", "=", "found"),
                "|",
                ("move_id", "in", moves.ids),
                "&",
                ("kind", "=", "total"),
                ("period_id", "in", periods.ids),
            ]
        )
        if seen != {(one.id, one.recorded_mass, one.expected_mass) for one in now}:
            raise UserError(
                self.env._(
                    "What was found of %(findings)s has changed since. Check for drift "
                    "again, and decide on what is found then.",
                    findings=self._get_names(),
                )
            )

    def _check_settled(self, moves, periods):
        """Make sure that nothing is left of what was posted."""
        self._detect_moves(moves)
        self._detect_totals(periods.scope_id)
        left = self.search([("state", "=", "found"), ("move_id", "in", moves.ids)])
        left |= self.search(
            [
                ("state", "=", "found"),
                ("kind", "=", "total"),
                ("period_id", "in", periods.ids),
            ]
        )
        if left:
            raise UserError(
                self.env._(
                    "Posting leaves a difference: %(findings)s. Nothing was posted; "
                    "check for drift again.",
                    findings=left._get_names(),
                )
            )

    def _decide(self, state, reason):
        self.write(
            {
                "state": state,
                "reason": reason.strip(),
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
            }
        )
        for scope in self.scope_id:
            own = self.filtered(lambda one, scope=scope: one.scope_id == scope)
            scope._log_drift_decision(state, own, reason.strip())

    @api.model
    def _check_officer(self):
        """Raise UserError unless the user keeps the account."""
        if not self.env.user.has_group("asi_coc.group_officer"):
            raise UserError(
                self.env._(
                    "Only a Compliance Officer has the ledger checked for drift; what "
                    "was found is in the list."
                )
            )

    def _get_names(self):
        return "; ".join(
            self.env._(
                "%(name)s: %(mass)s t",
                name=one.display_name,
                mass=format_number(self.env, one.difference_mass),
            )
            for one in self[:5]
        )

    # -- actions ------------------------------------------------------------
    def action_decide(self):
        """Ask the Management Representative for a reason and a decision."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Decide on Drift"),
            "res_model": "asi.coc.drift.decision",
            "view_mode": "form",
            "target": "new",
            "context": {"default_drift_ids": self.ids},
        }

    @api.model
    def _action_open(self, domain):
        """Return the action that shows findings, the open ones first."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "asi_coc.action_asi_coc_drift"
        )
        return action | {"domain": domain}
