from odoo import api, fields, models
from odoo.fields import Domain

from .asi_coc_sourcing import SOURCINGS, Sourced

#: What decides whether the material ordered will be able to count.
SOURCING_FIELDS = {"coc_ordered_qty", "coc_source_id", "date_planned", "product_id"}


class PurchaseOrderLine(models.Model):
    """Shows at order time whether what is ordered as CoC will be able to count."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _name = "purchase.order.line"
    _inherit = ["purchase.order.line", "asi.coc.sourcing"]

    coc_source_id = fields.Many2one(
        "res.partner",
        string="Certified Source",
        index="btree_not_null",
        help="CoC certified entity that the material of this line comes from through "
        "the trader, where it is another one than the order's (3.1c to 6.1c ii).",
    )
    coc_sourcing = fields.Selection(
        SOURCINGS,
        string="Sourcing",
        compute="_compute_coc_sourcing",
        help="Directly from an entity CoC certified on the planned day, through a "
        "trader, or from nobody certified (3.1c to 6.1c).",
    )

    @api.depends_context("lang")
    @api.depends(
        "coc_ordered_qty",
        "coc_source_id",
        "date_planned",
        "product_id",
        "qty_received",
        "state",
        "order_id.coc_source_id",
        "order_id.partner_id",
        "order_id.picking_type_id",
    )
    def _compute_coc_sourcing(self):
        sourced = self._coc_get_sourced()
        judged = self.env["asi.coc.certificate"]._judge_sourcing(list(sourced.values()))
        found = dict(zip(sourced, judged, strict=True))
        refused = self.env["asi.coc.scope"]._find_uncertified(list(sourced.values()))
        uncertified = dict(zip(sourced, refused, strict=True))
        for line in self:
            sourcing, reasons = found.get(line, (False, []))
            reasons = [*reasons, *filter(None, [uncertified.get(line)])]
            line.coc_sourcing = sourcing
            line.coc_sourcing_reasons = "\n".join(reasons)
            line.coc_sourcing_status = sourcing and ("unable" if reasons else "able")

    def _coc_get_sourced(self):
        """Return ``{line: what it sources}`` of lines that order CoC Material to come.

        The day is the planned one; what is late may come today.
        """
        scopes = self.env["asi.coc.scope"]._get_active(self.company_id)
        scopes = {scope.company_id: scope for scope in scopes[::-1]}
        sourced = {}
        for line in self.filtered(lambda one: one._coc_is_to_come()):
            scope = scopes.get(line.company_id)
            if scope:
                day = scope._get_planned_day(line.date_planned)
                sourced[line] = Sourced(
                    line.company_id,
                    line.order_id.partner_id._origin,
                    line._coc_get_source()._origin,
                    line.coc_material,
                    day,
                    line._coc_get_place(),
                    day,
                )
        return sourced

    def _coc_get_place(self):
        """Return product, location and operation type of where the line arrives."""
        # sudo: only ids are looked at
        operation = self.order_id.sudo().picking_type_id._origin
        location = operation.default_location_dest_id
        return self.product_id._origin, location, operation

    def _coc_is_to_come(self):
        self.ensure_one()
        return (
            self.coc_ordered_qty > 0
            and self.coc_material
            and self.state != "cancel"
            and self.order_id.partner_id
            and self.qty_received < self.product_qty
        )

    def _coc_get_source(self):
        """Return the certified source of the line, empty where it is the supplier."""
        self.ensure_one()
        return self.coc_source_id or self.order_id.coc_source_id

    @api.model
    def _coc_get_to_come(self, domain=Domain.TRUE):
        """Return the lines (sudo) that order CoC Material still to come."""
        # sudo: only statuses by id are told; lists keep to the user's own rights
        lines = self.sudo().search(
            Domain("coc_ordered_qty", ">", 0) & Domain("state", "!=", "cancel") & domain
        )
        return lines.filtered(lambda one: one._coc_is_to_come())

    @api.model
    def _coc_get_open_statuses(self):
        lines = self._coc_get_to_come()
        lines._coc_forget_sourcing()
        return {
            line.id: line.coc_sourcing_status
            for line in lines
            if line.coc_sourcing_status
        }

    def _coc_forget_sourcing(self):
        """Judge anew: certificates may have changed in the same transaction."""
        names = ["coc_sourcing", "coc_sourcing_status", "coc_sourcing_reasons"]
        self.invalidate_recordset(names)
        self.order_id.invalidate_recordset(names[1:])

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._coc_follow_confirmed()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "coc_source_id" in vals:
            self.order_id._coc_hand_on_source()
        if SOURCING_FIELDS & vals.keys():
            self._coc_follow_confirmed()
        return result

    def _coc_follow_confirmed(self):
        ordered = self.filtered("coc_ordered_qty").order_id
        ordered.filtered(lambda one: one.state == "purchase")._coc_follow_sourcing()

    def action_coc_open_order(self):
        """Open the order of the line, where its source is entered."""
        self.ensure_one()
        return self.order_id.get_formview_action()
