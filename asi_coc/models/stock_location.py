from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .ledger_guard import describe_place, get_changes, get_places, locate_places

#: What decides which facility a place belongs to, or whether it is inside.
LEDGERED_FIELDS = {"location_id", "usage", "company_id", "coc_outside_scope"}


class StockLocation(models.Model):
    _inherit = "stock.location"

    coc_outside_scope = fields.Boolean(
        string="Outside CoC Scope",
        help="The company's own stock that is not part of its CoC Certification "
        "Scope, with everything below. What comes from here is an input, what goes "
        "here is an output.",
    )

    def write(self, vals):
        if not LEDGERED_FIELDS & vals.keys():
            return super().write(vals)
        changing = self.filtered(lambda one: get_changes(one, vals, LEDGERED_FIELDS))
        counts = changing._coc_get_places()
        before = locate_places(self.env, counts)
        result = super().write(vals)
        self._coc_check_places(counts, before)
        return result

    def _coc_get_places(self):
        """Return the places of accounted moves in these trees."""
        if not self:
            return {}
        self.flush_recordset(["parent_path"])
        return get_places(
            self.env,
            SQL(
                "location.parent_path LIKE ANY(%s)",
                [f"{one.parent_path}%" for one in self],
            ),
        )

    def _coc_check_places(self, counts, before):
        """Refuse a change that would account what was moved somewhere else (8.1)."""
        after = locate_places(self.env, before)
        for place, meaning in before.items():
            if after[place] == meaning:
                continue
            raise UserError(
                self.env._(
                    "%(location)s cannot change so: ledger entries (%(count)s) come "
                    "from moves there, and correcting one of them would account it at "
                    "%(after)s instead of %(before)s (8.1). Make a new location for "
                    "what moves from now on, and transfer the stock there.",
                    location=self.browse(place[0]).sudo().complete_name,
                    count=counts[place],
                    before=describe_place(self.env, meaning),
                    after=describe_place(self.env, after[place]),
                )
            )
