"""Audits, from plan to report, and what is done about what they find."""

from .common import UserCase

CORRECT = "asi_coc.mail_activity_non_conformance"
NEXT = "asi_coc.mail_activity_next_audit"
DUE = "asi_coc.mail_activity_corrective_action"
REPORTED = {
    "audit_firm": "Group Quality",
    "date_end": "2025-03-06",
    "submitted_on": "2025-03-10",
    "audit_scope": "Smelter, casthouse and rolling mill at Peel",
    "outcome": "conforming",
}


class AuditCase(UserCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scope.write(
            {
                "responsible_id": cls.officer.id,
                "representative_ids": cls.representative.ids,
            }
        )

    def audit(self, **values):
        """Let the officer plan an internal audit."""
        return (
            self.env["asi.coc.audit"]
            .with_user(self.officer)
            .create({"scope_id": self.scope.id, "date_start": "2025-03-05", **values})
        )

    def finding(self, audit, code):
        return audit.finding_ids.filtered(lambda one: one.criterion_id.code == code)

    def reported(self, **values):
        """Report an audit that found one minor non-conformance, of 1.6."""
        audit = self.audit(**REPORTED | values)
        audit.action_start()
        audit.finding_ids.filtered(lambda one: not one.rating).write(
            {"rating": "conformance", "comment": "Seen and in order"}
        )
        self.finding(audit, "1.6").write(
            {"rating": "minor", "comment": "Which records are kept is not stated"}
        )
        audit.action_report()
        return audit

    def correct(self, audit, **values):
        return (
            self.env["asi.coc.corrective.action"]
            .with_user(self.officer)
            .create(
                {
                    "name": "List the records to keep",
                    "finding_id": self.finding(audit, "1.6").id,
                    "responsible_id": self.officer.id,
                    "date_due": "2025-06-30",
                    **values,
                }
            )
        )
