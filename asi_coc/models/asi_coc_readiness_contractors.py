from datetime import timedelta

from odoo import api, fields, models

#: A due day this close needs attention.
SOON = timedelta(days=30)


class AsiCocReadinessRules(models.AbstractModel):
    """Section 2, outsourcing contractors."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    def _get_contractors(self, scope):
        """Return the contractors that are in the scope, or are about to be."""
        return self.env["asi.coc.contractor"].search(
            [("scope_id", "=", scope.id), ("state", "!=", "left")]
        )

    def _say_no_contractor(self):
        return self._not_applicable(
            self.env._("The scope uses no outsourcing contractor.")
        )

    def _judge_contractors(self, scope, lacks, text, in_order, evidence=()):
        """Judge by which contractors lack something."""
        contractors = self._get_contractors(scope)
        if not contractors:
            return self._say_no_contractor()
        lacking = contractors.filtered(lacks)
        names = ", ".join(lacking.mapped("display_name"))
        return self._judge(
            [
                self._find(
                    self.env._("Contractors"),
                    contractors._name,
                    [("id", "in", contractors.ids)],
                ),
                *evidence,
            ],
            missing=[lacking and text % {"contractors": names}],
            in_order=in_order,
        )

    @api.model
    def _rule_2_1(self, scope):
        return self._judge_contractors(
            scope,
            lambda one: not (one.services and one.location_ids),
            self.env._("Services or sites are not entered: %(contractors)s."),
            self.env._("Contractors are named with services and sites."),
        )

    @api.model
    def _rule_2_2a(self, scope):
        return self._judge_contractors(
            scope,
            lambda one: not (one.control and one.evidence_ids),
            self.env._(
                "How ownership or control is kept is not shown, or without evidence: "
                "%(contractors)s."
            ),
            self.env._("Ownership or control is shown with evidence."),
        )

    @api.model
    def _rule_2_2b(self, scope):
        return self._judge_contractors(
            scope,
            lambda one: not (one.declared_on and one.declaration),
            self.env._(
                "The declaration of no further outsourcing is not on file: "
                "%(contractors)s."
            ),
            self.env._("Every contractor declared not to outsource further."),
        )

    @api.model
    def _rule_2_2c(self, scope):
        today = scope._get_today()
        accepted = self._find(
            self.env._("Accepted risk assessments"),
            "asi.coc.contractor.assessment",
            [
                ("contractor_id.scope_id", "=", scope.id),
                ("state", "in", ["accepted", "taken_over"]),
            ],
        )
        found = self._judge_contractors(
            scope,
            lambda one: not one.is_current,
            self.env._(
                "No accepted risk assessment is in force, so that material sent there "
                "is not CoC Material: %(contractors)s."
            ),
            self.env._("Every contractor has an accepted risk assessment in force."),
            [accepted],
        )
        ending = self._get_contractors(scope).assessment_ids.filtered(
            lambda one: (
                one.state == "accepted"
                and one.due_on
                and one.due_on <= today + SOON
                and one.contractor_id.is_current
            )
        )
        if found.state == "in_order" and ending:
            return self._judge(
                found.evidence,
                attention=[
                    self.env._(
                        "Risk assessments are due again: %(contractors)s.",
                        contractors=", ".join(
                            ending.contractor_id.mapped("display_name")
                        ),
                    )
                ],
            )
        return found

    @api.model
    def _rule_2_3(self, scope):
        if not self._get_contractors(scope):
            return self._say_no_contractor()
        today = fields.Date.to_string(scope._get_today())
        own = [("scope_id", "=", scope.id)]
        confirmed = self._find(
            self.env._("Confirmed statements"),
            "asi.coc.contractor.statement",
            [*own, ("state", "=", "confirmed")],
        )
        waiting = self._find(
            self.env._("Statements asked or answered"),
            "asi.coc.contractor.statement",
            [*own, ("state", "in", ["asked", "answered"])],
        )
        overdue = self._find(
            self.env._("Overdue statements"),
            "asi.coc.contractor.statement",
            [*own, ("state", "in", ["draft", "asked"]), ("deadline", "<", today)],
        )
        return self._judge(
            [confirmed, waiting, overdue],
            missing=[
                overdue.count
                and self.env._(
                    "%(count)s statements are not answered after their deadline.",
                    count=overdue.count,
                )
            ],
            attention=[
                waiting.count
                and self.env._(
                    "%(count)s statements wait for an answer or a confirmation.",
                    count=waiting.count,
                )
            ],
            in_order=self.env._("No statement is open."),
        )

    @api.model
    def _rule_2_4(self, scope):
        if not self._get_contractors(scope):
            return self._say_no_contractor()
        own = [("contractor_id.scope_id", "=", scope.id)]
        rows = self._find(
            self.env._("Reconciliations"), "asi.coc.contractor.reconciliation", own
        )
        held = self._find(
            self.env._("Differences held back"),
            "asi.coc.contractor.reconciliation",
            [*own, ("state", "=", "held")],
        )
        return self._judge(
            [rows, held],
            attention=[
                held.count
                and self.env._(
                    "%(count)s differences are beyond the tolerance and count as "
                    "Non-CoC until they are explained.",
                    count=held.count,
                )
            ],
            in_order=self.env._("What was sent and what came back agree."),
        )

    @api.model
    def _rule_2_5(self, scope):
        if not self._get_contractors(scope):
            return self._say_no_contractor()
        return self._judge_errors(scope, "2.5")

    def _judge_errors(self, scope, criterion):
        """Judge the errors of one of the criteria 2.5, 9.6 and 10.4."""
        own = [("scope_id", "=", scope.id), ("criterion", "=", criterion)]
        today = fields.Date.to_string(scope._get_today())
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
                    "%(count)s cases of suspected fraud are not reported to ASI.",
                    count=unreported.count,
                ),
                overdue.count
                and self.env._(
                    "%(count)s effectiveness reviews are overdue.", count=overdue.count
                ),
            ],
            attention=[
                still_open.count
                and self.env._(
                    "%(count)s errors are not reviewed yet.", count=still_open.count
                )
            ],
            in_order=self.env._("Every error on file was corrected and reviewed."),
        )
