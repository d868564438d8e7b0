from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..activities import plan_once
from .asi_coc_review_action import ACTION_ACTIVITY

REVIEW_ACTIVITY = "asi_coc.mail_activity_management_review"
#: A review is reminded of so long before it is due, an action of one.
REMIND_BEFORE = timedelta(days=30)
REMIND_OF_ACTION_BEFORE = timedelta(days=7)


class AsiCocScope(models.Model):
    """Membership, reviews and representatives of the management system (1.1–1.4)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"

    membership_standing = fields.Selection(
        [
            ("good", "In Good Standing"),
            ("suspended", "Suspended"),
            ("ended", "Ended"),
        ],
        default="good",
        required=True,
        tracking=True,
        help="Whether ASI lists the entity, or who controls it, as a member in good "
        "standing (1.1).",
    )
    complaints_mechanism = fields.Char(
        string="ASI Complaints Mechanism",
        default="https://aluminium-stewardship.ethicspoint.com/",
        help="Address of ASI's own complaints mechanism, which members agree to (1.1).",
    )
    review_interval = fields.Integer(
        string="Months between Management Reviews",
        default=12,
        required=True,
        help="The management system is reviewed at least so often, every five years at "
        "the least (1.3).",
    )
    review_ids = fields.One2many(
        "asi.coc.management.review",
        "scope_id",
        string="Management Reviews",
        help="Reviews of the management system (1.3).",
    )
    review_due = fields.Date(
        string="Next Management Review",
        compute="_compute_review_due",
        help="Day by which the next management review is due (1.3).",
    )
    appointment_ids = fields.One2many(
        "asi.coc.appointment",
        "scope_id",
        string="Appointments",
        help="Who was Management Representative from when until when (1.4).",
    )
    procedure_ids = fields.One2many(
        "asi.coc.procedure",
        "scope_id",
        string="Procedures",
        help="Procedures of the management system, with their versions (1.2).",
    )

    _review_interval = models.Constraint(
        "CHECK (review_interval BETWEEN 1 AND 60)",
        "The management system is reviewed at least every 60 months (1.3).",
    )

    @api.depends("review_ids.state", "review_ids.date", "review_interval")
    def _compute_review_due(self):
        for scope in self:
            held = scope.review_ids.filtered(lambda one: one.state == "held")
            last = max(
                held.mapped("date"), default=(scope.create_date or fields.Date.today())
            )
            last = fields.Date.to_date(last)
            scope.review_due = last + relativedelta(months=scope.review_interval)

    @api.model_create_multi
    def create(self, vals_list):
        scopes = super().create(vals_list)
        for scope in scopes:
            scope._record_appointments(scope.representative_ids, self.env["res.users"])
        return scopes

    def write(self, vals):
        before = {scope: scope.representative_ids for scope in self}
        result = super().write(vals)
        if "representative_ids" in vals:
            for scope, earlier in before.items():
                now = scope.representative_ids
                scope._record_appointments(now - earlier, earlier - now)
        return result

    def _record_appointments(self, appointed, dismissed):
        """Keep from when until when somebody was Management Representative (1.4)."""
        self.ensure_one()
        today = self._get_today()
        # sudo: the history follows the scope, whoever may change that
        appointments = self.env["asi.coc.appointment"].sudo()
        for ended in appointments.search(
            Domain("scope_id", "=", self.id)
            & Domain("user_id", "in", dismissed.ids)
            & Domain("date_end", "=", False)
        ):
            ended.date_end = max(today, ended.date_start)
        appointments.create(
            [
                {"scope_id": self.id, "user_id": user.id, "date_start": today}
                for user in appointed
            ]
        )

    def _get_missing_for_activation(self):
        missing = super()._get_missing_for_activation()
        if self.membership_standing != "good":
            missing.append(self.env._("ASI membership in good standing (1.1)"))
        return missing

    # -- reminding ------------------------------------------------------------
    @api.model
    def _cron_remind_of_management(self):
        """Remind of management reviews and of what they decided (1.3)."""
        for scope in self.search([("state", "!=", "draft")]):
            today = scope._get_today()
            if scope.review_due <= today + REMIND_BEFORE:
                plan_once(
                    scope,
                    REVIEW_ACTIVITY,
                    self.env._("Review the CoC Management System"),
                    lambda one: (
                        one._get_persons("representative_ids")[:1],
                        one.review_due,
                    ),
                )
            plan_once(
                self.env["asi.coc.review.action"].search(
                    [
                        ("scope_id", "=", scope.id),
                        ("done_on", "=", False),
                        ("date_due", "<=", today + REMIND_OF_ACTION_BEFORE),
                    ]
                ),
                ACTION_ACTIVITY,
                self.env._("Carry out what the management review decided"),
                lambda one: (one.responsible_id, one.date_due),
            )

    def _forget_review_reminder(self):
        self.activity_feedback([REVIEW_ACTIVITY])
