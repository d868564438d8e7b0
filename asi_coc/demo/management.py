"""The CoC Management System of each company, year by year (1.2 to 1.7).

In November 2024 the manual is approved, and everybody is trained; trainings are held
anew each November. The management system is reviewed each January, and what was
decided is carried out by March. The report of 2024 is submitted in March 2025; those
of 2025 wait, as drafts, for whoever does the year-end.

At The 1886 Smelting Company the accountant misses every training.
"""

from datetime import date

from odoo import Command

from .files import attach_pdf
from .progress import say

MANUAL = "CoC Management Manual"
#: What the manual answers; and, of the second version, which records are kept.
CRITERIA = ("1_2", "1_3", "1_4", "1_5", "7_3", "8_1", "9_1", "10_1")
CONTENTS = (
    "1  Scope, facilities and responsibilities (1.2, 1.4)",
    "2  Reviews and trainings (1.3, 1.5)",
    "3  Due diligence and complaints (7.1 to 7.3)",
    "4  Material accounting: the ledger is struck from stock moves (8)",
    "5  CoC Documents issued and received (9, 10)",
    "6  Records are kept for five years (1.6)",
)
RECORDS = ("Annex: register of the records that are kept, and by whom (1.6)",)
BEGIN, TRAINED, REVIEWED, CARRIED_OUT = (11, 4), (11, 18), (1, 20), (3, 2)
FIRST_REVIEW = 2025
REPORTED = date(2025, 3, 17)
EXPLANATION = (
    "Moves before the first Material Accounting Period were accounted for by hand; no "
    "CoC Material was shipped in these days."
)
#: Company and login of who misses trainings.
ABSENT = ("The 1886 Smelting Company", "demo-accountant")
REVIEW = {
    "asi_advice": "None since the last review.",
    "changed_requirements": "None: version 2 of the standard stays in force.",
    "training_needs": "All roles, each November.",
    "experience": "Receipts and deliveries account for themselves; what is checked by "
    "hand are the documents of new suppliers.",
}


