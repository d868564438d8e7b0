from odoo import fields, models


class AsiCocShortTermNegative(models.TransientModel):
    _name = "asi.coc.short.term.negative"
    _description = "Allow a Short-term Negative Balance"

    picking_id = fields.Many2one(
        "stock.picking", required=True, readonly=True, help="Delivery to allow."
    )
    reason = fields.Text(
        required=True,
        help="Why expected CoC Material may count for this delivery (8.2).",
    )

    def action_allow(self):
        """Let confirmed orders of certified suppliers count for the delivery (8.2)."""
        self.ensure_one()
        self.picking_id.check_access("read")
        self.picking_id._coc_check_short_term_policy()
        # sudo: the manager who allows need not be a storekeeper
        self.picking_id.sudo().write(
            {
                "coc_short_term_reason": self.reason,
                "coc_short_term_user_id": self.env.uid,
            }
        )
        return True
