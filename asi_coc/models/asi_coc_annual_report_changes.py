from datetime import date

from odoo import models
from odoo.fields import Domain

from ..core.quantity import ZERO
from .annual_report_query import BOUNDARY, INTRA_ENTITY, flows_domain


class AsiCocAnnualReport(models.Model):
    """Notes what came late, and what changed since a report was submitted (1.7)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.annual.report"

    def _get_late_notes(self):
        # What a close posts, and what happens inside an activity, is not reported.
        domain = (
            self._get_entries_domain()
            & Domain("date", "<", date(self.year, 1, 1))
            & flows_domain(BOUNDARY + INTRA_ENTITY)
        )
        count = self.env["asi.coc.entry"].search_count(domain)
        if not count:
            return []
        return [
            self._gap_of(
                "late",
                self.env._(
                    "%(count)s ledger entries of earlier years came after those years' "
                    "reports were submitted, and are reported here (1.7).",
                    count=count,
                ),
                "asi.coc.entry",
                list(domain),
                is_note=True,
            )
        ]

    def _get_changes(self, figures):
        """Return what changed since the report was submitted, as notes.

        Entries that came later are reported in the next year; balances of a period
        that was reopened, or closed with other ones, are not.
        """
        return [
            note
            for one in figures["periods"]
            # What ends later has its balances in the next report.
            if one["date_end"] <= date(self.year, 12, 31)
            for note in self._get_change(
                figures, one, self.env["asi.coc.period"].browse(one["id"]).exists()
            )
        ]

    def _get_change(self, figures, one, period):
        text = ""
        if one["is_closed"] and period.state != "closed":
            text = self.env._(
                "Period %(period)s was reopened since this report was submitted. "
                "Withdraw the report if the figures of parts d to f changed.",
                period=one["name"],
            )
        elif self._was_closed_otherwise(figures, period):
            text = self.env._(
                "Period %(period)s was closed since this report was submitted, with "
                "other balances than reported. Withdraw the report and submit it "
                "again, to report them in parts d to f.",
                period=one["name"],
            )
        if not text:
            return []
        return self._gap(
            f"changed_{one['id']}", text, "asi.coc.period", period, is_note=True
        )

    def _was_closed_otherwise(self, figures, period):
        """Tell whether a period's balances are final, and not those of ``figures``."""
        if period.state != "closed":
            return False
        reported = {
            (row["activity"], group["line"]): row["mass"]
            for group in figures["groups"]
            for row in group["rows"]
            if row["period"] == period.id
        }
        return any(
            mass != reported.get((activity, line), ZERO)
            for own in self._get_closing_figures(period).values()
            for activity, masses in own.items()
            for line, mass in masses.items()
        )
