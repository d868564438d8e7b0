from odoo import api, fields, models

from .reconciliation_query import ADDED, TAKEN, move_query, refresh_query


class AsiCocReconciliation(models.Model):
    """Stock and ledger of a period side by side, written when somebody asks."""

    _name = "asi.coc.reconciliation"
    _description = "Reconciliation of the CoC Ledger to Stock"
    _log_access = False
    _order = "is_beyond desc, product_id, lot_id, id"

    period_id = fields.Many2one(
        "asi.coc.period",
        required=True,
        index=True,
        ondelete="cascade",
        help="Material Accounting Period whose first and last day count.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, ondelete="cascade", help="Entity of the scope."
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        ondelete="cascade",
        help="Product whose stock is reconciled.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        ondelete="cascade",
        help="Lot or serial number, where the product is tracked.",
    )
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        ondelete="cascade",
        help="Unit of measure of the product; the quantities are in it.",
    )
    opening_mass = fields.Float(
        string="Opening (t)",
        digits=(24, 6),
        help="Stock inside the scope as the period began, from done move lines.",
    )
    input_mass = fields.Float(
        string="In (t)",
        digits=(24, 6),
        help="Input from outside the scope, by the ledger; less what went back.",
    )
    production_mass = fields.Float(
        string="Produced (t)",
        digits=(24, 6),
        help="Produced by manufacturing orders, by the ledger.",
    )
    gain_mass = fields.Float(
        string="Gained (t)",
        digits=(24, 6),
        help="Inventory gains, by the ledger.",
    )
    consumption_mass = fields.Float(
        string="Consumed (t)",
        digits=(24, 6),
        help="Consumed by manufacturing orders, by the ledger.",
    )
    output_mass = fields.Float(
        string="Out (t)",
        digits=(24, 6),
        help="Output to outside the scope, by the ledger; less what came back.",
    )
    loss_mass = fields.Float(
        string="Lost (t)",
        digits=(24, 6),
        help="Inventory losses and scrap orders, by the ledger.",
    )
    unclassified_mass = fields.Float(
        string="Unclassified (t)",
        digits=(24, 6),
        help="What the ledger has as unclassified: added to the stock, or negative "
        "where taken from it. From the quantity and today's net mass.",
    )
    closing_mass = fields.Float(
        string="Closing (t)",
        digits=(24, 6),
        help="Stock inside the scope as the period ended, or as it is now, from done "
        "move lines.",
    )
    difference_mass = fields.Float(
        string="Difference (t)",
        digits=(24, 6),
        help="Opening + in + produced + gained − consumed − out − lost + unclassified "
        "− closing.",
    )
    late_mass = fields.Float(
        string="Of It Late (t)",
        digits=(24, 6),
        help="Part of the flows that is accounted in a later period: dated in this "
        "one and posted after it was closed (8.2).",
    )
    opening_quantity = fields.Float(
        digits=(24, 6), help="Opening stock in the product's unit of measure."
    )
    flow_quantity = fields.Float(
        string="Change by the Ledger",
        digits=(24, 6),
        help="What the ledger's flows add to the stock, in the product's unit of "
        "measure.",
    )
    closing_quantity = fields.Float(
        digits=(24, 6), help="Closing stock in the product's unit of measure."
    )
    difference_quantity = fields.Float(
        string="Difference in Quantity",
        digits=(24, 6),
        help="Opening + change by the ledger − closing, in the product's unit.",
    )
    is_beyond = fields.Boolean(
        string="Unreconciled",
        help="The difference of this row, or of its product, is beyond the scope's "
        "tolerance.",
    )
    move_ids = fields.One2many(
        "asi.coc.reconciliation.move",
        "reconciliation_id",
        string="Moves Behind the Difference",
        help="Stock moves that changed the stock by another mass than the ledger has "
        "of them.",
    )

    _key = models.UniqueIndex("(period_id, product_id, COALESCE(lot_id, 0))")

    @api.depends("period_id", "product_id", "lot_id")
    def _compute_display_name(self):
        for row in self:
            names = (
                row.product_id.display_name,
                row.lot_id.name,
                row.period_id.display_name,
            )
            row.display_name = ", ".join(filter(None, names))

    @api.model
    def _refresh(self, period):
        """Reconcile ``period`` anew: opening + flows = closing (8.1).

        In two statements however many products, lots and moves there are.
        Returns the rows that differ beyond the scope's tolerance.
        """
        scopes = self.env["asi.coc.scope"]._get_active(period.company_id)
        scopes = scopes.sorted("id") | period.scope_id.sudo()
        self.env.flush_all()
        # Compiling such a statement takes longer than running it.
        self.env.cr.execute("SET LOCAL jit = off")
        self.env.cr.execute(refresh_query(period, scopes))
        self.env["asi.coc.reconciliation.move"]._refresh(
            period, move_query(period, scopes)
        )
        self.invalidate_model()
        return self.search([("period_id", "=", period.id), ("is_beyond", "=", True)])

    # -- actions ------------------------------------------------------------
    def action_open_entries(self):
        """Open the ledger entries behind the flows of this row."""
        self.ensure_one()
        period = self.period_id
        return self.env["asi.coc.entry"]._action_open(
            [
                ("scope_id", "=", period.scope_id.id),
                ("date", ">=", period.date_start),
                ("date", "<=", period.date_end),
                ("product_id", "=", self.product_id.id),
                ("lot_id", "=", self.lot_id.id),
                ("flow", "in", [*ADDED.values(), *TAKEN.values()]),
            ],
            self.env._("Entries of %(row)s", row=self.display_name),
        )

    def action_open_move_lines(self):
        """Open the done move lines of the period behind the stock of this row."""
        self.ensure_one()
        period = self.period_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Moves of %(row)s", row=self.display_name),
            "res_model": "stock.move.line",
            "view_mode": "list,form",
            "views": [
                (self.env.ref("stock.view_move_line_tree").id, "list"),
                (False, "form"),
            ],
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "done"),
                ("product_id", "=", self.product_id.id),
                ("lot_id", "=", self.lot_id.id),
                ("date", ">=", period._get_start_moment()),
                ("date", "<", period._get_end_moment()),
            ],
            "context": {"create": False, "edit": False},
        }

    def action_find_drift(self):
        """Have the drift detector look at the moves behind the difference."""
        self.check_access("read")
        drift = self.env["asi.coc.drift"]
        drift._check_officer()
        # sudo: the moves of the entity, whoever may see its transfers
        moves = self.sudo().move_ids.move_id
        drift._detect_moves(moves)
        return drift._action_open([("move_id", "in", moves.ids)])
