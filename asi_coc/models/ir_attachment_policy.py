from odoo import api, models
from odoo.exceptions import UserError

from .ir_attachment import CONTENT_FIELDS

#: Records that stay on file with their evidence, and which of them do.
KEPT = {
    "asi.coc.sourcing.policy": [("state", "!=", "draft")],
    "asi.coc.policy.communication": [("state", "!=", "to_send")],
    "asi.coc.contractor.statement": [
        "|",
        ("state", "in", ("answered", "confirmed")),
        ("sent_back_on", "!=", False),
    ],
}


class IrAttachment(models.Model):
    """Keeps the files of policies, their acknowledgement, contractors' papers."""

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
        """Refuse to change or delete a file that a record on file rests on."""
        if not self.ids:
            return
        for model, domain in KEPT.items():
            # sudo: whoever asks, what was said or acknowledged stays on file
            records = self.env[model].sudo()
            found = records.search([("evidence_ids", "in", self.ids), *domain], limit=1)
            if found:
                (self & found.evidence_ids)._coc_refuse_kept(found)

    def _coc_refuse_kept(self, record):
        """Raise UserError for files (none: nothing) that ``record`` rests on."""
        if self:
            raise UserError(
                self.env._(
                    "%(files)s can be neither changed nor deleted: %(record)s rests on "
                    "it, and stays on file (%(criterion)s, 1.6). Make a new version, "
                    "or add the new file beside it.",
                    files=", ".join(self.mapped("name")),
                    record=record.display_name,
                    criterion="2.3" if "contractor_id" in record else "7.1",
                )
            )
