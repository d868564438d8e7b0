from datetime import timedelta

from odoo import api, fields, models

#: A due day this close needs attention.
SOON = timedelta(days=30)


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
                    "Enter the ASI membership class and since when, on the scope."
                ),
                scope.membership_standing != "good"
                and self.env._(
                    "The membership is: %(standing)s.",
                    standing=standing[scope.membership_standing],
                ),
            ],
            in_order=self.env._(
                "ASI Member in good standing since %(day)s.", day=scope.member_since
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
        today = scope._get_today()
        certificate = scope.certificate_id
        return self._judge(
            [approved, facilities],
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
                not (certificate and certificate._is_valid_on(today))
                and self.env._("No CoC certificate of the scope holds today.")
            ],
            in_order=self.env._("Scope, facilities and procedures are on file."),
        )

    @api.model
    def _rule_1_3(self, scope):
        held = self._find(
            self.env._("Management reviews held"),
            "asi.coc.management.review",
            [("scope_id", "=", scope.id), ("state", "=", "held")],
        )
        today = scope._get_today()
        overdue = self._find(
            self.env._("Overdue actions"),
            "asi.coc.review.action",
            [
                ("scope_id", "=", scope.id),
                ("done_on", "=", False),
                ("date_due", "<", fields.Date.to_string(today)),
            ],
        )
        due = scope.review_due
        return self._judge(
            [held, overdue],
            missing=[
                due < today
                and self.env._("The management review was due on %(day)s.", day=due)
            ],
            attention=[
                today <= due <= today + SOON
                and self.env._("The management review is due on %(day)s.", day=due),
                overdue.count
                and self.env._(
                    "%(count)s actions of reviews are overdue.", count=overdue.count
                ),
            ],
            in_order=self.env._("The next management review is due %(day)s.", day=due),
        )

    @api.model
    def _rule_1_4(self, scope):
        active = scope.representative_ids.filtered("active")
        able = active.filtered(
            lambda one: one.has_group("asi_coc.group_representative")
        )
        appointments = self._find(
            self.env._("Appointments in force"),
            "asi.coc.appointment",
            [("scope_id", "=", scope.id), ("date_end", "=", False)],
        )
        return self._judge(
            [appointments],
            missing=[
                not active
                and self.env._("The scope names no Management Representative.")
            ],
            attention=[
                active
                and not able
                and self.env._(
                    "No representative of the scope has the role Management "
                    "Representative and can approve."
                )
            ],
            in_order=", ".join(active.mapped("name")),
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
            [("scope_id", "=", scope.id), ("state", "in", ["expiring"])],
        )
        return self._judge(
            [held, lacking, expiring],
            missing=[
                not held.count and self.env._("No training of the staff is on file.")
            ],
            attention=[
                lacking.count
                and self.env._(
                    "%(count)s times somebody lacks a training of their role.",
                    count=lacking.count,
                ),
                expiring.count
                and self.env._(
                    "%(count)s trainings expire within 60 days.", count=expiring.count
                ),
            ],
            in_order=self.env._("Everybody has the trainings of their role."),
        )
