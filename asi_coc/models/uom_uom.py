from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .ledger_guard import count_in_force, get_changes

#: What quantities of entries are converted to tonnes by.
LEDGERED_FIELDS = {"relative_factor", "relative_uom_id", "factor"}


class UomUom(models.Model):
    _inherit = "uom.uom"

    def write(self, vals):
        if LEDGERED_FIELDS & vals.keys():
            self.filtered(
                lambda uom: get_changes(uom, vals, LEDGERED_FIELDS)
            )._coc_check_ledgered()
        return super().write(vals)

    def _coc_check_ledgered(self):
        """Refuse to convert what was moved another way (8.1).

        Odoo refuses while open moves or stock are in the unit; what was done and
        has left again counts here.
        """
        if not self:
            return
        units = self.with_context(active_test=False).search(
            [("id", "child_of", self.ids)]
        )
        counts = count_in_force(
            self.env,
            # the designated quantity is in the move's unit
            SQL(
                "CASE WHEN line.product_uom_id = ANY(%(units)s)"
                " THEN line.product_uom_id"
                " WHEN move.product_uom = ANY(%(units)s) THEN move.product_uom END",
                units=units.ids,
            ),
            SQL(
                "EXISTS (SELECT FROM stock_move_line line"
                " JOIN stock_move move ON move.id = line.move_id"
                " WHERE line.id = entry.move_line_id"
                " AND (line.product_uom_id = ANY(%(units)s)"
                " OR move.product_uom = ANY(%(units)s)))",
                units=units.ids,
            ),
        )
        for unit in units.filtered(lambda one: one.id in counts):
            raise UserError(
                self.env._(
                    "The conversion of %(changed)s cannot change: ledger entries "
                    "(%(count)s) have their quantity in %(unit)s, and their mass "
                    "follows from it (8.1). Make a new unit of measure for what moves "
                    "from now on.",
                    changed=", ".join(self.mapped("name")),
                    count=counts[unit.id],
                    unit=unit.name,
                )
            )
