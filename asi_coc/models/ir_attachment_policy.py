from odoo import api, models
from odoo.exceptions import UserError

from .ir_attachment import CONTENT_FIELDS


class IrAttachment(models.Model):
    """Keeps the policy that suppliers were told of, and who acknowledged it (7.1)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "ir.attachment"

    def write(self, vals):
        if vals.keys() & (CONTENT_FIELDS | {"res_model", "res_id"}):
            for attachment in self:
                # An upload that belonged to nothing yet is given to its record.
                is_owned = CONTENT_FIELDS & vals.keys() or attachment.res_id
                if is_owned and not attachment._coc_is_stored_again(vals):
                    attachment._coc_check_policy()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_policy(self):
        self._coc_check_policy()

    def _coc_check_policy(self):
        """Refuse to change or delete the file of a policy in force, or evidence."""
        if not self.ids:
            return
        domain = [("evidence_ids", "in", self.ids)]
        # sudo: whoever asks, what was said or acknowledged stays on file
        policy = (
            self.env["asi.coc.sourcing.policy"]
            .sudo()
            .search([*domain, ("state", "!=", "draft")], limit=1)
        )
        told = (
            self.env["asi.coc.policy.communication"]
            .sudo()
            .search([*domain, ("state", "!=", "to_send")], limit=1)
        )
        if policy or told:
            raise UserError(
                self.env._(
                    "%(files)s can be neither changed nor deleted: %(record)s rests on "
                    "it, and stays on file (7.1, 1.6). Make a new version, or add the "
                    "new file beside it.",
                    files=", ".join(self.mapped("name")),
                    record=(policy or told).display_name,
                )
            )
