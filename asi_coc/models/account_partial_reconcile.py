from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Payments of the same bill or order become linked when matched (4.3b)."""
        # sudo: what is linked does not depend on who matches
        lines = (
            self.env["account.move.line"]
            .sudo()
            .browse({vals["debit_move_id"] for vals in vals_list})
        )
        cash = self.env["asi.coc.cash"]
        with cash._watch(lines.move_id):
            partials = super().create(vals_list)
            cash._check_named(partials.sudo())
            return partials
