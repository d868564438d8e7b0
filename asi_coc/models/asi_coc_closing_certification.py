from odoo import models


class AsiCocClosing(models.Model):
    """What a reopened period accounts for follows today's certificates again."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.closing"

    def _reopen(self, reason):
        result = super()._reopen(reason)
        # Certificates may have changed while the figures were frozen.
        self.period_id.scope_id._get_all_facilities()._follow_certificates()
        return result
