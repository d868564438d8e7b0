from collections import defaultdict
from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core.cash import Item, Operation, find_excess, get_amounts
from .cash_query import POSTED_PAYMENTS, item_query, link_query, place_query

#: Where a transaction keeps what is being changed.
WATCH = "asi_coc_cash_watch"


class Watch:
    """What a change, with all that Odoo does inside it, may make of cash.

    ``before`` are operations as they were, ``{place: {key: operation}}``; a place is
    the pair of a supplier's and an entity's id.
    """

    def __init__(self):
        self.moves = set()
        self.payments = set()
        self.keys = set()
        self.before = defaultdict(dict)


class AsiCocCash(models.AbstractModel):
    """Holds cash payments to scrap suppliers to the limit, whatever posts them (4.3b).

    Nobody overrides it: neither rights nor the context are asked.
    """

    _name = "asi.coc.cash"
    _description = "Limit of Cash Payments"

    @api.model
    @contextmanager
    def _watch(self, moves, payments=None):
        """Refuse what is done inside if more cash than the limit is paid by it.

        ``moves`` and ``payments`` are what changes. Watches inside another one leave
        the check to it: a half-changed entry says nothing. Raises UserError with the
        sum, the limit and the linked payments (4.3b).
        """
        # sudo: whoever posts, all that the supplier was paid counts
        moves = moves.sudo()
        payments = (payments or self.env["account.payment"]).sudo()
        # The cursor keeps it, as no context may: that comes with a request.
        cache = self.env.cr.cache
        watch, is_outer = cache.get(WATCH), WATCH not in cache
        if is_outer:
            watch = cache[WATCH] = Watch()
        try:
            self._remember(watch, moves, payments)
            yield watch
            self._note(watch, moves, payments)
            if is_outer:
                self._check(watch)
        finally:
            if is_outer:
                del cache[WATCH]

    @api.model
    def _remember(self, watch, moves, payments):
        """Keep operations as they are, before something happens to them."""
        moves = moves.filtered(
            lambda move: (
                (move.state == "posted" or move.reversed_entry_id)
                and not _get_keys(move) <= watch.keys
                and self._touches_till(move)
            )
        )
        payments = payments.filtered(
            lambda one: self._is_cash_payment(one) and not _get_keys(one) <= watch.keys
        )
        if not moves and not payments:
            return
        keys = set().union(*map(_get_keys, [*moves, *payments]))
        self.env.flush_all()
        places = self._find_places(moves.ids + moves.reversed_entry_id.ids, payments)
        for place, operations in self._get_operations(places, keys).items():
            watch.before[place].update(operations)
        watch.keys |= keys

    @api.model
    def _note(self, watch, moves, payments):
        """Keep which of what was changed is cash now."""
        for move in moves:
            if move.state == "posted" and self._touches_till(move):
                watch.moves.add(move.id)
                watch.keys |= _get_keys(move)
        for payment in payments:
            if self._is_cash_payment(payment):
                watch.payments.add(payment.id)
                watch.keys |= _get_keys(payment)

    @api.model
    def _check(self, watch):
        if not watch.keys:
            return
        self.env.flush_all()
        places = self._find_places(watch.moves, self._browse(watch.payments))
        places |= set(watch.before)
        if not places:
            return
        self.env["asi.coc.cash.check"].sudo()._take(places)
        found = self._get_operations(places)
        for place in sorted(places):
            self._check_place(place, found[place], watch)

    @api.model
    def _check_place(self, place, operations, watch):
        supplier_id, entity_id = place
        entity = self.env["res.company"].sudo().browse(entity_id)
        rules = self._get_rules(entity)
        before = {key: watch.before[place].get(key) for key in watch.keys}
        excess = find_excess(
            list(operations.values()), before, rules.get_limit, rules.get_worth
        )
        if excess:
            supplier = self.env["res.partner"].sudo().browse(supplier_id)
            changed = [one for one in excess.operations if one.key in watch.keys]
            changed.sort(key=lambda one: one.key)
            self._refuse(supplier, excess, changed, rules)

    @api.model
    def _check_named(self, partials):
        """Refuse cash that pays a scrap supplier and names somebody else (4.3b).

        It would be in nobody's sum.
        """
        for partial in partials:
            paid, owed = partial.debit_move_id, partial.credit_move_id
            supplier = owed.partner_id.commercial_partner_id
            payee = (paid.partner_id or paid.move_id.partner_id).commercial_partner_id
            if not supplier or payee == supplier:
                continue
            if not self._touches_till(paid.move_id):
                continue
            if supplier.with_company(owed.company_id).coc_is_scrap_supplier:
                raise UserError(
                    self.env._(
                        "%(payment)s is a cash payment to %(payee)s and cannot be "
                        "matched with %(bill)s of %(supplier)s: cash to a scrap "
                        "supplier names the supplier, so that it counts for the limit "
                        "(4.3b). Set the contact of the payment, or pay by bank "
                        "transfer.",
                        payment=paid.move_id.display_name,
                        payee=payee.display_name or self.env._("nobody"),
                        bill=owed.move_id.display_name,
                        supplier=supplier.display_name,
                    )
                )

    # -- what is cash ----------------------------------------------------------
    @api.model
    def _touches_till(self, move):
        """Tell whether a journal entry may move cash, without a query."""
        if move.journal_id.type == "cash":
            return True
        accounts = self.env["account.journal"]._coc_get_cash_accounts()
        return not accounts.isdisjoint(move.line_ids.account_id.ids)

    @api.model
    def _is_cash_payment(self, payment):
        return payment.state in POSTED_PAYMENTS and payment.journal_id.type == "cash"

    @api.model
    def _browse(self, payment_ids):
        return self.env["account.payment"].sudo().browse(payment_ids)

    @api.model
    def _find_places(self, move_ids, payments):
        """Return the pairs of scrap supplier and entity that these name."""
        if not move_ids and not payments:
            return set()
        rows = self.env.execute_query(place_query(move_ids, payments.ids))
        return set(rows)

    @api.model
    def _get_operations(self, places, keys=None):
        """Return ``{place: {key: operation}}`` of cash paid in ``places`` (4.3b).

        All of them, or those with ``keys``; four queries, however many there are.
        """
        found = defaultdict(dict)
        if not places:
            return found
        suppliers = sorted({supplier for supplier, _entity in places})
        rows = self.env.execute_query(
            item_query(
                SQL("contact.commercial_partner_id = ANY(%s)", suppliers),
                self.env["account.journal"]._coc_get_cash_accounts(),
                SQL("found.key = ANY(%s)", list(keys)) if keys else None,
            )
        )
        items = defaultdict(list)
        moves, payments, key_of = set(), set(), {}
        for supplier, entity, _company, move, payment, key, day, *rest in rows:
            items[supplier, entity].append(Item(key, day, *rest))
            if move:
                moves.add(move)
                key_of[move] = key
            if payment:
                payments.add(payment)
        links = self._get_links(moves, payments, key_of)
        windows = self._get_windows({entity for _supplier, entity in places})
        for place in places:
            days = {item.key: item.day for item in items[place]}
            for key, amounts in get_amounts(items[place]).items():
                window = windows(place[1], days[key])
                found[place][key] = Operation(
                    key, days[key], amounts, frozenset(links[key]), window
                )
        return found

    @api.model
    def _get_links(self, moves, payments, key_of):
        """Return ``{key: pairs of kind and id of bills and orders that are paid}``."""
        links = defaultdict(set)
        if moves or payments:
            rows = self.env.execute_query(link_query(moves, payments))
            for key, kind, record_id in rows:
                links[key_of.get(key, key)].add((kind, record_id))
        return links


def _get_keys(record):
    """Return the keys of the operations that an entry or a payment may belong to."""
    if record._name == "account.move":
        return {record.id, *record.reversed_entry_id.ids}
    return {record.move_id.id or -record.id}
