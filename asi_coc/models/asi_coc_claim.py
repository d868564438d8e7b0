from odoo import api, fields, models
from odoo.exceptions import UserError


class AsiCocClaim(models.Model):
    """A claim or representation about CoC Material outside of CoC Documents (11.1)."""

    _name = "asi.coc.claim"
    _description = "Claim about CoC Material"
    _inherit = [
        "asi.coc.settled",
        "asi.coc.evidence",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "name desc, id desc"
    _check_company_auto = True
    _coc_protected_fields = frozenset(
        {
            "name",
            "state",
            "approved_on",
            "approved_by_id",
            "published_on",
            "withdrawn_on",
        }
    )
    _coc_settled_fields = frozenset(
        {
            "scope_id",
            "title",
            "text",
            "subject",
            "medium",
            "audience",
            "uses_logo",
            "uses_certificate_number",
            "link",
            "author_id",
            "guide_id",
            "date_start",
            "date_end",
        }
    )

    name = fields.Char(
        string="Number",
        readonly=True,
        copy=False,
        index="trigram",
        help="Number of the claim in the entity's register.",
    )
    title = fields.Char(
        required=True, tracking=True, help="What the claim is for, in a few words."
    )
    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["asi.coc.scope"]._get_default(),
        help="CoC Certification Scope the claim is about.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id", store=True, help="Entity of the scope."
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("approved", "Approved"),
            ("published", "Published"),
            ("withdrawn", "Withdrawn"),
        ],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
        help="A claim is approved before it is published; what was approved stays as "
        "it is.",
    )
    text = fields.Text(
        required=True, tracking=True, help="Wording of the claim, exactly."
    )
    subject = fields.Selection(
        [
            ("mission", "Mission of ASI"),
            ("participation", "Taking Part in ASI"),
            ("conformance", "Conformance with a Standard"),
            ("impact", "Impact"),
            ("promotion", "Marketing of a Product"),
        ],
        required=True,
        default="conformance",
        tracking=True,
        help="What the claim says something about.",
    )
    medium = fields.Selection(
        [
            ("product", "On the Product"),
            ("packaging", "Packaging"),
            ("website", "Website"),
            ("print", "Print"),
            ("social_media", "Social Media"),
            ("report", "Report"),
            ("offer", "Offer or Contract"),
            ("other", "Other"),
        ],
        required=True,
        default="website",
        tracking=True,
        help="Where the claim is made.",
    )
    audience = fields.Selection(
        [("public", "Public and Consumers"), ("business", "Business to Business")],
        required=True,
        default="public",
        tracking=True,
        help="Who reads the claim.",
    )
    uses_logo = fields.Boolean(
        string="Uses the ASI Logo", tracking=True, help="The ASI logo is shown."
    )
    uses_certificate_number = fields.Boolean(
        string="Shows the Certificate Number",
        tracking=True,
        help="The ASI certificate number is shown.",
    )
    link = fields.Char(help="Where readers learn more about what the claim rests on.")
    author_id = fields.Many2one(
        "res.users",
        string="Author",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        tracking=True,
        help="Who wrote the claim; needs a valid claims training (11.1c).",
    )
    guide_id = fields.Many2one(
        "asi.coc.claims.guide",
        string="Claims Guide",
        default=lambda self: self._get_default_guide(),
        ondelete="restrict",
        tracking=True,
        help="Version of the ASI Claims Guide the claim is approved against (11.1a).",
    )
    evidence_ids = fields.Many2many(
        help="Verifiable evidence that the claim is true (11.1b): statements, CoC "
        "Documents, calculations, the design as it is published.",
    )
    date_start = fields.Date(
        string="Valid From",
        default=fields.Date.context_today,
        tracking=True,
        help="First day on which the evidence supports the claim (11.1b).",
    )
    date_end = fields.Date(
        string="Valid Until",
        copy=False,
        tracking=True,
        help="Last day on which the evidence supports the claim (11.1b).",
    )
    approved_on = fields.Date(
        readonly=True, copy=False, help="Day of the approval (11.1a)."
    )
    approved_by_id = fields.Many2one(
        "res.users",
        string="Approved By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who approved it, with a valid claims training (11.1c).",
    )
    published_on = fields.Date(
        readonly=True, copy=False, help="Day from which the claim is public."
    )
    withdrawn_on = fields.Date(
        readonly=True, copy=False, help="Day on which the claim was withdrawn."
    )
    withdrawal_reason = fields.Text(
        copy=False, tracking=True, help="Why the claim is no longer made."
    )
    is_expired = fields.Boolean(
        compute="_compute_is_expired",
        search="_search_is_expired",
        help="Published still, although its evidence no longer supports it.",
    )

    _number_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL",
        "This entity has a claim of that number already.",
    )
    _days_ordered = models.Constraint(
        "CHECK (date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "A claim cannot end before it begins.",
    )

    @api.depends("name", "title")
    def _compute_display_name(self):
        for claim in self:
            claim.display_name = f"{claim.name or ''} {claim.title or ''}".strip()

    @api.depends("state", "date_end")
    def _compute_is_expired(self):
        for claim in self:
            claim.is_expired = bool(
                claim.state == "published"
                and claim.date_end
                and claim.date_end < claim.scope_id._get_today()
            )

    def _search_is_expired(self, operator, value):
        if operator != "in" or True not in value:
            return NotImplemented
        today = fields.Date.context_today(self)
        return [("state", "=", "published"), ("date_end", "<", today)]

    @api.model
    def _get_default_guide(self):
        return self.env["asi.coc.claims.guide"]._get_in_force(
            fields.Date.context_today(self)
        )

    @api.model_create_multi
    def create(self, vals_list):
        claims = super().create(vals_list)
        for claim in claims:
            # sudo: the number is given here only
            claim.sudo().name = claim.scope_id._next_number("asi.coc.claim", "CLM")
        return claims

    def write(self, vals):
        if "withdrawal_reason" in vals:
            self._check_not_withdrawn()
        return super().write(vals)

    def _describe_settled(self, names):
        return self.env._(
            "Claim %(claim)s has been approved and stays as it is (11.1a). Withdraw "
            "it, or make another one.",
            claim=names,
        )

    def _check_not_withdrawn(self):
        withdrawn = self.filtered(lambda one: one.state == "withdrawn")
        if withdrawn:
            raise UserError(
                self.env._(
                    "Claim %(claim)s was withdrawn and the reason stays as it is "
                    "(11.1a). Write what is new in its chatter.",
                    claim=", ".join(withdrawn.mapped("display_name")),
                )
            )
