from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..core.quantity import to_mass
from ..formatting import format_number


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    coc_wanted_qty = fields.Float(
        string="CoC Wanted",
        digits="Product Unit",
        help="Quantity, in whole products, that the customer wants as CoC Material. "
        "The delivery proposes to designate it.",
    )
    coc_material = fields.Selection(
        related="product_id.coc_material",
        help="Material the product is accounted as.",
    )
    coc_available_qty = fields.Float(
        string="CoC Available",
        digits="Product Unit",
        compute="_compute_coc_available_qty",
        help="Whole products that a delivery of this order could carry as CoC Material "
        "now, its own outflow counted (8.7).",
    )
    coc_unavailable_reason = fields.Char(
        string="Why No CoC",
        compute="_compute_coc_available_qty",
        help="Why the facility may not put out CoC Material today (3 to 6 a, b).",
    )

    @api.depends("product_id", "product_uom_id", "warehouse_id", "product_uom_qty")
    def _compute_coc_available_qty(self):
        relevant = self.filtered(lambda line: line.coc_material and line.warehouse_id)
        (self - relevant).update(
            {"coc_available_qty": 0, "coc_unavailable_reason": False}
        )
        # sudo: sales see what is available, not the account or the warehouse
        available = self.env["asi.coc.scope"]._get_available(
            [
                (
                    line.order_id,
                    (
                        line.product_id,
                        line.warehouse_id.sudo().lot_stock_id,
                        line.warehouse_id.sudo().out_type_id,
                    ),
                    line._coc_get_mass(),
                )
                for line in relevant
            ]
        )
        for line, (mass, reason) in zip(relevant, available, strict=True):
            whole = line.product_id._coc_get_whole_quantity(mass, line.product_uom_id)
            line.coc_available_qty = float(whole)
            line.coc_unavailable_reason = reason

    def _coc_get_mass(self):
        """Return the net mass ordered, in tonnes; zero if unknown."""
        self.ensure_one()
        return self.product_id._coc_get_mass(
            self.product_uom_qty, self.product_uom_id
        ) or to_mass(0)

    @api.constrains("coc_wanted_qty", "product_uom_qty", "product_id")
    def _check_coc_wanted_qty(self):
        for line in self.filtered("coc_wanted_qty"):
            line.product_id._coc_check_designation(
                line.coc_wanted_qty, line.product_uom_id
            )
            if not 0 <= line.coc_wanted_qty <= line.product_uom_qty:
                raise ValidationError(
                    self.env._(
                        "%(order)s: %(quantity)s %(uom)s of %(product)s are wanted as "
                        "CoC, out of %(total)s. Enter between nothing and all of it.",
                        order=line.order_id.name,
                        quantity=format_number(self.env, line.coc_wanted_qty),
                        uom=line.product_uom_id.name,
                        product=line.product_id.display_name,
                        total=format_number(self.env, line.product_uom_qty),
                    )
                )

    def write(self, vals):
        result = super().write(vals)
        if "coc_wanted_qty" in vals:
            self._coc_update_deliveries()
        return result

    def _prepare_procurement_values(self):
        values = super()._prepare_procurement_values()
        if self.coc_wanted_qty:
            wanted = max(self.coc_wanted_qty - self._coc_get_designated_qty(), 0)
            values["coc_wanted"] = (wanted, self.product_uom_id)
        return values

    def _coc_get_outgoing_moves(self):
        """Return the deliveries of CoC Material for this line; a kit's components.

        What a supplier sends to the customer never was in the scope.
        """
        return self.move_ids.filtered(
            lambda move: move.state != "cancel"
            and move.location_id.usage != "supplier"
            and move.location_dest_id._is_outgoing()
            and move.product_id.coc_material
        )

    def _coc_get_designated_qty(self):
        """Return what deliveries designate already, in the line's unit.

        Of a kit, as much as the component designated least allows.
        """
        moves = self._coc_get_outgoing_moves()
        if not moves:
            return 0
        own = moves.filtered(lambda move: move.product_id == self.product_id)
        if own:
            return sum(
                move.product_uom._compute_quantity(
                    move.coc_designated_qty, self.product_uom_id, round=False
                )
                for move in own
            )
        share = min(
            sum(moves_of_one.mapped("coc_designated_qty"))
            / sum(moves_of_one.mapped("product_uom_qty"))
            for moves_of_one in moves.grouped("product_id").values()
        )
        return share * self._get_qty_procurement()

    def _coc_update_deliveries(self):
        """Let open deliveries propose what is wanted now."""
        for line in self:
            moves = line._coc_get_outgoing_moves()
            for product, moves_of_one in moves.grouped("product_id").items():
                line._coc_propose(product, moves_of_one)

    def _coc_propose(self, product, moves):
        """Spread what is wanted over deliveries of one product, done ones first."""
        uom = moves[0].product_uom
        if product == self.product_id:
            wanted = self.product_uom_id._compute_quantity(
                self.coc_wanted_qty, uom, round=False
            )
        else:
            ordered = sum(
                move.product_uom._compute_quantity(
                    move.product_uom_qty, uom, round=False
                )
                for move in moves
            )
            wanted = product._coc_get_whole_share(
                self.coc_wanted_qty / self.product_uom_qty, ordered, uom
            )
        for move in moves.sorted(lambda move: (move.state != "done", move.id)):
            if move.state != "done":
                proposed = uom._compute_quantity(wanted, move.product_uom, round=False)
                move.coc_designated_qty = min(proposed, move.product_uom_qty)
            designated = move.product_uom._compute_quantity(
                move.coc_designated_qty, uom, round=False
            )
            wanted = max(wanted - designated, 0)
