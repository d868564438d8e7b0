from odoo import api, models
from odoo.exceptions import UserError


class AsiCocSettled(models.AbstractModel):
    """Records that stay as they are once they were approved or held (1.6)."""

    _name = "asi.coc.settled"
    _description = "Records That Stay as They Were Settled"
    _inherit = ["asi.coc.protected"]
    #: The state in which everything may still change.
    _coc_open_state = "draft"
    #: What a settled record says.
    _coc_settled_fields = frozenset()

    def write(self, vals):
        if vals.keys() & self._coc_settled_fields:
            self.check_access("write")
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_settled(self):
        self._coc_within_retention()._check_open()

    def _check_open(self):
        """Raise UserError naming the records that are settled, and the way out."""
        settled = self.filtered(lambda one: one.state != self._coc_open_state)
        if settled:
            names = ", ".join(settled.mapped("display_name"))
            raise UserError(self._describe_settled(names))

    def _describe_settled(self, names):
        """Return why the records ``names`` stay as they are, and the way out."""
        raise NotImplementedError
