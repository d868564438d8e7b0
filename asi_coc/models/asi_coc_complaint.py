from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

OFFICERS = "asi_coc.group_officer"
CHANNELS = [
    ("form", "Public Form"),
    ("email", "E-mail"),
    ("letter", "Letter"),
    ("telephone", "Telephone"),
    ("in_person", "In Person"),
]
RELATIONS = [
    ("worker", "Works for the entity"),
    ("contractor", "Works for a contractor of the entity"),
    ("supplier", "Supplier, or works for one"),
    ("customer", "Customer, or works for one"),
    ("neighbour", "Neighbour or local community"),
    ("organisation", "Organisation or trade union"),
    ("authority", "Authority"),
    ("other", "Other"),
]
#: The life of a complaint; each step has what it needs, see asi_coc_complaint_life.py.
STATES = [
    ("received", "Received"),
    ("acknowledged", "Acknowledged"),
    ("admissible", "Admissible"),
    ("not_admissible", "Not Admissible"),
    ("investigating", "Under Investigation"),
    ("decided", "Decided"),
    ("answered", "Answered"),
    ("closed", "Closed"),
]
#: What the complainant said; nobody rewrites what came in by itself.
SAID_FIELDS = {"happened", "place", "who", "relation", "document_number", "channel"}
CONTACT_FIELDS = ("contact_name", "contact_email", "contact_phone")
#: What was decided and answered is not rewritten afterwards.
DECIDED_FIELDS = {
    "concern",
    "area_id",
    "supplier_id",
    "contractor_id",
    "document_id",
    "inadmissible_ground",
    "admissibility_reason",
    "outcome",
    "decision",
    "remedy",
    "answer",
    "received_on",
    "scope_id",
    "answer_by",
    "admissibility_by",
}


