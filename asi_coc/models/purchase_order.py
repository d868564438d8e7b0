from odoo import api, fields, models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    coc_has_legal_interests = fields.Boolean(
        compute="_compute_coc_has_legal_interests",
        help="The entity has a legal interest in the supplier's production (3.1a to "
        "6.1a).",
    )

    @api.depends("partner_id", "company_id")
    def _compute_coc_has_legal_interests(self):
        interests = self.env["asi.coc.legal.interest"]._get_in_force(self.company_id)
        entities = interests.partner_id.commercial_partner_id
        for order in self:
            order.coc_has_legal_interests = (
                order.partner_id.commercial_partner_id in entities
            )
