from odoo import api, models
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
            own, entity = order.company_id, order.company_id.root_id
            scope = (
                scopes.with_company(own)._get_default()
                or scopes.with_company(entity)._get_default()
            )
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
        entities = orders.company_id.root_id
        suppliers = orders.partner_id.commercial_partner_id
        scrap = suppliers._coc_get_scrap_entities()
        cash = self.env["asi.coc.cash"].sudo()
        operations = cash._get_operations(
            {place for place in scrap if place[1] in entities.ids}
        )
        asked = {entity: self._coc_ask_today(entity) for entity in entities}
        found = {}
        for order in orders if operations else ():
            supplier = order.partner_id.commercial_partner_id
            entity = order.company_id.root_id
            paid = operations.get((supplier.id, entity.id), {})
            text = order._coc_describe_cash(list(paid.values()), *asked[entity])
            if text:
                found[order] = text
        return found

    @api.model
    def _coc_ask_today(self, entity):
        """Return the rules of ``entity``, today there, and its window."""
        cash = self.env["asi.coc.cash"]
        today = self.env["res.partner"]._coc_get_day(entity)
        window = cash._get_windows(entity.ids)(entity.id, today)
        return cash._get_rules(entity, strict=False), today, window

    def _coc_describe_cash(self, operations, rules, today, window):
        asked = Operation(
            0, today, links=frozenset({("order", self.id)}), window=window
        )
        excess = find_standing_excess(
            operations, asked, rules.get_limit, rules.get_worth
        )
        return excess and self.env._(
            "%(order)s was confirmed, and cash that %(entity)s paid to %(supplier)s in "
            "linked operations comes to %(sum)s. The limit is %(limit)s, %(law)s "
            "(4.3b).\n"
            "%(operations)s\n"
            "Pay the rest by bank transfer, clear up how it came about and put on file "
            "what is done about it.",
            order=self.name,
            **self.env["asi.coc.cash"]._describe_excess(
                self.partner_id.commercial_partner_id, excess, excess.last, rules
            ),
        )