class AsiCocComplaint(models.Model):
    """A concern that anybody may raise, and what became of it (7.3)."""

    _name = "asi.coc.complaint"
    _description = "Complaint"
    _inherit = ["asi.coc.protected", "mail.thread", "mail.activity.mixin"]
    _order = "received_on desc, id desc"
    _check_company_auto = True
    _coc_protected_fields = frozenset(
        {
            "name",
            "state",
            "consent_on",
            "acknowledged_on",
            "admissibility_on",
            "investigated_on",
            "decided_on",
            "decided_by_id",
            "answered_on",
            "answered_by_id",
            "answered_by_email",
            "closed_on",
            "is_appealed",
            "appealed_on",
            "forwarded_on",
            "forwarded_by_id",
            "token_hash",
            "form_key",
        }
    )

    name = fields.Char(
        string="Number",
        readonly=True,
        copy=False,
        index="trigram",
        help="Number of the complaint in the entity's register; the complainant knows "
        "it.",
    )
    active = fields.Boolean(
        default=True,
        help="Archive a complaint that is closed. One that is not closed, say junk, "
        "only a Management Representative archives.",
    )
    state = fields.Selection(
        STATES,
        string="Stage",
        required=True,
        default="received",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
        help="How far the complaint has come; the complainant sees it, too.",
    )
    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        default=lambda self: self.env["asi.coc.scope"]._get_default(),
        index=True,
        ondelete="restrict",
        help="CoC Certification Scope that the complaint was made to.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Entity of the scope.",
    )
    received_on = fields.Datetime(
        required=True,
        default=fields.Datetime.now,
        copy=False,
        help="When the complaint was received; its deadlines count from here.",
    )
    channel = fields.Selection(
        CHANNELS,
        required=True,
        default="letter",
        help="How the complaint came in.",
    )
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        string="Language",
        default=lambda self: self.env.lang,
        help="Language in which the complainant is written to.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Handled By",
        compute="_compute_user_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Compliance Officer who handles the complaint; nobody it is about.",
    )

    # -- what was said --------------------------------------------------------
    concern = fields.Text(
        required=True,
        help="What the complaint is about. What came in by the public form stays as "
        "it was written; sum an e-mail up here without saying who wrote it.",
    )
    happened = fields.Char(string="When", help="When it happened, as it was told.")
    place = fields.Char(string="Where", help="Where it happened, as it was told.")
    who = fields.Char(
        string="Who Is Concerned",
        help="Company or persons the complaint is about, as they were named.",
    )
    relation = fields.Selection(
        RELATIONS,
        string="Relation to the Entity",
        help="What the complainant has to do with the entity, where it was told.",
    )
    document_number = fields.Char(
        string="CoC Document Named",
        help="Number of a CoC Document that the complainant named.",
    )
    statement_ids = fields.One2many(
        "asi.coc.complaint.statement",
        "complaint_id",
        string="Correspondence",
        help="What the complainant and the entity wrote to each other.",
    )

    # -- what it concerns -----------------------------------------------------
    area_id = fields.Many2one(
        "asi.coc.risk.area",
        string="Area",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Area of the Responsible Sourcing Policy that the complaint touches "
        "(7.1); analyses group by it.",
    )
    supplier_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Supplier the complaint is about; its next due diligence takes it into "
        "account (7.2).",
    )
    contractor_id = fields.Many2one(
        "asi.coc.contractor",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="Outsourcing contractor the complaint is about.",
    )
    document_id = fields.Many2one(
        "asi.coc.document",
        string="CoC Document",
        compute="_compute_document_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        tracking=True,
        help="CoC Document the complaint is about.",
    )
    concerns_material = fields.Boolean(
        string="Concerns CoC Material",
        compute="_compute_concerns_material",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="The complaint questions CoC Material: it has to be brought to ASI's "
        "attention, whose own complaints mechanism looks into it (7.3).",
    )
    forwarded_on = fields.Date(
        string="Forwarded to ASI On",
        readonly=True,
        copy=False,
        tracking=True,
        help="Day on which the concern was brought to ASI's attention.",
    )
    forwarded_by_id = fields.Many2one(
        "res.users",
        string="Forwarded By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who brought the concern to ASI's attention.",
    )
    asi_reference = fields.Char(
        string="ASI's Reference",
        copy=False,
        tracking=True,
        help="Number under which ASI handles the concern.",
    )

    _number_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL",
        "This entity has a complaint of that number already.",
    )

    @api.depends("scope_id")
    def _compute_user_id(self):
        for complaint in self:
            complaint.user_id = complaint.user_id or (
                complaint.scope_id
                and complaint.scope_id._get_persons(
                    "representative_ids", of_entity=True
                )[:1]
            )

    @api.depends("document_number", "scope_id")
    def _compute_document_id(self):
        for complaint in self:
            number = complaint.document_number
            complaint.document_id = complaint.document_id or (
                number
                and complaint.scope_id
                and self.env["asi.coc.verification.request"]._find_document(
                    number, complaint.scope_id
                )
            )

    @api.depends("document_id")
    def _compute_concerns_material(self):
        for complaint in self:
            complaint.concerns_material = bool(
                complaint.concerns_material or complaint.document_id
            )

    @api.constrains("user_id")
    def _check_user(self):
        for complaint in self.filtered("user_id"):
            person = complaint.user_id
            if not (
                person.has_group(OFFICERS)
                and complaint.company_id in person.sudo().company_ids
            ):
                raise ValidationError(
                    self.env._(
                        "%(person)s cannot handle complaint %(complaint)s: complaints "
                        "are read by Compliance Officers of %(entity)s only (7.3). "
                        "Choose one of them.",
                        person=person.name,
                        complaint=complaint.name or self.env._("New"),
                        entity=complaint.company_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        # What an e-mail or a default says nobody is subscribed to, nor logged as by.
        quiet = self.with_context(mail_create_nosubscribe=True, mail_create_nolog=True)
        complaints = super(AsiCocComplaint, quiet).create(vals_list)
        complaints = complaints.with_env(self.env)
        for complaint in complaints:
            # sudo: numbered by the register itself
            complaint.sudo().name = complaint.scope_id._next_number(self._name, "CMP")
        complaints._plan_next_step()
        complaints._plan_forwarding()
        return complaints

    def write(self, vals):
        self._check_change(vals)
        result = super().write(vals)
        if vals.keys() & {"user_id", "answer_by", "admissibility_by", "received_on"}:
            self._plan_next_step()
        if "concerns_material" in vals or "document_id" in vals:
            self._plan_forwarding()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        for complaint in self:
            raise UserError(
                self.env._(
                    "Complaint %(complaint)s stays on file: the register shows that "
                    "every complaint is dealt with (7.3, 1.6). Archive it instead.",
                    complaint=complaint.name,
                )
            )

    def _check_change(self, vals):
        """Refuse to rewrite what was said, and what was decided and answered."""
        if not self.env.su:
            self._check_archived(vals)
        names = set(vals)
        for complaint in self if not self.env.su else self.browse():
            refused = set()
            if complaint.channel == "form":
                refused = names & (SAID_FIELDS | {"concern"} | set(CONTACT_FIELDS))
            if complaint.state in ("answered", "closed"):
                refused |= names & (DECIDED_FIELDS | SAID_FIELDS)
            if complaint.forwarded_on and "concerns_material" in vals:
                refused |= {"concerns_material"}
            if refused:
                raise UserError(
                    self.env._(
                        "%(fields)s of complaint %(complaint)s cannot change any more "
                        "(7.3): what the complainant wrote, and what was answered, "
                        "stays as it is. Write what is new in the investigation log.",
                        fields=", ".join(map(self._get_label, sorted(refused))),
                        complaint=complaint.name,
                    )
                )

    def _check_archived(self, vals):
        if vals.get("active", True):
            return
        for complaint in self:
            is_representative = self.env.user.has_group("asi_coc.group_representative")
            if complaint.state != "closed" and not is_representative:
                raise UserError(
                    self.env._(
                        "Complaint %(complaint)s is at %(stage)s. Only a Management "
                        "Representative archives a complaint that is not closed "
                        "(7.3), say one that is junk.",
                        complaint=complaint.name,
                        stage=complaint._get_state_label(),
                    )
                )

    def _get_label(self, name):
        return self._fields[name]._description_string(self.env)

    def _get_state_label(self, state=None):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return labels[state or self.state]
