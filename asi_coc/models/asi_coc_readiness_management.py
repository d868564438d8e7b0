from ast import literal_eval

from odoo import api, models

from ..formatting import format_day
from .asi_coc_readiness_rules import SOON


class AsiCocReadinessRules(models.AbstractModel):
    """Section 1, management system and responsibilities; the report to ASI apart."""

    # One file per section keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.readiness.rules"

    @api.model
    def _rule_1_1(self, scope):
        standing = dict(
            scope._fields["membership_standing"]._description_selection(self.env)
        )
        return self._judge(
            [self._find(self.env._("Scope"), scope._name, [("id", "=", scope.id)])],
            missing=[
                not (scope.membership_class and scope.member_since)
                and self.env._(
                    "Scope %(scope)s does not say of which class the ASI membership "
                    "is, and since when. Enter both on the scope.",
                    scope=scope.name,
                ),
                scope.membership_standing != "good"
                and self.env._(
                    "The ASI membership of scope %(scope)s is: %(standing)s. Settle it "
                    "with ASI, and correct it on the scope.",
                    scope=scope.name,
                    standing=standing[scope.membership_standing],
                ),
            ],
            in_order=self.env._(
                "ASI Member in good standing since %(day)s.",
                day=format_day(self.env, scope.member_since),
            ),
        )

    @api.model
    def _rule_1_2(self, scope):
        approved = self._find(
            self.env._("Procedures in force"),
            "asi.coc.procedure",
            [("scope_id", "=", scope.id), ("state", "=", "approved")],
        )
        facilities = self._find_own("asi.coc.facility", self.env._("Facilities"), scope)
        drafts = self._find_own(
            "asi.coc.procedure",
            self.env._("Procedures to approve"),
            scope,
            [("state", "=", "draft")],
        )
        return self._judge(
            [approved, drafts, facilities],
            missing=[
                not facilities.count
                and self.env._("The scope has no facility; enter it on the scope."),
                not approved.count
                and self.env._(
                    "No procedure is approved: attach the management manual under "
                    "Procedures and have a Management Representative approve it."
                ),
            ],
            attention=[
                not self._find_certificate(scope.certificate_id)
                and self.env._(
                    "Scope %(scope)s has no CoC certificate that is valid today. "
                    "Record it on the scope.",
                    scope=scope.name,
                ),
                drafts.count
                and self.env._(
                    "Not approved yet: %(procedures)s. Have a Management "
                    "Representative approve them.",
                    procedures=self._list_found(drafts),
                ),
            ],
            in_order=self.env._(
                "Facilities (%(facilities)s) and procedures in force (%(procedures)s) "
                "are on file.",
                facilities=facilities.count,
                procedures=approved.count,
            ),
        )

    @api.model
    def _rule_1_3(self, scope):
        today, due = scope._get_today(), scope.review_due
        held = self._find_own(
            "asi.coc.management.review",
            self.env._("Management reviews held"),
            scope,
            [("state", "=", "held")],
        )
        overdue = self._find_own(
            "asi.coc.review.action",
            self.env._("Overdue actions of management reviews"),
            scope,
            [("done_on", "=", False), ("date_due", "<", today)],
        )
        corrective = self._find_own(
            "asi.coc.corrective.action",
            self.env._("Overdue corrective actions of audits"),
            scope,
            [("state", "=", "open"), ("date_due", "<", today)],
        )
        day = format_day(self.env, due)
        return self._judge(
            [held, overdue, corrective],
            missing=[
                due < today
                and self.env._(
                    "The management review was due on %(day)s. Hold it, and confirm it "
                    "under Management Reviews.",
                    day=day,
                ),
                corrective.count
                and self.env._(
                    "Corrective actions for non-conformances are overdue: %(actions)s. "
                    "Carry them out, or agree on another day with the auditor.",
                    actions=self._list_found(corrective),
                ),
            ],
            attention=[
                not held.count
                and self.env._(
                    "No management review was held yet; the first is due on %(day)s.",
                    day=day,
                ),
                held.count
                and today <= due <= today + SOON
                and self.env._(
                    "The management review is due on %(day)s. Plan it.", day=day
                ),
                overdue.count
                and self.env._(
                    "Overdue actions that management reviews decided on: %(actions)s. "
                    "Carry them out.",
                    actions=self._list_found(overdue),
                ),
            ],
            in_order=self.env._(
                "The next management review is due on %(day)s.", day=day
            ),
        )

    @api.model
    def _rule_1_4(self, scope):
        active = scope.representative_ids.filtered("active")
        able = active.filtered(
            lambda one: one.has_group("asi_coc.group_representative")
        )
        appointments = self._find_own(
            "asi.coc.appointment",
            self.env._("Appointments in force"),
            scope,
            [("date_end", "=", False), ("user_id.active", "=", True)],
        )
        return self._judge(
            [appointments],
            missing=[
                not active
                and self.env._(
                    "Scope %(scope)s names no Management Representative who can still "
                    "log in. Name one on the scope.",
                    scope=scope.name,
                )
            ],
            attention=[
                active
                and not able
                and self.env._(
                    "%(names)s cannot approve anything. Give the role Management "
                    "Representative to one of the scope's representatives.",
                    names=self._list_names(active),
                )
            ],
            in_order=self.env._(
                "Management Representatives: %(names)s.", names=self._list_names(active)
            ),
        )

    @api.model
    def _rule_1_5(self, scope):
        held = self._find(
            self.env._("Trainings held"),
            "asi.coc.training",
            [("scope_id", "=", scope.id), ("state", "=", "held")],
        )
        lacking = self._find(
            self.env._("Trainings lacking"),
            "asi.coc.training.need",
            [("scope_id", "=", scope.id), ("state", "in", ["missing", "expired"])],
        )
        expiring = self._find(
            self.env._("Trainings that expire"),
            "asi.coc.training.need",
            [("scope_id", "=", scope.id), ("state", "=", "expiring")],
        )
        return self._judge(
            [held, lacking, expiring],
            missing=[
                not held.count
                and self.env._(
                    "No training of the staff is on file. Enter what was held under "
                    "Trainings, with material and attendees."
                )
            ],
            attention=[
                scope.state == "draft" and self._say_not_followed(scope),
                lacking.count
                and self.env._(
                    "A training that their role needs is lacking: %(people)s. Hold it.",
                    people=self._list_trainees(lacking),
                ),
                expiring.count
                and self.env._(
                    "A training expires within 60 days: %(people)s. Hold it again.",
                    people=self._list_trainees(expiring),
                ),
            ],
            in_order=self.env._("Everybody has the trainings of their role."),
        )

    def _list_trainees(self, needs):
        """Name whose trainings these are, each person once."""
        found = self.env[needs.res_model]._read_group(
            literal_eval(needs.domain), ["user_id"]
        )
        return self._list_names(self.env["res.users"].union(*(one for (one,) in found)))
