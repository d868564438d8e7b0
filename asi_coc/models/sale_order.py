from odoo import api, fields, models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    coc_unavailable_reason = fields.Char(
        string="Why No CoC",
        compute="_compute_coc_unavailable_reason",
        help="Why facilities that deliver the order may not put out CoC Material today "
        "(3 to 6 a, b).",
    )

    @api.depends("state", "order_line.coc_unavailable_reason")
    def _compute_coc_unavailable_reason(self):
        for order in self:
            lines = order.order_line
            if order.state == "cancel":
                lines = lines.browse()
            reasons = lines.filtered("coc_wanted_qty").mapped("coc_unavailable_reason")
            order.coc_unavailable_reason = " ".join(
                dict.fromkeys(filter(None, reasons))
            )
