from odoo import api, fields, models
from odoo.exceptions import UserError

from ..formatting import format_day
from .due_diligence_query import STANDINGS, STOPPING
from .res_partner import COC_GROUPS

#: Orders in these states bind the company.
BINDING = ("to approve", "purchase")
STOPPED = ("suspended", "terminated")
MISSING_TYPE = "asi_coc.mail_activity_due_diligence"


class PurchaseOrder(models.Model):
    """Orders of material need due diligence on the supplier (7.2)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "purchase.order"

    coc_due_diligence_state = fields.Selection(
        STANDINGS,
        string="Supplier's Due Diligence",
        compute="_compute_coc_due_diligence_state",
        compute_sudo=True,
        groups=COC_GROUPS,
        help="How the supplier stands today; not needed where nothing on the order "
        "asks for due diligence (7.2).",
    )

    @api.depends(
        "company_id",
        "partner_id",
        "order_line.coc_ordered_qty",
        "order_line.product_id",
        "order_line.product_qty",
    )
    def _compute_coc_due_diligence_state(self):
        standings = self._coc_get_standings()
        asking = self._coc_asking()
        for order in self:
            standing = standings.get(order, "not_needed")
            if order not in asking and standing not in STOPPED:
                standing = "not_needed"
            order.coc_due_diligence_state = standing

    @api.constrains("state", "partner_id")
    def _check_coc_supplier(self):
        self.filtered(lambda order: order.state in BINDING)._coc_check_stopped()

    def write(self, vals):
        result = super().write(vals)
        if vals.get("state") == "purchase":
            self._coc_ask_for_due_diligence()
        return result

    def _coc_check_stopped(self):
        """Refuse orders of CoC-relevant material to stopped suppliers (7.2).

        Raises UserError naming order, supplier, since when, why and the way out.
        Other goods may be ordered.
        """
        for order, standing in self._coc_get_standings().items():
            if standing in STOPPED:
                raise UserError(order._coc_describe_stop(standing))

    def _coc_describe_stop(self, standing):
        entity = self.partner_id.sudo().commercial_partner_id
        # sudo: the buyer is told why, whatever else stays with the officers
        stop = (
            self.env["asi.coc.supplier.mitigation"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", entity.id),
                    ("company_id", "=", self.company_id.id),
                    ("course", "in", STOPPING),
                    ("state", "=", "running"),
                    ("date_start", "<=", self._coc_get_days()[self.company_id]),
                ],
                # a termination before a suspension
                order="course desc, date_start, id",
                limit=1,
            )
        )
        material = self._coc_material_lines().product_id[:1]
        field = self._fields["coc_due_diligence_state"]
        labels = dict(field._description_selection(self.env))
        return self.env._(
            "%(order)s: %(product)s cannot be ordered from %(supplier)s, which is "
            "%(standing)s since %(day)s (%(area)s: %(finding)s; 7.2). Order it "
            "elsewhere, or have a Compliance Officer end the mitigation with its "
            "outcome on the supplier's assessment %(assessment)s. Goods that are no "
            "CoC-relevant material may be ordered.",
            order=self.name,
            product=material.display_name,
            supplier=entity.display_name,
            standing=labels[standing].lower(),
            day=format_day(self.env, stop.date_start),
            area=stop.area_id.name,
            finding=stop.finding_id.name,
            assessment=stop.assessment_id.name,
        )

    # -- what asks for due diligence --------------------------------------------------
    def _coc_material_lines(self):
        """Return the lines of CoC-relevant material: products with a CoC Material."""
        return self.order_line.filtered(lambda line: line.product_id.coc_material)

    def _coc_get_standings(self):
        """Return ``{order: standing of its supplier today}``, in constant queries.

        Only orders with CoC-relevant material, of companies with a scope.
        """
        orders = self.filtered(lambda one: one.partner_id and one._coc_material_lines())
        days = orders._coc_get_days()
        asked = {
            order: (
                order.partner_id._origin,
                order.company_id,
                days[order.company_id],
            )
            for order in orders
            if order.company_id in days and order.partner_id._origin
        }
        standings = self.env["res.partner"]._coc_get_standings(asked.values())
        return {order: standings[key] for order, key in asked.items()}

    def _coc_get_days(self):
        """Return ``{company: today}`` of the companies with an active scope."""
        # sudo: buyers need not read scopes
        scopes = self.env["asi.coc.scope"].sudo()
        found = scopes.search(
            [("company_id", "in", self.company_id.ids), ("state", "=", "active")]
        )
        return {
            company: own[0]._get_today()
            for company, own in found.grouped("company_id").items()
        }

    def _coc_asking(self):
        """Return the orders on which something asks for due diligence (7.2).

        Not what a certified entity itself supplies as CoC Material, unless it is marked
        as a trader, nor the work of a contractor (2.2).
        """
        certified = self._coc_find_certified()
        lines = self._coc_material_lines()
        lines -= lines.filtered(
            lambda line: (
                line.order_id in certified and line.coc_ordered_qty >= line.product_qty
            )
        )
        return (lines - lines._coc_find_work()).order_id

    def _coc_find_certified(self):
        """Return the orders of who is CoC certified today, and no trader, for them."""
        days = self._coc_get_days()
        # sudo: buyers need not read certificates; those of other companies count not
        found = self.env["asi.coc.certificate"].sudo()
        found = found.search(
            [
                ("partner_id", "in", self.partner_id.sudo().commercial_partner_id.ids),
                ("partner_id.coc_is_trader", "=", False),
                ("standard", "=", "chain_of_custody"),
            ]
        )
        held = found.grouped("partner_id")

        def is_certified(order):
            own = held.get(order.partner_id.sudo().commercial_partner_id, found[:0])
            day = days.get(order.company_id)
            return day and any(
                one._is_valid_on(day)
                for one in own
                if one.company_id.id in (False, order.company_id.id)
            )

        return self.filtered(is_certified)

    def _coc_ask_for_due_diligence(self):
        """Give an officer the task to assess the supplier, once until it is done."""
        asking = self._coc_asking()
        waiting = {
            order: standing
            for order, standing in asking._coc_get_standings().items()
            if standing in ("none", "expired")
        }
        # sudo: whoever confirms the order, the officer is told
        entities = asking.browse().union(*waiting).partner_id.sudo()
        entities = entities.commercial_partner_id
        told = entities.activity_search([MISSING_TYPE])
        known = {(one.res_id, one.user_id) for one in told}
        scopes = self.env["asi.coc.scope"].sudo()
        for order in waiting:
            entity = order.partner_id.sudo().commercial_partner_id
            scope = scopes.with_company(order.company_id)._get_default()
            person = scope._get_persons("responsible_id")[:1]
            if not person or (entity.id, person) in known:
                continue
            known.add((entity.id, person))
            entity.activity_schedule(
                MISSING_TYPE,
                summary=self.env._(
                    "%(order)s was confirmed without current due diligence (7.2)",
                    order=order.name,
                ),
                user_id=person.id,
            )
