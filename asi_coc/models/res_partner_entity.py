from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ResPartner(models.Model):
    """A contact that the ledger names stays the entity's it belonged to (8.1)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    def write(self, vals):
        if not {"parent_id", "is_company"} & vals.keys():
            return super().write(vals)
        before = {
            partner: partner.commercial_partner_id
            # sudo: addresses of every company count
            for partner in self.sudo()._coc_with_addresses()
        }
        result = super().write(vals)
        self._coc_check_same_entity(before)
        return result

    def _coc_with_addresses(self):
        return self.with_context(active_test=False).search(
            Domain("id", "child_of", self.ids)
        )

    def _coc_check_same_entity(self, before):
        """Refuse to give goods in the ledger to another entity with their contact.

        Due diligence, closed loops and CoC Documents of that other one would count
        for them. Raises UserError naming the contact, both entities and the way out.
        """
        moved = self.browse().union(
            *(
                one
                for one, entity in before.items()
                if one.commercial_partner_id != entity
            )
        )
        if not moved:
            return
        # sudo: whoever keeps contacts, the ledger names them
        entry = (
            self.env["asi.coc.entry"]
            .sudo()
            .search([("partner_id", "in", moved.ids)], order="id", limit=1)
        )
        partner = entry.partner_id
        if partner:
            old = before[partner]
            raise UserError(
                self.env._(
                    "%(contact)s is in the ledger with goods of %(old)s, and cannot "
                    "become a contact of %(new)s: due diligence, closed loops and CoC "
                    "Documents count for whom the goods came from or went to (4.2, "
                    "8.1, 10.2). Archive the contact and make a new one instead.",
                    contact=partner.name or partner.display_name,
                    old=old.display_name,
                    new=partner.commercial_partner_id.display_name,
                )
            )
