from odoo import api, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """Says that material is not CoC Material at a contractor's, and stops nothing."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "stock.picking"

    coc_contractor_warning = fields.Text(
        string="Contractor outside the Scope",
        compute="_compute_coc_contractor_warning",
        help="Why what this transfer sends to, or brings from, a contractor is not CoC "
        "Material, and what is missing (2.2).",
    )

    @api.depends(
        "state", "date_done", "move_ids.location_id", "move_ids.location_dest_id"
    )
    def _compute_coc_contractor_warning(self):
        relevant = self.filtered(
            lambda one: one.state != "cancel" and one.coc_is_relevant
        )
        (self - relevant).coc_contractor_warning = False
        moves = relevant.move_ids
        found = self.env["asi.coc.contractor"]._find_at(
            moves.location_id | moves.location_dest_id
        )
        for picking in relevant:
            day = picking.date_done or fields.Datetime.now()
            own = picking.move_ids.location_id | picking.move_ids.location_dest_id
            picking.coc_contractor_warning = "\n".join(
                contractor._describe_outside()
                for contractor in dict.fromkeys(
                    found[place] for place in own if place in found
                )
                if not contractor._holds_at(day)
            )

    def _action_done(self):
        result = super()._action_done()
        done = self.filtered(lambda picking: picking.state == "done")
        # sudo: the note is the system's, whoever moves the goods
        for picking in done.sudo():
            if picking.coc_contractor_warning:
                picking.message_post(body=picking.coc_contractor_warning)
        return result

    def _coc_get_customers(self):
        """Return the entities that receive the goods (9.2d).

        A direct delivery from a contractor names the contractor; it goes to who
        bought the goods.
        """
        customers = self.env["res.partner"]
        for picking in self:
            partner = picking.partner_id
            if picking.picking_type_code == "dropship":
                # sudo: whoever delivers need not read orders
                moves = picking.sudo().move_ids
                buyer = (
                    moves.sale_line_id.order_id.partner_shipping_id[:1]
                    or moves.purchase_line_id.order_id.dest_address_id[:1]
                )
                partner = buyer.with_env(picking.env) or partner
            customers |= partner.commercial_partner_id
        return customers

    def action_coc_verify(self):
        """Verify claims; nothing a contractor brings is claimed anew (2.1, 10.2)."""
        found = self.env["asi.coc.contractor"]._find_at(self.move_ids.location_id)
        for move in self.move_ids.filtered("coc_claimed_mass"):
            if contractor := found.get(move.location_id):
                raise UserError(
                    self.env._(
                        "%(picking)s brings %(product)s from contractor "
                        "%(contractor)s: its claim cannot count as CoC input (2.1). "
                        "What you sent there stays CoC Material while the contractor "
                        "is in scope; take the claim off the receipt.",
                        picking=self.display_name,
                        product=move.product_id.display_name,
                        contractor=contractor.display_name,
                    )
                )
        return super().action_coc_verify()
