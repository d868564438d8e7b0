from odoo import api, models


class AsiCocScope(models.Model):
    """Says on which day material is expected, and whether its facility is certified."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"

    def _get_planned_day(self, moment):
        """Return the day of ``moment``, today where it is past or not planned."""
        today = self._get_today()
        return max(self._get_day(moment), today) if moment else today

    @api.model
    def _find_uncertified(self, sourced):
        """Return why the facility of each takes in Non-CoC, or False (3 to 6 a, b).

        ``sourced`` are :class:`~.asi_coc_sourcing.Sourced`. In a constant number of
        queries.
        """
        companies = self.env["res.company"].union(*(one.company for one in sourced))
        found = self._get_active(companies)._locate([one.place for one in sourced])
        # sudo: whoever orders or receives is told why; certificates are only named
        facilities = (
            self.env["asi.coc.facility"]
            .sudo()
            .browse(sorted({where[2] for where in found} - {None}))
        )
        spans = facilities._get_spans()
        return [
            bool(facility_id)
            and facilities.browse(facility_id)._describe_arrival(one.arrival, spans)
            for one, (*_where, facility_id) in zip(sourced, found, strict=True)
        ]
