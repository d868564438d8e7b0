from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: What makes material at the contractor's CoC Material (2.1, 2.2a, 2.2b).
CONDITION_FIELDS = {
    "services",
    "location_ids",
    "evidence_ids",
    "control",
    "declared_on",
    "declared_by",
    "declaration",
}
#: What the ledger and the statements rest on.
FIXED_FIELDS = {"scope_id", "partner_id"}


class AsiCocContractor(models.Model):
    """Not certified itself, it works on the entity's CoC Material (2.1)."""

    _name = "asi.coc.contractor"
    _description = "Outsourcing Contractor"
    _inherit = [
        "asi.coc.protected",
        "asi.coc.evidence",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "scope_id, partner_id, id"
    _rec_name = "partner_id"
    _check_company_auto = True
    _coc_protected_fields = frozenset({"state", "date_joined", "date_left"})

    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        default=lambda self: self.env["asi.coc.scope"]._get_default(),
        help="CoC Certification Scope that the contractor belongs to (2.1).",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id",
        store=True,
        precompute=True,
        help="Entity of the scope.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Contractor",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('parent_id', '=', False)]",
        tracking=True,
        help="Company without a CoC certificate that processes, treats or manufactures "
        "the entity's CoC Material (2.1). Not a contractor: warehouses, carriers, "
        "traders, suppliers of the material, and tolling that changes the type of "
        "material (bauxite, alumina, aluminium, scrap).",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("in_scope", "In Scope"), ("left", "Left")],
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        help="In scope since the first accepted risk assessment, until the contractor "
        "leaves the scope (2.1).",
    )
    date_joined = fields.Date(
        string="In Scope Since",
        readonly=True,
        copy=False,
        tracking=True,
        help="Day on which the contractor came into the scope.",
    )
    date_left = fields.Date(
        string="Left On",
        readonly=True,
        copy=False,
        tracking=True,
        help="Day on which the contractor left the scope.",
    )
    services = fields.Text(
        tracking=True,
        help="What the contractor does with the material: heat treatment, rolling, "
        "cutting … (2.1).",
    )
    is_confidential = fields.Boolean(
        string="Confidential",
        tracking=True,
        help="CoC Documents, their machine-readable twins, their page in the portal of "
        "customers and the public page that checks them have other words where the "
        "contractor's name would be. PDFs of before stay as they were issued; Odoo's "
        "own orders and delivery slips are not changed. Auditors see it all the same "
        "(2.1).",
    )
    public_name = fields.Char(
        compute="_compute_public_name",
        help="What is published of who the contractor is.",
    )
    location_ids = fields.Many2many(
        "stock.location",
        "asi_coc_contractor_location_rel",
        "contractor_id",
        "location_id",
        string="Sites",
        check_company=True,
        copy=False,
        domain="[('usage', '=', 'internal'), ('company_id', '=', company_id)]",
        help="Stock locations where the contractor holds the entity's material, with "
        "everything below: its subcontracting location. Locations of facilities that "
        "name the contractor are added.",
    )
    facility_ids = fields.Many2many(
        "asi.coc.facility",
        string="Facilities",
        compute="_compute_facility_ids",
        help="Facilities of the scope that lie at the contractor's sites.",
    )
    control = fields.Text(
        string="Ownership or Control",
        tracking=True,
        help="How the entity keeps the ownership, or the control, of the CoC Material "
        "at the contractor's: contract, quality system, documented process (2.2a).",
    )
    evidence_ids = fields.Many2many(
        string="Evidence of Ownership or Control",
        help="Contracts and other files that show it (2.2a).",
    )
    declared_on = fields.Date(
        string="Declaration Signed On",
        copy=False,
        tracking=True,
        help="Day on which the contractor signed that nothing is outsourced further "
        "(2.2b).",
    )
    declared_by = fields.Char(
        string="Declaration Signed By",
        copy=False,
        tracking=True,
        help="Who signed for the contractor, with function (2.2b).",
    )
    declaration = fields.Binary(
        attachment=True,
        copy=False,
        help="The signed declaration that the contractor outsources no processing, "
        "treatment or manufacturing of CoC Material any further (2.2b).",
    )
    declaration_name = fields.Char(copy=False, help="Name of the declaration's file.")
    renewal_months = fields.Integer(
        string="Renew Assessment Every (months)",
        required=True,
        default=12,
        tracking=True,
        help="The next risk assessment is due so many months after the last one: 12 "
        "to 18. After 18 months it is not current any more, whatever is set (2.2c).",
    )
    statement_months = fields.Integer(
        string="Statement Every (months)",
        default=0,
        tracking=True,
        help="The contractor is asked for a statement every so many months of the "
        "Material Accounting Period; 0: once, at its end (2.3).",
    )
    statement_days = fields.Integer(
        string="Days to Answer",
        default=14,
        tracking=True,
        help="Days the contractor has to answer a statement (2.3).",
    )
    expected_loss = fields.Float(
        string="Expected Process Loss (%)",
        digits=(5, 2),
        tracking=True,
        help="Part of the processed mass that is lost in the process as a rule; a "
        "statement keeps the one it was asked with (2.4).",
    )
    tolerance = fields.Float(
        string="Tolerance (%)",
        digits=(5, 2),
        default=1,
        tracking=True,
        help="Difference that is accepted, in percent of the mass that was at the "
        "contractor's or was sent there; a statement keeps the one it was asked with "
        "(2.4).",
    )
    note = fields.Text(help="What else is worth knowing, for this entity only.")
    assessment_ids = fields.One2many(
        "asi.coc.contractor.assessment",
        "contractor_id",
        string="Risk Assessments",
        help="Risk assessments, the latest first (2.2c).",
    )
    validity_ids = fields.One2many(
        "asi.coc.contractor.validity",
        "contractor_id",
        string="CoC Material From – Until",
        readonly=True,
        help="When material at the contractor's was, or is, CoC Material.",
    )
    statement_ids = fields.One2many(
        "asi.coc.contractor.statement",
        "contractor_id",
        string="Statements",
        help="What the contractor reported (2.3).",
    )
    reconciliation_ids = fields.One2many(
        "asi.coc.contractor.reconciliation",
        "contractor_id",
        string="Reconciliation",
        help="What was sent against what was returned, delivered and lost (2.4).",
    )

    _unique_partner = models.Constraint(
        "UNIQUE (scope_id, partner_id)",
        "This company is a contractor of the scope already (2.1).",
    )
    _renewal_months_range = models.Constraint(
        "CHECK (renewal_months BETWEEN 12 AND 18)",
        "Risk assessments are renewed every 12 to 18 months (2.2c).",
    )
    _statement_months_range = models.Constraint(
        "CHECK (statement_months IS NULL OR statement_months BETWEEN 0 AND 12)",
        "A statement is asked for every 1 to 12 months, or, with 0, at the end of the "
        "period (2.3).",
    )
    _statement_days_positive = models.Constraint(
        "CHECK (statement_days IS NULL OR statement_days >= 0)",
        "The days to answer a statement cannot be negative (2.3).",
    )
    _percentages = models.Constraint(
        "CHECK ((expected_loss IS NULL OR expected_loss BETWEEN 0 AND 100)"
        " AND (tolerance IS NULL OR tolerance BETWEEN 0 AND 100))",
        "Expected process loss and tolerance are between 0 and 100 % (2.4).",
    )

    @api.depends("partner_id", "is_confidential")
    @api.depends_context("lang")
    def _compute_public_name(self):
        for contractor in self:
            contractor.public_name = (
                self.env._("Confidential contractor")
                if contractor.is_confidential
                else contractor.partner_id.name
            )

    def _compute_facility_ids(self):
        for contractor in self:
            own = contractor.partner_id
            contractor.facility_ids = contractor.scope_id.facility_ids.filtered(
                lambda one, own=own, sites=contractor.location_ids: (
                    one.contractor_id.commercial_partner_id == own
                    or one._get_root_locations() & sites
                )
            )

    @api.constrains("partner_id", "scope_id")
    def _check_partner(self):
        for contractor in self:
            partner = contractor.partner_id
            if partner == contractor.company_id.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(partner)s is the entity of scope %(scope)s itself and no "
                        "contractor of it (2.1). Add its sites as facilities.",
                        partner=partner.name,
                        scope=contractor.scope_id.name,
                    )
                )
            if partner.parent_id and partner.commercial_partner_id != partner:
                raise ValidationError(
                    self.env._(
                        "%(partner)s is a contact of %(company)s. Choose the company "
                        "as the contractor (2.1).",
                        partner=partner.display_name,
                        company=partner.commercial_partner_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        contractors = super().create(vals_list)
        self.env.registry.clear_cache()
        if self.env.su and self.env.context.get("coc_taking_over"):
            return contractors
        for contractor in contractors:
            contractor._add_own_sites()
            contractor._check_history(added=contractor.location_ids)
        return contractors

    def write(self, vals):
        if FIXED_FIELDS & vals.keys():
            self._check_fixed(vals)
        before = {one: one.location_ids for one in self}
        result = super().write(vals)
        if "location_ids" in vals:
            self.env.registry.clear_cache()
            for contractor, sites in before.items():
                own = contractor.location_ids
                contractor._check_history(own - sites, sites - own)
        if CONDITION_FIELDS & vals.keys():
            self._check_conditions_kept()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        for contractor in self._coc_within_retention():
            if contractor.validity_ids or contractor.statement_ids:
                raise UserError(
                    self.env._(
                        "Contractor %(contractor)s was in the scope; its record stays "
                        "for audits (2.1). Let it leave the scope instead.",
                        contractor=contractor.display_name,
                    )
                )
            decided = contractor.assessment_ids.filtered(
                lambda one: one.state != "draft"
            )
            if decided:
                raise UserError(
                    self.env._(
                        "Contractor %(contractor)s stays on file: its risk assessment "
                        "of %(day)s was decided (2.2c, 1.6). Leave it in draft.",
                        contractor=contractor.display_name,
                        day=decided[0].assessed_on,
                    )
                )
            contractor._check_history(removed=contractor.location_ids)

    # -- guards -----------------------------------------------------------------
    def _check_fixed(self, vals):
        for contractor in self:
            if contractor.state != "draft" and any(
                vals[name] != contractor[name].id for name in FIXED_FIELDS & vals.keys()
            ):
                raise UserError(
                    self.env._(
                        "Scope and company of contractor %(contractor)s cannot change "
                        "any more: the ledger follows it (2.1). Make another record.",
                        contractor=contractor.display_name,
                    )
                )

    def _check_conditions_kept(self):
        """Refuse to take away what the running acceptance rests on (2.2a, 2.2b)."""
        for contractor in self.filtered("is_current"):
            missing = contractor._get_missing_conditions()
            if missing and not contractor.is_taken_over:
                raise UserError(
                    self.env._(
                        "Contractor %(contractor)s is in scope; this cannot be taken "
                        "away: %(missing)s. Replace it, or withdraw the accepted risk "
                        "assessment first (2.2).",
                        contractor=contractor.display_name,
                        missing=", ".join(missing),
                    )
                )

    def _get_missing_conditions(self):
        """Return what is missing before an assessment can be accepted (2.1, 2.2a–b)."""
        self.ensure_one()
        needed = [
            (self.location_ids, self.env._("a site (2.1)")),
            (self.services, self.env._("services (2.1)")),
            (
                self.control and self.evidence_ids,
                self.env._("evidence of ownership or control (2.2a)"),
            ),
            (
                self.declared_on and self.declared_by and self.declaration,
                self.env._(
                    "declaration of no further outsourcing: day, signer and file (2.2b)"
                ),
            ),
        ]
        return [label for present, label in needed if not present]
