from odoo import models

#: What may make another payment of a journal entry.
PAYMENT_FIELDS = frozenset(
    {
        "state",
        "line_ids",
        "invoice_line_ids",
        "journal_id",
        "date",
        "partner_id",
        "currency_id",
        "company_id",
        "reversed_entry_id",
        "origin_payment_id",
        "ref",
    }
)


class AccountMove(models.Model):
    _inherit = "account.move"

    def write(self, vals):
        if PAYMENT_FIELDS.isdisjoint(vals):
            return super().write(vals)
        with self.env["asi.coc.cash"]._watch(self):
            return super().write(vals)
