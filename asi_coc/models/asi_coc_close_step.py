from ast import literal_eval

from odoo import fields, models


class AsiCocCloseStep(models.Model):
    """One thing between now and a closed period, with the records to look at."""

    _name = "asi.coc.close.step"
    _description = "Step to the Close of a Period"
    _inherit = ["asi.coc.protected"]
    _order = "period_id, sequence, id"
    _rec_name = "text"

    period_id = fields.Many2one(
        "asi.coc.period",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Material Accounting Period that is to be closed.",
    )
    company_id = fields.Many2one(
        related="period_id.company_id",
        store=True,
        precompute=True,
        help="Entity of the scope.",
    )
    sequence = fields.Integer(readonly=True, help="What weighs most comes first.")
    kind = fields.Selection(
        [
            ("blocks", "Blocks the Close"),
            ("explain", "Clear or Explain"),
            ("notice", "Know before Closing"),
            ("forecast", "Forecast"),
        ],
        required=True,
        readonly=True,
        help="Blocks: has to be cured. Clear or explain: a Management Representative "
        "may explain it. The others say what the close will do, and what is expected "
        "by the end of the period.",
    )
    text = fields.Text(
        string="What", required=True, readonly=True, help="What it is and its cure."
    )
    res_model = fields.Char(
        string="Model", readonly=True, help="Model of the records to look at."
    )
    domain = fields.Char(readonly=True, help="Which records of the model they are.")

    def action_open(self):
        """Open the records, with the reader's own rights."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.text,
            "res_model": self.res_model,
            "view_mode": "list,form",
            "domain": literal_eval(self.domain),
            # archived or not, it stands in the way
            "context": {"active_test": False, "create": False},
        }

    def action_refresh(self):
        """Work out the steps of the list's period anew, whichever are chosen."""
        period = self.env["asi.coc.period"].browse(
            self.env.context.get("coc_close_period_id")
        )
        period.exists()._refresh_close_steps()
        return {"type": "ir.actions.client", "tag": "soft_reload"}
