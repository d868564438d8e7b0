from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core.cash import is_linked
from ..formatting import format_day
from .asi_coc_cash_window import DEFAULT_DAYS

#: The limit where the law of the country sets none, in US dollars (4.3b).
STANDARD_LIMIT = Decimal(10000)


class Limit(NamedTuple):
    """A limit of one day; ``law`` is the dated setting, or empty."""

    amount: Decimal
    currency: models.BaseModel
    law: models.BaseModel


class Rules:
    """Limits and rates that hold for one entity, read once.

    ``strict`` refuses to convert at a rate that nobody entered.
    """

    def __init__(self, entity, strict):
        self.env = entity.env
        self.strict = strict
        self.entity = entity
        country = entity.country_id or entity.account_fiscal_country_id
        laws = self.env["asi.coc.cash.limit"].search(
            [
                ("country_id", "=", country.id),
                ("company_id", "in", [False, entity.id]),
            ],
            order="date_start desc",
        )
        self.shared = laws.filtered(lambda law: not law.company_id)
        self.own = laws - self.shared
        self.dollar = self.env.ref("base.USD")
        self._worth = {}
        self._limits = {}
        self._rated = None

    def get_limit(self, day):
        """Return the :class:`Limit` of ``day`` (4.3b).

        The legal limit of the entity's country, where there is one, or the entity's
        own where it is stricter; else 10,000 US dollars, as the guidance on 4.3 has it.
        """
        if day not in self._limits:
            law = self._find_law(day)
            self._limits[day] = (
                Limit(Decimal(str(law.amount)), law.currency_id, law)
                if law
                else Limit(STANDARD_LIMIT, self.dollar, law)
            )
        return self._limits[day]

    def _find_law(self, day):
        laws = self.own.browse()
        for rows in (self.shared, self.own):
            laws |= rows.filtered(lambda law: law.date_start <= day)[:1]
        if len(laws.currency_id) > 1:
            return min(laws, key=lambda law: self._get_worth_of_law(law, day))
        return min(laws, key=lambda law: law.amount, default=laws)

    def _get_worth_of_law(self, law, day):
        return law.currency_id._convert(
            law.amount, self.entity.currency_id, self.entity, day, round=False
        )

    def get_worth(self, operation, limit):
        """Return what an operation comes to in the limit's currency, as Decimal.

        At the rate of its own day; cash that came back is no payment.
        """
        if all(amount <= 0 for _currency, amount in operation.amounts):
            return Decimal(0)
        key = (operation.amounts, operation.day, limit.currency)
        if key not in self._worth:
            currencies = self.env["res.currency"]
            total = sum(
                self._convert(currencies.browse(currency_id), amount, operation, limit)
                for currency_id, amount in operation.amounts
            )
            self._worth[key] = max(Decimal(0), Decimal(str(round(total, 6))))
        return self._worth[key]

    def _convert(self, currency, amount, operation, limit):
        if not amount:
            return 0
        for one in currency | limit.currency if currency != limit.currency else ():
            self._check_rated(one, operation, limit)
        return currency._convert(amount, limit.currency, self.entity, operation.day)

    def _check_rated(self, currency, operation, limit):
        """Refuse to compare with a limit at a rate that nobody entered."""
        if not self.strict or currency == self.entity.currency_id:
            return
        if self._rated is None:
            companies = self.entity.ids + [False]
            rates = self.env["res.currency.rate"]._read_group(
                Domain("company_id", "in", companies), ["currency_id"]
            )
            self._rated = {found.id for (found,) in rates}
        if currency.id in self._rated:
            return
        raise UserError(
            self.env._(
                "There is no exchange rate of %(currency)s for %(entity)s, so nobody "
                "can tell whether cash paid on %(day)s stays within %(limit)s (4.3b). "
                "Enter a rate of that day or earlier, or the legal limit of the "
                "country in its own currency; or pay by bank.",
                currency=currency.name,
                entity=self.entity.name,
                day=format_day(self.env, operation.day),
                limit=limit.currency.format(float(limit.amount)),
            )
        )


