from odoo import api, models
from odoo.exceptions import UserError

#: What there is once per contact, by another field: Odoo deletes the rows of the
#: contact that goes, all of them, where both have one.
ONCE = (
    ("asi.coc.policy.communication", "policy_id"),
    ("asi.coc.contractor", "scope_id"),
)


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """No record under retention gets lost by a merge (1.6)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        for model, field in ONCE:
            self._coc_check_once(model, field, src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    @api.model
    def _coc_check_once(self, model, field, src_partners, dst_partner):
        """Refuse to merge contacts that each have a record of the same.

        Raises UserError naming the contacts and the record that would be deleted.
        """
        # sudo: records of any company; merging is not a matter of CoC rights
        records = self.env[model].sudo().with_context(active_test=False)
        records = records.search(
            [("partner_id", "in", (src_partners | dst_partner).ids)]
        )
        if len(records) == len(records.grouped(field)):
            return
        retention = self.env["asi.coc.retention"]
        going = records.filtered(lambda one: one.partner_id in src_partners)
        kept = next(iter(retention._find(going).values()), None)
        if kept:
            reason = self.env._(
                "%(contacts)s cannot be merged into %(contact)s: each has records of "
                "its own, which would be deleted. Archive the contact that is not used "
                "any more instead.",
                contacts=", ".join(src_partners.mapped("display_name")),
                contact=dst_partner.display_name,
            )
            raise UserError("\n".join([reason, retention._describe(kept)]))
