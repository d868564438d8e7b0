from odoo import api, models
from odoo.fields import Domain

#: More than PostgreSQL counts to is no number of a record.
LARGEST_ID = 2**31


class AsiCocPortal(models.AbstractModel):
    """Records of which users of the portal see those of their own entity.

    The record rules keep others' records from them; of their own they read the
    fields named here, whatever they ask for, and write none.
    """

    _name = "asi.coc.portal"
    _description = "Shown in the Portal"
    #: All that users of the portal read.
    _coc_portal_fields = frozenset()

    @api.model
    def _has_field_access(self, field, operation):
        allowed = super()._has_field_access(field, operation)
        if allowed and not self.env.su and self.env.user._is_portal():
            return operation == "read" and field.name in self._coc_portal_fields
        return allowed

    @api.model
    def _get_portal_domain(self):
        """Return the domain of what the user's own entity sees.

        The record rule says the same of portal users; employees who open the portal
        see there what their own entity would.
        """
        raise NotImplementedError

    @api.model
    def _find_for_portal(self, domain=Domain.TRUE, **options):
        """Return records of the user's own entity, of whichever company they are.

        They come as superuser: an entity may deal with several companies of the
        database, and its user's account is with one of them.
        """
        if not self.has_access("read"):
            return self.sudo().browse()
        # sudo: the domain leaves the user's own entity's only
        return self.sudo().search(self._get_portal_domain() & domain, **options)

    @api.model
    def _find_one_for_portal(self, record_id):
        """Return the record with that id; to others than the entity there is none."""
        if record_id >= LARGEST_ID:
            return self.sudo().browse()
        return self._find_for_portal(Domain("id", "=", record_id))

    @api.model
    def _count_for_portal(self, domain=Domain.TRUE):
        """Return how many of them there are."""
        if not self.has_access("read"):
            return 0
        # sudo: as for finding them
        return self.sudo().search_count(self._get_portal_domain() & domain)
