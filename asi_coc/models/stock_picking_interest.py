from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .ledger_guard import get_changes
from .stock_picking import RECEIVING_CODES


class StockPicking(models.Model):
    """Receipts without an order name the legal interest themselves (3.1a to 6.1a)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "stock.picking"

    coc_legal_interest_id = fields.Many2one(
        "asi.coc.legal.interest",
        string="Legal Interest",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('state', '=', 'active'), ('partner_id', 'parent_of', partner_id)]",
        help="Our share of the supplier's production that is received here without a "
        "purchase order; an order's lines name their own. No more CoC Material than "
        "is allocated for the period is verified under it (3.1a to 6.1a).",
    )

    coc_has_legal_interests = fields.Boolean(
        compute="_compute_coc_has_legal_interests",
        help="The receipt has no purchase order, and the entity has a legal interest "
        "in the supplier's production (3.1a to 6.1a).",
    )

    @api.depends("partner_id", "company_id", "picking_type_id", "purchase_id")
    def _compute_coc_has_legal_interests(self):
        receipts = self.filtered(
            lambda one: one.picking_type_code in RECEIVING_CODES and not one.purchase_id
        )
        interests = self.env["asi.coc.legal.interest"]
        if receipts:
            interests = interests._get_in_force(receipts.company_id)
        entities = interests.partner_id.commercial_partner_id
        for picking in self:
            picking.coc_has_legal_interests = (
                picking in receipts
                and picking.partner_id.commercial_partner_id in entities
            )

    @api.onchange("partner_id")
    def _onchange_coc_legal_interest(self):
        if self.picking_type_code in RECEIVING_CODES:
            self.coc_legal_interest_id = self._coc_choose_interest(
                self.env["asi.coc.legal.interest"]._get_in_force(self.company_id)
            )

    @api.constrains("coc_legal_interest_id", "partner_id")
    def _check_coc_legal_interest(self):
        for picking in self.filtered("coc_legal_interest_id"):
            # sudo: only compared and named
            interest = picking.coc_legal_interest_id.sudo()
            partner = interest.partner_id.commercial_partner_id
            if picking.partner_id.commercial_partner_id != partner:
                raise ValidationError(
                    self.env._(
                        "%(picking)s of %(supplier)s cannot be taken under legal "
                        "interest %(interest)s (%(criterion)s): it is in another "
                        "entity's production. Choose one of the supplier, or none.",
                        picking=picking.name,
                        supplier=picking.partner_id.display_name
                        or self.env._("no supplier"),
                        interest=interest.display_name,
                        criterion=interest._get_criterion(),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        pickings = super().create(vals_list)
        unnamed = pickings.browse(
            picking.id
            for picking, vals in zip(pickings, vals_list, strict=True)
            if "coc_legal_interest_id" not in vals
            and picking.picking_type_code in RECEIVING_CODES
            and picking.partner_id
            and not picking.return_id
        )
        if unnamed:
            interests = self.env["asi.coc.legal.interest"]._get_in_force(
                unnamed.company_id
            )
            for picking in unnamed if interests else ():
                picking.coc_legal_interest_id = picking._coc_choose_interest(interests)
        return pickings

    def write(self, vals):
        for picking in self:
            if get_changes(picking, vals, {"coc_legal_interest_id"}):
                picking.move_ids._coc_check_interest_kept()
        return super().write(vals)

    def _coc_choose_interest(self, interests):
        """Return the one interest in the supplier's production of what is received."""
        materials = self.move_ids.product_id.mapped("coc_material")
        if not materials:
            materials = interests.mapped("material")
        return interests._choose(self.company_id, self.partner_id, materials)
