from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Bills of scrap suppliers stay theirs, reset to draft or not (1.6, 4.3b)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "account.move"

    def write(self, vals):
        if vals.get("partner_id") and not self.env.su:
            self._coc_check_partner(self.env["res.partner"].browse(vals["partner_id"]))
        return super().write(vals)

    def unlink(self):
        if self.env.registry.ready:
            # Odoo deletes the lines first, which tell that it is of scrap.
            self.check_access("unlink")
            self.env["asi.coc.retention"]._check_deletable(self)
        return super().unlink()

    def _coc_check_partner(self, partner):
        """Refuse to make a bill under retention another supplier's (4.3b)."""
        changed = self.filtered(
            lambda one: (
                one.posted_before
                and one.is_invoice(include_receipts=True)
                and one.commercial_partner_id != partner.commercial_partner_id
            )
        )
        retention = self.env["asi.coc.retention"]
        kept = next(iter(retention._find(changed).values()), None)
        if kept:
            reason = self.env._(
                "%(bill)s was posted: it cannot become one of %(partner)s. Cancel it, "
                "and enter another one (4.3b).",
                bill=kept.holder.display_name,
                partner=partner.display_name,
            )
            raise UserError("\n".join([reason, retention._describe(kept)]))
