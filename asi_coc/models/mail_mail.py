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

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        if failure_type:
            # Odoo tells of failures to write to contacts only; a complainant is none.
            own = self.filtered(lambda one: one.model == "asi.coc.complaint")
            self.env["asi.coc.complaint"].browse(own.mapped("res_id"))._plan_mending()
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
