from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..formatting import format_day
from .ledger_guard import get_changes

#: What a limit in force is known by.
LIMIT_FIELDS = frozenset({"country_id", "amount", "currency_id", "date_start"})


class AsiCocCashLimit(models.Model):
    """How much the law of a country lets a scrap supplier be paid in cash (4.3b).

    A changed law is another row with the day from which it holds. Where a country
    has no row, 10,000 US dollars are the limit.
    """

    _name = "asi.coc.cash.limit"
    _description = "Legal Limit of Cash Payments"
    _inherit = ["asi.coc.evidence", "mail.thread"]
    _order = "country_id, date_start desc"
    _rec_name = "source"

    country_id = fields.Many2one(
        "res.country",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env.company.root_id.country_id,
        tracking=True,
        help="Country whose law it is: that of the entity that pays (4.3b).",
    )
    amount = fields.Monetary(
        string="Limit",
        tracking=True,
        help="What single or linked cash payments to a scrap supplier may come to, "
        "this amount included. Zero where the law allows no cash for scrap (4.3b).",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        ondelete="restrict",
        default=lambda self: self.env.company.currency_id,
        tracking=True,
        help="Currency of the limit. Payments in others are converted at the rate of "
        "their day.",
    )
    date_start = fields.Date(
        string="In Force From",
        required=True,
        tracking=True,
        help="First day on which the limit holds, until the next one of the country.",
    )
    source = fields.Char(
        required=True,
        tracking=True,
        help="The law or regulation that sets the limit (4.3b).",
    )

    _one_per_day = models.Constraint(
        "UNIQUE (country_id, date_start)",
        "A country has one limit from a day on. Correct or delete the other one.",
    )
    _amount_not_negative = models.Constraint(
        "CHECK (amount >= 0)",
        "The limit of cash payments cannot be negative; enter 0 where no cash is "
        "allowed (4.3b).",
    )

    @api.constrains("evidence_ids")
    def _check_evidence(self):
        for limit in self:
            if not limit.evidence_ids:
                raise ValidationError(
                    self.env._(
                        "The limit “%(law)s” of %(country)s needs evidence: attach "
                        "the text of the law (4.3b).",
                        law=limit.source,
                        country=limit.country_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        limits = super().create(vals_list)
        # A value that is left out would not be checked.
        limits._check_evidence()
        limits._check_not_backdated()
        return limits

    def write(self, vals):
        for limit in self:
            if get_changes(limit, vals, LIMIT_FIELDS):
                limit._check_not_in_force()
        result = super().write(vals)
        if {"country_id", "date_start"} & vals.keys():
            self._check_not_backdated()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self._check_not_in_force()

    def _check_not_backdated(self):
        """Refuse a limit for days on which payments were held to another one."""
        today = fields.Date.context_today(self)
        for limit in self.filtered(lambda one: one.date_start <= today):
            earlier = self.search(
                [
                    ("country_id", "=", limit.country_id.id),
                    ("date_start", "<=", today),
                    ("id", "not in", self.ids),
                ],
                limit=1,
            )
            if earlier:
                raise UserError(
                    self.env._(
                        "The limit “%(law)s” of %(country)s cannot begin on %(day)s: "
                        "today's payments are held to “%(earlier)s” (4.3b). Let it "
                        "begin tomorrow or later.",
                        law=limit.source,
                        country=limit.country_id.name,
                        day=format_day(self.env, limit.date_start),
                        earlier=earlier.source,
                    )
                )

    def _check_not_in_force(self):
        today = fields.Date.context_today(self)
        for limit in self:
            if limit.date_start <= today:
                raise UserError(
                    self.env._(
                        "The limit “%(law)s” of %(country)s is in force since "
                        "%(day)s and stays as it is: payments were held to it (4.3b). "
                        "Enter the new one with the day from which it holds.",
                        law=limit.source,
                        country=limit.country_id.name,
                        day=format_day(self.env, limit.date_start),
                    )
                )
