from datetime import timedelta

from odoo import api, models

from ..activities import plan_once
from .asi_coc_supplier_decision import ANSWER_TYPE, REVIEW_TYPE

MITIGATION_TYPE = "asi_coc.mail_activity_mitigation"
#: A questionnaire is reminded of once, so many days before its deadline.
REMIND_BEFORE = timedelta(days=5)


class AsiCocSupplierAssessment(models.Model):
    """Reminds of what comes due in the due diligence on suppliers (7.2)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.supplier.assessment"

    @api.model
    def _cron_remind(self):
        """Expire assessments; remind of reviews, goals and questionnaires."""
        for scope in self.env["asi.coc.scope"].search([("state", "!=", "draft")]):
            today = scope._get_today()
            soon = today + timedelta(days=scope.due_diligence_remind_days)
            self._expire(scope, today)
            self._remind_reviews(scope, soon)
            self._remind_goals(scope, soon)
            self._remind_questionnaires(scope, today)

    @api.model
    def _expire(self, scope, today):
        self.search(
            [
                ("scope_id", "=", scope.id),
                ("state", "=", "accepted"),
                ("valid_until", "<", today),
            ]
        ).write({"state": "expired"})

    @api.model
    def _remind_reviews(self, scope, soon):
        due = self.search(
            [
                ("scope_id", "=", scope.id),
                ("state", "in", ("accepted", "expired")),
                ("review_on", "<=", soon),
            ]
        )
        plan_once(
            due,
            REVIEW_TYPE,
            self.env._("Review the due diligence on the supplier"),
            lambda one: (one._get_person("user_id"), one.review_on),
        )

    @api.model
    def _remind_goals(self, scope, soon):
        due = self.env["asi.coc.supplier.mitigation"].search(
            [
                ("assessment_id.scope_id", "=", scope.id),
                ("state", "=", "running"),
                ("improvement_due", "<=", soon),
            ]
        )
        plan_once(
            due,
            MITIGATION_TYPE,
            self.env._("Establish whether there is a significant improvement"),
            lambda one: (
                one.assessment_id._get_person("user_id", one.responsible_id),
                one.improvement_due,
            ),
        )

    @api.model
    def _remind_questionnaires(self, scope, today):
        waiting = self.env["asi.coc.questionnaire"].search(
            [
                ("assessment_id.scope_id", "=", scope.id),
                ("state", "in", ("sent", "started")),
                ("deadline", "<=", today + REMIND_BEFORE),
            ]
        )
        late = waiting.filtered(lambda one: one.deadline < today)
        plan_once(
            late.assessment_id,
            ANSWER_TYPE,
            self.env._("A questionnaire is unanswered after its deadline"),
            lambda one: (one._get_person("user_id"), today),
        )
        for questionnaire in (waiting - late).filtered(lambda one: not one.reminded_on):
            questionnaire._remind()

    def _get_person(self, name, first=None):
        """Return who is reminded: somebody who may still act on assessments."""
        person = first or self[name]
        if person.active and person.has_group("asi_coc.group_officer"):
            return person
        return self.scope_id._get_persons("responsible_id")[:1]
