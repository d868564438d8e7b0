from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..activities import plan_once

STEP_ACTIVITY = "asi_coc.mail_activity_complaint"
OVERDUE_ACTIVITY = "asi_coc.mail_activity_complaint_overdue"
FORWARD_ACTIVITY = "asi_coc.mail_activity_complaint_asi"
WROTE_ACTIVITY = "asi_coc.mail_activity_complaint_wrote"
#: Which deadline a complaint's stage has before it.
DUE = {
    "received": "acknowledge_by",
    "acknowledged": "admissibility_by",
    "admissible": "answer_by",
    "not_admissible": "answer_by",
    "investigating": "answer_by",
    "decided": "answer_by",
}


class AsiCocComplaint(models.Model):
    """Says by when a complaint is dealt with, and reminds of it (7.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.complaint"

    acknowledge_by = fields.Date(
        compute="_compute_acknowledge_by",
        store=True,
        precompute=True,
        help="Day by which the receipt is acknowledged; from the scope's days.",
    )
    admissibility_by = fields.Date(
        string="Decide on Admissibility By",
        compute="_compute_deadlines",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        tracking=True,
        help="Day by which it is decided whether the complaint is admissible; from the "
        "scope's days unless entered. The complainant sees it.",
    )
    answer_by = fields.Date(
        compute="_compute_deadlines",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        tracking=True,
        help="Day by which the complaint is answered; from the scope's days unless "
        "entered. The complainant sees it.",
    )
    deadline = fields.Date(
        string="Next Step By",
        compute="_compute_deadline",
        store=True,
        index=True,
        help="Day by which the next step is due.",
    )
    acknowledged_in_time = fields.Boolean(
        compute="_compute_in_time",
        store=True,
        help="The receipt was acknowledged by its deadline.",
    )
    answered_in_time = fields.Boolean(
        compute="_compute_in_time",
        store=True,
        help="The complaint was answered by its deadline.",
    )
    answer_days = fields.Float(
        string="Days to Answer",
        digits=(16, 1),
        compute="_compute_in_time",
        store=True,
        aggregator="avg",
        help="Days from the receipt of the complaint, or of the appeal, to its answer.",
    )

    @api.depends("received_on", "scope_id")
    def _compute_acknowledge_by(self):
        for complaint in self:
            complaint.acknowledge_by = complaint._add_days(
                complaint.received_on, "complaint_acknowledge_days"
            )

    @api.depends("received_on", "appealed_on", "scope_id")
    def _compute_deadlines(self):
        for complaint in self:
            begin = complaint.appealed_on or complaint.received_on
            complaint.admissibility_by = complaint._add_days(
                begin, "complaint_admissibility_days"
            )
            complaint.answer_by = complaint._add_days(begin, "complaint_answer_days")

    @api.depends("state", "acknowledge_by", "admissibility_by", "answer_by")
    def _compute_deadline(self):
        for complaint in self:
            name = DUE.get(complaint.state)
            complaint.deadline = name and complaint[name]

    @api.depends("acknowledged_on", "answered_on", "acknowledge_by", "answer_by")
    def _compute_in_time(self):
        for complaint in self:
            begin = complaint.appealed_on or complaint.received_on
            answered = complaint.answered_on
            complaint.answer_days = (
                (answered - begin) / timedelta(days=1) if answered and begin else 0
            )
            for flag, moment, deadline in (
                (
                    "acknowledged_in_time",
                    complaint.acknowledged_on,
                    complaint.acknowledge_by,
                ),
                ("answered_in_time", answered, complaint.answer_by),
            ):
                complaint[flag] = bool(
                    moment
                    and deadline
                    and complaint.scope_id._get_day(moment) <= deadline
                )

    def _read_group_select(self, aggregate_spec, query):
        if aggregate_spec == "answer_days:avg":
            # What is not answered yet took no 0 days.
            return SQL(
                "AVG(%s) FILTER (WHERE %s IS NOT NULL)",
                self._field_to_sql(self._table, "answer_days", query),
                self._field_to_sql(self._table, "answered_on", query),
            )
        return super()._read_group_select(aggregate_spec, query)

    def _add_days(self, moment, name):
        """Return the day so many days of the scope's setting after ``moment``."""
        scope = self.scope_id
        if not (scope and moment):
            return False
        return scope._get_day(moment) + timedelta(days=scope[name])

    # -- reminding ------------------------------------------------------------
    def _plan_next_step(self):
        """Give who handles the complaint the next step to do, in place of another."""
        self.activity_unlink([STEP_ACTIVITY, OVERDUE_ACTIVITY])
        summaries = {
            "received": self.env._("Acknowledge the receipt of the complaint"),
            "acknowledged": self.env._("Decide whether the complaint is admissible"),
            "admissible": self.env._("Investigate the complaint"),
            "not_admissible": self.env._("Tell the complainant why"),
            "investigating": self.env._("Investigate and decide the complaint"),
            "decided": self.env._("Answer the complainant"),
        }
        waiting = self.filtered(lambda one: one.state in summaries)
        for (user, state, day), complaints in waiting.grouped(
            lambda one: (one._get_handler(), one.state, one.deadline)
        ).items():
            if not user:
                continue
            complaints._quiet().activity_schedule(
                STEP_ACTIVITY,
                date_deadline=day,
                summary=summaries[state],
                user_id=user.id,
            )

    def _plan_forwarding(self):
        """Have what concerns CoC Material brought to ASI's attention (7.3)."""
        waiting = self.filtered(
            lambda one: one.concerns_material and not one.forwarded_on
        )
        (self - waiting).activity_unlink([FORWARD_ACTIVITY])
        plan_once(
            waiting._quiet(),
            FORWARD_ACTIVITY,
            self.env._("Bring the concern about CoC Material to ASI's attention"),
            lambda one: (one._get_representative(), one.scope_id._get_today()),
        )

    def _plan_reading(self):
        """Tell who handles it that the complainant wrote something."""
        plan_once(
            self._quiet(),
            WROTE_ACTIVITY,
            self.env._("The complainant wrote: read it"),
            lambda one: (one._get_handler(), one.scope_id._get_today()),
        )

    def _plan_mending(self):
        """Tell who handles it that an e-mail did not reach the complainant."""
        plan_once(
            self._quiet(),
            "mail.mail_activity_data_warning",
            self.env._(
                "An e-mail to the complainant could not be sent: it stands on the "
                "complaint's page only. Correct the address, or write by another way"
            ),
            lambda one: (one._get_handler(), one.scope_id._get_today()),
        )

    def _quiet(self):
        """Return the same complaints; Odoo sends no e-mail of planned activities."""
        return self.with_context(mail_activity_quick_update=True)

    def _get_handler(self):
        """Return who handles the complaint; a representative where that one left."""
        acting = self.scope_id._filter_acting(self.user_id, of_entity=True)
        return acting or self._get_representative()

    def _get_representative(self):
        return self.scope_id._get_persons("representative_ids", of_entity=True)[:1]

    @api.model
    def _cron_remind(self):
        """Tell the representatives of complaints whose next step is overdue (7.3)."""
        # Somewhere it is tomorrow already; the scope's own day decides.
        tomorrow = fields.Date.today() + timedelta(days=1)
        late = self.search([("deadline", "<", tomorrow)]).filtered(
            lambda one: one.deadline < one.scope_id._get_today()
        )
        plan_once(
            late._quiet(),
            OVERDUE_ACTIVITY,
            self.env._("The next step of the complaint is overdue"),
            lambda one: (one._get_representative(), one.scope_id._get_today()),
        )
