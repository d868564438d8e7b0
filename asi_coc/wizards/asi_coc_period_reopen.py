from odoo import fields, models
from odoo.exceptions import UserError


class AsiCocPeriodReopen(models.TransientModel):
    _name = "asi.coc.period.reopen"
    _description = "Reopen a Material Accounting Period"

    period_id = fields.Many2one(
        "asi.coc.period", required=True, readonly=True, help="Period to reopen."
    )
    reason = fields.Text(
        required=True, help="Why the period is reopened; it stays on file."
    )

    def action_reopen(self):
        """Reopen the period; both versions of its figures stay on file."""
        self.ensure_one()
        closing = self.period_id._get_closing()
        if not closing:
            raise UserError(
                self.env._(
                    "Period %(period)s is not closed.",
                    period=self.period_id.display_name,
                )
            )
        closing._reopen(self.reason)
        return True
