from odoo import api, fields, models
from odoo.tools import SQL


class AsiCocReconciliationMove(models.Model):
    """One stock move behind a difference between stock and ledger."""

    _name = "asi.coc.reconciliation.move"
    _description = "Move behind a Difference to Stock"
    _log_access = False
    _order = "reconciliation_id, move_id, id"

    reconciliation_id = fields.Many2one(
        "asi.coc.reconciliation",
        required=True,
        index=True,
        ondelete="cascade",
        help="Difference the move is behind.",
    )
    company_id = fields.Many2one(
        related="reconciliation_id.company_id", help="Entity of the scope."
    )
    move_id = fields.Many2one(
        "stock.move",
        index="btree_not_null",
        ondelete="cascade",
        help="Stock move of which stock and ledger say different things.",
    )
    date = fields.Datetime(
        related="move_id.date", string="Date", help="When the move was done."
    )
    reference = fields.Char(
        related="move_id.reference", help="Transfer or order of the move."
    )
    location_id = fields.Many2one(
        related="move_id.location_id", string="From", help="Where the move started."
    )
    location_dest_id = fields.Many2one(
        related="move_id.location_dest_id", string="To", help="Where the move went."
    )
    stock_mass = fields.Float(
        string="Change of Stock (t)",
        digits=(24, 6),
        help="What the move's done lines add to the stock inside the scope.",
    )
    book_mass = fields.Float(
        string="By the Ledger (t)",
        digits=(24, 6),
        help="What the ledger's entries of the move add to it.",
    )
    difference_mass = fields.Float(
        string="Difference (t)", digits=(24, 6), help="Ledger less stock."
    )
    stock_quantity = fields.Float(
        string="Change of Stock",
        digits=(24, 6),
        help="What the move's done lines add to the stock, in the product's unit.",
    )
    book_quantity = fields.Float(
        string="By the Ledger",
        digits=(24, 6),
        help="What the ledger's entries of the move add, in the product's unit.",
    )

    @api.model
    def _refresh(self, period, source):
        """Write the moves that ``source`` selects in place of the period's."""
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM asi_coc_reconciliation_move
                 USING asi_coc_reconciliation reconciliation
                 WHERE reconciliation.id = reconciliation_id
                   AND reconciliation.period_id = %s
                """,
                period.id,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO asi_coc_reconciliation_move (
                    reconciliation_id, move_id, stock_mass, book_mass,
                    difference_mass, stock_quantity, book_quantity)
                %s
                """,
                source,
            )
        )
        self.invalidate_model()

    def action_open_move(self):
        """Open the transfer or manufacturing order of the move."""
        self.ensure_one()
        # sudo: which document it is; the user's rights decide on opening it
        move = self.sudo().move_id
        order = move.raw_material_production_id or move.production_id
        record = move.picking_id or order or move
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "view_mode": "form",
        }
