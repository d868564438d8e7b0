from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..formatting import format_day
from .ledger_guard import get_changes

#: What a limit in force is known by.
LIMIT_FIELDS = frozenset(
    {"company_id", "country_id", "amount", "currency_id", "date_start"}
)


class AsiCocCashLimit(models.Model):
    """How much the law of a country lets a scrap supplier be paid in cash (4.3b).

    A changed law is another row with the day from which it holds. Of a row that all
    companies share and an entity's own, the stricter one holds. Where a country has
    no row, 10,000 US dollars are the limit.
    """

    _name = "asi.coc.cash.limit"
    _description = "Legal Limit of Cash Payments"
    _inherit = ["asi.coc.evidence", "mail.thread"]
    _order = "country_id, company_id, date_start desc"
    _rec_name = "source"

    company_id = fields.Many2one(
        "res.company",
        string="Entity",
        index=True,
        ondelete="cascade",
        domain="[('parent_id', '=', False)]",
        tracking=True,
        help="Entity that the limit holds for, its branches included; empty for all "
        "companies. An entity's own limit makes the shared one stricter, "
        "never laxer (4.3b).",
    )
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

    _one_per_entity = models.UniqueIndex(
        "(country_id, COALESCE(company_id, 0), date_start)",
        "A country, or an entity there, has one limit from a day on. Correct or delete "
        "the other one.",
    )
    _amount_not_negative = models.Constraint(
        "CHECK (amount >= 0)",
        "The limit of cash payments cannot be negative; enter 0 where no cash is "
        "allowed (4.3b).",
    )

    @api.constrains("company_id")
    def _check_company(self):
        for limit in self:
            if limit.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "%(branch)s is a branch: what it pays counts with "
                        "%(entity)s. Enter the limit there (4.3b).",
                        branch=limit.company_id.name,
                        entity=limit.company_id.root_id.name,
                    )
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
        if {"company_id", "country_id", "date_start"} & vals.keys():
            self._check_not_backdated()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_force(self):
        self._check_not_in_force()

    def _check_not_backdated(self):
        """Refuse a limit for days on which payments were held to another one."""
        for limit in self:
            today = limit._get_today()
            if limit.date_start > today:
                continue
            earlier = self.search(
                [
                    ("country_id", "=", limit.country_id.id),
                    ("company_id", "=", limit.company_id.id),
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
        for limit in self:
            if limit.date_start <= limit._get_today():
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

    def _get_today(self):
        """Return today where the entity is; the latest of all where it is shared."""
        # sudo: the day is the same for everybody
        scopes = self.env["asi.coc.scope"].sudo()
        if self.company_id:
            return self.env["res.partner"]._coc_get_day(self.company_id)
        days = [scope._get_today() for scope in scopes.search([])]
        return max(days, default=fields.Date.context_today(self))
