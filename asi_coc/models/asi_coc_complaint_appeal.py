from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

#: Written anew after an appeal; the investigation log keeps the earlier ones.
BEGUN_ANEW = (
    "admissibility_on",
    "inadmissible_ground",
    "admissibility_reason",
    "investigated_on",
    "outcome",
    "decision",
    "remedy",
    "decided_on",
    "decided_by_id",
    "answer",
    "answered_on",
    "answered_by_id",
    "answered_by_email",
    "closed_on",
)


class AsiCocComplaint(models.Model):
    """The appeal against the answer to a complaint, once (7.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.complaint"

    def action_appeal(self):
        """Open complaints again that were appealed against in writing or by word.

        Whoever wrote in time appealed in time, although it is recorded later.
        """
        self.check_access("write")
        for complaint in self:
            complaint._appeal(
                self.env._("Recorded by an officer."),
                "letter",
                day=complaint._get_day_written(),
            )
        return True

    def _can_appeal(self, day=None):
        """Tell whether the complainant may appeal on ``day`` (today): once, in time."""
        self.ensure_one()
        if self.is_appealed or self.state not in ("answered", "closed"):
            return False
        return (day or self.scope_id._get_today()) <= self._get_appeal_by()

    def _get_day_written(self):
        """Return the day on which the complainant first wrote after the answer."""
        days = [
            self.scope_id._get_day(letter.said_on)
            for letter in self.statement_ids
            if letter.kind == "addition"
            and self.answered_on
            and letter.said_on > self.answered_on
        ]
        return min(days, default=None)

    def _get_appeal_by(self):
        """Return the last day on which the answer can be appealed against."""
        days = timedelta(days=self.scope_id.complaint_appeal_days)
        return self.scope_id._get_day(self.answered_on) + days

    def _appeal(self, text, channel, files=(), day=None):
        """Open the complaint again; its earlier decision and answer stay in the log.

        Raises UserError after the first appeal, or too late.
        """
        self.ensure_one()
        if not self._can_appeal(day):
            raise UserError(
                self.env._(
                    "Complaint %(complaint)s cannot be appealed against: only an "
                    "answer can, once, and within %(days)s days (7.3).",
                    complaint=self.name,
                    days=self.scope_id.complaint_appeal_days,
                )
            )
        # sudo: the complainant has no rights; what is written follows from the rules
        own = self.sudo()
        own._log_before_appeal()
        was_refused = not own.decided_on
        own.env["asi.coc.complaint.statement"]._add(own, "appeal", channel, text, files)
        own.write(
            {
                **dict.fromkeys(BEGUN_ANEW, False),
                "state": "acknowledged" if was_refused else "investigating",
                "is_appealed": True,
                "active": True,
                "appealed_on": fields.Datetime.now(),
                **({} if was_refused else {"investigated_on": fields.Datetime.now()}),
            }
        )
        own.message_post(body=self.env._("Appealed against; opened again."))
        own._plan_next_step()

    def _log_before_appeal(self):
        labels = [
            (name, self._fields[name]._description_string(self.env))
            for name in ("admissibility_reason", "decision", "remedy", "answer")
        ]
        said = [f"{label}: {self[name]}" for name, label in labels if self[name]]
        self.env["asi.coc.complaint.log"].create(
            {
                "complaint_id": self.id,
                "date": self.scope_id._get_today(),
                "kind": "other",
                "what": "\n".join([self.env._("As it was before the appeal"), *said]),
            }
        )
