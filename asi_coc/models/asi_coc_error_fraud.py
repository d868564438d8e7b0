from odoo import api, fields, models
from odoo.exceptions import UserError

FRAUD_ACTIVITY = "asi_coc.mail_activity_error_fraud"


class AsiCocError(models.Model):
    """Suspected fraud is reported to ASI at once (10.4)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.error"

    is_fraud_suspected = fields.Boolean(
        string="Suspected Fraud",
        compute="_compute_is_fraud_suspected",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="Fraud may be behind the error: it is reported to ASI at once (10.4).",
    )
    reported_on = fields.Datetime(
        string="Reported to ASI On",
        readonly=True,
        copy=False,
        tracking=True,
        help="When the suspected fraud was reported to ASI (10.4).",
    )
    reported_by_id = fields.Many2one(
        "res.users",
        string="Reported to ASI By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who reported the suspected fraud to ASI.",
    )

    _fraud_flagged = models.Constraint(
        "CHECK (kind != 'suspected_fraud' OR is_fraud_suspected IS TRUE)",
        "An error of the kind Suspected Fraud is flagged as suspected fraud (10.4); "
        "choose another kind first.",
    )

    @api.depends("kind")
    def _compute_is_fraud_suspected(self):
        for error in self:
            error.is_fraud_suspected = (
                error.is_fraud_suspected or error.kind == "suspected_fraud"
            )

    def action_report_to_asi(self):
        """Note that ASI was told of the suspected fraud (10.4).

        Raises UserError without a suspicion, and when it was reported already.
        """
        self.check_access("write")
        for error in self:
            if not error.is_fraud_suspected:
                raise UserError(
                    self.env._(
                        "Error %(error)s is not suspected fraud; there is nothing to "
                        "report to ASI (10.4). Set Suspected Fraud first.",
                        error=error.name,
                    )
                )
            if error.reported_on:
                raise UserError(
                    self.env._(
                        "Error %(error)s was reported to ASI already, on %(day)s by "
                        "%(person)s.",
                        error=error.name,
                        day=error.reported_on,
                        person=error.reported_by_id.name,
                    )
                )
        # sudo: who reported, and when, is written here only
        self.sudo().write(
            {"reported_on": fields.Datetime.now(), "reported_by_id": self.env.uid}
        )
        self.activity_feedback([FRAUD_ACTIVITY])
        return True

    def _tell_of_fraud(self):
        """Have every representative report it, today (10.4)."""
        suspected = self.filtered(lambda one: one.is_fraud_suspected)
        if not suspected:
            return
        # sudo: a suspicion does not vanish with its record
        suspected.sudo().is_kept = True
        for scope, errors in suspected.grouped("scope_id").items():
            for person in scope._get_persons("representative_ids"):
                errors.activity_schedule(
                    FRAUD_ACTIVITY,
                    date_deadline=scope._get_today(),
                    summary=self.env._("Report to ASI"),
                    note=self.env._(
                        "Fraud is suspected. It is reported to ASI at once (10.4); "
                        "then use the button Reported to ASI."
                    ),
                    user_id=person.id,
                )

    def _forget_fraud(self):
        self.activity_unlink([FRAUD_ACTIVITY])

    def _check_suspicion_withdrawn(self):
        """Refuse to withdraw a suspicion without authority, or once reported."""
        for error in self.filtered("is_fraud_suspected"):
            if error.reported_on or not self.env.user.has_group(
                "asi_coc.group_representative"
            ):
                raise UserError(
                    self.env._(
                        "Suspected Fraud of error %(error)s stays: only a Management "
                        "Representative withdraws a suspicion, and nobody does once "
                        "ASI was told (10.4). Write what came out of it into the "
                        "remark of the effectiveness review.",
                        error=error.name,
                    )
                )
