from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError


class AsiCocScope(models.Model):
    """Has audit packs made, for whoever audits it."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"

    audit_pack_days = fields.Integer(
        string="Days Audit Packs Are Kept",
        default=30,
        help="Archives are deleted so many days after they were made; another one is "
        "made with one click.",
    )
    audit_pack_ids = fields.One2many(
        "asi.coc.audit.pack",
        "scope_id",
        string="Audit Packs",
        readonly=True,
        help="Archives that were made for auditors.",
    )

    _audit_pack_days_positive = models.Constraint(
        "CHECK (audit_pack_days IS NULL OR audit_pack_days > 0)",
        "Audit packs are kept for one day at least.",
    )

    def action_request_audit_pack(self):
        """Have an audit pack made since the last audit, and show how far it is."""
        self.ensure_one()
        packs = self.env["asi.coc.audit.pack"]
        return packs._request(self, *self._get_unaudited())._open()

    def _get_unaudited(self):
        """Return the first day that was not audited yet, and today."""
        today = self._get_today()
        return self._get_audited_until(today) + timedelta(days=1), today

    def _get_audited_until(self, day):
        """Return the last day that was audited before ``day``.

        The last day of the audit reported before it; the day before the first period
        where none was.
        """
        self._check_may_request_pack()
        audits = self.env["asi.coc.audit"].search(
            [
                ("scope_id", "=", self.id),
                ("state", "=", "reported"),
                ("audit_type", "!=", "internal"),
                ("date_end", "<", day),
            ]
        )
        first = min(self.period_ids.mapped("date_start"), default=day)
        return max(audits.mapped("date_end"), default=min(first, day) - timedelta(1))

    def _check_may_request_pack(self):
        """Check that the user may have an audit pack of the scope: reads all of it."""
        self.check_access("read")
        user = self.env.user
        if not any(
            user.has_group(f"asi_coc.group_{name}") for name in ("officer", "auditor")
        ):
            raise AccessError(
                self.env._(
                    "Compliance Officers and Auditors have audit packs of scope "
                    "%(scope)s made. Ask one of them.",
                    scope=", ".join(self.sudo().mapped("name")),
                )
            )
