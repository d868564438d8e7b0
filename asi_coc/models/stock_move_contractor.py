from odoo import models
from odoo.exceptions import UserError


class StockMove(models.Model):
    """No claim on what a contractor outside the scope, or a toller, touched (2.2)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "stock.move"

    def _coc_post(self):
        self._coc_check_contractors()
        return super()._coc_post()

    def _coc_check_contractors(self):
        """Refuse to designate what goes to or comes from such a contractor."""
        designating = self.filtered(
            lambda move: move.coc_designated_qty and move.state == "done"
        )
        if not designating:
            return
        found = self.env["asi.coc.contractor"]._find_at(
            designating.location_id | designating.location_dest_id
        )
        for move in designating:
            going = found.get(move.location_dest_id)
            contractor = going or found.get(move.location_id)
            if not contractor:
                continue
            if going or not contractor.is_current:
                move._coc_raise_contractor(
                    contractor,
                    contractor.obstacle
                    or self.env._("material at a contractor's has not left the scope"),
                )
            if toll := move._coc_get_toll():
                move._coc_raise_contractor(
                    contractor, toll.bom_id.sudo().coc_toll_warning or toll.name
                )

    def _coc_take_over_wanted(self):
        """Propose what the sale wants, of goods that come from a contractor (9.1).

        For moves just made of purchase orders; what a supplier sends to a customer
        never is in the scope.
        """
        # sudo: who buys need not read sales
        for move in self.sudo().filtered("sale_line_id.coc_wanted_qty"):
            if (
                move.product_id.coc_material
                and move.location_dest_id._is_outgoing()
                and move._get_subcontract_bom()
            ):
                move.coc_designated_qty = move._coc_get_wanted()

    def _coc_get_wanted(self):
        """Return what is still wanted of a move of a sale, in the move's unit."""
        line = self.sale_line_id
        if self.product_id != line.product_id:
            share = line.coc_wanted_qty / line.product_uom_qty
            return self.product_id._coc_get_whole_share(
                share, self.product_uom_qty, self.product_uom
            )
        left = max(line.coc_wanted_qty - line._coc_get_designated_qty(), 0)
        left = line.product_uom_id._compute_quantity(
            left, self.product_uom, round=False
        )
        return min(left, self.product_uom_qty)

    def _coc_get_toll(self):
        """Return the order that made the goods of another type of material (2.1)."""
        # sudo: orders are not the warehouse's to read
        orders = self.sudo().move_orig_ids.production_id
        return orders.filtered(
            lambda order: any(
                raw.product_id.coc_material
                and raw.product_id.coc_material != order.product_id.coc_material
                for raw in order.move_raw_ids
                if raw.state != "cancel"
            )
        )[:1]

    def _coc_raise_contractor(self, contractor, reason):
        raise UserError(
            self.env._(
                "%(picking)s designates %(product)s as CoC Material; contractor "
                "%(contractor)s rules that out (2.2): %(reason)s. Move it "
                "without a designation, or have the compliance officer cure this.",
                picking=self.reference,
                product=self.product_id.display_name,
                contractor=contractor.display_name,
                reason=reason,
            )
        )
