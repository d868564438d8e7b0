from odoo import api, models


class MailActivity(models.Model):
    _inherit = "mail.activity"

    @api.constrains("user_id", "res_model_id", "res_id")
    def _check_coc_complaint(self):
        """Refuse to give an activity on a complaint to who may not read it (7.3).

        Whoever is assigned reads it, whatever the rights on the complaint are.
        """
        for activity in self:
            if activity.res_model == "asi.coc.complaint" and activity.user_id:
                complaint = self.env[activity.res_model].browse(activity.res_id)
                complaint._check_readers(activity.user_id)
