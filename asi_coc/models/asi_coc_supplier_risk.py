from odoo import api, fields, models

from .asi_coc_supplier_assessment import RESULTS


class AsiCocSupplierRisk(models.Model):
    """A supplier's risk in one area: proposed by answers, decided by a person (7.2)."""

    _name = "asi.coc.supplier.risk"
    _description = "Supplier's Risk in an Area"
    _inherit = ["asi.coc.protected"]
    _order = "assessment_id, sequence, id"
    _rec_name = "area_id"
    _coc_protected_fields = frozenset({"decided_by_id"})

    assessment_id = fields.Many2one(
        "asi.coc.supplier.assessment",
        required=True,
        index=True,
        ondelete="cascade",
        help="Assessment of the supplier.",
    )
    company_id = fields.Many2one(
        related="assessment_id.company_id",
        store=True,
        precompute=True,
        help="Entity that buys.",
    )
    partner_id = fields.Many2one(
        related="assessment_id.partner_id",
        string="Supplier",
        store=True,
        index=True,
        help="Supplier that is assessed.",
    )
    state = fields.Selection(
        related="assessment_id.state",
        string="Status",
        store=True,
        help="Status of the assessment.",
    )
    area_id = fields.Many2one(
        "asi.coc.risk.area",
        required=True,
        index=True,
        ondelete="restrict",
        help="Risk area (7.2).",
    )
    sequence = fields.Integer(
        related="area_id.sequence", store=True, help="Order of the areas."
    )
    criterion = fields.Char(
        related="area_id.criterion",
        help="Criterion of the Performance Standard behind the area.",
    )
    score = fields.Float(
        string="Score (%)",
        compute="_compute_proposed",
        store=True,
        aggregator="avg",
        help="Share of the possible score, in %, that the supplier's answers in this "
        "area have; questions that do not apply are left out.",
    )
    answer_count = fields.Integer(
        string="Answers",
        compute="_compute_proposed",
        store=True,
        help="Number of scored answers in this area.",
    )
    proposed = fields.Selection(
        RESULTS,
        compute="_compute_proposed",
        store=True,
        help="Result that the answers propose; high at once where an answer is a red "
        "flag. A person decides.",
    )
    result = fields.Selection(
        RESULTS,
        help="Risk in this area, as a person decided (7.2).",
    )
    decided_by_id = fields.Many2one(
        "res.users",
        string="Judged By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Who decided on the result.",
    )
    remark = fields.Text(help="What the result rests on.")

    _area_unique = models.Constraint(
        "UNIQUE (assessment_id, area_id)",
        "A supplier is assessed once for each risk area (7.2).",
    )

    @api.depends("area_id", "assessment_id.questionnaire_ids.answer_ids.area_id")
    def _compute_proposed(self):
        scores = self.env["asi.coc.questionnaire.answer"]._get_scores(
            self.assessment_id
        )
        for risk in self:
            score, possible, count, flags = scores.get(
                (risk.assessment_id._origin.id, risk.area_id._origin.id), (0, 0, 0, 0)
            )
            risk.answer_count = count
            risk.score = 100 * score / possible if possible else 0
            risk.proposed = (
                "high" if flags else possible and risk.area_id._propose(risk.score)
            )

    @api.model_create_multi
    def create(self, vals_list):
        risks = super().create(vals_list)
        risks._check_open()
        risks.filtered("result")._note_person()
        return risks

    def write(self, vals):
        changed = self.browse()
        if "result" in vals:
            changed = self.filtered(lambda risk: risk.result != vals["result"])
        judging = vals.keys() & {"result", "remark", "area_id", "assessment_id"}
        if judging:
            self._check_open()
        result = super().write(vals)
        if judging:
            # not moved to an assessment that is decided on, either
            self._check_open()
        changed._note_person()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._coc_within_retention()._check_open()

    def _check_open(self):
        assessments = self.assessment_id
        assessments._check_open(assessments._get_label("risk_ids"))

    def _note_person(self):
        for risk in self:
            # sudo: who judged is written here only
            risk.sudo().decided_by_id = self.env.user if risk.result else False

    def action_open_assessment(self):
        """Open the assessment of the supplier."""
        self.ensure_one()
        return self.assessment_id.get_formview_action()

    def action_take_proposed(self):
        """Take the proposed result over; who does so judges."""
        for risk in self.filtered("proposed"):
            risk.result = risk.proposed
        return True
