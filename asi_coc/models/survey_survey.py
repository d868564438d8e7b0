from odoo import api, fields, models


class SurveySurvey(models.Model):
    _inherit = "survey.survey"

    survey_type = fields.Selection(
        selection_add=[("coc_due_diligence", "Supplier Due Diligence")],
        ondelete={"coc_due_diligence": "set default"},
    )
    coc_company_id = fields.Many2one(
        "res.company",
        string="Adapted For",
        help="Company that adapted the questionnaire for its suppliers; the standard "
        "set is every company's (7.2).",
    )

    @api.depends("survey_type")
    @api.depends_context("uid")
    def _compute_allowed_survey_types(self):
        result = super()._compute_allowed_survey_types()
        user = self.env.user
        if user.has_group("asi_coc.group_officer") or user.has_group(
            "survey.group_survey_user"
        ):
            self.allowed_survey_types = [
                *(self.allowed_survey_types or ()),
                "coc_due_diligence",
            ]
        return result

    def action_coc_adapt(self):
        """Copy the set of questions for the current company, to be adapted (7.2)."""
        self.ensure_one()
        own = self.copy(
            {
                "coc_company_id": self.env.company.id,
                "user_id": self.env.uid,
                "survey_type": self.survey_type,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": "survey.survey",
            "view_mode": "form",
            "res_id": own.id,
        }
