from odoo import models

from .record_kinds import WATCHED


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def unlink(self):
        if self._name in WATCHED and self.env.registry.ready:
            # Odoo deletes the chatter first: the refusal is to be the record's.
            self.check_access("unlink")
            self.env["asi.coc.retention"]._check_deletable(self)
        return super().unlink()
