from odoo import models


class MailMail(models.Model):
    _inherit = "mail.mail"

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
