from odoo import api, fields, models


class AsiCocClaimsGuide(models.Model):
    """A version of the ASI Claims Guide, which claims are approved against (11.1a)."""

    _name = "asi.coc.claims.guide"
    _description = "Version of the ASI Claims Guide"
    _order = "date_start desc, id desc"
    _rec_name = "version"

    version = fields.Char(required=True, help="Version as printed on the guide.")
    date_start = fields.Date(
        string="In Force From", required=True, help="First day of the version."
    )
    url = fields.Char(string="Address", help="Where the guide can be read.")

    _version_unique = models.Constraint(
        "UNIQUE (version)", "That version of the ASI Claims Guide is on file already."
    )

    @api.model
    def _get_in_force(self, day):
        """Return the version in force on ``day``."""
        return self.search([("date_start", "<=", day)], limit=1)
