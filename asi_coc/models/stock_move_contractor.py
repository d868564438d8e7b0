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
