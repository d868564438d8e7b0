from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import email_normalize

#: What an answered request no longer lets change.
FROZEN_FIELDS = (
    "scope_id",
    "document_id",
    "document_number",
    "partner_id",
    "requester_name",
    "requester_email",
    "requester_organisation",
    "received_on",
    "channel",
    "question",
    "deadline",
    "outcome",
    "answer",
)


class AsiCocVerificationRequest(models.Model):
    """Somebody asks whether what a CoC Document says is right (9.5)."""

    _name = "asi.coc.verification.request"
    _description = "Request for Verification"
    _inherit = ["asi.coc.protected", "mail.thread", "mail.activity.mixin"]
    _order = "received_on desc, id desc"
    _check_company_auto = True
    _coc_protected_fields = frozenset(
        {"name", "state", "answered_on", "answered_by_id", "answered_by_email"}
    )

    name = fields.Char(
        string="Number",
        readonly=True,
        copy=False,
        index="trigram",
        help="Number of the request in the entity's register.",
    )
    state = fields.Selection(
        [("open", "Open"), ("answered", "Answered")],
        string="Status",
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        help="An answered request stays on file and does not change any more.",
    )
    scope_id = fields.Many2one(
        "asi.coc.scope",
        compute="_compute_scope_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index=True,
        ondelete="restrict",
        help="CoC Certification Scope that is asked.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id",
        store=True,
        precompute=True,
        help="Entity of the scope.",
    )
    document_id = fields.Many2one(
        "asi.coc.document",
        string="CoC Document",
        domain="[('direction', '=', 'issued'), ('state', '!=', 'draft')]",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="CoC Document that was asked about; empty where there is none of the "
        "number.",
    )
    document_number = fields.Char(
        string="Number Asked About",
        compute="_compute_document_number",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        index="trigram",
        help="Reference number of the document as the requester gave it (9.2b).",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contact",
        index="btree_not_null",
        ondelete="restrict",
        help="Contact who asks, where known.",
    )
    requester_name = fields.Char(
        string="Requester",
        compute="_compute_requester",
        store=True,
        readonly=False,
        precompute=True,
        help="Name of the person who asks.",
    )
    requester_email = fields.Char(
        string="E-mail",
        compute="_compute_requester",
        store=True,
        readonly=False,
        precompute=True,
        help="Address the answer is sent to.",
    )
    requester_organisation = fields.Char(
        string="Organisation",
        compute="_compute_requester",
        store=True,
        readonly=False,
        precompute=True,
        help="Organisation the requester asks for.",
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        compute="_compute_requester",
        store=True,
        readonly=False,
        precompute=True,
        help="Language the answer is sent in.",
    )
    received_on = fields.Datetime(
        required=True,
        default=fields.Datetime.now,
        copy=False,
        help="When the request was received.",
    )
    channel = fields.Selection(
        [
            ("email", "E-mail"),
            ("telephone", "Telephone"),
            ("portal", "Portal"),
            ("public_page", "Public Page"),
            ("in_person", "In Person"),
        ],
        required=True,
        default="email",
        help="How the request came in.",
    )
    question = fields.Text(help="What is to be verified, in the requester's words.")
    deadline = fields.Date(
        compute="_compute_deadline",
        store=True,
        readonly=False,
        precompute=True,
        copy=False,
        tracking=True,
        help="Day by which the request is answered; from the scope's Days to Answer "
        "unless entered.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Assigned To",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        tracking=True,
        help="Who answers: the employee responsible for CoC Documents (9.2e), else a "
        "Management Representative.",
    )
    outcome = fields.Selection(
        [
            ("confirmed", "Confirmed"),
            ("not_genuine", "Not Genuine"),
            ("corrected", "Corrected"),
            ("declined", "Declined as Unreasonable"),
        ],
        copy=False,
        tracking=True,
        help="What the verification came to. Unreasonable requests, say for copies "
        "again and again, need not be answered one by one, but are brought to ASI's "
        "attention.",
    )
    answer = fields.Text(
        copy=False, help="The answer, in plain words; it stays on file (9.5)."
    )
    answered_on = fields.Datetime(
        readonly=True, copy=False, help="When the request was answered."
    )
    answered_by_id = fields.Many2one(
        "res.users",
        string="Answered By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who answered the request.",
    )
    answered_by_email = fields.Boolean(
        readonly=True,
        copy=False,
        help="The answer was sent by e-mail from here; otherwise it was given "
        "elsewhere.",
    )
    is_in_time = fields.Boolean(
        string="Answered in Time",
        compute="_compute_response",
        store=True,
        help="The request was answered by its deadline.",
    )
    response_days = fields.Float(
        digits=(16, 1),
        compute="_compute_response",
        store=True,
        aggregator="avg",
        help="Days from the receipt of the request to its answer.",
    )
    asi_informed_on = fields.Date(
        string="Brought to ASI's Attention On",
        copy=False,
        tracking=True,
        help="Day on which an unreasonable request was brought to ASI's attention.",
    )

    _number_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL",
        "This entity has a request for verification of that number already.",
    )
    _deadline = models.Index("(deadline) WHERE state = 'open'")

    @api.depends("name", "document_number")
    def _compute_display_name(self):
        for request in self:
            request.display_name = (
                f"{request.name} ({request.document_number})" if request.name else ""
            )

    @api.depends("document_id")
    def _compute_scope_id(self):
        default = self.env["asi.coc.scope"]._get_default()
        for request in self:
            # Once numbered, a request stays in its register.
            if not request.name:
                request.scope_id = (
                    request.document_id.scope_id or request.scope_id or default
                )

    @api.depends("document_id")
    def _compute_document_number(self):
        for request in self:
            request.document_number = (
                request.document_number or request.document_id.name
            )

    @api.depends("partner_id", "scope_id")
    def _compute_requester(self):
        for request in self:
            partner = request.partner_id
            request.requester_name = partner.name or request.requester_name
            request.requester_email = (
                partner.email_normalized or request.requester_email
            )
            request.requester_organisation = (
                partner.commercial_company_name or request.requester_organisation
            )
            request.lang = (
                partner.lang
                or request.lang
                or self.env.lang
                or request.company_id.partner_id.lang
            )

    @api.depends("received_on", "scope_id")
    def _compute_deadline(self):
        for request in self:
            request.deadline = (
                request._get_day(request.received_on)
                + timedelta(days=request.scope_id.verification_days)
                if request.received_on
                else False
            )

    @api.depends("scope_id")
    def _compute_user_id(self):
        for request in self:
            request.user_id = request.user_id or (
                request.scope_id and request.scope_id._get_persons("responsible_id")[:1]
            )

    @api.depends("answered_on", "received_on", "deadline", "scope_id.tz")
    def _compute_response(self):
        day = timedelta(days=1)
        for request in self:
            answered, received = request.answered_on, request.received_on
            request.response_days = (answered - received) / day if answered else 0
            request.is_in_time = bool(
                answered
                and request.deadline
                and request._get_day(answered) <= request.deadline
            )

    @api.onchange("document_number", "scope_id")
    def _onchange_document_number(self):
        if self.document_number and not self.document_id:
            self.document_id = self._find_document(self.document_number, self.scope_id)

    @api.constrains("requester_email")
    def _check_email(self):
        for request in self:
            address = request.requester_email
            if address and email_normalize(address) != address.lower():
                raise ValidationError(
                    self.env._(
                        "%(address)s of request %(request)s is not an e-mail address "
                        "an answer can be sent to (9.5). Enter one like "
                        "name@example.com.",
                        address=address,
                        request=request.name or request.document_number,
                    )
                )

    @api.constrains("scope_id", "document_id")
    def _check_document(self):
        for request in self.filtered("document_id"):
            document = request.document_id
            if (
                document.direction != "issued"
                or document.state == "draft"
                or document.scope_id != request.scope_id
            ):
                raise ValidationError(
                    self.env._(
                        "Scope %(scope)s has not issued CoC Document %(document)s; "
                        "only documents the entity issued are verified here (9.5). "
                        "Leave CoC Document empty if there is none of the number.",
                        scope=request.scope_id.name,
                        document=document.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        for request in requests:
            # sudo: numbered by the register itself
            request.sudo().name = request.scope_id._next_number(self._name, "VER")
        requests._plan_answer()
        return requests

    def write(self, vals):
        self._check_frozen(vals)
        result = super().write(vals)
        if vals.keys() & {"user_id", "deadline", "received_on"}:
            self._plan_answer()
        if vals.get("asi_informed_on"):
            self.activity_feedback(["asi_coc.mail_activity_unreasonable"])
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        kept = self._coc_within_retention()
        for request in kept.filtered(lambda one: one.state == "answered"):
            raise UserError(
                self.env._(
                    "Request %(request)s is answered and stays on file: it shows that "
                    "requests for verification are responded to (9.5).",
                    request=request.display_name,
                )
            )

    def _check_frozen(self, vals):
        changed = [name for name in FROZEN_FIELDS if name in vals]
        for request in self if changed else self.browse():
            if request.state == "answered":
                raise UserError(
                    self.env._(
                        "Request %(request)s is answered; %(fields)s cannot change any "
                        "more (9.5). Record another request if there is more to say.",
                        request=request.display_name,
                        fields=", ".join(map(self._get_label, changed)),
                    )
                )

    def _get_label(self, name):
        return self._fields[name]._description_string(self.env)

    def _get_day(self, moment):
        """Return the day of ``moment`` where the scope is."""
        scope = self.scope_id
        here = self.with_context(tz=scope.tz) if scope else self
        return fields.Datetime.context_timestamp(here, moment).date()

    @api.model
    def _find_document(self, number, scope):
        """Return the document that ``scope`` issued under ``number``, if any."""
        return self.env["asi.coc.document"].search(
            [
                ("scope_id", "=", scope.id),
                ("direction", "=", "issued"),
                ("state", "!=", "draft"),
                ("name", "=", number.strip()),
            ],
            limit=1,
        )
