from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..formatting import format_day

TYPES = [
    ("internal", "Internal Audit"),
    ("initial", "Initial Certification Audit"),
    ("surveillance", "Surveillance Audit"),
    ("recertification", "Re-Certification Audit"),
    ("scope_change", "Scope Change Audit"),
]
MATURITY = [("low", "Low"), ("medium", "Medium"), ("high", "High")]
OUTCOMES = [
    ("certification", "Certification"),
    ("provisional", "Provisional Certification"),
    ("none", "No Certification"),
    ("conforming", "System Conforms"),
    ("not_conforming", "System Does Not Conform"),
]
#: What a report cannot do without, in the order of its contents.
NEEDED = (
    "member_name",
    "entity_name",
    "certification_scope",
    "supply_chain_activity_ids",
    "audit_firm",
    "date_start",
    "date_end",
    "submitted_on",
    "audit_scope",
    "outcome",
)
MATURITY_FIELDS = (
    "systems_maturity",
    "risks_maturity",
    "performance_maturity",
    "overall_maturity",
)


#: What ASI grants after the report: entered once, also where it is reported.
GRANTED = frozenset(
    {
        "certification_start",
        "certification_end",
        "certificate_number",
        "next_audit_type",
        "next_audit_due",
    }
)


class AsiCocAudit(models.Model):
    """An internal or external audit, in the shape of ASI's summary audit report."""

    _name = "asi.coc.audit"
    _description = "Audit against the Chain of Custody Standard"
    _inherit = [
        "asi.coc.protected",
        "asi.coc.evidence",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "date_start desc, id desc"
    _check_company_auto = True
    _coc_protected_fields = frozenset({"name", "state", "reported_by_id"})

    name = fields.Char(
        string="Number",
        readonly=True,
        copy=False,
        index="trigram",
        help="Number of the audit in the entity's register.",
    )
    state = fields.Selection(
        [
            ("planned", "Planned"),
            ("running", "In Progress"),
            ("reported", "Reported"),
        ],
        string="Status",
        required=True,
        default="planned",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        help="A reported audit stays as it was reported; its corrective actions go on.",
    )
    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        index=True,
        ondelete="restrict",
        default=lambda self: self.env["asi.coc.scope"]._get_default(),
        tracking=True,
        help="CoC Certification Scope that is audited.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id", store=True, help="Entity of the scope."
    )
    audit_type = fields.Selection(
        TYPES,
        required=True,
        default="internal",
        tracking=True,
        help="Internal audits prepare the management review (1.3); the others are the "
        "certification body's.",
    )
    member_name = fields.Char(
        compute="_compute_names",
        store=True,
        readonly=False,
        precompute=True,
        help="ASI Member who owns or controls the entity, as in the report (1.1).",
    )
    entity_name = fields.Char(
        compute="_compute_names",
        store=True,
        readonly=False,
        precompute=True,
        help="Entity that holds or seeks certification, as in the report.",
    )
    certification_scope = fields.Text(
        compute="_compute_certification_scope",
        store=True,
        readonly=False,
        precompute=True,
        help="What the certification covers: products, sites, country (1.2).",
    )
    supply_chain_activity_ids = fields.Many2many(
        "asi.coc.activity",
        "asi_coc_audit_activity_rel",
        "audit_id",
        "activity_id",
        string="Supply Chain Activities",
        compute="_compute_certification_scope",
        store=True,
        readonly=False,
        precompute=True,
        help="Supply chain activities that were audited.",
    )
    standard = fields.Char(
        default="Chain of Custody Standard V2",
        required=True,
        help="ASI Standard and its version that was audited against.",
    )
    audit_firm = fields.Char(
        tracking=True,
        help="Certification body, or for an internal audit the department or person "
        "who did it.",
    )
    date_start = fields.Date(
        string="First Day", required=True, tracking=True, help="First day of the audit."
    )
    date_end = fields.Date(
        string="Last Day",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
        help="Last day of the audit.",
    )
    submitted_on = fields.Date(
        string="Report Submitted On",
        copy=False,
        tracking=True,
        help="Day on which the audit report was submitted.",
    )
    audit_scope = fields.Text(
        help="Sites, activities and criteria that the audit looked at."
    )
    outcome = fields.Selection(
        OUTCOMES, copy=False, tracking=True, help="What the audit came to."
    )
    methodology_declaration = fields.Text(
        default=lambda self: self._get_default_declaration(),
        help="What the auditors declare of their method.",
    )
    certification_start = fields.Date(
        copy=False, tracking=True, help="First day of the certification period."
    )
    certification_end = fields.Date(
        copy=False, tracking=True, help="Last day of the certification period."
    )
    certificate_number = fields.Char(
        copy=False,
        tracking=True,
        help="Number of the certificate that was issued or confirmed.",
    )
    next_audit_type = fields.Selection(
        TYPES, copy=False, tracking=True, help="What kind of audit comes next."
    )
    next_audit_due = fields.Date(
        string="Next Audit Due Date",
        copy=False,
        tracking=True,
        help="Day by which the next audit takes place; representatives are reminded.",
    )
    entity_overview = fields.Text(
        help="The entity in a few words: history, people, products, sites, "
        "surroundings."
    )
    systems_maturity = fields.Selection(
        MATURITY, copy=False, help="Maturity of the management systems."
    )
    risks_maturity = fields.Selection(
        MATURITY, copy=False, help="Maturity as to residual risks."
    )
    performance_maturity = fields.Selection(
        MATURITY, copy=False, help="Maturity of the performance."
    )
    overall_maturity = fields.Selection(
        MATURITY,
        copy=False,
        help="General assessment; maturity is not conformance to the standard.",
    )
    finding_ids = fields.One2many(
        "asi.coc.finding",
        "audit_id",
        string="Findings",
        help="One finding per criterion of the standard.",
    )
    corrective_action_ids = fields.One2many(
        "asi.coc.corrective.action",
        "audit_id",
        string="Corrective Actions",
        help="What is done about the audit's non-conformances.",
    )
    finding_count = fields.Integer(
        compute="_compute_counts", help="Criteria that are rated."
    )
    non_conformance_count = fields.Integer(
        compute="_compute_counts", help="Minor and major non-conformances."
    )
    open_count = fields.Integer(
        string="Open Non-Conformances",
        compute="_compute_counts",
        help="Non-conformances whose corrective actions are not all verified.",
    )
    reported_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who marked the audit as reported; one that was taken back stays on file "
        "(1.6).",
    )

    _number_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL",
        "This entity has an audit of that number already.",
    )
    _next_audit = models.Index("(next_audit_due) WHERE next_audit_due IS NOT NULL")

    @api.depends("name", "audit_type", "date_start")
    def _compute_display_name(self):
        labels = dict(self._fields["audit_type"]._description_selection(self.env))
        for audit in self:
            audit.display_name = self.env._(
                "%(number)s %(type)s %(year)s",
                number=audit.name or "",
                type=labels.get(audit.audit_type, ""),
                year=audit.date_start.year if audit.date_start else "",
            ).strip()

    @api.depends("scope_id")
    def _compute_names(self):
        for audit in self:
            audit.member_name = audit.entity_name = audit.company_id.name

    @api.depends("scope_id")
    def _compute_certification_scope(self):
        for audit in self:
            scope = audit.scope_id
            audit.certification_scope = (
                scope.certificate_id.scope_description or scope.name
            )
            audit.supply_chain_activity_ids = scope.supply_chain_activity_ids

    @api.depends("date_start")
    def _compute_date_end(self):
        for audit in self:
            audit.date_end = max(
                filter(None, (audit.date_start, audit.date_end)), default=False
            )

    @api.depends("finding_ids.rating", "finding_ids.is_open")
    def _compute_counts(self):
        for audit in self:
            findings = audit.finding_ids
            audit.finding_count = len(findings.filtered("rating"))
            audit.non_conformance_count = len(
                findings.filtered(lambda one: one.rating in ("minor", "major"))
            )
            audit.open_count = len(findings.filtered("is_open"))

    @api.constrains(
        "date_start",
        "date_end",
        "submitted_on",
        "certification_start",
        "certification_end",
    )
    def _check_days(self):
        pairs = (
            ("date_start", "date_end"),
            ("date_end", "submitted_on"),
            ("certification_start", "certification_end"),
        )
        for audit in self:
            for first, last in pairs:
                if audit[first] and audit[last] and audit[last] < audit[first]:
                    raise ValidationError(
                        self.env._(
                            "%(last)s of audit %(audit)s is %(last_day)s, before "
                            "%(first)s (%(first_day)s). Correct one of the two.",
                            audit=audit.display_name,
                            last=audit._get_label(last),
                            last_day=format_day(self.env, audit[last]),
                            first=audit._get_label(first),
                            first_day=format_day(self.env, audit[first]),
                        )
                    )

    @api.model_create_multi
    def create(self, vals_list):
        audits = super().create(vals_list)
        for audit in audits:
            # sudo: the number is given here only
            audit.sudo().name = audit.scope_id._next_number("asi.coc.audit", "AUD")
        return audits

    def write(self, vals):
        frozen = vals.keys() & self._get_reported_fields()
        if frozen:
            self.check_access("write")
            self.filtered(lambda one: not one._is_granted(frozen))._check_reportable()
        if "scope_id" in vals:
            self._check_scope(self.env["asi.coc.scope"].browse(vals["scope_id"]))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_reported(self):
        self._coc_within_retention()._check_reportable()

    @api.model
    def _get_default_declaration(self):
        return self.env._(
            "The Auditors confirm that:\n"
            "• The information provided by the Entity is true and accurate to the best "
            "knowledge of the Auditor(s) preparing this Report.\n"
            "• The findings are based on verified Objective Evidence relevant to the "
            "time period for the Audit, traceable and unambiguous.\n"
            "• The Audit Scope and Audit methodology are sufficient to establish "
            "confidence that the findings are indicative of the performance of the "
            "Entity's defined Certification Scope.\n"
            "• The Auditor(s) have acted in a manner deemed ethical, truthful, "
            "accurate professional, independent and objective."
        )

    def _get_label(self, name):
        return self._fields[name]._description_string(self.env)

    @api.model
    def _get_reported_fields(self):
        """Return the fields that stay as reported."""
        return {
            *NEEDED,
            *MATURITY_FIELDS,
            "scope_id",
            "audit_type",
            "standard",
            "methodology_declaration",
            "certification_start",
            "certification_end",
            "certificate_number",
            "next_audit_type",
            "next_audit_due",
            "entity_overview",
            "finding_ids",
        }

    def _is_granted(self, names):
        """Tell whether all of ``names`` are granted after a report, and still empty."""
        return names <= GRANTED and not any(self[name] for name in names)

    def _check_reportable(self):
        reported = self.filtered(lambda one: one.state == "reported")
        if reported:
            raise UserError(
                self.env._(
                    "Audit %(audit)s is reported and stays on file as it is (1.6). A "
                    "Management Representative can open it again.",
                    audit=", ".join(reported.mapped("display_name")),
                )
            )
