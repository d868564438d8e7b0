from odoo import api, models
from odoo.exceptions import AccessError


class AsiCocProtected(models.AbstractModel):
    """Fields that only the model's own methods may write, whatever RPC sends.

    Read-only in a view binds nobody; these methods write them with sudo after
    their own checks. Fields that are computed and kept belong to them: Odoo lets
    whoever writes put a value there that is never computed again.
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
            for name in self._coc_get_protected(values):
                del values[name]
                if default := self._fields[name].default:
                    values[name] = default(self)
        return values

    def write(self, vals):
        self._coc_check_protected(vals)
        return super().write(vals)

    def _coc_get_protected(self, names):
        """Return which fields of ``names`` only methods, or computing, may write."""
        return {
            name
            for name in names
            if name in self._coc_protected_fields
            or ((field := self._fields.get(name)) and _is_computed_only(field))
        }

    def _coc_check_protected(self, vals):
        refused = self._coc_get_protected(vals)
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


def _is_computed_only(field):
    """Tell whether a field of this module is kept as it was computed."""
    return (
        field._module == "asi_coc"
        and field.store
        and field.compute
        and field.readonly
        and not field.inverse
    )
