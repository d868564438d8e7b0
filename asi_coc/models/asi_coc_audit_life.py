from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..activities import plan_once
from .asi_coc_audit import MATURITY_FIELDS, NEEDED

CORRECT_ACTIVITY = "asi_coc.mail_activity_non_conformance"
NEXT_AUDIT_ACTIVITY = "asi_coc.mail_activity_next_audit"
#: The next audit is reminded of so long before it is due.
REMIND_BEFORE = timedelta(days=90)
#: Corrective actions are planned so long after the report.
PLAN_WITHIN = timedelta(days=30)


class AsiCocAudit(models.Model):
    """From plan to report, and who is reminded of the next audit."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.audit"

    def action_start(self):
        """Begin the audit: one finding per criterion, to be rated.

        Criteria of supply chain activities that are not audited are rated as not
        applicable from the start.
        """
        self.check_access("write")
        self._check_state("planned")
        criteria = self.env["asi.coc.criterion"].search(Domain.TRUE)
        for audit in self:
            audited = audit.supply_chain_activity_ids
            missing = criteria - audit.finding_ids.criterion_id
            self.env["asi.coc.finding"].create(
                [
                    {
                        "audit_id": audit.id,
                        "criterion_id": criterion.id,
                        **audit._prepare_rating(criterion, audited),
                    }
                    for criterion in missing
                ]
            )
        # sudo: written by these steps only
        self.sudo().state = "running"
        return True

    def _prepare_rating(self, criterion, audited):
        if not criterion.activity_id or criterion.activity_id in audited:
            return {}
        return {
            "rating": "not_applicable",
            "comment": self.env._(
                "This Criterion is not applicable to the Entity's Certification Scope."
            ),
        }

    def action_report(self):
        """Mark the audit as reported; from now on it stays as it is.

        Raises UserError that lists what the report is missing.
        """
        self.check_access("write")
        self._check_state("running")
        for audit in self:
            audit._check_complete()
        # sudo: written by these steps only
        self.sudo().write({"state": "reported", "reported_by_id": self.env.uid})
        self._ask_for_corrective_actions()
        return True

    def _ask_for_corrective_actions(self):
        unanswered = self.filtered(
            lambda one: any(
                finding.is_open and not finding.corrective_action_ids
                for finding in one.finding_ids
            )
        )
        plan_once(
            unanswered,
            CORRECT_ACTIVITY,
            self.env._("Plan a corrective action for each non-conformance"),
            lambda one: (
                one.scope_id._get_persons("representative_ids")[:1],
                one.scope_id._get_today() + PLAN_WITHIN,
            ),
        )

    def action_open_again(self):
        """Take a report back, to correct it; the chatter keeps a line."""
        if not self.env.user.has_group("asi_coc.group_representative"):
            raise UserError(
                self.env._(
                    "Only a Management Representative opens audit %(audit)s again "
                    "(1.4).",
                    audit=", ".join(self.mapped("display_name")),
                )
            )
        self._check_state("reported")
        for audit in self:
            audit.message_post(body=self.env._("The report was taken back."))
        # sudo: written by these steps only; who reported it stays, and so does what
        # was reported (1.6)
        self.sudo().state = "running"
        return True

    def _check_state(self, state):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for audit in self:
            if audit.state != state:
                raise UserError(
                    self.env._(
                        'Audit %(audit)s is "%(state)s"; this step is for audits that '
                        'are "%(needed)s".',
                        audit=audit.display_name,
                        state=labels[audit.state],
                        needed=labels[state],
                    )
                )

    def _check_complete(self):
        needed = (
            NEEDED
            if self.audit_type == "internal"
            else (
                *NEEDED,
                *MATURITY_FIELDS,
            )
        )
        missing = [self._get_label(name) for name in needed if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "The report of audit %(audit)s is missing: %(missing)s.",
                    audit=self.display_name,
                    missing=", ".join(missing),
                )
            )
        self.finding_ids._check_rated()

    # -- opening --------------------------------------------------------------
    def action_open_findings(self):
        """Open the findings, by section."""
        self.ensure_one()
        return self._get_findings_action(self.env._("Findings"), [])

    def action_open_non_conformances(self):
        """Open the minor and major non-conformances."""
        self.ensure_one()
        return self._get_findings_action(
            self.env._("Non-Conformances"), [("rating", "in", ("minor", "major"))]
        )

    def _get_findings_action(self, name, domain):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "asi_coc.action_asi_coc_finding"
        )
        return action | {
            "name": name,
            "domain": [("audit_id", "=", self.id), *domain],
            "context": {"search_default_group_by_section": not domain},
        }

    # -- reminding --------------------------------------------------------------
    @api.model
    def _cron_remind(self):
        """Remind of the next audit and of corrective actions that come due."""
        for scope in self.env["asi.coc.scope"].search([("state", "!=", "draft")]):
            self._remind_next_audit(scope)
            self.env["asi.coc.corrective.action"]._remind(scope)

    @api.model
    def _remind_next_audit(self, scope):
        last = self.search(
            [("scope_id", "=", scope.id), ("next_audit_due", "!=", False)], limit=1
        )
        if (
            not last
            or last.next_audit_due > scope._get_today() + REMIND_BEFORE
            or last._has_successor()
        ):
            return
        plan_once(
            last,
            NEXT_AUDIT_ACTIVITY,
            self.env._("Plan the next audit"),
            lambda one: (
                scope._get_persons("representative_ids")[:1],
                one.next_audit_due,
            ),
        )

    def _has_successor(self):
        return bool(
            self.search_count(
                [
                    ("scope_id", "=", self.scope_id.id),
                    ("audit_type", "=", self.next_audit_type),
                    ("date_start", ">", self.date_end),
                ],
                limit=1,
            )
        )
