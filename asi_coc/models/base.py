from odoo import models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .record_kind import get_deciding_fields
from .record_kinds import KINDS, PARTS, WATCHED

#: Fields that make a record count as one, by model.
DECIDING = {
    name: get_deciding_fields(name, entry) for name, entry in (KINDS | PARTS).items()
}

#: Models whose guards of deletion no context of RPC may switch off.
GUARDED = WATCHED | {
    "account.move.line",
    "asi.coc.cash.window",
    "ir.attachment",
    "mail.message",
    "mail.tracking.value",
}


class Base(models.AbstractModel):
    """No record under retention is deleted, whichever way (1.6)."""

    _inherit = "base"

    def write(self, vals):
        names = DECIDING.get(self._name, frozenset()) & vals.keys()
        # Methods that put a record out of force write as superuser.
        if not names or self.env.su:
            return super().write(vals)
        retention = self.env["asi.coc.retention"]
        self.check_access("write")
        kept = retention._find(self)
        result = super().write(vals)
        retention._check_still_kept(self, kept, names)
        return result

    def unlink(self):
        # The registry is not ready while modules are installed or uninstalled.
        if self._name not in GUARDED or not self.env.registry.ready:
            return super().unlink()
        if self.env.context.get(MODULE_UNINSTALL_FLAG):
            # RPC may send it, and Odoo would ask no guard at all.
            self = self.with_context(**{MODULE_UNINSTALL_FLAG: False})
        self.check_access("unlink")
        self.env["asi.coc.retention"]._check_deletable(self)
        return super().unlink()

    def _coc_within_retention(self):
        """Leave out records whose retention is over; their guards let them go (1.6)."""
        if self._name not in WATCHED:
            return self
        return self - self.env["asi.coc.retention"]._find_past(self)
