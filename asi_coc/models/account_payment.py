from odoo import api, models
from odoo.exceptions import UserError

from .cash_query import POSTED_PAYMENTS
from .ledger_guard import get_changes

#: What a payment is. A posted one's journal entry would not follow.
PAYMENT_FIELDS = frozenset(
    {
        "amount",
        "currency_id",
        "partner_id",
        "date",
        "journal_id",
        "payment_type",
        "company_id",
    }
)
#: What is announced on an outstanding account is told from cash that came back.
FROZEN_FIELDS = PAYMENT_FIELDS | {"outstanding_account_id", "payment_method_line_id"}
#: What may link a payment, or post it.
LINK_FIELDS = frozenset({"state", "move_id", "invoice_ids", "memo"})


class AccountPayment(models.Model):
    _inherit = "account.payment"

    @api.model_create_multi
    def create(self, vals_list):
        cash = self.env["asi.coc.cash"]
        with cash._watch(self.env["account.move"]) as watch:
            payments = super().create(vals_list)
            # RPC and imports may create them as posted.
            cash._note(watch, payments.move_id, payments)
        return payments

    def write(self, vals):
        self._coc_check_posted(vals)
        if (PAYMENT_FIELDS | LINK_FIELDS).isdisjoint(vals):
            return super().write(vals)
        with self.env["asi.coc.cash"]._watch(self.move_id, self):
            return super().write(vals)

    def _coc_check_posted(self, vals):
        """Refuse to make a posted cash payment say something else than its entry."""
        if FROZEN_FIELDS.isdisjoint(vals):
            return
        for payment in self:
            if payment.state not in POSTED_PAYMENTS or not payment.move_id:
                continue
            changes = get_changes(payment, vals, FROZEN_FIELDS)
            journals = changes.get("journal_id", (payment.journal_id,))
            if not changes or not any(one.type == "cash" for one in journals):
                continue
            partners = changes.get("partner_id", (payment.partner_id,))
            partners = self.env["res.partner"].union(*partners)
            if not partners._coc_get_scrap_entities():
                continue
            raise UserError(
                self.env._(
                    "Payment %(payment)s is posted: its %(fields)s cannot change, as "
                    "its journal entry would not (4.3b). Reset it to draft first.",
                    payment=payment.display_name,
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(changes)
                    ),
                )
            )
