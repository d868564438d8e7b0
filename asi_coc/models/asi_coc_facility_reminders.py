from odoo import api, fields, models

from ..formatting import format_day
from .asi_coc_facility_certification import ENDS_WITHIN

ACTIVITY_TYPE = "asi_coc.mail_activity_facility_certification"


class AsiCocFacility(models.Model):
    """Reminds of certifications that end, are due, or have lapsed (3 to 6 b)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.facility"

    certification_told_for = fields.Char(
        readonly=True,
        copy=False,
        help="What somebody was reminded of last: the kind and its day.",
    )

    @api.model
    def _cron_follow_certification(self):
        """Remind of every facility in force, once of each thing."""
        scopes = self.env["asi.coc.scope"].search([("state", "=", "active")])
        scopes.facility_ids._remind_of_certification()

    def _remind_of_certification(self):
        """Give managers something to do, and take it back when nothing is to do."""
        certifications = self._get_certifications()
        for facility in self:
            found = certifications[facility.id]
            kind, deadline, note = facility._get_task(found)
            told = f"{kind} {deadline}" if kind else False
            # sudo: whoever changes a certificate, managers are told
            own = facility.sudo()
            if own.certification_told_for == told:
                continue
            own.activity_feedback([ACTIVITY_TYPE])
            own.certification_told_for = told
            if not kind:
                continue
            for user in own.scope_id._get_persons("representative_ids"):
                own.activity_schedule(
                    ACTIVITY_TYPE, user_id=user.id, date_deadline=deadline, note=note
                )

    def _get_task(self, certification):
        """Return what is to do about a certification: kind, deadline and text."""
        today = self.scope_id._get_today()
        soon = today + ENDS_WITHIN
        until, planned = certification.until, certification.planned
        planned_day = planned and self.performance_date
        values = {
            "facility": self.name,
            "day": format_day(self.env, planned_day or until or today),
            "until": format_day(self.env, until or today),
        }
        if not until:
            # The day it was found; the same lapse is told once.
            return "lapsed", None, self._describe_uncertified()[0]
        if planned_day and planned_day < today:
            return (
                "missed",
                until,
                self.env._(
                    "Facility %(facility)s was to be certified to the Performance "
                    "Standard by %(day)s and is not. After %(until)s it no longer puts "
                    "out CoC Material (6.1b).",
                    **values,
                ),
            )
        if planned_day and planned_day <= soon:
            return (
                "due",
                planned_day,
                self.env._(
                    "Facility %(facility)s is to be certified to the Performance "
                    "Standard by %(day)s (6.1b). Record the certificate.",
                    **values,
                ),
            )
        if until <= soon:
            return (
                "ends",
                until,
                self.env._(
                    "The certification of facility %(facility)s ends on %(until)s. "
                    "After that day it puts out no CoC Material; record the renewal.",
                    **values,
                ),
            )
        return False, False, False
