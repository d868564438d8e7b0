from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

    def unlink(self):
        self.check_access("unlink")
        # sudo: the queue belongs to nobody
        own = self.sudo().filtered(lambda one: not one.is_notification)
        kept = own.mail_message_id._coc_find_kept()
        # Odoo keeps the message of an e-mail that only tells of it (1.6).
        own.filtered(lambda one: one.mail_message_id in kept).is_notification = True
        return super().unlink()
