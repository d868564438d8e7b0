from odoo import api, models

from .record_kinds import WATCHED


class MailMessage(models.Model):
    _inherit = "mail.message"

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
        own = self.filtered(lambda one: one.model in WATCHED and one.res_id)
        for model, messages in own.grouped("model").items():
            # sudo: whoever deletes, the same is kept
            records = self.env[model].sudo().browse(messages.mapped("res_id")).exists()
            if self.env["asi.coc.retention"]._find(records):
                self.env["asi.coc.retention"]._check_deletable(records)
