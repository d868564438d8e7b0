from odoo import fields, models


class AsiCocScope(models.Model):
    """Says how long the due diligence on suppliers holds (7.2)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"

    due_diligence_max_months = fields.Integer(
        string="Assessments Valid at Most (months)",
        required=True,
        default=24,
        help="An assessment of a supplier is accepted for 12 months unless another day "
        "is entered, and for so many months at most (7.2).",
    )
    due_diligence_remind_days = fields.Integer(
        string="Remind of Due Diligence (days)",
        required=True,
        default=30,
        help="Reviews and mitigation goals are reminded of so many days ahead (7.2).",
    )
    questionnaire_days = fields.Integer(
        string="Days for Questionnaires",
        required=True,
        default=30,
        help="Days that a supplier has to answer a questionnaire (7.2).",
    )

    _due_diligence_max_months_positive = models.Constraint(
        "CHECK (due_diligence_max_months > 0)",
        "Assessments are valid for at least a month (7.2).",
    )
    _due_diligence_remind_days_positive = models.Constraint(
        "CHECK (due_diligence_remind_days >= 0)",
        "The days to remind of due diligence ahead cannot be negative.",
    )
    _questionnaire_days_positive = models.Constraint(
        "CHECK (questionnaire_days > 0)",
        "Suppliers have at least a day to answer a questionnaire.",
    )
