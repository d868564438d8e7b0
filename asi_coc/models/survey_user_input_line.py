from odoo import models


class SurveyUserInputLine(models.Model):
    _inherit = "survey.user_input.line"

    def _coc_get_text(self):
        """Return the whole answer as text; the display name shortens it."""
        self.ensure_one()
        if self.answer_type == "text_box":
            return self.value_text_box
        return self.display_name
