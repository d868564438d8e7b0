from odoo import api, fields, models
from odoo.exceptions import UserError

from .due_diligence_query import STANDINGS
from .ledger_guard import get_changes

RESULTS = [("low", "Low"), ("medium", "Medium"), ("high", "High")]
STATES = [
    ("draft", "Draft"),
    ("review", "Under Review"),
    ("accepted", "Accepted"),
    ("refused", "Not Accepted"),
    ("superseded", "Superseded"),
    ("expired", "Expired"),
]
OPEN = ("draft", "review")
#: What stays as it was decided on.
FROZEN_FIELDS = (
    "scope_id",
    "partner_id",
    "user_id",
    "circumstances",
    "valid_until",
    "decision_remark",
)


class AsiCocSupplierAssessment(models.Model):
    """Risk assessment of a direct supplier against the sourcing policy (7.2)."""

    _name = "asi.coc.supplier.assessment"
    _description = "Supplier Assessment"
    _inherit = [
        "asi.coc.protected",
        "asi.coc.evidence",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True
    _coc_protected_fields = frozenset(
        {
            "name",
            "state",
            "decided_on",
            "decided_by_id",
            "last_reviewed_on",
            "last_reviewed_by_id",
            "is_taken_over",
        }
    )

    name = fields.Char(
        string="Number",
        readonly=True,
        copy=False,
        index="trigram",
        help="Number of the assessment in the entity's register.",
    )
    state = fields.Selection(
        STATES,
        string="Status",
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
        help="A draft goes under review, and a named person accepts it or not. It is "
        "superseded by the next decision on the supplier, or expires.",
    )
    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        default=lambda self: self.env["asi.coc.scope"]._get_default(),
        index=True,
        ondelete="restrict",
        help="CoC Certification Scope whose supplier is assessed.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id",
        store=True,
        precompute=True,
        index=True,
        help="Entity of the scope; what is decided holds for all it buys.",
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the entity."
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Direct supplier that is assessed, a trader too (7.2).",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Assessed By",
        required=True,
        default=lambda self: self.env.user,
        ondelete="restrict",
        tracking=True,
        help="Who assesses the supplier and is reminded.",
    )
    supply_ids = fields.One2many(
        "asi.coc.supplier.supply",
        "assessment_id",
        string="What Is Supplied",
        help="Materials with source, country of origin and value (7.2).",
    )
    circumstances = fields.Text(
        string="Unusual Circumstances",
        tracking=True,
        help="What is unusual about the supplier, the material or the transactions; "
        "say so too where nothing is (7.2).",
    )
    risk_ids = fields.One2many(
        "asi.coc.supplier.risk",
        "assessment_id",
        string="Risk by Area",
        help="Result for each risk area (7.2).",
    )
    overall_result = fields.Selection(
        RESULTS,
        string="Overall Risk",
        compute="_compute_overall_result",
        store=True,
        tracking=True,
        help="The worst result of all risk areas (7.2).",
    )
    finding_ids = fields.One2many(
        "asi.coc.supplier.finding",
        "assessment_id",
        string="Findings",
        help="Adverse impacts and risks that were found, each with its mitigation "
        "(7.2).",
    )
    mitigation_ids = fields.One2many(
        "asi.coc.supplier.mitigation",
        "assessment_id",
        string="Mitigations",
        help="What is done about the findings (7.2).",
    )
    questionnaire_ids = fields.One2many(
        "asi.coc.questionnaire",
        "assessment_id",
        string="Questionnaires",
        help="Questionnaires sent to the supplier, with what it answered.",
    )
    answer_count = fields.Integer(
        compute="_compute_answer_count", help="Number of answers of the supplier."
    )
    valid_until = fields.Date(
        copy=False,
        tracking=True,
        help="Last day for which the due diligence is accepted; 12 months after the "
        "decision unless entered (7.2).",
    )
    decision_remark = fields.Text(
        copy=False,
        tracking=True,
        help="What the decision rests on, above all where the risk is not low.",
    )
    decided_on = fields.Date(
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        help="Day on which a named person accepted the assessment, or did not.",
    )
    decided_by_id = fields.Many2one(
        "res.users",
        string="Decided By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        tracking=True,
        help="Who accepted the assessment, or did not (7.2).",
    )
    review_on = fields.Date(
        string="Review Due",
        copy=False,
        tracking=True,
        help="Day by which the supplier's risk is looked at again; the last day of "
        "validity unless entered (7.2).",
    )
    last_reviewed_on = fields.Date(
        readonly=True, copy=False, help="Day of the latest review."
    )
    last_reviewed_by_id = fields.Many2one(
        "res.users",
        string="Last Reviewed By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who reviewed last.",
    )
    standing = fields.Selection(
        STANDINGS,
        string="Supplier's Standing",
        compute="_compute_standing",
        help="How the supplier stands today, from all its assessments.",
    )
    is_taken_over = fields.Boolean(
        string="Taken Over",
        readonly=True,
        copy=False,
        help="Taken over from the day that was on the contact before there were "
        "assessments; what it rested on is not on file.",
    )

    _number_unique = models.UniqueIndex(
        "(company_id, name) WHERE name IS NOT NULL",
        "This entity has an assessment of that number already.",
    )
    _standing = models.Index("(partner_id, company_id, decided_on DESC, id DESC)")

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for assessment in self:
            # sudo: only the name, whoever may read the assessment
            supplier = assessment.partner_id.sudo().name or ""
            assessment.display_name = (
                f"{assessment.name} ({supplier})" if assessment.name else supplier
            )

    @api.depends("risk_ids.result")
    def _compute_overall_result(self):
        order = [result for result, _label in RESULTS]
        for assessment in self:
            found = [row.result for row in assessment.risk_ids if row.result]
            assessment.overall_result = max(found, key=order.index, default=False)

    def _compute_answer_count(self):
        groups = self.env["asi.coc.questionnaire.answer"]._read_group(
            [("assessment_id", "in", self.ids)], ["assessment_id"], ["__count"]
        )
        counts = {assessment.id: count for assessment, count in groups}
        for assessment in self:
            assessment.answer_count = counts.get(assessment.id, 0)

    @api.depends("state", "mitigation_ids.state", "partner_id")
    def _compute_standing(self):
        today = {scope: scope._get_today() for scope in self.scope_id}
        asked = {
            assessment: (
                assessment.partner_id._origin,
                assessment.company_id,
                today[assessment.scope_id],
            )
            for assessment in self
            if assessment.partner_id._origin and assessment.scope_id
        }
        standings = self.env["res.partner"]._coc_get_standings(asked.values())
        for assessment in self:
            assessment.standing = standings.get(asked.get(assessment), False)

    # -- keeping ------------------------------------------------------------------
    @api.model_create_multi
    def create(self, vals_list):
        assessments = super().create([self._with_entity(vals) for vals in vals_list])
        for assessment in assessments:
            # sudo: numbered by the register itself
            assessment.sudo().name = assessment.scope_id._next_number(self._name, "SUP")
            assessment._add_areas()
            if not assessment.supply_ids:
                assessment.action_fill_supplies()
        return assessments

    def write(self, vals):
        self._check_frozen(vals)
        return super().write(self._with_entity(vals))

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for assessment, vals in zip(self, vals_list, strict=True):
            # Source and circumstances are a start; the risk is judged anew.
            vals["supply_ids"] = [
                (0, 0, supply.copy_data()[0]) for supply in assessment.supply_ids
            ]
        return vals_list

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kept(self):
        for assessment in self._coc_within_retention():
            if assessment.state not in OPEN or assessment._get_begun():
                raise UserError(
                    self.env._(
                        "Assessment %(assessment)s stays on file: it says how the "
                        "supplier stood on earlier days (7.2). Only one that is not "
                        "decided on, without mitigations that began or questionnaires "
                        "that were sent, can be deleted.",
                        assessment=assessment.display_name,
                    )
                )

    @api.model
    def _with_entity(self, vals):
        """Let the assessment be of the commercial entity, whoever was chosen."""
        partner = self.env["res.partner"].browse(vals.get("partner_id") or ())
        if partner and partner.commercial_partner_id != partner:
            return {**vals, "partner_id": partner.commercial_partner_id.id}
        return vals

    def _check_frozen(self, vals):
        """Refuse to change what was decided on; methods run with sudo."""
        changed = [name for name in FROZEN_FIELDS if name in vals]
        if changed and not self.env.su:
            self._check_open(", ".join(map(self._get_label, changed)))
            if {"partner_id", "scope_id"} & vals.keys():
                self._check_not_begun(vals)

    def _check_not_begun(self, vals):
        """Refuse to hand on to another supplier what began with this one."""
        fixed = {"partner_id", "scope_id"}
        for assessment in self.filtered(lambda one: get_changes(one, vals, fixed)):
            if assessment._get_begun():
                raise UserError(
                    self.env._(
                        "Assessment %(assessment)s stays with %(supplier)s: a "
                        "mitigation began, or a questionnaire was sent (7.2). Make "
                        "another assessment for another supplier.",
                        assessment=assessment.display_name,
                        supplier=assessment.partner_id.display_name,
                    )
                )

    def _get_begun(self):
        """Return the states of mitigations that began and questionnaires sent."""
        return {
            *self.mitigation_ids.mapped("state"),
            *self.questionnaire_ids.mapped("state"),
        } - {"draft"}

    def _check_open(self, what):
        """Refuse to change ``what`` of an assessment that is decided on."""
        for assessment in self.filtered(lambda one: one.state not in OPEN):
            raise UserError(
                self.env._(
                    "Assessment %(assessment)s is decided on (%(state)s); %(what)s "
                    "cannot change any more (7.2). Make a new assessment, which "
                    "supersedes it.",
                    assessment=assessment.display_name,
                    state=assessment._get_state_label(),
                    what=what,
                )
            )

    def _get_state_label(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _get_label(self, name):
        return self._fields[name]._description_string(self.env)

    # -- filling ------------------------------------------------------------------
    def _add_areas(self):
        """Add the areas that every assessment has."""
        areas = self.env["asi.coc.risk.area"].search([("is_required", "=", True)])
        for assessment in self:
            for area in areas - assessment.risk_ids.area_id:
                assessment.risk_ids.create(
                    {"assessment_id": assessment.id, "area_id": area.id}
                )

    def action_fill_supplies(self):
        """Add the materials bought from the supplier in the past 12 months (7.2)."""
        supplies = self.env["asi.coc.supplier.supply"]
        for assessment in self.filtered("partner_id"):
            assessment._check_open(self._get_label("supply_ids"))
            known = set(assessment.supply_ids.mapped("material"))
            for material, kind in assessment._find_supplies():
                if material not in known:
                    supplies.create(
                        {
                            "assessment_id": assessment.id,
                            "material": material,
                            "kind": kind,
                        }
                    )
        return True

    def _find_supplies(self):
        """Return ``[(material, kind)]`` of what the supplier really sold."""
        values = self.env["asi.coc.supplier.supply"]._get_values(self)
        partner = self.partner_id.commercial_partner_id
        return [
            (
                material,
                "scrap"
                if material == "scrap"
                else "trader"
                if partner.coc_is_trader
                else "non_coc",
            )
            for _assessment, material in sorted(values)
        ]
