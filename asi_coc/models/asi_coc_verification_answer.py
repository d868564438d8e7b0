from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class AsiCocVerificationRequest(models.Model):
    """Answers requests for verification (9.5)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.verification.request"

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "response_days:avg":
            # What is not answered yet has no response time; it took no 0 days.
            return SQL(
                "AVG(%s) FILTER (WHERE %s IS NOT NULL)",
                self._field_to_sql(self._table, "response_days", query),
                self._field_to_sql(self._table, "answered_on", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    def action_answer(self):
        """Send the answer by e-mail in the requester's language, and file it (9.5).

        Raises UserError naming what the answer lacks, or the request that was
        answered already.
        """
        self._check_to_answer(("outcome", "answer", "requester_email"))
        self._file_answer(by_email=True)
        for request in self:
            request._send_answer()
        return True

    def action_answered_elsewhere(self):
        """File an answer that was given by telephone, in person or otherwise (9.5)."""
        self._check_to_answer(("outcome", "answer"))
        self._file_answer(by_email=False)
        return True

    def _check_to_answer(self, names):
        self.check_access("write")
        for request in self:
            if request.state == "answered":
                raise UserError(
                    self.env._(
                        "Request %(request)s was answered already, on %(day)s by "
                        "%(person)s.",
                        request=request.display_name,
                        day=request.answered_on,
                        person=request.answered_by_id.name,
                    )
                )
            needed = [*names]
            if request.outcome in ("confirmed", "corrected"):
                # Nothing can be confirmed of a document that is not there.
                needed.append("document_id")
            missing = [name for name in needed if not request[name]]
            if missing:
                raise UserError(
                    self.env._(
                        "Request %(request)s cannot be answered yet (9.5). Missing: "
                        "%(missing)s. Enter it on the request.",
                        request=request.display_name,
                        missing=", ".join(map(self._get_label, missing)),
                    )
                )

    def _file_answer(self, by_email):
        # sudo: who answered, and when, is written here only
        self.sudo().write(
            {
                "state": "answered",
                "answered_on": fields.Datetime.now(),
                "answered_by_id": self.env.uid,
                "answered_by_email": by_email,
            }
        )
        self.activity_feedback(["asi_coc.mail_activity_verification"])
        for request in self:
            request._log_answer()
        self.filtered(lambda one: one.outcome == "declined")._plan_report()

    def _log_answer(self):
        values = {
            "outcome": dict(self._fields["outcome"]._description_selection(self.env))[
                self.outcome
            ],
            "answer": self.answer,
            "address": self.requester_email,
        }
        if self.answered_by_email:
            body = self.env._(
                "Answered by e-mail to %(address)s: %(outcome)s. %(answer)s", **values
            )
        else:
            body = self.env._("Answered elsewhere: %(outcome)s. %(answer)s", **values)
        self.message_post(body=body)

    def _send_answer(self):
        self.ensure_one()
        self.env.ref("asi_coc.mail_template_verification_answer").send_mail(self.id)
        # sudo: the queue belongs to nobody; the answer need not wait for its hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _plan_report(self):
        """Have unreasonable requests brought to ASI's attention (9.5)."""
        for scope, requests in self.grouped("scope_id").items():
            person = scope._get_persons("representative_ids")[:1]
            if person:
                requests.activity_schedule(
                    "asi_coc.mail_activity_unreasonable",
                    summary=self.env._("Bring the request to ASI's attention"),
                    user_id=person.id,
                )

    # -- reminding ------------------------------------------------------------
    def _plan_answer(self):
        """Remind the assigned user of the answer until its deadline."""
        self.activity_unlink(["asi_coc.mail_activity_verification"])
        waiting = self.filtered(lambda one: one.state == "open" and one.user_id)
        for (user, deadline), requests in waiting.grouped(
            lambda one: (one.user_id, one.deadline)
        ).items():
            # Odoo tells users of what they are assigned; once is enough.
            requests.with_context(mail_activity_quick_update=True).activity_schedule(
                "asi_coc.mail_activity_verification",
                date_deadline=deadline,
                summary=self.env._("Answer the request for verification"),
                user_id=user.id,
            )
