from odoo import fields, models


class AsiCocScope(models.Model):
    """Adopts what was done before the ledger followed the stock moves."""

    _inherit = "asi.coc.scope"

    adoption_ids = fields.One2many(
        "asi.coc.adoption",
        "scope_id",
        string="Adopted History",
        readonly=True,
        help="History that was adopted into the ledger, by whom and when.",
    )

    def action_adopt_history(self):
        """Open the adoption that is not finished, or prepare a new one (8.1)."""
        self.ensure_one()
        self.env["asi.coc.adoption"]._check_representative()
        unfinished = self.adoption_ids.filtered(lambda one: one.state != "done")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Adopt History"),
            "res_model": "asi.coc.adoption",
            "res_id": unfinished[:1].id,
            "view_mode": "form",
            "context": {"default_scope_id": self.id},
        }
