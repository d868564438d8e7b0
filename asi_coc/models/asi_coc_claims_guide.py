from odoo import api, fields, models
from odoo.exceptions import UserError


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

    def write(self, vals):
        # What is written as it is already, such as by an import, changes nothing.
        changed = self.filtered(
            lambda one: any(
                one[name] != self._fields[name].convert_to_cache(vals[name], one)
                for name in ("version", "date_start")
                if name in vals
            )
        )
        changed._check_unused()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_unused()

    def _check_unused(self):
        """Refuse to change or delete what claims were approved against (11.1a)."""
        # sudo: claims of all entities, whoever asks
        claims = self.env["asi.coc.claim"].sudo()
        for guide in self:
            used = claims.search(
                [("guide_id", "=", guide.id), ("state", "!=", "draft")], limit=3
            )
            if used:
                seen = used.with_env(self.env)._filtered_access("read")
                raise UserError(
                    self.env._(
                        "Version %(version)s of the Claims Guide stays as it is: "
                        "claims were approved against it, such as %(claims)s (11.1a). "
                        "Enter another version.",
                        version=guide.version,
                        claims=", ".join(seen.mapped("name"))
                        or self.env._("one of another entity"),
                    )
                )
