from odoo import api, models


class StockRule(models.Model):
    _inherit = "stock.rule"

    @api.model
    def run(self, procurements, raise_user_error=True):
        # A kit is taken apart on the way: what is wanted has to be a share.
        return super().run(
            [self._coc_share_wanted(procurement) for procurement in procurements],
            raise_user_error=raise_user_error,
        )

    @api.model
    def _coc_share_wanted(self, procurement):
        wanted = procurement.values.get("coc_wanted")
        if not wanted or not procurement.product_qty:
            return procurement
        quantity, uom = wanted
        converted = uom._compute_quantity(
            quantity, procurement.product_uom, round=False
        )
        share = converted / procurement.product_qty
        return procurement._replace(
            values=procurement.values | {"coc_wanted_share": share}
        )

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
        share = values.get("coc_wanted_share")
        if share and product_id.coc_material:
            move_values["coc_designated_qty"] = product_id._coc_get_whole_share(
                share, product_qty, product_uom
            )
        return move_values

    def _push_prepare_move_copy_values(self, move_to_copy, new_date):
        move_values = super()._push_prepare_move_copy_values(move_to_copy, new_date)
        # The next step of a delivery carries the same designation.
        move_values["coc_designated_qty"] = move_to_copy.coc_designated_qty
        return move_values
