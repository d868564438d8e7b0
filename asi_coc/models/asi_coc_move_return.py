from odoo import models

from ..core.quantity import to_mass, whole_units


class AsiCocMoveReturn(models.AbstractModel):
    """Which part of a return takes back CoC Material."""

    _name = "asi.coc.move.return"
    _description = "Return of CoC Material"

    def _coc_fill_returns(self):
        """Say what part of a return takes back CoC Material, on the safe side.

        From a customer the Non-CoC part comes back first; to a supplier the
        CoC part goes back first. What the user entered stays.
        """
        returns = self.filtered(
            lambda move: move.origin_returned_move_id and move.product_id.coc_material
        )
        earlier = self.browse()
        for move in returns:
            if move._coc_comes_back_from_customer():
                # Never more than was designated, even where more comes back.
                move.coc_designated_qty = min(
                    max(
                        move._coc_get_returned_designation(earlier),
                        move.coc_designated_qty,
                    ),
                    move._coc_get_designation_left(earlier),
                )
            elif move._coc_goes_back_to_supplier():
                move.coc_claimed_mass = move._coc_get_returned_claim(earlier)
            earlier |= move

    def _coc_get_returned_before(self, batch):
        """Return what came back of the same move before, ``batch`` included."""
        siblings = self.origin_returned_move_id.returned_move_ids
        return siblings.filtered(lambda move: move.state == "done" or move in batch)

    def _coc_get_designation_left(self, batch):
        """Return what was designated and has not come back, in the move's unit."""

        def designated(moves):
            return sum(
                min(move.coc_designated_qty, move.quantity) * move.product_uom.factor
                for move in moves
            )

        left = designated(self.origin_returned_move_id) - designated(
            self._coc_get_returned_before(batch)
        )
        return max(left / self.product_uom.factor, 0)

    def _coc_comes_back_from_customer(self):
        # Between companies of one database, goods go through transit.
        usage = self.location_id.usage
        return usage == "customer" or (usage == "transit" and bool(self.sale_line_id))

    def _coc_goes_back_to_supplier(self):
        usage = self.location_dest_id.usage
        is_purchase = bool(self.purchase_line_id)
        return usage == "supplier" or (usage == "transit" and is_purchase)

    def _coc_get_returned_designation(self, batch):
        """Return the designated part of a customer return, in the move's unit."""
        origin = self.origin_returned_move_id
        earlier = self._coc_get_returned_before(batch)

        def plain(moves):
            return sum(
                (move.quantity - move.coc_designated_qty) * move.product_uom.factor
                for move in moves
            )

        plain_left = max(plain(origin) - plain(earlier), 0)
        designated = self.quantity - plain_left / self.product_uom.factor
        return float(
            whole_units(
                to_mass(max(designated, 0)),
                self.product_id._coc_get_whole(self.product_uom),
            )
        )

    def _coc_get_returned_claim(self, batch):
        """Return the claimed part of a return to the supplier, in tonnes."""
        origin = self.origin_returned_move_id
        earlier = self._coc_get_returned_before(batch)
        claim_left = origin.coc_claimed_mass - sum(earlier.mapped("coc_claimed_mass"))
        mass = self._coc_get_accounted_mass(origin)
        return max(min(claim_left, float(mass)), 0)
