from odoo import api, models

from .purchase_order_due_diligence import BINDING

#: What makes a line order more, or something else.
GROWING = frozenset({"product_id", "product_qty", "product_uom_id", "order_id"})


class PurchaseOrderLine(models.Model):
    """Nothing is added to orders of stopped suppliers (7.2)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "purchase.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._coc_check_stopped()
        return lines

    def write(self, vals):
        if not GROWING & vals.keys():
            return super().write(vals)
        before = {
            line: (line.product_id, line.order_id, line.product_uom_qty)
            for line in self
        }
        result = super().write(vals)
        self.filtered(
            lambda line: before[line][:2] != (line.product_id, line.order_id)
            or line.product_uom_qty > before[line][2]
        )._coc_check_stopped()
        return result

    def _coc_check_stopped(self):
        """Refuse material added to a confirmed order of a stopped supplier (7.2)."""
        self.filtered(
            lambda line: line.product_id.coc_material and line.order_id.state in BINDING
        ).order_id._coc_check_stopped()

    def _coc_find_work(self):
        """Return the lines that order work of a contractor, in one query (2.2)."""
        templates = self.product_id.product_tmpl_id
        # sudo: buyers need not read bills of materials
        boms = self.env["mrp.bom"].sudo()
        found = boms.search(
            [("type", "=", "subcontract"), ("product_tmpl_id", "in", templates.ids)]
        )
        by_template = found.grouped("product_tmpl_id")
        return self.filtered(
            lambda line: line.order_id.partner_id.sudo()._coc_works_by(
                by_template.get(line.product_id.product_tmpl_id, boms)
            )
        )
