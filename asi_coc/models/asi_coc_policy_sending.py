import logging
from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

TEMPLATE = "asi_coc.mail_template_policy"
REMINDER = "asi_coc.mail_template_policy_reminder"
UNANSWERED_TYPE = "asi_coc.mail_activity_policy_unanswered"


class AsiCocPolicyCommunication(models.Model):
    """Sends versions of the policy to suppliers, and reminds of them (7.1)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.policy.communication"

    def action_send(self):
        """E-mail the policy to suppliers, again where they have it already (7.1).

        Raises UserError naming the supplier without an address, who acknowledged
        it, or the version that is not in force.
        """
        self.check_access("write")
        for communication in self:
            communication._check_sendable()
            communication._send(TEMPLATE)
        return True

    def action_given(self):
        """Record that suppliers were given the policy otherwise, with evidence.

        Raises UserError where the evidence is missing.
        """
        self.check_access("write")
        for communication in self.filtered(lambda one: one.state == "to_send"):
            if not communication.evidence_ids:
                raise UserError(
                    self.env._(
                        "Nothing shows that %(supplier)s was given %(policy)s (7.1). "
                        "Attach the evidence first, say a letter or minutes.",
                        supplier=communication.partner_id.display_name,
                        policy=communication.policy_id.display_name,
                    )
                )
            communication._check_version()
            communication._mark_sent("other")
        return True

    def _check_version(self):
        policy = self.policy_id
        if policy.state != "adopted":
            raise UserError(
                self.env._(
                    "%(policy)s is not in force, so %(supplier)s cannot be told of it "
                    "(7.1). Tell the supplier of the version that is.",
                    policy=policy.display_name,
                    supplier=self.partner_id.display_name,
                )
            )

    def _check_sendable(self):
        self.ensure_one()
        self._check_version()
        values = {
            "supplier": self.partner_id.display_name,
            "policy": self.policy_id.display_name,
        }
        if self.state == "acknowledged":
            raise UserError(
                self.env._(
                    "%(supplier)s has acknowledged %(policy)s already.", **values
                )
            )
        if not self.contact_id.email_normalized:
            raise UserError(
                self.env._(
                    "%(supplier)s has no contact with an e-mail address to send "
                    "%(policy)s to (7.1). Enter one, or give it otherwise and attach "
                    "the evidence.",
                    **values,
                )
            )

    def _send(self, template):
        """Put the e-mail with the policy's files into the queue.

        The chatter says that it was sent, not what: whoever reads it could
        acknowledge in the supplier's name by the address in it.
        """
        self.ensure_one()
        self._ensure_token()
        # sudo: the token, and the files, are the mail's; the queue is nobody's
        mail_id = (
            self.env.ref(template)
            .sudo()
            .send_mail(
                self.id,
                email_values={
                    "attachment_ids": [
                        Command.link(file.id)
                        for file in self.policy_id.sudo().evidence_ids
                    ]
                },
                email_layout_xmlid="mail.mail_notification_light",
            )
        )
        self.env["mail.mail"].sudo().browse(mail_id).body = self.env._(
            "Sent to %(address)s with a link to acknowledge it.",
            address=self.contact_id.email_normalized,
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        self._mark_sent("email")

    def _mark_sent(self, how):
        now = fields.Datetime.now()
        for communication in self:
            values = {"last_sent_on": now, "send_error": False}
            if how == "email":
                values["email"] = communication.contact_id.email_normalized
            if communication.state == "to_send":
                values |= {
                    "state": "sent",
                    "sent_by": how,
                    "sent_on": now,
                    "sent_by_id": self.env.uid,
                }
            # sudo: written by these steps only
            communication.sudo().write(values)

    # -- in batches ---------------------------------------------------------------
    def _send_soon(self):
        """Have them sent by the scheduled job, one after the other."""
        # sudo: written by these steps only; whoever sends has the job run
        self.sudo().send_error = False
        self.env.ref("asi_coc.cron_policy_sending").sudo()._trigger()

    @api.model
    def _get_queued(self):
        return self.search(
            [
                ("state", "=", "to_send"),
                ("send_error", "=", False),
                ("policy_id.state", "=", "adopted"),
            ],
            order="id",
        )

    @api.model
    def _cron_send(self):
        """Send what waits, with a commit after each (7.1)."""
        progress = self.env["ir.cron"]
        queued = self._get_queued()
        progress._commit_progress(remaining=len(queued))
        for communication in queued:
            communication._send_or_note(TEMPLATE)
            if not progress._commit_progress(1):
                break

    def _send_or_note(self, template):
        """Send; what hinders it is noted, and does not hinder the others."""
        self.ensure_one()
        try:
            with self.env.cr.savepoint():
                self._check_sendable()
                # Whoever had them queued is who sent them.
                self.with_user(self.create_uid).sudo()._send(template)
        except Exception as error:
            if not isinstance(error, UserError):
                _logger.warning("Policy not sent to %s", self.partner_id, exc_info=True)
            # sudo: written by these steps only
            self.sudo().send_error = str(error)
            return False
        return True

    # -- reminding ------------------------------------------------------------
    @api.model
    def _cron_remind(self):
        """Remind suppliers who have not acknowledged; then tell the officer (7.1)."""
        progress = self.env["ir.cron"]
        due = self._get_due_reminders()
        progress._commit_progress(remaining=len(due))
        for communication in due:
            communication._remind()
            if not progress._commit_progress(1):
                break

    @api.model
    def _get_due_reminders(self):
        """Return those of the version in force that nobody answered in time."""
        due = self.browse()
        now = fields.Datetime.now()
        for scope in self.env["asi.coc.scope"].search([("state", "=", "active")]):
            due |= self.search(
                [
                    ("scope_id", "=", scope.id),
                    ("state", "=", "sent"),
                    ("policy_id.state", "=", "adopted"),
                    (
                        "last_sent_on",
                        "<=",
                        now - timedelta(days=scope.policy_reminder_days),
                    ),
                ]
            )
        told = due.activity_search([UNANSWERED_TYPE]).mapped("res_id")
        return due.filtered(lambda one: one.id not in told)

    def _remind(self):
        self.ensure_one()
        if self.reminder_count < self.scope_id.policy_reminder_limit:
            if self._send_or_note(REMINDER):
                # sudo: written by these steps only
                self.sudo().reminder_count += 1
                return
        person = self.scope_id._get_persons("responsible_id")[:1]
        if person:
            self.activity_schedule(
                UNANSWERED_TYPE,
                user_id=person.id,
                date_deadline=self.scope_id._get_today()
                + timedelta(days=self.scope_id.policy_reminder_days),
                note=self.send_error
                or self.env._(
                    "Nobody at %(supplier)s has acknowledged the policy after "
                    "%(count)s reminders (7.1). Ask by other means, and record the "
                    "answer.",
                    supplier=self.partner_id.display_name,
                    count=self.reminder_count,
                ),
            )
