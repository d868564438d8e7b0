"""A claim about CoC Material, and an internal audit, at Rollers United.

In November 2025 a claim on the mill's website is approved against the Claims Guide and
published (11.1). Three weeks ago the officer audited the mill; one receipt had come
without a check of the supplier's certificate, and the corrective action is open.
"""

from datetime import date, timedelta

from .companies import CERTIFIED_UNTIL
from .files import attach_pdf
from .progress import say

#: The ASI Claims Guide in force: version and first day.
GUIDE = ("2", date(2022, 5, 1))
WRITTEN, PUBLISHED = date(2025, 11, 24), date(2025, 12, 1)
CLAIM = {
    "title": "Certification on the website",
    "text": "Rollers United is certified against the ASI Chain of Custody Standard.",
    "subject": "conformance",
    "medium": "website",
    "audience": "public",
    "uses_certificate_number": True,
    "link": "https://aluminium-stewardship.org",
}
#: Days before today.
AUDITED, REPORTED = 21, 14
CORRECTED_WITHIN = timedelta(days=30)
FOUND = "10.3"


class MillManagement:
    """What officer and representative of Rollers United do besides."""

    def __init__(self, works):
        self.works = works
        self.claim = self.audit = None

    def plan(self, month):
        """Yield ``(day, what happens)`` of a month."""
        for day, happen in ((WRITTEN, self.write_claim), (PUBLISHED, self.publish)):
            if day.replace(day=1) == month:
                yield day, happen

    def plan_until(self, today):
        """Yield ``(day, what happens)`` of the last days before ``today``."""
        yield today - timedelta(days=AUDITED), self.begin_audit
        yield today - timedelta(days=REPORTED), self.report_audit

    def _officer(self):
        return self.works.acting("officer")

    # -- claim ------------------------------------------------------------------
    def write_claim(self):
        """The officer writes it down with what supports it (11.1b)."""
        env = self._officer()
        version, day = GUIDE
        env["asi.coc.claims.guide"].create({"version": version, "date_start": day})
        lines = [self.works.company.scope.certificate_id.display_name]
        self.claim = env["asi.coc.claim"].create(
            {
                "scope_id": self.works.company.scope.id,
                "date_end": CERTIFIED_UNTIL,
                "evidence_ids": [attach_pdf(env, "Certificate", lines)],
                **CLAIM,
            }
        )

    def publish(self):
        """The representative approves it, then it is published (11.1a, c)."""
        claim = self.claim.with_env(self.works.acting("representative"))
        claim.action_approve()
        claim.action_publish()
        say(f"            claim published: {claim.display_name}")

    # -- internal audit -----------------------------------------------------------
    def begin_audit(self):
        """The officer looks at every criterion."""
        scope = self.works.company.scope
        self.audit = self._officer()["asi.coc.audit"].create(
            {
                "scope_id": scope.id,
                "audit_type": "internal",
                "audit_firm": "Compliance Officer",
                "date_start": scope._get_today(),
                "audit_scope": "The rolling mill in Dearborn, all criteria.",
            }
        )
        self.audit.action_start()

    def report_audit(self):
        """One minor non-conformance, and what is to be done about it."""
        findings = self.audit.finding_ids
        found = findings.filtered(lambda one: one.criterion_id.code == FOUND)
        (findings - found).filtered(lambda one: not one.rating).write(
            {"rating": "conformance", "comment": "Seen in the records: it is so."}
        )
        found.write(
            {
                "rating": "minor",
                "comment": "Slab of Harbour Casthouse came on 30 December 2025 without "
                "a check of its certificate.",
            }
        )
        today = self.works.company.scope._get_today()
        self.audit.write({"submitted_on": today, "outcome": "conforming"})
        self.audit.action_report()
        self._officer()["asi.coc.corrective.action"].create(
            {
                "name": "Check certificates before the first receipt",
                "finding_id": found.id,
                "responsible_id": self.works.people["officer"].id,
                "date_due": today + CORRECTED_WITHIN,
                "root_cause": "Nobody told the storekeeper that a supplier was new.",
                "action": "The buyer asks for the check as the order is confirmed.",
            }
        )
