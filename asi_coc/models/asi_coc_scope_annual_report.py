from odoo import fields, models


class AsiCocScope(models.Model):
    """Says when to remind of the report to ASI (1.7)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"

    annual_report_days = fields.Integer(
        string="Remind of the Report to ASI",
        default=90,
        help="Days before June 30 from which Management Representatives are reminded "
        "to submit the report to ASI; 90 days are since April 1 (1.7).",
    )

    _annual_report_days_in_range = models.Constraint(
        "CHECK (annual_report_days IS NULL OR annual_report_days BETWEEN 0 AND 180)",
        "The reminder of the report to ASI comes 0 to 180 days before June 30 (1.7).",
    )
