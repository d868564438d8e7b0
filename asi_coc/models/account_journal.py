from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import ormcache

from .cash_query import POSTED_PAYMENTS


class AccountJournal(models.Model):
    _inherit = "account.journal"

    @api.model_create_multi
    def create(self, vals_list):
        journals = super().create(vals_list)
        self.env.registry.clear_cache()
        return journals

    def write(self, vals):
        if "type" in vals:
            for journal in self.filtered(lambda one: one.type != vals["type"]):
                if "cash" in (journal.type, vals["type"]):
                    journal._coc_check_unused()
        result = super().write(vals)
        if vals.keys() & {"type", "default_account_id"}:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @ormcache()
    def _coc_get_cash_accounts(self):
        """Return the ids of the accounts of all tills, as a frozenset (4.3b)."""
        # sudo: tills of any company; whoever posts may not read the journals
        journals = self.sudo().with_context(active_test=False)
        tills = journals.search([("type", "=", "cash")])
        return frozenset(tills.default_account_id.ids)

    def _coc_check_unused(self):
        """Refuse to make a journal a till, or none, once something was paid with it.

        What scrap suppliers were paid in cash would become another sum (4.3b).
        """
        self.ensure_one()
        # sudo: entries of any branch
        scopes = self.env["asi.coc.scope"].sudo().with_context(active_test=False)
        entities = scopes.search([("state", "!=", "draft")]).company_id.root_id
        if self.company_id.root_id not in entities:
            return
        domain = [("journal_id", "=", self.id)]
        used = self.env["account.move"].sudo().search(
            [*domain, ("state", "=", "posted")], limit=1
        ) or self.env["account.payment"].sudo().search(
            [*domain, ("state", "in", POSTED_PAYMENTS)], limit=1
        )
        if used:
            raise UserError(
                self.env._(
                    "The type of journal %(journal)s cannot change: %(entry)s is "
                    "posted in it, and whether it was cash decides on the limit of "
                    "cash payments (4.3b). Set up another journal.",
                    journal=self.display_name,
                    entry=used.display_name,
                )
            )
