from odoo import fields, models


class AsiCocPolicyTakeBack(models.TransientModel):
    _name = "asi.coc.policy.take.back"
    _description = "Take the Adoption of a Policy Back"

    policy_id = fields.Many2one(
        "asi.coc.sourcing.policy",
        string="Version",
        required=True,
        readonly=True,
        help="Adopted version that becomes a draft again.",
    )
    reason = fields.Text(
        required=True, help="Why the adoption is taken back; it stays on file."
    )

    def action_take_back(self):
        """Take the adoption back, with its reason (7.1)."""
        self.ensure_one()
        self.policy_id._take_back(self.reason)
        return True
