from odoo import api, fields, models
from odoo.exceptions import UserError

from .stock_picking import RECEIVING_CODES


class StockPicking(models.Model):
    """Receipts of scrap: what was assessed, and what waits for it (4.2)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "stock.picking"

    coc_scrap_assessment_ids = fields.One2many(
        "asi.coc.scrap.assessment",
        "picking_id",
        domain=[("state", "=", "valid")],
        string="Assessments of Scrap",
        groups="asi_coc.group_user,asi_coc.group_auditor",
        help="Assessments in force of the scrap that was received (4.2).",
    )
    coc_scrap_state = fields.Selection(
        [("to_assess", "To Assess"), ("assessed", "Assessed")],
        string="Scrap",
        compute="_compute_coc_scrap_state",
        help="Whether scrap of the receipt waits to be assessed: it is Non-CoC until "
        "then (4.2). Empty where none came.",
    )

    @api.depends("state", "coc_scrap_assessment_ids.state")
    def _compute_coc_scrap_state(self):
        received = self.filtered(
            lambda picking: picking.state == "done"
            and picking.picking_type_code in RECEIVING_CODES
            and "scrap" in picking.move_ids.mapped("coc_material")
        )
        (self - received).coc_scrap_state = False
        if received:
            waiting = self.env["asi.coc.scrap.to.assess"]._get_moves(received)
            for picking in received:
                picking.coc_scrap_state = (
                    "to_assess" if picking.move_ids & waiting else "assessed"
                )

    def action_coc_assess_scrap(self):
        """Ask what the received scrap is: one row per move (4.2).

        Raises UserError when no scrap came with these transfers.
        """
        self.check_access("read")
        # sudo: the ledger tells what scrap came in
        moves = self.sudo().move_ids
        facts = self.env["asi.coc.scrap.assessment"]._get_facts(moves)
        moves = moves.filtered(lambda move: move.id in facts)
        if not moves:
            raise UserError(
                self.env._(
                    "No scrap from outside the scope came with %(receipts)s, so there "
                    "is nothing to assess (4.2). Assess a done receipt of a product "
                    "whose CoC Material is scrap.",
                    receipts=", ".join(self.mapped("name")),
                )
            )
        waiting = moves & self.env["asi.coc.scrap.to.assess"]._get_moves(self)
        return self.env["asi.coc.scrap.assessment"]._action_assess(waiting or moves)
