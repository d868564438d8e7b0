from odoo import api, fields, models

from .asi_coc_sourcing import STATUSES


class StockPicking(models.Model):
    """Names the certified source of a receipt (3.1c to 6.1c)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "stock.picking"

    coc_source_id = fields.Many2one(
        "res.partner",
        string="Certified Source",
        index="btree_not_null",
        help="CoC certified entity that issues the CoC Document, where a trader "
        "delivers the goods; as the order named it (3.1c to 6.1c ii).",
    )
    coc_sourcing_status = fields.Selection(
        STATUSES,
        string="CoC Sourcing",
        compute="_compute_coc_sourcing",
        help="Whether what is ordered or claimed as CoC Material can count once its "
        "CoC Document is verified (3.1c to 6.1c, 10.3).",
    )
    coc_sourcing_reasons = fields.Text(
        string="Why It Will Not Count",
        compute="_compute_coc_sourcing",
        help="Every reason why it will not count, and the way out of it.",
    )

    @api.depends_context("lang")
    @api.depends("move_ids.coc_sourcing_status", "move_ids.coc_sourcing_reasons")
    def _compute_coc_sourcing(self):
        for picking in self:
            moves = picking.move_ids
            statuses = set(moves.mapped("coc_sourcing_status"))
            picking.coc_sourcing_status = next(
                (one for one in ("unable", "able", "counted") if one in statuses), False
            )
            picking.coc_sourcing_reasons = "\n".join(
                f"{move.product_id.display_name}: {reason}"
                for move in moves
                for reason in (move.coc_sourcing_reasons or "").splitlines()
            )

    def write(self, vals):
        result = super().write(vals)
        if "coc_source_id" in vals:
            for picking in self:
                # sudo: whoever receives need not write documents
                drafts = picking.sudo()._coc_get_received_drafts()
                typed = drafts.filtered(lambda one: not one.machine_read)
                typed.write(typed._prepare_issuer(picking.sudo()))
        return result

    def _coc_get_source_document(self):
        """Return the document that says who issued it: verified, or else a draft."""
        return self.coc_received_document_id or self._coc_get_received_drafts()[:1]

    def _coc_get_sourcing_day(self, scope, document):
        """Return the day on which the source must be certified (10.3).

        That of the shipment once a document tells, of the receipt once it is done,
        else the planned one.
        """
        shipped = document.shipment_date or document.date
        return shipped or self._coc_get_arrival_day(scope)

    def _coc_get_arrival_day(self, scope):
        """Return the day of the receipt once it is done, else the planned one."""
        if self.state == "done":
            return scope._get_day(self.date_done)
        return scope._get_planned_day(self.scheduled_date)
