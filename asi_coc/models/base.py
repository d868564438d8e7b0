from odoo import models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from .record_kinds import GUARDED, WATCHED


class Base(models.AbstractModel):
    """No record under retention is deleted, whichever way (1.6)."""

    _inherit = "base"

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
