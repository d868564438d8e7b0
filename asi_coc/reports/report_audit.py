from odoo import api, fields, models

from ..formatting import format_day, format_moment
from ..models.asi_coc_audit import MATURITY_FIELDS


class ReportAudit(models.AbstractModel):
    _name = "report.asi_coc.report_audit_pages"
    _description = "Summary Audit Report as Printed"

    @api.model
    def _get_report_values(self, docids, data=None):
        audits = self.env["asi.coc.audit"].browse(docids)
        return {"docs": audits, "pages": [self._get_page(audit) for audit in audits]}

    @api.model
    def _get_page(self, audit):
        """Return what the report of ``audit`` prints, as text."""
        findings = audit.finding_ids.sorted("sequence")
        labels = dict(findings._fields["section"]._description_selection(self.env))
        return {
            "id": audit.id,
            "number": audit.name,
            "standard": audit.standard,
            "is_final": audit.state == "reported",
            "is_external": audit.audit_type != "internal",
            "overview": self._get_overview(audit),
            "entity_overview": audit.entity_overview or "",
            "maturity": self._get_maturity(audit),
            "sections": [
                {
                    "title": labels[section],
                    "findings": [self._get_finding(one) for one in own],
                }
                for section, own in findings.grouped("section").items()
            ],
            "actions": [self._get_action(one) for one in audit.corrective_action_ids],
            "printed": format_moment(self.env, fields.Datetime.now()),
        }

    def _get_overview(self, audit):
        """Return ``(label, text)`` in the order of ASI's reports."""
        activities = audit.supply_chain_activity_ids.sorted("sequence")
        facts = [
            (self.env._("Member Name"), audit.member_name),
            (self.env._("Entity Name"), audit.entity_name),
            (self.env._("Certification Scope"), audit.certification_scope),
            (
                self.env._("Supply Chain Activities"),
                "\n".join(f"• {activity.name}" for activity in activities),
            ),
            (self.env._("ASI Standard"), audit.standard),
            (self.env._("Audit Type"), self._label(audit, "audit_type")),
            (self.env._("Audit Firm"), audit.audit_firm),
            (
                self.env._("Audit Date"),
                self._format_span(audit.date_start, audit.date_end),
            ),
            (self.env._("Audit Report Submission"), self._day(audit.submitted_on)),
            (self.env._("Audit Scope"), audit.audit_scope),
            (self.env._("Audit Outcome"), self._label(audit, "outcome")),
            (
                self.env._("Audit Methodology Declaration"),
                audit.methodology_declaration,
            ),
            (
                self.env._("Certification Period"),
                self._format_span(audit.certification_start, audit.certification_end),
            ),
            (self.env._("Next Audit Type"), self._label(audit, "next_audit_type")),
            (self.env._("Next Audit Due Date"), self._day(audit.next_audit_due)),
            (self.env._("Certificate Number"), audit.certificate_number),
        ]
        return [(label, text or "–") for label, text in facts]

    def _get_maturity(self, audit):
        """Return ``(label, rating)`` as ASI's reports name them."""
        labels = (
            self.env._("Systems"),
            self.env._("Risks"),
            self.env._("Performance"),
            self.env._("Overall"),
        )
        return [
            (label, self._label(audit, name))
            for label, name in zip(labels, MATURITY_FIELDS, strict=True)
            if audit[name]
        ]

    def _get_finding(self, finding):
        return {
            "criterion": finding.criterion_id.display_name,
            "rating": self._label(finding, "rating") or "–",
            "comment": finding.comment or "",
        }

    def _get_action(self, action):
        return {
            "criterion": action.criterion_id.display_name,
            "action": action.action or action.name,
            "due": self._day(action.date_due),
            "state": self._label(action, "state"),
        }

    def _label(self, record, name):
        labels = dict(record._fields[name]._description_selection(self.env))
        return labels.get(record[name], "")

    def _day(self, day):
        return format_day(self.env, day) if day else ""

    def _format_span(self, first, last):
        if not first or first == last or not last:
            return self._day(first)
        return self.env._(
            "%(start)s – %(end)s", start=self._day(first), end=self._day(last)
        )
