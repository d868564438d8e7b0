from contextlib import contextmanager

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
        if not vals.keys() & {"type", "default_account_id"}:
            return super().write(vals)
        with self._coc_keep_cash_accounts():
            return super().write(vals)

    def unlink(self):
        with self._coc_keep_cash_accounts():
            return super().unlink()

    @api.model
    @ormcache()
    def _coc_get_cash_accounts(self):
        """Return the ids of the accounts of all tills, as a frozenset (4.3b)."""
        return self._coc_find_cash_accounts()

    @api.model
    def _coc_find_cash_accounts(self):
        # sudo: tills of any company; whoever posts may not read the journals
        journals = self.sudo().with_context(active_test=False)
        tills = journals.search([("type", "=", "cash")])
        return frozenset(tills.default_account_id.ids)

    @contextmanager
    def _coc_keep_cash_accounts(self):
        """Refuse what leaves an account without a till, once it was posted on.

        What scrap suppliers were paid from it would not be cash any more (4.3b).
        """
        tills = {one.default_account_id: one.display_name for one in self.sudo()}
        before = self._coc_find_cash_accounts()
        yield
        # Not the cached ones: what is refused here did not happen.
        for account_id in before - self._coc_find_cash_accounts():
            account = self.env["account.account"].sudo().browse(account_id)
            self._coc_check_unposted(tills[account], account)
        self.env.registry.clear_cache()

    @api.model
    def _coc_check_unposted(self, till, account):
        # sudo: items of any branch
        posted = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("account_id", "=", account.id),
                    ("parent_state", "=", "posted"),
                    ("company_id", "child_of", self._coc_get_entities().ids),
                ],
                limit=1,
            )
        )
        if posted:
            raise UserError(
                self.env._(
                    "%(account)s must stay the account of a journal of the type Cash, "
                    "as it is of %(journal)s: %(entry)s is posted on it, and what was "
                    "paid in cash counts for the limit of cash payments (4.3b). Set up "
                    "another journal, and archive this one if it is not used any more.",
                    account=account.display_name,
                    journal=till,
                    entry=posted.move_id.display_name,
                )
            )

    @api.model
    def _coc_get_entities(self):
        """Return the entities whose cash is held to the limit, or is going to be."""
        # sudo: entities of any company; a scope that is prepared counts what was paid
        scopes = self.env["asi.coc.scope"].sudo().with_context(active_test=False)
        return scopes.search([("company_id", "!=", False)]).company_id.root_id

    def _coc_check_unused(self):
        """Refuse to make a journal a till, or none, once something was paid with it.

        What scrap suppliers were paid in cash would become another sum (4.3b).
        """
        self.ensure_one()
        if self.company_id.root_id not in self._coc_get_entities():
            return
        domain = [("journal_id", "=", self.id)]
        # sudo: entries of any branch
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
