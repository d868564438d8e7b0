from odoo import models


class StockRule(models.Model):
    _inherit = "stock.rule"

    def _get_stock_move_values(
        self,
        product_id,
        product_qty,
        product_uom,
        location_dest_id,
        name,
        origin,
        company_id,
        values,
    ):
        move_values = super()._get_stock_move_values(
            product_id,
            product_qty,
            product_uom,
            location_dest_id,
            name,
            origin,
            company_id,
            values,
        )
        wanted = values.get("coc_wanted")
        if wanted:
            quantity, uom = wanted
            move_values["coc_designated_qty"] = uom._compute_quantity(
                quantity, product_uom, round=False
            )
        return move_values

    def _push_prepare_move_copy_values(self, move_to_copy, new_date):
        move_values = super()._push_prepare_move_copy_values(move_to_copy, new_date)
        # The next step of a delivery carries the same designation.
        move_values["coc_designated_qty"] = move_to_copy.coc_designated_qty
        return move_values
