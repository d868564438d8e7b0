from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain

SOURCING_TYPE = "asi_coc.mail_activity_sourcing"


class PurchaseOrder(models.Model):
    """Names the certified source of a trader, and warns of what will not count."""

    _name = "purchase.order"
    _inherit = ["purchase.order", "asi.coc.sourcing"]

    coc_source_id = fields.Many2one(
        "res.partner",
        string="Certified Source",
        index="btree_not_null",
        help="CoC certified entity that the material comes from, where a trader "
        "delivers it. It issues the CoC Document (3.1c to 6.1c ii).",
    )
    coc_is_relevant = fields.Boolean(
        compute="_compute_coc_is_relevant",
        help="Some product of the order is accounted as a CoC Material.",
    )

    @api.depends("order_line.product_id")
    def _compute_coc_is_relevant(self):
        for order in self:
            order.coc_is_relevant = any(order.order_line.mapped("coc_material"))

    @api.depends_context("lang")
    @api.depends(
        "order_line.coc_sourcing_status", "order_line.coc_sourcing_reasons", "state"
    )
    def _compute_coc_sourcing(self):
        for order in self:
            lines = order.order_line
            statuses = set(lines.mapped("coc_sourcing_status"))
            order.coc_sourcing_status = next(
                (status for status in ("unable", "able") if status in statuses), False
            )
            order.coc_sourcing_reasons = "\n".join(
                f"{line.product_id.display_name}: {reason}"
                for line in lines
                for reason in (line.coc_sourcing_reasons or "").splitlines()
            )

    @api.model
    def _coc_get_open_statuses(self):
        statuses = {}
        lines = self.env["purchase.order.line"]
        for key, status in lines._coc_get_open_statuses().items():
            order = lines.sudo().browse(key).order_id
            if statuses.get(order.id) != "unable":
                statuses[order.id] = status
        return statuses

    def write(self, vals):
        result = super().write(vals)
        if "coc_source_id" in vals:
            self._coc_hand_on_source()
            self.filtered(lambda one: one.state == "purchase")._coc_follow_sourcing()
        return result

    # -- the receipt ------------------------------------------------------------
    def _prepare_picking(self):
        return {
            **super()._prepare_picking(),
            "coc_source_id": self._coc_get_common_source().id,
        }

    def _coc_get_common_source(self):
        """Return the certified source of what is ordered as CoC, if it is one.

        A receipt has one CoC Document; where sources differ, it names none yet.
        """
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: line.coc_ordered_qty > 0)
        sources = {line._coc_get_source() for line in lines}
        return sources.pop() if len(sources) == 1 else self.env["res.partner"]

    def _coc_hand_on_source(self):
        """Let receipts to come name the source that their order names now."""
        for order in self:
            # sudo: whoever orders need not be a storekeeper
            pickings = order.sudo().picking_ids.filtered(
                lambda one: one.state not in ("done", "cancel")
            )
            pickings.coc_source_id = order._coc_get_common_source()

    # -- warning ----------------------------------------------------------------
    def button_approve(self, force=False):
        result = super().button_approve(force=force)
        self._coc_follow_sourcing()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._coc_follow_sourcing()
        return result

    def _coc_follow_sourcing(self):
        """Warn of confirmed orders whose CoC Material will not count (3.1c to 6.1c).

        Nothing is refused: whom to buy from is the buyer's decision, a certificate
        may be renewed before the goods come, and what is not certified never counts
        anyway. Once it will be able to count, the officer has nothing left to do.
        """
        # sudo: the officer's reminder is no matter of the buyer's rights
        orders = self.sudo()
        orders.order_line._coc_forget_sourcing()
        unable = orders.filtered(
            lambda order: order.state == "purchase"
            and order.coc_sourcing_status == "unable"
        )
        told = orders.activity_search([SOURCING_TYPE])
        (orders - unable).activity_feedback([SOURCING_TYPE])
        for order in unable.filtered(lambda one: one.id not in told.mapped("res_id")):
            order._coc_warn()

    def _coc_warn(self):
        self.ensure_one()
        reasons = Markup().join(
            Markup("<li>%s</li>") % reason
            for reason in self.coc_sourcing_reasons.splitlines()
        )
        note = Markup("<p>%s</p><ul>%s</ul>") % (
            self.env._(
                "What is ordered as CoC Material will not be able to count as CoC "
                "input as things are (3.1c to 6.1c):"
            ),
            reasons,
        )
        self.message_post(body=note)
        scope = self.env["asi.coc.scope"]._get_active(self.company_id)[:1]
        officer = scope._get_persons("responsible_id")[:1]
        if officer:
            self.activity_schedule(SOURCING_TYPE, user_id=officer.id, note=note)

    @api.model
    def _cron_follow_sourcing(self):
        """Warn of what ended since the order, and stop where it is cured (10.3)."""
        lines = self.env["purchase.order.line"]._coc_get_to_come(
            Domain("state", "=", "purchase")
        )
        kind = self.env.ref(SOURCING_TYPE)
        warned = self.search([("activity_ids.activity_type_id", "=", kind.id)])
        (lines.order_id | warned)._coc_follow_sourcing()
