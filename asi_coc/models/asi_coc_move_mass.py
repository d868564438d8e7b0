from decimal import Decimal

from odoo import models

from ..core.quantity import GRAM, ZERO, Ratio, to_mass, whole_units


class AsiCocMoveMass(models.AbstractModel):
    """What a stock move weighs: planned, by its lots, or as the ledger counted it."""

    _name = "asi.coc.move.mass"
    _description = "Mass of a Stock Move"

    def _coc_get_mass(self):
        """Return the net mass done, or else demanded, in tonnes; zero if unknown."""
        self.ensure_one()
        lines = self.move_line_ids.filtered("quantity")
        if not lines.lot_id.filtered("coc_net_mass"):
            quantity = self.quantity or self.product_uom_qty
            return self.product_id._coc_get_mass(quantity, self.product_uom) or ZERO
        return sum(
            (
                self.product_id._coc_get_mass(
                    line.quantity, line.product_uom_id, line.lot_id
                )
                or ZERO
                for line in lines
            ),
            ZERO,
        )

    def _coc_get_whole_quantity(self, mass):
        """Return the largest whole quantity of the move within ``mass`` t (8.5).

        Weighed lots count line by line, in the order they are designated.
        """
        self.ensure_one()
        product, uom = self.product_id, self.product_uom
        if not self.move_line_ids.lot_id.filtered("coc_net_mass"):
            return product._coc_get_whole_quantity(mass, uom)
        whole = ZERO
        for line in self.move_line_ids.filtered("quantity").sorted("id"):
            fitting = min(
                product._coc_get_whole_quantity(mass, uom, line.lot_id),
                to_mass(
                    line.product_uom_id._compute_quantity(
                        line.quantity, uom, round=False
                    )
                ),
            )
            whole += fitting
            mass -= product._coc_get_designated_mass(fitting, uom, line.lot_id)
        return whole_units(whole, product._coc_get_whole(uom))

    def _coc_get_unit_masses(self):
        """Return ``{lot id: tonnes per base unit}`` as the ledger counted them."""
        self.ensure_one()
        # sudo: the warehouse does not read the ledger
        groups = (
            self.env["asi.coc.entry"]
            .sudo()
            ._read_group(
                [
                    ("move_id", "=", self.id),
                    ("status", "!=", "unclassified"),
                    ("unit_mass", ">", 0),
                ],
                ["lot_id"],
                ["unit_mass:max"],
            )
        )
        return {lot.id: Decimal(str(unit_mass)) for lot, unit_mass in groups}

    def _coc_get_accounted_mass(self, origin=None):
        """Return the mass of a done move, or of a return of ``origin``, in tonnes.

        As the ledger counted it, whatever the product weighs now.
        """
        counted = (origin or self)._coc_get_unit_masses()
        lines = self.move_line_ids.filtered("quantity")
        if not counted or {line.lot_id.id for line in lines} - counted.keys():
            return self._coc_get_mass()
        return to_mass(
            sum(
                Decimal(str(line.quantity))
                * Decimal(str(line.product_uom_id.factor))
                * counted.get(line.lot_id.id, ZERO)
                for line in lines
            )
        )

    def _coc_sum_accounted(self):
        """Return the exact mass of done moves as the ledger counted it, in tonnes."""
        return sum((to_mass(move._coc_get_accounted_mass()) for move in self), ZERO)

    def _coc_get_unclaimed_order(self):
        """Return the CoC mass ordered and not claimed yet, at most the move's (t).

        A kit is received as its components, each with its part of what is ordered.
        """
        self.ensure_one()
        line = self.purchase_line_id
        siblings = line.move_ids.filtered(
            lambda move: move.state != "cancel"
            and move.product_id == self.product_id
            and not move.origin_returned_move_id
        )
        if self.product_id == line.product_id:
            ordered = self.product_id._coc_get_mass(
                line.coc_ordered_qty, line.product_uom_id
            )
        else:
            whole = sum((move._coc_get_mass() for move in siblings), ZERO)
            share = Ratio(to_mass(line.coc_ordered_qty), to_mass(line.product_qty))
            ordered = share.of(whole)
        claimed = sum((siblings - self).mapped("coc_claimed_mass"))
        left = max(float(ordered or ZERO) - claimed, 0)
        return min(left, float(self._coc_get_mass()))

    def _coc_get_gross_mass(self):
        """Return the mass of a done move in tonnes, whatever it contains (8.3).

        What is not measured in units of mass counts as it is accounted.
        """
        self.ensure_one()
        lines = self.move_line_ids.filtered("quantity")
        if not all(self.product_id._coc_is_mass(one.product_uom_id) for one in lines):
            return self._coc_get_accounted_mass()
        return to_mass(
            sum(
                Decimal(str(line.quantity)) * Decimal(str(line.product_uom_id.factor))
                for line in lines
            )
            * GRAM
        )
