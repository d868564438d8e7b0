from odoo import fields, models


class SurveyQuestion(models.Model):
    _inherit = "survey.question"

    coc_risk_area_id = fields.Many2one(
        "asi.coc.risk.area",
        string="Risk Area",
        ondelete="restrict",
        help="Risk area that answers count for. On a section it is for all its "
        "questions that name none themselves (7.2).",
    )

    def _coc_get_area(self):
        """Return the risk area that answers to the question count for."""
        self.ensure_one()
        return self.coc_risk_area_id or self.page_id.coc_risk_area_id

    def _coc_get_possible(self):
        """Return the highest score that the question gives."""
        self.ensure_one()
        scores = [
            score
            for score in self.suggested_answer_ids.mapped("answer_score")
            if score > 0
        ]
        if self.question_type == "simple_choice":
            return max(scores, default=0)
        if self.question_type == "multiple_choice":
            return sum(scores)
        return self.answer_score if self.is_scored_question else 0
