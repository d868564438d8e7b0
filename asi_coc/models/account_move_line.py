from odoo import api, models

#: What may make another payment of a journal item.
PAYMENT_FIELDS = frozenset(
    {
        "account_id",
        "partner_id",
        "debit",
        "credit",
        "balance",
        "amount_currency",
        "currency_id",
        "move_id",
        "name",
    }
)


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        moves = self.env["account.move"].browse({vals["move_id"] for vals in vals_list})
        posted = moves.sudo().filtered(lambda move: move.state == "posted")
        if not posted:
            return super().create(vals_list)
        with self.env["asi.coc.cash"]._watch(posted):
            return super().create(vals_list)

    def write(self, vals):
        if PAYMENT_FIELDS.isdisjoint(vals) and "purchase_line_id" not in vals:
            return super().write(vals)
        # sudo: what is paid does not depend on who writes
        posted = self.sudo().move_id.filtered(lambda move: move.state == "posted")
        moves = posted | posted.browse(vals.get("move_id") or ())
        if "purchase_line_id" in vals:
            # The order of a bill links those who paid it.
            moves |= posted.line_ids.matched_debit_ids.debit_move_id.move_id
        if not moves:
            return super().write(vals)
        with self.env["asi.coc.cash"]._watch(moves):
            return super().write(vals)

    def unlink(self):
        posted = self.sudo().move_id.filtered(lambda move: move.state == "posted")
        if not posted:
            return super().unlink()
        with self.env["asi.coc.cash"]._watch(posted):
            return super().unlink()
