from odoo import fields, models
from odoo.exceptions import UserError


class AsiCocAnnualReportWithdraw(models.TransientModel):
    _name = "asi.coc.annual.report.withdraw"
    _description = "Withdraw a Report to ASI"

    report_id = fields.Many2one(
        "asi.coc.annual.report",
        required=True,
        readonly=True,
        help="Report to withdraw.",
    )
    reason = fields.Text(
        required=True, help="Why the report is withdrawn; it stays on file."
    )

    def action_withdraw(self):
        """Withdraw the report; every version stays on file."""
        self.ensure_one()
        version = self.report_id.version_id
        if not version:
            raise UserError(
                self.env._(
                    "The report to ASI %(report)s is not submitted.",
                    report=self.report_id.display_name,
                )
            )
        version._withdraw(self.reason)
        return True
