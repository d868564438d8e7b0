from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..formatting import format_day

#: What stays once it was sent.
FROZEN_FIELDS = ("assessment_id", "survey_id", "contact_id")
WAITING = ("sent", "started")


class AsiCocQuestionnaire(models.Model):
    """A questionnaire that a supplier answers online, on Odoo's surveys (7.2)."""

    _name = "asi.coc.questionnaire"
    _description = "Supplier Questionnaire"
    _inherit = ["asi.coc.protected"]
    _order = "id desc"
    _rec_name = "survey_id"
    _coc_protected_fields = frozenset(
        {
            "state",
            "user_input_id",
            "sent_on",
            "sent_by_id",
            "answered_on",
            "reminded_on",
        }
    )

    assessment_id = fields.Many2one(
        "asi.coc.supplier.assessment",
        required=True,
        index=True,
        ondelete="cascade",
        help="Assessment that the answers are for.",
    )
    company_id = fields.Many2one(
        related="assessment_id.company_id",
        store=True,
        precompute=True,
        help="Entity that asks.",
    )
    partner_id = fields.Many2one(
        related="assessment_id.partner_id",
        string="Supplier",
        store=True,
        precompute=True,
        index=True,
        help="Supplier that is asked.",
    )
    survey_id = fields.Many2one(
        "survey.survey",
        string="Questionnaire",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self._get_default_survey(),
        domain="[('survey_type', '=', 'coc_due_diligence'), "
        "('coc_company_id', 'in', (company_id, False))]",
        help="Set of questions: the standard set, or a copy of it that was adapted.",
    )
    title = fields.Char(
        related="survey_id.title",
        related_sudo=True,
        help="Title of the set of questions.",
    )
    contact_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        help="Person at the supplier who is asked by e-mail; colleagues who use the "
        "portal can answer in place.",
    )
    deadline = fields.Date(
        compute="_compute_deadline",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Last day to answer.",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "Sent"),
            ("started", "Started"),
            ("answered", "Answered"),
            ("withdrawn", "Withdrawn"),
        ],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        help="How far it has come; the supplier's own clicks start and answer it.",
    )
    user_input_id = fields.Many2one(
        "survey.user_input",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="asi_coc.group_officer,asi_coc.group_auditor",
        help="Participation in the survey, with the supplier's own link.",
    )
    answer_ids = fields.One2many(
        "asi.coc.questionnaire.answer",
        "questionnaire_id",
        string="Answers",
        help="What the supplier answered, as the questions were then.",
    )
    score = fields.Float(
        string="Score (%)",
        compute="_compute_score",
        help="Share of the possible score over all questions, in %.",
    )
    sent_on = fields.Datetime(readonly=True, copy=False, help="When it was sent.")
    sent_by_id = fields.Many2one(
        "res.users",
        string="Sent By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who sent it.",
    )
    answered_on = fields.Datetime(
        readonly=True, copy=False, help="When the supplier submitted its answers."
    )
    reminded_on = fields.Date(
        readonly=True, copy=False, help="Day on which the supplier was reminded."
    )

    @api.model
    def _get_default_survey(self):
        """Return the company's own set of questions, or else the standard one."""
        return self.env["survey.survey"].search(
            [
                ("survey_type", "=", "coc_due_diligence"),
                ("coc_company_id", "in", (self.env.company.id, False)),
            ],
            order="coc_company_id, id",
            limit=1,
        )

    @api.depends("assessment_id")
    def _compute_deadline(self):
        for questionnaire in self:
            scope = questionnaire.assessment_id.scope_id
            questionnaire.deadline = questionnaire.deadline or (
                scope and scope._get_today() + timedelta(days=scope.questionnaire_days)
            )

    @api.depends("answer_ids.score", "answer_ids.possible")
    def _compute_score(self):
        for questionnaire in self:
            counted = questionnaire.answer_ids.filtered("is_applicable")
            possible = sum(counted.mapped("possible"))
            score = sum(counted.mapped("score"))
            questionnaire.score = 100 * score / possible if possible else 0

    def write(self, vals):
        changed = [name for name in FROZEN_FIELDS if name in vals]
        for questionnaire in self if changed and not self.env.su else self.browse():
            if questionnaire.state != "draft":
                raise UserError(
                    self.env._(
                        "Questionnaire %(questionnaire)s was sent to %(contact)s on "
                        "%(day)s and is theirs now (7.2). Withdraw it, send another.",
                        questionnaire=questionnaire.title,
                        contact=questionnaire.contact_id.display_name,
                        day=format_day(self.env, questionnaire.sent_on),
                    )
                )
        result = super().write(vals)
        if "deadline" in vals:
            for questionnaire in self.filtered(lambda one: one.state in WAITING):
                # sudo: officers keep deadlines without rights on surveys
                questionnaire.sudo().user_input_id.deadline = questionnaire._get_end()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sent(self):
        kept = self._coc_within_retention()
        for questionnaire in kept.filtered(lambda one: one.state != "draft"):
            raise UserError(
                self.env._(
                    "Questionnaire %(questionnaire)s was sent to %(contact)s and stays "
                    "on file (7.2). Withdraw it if it is not needed any more.",
                    questionnaire=questionnaire.title,
                    contact=questionnaire.contact_id.display_name,
                )
            )

    # -- sending --------------------------------------------------------------------
    def action_send(self):
        """E-mail the questionnaire to the contact, with a link of its own (7.2).

        Raises UserError where contact, address, questions or deadline are wrong.
        """
        self.check_access("write")
        for questionnaire in self.filtered(lambda one: one.state == "draft"):
            questionnaire._check_send()
            # sudo: officers send without being survey users; state by methods only
            questionnaire = questionnaire.sudo()
            questionnaire._invite()
            questionnaire.write(
                {
                    "user_input_id": questionnaire._find_participation().id,
                    "state": "sent",
                    "sent_on": fields.Datetime.now(),
                    "sent_by_id": self.env.uid,
                }
            )
            questionnaire._log(self.env._("Questionnaire sent"))
        return True

    def action_withdraw(self):
        """Close the questionnaire to the supplier."""
        self.check_access("write")
        for questionnaire in self.filtered(lambda one: one.state in WAITING):
            # sudo: as for sending
            questionnaire = questionnaire.sudo()
            questionnaire.user_input_id.deadline = fields.Datetime.now()
            questionnaire.state = "withdrawn"
            questionnaire._log(self.env._("Questionnaire withdrawn"))
        return True

    def action_open_answers(self):
        """Open what the supplier answered."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "asi_coc.action_asi_coc_questionnaire_answer"
        )
        return action | {"domain": [("questionnaire_id", "=", self.id)]}

    def action_open_assessment(self):
        """Open the assessment that the answers are for."""
        self.ensure_one()
        return self.assessment_id.get_formview_action()

    def _check_send(self):
        contact = self.contact_id
        problem = False
        if contact.commercial_partner_id != self.partner_id:
            problem = self.env._(
                "%(contact)s is no contact of the supplier. Choose one of its own.",
                contact=contact.display_name,
            )
        elif not contact.email_normalized:
            problem = self.env._(
                "%(contact)s has no valid e-mail address. Enter it on the contact.",
                contact=contact.display_name,
            )
        elif self.deadline < self.assessment_id.scope_id._get_today():
            problem = self.env._(
                "The deadline %(day)s is past. Enter a later day.",
                day=format_day(self.env, self.deadline),
            )
        if problem:
            raise UserError(
                self.env._(
                    "Questionnaire %(questionnaire)s for %(supplier)s cannot be sent "
                    "(7.2). %(problem)s",
                    questionnaire=self.title,
                    supplier=self.partner_id.display_name,
                    problem=problem,
                )
            )
        # sudo: Odoo's own check reads what survey users read
        self.survey_id.sudo().check_validity()

    def _invite(self, template="asi_coc.mail_template_questionnaire"):
        """Send through the survey's own invitation."""
        self.env["survey.invite"].with_context(
            default_email_layout_xmlid="mail.mail_notification_light"
        ).create(
            {
                "survey_id": self.survey_id.id,
                "partner_ids": [Command.set(self.contact_id.ids)],
                "template_id": self.env.ref(template).id,
                "existing_mode": "new",
                "deadline": self._get_end(),
                "coc_questionnaire_id": self.id,
            }
        ).action_invite()
        # the queue need not wait for its hour
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _remind(self):
        """E-mail the supplier once that the deadline comes."""
        # sudo: as for sending
        questionnaire = self.sudo()
        questionnaire._invite("asi_coc.mail_template_questionnaire_reminder")
        questionnaire.reminded_on = self.assessment_id.scope_id._get_today()
        questionnaire._log(self.env._("Questionnaire reminded of"))

    def _find_participation(self):
        return self.env["survey.user_input"].search(
            [("coc_questionnaire_id", "=", self.id)], limit=1
        )

    def _get_end(self):
        """Return the end of the deadline's day where the scope is, in UTC."""
        zone = ZoneInfo(self.assessment_id.scope_id.tz or "UTC")
        end = datetime.combine(self.deadline, time.max, zone).astimezone(UTC)
        return end.replace(tzinfo=None, microsecond=0)

    def _log(self, what):
        self.assessment_id.message_post(
            body=self.env._(
                "%(what)s: %(title)s, %(contact)s, deadline %(deadline)s.",
                what=what,
                title=self.title,
                contact=self.contact_id.display_name,
                deadline=format_day(self.env, self.deadline),
            )
        )
