from odoo import models
from odoo.tools import plaintext2html

from ..core.cash import Operation, find_standing_excess

BEYOND_TYPE = "asi_coc.mail_activity_cash_beyond_limit"


class PurchaseOrder(models.Model):
    """Tells when too much was paid in cash before the order was confirmed (4.3b).

    Who has no order of scrap, or a cancelled request only, may be paid any cash. An
    order that is confirmed afterwards goes on, but not unseen.
    """

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "purchase.order"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "purchase":
            self._coc_tell_of_cash()
        return result

    def _coc_tell_of_cash(self):
        """Give an officer the task to clear up what is beyond the limit, once."""
        found = self._coc_find_cash_beyond_limit()
        # sudo: whoever confirms the order, the officer is told
        suppliers = self.browse().union(*found).sudo().partner_id.commercial_partner_id
        told = set(suppliers.activity_search([BEYOND_TYPE]).mapped("summary"))
        scopes = self.env["asi.coc.scope"].sudo()
        for order, description in found.items():
            summary = self.env._(
                "%(order)s: cash beyond the limit (4.3b)", order=order.name
            )
            scope = scopes.with_company(order.company_id)._get_default()
            person = scope._get_persons("responsible_id")[:1] if scope else None
            if person and summary not in told:
                order.sudo().partner_id.commercial_partner_id.activity_schedule(
                    BEYOND_TYPE,
                    summary=summary,
                    note=plaintext2html(description),
                    user_id=person.id,
                )

    def _coc_find_cash_beyond_limit(self):
        """Return ``{order: what was paid for it beyond the limit, in words}`` (4.3b).

        Also what was paid within the window that ends today. In constant queries.
        """
        # sudo: whoever confirms, all that the supplier was paid counts
        orders = self.sudo().filtered(
            lambda order: (
                "scrap" in order.order_line.product_id.mapped("coc_material")
            )
        )
        places = {
            order: (
                order.partner_id.commercial_partner_id.id,
                order.company_id.root_id.id,
            )
            for order in orders
        }
        cash = self.env["asi.coc.cash"].sudo()
        scrap = orders.partner_id._coc_get_scrap_entities()
        operations = cash._get_operations(scrap & set(places.values()))
        found = {
            order: order._coc_describe_cash(list(operations[place].values()))
            for order, place in places.items()
            if operations.get(place)
        }
        return {order: text for order, text in found.items() if text}

    def _coc_describe_cash(self, operations):
        entity = self.company_id.root_id
        cash = self.env["asi.coc.cash"]
        rules = cash._get_rules(entity, strict=False)
        today = self.env["res.partner"]._coc_get_day(entity)
        window = cash._get_windows(entity.ids)(entity.id, today)
        asked = Operation(
            0, today, links=frozenset({("order", self.id)}), window=window
        )
        excess = find_standing_excess(
            operations, asked, rules.get_limit, rules.get_worth
        )
        if not excess:
            return None
        return self.env._(
            "%(order)s was confirmed, and cash that %(entity)s paid to %(supplier)s in "
            "linked operations comes to %(sum)s. The limit is %(limit)s, %(law)s "
            "(4.3b).\n"
            "%(operations)s\n"
            "Pay the rest by bank transfer, clear up how it came about and put on file "
            "what is done about it.",
            order=self.name,
            **cash._describe_excess(
                self.partner_id.commercial_partner_id, excess, excess.last, rules
            ),
        )
