from odoo import api, fields, models

from ..formatting import format_moment


class ReportAnnualReport(models.AbstractModel):
    _name = "report.asi_coc.report_annual_report_pages"
    _description = "Report to ASI as Printed"

    @api.model
    def _get_report_values(self, docids, data=None):
        reports = self.env["asi.coc.annual.report"].browse(docids)
        return {
            "docs": reports,
            "pages": [self._get_page(report) for report in reports],
        }

    @api.model
    def _get_page(self, record):
        """Return what the report prints, as text: tonnes and percent."""
        report = record._get_report()
        return {
            "id": record.id,
            "title": self.env._("Report to ASI %(year)s", year=report["year"]),
            "entity": report["entity"],
            "facts": record._get_facts(report),
            "is_final": report["state"] == "submitted",
            "explanation": report["explanation"],
            "parts": [
                part | {"has_late": self._has(part, "late")}
                for part in record._get_parts(report)
            ],
            "gaps": report["gaps"],
            "printed": format_moment(self.env, fields.Datetime.now()),
        }

    @staticmethod
    def _has(part, name):
        return any(
            row[name]
            for group in part["groups"]
            for row in [group["sum"], *group["rows"]]
        )
