from odoo import api, models
from odoo.exceptions import AccessError


class AsiCocProtected(models.AbstractModel):
    """Fields that only the model's own methods may write, whatever RPC sends.

    Read-only in a view binds nobody; these methods write them with sudo after
    their own checks.
    """

    _name = "asi.coc.protected"
    _description = "Fields Written by Methods Only"
    _coc_protected_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._coc_check_protected(vals)
        return super().create(vals_list)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if not self.env.su:
            # Defaults of the context and of the user are as untrusted as values.
            for name in self._coc_protected_fields & values.keys():
                del values[name]
                if default := self._fields[name].default:
                    values[name] = default(self)
        return values

    def write(self, vals):
        self._coc_check_protected(vals)
        return super().write(vals)

    def _coc_check_protected(self, vals):
        refused = self._coc_protected_fields & vals.keys()
        if refused and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(fields)s of %(record)s cannot be written directly; use the "
                    "buttons, which check the rules and keep the record.",
                    fields=", ".join(
                        self._fields[name]._description_string(self.env)
                        for name in sorted(refused)
                    ),
                    record=", ".join(self.mapped("display_name")) or self._description,
                )
            )
