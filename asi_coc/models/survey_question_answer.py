from odoo import fields, models


class SurveyQuestionAnswer(models.Model):
    _inherit = "survey.question.answer"

    coc_is_not_applicable = fields.Boolean(
        string="Does Not Apply",
        help="With this answer the question is left out of the score (7.2).",
    )
    coc_is_red_flag = fields.Boolean(
        string="Red Flag",
        help="This answer proposes a high risk in its area, whatever the score (7.2).",
    )
