from decimal import Decimal

from odoo import api, fields, models

from ..core.cash import Operation, get_linked

#: From this share of the limit on, in percent, a supplier is near it.
NEAR = 80
CASH_GROUPS = "asi_coc.group_officer,asi_coc.group_auditor"


class ResPartner(models.Model):
    """What a scrap supplier was paid in cash, against the limit (4.3b)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    coc_cash_currency_id = fields.Many2one(
        "res.currency",
        string="Currency of Cash Limit",
        compute="_compute_coc_cash",
        groups=CASH_GROUPS,
        help="Currency of the limit that holds today.",
    )
    coc_cash_sum = fields.Monetary(
        string="Cash in Window",
        currency_field="coc_cash_currency_id",
        compute="_compute_coc_cash",
        groups=CASH_GROUPS,
        help="Cash that the entity paid it within the window that ends today, at the "
        "rate of each day. A payment of today is linked with it (4.3b).",
    )
    coc_cash_limit = fields.Monetary(
        string="Cash Limit",
        currency_field="coc_cash_currency_id",
        compute="_compute_coc_cash",
        groups=CASH_GROUPS,
        help="What linked cash payments may come to today (4.3b).",
    )
    coc_cash_share = fields.Float(
        string="Cash Used (%)",
        digits=(16, 1),
        compute="_compute_coc_cash",
        groups=CASH_GROUPS,
        help="Share of the limit that is used, in percent.",
    )
    coc_is_near_cash_limit = fields.Boolean(
        string="Near the Cash Limit",
        compute="_compute_coc_cash",
        search="_search_coc_is_near_cash_limit",
        groups=CASH_GROUPS,
        help="80 % of the limit are used, or more (4.3b).",
    )

    @api.depends_context("company")
    def _compute_coc_cash(self):
        cash = self.env["asi.coc.cash"]
        entity = self.env.company.root_id
        today = self._coc_get_day(self.env.company)
        rules = cash._get_rules(entity, strict=False)
        limit = rules.get_limit(today)
        window = cash._get_windows([entity.id])(entity.id, today)
        places = {
            place for place in self._coc_get_scrap_entities() if place[1] == entity.id
        }
        # sudo: the sum is all that officers and auditors see
        found = cash.sudo()._get_operations(places)
        for partner in self:
            place = (partner.commercial_partner_id._origin.id, entity.id)
            asked = Operation(0, today, window=window)
            linked = get_linked(asked, found[place].values())[:-1]
            total = sum((rules.get_worth(one, limit) for one in linked), Decimal(0))
            partner.coc_cash_currency_id = limit.currency
            partner.coc_cash_sum = float(total)
            partner.coc_cash_limit = float(limit.amount)
            partner.coc_cash_share = _get_share(total, limit.amount)
            partner.coc_is_near_cash_limit = 0 < total >= limit.amount * NEAR / 100

    def _search_coc_is_near_cash_limit(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        suppliers = self.search([("coc_is_scrap_supplier", "=", True)])
        near = suppliers.filtered("coc_is_near_cash_limit")
        return [("id", "in", near.ids)]

    def action_coc_open_financial_records(self):
        """Open what was billed and paid, by bank and in cash (4.3b)."""
        self.ensure_one()
        supplier = self.commercial_partner_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Financial Records of %(supplier)s", supplier=self.name),
            "res_model": "asi.coc.financial.record",
            "view_mode": "list,kanban,form,pivot",
            "domain": [("partner_id", "=", supplier.id)],
        }


def _get_share(total, limit):
    """Return the share of the limit in percent; all of it where nothing is allowed."""
    if not limit:
        return 100.0 if total else 0.0
    return float(round(100 * total / limit, 1))
