from odoo import fields, models

from .asi_coc_supplier_decision import ANSWER_TYPE


class SurveyUserInput(models.Model):
    _inherit = "survey.user_input"

    # Officers and auditors read answers; with these they could answer themselves.
    access_token = fields.Char(groups="survey.group_survey_user")
    invite_token = fields.Char(groups="survey.group_survey_user")
    coc_questionnaire_id = fields.Many2one(
        "asi.coc.questionnaire",
        string="Supplier Questionnaire",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        help="Questionnaire of a supplier that is answered (7.2).",
    )

    def _mark_in_progress(self):
        result = super()._mark_in_progress()
        # sudo: the supplier answers; the register notes it
        self.sudo().coc_questionnaire_id.filtered(
            lambda one: one.state == "sent"
        ).state = "started"
        return result

    def _mark_done(self):
        result = super()._mark_done()
        for participation in self.filtered("coc_questionnaire_id"):
            participation._coc_land()
        return result

    def _coc_land(self):
        """Put the answers on the supplier's assessment, scored by risk area (7.2)."""
        # sudo: the supplier answers; the register notes it
        own = self.sudo()
        questionnaire = own.coc_questionnaire_id
        # What did not come from the invitation is no answer of the supplier.
        if questionnaire.user_input_id != own or questionnaire.state == "answered":
            return
        left_out = own._get_inactive_conditional_questions()
        questionnaire.answer_ids.create(
            [
                own._coc_get_answer(number, question)
                for number, question in enumerate(own.survey_id.question_ids - left_out)
            ]
        )
        questionnaire.write({"state": "answered", "answered_on": fields.Datetime.now()})
        questionnaire._log(self.env._("Questionnaire answered"))
        assessment = questionnaire.assessment_id
        assessment.activity_feedback([ANSWER_TYPE])
        person = assessment._get_person("user_id")
        if person:
            assessment.activity_schedule(
                ANSWER_TYPE,
                summary=self.env._("The supplier answered a questionnaire"),
                user_id=person.id,
            )

    def _coc_get_answer(self, number, question):
        """Return the values of one answer."""
        given = self.user_input_line_ids.filtered(
            lambda line: line.question_id == question and not line.skipped
        )
        choice = question.question_type in (
            "simple_choice",
            "multiple_choice",
            "matrix",
        )
        comments = given.filtered(
            lambda line: choice and line.answer_type == "char_box"
        )
        chosen = given.suggested_answer_id
        return {
            "questionnaire_id": self.coc_questionnaire_id.id,
            "area_id": question._coc_get_area().id,
            "sequence": number,
            "section": question.page_id.title,
            "question": question.title,
            "answer": "\n".join(str(line._coc_get_text()) for line in given - comments),
            "comment": "\n".join(filter(None, comments.mapped("value_char_box"))),
            "score": max(0, sum(given.mapped("answer_score"))),
            "possible": question._coc_get_possible(),
            "is_applicable": not any(chosen.mapped("coc_is_not_applicable")),
            "is_red_flag": any(chosen.mapped("coc_is_red_flag")),
        }
