from odoo import models
from odoo.exceptions import UserError

from ..formatting import format_day, format_number
from .certification_query import uncertified_query


class AsiCocMoveDesignation(models.AbstractModel):
    """Corrects what a done delivery carries as CoC Material (9.6)."""

    _name = "asi.coc.move.designation"
    _description = "Designation of a Done Delivery"

    def _coc_check_certified(self):
        """Refuse a designation of what left a facility that was not certified.

        Raises UserError naming facility, certificate, day, criterion (3 to 6 a, b)
        and the way out.
        """
        self.env.flush_all()
        for move_id, facility_id, day in self.env.execute_query(
            uncertified_query(self)
        ):
            move = self.browse(move_id)
            # sudo: whoever delivers is told why; certificates are only named
            facility = self.env["asi.coc.facility"].sudo().browse(facility_id)
            raise UserError(
                self.env._(
                    "%(picking)s designates %(quantity)s %(uom)s of %(product)s as CoC "
                    "Material, but facility %(facility)s (%(activity)s) is not "
                    "certified on %(day)s. %(reason)s Or deliver without a "
                    "designation.",
                    picking=move.reference,
                    quantity=format_number(self.env, move.coc_designated_qty),
                    uom=move.product_uom.name,
                    product=move.product_id.display_name,
                    facility=facility.name,
                    activity=facility.activity_id.name,
                    day=format_day(self.env, day),
                    reason=facility._get_certifications(day)[facility.id].reason,
                )
            )

    def _coc_get_designated_with_customer(self):
        """Return what was designated and has not come back, in the move's unit."""
        self.ensure_one()
        returned = self._coc_get_done_returns()
        factor = self.product_uom.factor
        back = sum(
            min(move.coc_designated_qty, move.quantity) * move.product_uom.factor
            for move in returned
        )
        own = min(self.coc_designated_qty, self.quantity)
        return self.product_uom.round(max(own - back / factor, 0))

    def _coc_get_quantity_with_customer(self):
        """Return what was delivered and has not come back, in the move's unit."""
        self.ensure_one()
        back = sum(
            move.quantity * move.product_uom.factor
            for move in self._coc_get_done_returns()
        )
        return self.product_uom.round(
            max(self.quantity - back / self.product_uom.factor, 0)
        )

    def _coc_get_done_returns(self):
        return self.returned_move_ids.filtered(
            lambda move: move.state == "done" and move._coc_comes_back_from_customer()
        )

    def _coc_redesignate(self, designations):
        """Let other quantities be CoC Material of done deliveries (9.6).

        ``designations`` is ``{stock.move: quantity}`` that the customer keeps as CoC
        Material, in the unit of the move. What had come back counts for nothing
        any more: neither as delivered nor as returned CoC Material. Raises
        UserError for more than the customer has, for parts of products (8.5), and
        for more than is available (8.7).
        """
        changed = self.browse()
        for move, quantity in designations.items():
            move._coc_check_redesignation(quantity)
            before = move._coc_get_designated_with_customer()
            if not move.product_uom.compare(before, quantity):
                continue
            returns = move._coc_get_done_returns()
            # Only this method may: a done delivery keeps its designation otherwise.
            correcting = (move | returns).with_context(coc_redesignating=True)
            correcting.coc_designated_qty = 0
            correcting[0].coc_designated_qty = quantity
            changed |= move | returns
        if changed:
            changed._coc_post()
            self._coc_note_redesignation(designations)

    def _coc_check_redesignation(self, quantity):
        kept = self._coc_get_quantity_with_customer()
        if self.product_uom.compare(quantity, kept) > 0 or quantity < 0:
            raise UserError(
                self.env._(
                    "%(quantity)s %(uom)s of %(product)s cannot be CoC Material: the "
                    "customer has %(kept)s %(uom)s of %(picking)s (9.6).",
                    quantity=format_number(self.env, quantity),
                    uom=self.product_uom.name,
                    product=self.product_id.display_name,
                    kept=format_number(self.env, kept),
                    picking=self.reference,
                )
            )
        if quantity:
            self.product_id._coc_check_designation(quantity, self.product_uom)

    def _coc_note_redesignation(self, designations):
        """Leave a trace on each delivery."""
        for picking in self.picking_id:
            lines = [
                self.env._(
                    "%(quantity)s %(uom)s of %(product)s stay CoC Material",
                    quantity=format_number(self.env, quantity),
                    uom=move.product_uom.name,
                    product=move.product_id.display_name,
                )
                for move, quantity in designations.items()
                if move.picking_id == picking
            ]
            picking.message_post(
                body=self.env._(
                    "CoC Document voided (9.6): %(lines)s.", lines="; ".join(lines)
                )
            )