class AsiCocCash(models.AbstractModel):
    """The limits, the windows, and what a refusal says."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.cash"

    @api.model
    def _get_rules(self, entity, strict=True):
        # sudo: whoever posts, the limits and rates hold
        return Rules(entity.sudo(), strict)

    @api.model
    def _get_windows(self, entity_ids):
        """Return a function that tells an entity's window of a day, in days (4.3b)."""
        # sudo: whoever posts, the entity's settings hold
        rows = (
            self.env["asi.coc.cash.window"]
            .sudo()
            .search([("company_id", "in", list(entity_ids))], order="date_start desc")
        )
        settings = [(row.company_id.id, row.date_start, row.days) for row in rows]

        def get_window(entity_id, day):
            for owner_id, start, days in settings:
                if owner_id == entity_id and start <= day:
                    return days
            return DEFAULT_DAYS

        return get_window

    @api.model
    def _refuse(self, supplier, excess, changed, rules):
        """Raise UserError: the sum, the limit, the linked payments, the way out."""
        raise UserError(
            self.env._(
                "%(payment)s cannot be posted: cash paid by %(entity)s to %(supplier)s "
                "in linked operations would come to %(sum)s. The limit is %(limit)s, "
                "%(law)s (4.3b), and nobody can override it.\n"
                "%(operations)s\n"
                "Pay by bank transfer instead.",
                payment=", ".join(self._get_number(one) for one in changed),
                **self._describe_excess(supplier, excess, changed[0], rules),
            )
        )

    def _describe_excess(self, supplier, excess, changed, rules):
        """Return who paid whom, the sum, the limit, and the linked payments."""
        limit = excess.limit
        return {
            "entity": rules.entity.name,
            "supplier": supplier.name,
            "sum": limit.currency.format(float(excess.total)),
            "limit": limit.currency.format(float(limit.amount)),
            "law": self._describe_law(limit, rules.entity),
            "operations": "\n".join(
                self._describe_operation(one, changed, excess, rules)
                for one in excess.operations
            ),
        }

    def _describe_law(self, limit, entity):
        if limit.law:
            return self.env._(
                "in force in %(country)s from %(day)s on by %(law)s",
                country=limit.law.country_id.name,
                day=format_day(self.env, limit.law.date_start),
                law=limit.law.source,
            )
        return self.env._(
            "that of the standard, as no legal limit of %(country)s is on file",
            country=entity.country_id.name or self.env._("the entity's country"),
        )

    def _describe_operation(self, operation, changed, excess, rules):
        limit = excess.limit
        currencies = self.env["res.currency"].sudo()
        amounts = [
            currencies.browse(currency_id).format(amount)
            for currency_id, amount in operation.amounts
        ]
        values = {
            "number": self._get_number(operation),
            "day": format_day(self.env, operation.day),
            "amount": " + ".join(amounts),
            "link": self._describe_link(operation, changed, excess.last),
        }
        if {currency for currency, _amount in operation.amounts} == {limit.currency.id}:
            return self.env._("- %(number)s, %(day)s: %(amount)s%(link)s", **values)
        return self.env._(
            "- %(number)s, %(day)s: %(amount)s = %(worth)s at the rate of "
            "%(day)s%(link)s",
            **values,
            worth=limit.currency.format(float(rules.get_worth(operation, limit))),
        )

    def _describe_link(self, operation, changed, last):
        """Tell why a payment is linked with the one that is refused, or with the last.

        Nothing is told of the refused one itself.
        """
        if operation.key == changed.key:
            return ""
        other = changed if is_linked(operation, changed) else last
        for kind, record_id in sorted(operation.links & other.links, reverse=True):
            name = {"order": "purchase.order", "bill": "account.move"}[kind]
            # sudo: only the number
            record = self.env[name].sudo().browse(record_id)
            return self.env._(" (for %(record)s, too)", record=record.name)
        return self.env._(
            " (within %(days)s days)", days=max(operation.window, other.window)
        )

    def _get_number(self, operation):
        # sudo: only the number
        if operation.key > 0:
            move = self.env["account.move"].sudo().browse(operation.key)
            return move.name or move.display_name
        return self.env["account.payment"].sudo().browse(-operation.key).display_name
