from odoo import api, fields, models
from odoo.exceptions import UserError

#: From which stages a stage is reached, and what it needs.
TURNS = {
    "acknowledged": ("received",),
    "admissible": ("acknowledged",),
    "not_admissible": ("acknowledged",),
    "investigating": ("admissible",),
    "decided": ("investigating",),
    "answered": ("decided", "not_admissible"),
    "closed": ("answered",),
}
NEEDED = {
    "not_admissible": ("inadmissible_ground", "admissibility_reason"),
    "decided": ("outcome", "decision", "log_ids"),
    "answered": ("answer",),
}
#: The stage before, and what the stage that is taken back wrote.
BACK = {
    "acknowledged": ("received", ("acknowledged_on",)),
    "admissible": ("acknowledged", ("admissibility_on",)),
    "not_admissible": ("acknowledged", ("admissibility_on",)),
    "investigating": ("admissible", ("investigated_on",)),
    "decided": ("investigating", ("decided_on", "decided_by_id")),
    "closed": ("answered", ("closed_on",)),
}


class AsiCocComplaint(models.Model):
    """The stages of a complaint, from receipt to answer (7.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.complaint"

    acknowledged_on = fields.Datetime(
        readonly=True, copy=False, help="When the receipt was acknowledged."
    )
    admissibility_on = fields.Datetime(
        string="Admissibility Decided On",
        readonly=True,
        copy=False,
        help="When it was decided whether the complaint is admissible.",
    )
    inadmissible_ground = fields.Selection(
        [
            ("other_matter", "Not about the supply chain or the policy"),
            ("no_facts", "No facts that could be looked into"),
            ("settled", "Settled already, or before a court"),
            ("abuse", "Evidently abusive"),
        ],
        string="Ground",
        copy=False,
        tracking=True,
        help="Why the complaint is not admissible.",
    )
    admissibility_reason = fields.Text(
        string="Reason",
        copy=False,
        help="Why the complaint is admissible or not, with regard to the published "
        "procedure.",
    )
    investigated_on = fields.Datetime(
        string="Investigation Begun On",
        readonly=True,
        copy=False,
        help="When the investigation began.",
    )
    log_ids = fields.One2many(
        "asi.coc.complaint.log",
        "complaint_id",
        string="Investigation Log",
        help="What was done to find out, step by step; steps cannot be changed.",
    )
    outcome = fields.Selection(
        [
            ("substantiated", "Substantiated"),
            ("partly", "Partly Substantiated"),
            ("unsubstantiated", "Not Substantiated"),
        ],
        copy=False,
        tracking=True,
        help="What the investigation came to.",
    )
    decision = fields.Text(
        copy=False, help="What was decided, and the facts it rests on."
    )
    remedy = fields.Text(
        copy=False,
        help="What is done about it: for those affected, and so that it does not "
        "happen again.",
    )
    decided_on = fields.Datetime(
        readonly=True, copy=False, help="When the complaint was decided."
    )
    decided_by_id = fields.Many2one(
        "res.users",
        string="Decided By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who decided the complaint.",
    )
    answer = fields.Text(
        copy=False,
        help="The answer in plain words; the complainant reads it on the complaint's "
        "page and by e-mail where there is an address.",
    )
    answered_on = fields.Datetime(
        readonly=True, copy=False, help="When the complaint was answered."
    )
    answered_by_id = fields.Many2one(
        "res.users",
        string="Answered By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who answered the complaint.",
    )
    answered_by_email = fields.Boolean(
        readonly=True,
        copy=False,
        help="The answer was sent by e-mail; it stands on the complaint's page in any "
        "case.",
    )
    closed_on = fields.Datetime(
        readonly=True, copy=False, help="When the complaint was closed."
    )
    is_appealed = fields.Boolean(
        string="Appealed",
        readonly=True,
        copy=False,
        tracking=True,
        help="The complainant did not accept the answer and the complaint was opened "
        "again. That happens once.",
    )
    appealed_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the complainant appealed; deadlines count from here again.",
    )

    # -- steps ----------------------------------------------------------------
    def action_acknowledge(self):
        """Confirm the receipt, by e-mail with a link where there is an address (7.3).

        This and the following steps raise UserError naming what is missing, or the
        complaint's stage where it is another step's turn.
        """
        self._advance("acknowledged", acknowledged_on=fields.Datetime.now())
        for complaint in self:
            complaint._send_acknowledgement()
        return True

    def action_admit(self):
        """Admit complaints: they are investigated."""
        return self._advance("admissible", admissibility_on=fields.Datetime.now())

    def action_refuse(self):
        """Find complaints not admissible, for the reason that is written down."""
        return self._advance("not_admissible", admissibility_on=fields.Datetime.now())

    def action_investigate(self):
        """Begin the investigation, which the log keeps."""
        return self._advance("investigating", investigated_on=fields.Datetime.now())

    def action_decide(self):
        """Decide what was investigated; the log holds a step at least."""
        return self._advance(
            "decided",
            decided_on=fields.Datetime.now(),
            decided_by_id=self.env.uid,
        )

    def action_answer(self):
        """Publish the answer on the complaint's page, and e-mail it if possible."""
        self._check_turn("answered")
        for complaint in self:
            by_email = bool(complaint.contact_email)
            complaint._advance(
                "answered",
                answered_on=fields.Datetime.now(),
                answered_by_id=self.env.uid,
                answered_by_email=by_email,
            )
            complaint._write_to_complainant("answer", complaint.answer)
        return True

    def action_close(self):
        """Close answered complaints; what concerns CoC Material went to ASI before."""
        self._check_turn("closed")
        for complaint in self:
            if complaint.concerns_material and not complaint.forwarded_on:
                raise UserError(
                    self.env._(
                        "Complaint %(complaint)s concerns CoC Material and cannot be "
                        "closed before it was brought to ASI's attention (7.3). Tell "
                        "ASI, then use the button Forwarded to ASI.",
                        complaint=complaint.name,
                    )
                )
        return self._advance("closed", closed_on=fields.Datetime.now())

    def action_step_back(self):
        """Take complaints a stage back, with a line in the chatter.

        Raises UserError for the first stage, and for an answer that was given.
        """
        self.check_access("write")
        for complaint in self:
            if complaint.state not in BACK:
                raise UserError(
                    self.env._(
                        "Complaint %(complaint)s is at %(stage)s and cannot be taken "
                        "a stage back (7.3): what was received or answered stays so. "
                        "An appeal opens an answered complaint again.",
                        complaint=complaint.name,
                        stage=complaint._get_state_label(),
                    )
                )
            before, names = BACK[complaint.state]
            complaint.message_post(
                body=self.env._(
                    "Taken a stage back, from %(stage)s to %(before)s.",
                    stage=complaint._get_state_label(),
                    before=complaint._get_state_label(before),
                )
            )
            # sudo: written by the steps only
            complaint.sudo().write({"state": before, **dict.fromkeys(names, False)})
        self._plan_next_step()
        return True

    def action_forward(self):
        """Note that the concern was brought to ASI's attention, by whom and when."""
        self.check_access("write")
        for complaint in self:
            if complaint.forwarded_on or not complaint.concerns_material:
                raise UserError(
                    self.env._(
                        "Complaint %(complaint)s is not to be forwarded to ASI: it was "
                        "already, or it does not concern CoC Material (7.3).",
                        complaint=complaint.name,
                    )
                )
            # sudo: who forwarded it, and when, is written here only
            complaint.sudo().write(
                {
                    "forwarded_on": complaint.scope_id._get_today(),
                    "forwarded_by_id": self.env.uid,
                }
            )
        self.activity_feedback(["asi_coc.mail_activity_complaint_asi"])
        return True

    def _advance(self, step, **values):
        self._check_turn(step)
        for complaint in self:
            complaint._check_step(step)
        # sudo: written by the steps only
        self.sudo().write({"state": step, **values})
        self._plan_next_step()
        return True

    def _check_turn(self, step):
        self.check_access("write")
        for complaint in self:
            if complaint.state not in TURNS[step]:
                raise UserError(
                    self.env._(
                        "Complaint %(complaint)s is at %(stage)s. It comes to %(step)s "
                        "only from %(before)s (7.3).",
                        complaint=complaint.name,
                        stage=complaint._get_state_label(),
                        step=complaint._get_state_label(step),
                        before=", ".join(map(complaint._get_state_label, TURNS[step])),
                    )
                )

    def _check_step(self, step):
        missing = [name for name in NEEDED.get(step, ()) if not self[name]]
        if missing:
            raise UserError(
                self.env._(
                    "Complaint %(complaint)s cannot come to %(step)s yet (7.3). "
                    "Missing: %(missing)s. Enter it on the complaint.",
                    complaint=self.name,
                    step=self._get_state_label(step),
                    missing=", ".join(map(self._get_label, missing)),
                )
            )

    # -- what others ask ------------------------------------------------------
    @api.model
    def _get_open_domain(self):
        """Return the domain of complaints that are not closed (7.3)."""
        return [("state", "!=", "closed")]

    @api.model
    def _get_overdue_domain(self):
        """Return the domain of complaints whose next step is overdue (7.3)."""
        return [("deadline", "<", fields.Date.context_today(self))]

    @api.model
    def _get_to_forward_domain(self):
        """Return the domain of concerns that ASI was not told of yet (7.3)."""
        return [("concerns_material", "=", True), ("forwarded_on", "=", False)]