class Management:
    """What officer and representative of one company see to."""

    def __init__(self, works, revised=None):
        self.works = works
        #: Day on which the manual is revised.
        self.revised = revised

    @property
    def scope(self):
        """The company's CoC Certification Scope."""
        return self.works.company.scope

    def plan(self, month):
        """Yield ``(day, what happens)`` of a month."""
        year = month.year
        events = [(date(year, *TRAINED), self.train)]
        if year < FIRST_REVIEW:
            events.append((date(year, *BEGIN), self.begin))
        else:
            events += [
                (date(year, *REVIEWED), self.review),
                (date(year, *CARRIED_OUT), self.carry_out),
                (REPORTED, self.report),
                (self.revised, self.revise),
            ]
        for day, happen in events:
            if day and day.replace(day=1) == month:
                yield day, happen

    def _officer(self):
        return self.works.acting("officer")

    def _representative(self):
        return self.works.acting("representative")

    # -- representatives and procedures ---------------------------------------
    def begin(self):
        """Appoint the representative, approve the manual, publish the procedure."""
        env = self._representative()
        appointment = env["asi.coc.appointment"].search(
            [("scope_id", "=", self.scope.id)]
        )
        letter = ["Overall responsibility for conformance with the standard (1.4)."]
        appointment.write(
            {
                "remark": "Head of quality",
                "evidence_ids": [attach_pdf(env, "Letter of appointment", letter)],
            }
        )
        self._write_manual(env["asi.coc.procedure"], CONTENTS)
        self.scope.with_env(env).action_fill_complaint_procedure()

    def _write_manual(self, draft, contents):
        """Attach the manual's pages to a draft, and approve it (1.2)."""
        env = self._officer()
        criteria = [env.ref(f"asi_coc.criterion_{code}").id for code in CRITERIA]
        draft = draft.with_env(env) or draft.with_env(env).create(
            {"name": MANUAL, "scope_id": self.scope.id}
        )
        draft.write(
            {
                "criterion_ids": [Command.set(criteria)],
                "evidence_ids": [
                    attach_pdf(env, f"{MANUAL} v{draft.version}", contents)
                ],
            }
        )
        draft.with_env(self._representative()).action_approve()

    def revise(self):
        """Approve a version that says which records are kept (1.6)."""
        manual = self._officer()["asi.coc.procedure"].search(
            [("scope_id", "=", self.scope.id), ("state", "=", "approved")]
        )
        draft = manual.browse(manual.action_new_version()["res_id"])
        self._write_manual(draft, CONTENTS + RECORDS)

    # -- trainings ---------------------------------------------------------------
    def train(self):
        """Train everybody in what the role needs; claims also the officer (1.5)."""
        env = self._officer()
        staff = env["res.users"].search(
            [("company_ids", "in", self.works.company.record.ids)]
        )
        company, login = ABSENT
        if self.scope.name == company:
            staff = staff.filtered(lambda one: one.login != login)
        for topic in env["asi.coc.training.topic"].search([]):
            # sudo: who has which role
            attendees = staff.filtered(
                lambda one, topic=topic: (
                    topic.sudo().group_ids & one.sudo().all_group_ids
                )
            )
            if topic.is_claims:
                attendees |= self.works.people["officer"].with_env(env)
            self._train(topic, attendees.partner_id)

    def _train(self, topic, attendees):
        lines = [self.scope.name, "", *attendees.mapped("name")]
        session = topic.env["asi.coc.training"].create(
            {
                "scope_id": self.scope.id,
                "topic_id": topic.id,
                "trainer": "Compliance Officer",
                "attendee_ids": [Command.set(attendees.ids)],
                "evidence_ids": [attach_pdf(topic.env, "Material, attendees", lines)],
            }
        )
        session.action_hold()

    # -- reviews -------------------------------------------------------------------
    def review(self):
        """Review the management system, and decide (1.3)."""
        people = self.works.people
        present = people["representative"] | people["officer"] | people["storekeeper"]
        review = self._officer()["asi.coc.management.review"].create(
            {
                "scope_id": self.scope.id,
                "participant_ids": [Command.set(present.partner_id.ids)],
                "audit_results": self._sum_audits_up(),
                "decisions": "The management system stays as it is. New storekeepers "
                "are trained before their first receipt.",
                **REVIEW,
                "action_ids": [
                    Command.create(
                        {
                            "name": "Plan trainings of new storekeepers",
                            "responsible_id": people["officer"].id,
                            "date_due": date(self._get_year(), 3, 31),
                        }
                    )
                ],
            }
        )
        review.with_env(self._representative()).action_hold()

    def _get_year(self):
        return self.scope._get_today().year

    def _sum_audits_up(self):
        audits = self._officer()["asi.coc.audit"].search(
            [("scope_id", "=", self.scope.id), ("state", "=", "reported")]
        )
        lines = [
            f"{one.display_name}: {one.non_conformance_count} non-conformances, "
            f"{one.open_count} open."
            for one in audits
        ]
        return "\n".join(lines) or "No audit since the last review."

    def carry_out(self):
        """What the review decided is done."""
        actions = self._officer()["asi.coc.review.action"].search(
            [("scope_id", "=", self.scope.id), ("done_on", "=", False)]
        )
        actions.done_on = self.scope._get_today()

    # -- report to ASI ----------------------------------------------------------
    def report(self):
        """Submit the report of the year before, where there is one (1.7)."""
        report = self._representative()["asi.coc.annual.report"].search(
            [("scope_id", "=", self.scope.id), ("state", "=", "draft")]
        )
        if not report:
            return
        if report._get_missing(report._get_report()):
            report.explanation = EXPLANATION
        report.action_submit()
        say(f"            reported to ASI: {report.display_name}")
