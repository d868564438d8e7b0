from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty

from .record_kinds import WATCHED

#: Of which record a message is.
PLACE_FIELDS = ("model", "res_id")


class MailMessage(models.Model):
    _inherit = "mail.message"

    def write(self, vals):
        self.filtered(lambda one: one._coc_goes(vals))._coc_check_unchanged()
        if "attachment_ids" not in vals:
            return super().write(vals)
        # sudo: what the user does not see must not get lost either
        files = [(one, one.sudo().attachment_ids) for one in self]
        result = super().write(vals)
        for message, earlier in files:
            if lost := earlier - message.sudo().attachment_ids:
                message._coc_check_unchanged(lost)
        return result

    @api.constrains("model", "res_id", "partner_ids")
    def _check_coc_complaint(self):
        """Refuse to name somebody in a complaint's chatter who may not read it (7.3).

        Whoever a message names reads it, whatever the rights on the complaint are; it
        names them when it is posted, and when it is edited.
        """
        for message in self:
            if message.model == "asi.coc.complaint" and message.partner_ids:
                complaint = self.env[message.model].browse(message.res_id)
                complaint._check_recipients(message.partner_ids.ids)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_records(self):
        """Keep the chatter of records as long as the records (1.6)."""
        for model, messages in self._coc_of_watched():
            records = self._coc_get_records(model, messages)
            if self.env["asi.coc.retention"]._find(records):
                self.env["asi.coc.retention"]._check_deletable(records)

    def _coc_of_watched(self):
        """Return pairs of model and its messages, where retention is asked for."""
        own = self.filtered(lambda one: one.model in WATCHED and one.res_id)
        return own.grouped("model").items()

    def _coc_get_records(self, model, messages):
        # sudo: whoever deletes, the same is kept
        return self.env[model].sudo().browse(messages.mapped("res_id")).exists()

    def _coc_find_kept(self):
        """Return ``{message: Retention}`` of what stays with its record (1.6)."""
        found = {}
        # sudo: whoever asks, the same is kept
        for model, messages in self.sudo()._coc_of_watched():
            records = self._coc_get_records(model, messages)
            kept = self.env["asi.coc.retention"]._find(records)
            found |= {one: kept[one.res_id] for one in messages if one.res_id in kept}
        return found

    def _coc_goes(self, vals):
        """Tell whether ``vals`` move the message to another record, or empty it.

        Emptied is what a message is that a user deletes. It may be edited, as an
        e-mail in the queue is.
        """
        is_moved = any(
            (vals[name] or False) != (self[name] or False)
            for name in PLACE_FIELDS
            if name in vals
        )
        return is_moved or (
            "body" in vals
            and is_html_empty(vals["body"])
            and not is_html_empty(self.body)
        )

    def _coc_check_unchanged(self, files=None):
        """Refuse to make messages of records say nothing, or be of others (1.6)."""
        kept = next(iter(self._coc_find_kept().values()), None)
        if not kept:
            return
        reason = self.env._(
            "A message of a record stays with it. Edit it, or write another one beside."
        )
        if files:
            reason = self.env._(
                "%(files)s cannot be taken off the message. Add others beside.",
                files=", ".join(files.mapped("name")),
            )
        until = self.env["asi.coc.retention"]._describe(kept)
        raise UserError("\n".join([reason, until]))
