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

        Criteria of supply chain activities that are neither audited nor done elsewhere
        under a legal interest are rated as not applicable from the start.
        """
        self.check_access("write")
        self._check_state("planned")
        for audit in self:
            audit._check_given(("supply_chain_activity_ids",))
        criteria = self.env["asi.coc.criterion"].search(Domain.TRUE)
        for audit in self:
            interests = self.env["asi.coc.readiness.rules"]._get_interests(
                audit.scope_id
            )
            audited = audit.supply_chain_activity_ids | interests.activity_id
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
        plan_once(
            self._filter_unanswered(),
            CORRECT_ACTIVITY,
            self.env._("Plan a corrective action for each non-conformance"),
            lambda one: (
                one.scope_id._get_persons("representative_ids")[:1],
                one.scope_id._get_today() + PLAN_WITHIN,
            ),
        )

    def _filter_unanswered(self):
        """Return the audits with a non-conformance that nothing is planned about."""
        return self.filtered(
            lambda one: any(
                finding.is_open and not finding.corrective_action_ids
                for finding in one.finding_ids
            )
        )

    def _end_asking(self):
        """End the reminder to plan corrective actions where all are planned."""
        asked = self - self._filter_unanswered()
        asked.activity_feedback([CORRECT_ACTIVITY])

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

    def _check_scope(self, scope):
        """Refuse another scope for what has findings, or another entity's number."""
        for audit in self:
            if audit.scope_id != scope and (
                audit.state != "planned" or audit.company_id != scope.company_id
            ):
                raise UserError(
                    self.env._(
                        "Audit %(audit)s has started, or has its number, for scope "
                        "%(scope)s, and stays with it. Plan another audit for "
                        "%(other)s.",
                        audit=audit.display_name,
                        scope=audit.scope_id.display_name,
                        other=scope.display_name,
                    )
                )

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
        self._check_given(needed)
        every = self.env["asi.coc.criterion"].search(Domain.TRUE)
        if unseen := every - self.finding_ids.criterion_id:
            raise UserError(
                self.env._(
                    "Audit %(audit)s has no finding on: %(criteria)s. Add them under "
                    "Findings; what does not concern the entity is Not Applicable.",
                    audit=self.display_name,
                    criteria=", ".join(unseen.mapped("code")),
                )
            )
        self.finding_ids._check_rated()

    def _check_given(self, names):
        """Raise UserError that lists which fields of ``names`` are empty."""
        missing = [self._get_label(name) for name in names if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "The report of audit %(audit)s is missing: %(missing)s.",
                    audit=self.display_name,
                    missing=", ".join(missing),
                )
            )

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
        """Remind of the next audit and of corrective actions that come due.

        In scopes that are not active yet, too: what the certification audit finds is
        corrected before there is a certificate.
        """
        for scope in self.env["asi.coc.scope"].search(Domain.TRUE):
            self._remind_next_audit(scope)
            self.env["asi.coc.corrective.action"]._remind(scope)

    @api.model
    def _remind_next_audit(self, scope):
        """Remind of the next internal and of the next external audit."""
        audits = self.search(
            [("scope_id", "=", scope.id), ("next_audit_due", "!=", False)]
        )
        latest = audits.browse(
            own[0].id
            for own in audits.grouped(
                lambda one: one.next_audit_type == "internal"
            ).values()
        )
        waiting = latest.filtered(lambda one: not one._has_successor())
        (audits - waiting).activity_unlink([NEXT_AUDIT_ACTIVITY])
        soon = scope._get_today() + REMIND_BEFORE
        plan_once(
            waiting.filtered(lambda one: one.next_audit_due <= soon),
            NEXT_AUDIT_ACTIVITY,
            self.env._("Plan the next audit"),
            lambda one: (
                scope._get_persons("representative_ids")[:1],
                one.next_audit_due,
            ),
        )

    def _has_successor(self):
        of_type = Domain("audit_type", "=", self.next_audit_type)
        return bool(
            self.search_count(
                Domain("scope_id", "=", self.scope_id.id)
                & Domain("date_start", ">", self.date_end)
                & (of_type if self.next_audit_type else Domain.TRUE),
                limit=1,
            )
        )
