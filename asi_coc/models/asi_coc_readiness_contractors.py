from odoo import api, models

from ..formatting import format_day
from .asi_coc_readiness_rules import NAMED, SOON


class AsiCocReadinessRules(models.AbstractModel):
    """Section 2, outsourcing contractors."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    def _get_contractors(self, scope):
        """Return the contractors in the scope, and those that are about to be."""
        return self.env["asi.coc.contractor"].search(
            [("scope_id", "=", scope.id), ("state", "!=", "left")]
        )

    def _get_accounted(self, scope):
        """Return the contractors whose account may still be open (2.3 to 2.5).

        One that left answers for the periods that are not closed.
        """
        since = min(
            scope.period_ids.filtered(lambda one: one.state != "closed").mapped(
                "date_start"
            ),
            default=scope._get_today(),
        )
        contractors = self.env["asi.coc.contractor"].search(
            [("scope_id", "=", scope.id)]
        )
        return contractors.filtered(
            lambda one: one.state != "left" or one.date_left >= since
        )

    def _say_no_contractor(self):
        return self._not_applicable(
            self.env._("The scope uses no outsourcing contractor.")
        )

    def _judge_contractors(self, scope, lacks, text, in_order, evidence=()):
        """Judge by which contractors lack something.

        It is missing of those in the scope; of others it is to be done before they
        join.
        """
        contractors = self._get_contractors(scope)
        if not contractors:
            return self._say_no_contractor()
        lacking = contractors.filtered(lacks)
        present = lacking.filtered(lambda one: one.state == "in_scope")
        coming = lacking - present
        return self._judge(
            [self._find_these(self.env._("Contractors"), contractors), *evidence],
            missing=[present and text % {"contractors": self._list_names(present)}],
            attention=[
                coming
                and self.env._(
                    "Not in the scope yet: %(contractors)s. Complete the record and "
                    "have the risk accepted; until then material sent there stops "
                    "being CoC Material.",
                    contractors=self._list_names(coming),
                )
            ],
            in_order=in_order,
        )

    @api.model
    def _rule_2_1(self, scope):
        return self._judge_contractors(
            scope,
            lambda one: not (one.services and one.location_ids),
            self.env._(
                "Services or sites are not entered: %(contractors)s. Enter them on the "
                "contractor."
            ),
            self.env._("Every contractor is named with services and sites."),
        )

    @api.model
    def _rule_2_2a(self, scope):
        return self._judge_contractors(
            scope,
            lambda one: not (one.control and one.evidence_ids),
            self.env._(
                "How ownership or control is kept is not shown, or without evidence: "
                "%(contractors)s. Enter it on the contractor, with the contract."
            ),
            self.env._("Ownership or control is shown with evidence."),
        )

    @api.model
    def _rule_2_2b(self, scope):
        return self._judge_contractors(
            scope,
            lambda one: not (one.declared_on and one.declared_by and one.declaration),
            self.env._(
                "The declaration of no further outsourcing, with day, signer and file, "
                "is not on file: %(contractors)s. Have it signed."
            ),
            self.env._("Every contractor declared not to outsource further."),
        )

    @api.model
    def _rule_2_2c(self, scope):
        accepted = self._find(
            self.env._("Accepted risk assessments"),
            "asi.coc.contractor.assessment",
            [("contractor_id.scope_id", "=", scope.id), ("state", "=", "accepted")],
        )
        found = self._judge_contractors(
            scope,
            lambda one: not one.is_current,
            self.env._(
                "No accepted risk assessment is in force, so that material sent there "
                "is not CoC Material: %(contractors)s. Assess the risk, and have it "
                "accepted."
            ),
            self.env._("Every contractor has an accepted risk assessment in force."),
            [accepted],
        )
        soon = scope._get_today() + SOON
        due = self._get_contractors(scope).filtered(
            lambda one: one.is_current and one.due_on and one.due_on <= soon
        )
        if found.state != "in_order" or not due:
            return found
        return self._judge(
            found.evidence,
            attention=[
                self.env._(
                    "The risk is to be assessed again: %(contractors)s.",
                    contractors=", ".join(
                        f"{one.display_name} ({format_day(self.env, one.due_on)})"
                        for one in due[:NAMED]
                    ),
                )
            ],
        )

    @api.model
    def _rule_2_3(self, scope):
        if not self._get_accounted(scope):
            return self._say_no_contractor()
        confirmed = self._find_own(
            "asi.coc.contractor.statement",
            self.env._("Confirmed statements"),
            scope,
            [("state", "=", "confirmed")],
        )
        overdue = self._find_own(
            "asi.coc.contractor.statement",
            self.env._("Statements not answered in time"),
            scope,
            [
                ("state", "in", ["draft", "asked"]),
                ("deadline", "<", scope._get_today()),
            ],
        )
        waiting = self._find_own(
            "asi.coc.contractor.statement",
            self.env._("Statements not confirmed yet"),
            scope,
            [
                ("state", "!=", "confirmed"),
                "|",
                ("state", "=", "answered"),
                "|",
                ("deadline", "=", False),
                ("deadline", ">=", scope._get_today()),
            ],
        )
        return self._judge(
            [confirmed, waiting, overdue],
            missing=[
                overdue.count
                and self.env._(
                    "Not answered by their deadline: %(statements)s. Remind the "
                    "contractor, or enter its paper.",
                    statements=self._list_found(overdue),
                )
            ],
            attention=[
                waiting.count
                and self.env._(
                    "Waiting for an answer or a confirmation: %(statements)s.",
                    statements=self._list_found(waiting),
                )
            ],
            in_order=self.env._("Every statement that was due is confirmed.")
            if confirmed.count
            else self.env._("No statement was due yet."),
        )

    @api.model
    def _rule_2_4(self, scope):
        if not self._get_accounted(scope):
            return self._say_no_contractor()
        own = [("contractor_id.scope_id", "=", scope.id)]
        rows = self._find(
            self.env._("Reconciliations"), "asi.coc.contractor.reconciliation", own
        )
        beyond = self._find(
            self.env._("Differences beyond the tolerance"),
            "asi.coc.contractor.reconciliation",
            [*own, ("state", "in", ["beyond", "held"])],
        )
        return self._judge(
            [rows, beyond],
            attention=[
                beyond.count
                and self.env._(
                    "What was sent and what the contractor reports differ beyond the "
                    "tolerance: %(rows)s. The difference counts as Non-CoC until it is "
                    "resolved.",
                    rows=self._list_found(beyond),
                )
            ],
            in_order=self.env._("What was sent and what contractors report agree.")
            if rows.count
            else self.env._("There was nothing to reconcile yet."),
        )

    @api.model
    def _rule_2_5(self, scope):
        if not self._get_accounted(scope):
            return self._say_no_contractor()
        return self._judge_errors(scope, "2.5")

    def _judge_errors(self, scope, criterion):
        """Judge the errors of one of the criteria 2.5, 9.6 and 10.4."""
        own = [("scope_id", "=", scope.id), ("criterion", "=", criterion)]
        today = scope._get_today()
        every = self._find(self.env._("Errors"), "asi.coc.error", own)
        still_open = self._find(
            self.env._("Errors not reviewed yet"),
            "asi.coc.error",
            [*own, ("state", "!=", "reviewed")],
        )
        overdue = self._find(
            self.env._("Overdue effectiveness reviews"),
            "asi.coc.error",
            [*own, ("state", "=", "prevented"), ("review_due", "<", today)],
        )
        unreported = self._find(
            self.env._("Suspected fraud not reported to ASI"),
            "asi.coc.error",
            [*own, ("is_fraud_suspected", "=", True), ("reported_on", "=", False)],
        )
        return self._judge(
            [every, still_open, overdue, unreported],
            missing=[
                unreported.count
                and self.env._(
                    "Suspected fraud is not reported to ASI: %(errors)s. Report it, "
                    "and record it on the error.",
                    errors=self._list_found(unreported),
                ),
                overdue.count
                and self.env._(
                    "The effectiveness review is overdue: %(errors)s. Review whether "
                    "what was done helped.",
                    errors=self._list_found(overdue),
                ),
            ],
            attention=[
                still_open.count > overdue.count
                and self.env._(
                    "Not corrected, prevented and reviewed yet: %(errors)s.",
                    errors=self._list_found(still_open),
                )
            ],
            in_order=self.env._("Every error on file was corrected and reviewed.")
            if every.count
            else self.env._("No error was found."),
        )
