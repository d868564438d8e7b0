from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..formatting import format_day
from .due_diligence_query import STOPPING

COURSES = [
    ("continue", "Continue with Measurable Mitigation"),
    ("suspend", "Suspend while Mitigating"),
    ("terminate", "Terminate"),
]
#: A significant improvement is due so long after the start (7.2).
IMPROVEMENT_WITHIN = relativedelta(months=6)
#: What a mitigation needs to begin, by course.
NEEDED = {
    "continue": ("measure", "indicator", "responsible_id", "date_start"),
    "suspend": ("measure", "indicator", "responsible_id", "date_start"),
    "terminate": ("measure", "responsible_id", "date_start"),
}
#: What stays once it has begun.
FROZEN_FIELDS = ("finding_id", "course", "measure", "indicator", "date_start")
#: What stays once it has ended.
ENDED_FIELDS = ("outcome", "outcome_remark", "improvement_due")


class AsiCocSupplierMitigation(models.Model):
    """What is done about a finding: one of three courses, with its goal (7.2)."""

    _name = "asi.coc.supplier.mitigation"
    _description = "Mitigation of a Supplier's Risk"
    _inherit = ["asi.coc.protected", "mail.thread", "mail.activity.mixin"]
    _order = "date_start desc, id desc"
    _coc_protected_fields = frozenset(
        {"state", "begun_by_id", "outcome_on", "outcome_by_id"}
    )

    finding_id = fields.Many2one(
        "asi.coc.supplier.finding",
        required=True,
        index=True,
        ondelete="cascade",
        help="Finding that is mitigated.",
    )
    assessment_id = fields.Many2one(
        related="finding_id.assessment_id",
        store=True,
        precompute=True,
        index=True,
        help="Assessment of the supplier.",
    )
    company_id = fields.Many2one(
        related="finding_id.company_id",
        store=True,
        precompute=True,
        help="Entity that buys.",
    )
    partner_id = fields.Many2one(
        related="finding_id.partner_id",
        string="Supplier",
        store=True,
        precompute=True,
        help="Supplier that is assessed.",
    )
    area_id = fields.Many2one(
        related="finding_id.area_id",
        store=True,
        precompute=True,
        help="Risk area of the finding.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("running", "In Force"), ("ended", "Ended")],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        help="A mitigation in force that suspends or terminates stops orders.",
    )
    course = fields.Selection(
        COURSES,
        required=True,
        default="continue",
        tracking=True,
        help="Continue to buy with measurable mitigation, suspend while mitigating, or "
        "terminate where mitigation failed or is not possible (7.2).",
    )
    measure = fields.Text(
        tracking=True,
        help="What is done; of a termination, its reason.",
    )
    indicator = fields.Char(
        string="Measured By",
        tracking=True,
        help="What the improvement is measured by: a mitigation is measurable (7.2).",
    )
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        ondelete="restrict",
        tracking=True,
        help="Who sees to it.",
    )
    date_start = fields.Date(
        string="Start",
        default=lambda self: self.env["res.partner"]._coc_get_day(self.env.company),
        tracking=True,
        help="First day of the mitigation; a suspension or termination counts from it.",
    )
    improvement_due = fields.Date(
        compute="_compute_improvement_due",
        store=True,
        readonly=False,
        tracking=True,
        help="Day by which a significant improvement is due: six months after the "
        "start unless entered (7.2).",
    )
    progress = fields.Text(
        string="Progress Notes",
        tracking=True,
        help="How it is going; earlier notes stay in the chatter.",
    )
    outcome = fields.Selection(
        [
            ("achieved", "Risk Mitigated"),
            ("improved", "Significantly Improved"),
            ("failed", "Not Successful"),
        ],
        copy=False,
        tracking=True,
        help="What the mitigation came to (7.2).",
    )
    outcome_remark = fields.Text(
        copy=False, tracking=True, help="What the outcome rests on."
    )
    outcome_on = fields.Date(
        string="Ended On",
        readonly=True,
        copy=False,
        tracking=True,
        help="Day of the outcome; a suspension or termination ends with it.",
    )
    outcome_by_id = fields.Many2one(
        "res.users",
        string="Ended By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who established the outcome.",
    )
    begun_by_id = fields.Many2one(
        "res.users",
        string="Begun By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who decided on the course.",
    )

    _stopping = models.Index(
        "(partner_id, company_id) WHERE course IN ('suspend', 'terminate')"
    )

    @api.depends("finding_id", "course")
    def _compute_display_name(self):
        labels = dict(self._fields["course"]._description_selection(self.env))
        for mitigation in self:
            mitigation.display_name = (
                f"{labels.get(mitigation.course, '')}: "
                f"{mitigation.finding_id.name or ''}"
            )

    @api.depends("date_start", "course")
    def _compute_improvement_due(self):
        for mitigation in self:
            mitigation.improvement_due = (
                mitigation.date_start + IMPROVEMENT_WITHIN
                if mitigation.date_start and mitigation.course != "terminate"
                else False
            )

    @api.constrains("course", "date_start", "improvement_due")
    def _check_due(self):
        for mitigation in self.filtered(lambda one: one.course != "terminate"):
            if mitigation.date_start and not mitigation.improvement_due:
                raise ValidationError(
                    self.env._(
                        "%(mitigation)s of %(supplier)s needs the day by which a "
                        "significant improvement is due (7.2). Enter one within six "
                        "months after the start on %(start)s.",
                        mitigation=mitigation.display_name,
                        supplier=mitigation.partner_id.display_name,
                        start=format_day(self.env, mitigation.date_start),
                    )
                )

    @api.constrains("date_start", "improvement_due")
    def _check_days(self):
        for mitigation in self:
            due, start = mitigation.improvement_due, mitigation.date_start
            if due and start and due < start:
                raise ValidationError(
                    self.env._(
                        "%(mitigation)s: the improvement cannot be due on %(due)s, "
                        "before the start on %(start)s (7.2). Enter a later day.",
                        mitigation=mitigation.display_name,
                        due=format_day(self.env, due),
                        start=format_day(self.env, start),
                    )
                )
            if due and start and due > start + IMPROVEMENT_WITHIN:
                raise ValidationError(
                    self.env._(
                        "%(mitigation)s: the improvement is due on %(due)s, more than "
                        "six months after the start on %(start)s (7.2). Enter "
                        "%(latest)s or earlier.",
                        mitigation=mitigation.display_name,
                        due=format_day(self.env, due),
                        start=format_day(self.env, start),
                        latest=format_day(self.env, start + IMPROVEMENT_WITHIN),
                    )
                )

    def write(self, vals):
        changed = [name for name in FROZEN_FIELDS if name in vals]
        ended = [name for name in ENDED_FIELDS if name in vals]
        for mitigation in self if not self.env.su else self.browse():
            if changed and mitigation.state != "draft":
                mitigation._refuse_change(changed)
            if ended and mitigation.state == "ended":
                mitigation._refuse_change(ended)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        kept = self._coc_within_retention()
        for mitigation in kept.filtered(lambda one: one.state != "draft"):
            raise UserError(
                self.env._(
                    "%(mitigation)s of %(supplier)s has begun and stays on file: it "
                    "says how the supplier stood (7.2). End it with its outcome.",
                    mitigation=mitigation.display_name,
                    supplier=mitigation.partner_id.display_name,
                )
            )

    def _refuse_change(self, names):
        raise UserError(
            self.env._(
                "%(mitigation)s of %(supplier)s is in force or ended; %(fields)s "
                "cannot change any more (7.2). End it with its outcome and begin "
                "another.",
                mitigation=self.display_name,
                supplier=self.partner_id.display_name,
                fields=", ".join(map(self._get_label, names)),
            )
        )

    def _get_label(self, name):
        return self._fields[name]._description_string(self.env)

    # -- life ---------------------------------------------------------------------
    def action_begin(self):
        """Put the course in force (7.2).

        Raises UserError naming what is missing, or a suspension or termination
        that would begin in the past: orders were free then.
        """
        self.check_access("write")
        for mitigation in self.filtered(lambda one: one.state == "draft"):
            mitigation._check_begin()
            # sudo: who put it in force is written here only
            mitigation.sudo().write({"state": "running", "begun_by_id": self.env.uid})
            mitigation._tell_assessment(self.env._("begun"))
        return True

    def _check_begin(self):
        missing = [name for name in NEEDED[self.course] if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "%(mitigation)s of %(supplier)s cannot begin yet (7.2). Missing: "
                    "%(missing)s. Enter it on the mitigation.",
                    mitigation=self.display_name,
                    supplier=self.partner_id.display_name,
                    missing=", ".join(map(self._get_label, missing)),
                )
            )
        today = self.assessment_id.scope_id._get_today()
        if self.course in STOPPING and self.date_start < today:
            raise UserError(
                self.env._(
                    "%(mitigation)s of %(supplier)s cannot begin on %(day)s, which is "
                    "past: the supplier was free to deliver then (7.2). Let it begin "
                    "today or later.",
                    mitigation=self.display_name,
                    supplier=self.partner_id.display_name,
                    day=format_day(self.env, self.date_start),
                )
            )

    def action_end(self):
        """End the mitigation with its outcome, today (7.2).

        Raises UserError naming what is missing, or where a failed suspension
        would set the supplier free.
        """
        self.check_access("write")
        for mitigation in self.filtered(lambda one: one.state == "running"):
            mitigation._check_end()
            # sudo: who ended it, and when, is written here only
            mitigation.sudo().write(
                {
                    "state": "ended",
                    "outcome_on": mitigation.assessment_id.scope_id._get_today(),
                    "outcome_by_id": self.env.uid,
                }
            )
            mitigation.activity_feedback(["asi_coc.mail_activity_mitigation"])
            mitigation._tell_assessment(self.env._("ended"))
        return True

    def _check_end(self):
        missing = [name for name in ("outcome", "outcome_remark") if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "%(mitigation)s of %(supplier)s cannot end yet (7.2). Missing: "
                    "%(missing)s. Enter it on the mitigation.",
                    mitigation=self.display_name,
                    supplier=self.partner_id.display_name,
                    missing=", ".join(map(self._get_label, missing)),
                )
            )
        if self.course not in STOPPING or self.outcome != "failed":
            return
        if not self._find_other_stop():
            raise UserError(
                self.env._(
                    "%(mitigation)s of %(supplier)s was not successful: ending it "
                    "would set the supplier free (7.2). Let another suspension or a "
                    "termination begin first.",
                    mitigation=self.display_name,
                    supplier=self.partner_id.display_name,
                )
            )

    def _find_other_stop(self):
        """Return another suspension or termination in force today."""
        return self.search(
            [
                ("id", "not in", self.ids),
                ("partner_id", "=", self.partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("course", "in", STOPPING),
                ("state", "=", "running"),
                ("date_start", "<=", self.assessment_id.scope_id._get_today()),
            ],
            limit=1,
        )

    def _tell_assessment(self, what):
        self.assessment_id.message_post(
            body=self.env._(
                "Mitigation %(what)s: %(mitigation)s",
                what=what,
                mitigation=self.display_name,
            )
        )
