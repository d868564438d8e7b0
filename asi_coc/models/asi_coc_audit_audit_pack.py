from datetime import timedelta

from odoo import models


class AsiCocAudit(models.Model):
    """Has the pack made that its auditors take along."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.audit"

    def action_request_audit_pack(self):
        """Have an audit pack made, from the audit before to the end of this one."""
        self.ensure_one()
        self.check_access("read")
        scope, packs = self.scope_id, self.env["asi.coc.audit.pack"]
        first = scope._get_audited_until(self.date_start) + timedelta(days=1)
        return packs._request(scope, first, self.date_end, self)._open()
