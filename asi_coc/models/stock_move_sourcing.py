from odoo import api, fields, models

from .asi_coc_sourcing import SOURCINGS, STATUSES, Sourced
from .stock_picking import RECEIVING_CODES


class StockMove(models.Model):
    """Shows on a receipt whether what was ordered as CoC can count (3.1c to 6.1c)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "stock.move"

    coc_sourcing = fields.Selection(
        SOURCINGS,
        string="Sourcing",
        compute="_compute_coc_sourcing",
        help="Directly from an entity CoC certified on the day, through a trader, or "
        "from nobody certified (3.1c to 6.1c).",
    )
    coc_sourcing_status = fields.Selection(
        STATUSES,
        string="CoC Status",
        compute="_compute_coc_sourcing",
        help="Whether what is ordered or claimed as CoC Material can count once its "
        "CoC Document is verified, on the planned day or that of the shipment (10.3).",
    )
    coc_sourcing_reasons = fields.Text(
        string="Why It Will Not Count",
        compute="_compute_coc_sourcing",
        help="Every reason why it will not count, and the way out of it.",
    )

    @api.depends_context("lang")
    @api.depends(
        "coc_claimed_mass",
        "coc_ordered_qty",
        "location_dest_id",
        "product_id",
        "state",
        "picking_id.coc_source_id",
        "picking_id.coc_received_document_id",
        "picking_id.partner_id",
        "picking_id.scheduled_date",
    )
    def _compute_coc_sourcing(self):
        # sudo: whoever receives sees how the material is sourced
        sourced = self.sudo()._coc_get_sourced()
        judged = self.env["asi.coc.certificate"]._judge_sourcing(list(sourced.values()))
        found = dict(zip(sourced, judged, strict=True))
        refused = self.env["asi.coc.scope"]._find_uncertified(list(sourced.values()))
        uncertified = dict(zip(sourced, refused, strict=True))
        for move in self:
            sourcing, reasons = found.get(move, (False, []))
            verified = sourcing and move.picking_id.sudo().coc_received_document_id
            # What was verified counts, whatever became of the source since, unless
            # the facility that took it in was not certified.
            kept = [] if verified else reasons
            reasons = [*kept, *filter(None, [uncertified.get(move)])]
            status = "unable" if reasons else "counted" if verified else "able"
            move.coc_sourcing = sourcing
            move.coc_sourcing_status = sourcing and status
            move.coc_sourcing_reasons = "\n".join(reasons)

    def _coc_get_sourced(self):
        """Return ``{move: what it sources}`` of moves that receive CoC Material."""
        scopes = self.env["asi.coc.scope"]._get_active(self.company_id)
        scopes = {scope.company_id: scope for scope in scopes[::-1]}
        sourced = {}
        for move in self.filtered(lambda one: one._coc_is_sourced()):
            picking, scope = move.picking_id, scopes.get(move.company_id)
            if scope:
                document = picking._coc_get_source_document()
                sourced[move] = Sourced(
                    move.company_id,
                    picking.partner_id._origin,
                    move._coc_get_source(document)._origin,
                    move.coc_material,
                    picking._coc_get_sourcing_day(scope, document),
                    move._coc_get_place(),
                    picking._coc_get_arrival_day(scope),
                )
        return sourced

    def _coc_get_place(self):
        """Return product, location and operation type of where the move arrives."""
        self.ensure_one()
        arrived_at = self.move_line_ids.location_dest_id[:1] or self.location_dest_id
        return (
            self.product_id._origin,
            arrived_at._origin,
            self.picking_id.picking_type_id._origin,
        )

    def _coc_is_sourced(self):
        self.ensure_one()
        return (
            self.coc_material
            and self.picking_id.partner_id
            and self.picking_code in RECEIVING_CODES
            and self.picking_id._coc_may_have_document()
            and (self.coc_claimed_mass > 0 or self.coc_ordered_qty > 0)
            and self.state != "cancel"
        )

    def _coc_get_source(self, document):
        """Return whose CoC Document comes with it, empty where it is the supplier's.

        A document that was entered knows best, then the receipt, then the order.
        """
        return (
            document.issuer_id
            or self.picking_id.coc_source_id
            or self.purchase_line_id.coc_source_id
            or self.purchase_line_id.order_id.coc_source_id
        )
