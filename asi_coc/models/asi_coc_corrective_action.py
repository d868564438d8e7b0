from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..activities import plan_once
from ..formatting import format_day
from .asi_coc_finding import NON_CONFORMANCES

DUE_ACTIVITY = "asi_coc.mail_activity_corrective_action"
#: A corrective action is reminded of so long before it is due.
REMIND_BEFORE = timedelta(days=14)
#: What each step needs.
NEEDED = {
    "done": ("root_cause", "action", "done_on"),
    "verified": ("effectiveness",),
}


class AsiCocCorrectiveAction(models.Model):
    """What is done about a non-conformance, from cause to verified effect."""

    _name = "asi.coc.corrective.action"
    _description = "Corrective Action"
    _inherit = [
        "asi.coc.protected",
        "asi.coc.evidence",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_due, id"
    _coc_protected_fields = frozenset({"state", "verified_by_id", "verified_on"})

    name = fields.Char(
        string="Title", required=True, tracking=True, help="The action in a few words."
    )
    finding_id = fields.Many2one(
        "asi.coc.finding",
        required=True,
        index=True,
        ondelete="restrict",
        help="Non-conformance that is corrected.",
    )
    audit_id = fields.Many2one(
        related="finding_id.audit_id",
        store=True,
        index=True,
        help="Audit in which it was found.",
    )
    criterion_id = fields.Many2one(
        related="finding_id.criterion_id", store=True, help="Criterion in question."
    )
    scope_id = fields.Many2one(
        related="finding_id.scope_id", store=True, help="CoC Certification Scope."
    )
    company_id = fields.Many2one(
        related="finding_id.company_id", store=True, help="Entity of the scope."
    )
    state = fields.Selection(
        [("open", "Open"), ("done", "Done"), ("verified", "Verified")],
        string="Status",
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
        help="Open, carried out, or verified to be effective.",
    )
    root_cause = fields.Text(
        tracking=True, help="Why the non-conformance could happen."
    )
    action = fields.Text(
        string="Corrective Action",
        tracking=True,
        help="What is done about it and about its cause.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        tracking=True,
        help="Who sees to it, and is reminded.",
    )
    date_due = fields.Date(
        string="Due", required=True, tracking=True, help="Day by which it is done."
    )
    done_on = fields.Date(copy=False, tracking=True, help="Day on which it was done.")
    effectiveness = fields.Text(
        copy=False,
        tracking=True,
        help="What shows that the non-conformance does not recur.",
    )
    verified_on = fields.Date(
        readonly=True, copy=False, help="Day on which the effect was verified."
    )
    verified_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who verified the effect.",
    )

    @api.constrains("finding_id")
    def _check_non_conformance(self):
        labels = dict(
            self.env["asi.coc.finding"]
            ._fields["rating"]
            ._description_selection(self.env)
        )
        for action in self:
            finding = action.finding_id
            if finding.rating not in NON_CONFORMANCES:
                raise ValidationError(
                    self.env._(
                        "Corrective action %(action)s is about finding %(finding)s, "
                        'whose rating is "%(rating)s". Only minor and major '
                        "non-conformances are corrected; rate the finding first.",
                        action=action.display_name,
                        finding=finding.display_name,
                        rating=labels.get(finding.rating, "–"),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        actions = super().create(vals_list)
        actions.audit_id._end_asking()
        return actions

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        kept = self._coc_within_retention()
        kept.finding_id.audit_id._check_reportable()
        for action in kept:
            if action.state != "open":
                raise UserError(
                    self.env._(
                        "Corrective action %(action)s has been carried out and stays "
                        "on file (1.6).",
                        action=action.display_name,
                    )
                )

    def write(self, vals):
        kept = {"name", "root_cause", "action", "done_on", "date_due", "finding_id"}
        if vals.keys() & {*kept, "effectiveness"}:
            for action in self:
                if action.state == "verified":
                    raise UserError(
                        self.env._(
                            "Corrective action %(action)s is verified and stays as it "
                            "is. Open it again to change it.",
                            action=action.display_name,
                        )
                    )
        result = super().write(vals)
        if vals.keys() & {"date_due", "responsible_id"}:
            # Planned anew, for the day and the person as they are now.
            self.activity_unlink([DUE_ACTIVITY])
            for scope in self.scope_id:
                self._remind(scope)
        return result

    # -- steps ------------------------------------------------------------------
    def action_done(self):
        """The action was carried out."""
        return self._advance("open", "done")

    def action_verify(self):
        """The effect was verified: the non-conformance is closed."""
        return self._advance(
            "done",
            "verified",
            verified_by_id=self.env.uid,
            verified_on=fields.Date.context_today(self),
        )

    def action_open_again(self):
        """Open actions again, where they had no effect."""
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for action in self:
            if action.state == "open":
                raise UserError(
                    self.env._(
                        'Corrective action %(action)s is "%(open)s" already; what is '
                        '"%(done)s" or "%(verified)s" is opened again.',
                        action=action.display_name,
                        **labels,
                    )
                )
            action.message_post(body=self.env._("Opened again."))
        # sudo: written by these steps only
        self.sudo().write(
            {"state": "open", "verified_by_id": False, "verified_on": False}
        )
        # What had no effect is done, and looked at, anew.
        self.write({"done_on": False, "effectiveness": False})
        return True

    def _advance(self, before, step, **values):
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for action in self:
            missing = [
                self._fields[name]._description_string(self.env)
                for name in NEEDED[step]
                if not action[name]
            ]
            if action.state != before or missing:
                raise UserError(
                    self.env._(
                        'Corrective action %(action)s is "%(state)s" and cannot become '
                        '"%(step)s" yet. Needed: "%(before)s" %(missing)s.',
                        action=action.display_name,
                        state=labels[action.state],
                        step=labels[step],
                        before=labels[before],
                        missing=", ".join(missing),
                    )
                )
        if step == "done":
            self._check_past()
            self.activity_feedback([DUE_ACTIVITY])
        # sudo: written by these steps only
        self.sudo().write({"state": step, **values})
        return True

    def _check_past(self):
        for action in self:
            if action.done_on > action.scope_id._get_today():
                raise UserError(
                    self.env._(
                        "Corrective action %(action)s is done on %(day)s, a day after "
                        "today. Correct the day, or wait until it is carried out.",
                        action=action.display_name,
                        day=format_day(self.env, action.done_on),
                    )
                )

    # -- reminding ----------------------------------------------------------------
    @api.model
    def _remind(self, scope):
        """Remind who is responsible for what comes due in ``scope``."""
        due = self.search(
            [
                ("scope_id", "=", scope.id),
                ("state", "=", "open"),
                ("date_due", "<=", scope._get_today() + REMIND_BEFORE),
            ]
        )
        plan_once(
            due,
            DUE_ACTIVITY,
            self.env._("Carry out the corrective action"),
            lambda one: (
                one._get_reminded(),
                one.date_due,
            ),
        )

    def _get_reminded(self):
        """Return who is responsible, or a representative where they cannot open it."""
        person = self.responsible_id
        if person.active and person.has_group("asi_coc.group_officer"):
            return person
        return self.scope_id._get_persons("representative_ids")[:1]
