from odoo import api, models


class MailTrackingValue(models.Model):
    """What was changed of a record stays with its message (1.6)."""

    _inherit = "mail.tracking.value"

    def write(self, vals):
        # Odoo notes on it which field it was when that is gone.
        if any(name.startswith(("old_value_", "new_value_")) for name in vals):
            self.mail_message_id._coc_check_unchanged()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_records(self):
        self.mail_message_id._coc_check_unchanged()
