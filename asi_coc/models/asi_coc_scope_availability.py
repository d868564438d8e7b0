from collections import defaultdict

from odoo import api, models

from ..core.quantity import ZERO, to_mass
from .facility_query import place_query, stock_query


class AsiCocScope(models.Model):
    """Says what may leave as CoC Material now (8.7)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"

    @api.model
    def _get_available(self, lines):
        """Return what each of ``lines`` may carry as CoC Material now, and why none.

        ``lines`` are tuples of a delivery (any key), a place (product, location
        and operation type) and the line's mass in tonnes; what comes back are
        pairs in the same order: tonnes as Decimal (8.7), and a text where the
        facility is not certified today, so that they are zero (3 to 6 a, b). A
        delivery counts as outflow with all its lines.
        """
        places = [place for _delivery, place, _mass in lines]
        companies = self.env["res.company"].union(
            *(location.company_id for _product, location, _kind in places)
        )
        scopes = self._get_active(companies)
        if not places or not scopes:
            return [(ZERO, False) for _place in places]
        found = scopes._locate(places)
        struck = {scope.id: scope._strike_today() for scope in scopes}
        refused = scopes._get_uncertified_today({where[2] for where in found})
        outflows = defaultdict(lambda: ZERO)
        for (delivery, _place, mass), where in zip(lines, found, strict=True):
            outflows[delivery, where[:2]] += mass
        activities = self.env["asi.coc.activity"].sudo()
        available = []
        for (delivery, place, _mass), where in zip(lines, found, strict=True):
            scope_id, activity_id, facility_id = where
            code = activities.browse(activity_id).code
            balance = struck.get(scope_id, {}).get(code)
            outflow = outflows[delivery, where[:2]]
            if not balance or facility_id in refused:
                mass = ZERO
            elif place[0].coc_material == "scrap":
                mass = balance.eligible_scrap_available_for(outflow)
            else:
                mass = balance.available_for(outflow)
            available.append((mass, refused.get(facility_id, False)))
        return available

    def _locate(self, places):
        """Return ``(scope id, activity id, facility id)`` for each of ``places``."""
        if not places:
            return []
        self.env.flush_all()
        self.env.cr.execute(place_query(self.env, self, places))
        return self.env.cr.fetchall()

    def _strike_today(self):
        """Return the balances of the period that a delivery would fall in today."""
        today = self._get_today()
        periods = self.period_ids.filtered(
            lambda period: period.state != "closed" and period.date_end >= today
        )
        period = periods.sorted("date_start")[:1]
        return period._strike() if period else {}

    def _get_stock_on_hand(self):
        """Return ``{activity code: output material on hand in tonnes}`` (8.7)."""
        self.env.flush_all()
        self.env.cr.execute(stock_query(self))
        return {code: to_mass(mass) for code, mass in self.env.cr.fetchall()}
