from odoo import api, models

from .stock_move import LINE_LEDGER_FIELDS


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._coc_get_done()._coc_post()
        return lines

    def write(self, vals):
        if not LINE_LEDGER_FIELDS & vals.keys():
            return super().write(vals)
        moves = self._coc_get_done()
        moves = moves._coc_filter_changing(vals)
        moves._coc_check_open(vals.get("date"))
        result = super().write(vals)
        moves._coc_post()
        return result

    def _coc_get_done(self):
        """Return the done moves of these lines that concern the ledger."""
        return self.move_id.filtered(lambda move: move.state == "done")._coc_relevant()
