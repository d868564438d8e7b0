from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.quantity import ZERO, to_mass
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

    @api.model
    def _coc_get_expected(self, period):
        """Return order lines that still promise certified CoC input in ``period``."""
        # sudo: the account counts orders that a salesperson may not read
        lines = self.sudo().search(
            [
                ("company_id", "=", period.company_id.id),
                ("state", "=", "purchase"),
                ("coc_ordered_qty", ">", 0),
                (
                    "date_planned",
                    "<=",
                    fields.Datetime.end_of(
                        fields.Datetime.to_datetime(period.date_end), "day"
                    ),
                ),
            ]
        )
        certificates = self.env["asi.coc.certificate"].sudo()
        return lines.filtered(
            lambda line: line.qty_received < line.product_qty
            and certificates._find(line.order_id.partner_id, line.date_planned.date())
        )

    def _coc_get_expected_mass(self):
        """Return the CoC mass still to come, in tonnes."""
        self.ensure_one()
        ordered = self.product_id._coc_get_mass(
            self.coc_ordered_qty, self.product_uom_id
        )
        open_part = 1 - Decimal(str(self.qty_received)) / Decimal(str(self.product_qty))
        return to_mass((ordered or ZERO) * max(open_part, ZERO))
