from odoo import fields, models


class AsiCocContractor(models.Model):
    """Leads to the contractor's errors (2.5)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.contractor"

    error_count = fields.Integer(
        compute="_compute_error_count", help="Errors of the contractor (2.5)."
    )
    open_error_count = fields.Integer(
        compute="_compute_error_count",
        help="Errors of the contractor that are not reviewed yet (2.5).",
    )

    def _compute_error_count(self):
        for contractor in self:
            errors = contractor._get_errors()
            contractor.error_count = len(errors)
            contractor.open_error_count = len(
                errors.filtered(lambda one: one.state != "reviewed")
            )

    def _get_errors(self):
        return self.env["asi.coc.error"].search(self._get_error_domain())

    def _get_error_domain(self):
        return [
            ("scope_id", "in", self.scope_id.ids),
            ("criterion", "=", "2.5"),
            ("partner_id", "child_of", self.partner_id.ids),
        ]

    def action_open_errors(self):
        """Open the contractor's errors, and start new ones from there (2.5)."""
        self.ensure_one()
        return self.env["asi.coc.error"]._action_open(
            self._get_error_domain(),
            default_scope_id=self.scope_id.id,
            default_partner_id=self.partner_id.id,
            default_criterion="2.5",
            default_kind="contractor_error",
        )
