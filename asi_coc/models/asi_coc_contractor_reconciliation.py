from odoo import api, fields, models
from odoo.exceptions import UserError

from .asi_coc_activity import MATERIALS

#: Figures of our own moves, and of the statement.
OWN = (
    "own_opening",
    "own_sent",
    "own_returned",
    "own_delivered",
    "own_consumed",
    "own_produced",
    "own_other",
    "own_closing",
)
REPORTED_NAMES = ("received", "returned", "delivered", "loss", "closing")
#: What a figure's moves have at their other end, and which way they go.
FIGURES = {
    "own_sent": (1, ("internal", "transit", "supplier")),
    "own_returned": (-1, ("internal", "transit", "supplier")),
    "own_delivered": (-1, ("customer",)),
    "own_consumed": (-1, ("production",)),
    "own_produced": (1, ("production",)),
    "own_other": (0, ("inventory",)),
}


def _mass(string, text):
    return fields.Float(string=string, digits=(16, 6), readonly=True, help=text)


class AsiCocContractorReconciliation(models.Model):
    """A contractor's statement against the entity's own moves, per material (2.4)."""

    _name = "asi.coc.contractor.reconciliation"
    _description = "Reconciliation of a Contractor"
    _inherit = ["asi.coc.protected"]
    _order = "statement_id desc, material, id"
    #: All but what a representative writes of its resolution.
    _coc_protected_fields = frozenset(
        {
            "statement_id",
            "material",
            *OWN,
            *(f"reported_{name}" for name in REPORTED_NAMES),
            "expected_loss",
            "expected_closing",
            "difference",
            "stock_difference",
            "allowed",
            "held_mass",
            "state",
            "error_id",
            "released_by_id",
            "released_on",
        }
    )

    statement_id = fields.Many2one(
        "asi.coc.contractor.statement",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Statement that is reconciled.",
    )
    contractor_id = fields.Many2one(
        related="statement_id.contractor_id",
        store=True,
        precompute=True,
        index=True,
        help="Contractor.",
    )
    period_id = fields.Many2one(
        related="statement_id.period_id",
        store=True,
        precompute=True,
        index=True,
        help="Material Accounting Period.",
    )
    company_id = fields.Many2one(
        related="statement_id.company_id",
        store=True,
        precompute=True,
        help="Entity of the scope.",
    )
    material = fields.Selection(
        MATERIALS, required=True, readonly=True, help="Material that is reconciled."
    )
    own_opening = _mass(
        "Opening (t)", "At the contractor's as the first day began, by our moves."
    )
    own_sent = _mass("Sent (t)", "Sent there by us or our suppliers.")
    own_returned = _mass("Returned (t)", "Came back from there.")
    own_delivered = _mass("Delivered (t)", "Went from there to our customers.")
    own_consumed = _mass("Used (t)", "Used up by subcontracting orders there.")
    own_produced = _mass("Made (t)", "Made by subcontracting orders there.")
    own_other = _mass("Counted Away (t)", "Scrapped or counted away there.")
    own_closing = _mass(
        "Our Stock (t)", "At the contractor's at the end of the last day, by our moves."
    )
    reported_received = _mass("Reported Received (t)", "By the statement.")
    reported_returned = _mass("Reported Returned (t)", "By the statement.")
    reported_delivered = _mass("Reported Delivered (t)", "By the statement.")
    reported_loss = _mass("Reported Loss (t)", "By the statement.")
    reported_closing = _mass("Reported Stock (t)", "By the statement.")
    expected_loss = _mass(
        "Expected Loss (t)", "The contractor's expected process loss of what was used."
    )
    expected_closing = _mass(
        "Expected Stock (t)", "Opening + sent − returned − delivered − expected loss."
    )
    difference = _mass(
        "Difference (t)",
        "The largest of: expected less reported stock; sent, returned and delivered "
        "less what is reported of it. Negative where more is reported.",
    )
    stock_difference = _mass(
        "Stock Difference (t)",
        "Our stock at the contractor's location less the reported one.",
    )
    allowed = _mass("Tolerance (t)", "Difference that is accepted.")
    held_mass = _mass(
        "Held (t)",
        "Counts as Non-CoC input in place of CoC input until the difference is "
        "resolved.",
    )
    state = fields.Selection(
        [
            ("agrees", "Agrees"),
            ("beyond", "Beyond Tolerance"),
            ("held", "Held"),
            ("released", "Resolved"),
        ],
        string="Status",
        required=True,
        default="agrees",
        readonly=True,
        index=True,
        help="Agrees within the tolerance; beyond it, an error is opened once the "
        "statement is confirmed and the mass is held; resolved by a representative.",
    )
    error_id = fields.Many2one(
        "asi.coc.error",
        string="Error",
        readonly=True,
        ondelete="restrict",
        help="Error that the difference opened (2.5).",
    )
    release_reason = fields.Text(
        string="Resolution",
        help="How the difference was explained or made good, by a representative.",
    )
    released_by_id = fields.Many2one(
        "res.users",
        string="Resolved By",
        readonly=True,
        ondelete="restrict",
        help="Management Representative who resolved it.",
    )
    released_on = fields.Datetime(
        string="Resolved On", readonly=True, help="When it was resolved."
    )

    _unique_material = models.Constraint(
        "UNIQUE (statement_id, material)",
        "A statement is reconciled once per material.",
    )

    @api.depends("statement_id", "material")
    def _compute_display_name(self):
        labels = dict(self._fields["material"]._description_selection(self.env))
        for row in self:
            row.display_name = self.env._(
                "%(statement)s, %(material)s",
                statement=row.statement_id.display_name,
                material=labels.get(row.material),
            )

    def action_release(self):
        """Resolve a difference: the mass is CoC Material again (2.4, 2.5).

        Raises UserError before the error's correction was carried out, without a
        reason, and for anybody but a Management Representative.
        """
        for row in self:
            row._check_release()
            # sudo: written by this action only
            row.sudo().write(
                {
                    "state": "released",
                    "held_mass": 0,
                    "released_by_id": self.env.uid,
                    "released_on": fields.Datetime.now(),
                }
            )
        for statement in self.statement_id:
            statement.sudo()._post_held()
        return True

    def _check_release(self):
        self.check_access("write")
        values = {"row": self.display_name, "error": self.error_id.name}
        if not self.env.user.has_group("asi_coc.group_representative"):
            raise UserError(
                self.env._(
                    "Only a Management Representative resolves the difference of "
                    "%(row)s (2.4).",
                    **values,
                )
            )
        if self.state != "held":
            raise UserError(self.env._("Nothing is held of %(row)s (2.4).", **values))
        if self.error_id.state in ("found", "agreed"):
            raise UserError(
                self.env._(
                    "The difference of %(row)s is held until error %(error)s is "
                    "corrected (2.5). Agree on the correction and carry it out.",
                    **values,
                )
            )
        if not (self.release_reason or "").strip():
            raise UserError(
                self.env._(
                    "Write how the difference of %(row)s was resolved first (2.4).",
                    **values,
                )
            )

    def action_open_lines(self):
        """Open the done move lines behind a figure; all of them without one."""
        self.ensure_one()
        figure = self.env.context.get("coc_figure")
        sign, usages = FIGURES.get(figure, (0, ()))
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "stock.move.line",
            "view_mode": "list,form",
            "domain": self.statement_id._get_lines_domain(self.material, sign, usages),
            "context": {"create": False},
        }

    def action_open_held_entries(self):
        """Open the ledger entries that hold the difference, and release it."""
        self.ensure_one()
        return self.env["asi.coc.entry"]._action_open(
            [
                ("contractor_id", "=", self.contractor_id.id),
                ("product_id", "=", False),
                ("material", "=", self.material),
                ("date", "=", self.statement_id.date_end),
            ],
            self.display_name,
        )
