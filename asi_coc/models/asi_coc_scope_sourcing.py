from odoo import models


class AsiCocScope(models.Model):
    """Says on which day of the scope material is expected."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"

    def _get_planned_day(self, moment):
        """Return the day of ``moment``, today where it is past or not planned."""
        today = self._get_today()
        return max(self._get_day(moment), today) if moment else today
