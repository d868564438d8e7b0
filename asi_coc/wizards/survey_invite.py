from odoo import fields, models


class SurveyInvite(models.TransientModel):
    _inherit = "survey.invite"

    coc_questionnaire_id = fields.Many2one(
        "asi.coc.questionnaire",
        string="Supplier Questionnaire",
        readonly=True,
        help="Questionnaire of a supplier that is sent (7.2).",
    )

    def _get_answers_values(self):
        values = super()._get_answers_values()
        if self.coc_questionnaire_id:
            values["coc_questionnaire_id"] = self.coc_questionnaire_id.id
        return values

    def _prepare_answers(self, partners, emails):
        # A reminder leads to the participation that is under way; survey users who
        # invite to other surveys read no questionnaires.
        begun = self.coc_questionnaire_id and self.coc_questionnaire_id.user_input_id
        return begun or super()._prepare_answers(partners, emails)
