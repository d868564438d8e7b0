from odoo import api, fields, models


class AsiCocError(models.Model):
    """A contractor that errs again has its risk assessed anew (2.5)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.error"

    @api.model_create_multi
    def create(self, vals_list):
        errors = super().create(vals_list)
        errors.filtered(lambda one: one.criterion == "2.5")._remind_of_repetition()
        return errors

    def _remind_of_repetition(self):
        for error in self:
            # sudo: who finds an error need not read contractors
            contractor = (
                self.env["asi.coc.contractor"]
                .sudo()
                .search(
                    [
                        ("scope_id", "=", error.scope_id.id),
                        ("partner_id", "=", error.partner_id.commercial_partner_id.id),
                    ]
                )
            )
            year = fields.Date.subtract(error.found_on, years=1)
            earlier = contractor._get_errors().filtered(
                lambda one, error=error, year=year: one != error
                and (one.state != "reviewed" or one.found_on >= year)
            )
            if earlier:
                contractor._remind(
                    self.env._(
                        "Errors repeat (%(errors)s): renew the risk assessment (2.2c, "
                        "2.5)",
                        errors=", ".join((earlier | error).mapped("name")),
                    ),
                    error.scope_id._get_today(),
                )
