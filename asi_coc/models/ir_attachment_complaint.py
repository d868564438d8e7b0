from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from .ir_attachment import CONTENT_FIELDS

#: What keeps the files it owns.
LOG = "asi.coc.complaint.log"
KEEPERS = ("asi.coc.complaint.statement", LOG)
#: Whose files only who reads the complaint opens.
CONFIDENTIAL = ("asi.coc.complaint", *KEEPERS)


class IrAttachment(models.Model):
    """Keeps what came with a complaint, and what its investigation rests on (7.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "ir.attachment"

    def write(self, vals):
        if vals.keys() & (CONTENT_FIELDS | {"res_model", "res_id", "public"}):
            # An upload that belonged to nothing yet is given to its record.
            self.filtered(
                lambda one: (
                    (CONTENT_FIELDS & vals.keys() or one.res_id)
                    and not one._coc_is_stored_again(vals)
                )
            )._coc_check_complaint()
        return super().write(vals)

    @api.constrains("public", "res_model")
    def _check_coc_complaint(self):
        """Refuse to open a complaint's file to everybody (7.3)."""
        for file in self:
            if file.public and file.res_model in CONFIDENTIAL:
                raise ValidationError(
                    self.env._(
                        "%(file)s belongs to a complaint and cannot be public: only "
                        "who reads complaints opens it (7.3).",
                        file=file.name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_complaint(self):
        self._coc_check_complaint()

    def _coc_check_complaint(self):
        """Refuse to change or delete what belongs to a complaint's file."""
        if not self.ids:
            return
        # sudo: whoever asks, what came in and was found stays on file
        env = self.env(su=True)
        for model in KEEPERS:
            owned = self.filtered(lambda one, model=model: one.res_model == model)
            keepers = env[model].browse(owned.mapped("res_id")).exists()
            if model == LOG and not keepers:
                keepers = env[model].search([("evidence_ids", "in", self.ids)], limit=1)
            if keepers:
                raise UserError(
                    self.env._(
                        "%(files)s belongs to complaint %(complaint)s and stays on "
                        "file unchanged (7.3). Add another file to the investigation "
                        "log.",
                        files=", ".join(self.mapped("name")),
                        complaint=keepers[0].complaint_id.name,
                    )
                )
