from odoo import models


class AsiCocScope(models.Model):
    """Says on which day material is expected, and whether its facility is certified."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"

    def _get_planned_day(self, moment):
        """Return the day of ``moment``, today where it is past or not planned."""
        today = self._get_today()
        return max(self._get_day(moment), today) if moment else today

    def _find_uncertified_arrivals(self, arrivals):
        """Return why the facility of each of ``arrivals`` takes in Non-CoC, or False.

        ``arrivals`` are pairs of a place (product, location and operation type) and a
        day. In a constant number of queries (3 to 6 a, b).
        """
        found = self._locate([place for place, _day in arrivals])
        # sudo: whoever orders or receives is told why; certificates are only named
        facilities = (
            self.env["asi.coc.facility"]
            .sudo()
            .browse(sorted({where[2] for where in found} - {None}))
        )
        spans = facilities._get_spans()
        return [
            bool(facility_id)
            and facilities.browse(facility_id)._describe_arrival(day, spans)
            for (_place, day), (*_where, facility_id) in zip(
                arrivals, found, strict=True
            )
        ]
