from odoo import fields, models


class StockPicking(models.Model):
    """Leads from a transfer to the errors made in it."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "stock.picking"

    coc_error_count = fields.Integer(
        string="CoC Errors",
        compute="_compute_coc_error_count",
        groups="asi_coc.group_officer,asi_coc.group_auditor",
        help="Errors found after the shipment (9.6, 10.4).",
    )

    def _compute_coc_error_count(self):
        groups = self.env["asi.coc.error"]._read_group(
            self._coc_get_errors_domain(), ["picking_id", "document_id"], ["__count"]
        )
        for picking in self:
            picking.coc_error_count = sum(
                count
                for transfer, document, count in groups
                if transfer == picking or document in picking.coc_document_ids
            )

    def _coc_get_errors_domain(self):
        """Errors of the transfers, and of the CoC Documents that go with them."""
        return [
            "|",
            ("picking_id", "in", self.ids),
            ("document_id", "in", self.coc_document_ids.ids),
        ]

    def action_coc_errors(self):
        """Open the errors of the transfer and of its CoC Documents."""
        self.ensure_one()
        return self.env["asi.coc.error"]._action_open(
            self._coc_get_errors_domain(),
            default_picking_id=self.id,
            default_document_id=self.coc_document_ids[:1].id,
        )

    def action_coc_report_error(self):
        """Record what failed in the receipt's CoC Document as an error (10.4)."""
        self.ensure_one()
        self.action_coc_received_document()
        # sudo: the draft was just checked for whoever receives
        draft = self.sudo()._coc_get_received_drafts()[:1]
        return draft.with_env(self.env).action_report_error()
