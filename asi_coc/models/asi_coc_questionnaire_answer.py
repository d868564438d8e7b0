from odoo import api, fields, models


class AsiCocQuestionnaireAnswer(models.Model):
    """A supplier's answer, with the question as it was: the survey may change (7.2)."""

    _name = "asi.coc.questionnaire.answer"
    _description = "Supplier's Answer"
    _inherit = ["asi.coc.protected"]
    _order = "questionnaire_id desc, sequence, id"
    _rec_name = "question"

    questionnaire_id = fields.Many2one(
        "asi.coc.questionnaire",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Questionnaire that was answered.",
    )
    assessment_id = fields.Many2one(
        related="questionnaire_id.assessment_id",
        store=True,
        precompute=True,
        index=True,
        help="Assessment of the supplier.",
    )
    company_id = fields.Many2one(
        related="questionnaire_id.company_id",
        store=True,
        precompute=True,
        help="Entity that asked.",
    )
    partner_id = fields.Many2one(
        related="questionnaire_id.partner_id",
        string="Supplier",
        store=True,
        precompute=True,
        help="Supplier that answered.",
    )
    area_id = fields.Many2one(
        "asi.coc.risk.area",
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Risk area that the question is about; none for general questions.",
    )
    sequence = fields.Integer(readonly=True, help="Order of the questions.")
    section = fields.Char(readonly=True, help="Section of the question.")
    question = fields.Char(readonly=True, help="Question as it was asked.")
    answer = fields.Text(
        readonly=True, help="What the supplier answered; empty where it did not."
    )
    comment = fields.Text(readonly=True, help="What the supplier added.")
    score = fields.Float(
        readonly=True, help="Score of the answer, as the question says."
    )
    possible = fields.Float(
        string="Possible Score",
        readonly=True,
        help="Highest score that the question gives; none where it is not scored.",
    )
    is_applicable = fields.Boolean(
        string="Applies",
        readonly=True,
        default=True,
        help="Not where the supplier answered that the question does not apply.",
    )
    is_red_flag = fields.Boolean(
        string="Red Flag",
        readonly=True,
        help="The answer proposes a high risk, whatever the score.",
    )

    @api.model
    def _get_scores(self, assessments):
        """Return ``{(assessment id, area id): (score, possible, answers, red flag)}``.

        Only what applies and is scored counts.
        """
        groups = self._read_group(
            [
                ("assessment_id", "in", assessments._origin.ids),
                ("is_applicable", "=", True),
                ("possible", ">", 0),
            ],
            ["assessment_id", "area_id"],
            ["score:sum", "possible:sum", "__count", "is_red_flag:bool_or"],
        )
        return {
            (assessment.id, area.id): tuple(values)
            for assessment, area, *values in groups
        }
