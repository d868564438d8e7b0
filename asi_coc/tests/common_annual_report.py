import io
from datetime import date, datetime
from decimal import Decimal

import openpyxl
from pytz import timezone, utc

from .common import UserCase


class AnnualReportMixin:
    """Makes, submits and reads reports to ASI."""

    def report(self, year):
        """Return the report of ``year``, made by an officer where there is none."""
        reports = self.env["asi.coc.annual.report"]
        found = reports.search([("scope_id", "=", self.scope.id), ("year", "=", year)])
        return found or reports.create({"scope_id": self.scope.id, "year": year})

    def submit(self, year, explanation="Known, and small"):
        report = self.report(year)
        if explanation:
            report.explanation = explanation
        report.action_submit()
        return report

    def figures(self, report):
        """Return ``{(part, line, activity, kind or counterpart): mass}``, no zeros."""
        return {
            (
                group["part"],
                group["line"],
                row["activity"],
                row["kind"] or row["counterpart"],
            ): row["mass"]
            for group in report._get_report()["groups"]
            for row in group["rows"]
            if row["mass"]
        }

    def sums(self, report, part):
        """Return ``{(line, material): mass}`` of a part, zeros too."""
        return {
            (group["line"], group["material"]): group["mass"]
            for group in report._get_report()["groups"]
            if group["part"] == part
        }

    def gaps(self, report):
        return {gap["key"]: gap for gap in report._get_report()["gaps"]}

    def write_xlsx(self, report):
        file = io.BytesIO()
        report._write_xlsx(file)
        return file

    def read_xlsx(self, file, values=True):
        file.seek(0)
        return openpyxl.load_workbook(file, data_only=values)

    # -- recomputing from stock moves ---------------------------------------
    def recompute(self, year):
        """Add up the year's stock moves, without the ledger.

        ``{(activity, "in" or "out"): tonnes}`` of what crossed the boundary, and
        ``{(activity, other activity): tonnes}`` of what went in between. Days are
        those of the scope's time zone.
        """
        zone = timezone(self.scope.tz)
        start, end = (
            zone.localize(datetime(one, 1, 1)).astimezone(utc).replace(tzinfo=None)
            for one in (year, year + 1)
        )
        lines = self.env["stock.move.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("state", "=", "done"),
                ("date", ">=", start),
                ("date", "<", end),
            ]
        )
        masses = {}
        for line in lines:
            ends = self._where(line.location_id), self._where(line.location_dest_id)
            if None in ends or ends[0] == ends[1]:
                continue
            mass = self._tonnes(line)
            if line.move_id.origin_returned_move_id:
                # A return takes back what once went the other way.
                ends, mass = ends[::-1], -mass
            if "outside" in ends:
                way = "in" if ends[0] == "outside" else "out"
                key = (ends[way == "in"], way)
            else:
                key = ends
            masses[key] = masses.get(key, Decimal(0)) + mass
        return masses

    def _where(self, location):
        """Return the activity of a place, ``outside``, or ``None`` for the rest."""
        if location.usage in ("supplier", "customer"):
            return "outside"
        for facility in self.scope.facility_ids:
            if location.parent_path.startswith(facility.location_id.parent_path):
                return facility.activity_id.code
        return None

    def _tonnes(self, line):
        quantity = Decimal(str(line.quantity))
        if line.product_uom_id == self.tonne:
            return quantity
        return quantity * Decimal(str(line.product_id.coc_net_mass))


class AnnualReportCase(AnnualReportMixin, UserCase):
    """A company whose Material Accounting Periods run from July to June.

    The seasons of 2024/25 and 2025/26; certified since 2024.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.period.unlink()
        cls.season = cls.env["asi.coc.period"].create(
            {
                "scope_id": cls.scope.id,
                "date_start": date(2024, 7, 1),
                "date_end": date(2025, 6, 30),
            }
        )
        cls.next_season = cls.env["asi.coc.period"].create(
            {
                "scope_id": cls.scope.id,
                "date_start": date(2025, 7, 1),
                "date_end": date(2026, 6, 30),
            }
        )
        cls.period = cls.season
        # The entity's own days without a period before July 2024 are no concern here.
        cls.certificate.date_start = date(2024, 7, 1)
