from datetime import date, timedelta

from odoo import api, models

DUE_TYPE = "asi_coc.mail_activity_annual_report"
OVERDUE_TYPE = "asi_coc.mail_activity_annual_report_overdue"


class AsiCocAnnualReport(models.Model):
    """Makes each year's report, and reminds of it until it is submitted (1.7)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.annual.report"

    @api.model
    def _cron_follow(self):
        """Make the drafts of last year and remind of what is due."""
        # What a scope accounted for is reported, though it was suspended since.
        scopes = self.env["asi.coc.scope"].search([("state", "!=", "draft")])
        self._make_drafts(scopes)
        self.search([("scope_id", "in", scopes.ids), ("state", "=", "draft")])._remind()

    @api.model
    def _make_drafts(self, scopes):
        """Make the report of last year for each scope that accounted in it."""
        for scope in scopes:
            year = scope._get_today().year - 1
            accounted = self.env["asi.coc.period"].search_count(
                [
                    ("scope_id", "=", scope.id),
                    ("date_start", "<=", date(year, 12, 31)),
                    ("date_end", ">=", date(year, 1, 1)),
                ],
                limit=1,
            )
            made = self.search_count(
                [("scope_id", "=", scope.id), ("year", "=", year)], limit=1
            )
            if accounted and not made:
                self.create({"scope_id": scope.id, "year": year})

    def _remind(self):
        """Remind all Management Representatives, and once more when it is late."""
        for report in self:
            scope, today = report.scope_id, report.scope_id._get_today()
            lead = timedelta(days=scope.annual_report_days)
            if today < report.due_date - lead:
                continue
            persons = scope._get_persons("representative_ids")
            report._plan(
                DUE_TYPE,
                persons,
                self.env._("Submit the report to ASI"),
                report.due_date,
            )
            if today > report.due_date:
                report._plan(
                    OVERDUE_TYPE,
                    persons | scope._get_persons("responsible_id"),
                    self.env._("The report to ASI is overdue"),
                    today,
                )

    def _plan(self, kind, persons, summary, day):
        """Give each person one activity of ``kind``, unless one of them has it.

        Whoever had it before, and is none of them any more, does not count.
        """
        if self.activity_search([kind]).user_id & persons:
            return
        for person in persons:
            self.activity_schedule(
                kind, date_deadline=day, summary=summary, user_id=person.id
            )

    def _settle_reminders(self):
        """What had to be done is done."""
        self.activity_feedback([DUE_TYPE, OVERDUE_TYPE])
