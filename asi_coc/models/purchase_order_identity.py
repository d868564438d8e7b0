from odoo import api, fields, models

from .res_partner import COC_GROUPS


class PurchaseOrder(models.Model):
    """Tells at order time who of the scrap suppliers is not known well (4.3a)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "purchase.order"

    coc_identity_gaps = fields.Text(
        string="Missing of Supplier's Identity",
        compute="_compute_coc_identity_gaps",
        groups=COC_GROUPS,
        help="What is missing to know the supplier of Recyclable Scrap Material "
        "(4.3a). The order goes on; complete it before the audit does.",
    )

    @api.depends("partner_id", "order_line.product_id.coc_material")
    def _compute_coc_identity_gaps(self):
        self.coc_identity_gaps = False
        scrap = self.filtered(
            lambda order: "scrap" in order.order_line.product_id.mapped("coc_material")
        )
        gaps = scrap.partner_id._coc_get_identity_gaps()
        for order in scrap:
            order.coc_identity_gaps = ", ".join(gaps[order.partner_id]) or False
