from odoo import fields, models


class AsiCocScope(models.Model):
    """Says how suppliers are reminded of the Responsible Sourcing Policy (7.1)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"

    policy_reminder_days = fields.Integer(
        string="Remind After",
        required=True,
        default=14,
        help="Days after which a supplier who has not acknowledged the Responsible "
        "Sourcing Policy is reminded, and again after so many (7.1).",
    )
    policy_reminder_limit = fields.Integer(
        string="Reminders",
        required=True,
        default=3,
        help="After so many reminders a person follows the supplier up; 0: no "
        "reminders by e-mail (7.1).",
    )

    _policy_reminder_days_positive = models.Constraint(
        "CHECK (policy_reminder_days > 0)",
        "Suppliers are reminded of the policy after a day at least (7.1).",
    )
    _policy_reminder_limit_positive = models.Constraint(
        "CHECK (policy_reminder_limit >= 0)",
        "The number of reminders cannot be negative (7.1).",
    )
