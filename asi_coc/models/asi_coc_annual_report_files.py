from odoo import models

from ..core.annual_comparison import add_lines, compare
from ..core.quantity import ZERO
from ..reports.annual_report_workbook import AnnualReportWorkbook


class AsiCocAnnualReport(models.Model):
    """Workbook and print of the report (1.7)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.annual.report"

    def _get_filename(self):
        """Return the name of the report's files, without extension."""
        return f"Report to ASI {self.display_name}".replace("/", "-")

    def _write_xlsx(self, file):
        """Write the report to the binary ``file`` as XLSX: overview, parts, gaps.

        The comparison is with the year before, where that has a report. Raises
        AccessError when the user may not read the report.
        """
        self.ensure_one()
        report = self._get_report()
        parts = self._get_parts(report)
        with AnnualReportWorkbook(self.env, file) as workbook:
            workbook.write_overview(
                self.env._("Report to ASI %(year)s", year=self.year),
                self._get_facts(report),
                report["explanation"],
            )
            for part in parts:
                workbook.write_part(
                    part,
                    [one for one in report["groups"] if one["part"] == part["part"]],
                )
            workbook.write_gaps(report["gaps"])
            other = self._get_siblings().filtered(lambda one: one.year == self.year - 1)
            if other:
                workbook.write_comparison(
                    self._get_compared_rows(report, other._get_report()),
                    self.year,
                    other.year,
                )

    def _get_compared_rows(self, report, other):
        """Yield (part, line, activity, own mass, other mass) of two years (tonnes)."""
        compared = compare(report["groups"], other["groups"])
        both = report | {"groups": add_lines(report["groups"], other["groups"])}
        for part in self._get_parts(both):
            for group in part["groups"]:
                own_sum = group["sum"] | {"label": group["sum_label"]}
                for row in [own_sum, *group["rows"]]:
                    masses = compared.get((group["key"], row["key"]))
                    if masses:
                        yield (
                            part["part"],
                            group["title"],
                            row["label"],
                            *(mass or ZERO for mass in masses),
                        )

    def action_download_xlsx(self):
        """Download the report as XLSX; as it was handed in, once submitted."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/asi_coc/annual_report/{self.id}.xlsx",
            "target": "download",
        }

    def action_print(self):
        """Print the report; as it was handed in, once submitted."""
        return self.env.ref("asi_coc.report_annual_report").report_action(self)
