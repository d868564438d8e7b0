from dateutil.relativedelta import relativedelta

from odoo import models
from odoo.exceptions import AccessError, UserError

from ..formatting import format_day
from .asi_coc_supplier_assessment import OPEN

#: How long an acceptance holds unless another day is entered (7.2).
VALID_FOR = relativedelta(months=12)
REVIEW_TYPE = "asi_coc.mail_activity_supplier_review"
ANSWER_TYPE = "asi_coc.mail_activity_questionnaire"
MISSING_TYPE = "asi_coc.mail_activity_due_diligence"


class AsiCocSupplierAssessment(models.Model):
    """A named person decides on the risk of a supplier (7.2)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.supplier.assessment"
    _coc_evidence_criteria = "7.2"

    def action_review(self):
        """Put drafts under review."""
        self._check_turn(("draft",), "review")
        # sudo: written by the steps only
        self.sudo().write({"state": "review"})
        return True

    def action_draft(self):
        """Take assessments under review back to draft."""
        self._check_turn(("review",), "draft")
        # sudo: written by the steps only
        self.sudo().write({"state": "draft"})
        return True

    def action_accept(self):
        """Accept the due diligence, in the user's name, from today (7.2).

        Raises AccessError for others than Compliance Officers, UserError naming what
        is missing: a result for each area, source and origin of each material, a
        mitigation of each high risk, a last day of validity within the scope's limit.
        """
        return self._decide("accepted")

    def action_refuse(self):
        """Do not accept: from today the supplier has no due diligence (7.2).

        Raises AccessError and UserError as ``action_accept``; a remark says why.
        """
        return self._decide("refused")

    def _decide(self, state):
        self._check_decider()
        self._check_turn(("review",), state)
        for assessment in self:
            assessment._check_results()
            if state == "accepted":
                assessment._check_acceptance()
            elif not assessment.decision_remark:
                raise UserError(
                    self.env._(
                        "Assessment %(assessment)s is not accepted without a reason "
                        "(7.2). Enter it under %(field)s.",
                        assessment=assessment.display_name,
                        field=assessment._get_label("decision_remark"),
                    )
                )
            assessment._note_decision(state)
        return True

    def _note_decision(self, state):
        today = self.scope_id._get_today()
        values = {
            "state": state,
            "decided_on": today,
            "decided_by_id": self.env.uid,
            "valid_until": False,
            "review_on": self.review_on or today + VALID_FOR,
        }
        if state == "accepted":
            until = self.valid_until or self._get_default_until(today)
            values["valid_until"] = until
            values["review_on"] = min(self.review_on or until, until)
        # sudo: who decided, and when, is written here only
        self.sudo().write(values)
        self._get_earlier().sudo().write({"state": "superseded"})
        self.activity_feedback([REVIEW_TYPE, ANSWER_TYPE])
        self._close_missing()

    def _close_missing(self):
        """Close the tasks to assess the supplier, unless another entity waits for it.

        Whom one refused already, it does not wait for.
        """
        # sudo: tasks on the contact are the officers', whoever keeps contacts
        own = self.sudo()
        waiting = own.env["asi.coc.supplier.standing"].search(
            [
                ("partner_id", "=", own.partner_id.id),
                ("company_id", "!=", own.company_id.id),
                ("standing", "in", ("none", "expired")),
            ]
        )
        scopes = waiting.filtered(
            lambda row: row.assessment_id.state != "refused"
        ).scope_id
        kept = own.env["res.users"].union(
            *(scope._get_persons("responsible_id")[:1] for scope in scopes)
        )
        tasks = own.partner_id.activity_search([MISSING_TYPE])
        tasks.filtered(lambda task: task.user_id not in kept).action_feedback()

    def _get_earlier(self):
        """Return accepted assessments that this decision supersedes."""
        return self.search(
            [
                ("id", "!=", self.id),
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "in", ("accepted", "expired")),
            ]
        )

    def _get_default_until(self, today):
        limit = relativedelta(months=self.scope_id.due_diligence_max_months)
        return today + min(
            VALID_FOR, limit, key=lambda span: span.months + 12 * span.years
        )

    def action_reviewed(self):
        """Note that an accepted assessment was reviewed; the next review follows.

        It is due six months later, at the end of validity at the latest (7.2).
        """
        self._check_decider()
        self._check_turn(("accepted",), "accepted")
        for assessment in self:
            today = assessment.scope_id._get_today()
            following = today + relativedelta(months=6)
            # sudo: who reviewed, and when, is written here only
            assessment.sudo().write(
                {
                    "last_reviewed_on": today,
                    "last_reviewed_by_id": self.env.uid,
                    "review_on": min(following, assessment.valid_until),
                }
            )
        self.activity_feedback([REVIEW_TYPE])
        return True

    def action_new_assessment(self):
        """Open a new assessment of the same supplier."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "view_mode": "form",
            "res_id": self.copy({"user_id": self.env.uid}).id,
        }

    def _filter_evidence_kept(self):
        return self.filtered(lambda one: one.state not in OPEN)

    # -- what a decision needs ------------------------------------------------------
    def _check_decider(self):
        self.check_access("write")
        user = self.env.user
        if not (self.env.su or user.has_group("asi_coc.group_officer")):
            raise AccessError(
                self.env._(
                    "Only a Compliance Officer or a Management Representative decides "
                    "on the due diligence on %(suppliers)s (7.2).",
                    suppliers=", ".join(self.mapped("display_name")),
                )
            )

    def _check_turn(self, states, target):
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for assessment in self.filtered(lambda one: one.state not in states):
            raise UserError(
                self.env._(
                    'Assessment %(assessment)s is at "%(state)s". It comes to '
                    '"%(target)s" only from "%(before)s" (7.2).',
                    assessment=assessment.display_name,
                    state=labels[assessment.state],
                    target=labels[target],
                    before=labels[states[0]],
                )
            )

    def _check_results(self):
        required = self.env["asi.coc.risk.area"].search([("is_required", "=", True)])
        judged = self.risk_ids.filtered("result").area_id
        missing = (required | self.risk_ids.area_id) - judged
        what = [area.name for area in missing]
        what += [
            self._get_label(name)
            for name in ("supply_ids", "circumstances")
            if not self[name]
        ]
        if what:
            raise UserError(
                self.env._(
                    "Assessment %(assessment)s cannot be decided on yet (7.2). "
                    "Missing: %(missing)s. Enter what is supplied, the circumstances "
                    "and a result for each risk area.",
                    assessment=self.display_name,
                    missing=", ".join(what),
                )
            )

    def _check_acceptance(self):
        self._check_origins()
        self._check_mitigated()
        self._check_not_terminated()
        today = self.scope_id._get_today()
        last = today + relativedelta(months=self.scope_id.due_diligence_max_months)
        until = self.valid_until or today
        if not today <= until <= last:
            raise UserError(
                self.env._(
                    "Assessment %(assessment)s cannot be accepted until %(until)s: it "
                    "holds from today until %(last)s at the latest (7.2, %(months)s "
                    "months at most in scope %(scope)s). Enter a day in between.",
                    assessment=self.display_name,
                    until=format_day(self.env, until),
                    last=format_day(self.env, last),
                    months=self.scope_id.due_diligence_max_months,
                    scope=self.scope_id.name,
                )
            )

    def _check_origins(self):
        """Refuse materials that come from nobody knows where."""
        missing = self.supply_ids._get_missing_origins()
        if missing:
            raise UserError(
                self.env._(
                    "Assessment %(assessment)s cannot be accepted: where materials "
                    "come from is not known (7.2). Missing: %(missing)s. Enter it "
                    "under %(page)s, or do not accept the assessment.",
                    assessment=self.display_name,
                    missing="; ".join(missing),
                    page=self._get_label("supply_ids"),
                )
            )

    def _check_mitigated(self):
        """A high risk needs a finding with a mitigation, and so does a high finding."""
        mitigated = self.finding_ids.filtered(lambda one: one._is_mitigated())
        high = self.risk_ids.filtered(lambda row: row.result == "high").area_id
        bare = high - mitigated.area_id
        bare |= (
            self.finding_ids.filtered(lambda one: one.result == "high") - mitigated
        ).area_id
        if bare:
            raise UserError(
                self.env._(
                    "Assessment %(assessment)s cannot be accepted: the risk is high "
                    "for %(areas)s, without a mitigation (7.2). Record the finding and "
                    "begin its mitigation, or do not accept the assessment.",
                    assessment=self.display_name,
                    areas=", ".join(bare.mapped("name")),
                )
            )

    def _check_not_terminated(self):
        ended = self.env["asi.coc.supplier.mitigation"].search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("course", "=", "terminate"),
                ("state", "=", "running"),
            ],
            limit=1,
        )
        if ended:
            raise UserError(
                self.env._(
                    "Assessment %(assessment)s cannot be accepted: the supplier is "
                    'terminated since %(day)s ("%(finding)s"; 7.2). End the '
                    "termination with its outcome first, or do not accept.",
                    assessment=self.display_name,
                    day=format_day(self.env, ended.date_start),
                    finding=ended.finding_id.name,
                )
            )
