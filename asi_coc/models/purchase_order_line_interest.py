from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .ledger_guard import get_changes


class PurchaseOrderLine(models.Model):
    """Names the legal interest that production is taken under (3.1a to 6.1a)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "purchase.order.line"

    # A plain nullable column: installing must not rewrite all orders.
    coc_legal_interest_id = fields.Many2one(
        "asi.coc.legal.interest",
        string="Legal Interest",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('state', '=', 'active'), ('partner_id', 'parent_of', partner_id), "
        "('material', '=', coc_material)]",
        help="Our share of the supplier's production that the line takes in. No more "
        "CoC Material than is allocated for the period is verified under it (3.1a to "
        "6.1a). Empty: an ordinary purchase.",
    )

    @api.onchange("product_id")
    def _onchange_coc_legal_interest(self):
        interests = self.env["asi.coc.legal.interest"]._get_in_force(self.company_id)
        self.coc_legal_interest_id = self._coc_choose_interest(interests)

    @api.constrains("coc_legal_interest_id", "product_id", "order_id")
    def _check_coc_legal_interest(self):
        for line in self.filtered("coc_legal_interest_id"):
            # sudo: only compared and named
            interest = line.coc_legal_interest_id.sudo()
            if not interest._choose(
                line.company_id, line.order_id.partner_id, [line.coc_material]
            ):
                raise ValidationError(
                    self.env._(
                        "%(order)s: %(product)s of %(supplier)s cannot be taken under "
                        "legal interest %(interest)s (%(criterion)s). Choose one in "
                        "the supplier's production of this material, or none.",
                        order=line.order_id.name,
                        product=line.product_id.display_name,
                        supplier=line.order_id.partner_id.display_name,
                        interest=interest.display_name,
                        criterion=interest._get_criterion(),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        unnamed = lines.browse(
            line.id
            for line, vals in zip(lines, vals_list, strict=True)
            if "coc_legal_interest_id" not in vals and line.coc_material
        )
        if unnamed:
            interests = self.env["asi.coc.legal.interest"]._get_in_force(
                unnamed.company_id
            )
            for line in unnamed if interests else ():
                line.coc_legal_interest_id = line._coc_choose_interest(interests)
        return lines

    def write(self, vals):
        for line in self:
            if get_changes(line, vals, {"coc_legal_interest_id"}):
                line.move_ids._coc_check_interest_kept()
        return super().write(vals)

    def _coc_choose_interest(self, interests):
        """Return the interest in the supplier's production of the line's material."""
        return interests._choose(
            self.company_id, self.order_id.partner_id, [self.coc_material]
        )
