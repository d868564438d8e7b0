from odoo import api, fields, models


class AsiCocDocumentVoidLine(models.TransientModel):
    _name = "asi.coc.document.void.line"
    _description = "Delivered Product of a CoC Document to Void"

    wizard_id = fields.Many2one(
        "asi.coc.document.void",
        required=True,
        ondelete="cascade",
        help="Voiding the line belongs to.",
    )
    move_id = fields.Many2one(
        "stock.move", required=True, ondelete="cascade", help="Delivered move."
    )
    reference = fields.Char(
        compute="_compute_from_move", help="Delivery of the product."
    )
    product_id = fields.Many2one(
        "product.product", compute="_compute_from_move", help="Delivered product."
    )
    uom_id = fields.Many2one(
        "uom.uom", compute="_compute_from_move", help="Unit of the quantities."
    )
    kept_qty = fields.Float(
        string="With the Customer",
        digits="Product Unit",
        compute="_compute_from_move",
        help="Delivered and not come back.",
    )
    designated_qty = fields.Float(
        string="CoC Until Now",
        digits="Product Unit",
        compute="_compute_from_move",
        help="Designated as CoC Material and not come back.",
    )
    corrected_qty = fields.Float(
        string="CoC from Now On",
        digits="Product Unit",
        help="Whole products that stay CoC Material with the customer (8.5, 9.6).",
    )

    @api.depends("move_id")
    def _compute_from_move(self):
        for line in self:
            # sudo: the officer who voids need not be a storekeeper
            move = line.move_id.sudo()
            line.reference = move.reference
            line.product_id = move.product_id
            line.uom_id = move.product_uom
            line.kept_qty = move._coc_get_quantity_with_customer()
            line.designated_qty = move._coc_get_designated_with_customer()
