from odoo import api, models

from .record_kinds import WATCHED


class MailMessage(models.Model):
    _inherit = "mail.message"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_records(self):
        """Keep the chatter of records as long as the records (1.6)."""
        own = self.filtered(lambda one: one.model in WATCHED and one.res_id)
        for model, messages in own.grouped("model").items():
            # sudo: whoever deletes, the same is kept
            records = self.env[model].sudo().browse(messages.mapped("res_id")).exists()
            if self.env["asi.coc.retention"]._find(records):
                self.env["asi.coc.retention"]._check_deletable(records)
