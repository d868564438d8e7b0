from odoo import api, models
from odoo.exceptions import AccessError


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Due diligence does not come to another supplier by a merge (7.2)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        self._coc_check_assessments(src_partners, dst_partner)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self.env["asi.coc.supplier.assessment"].invalidate_model(["partner_id"])
        self.env["asi.coc.supplier.mitigation"].invalidate_model(["partner_id"])
        return result

    @api.model
    def _coc_check_assessments(self, src_partners, dst_partner):
        """Let only officers give a contact what others were assessed as.

        Raises AccessError naming both contacts.
        """
        if self.env.su or self.env.user.has_group("asi_coc.group_officer"):
            return
        # sudo: assessments of any company; merging is not a matter of CoC rights
        found = (
            self.env["asi.coc.supplier.assessment"]
            .sudo()
            .search([("partner_id", "in", src_partners.ids)], limit=1)
        )
        if found:
            raise AccessError(
                self.env._(
                    "%(supplier)s cannot be merged into %(contact)s: only a Compliance "
                    "Officer decides whether its due diligence (%(assessment)s) is the "
                    "other's too (7.2). Ask one to merge them, or choose "
                    "%(supplier)s as the destination contact.",
                    supplier=found.partner_id.display_name,
                    contact=dst_partner.display_name,
                    assessment=found.name,
                )
            )
