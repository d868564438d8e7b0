from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..formatting import format_number


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    coc_ordered_qty = fields.Float(
        string="CoC Ordered",
        digits="Product Unit",
        help="Quantity ordered as CoC Material. The supplier must be CoC certified "
        "and send a CoC Document with it (3.1c to 6.1c).",
    )
    coc_material = fields.Selection(
        related="product_id.coc_material",
        help="Material the product is accounted as.",
    )

    @api.constrains("coc_ordered_qty", "product_qty", "product_id")
    def _check_coc_ordered_qty(self):
        for line in self.filtered("coc_ordered_qty"):
            if not line.product_id.coc_material:
                raise ValidationError(
                    self.env._(
                        "%(order)s: %(product)s is not accounted as a CoC Material, so "
                        "%(quantity)s cannot be ordered as CoC. Set its CoC Material "
                        "first.",
                        order=line.order_id.name,
                        product=line.product_id.display_name,
                        quantity=format_number(self.env, line.coc_ordered_qty),
                    )
                )
            if not 0 <= line.coc_ordered_qty <= line.product_qty:
                raise ValidationError(
                    self.env._(
                        "%(order)s: %(quantity)s %(uom)s of %(product)s are ordered as "
                        "CoC, out of %(total)s. Order between nothing and all of it.",
                        order=line.order_id.name,
                        quantity=format_number(self.env, line.coc_ordered_qty),
                        uom=line.product_uom_id.name,
                        product=line.product_id.display_name,
                        total=format_number(self.env, line.product_qty),
                    )
                )
