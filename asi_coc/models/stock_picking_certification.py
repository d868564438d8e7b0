from odoo import api, fields, models


class StockPicking(models.Model):
    """Deliveries from facilities that are not certified (3 to 6 a, b)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "stock.picking"

    coc_unavailable_reason = fields.Char(
        string="Why No CoC",
        compute="_compute_coc_unavailable_reason",
        help="Why the delivery cannot carry CoC Material today: the facility is not "
        "certified (3 to 6 a, b).",
    )

    @api.depends("state", "move_ids.coc_unavailable_reason")
    def _compute_coc_unavailable_reason(self):
        for picking in self:
            moves = picking.move_ids
            if picking.state in ("done", "cancel") or (
                picking.picking_type_code != "outgoing" or picking.return_id
            ):
                moves = moves.browse()
            reasons = moves.mapped("coc_unavailable_reason")
            picking.coc_unavailable_reason = " ".join(
                dict.fromkeys(filter(None, reasons))
            )
