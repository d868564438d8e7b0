from odoo import models
from odoo.exceptions import AccessError


class PortalMixin(models.AbstractModel):
    """Auditors read orders, and get no link to the page where they are accepted.

    Odoo's pages for customers and vendors act as superuser for whoever may read an
    order, or has its link: accept, decline, move dates.
    """

    _inherit = "portal.mixin"

    def _has_field_access(self, field, operation):
        allowed = super()._has_field_access(field, operation)
        if allowed and field.name == "access_token":
            return not self._coc_is_closed()
        return allowed

    def _portal_ensure_token(self):
        if self._coc_is_closed():
            raise AccessError(
                self.env._(
                    "The page of %(record)s in the portal is for whoever it was sent "
                    "to. An Auditor reads it in the application.",
                    record=self.display_name,
                )
            )
        return super()._portal_ensure_token()

    def _coc_is_closed(self):
        """Tell whether the user audits, and may write no such record."""
        return (
            not self.env.su
            and self.env.user.has_group("asi_coc.group_auditor")
            and not self.browse().has_access("write")
        )
