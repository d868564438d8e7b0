from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..core.quantity import GRAM, ZERO, alloy_share, is_whole, to_mass, whole_units
from ..core.wording import plain_name
from ..formatting import format_number
from .product_template import LEDGERED_FIELDS


class ProductProduct(models.Model):
    _inherit = "product.product"

    coc_net_mass = fields.Float(
        string="Net Material Mass (t)",
        digits=(16, 6),
        help="Net mass of the material in tonnes per unit of measure, without "
        "packaging and other materials (8.1). Not needed for products measured in "
        "kg or t.",
    )

    coc_total_unit_mass = fields.Float(
        string="Total Mass (t)",
        digits=(16, 6),
        help="Mass in tonnes per unit of measure with coatings and everything else of "
        "other materials. Left at zero, all of it is material. CoC Documents show "
        "the share of material in what was shipped (9.2).",
    )

    _coc_net_mass_positive = models.Constraint(
        "CHECK (coc_net_mass IS NULL OR coc_net_mass >= 0)",
        "A net material mass cannot be negative.",
    )
    _coc_total_unit_mass_contains_net = models.Constraint(
        "CHECK (coc_total_unit_mass IS NULL OR coc_total_unit_mass = 0"
        " OR coc_total_unit_mass >= COALESCE(coc_net_mass, 0))",
        "The total mass of a product contains its net material mass: it cannot be less "
        "(9.2). Leave it at zero where the product is all material.",
    )

    def write(self, vals):
        if "product_tmpl_id" in vals:
            target = self.env["product.template"].browse(vals["product_tmpl_id"])
            target._coc_check_ledgered(
                {
                    template: {
                        name: (template[name], target[name])
                        for name in LEDGERED_FIELDS
                        if template[name] != target[name]
                    }
                    for template in self.product_tmpl_id
                }
            )
        return super().write(vals)

    def _coc_get_unit_mass(self, uom, lot=None):
        """Return tonnes per ``uom`` as Decimal, or ``None`` when unknown (8.1).

        A ``lot`` that was weighed has its own.
        """
        self.ensure_one()
        factor = Decimal(str(uom.factor))
        net_mass = (lot and lot.coc_net_mass) or self.coc_net_mass
        if net_mass and uom._has_common_reference(self.uom_id):
            return to_mass(net_mass) * factor / Decimal(str(self.uom_id.factor))
        if not self._coc_is_mass(uom):
            return None
        if self.coc_material == "scrap" and self.coc_aluminium_percentage:
            factor = factor * Decimal(str(self.coc_aluminium_percentage)) / 100
        return factor * GRAM

    def _coc_get_mass(self, quantity, uom, lot=None):
        """Return the net mass of ``quantity`` in tonnes, or ``None`` (8.1)."""
        unit_mass = self._coc_get_unit_mass(uom, lot)
        return (
            None if unit_mass is None else to_mass(Decimal(str(quantity)) * unit_mass)
        )

    def _coc_get_designated_mass(self, quantity, uom, lot=None):
        """Return the CoC mass of a designated quantity: alloys from 10 % count less."""
        mass = self._coc_get_mass(quantity, uom, lot)
        if mass is None:
            return None
        return to_mass(mass * alloy_share(Decimal(str(self.coc_alloy_percentage))))

    def _coc_get_whole_quantity(self, mass, uom, lot=None):
        """Return the largest whole quantity in ``uom`` within ``mass`` tonnes (8.5)."""
        unit_mass = self._coc_get_unit_mass(uom, lot)
        share = alloy_share(Decimal(str(self.coc_alloy_percentage)))
        if not unit_mass or not share:
            return Decimal(0)
        return whole_units(mass / (unit_mass * share), self._coc_get_whole(uom))

    def _coc_get_whole_share(self, share, quantity, uom):
        """Return a share of ``quantity`` in whole products, rounded down (8.5)."""
        return float(whole_units(to_mass(share * quantity), self._coc_get_whole(uom)))

    def _coc_get_shipped_pieces(self, quantity, uom, net_mass):
        """Return items, net mass and mass shipped of what is ``net_mass`` tonnes (9.2).

        ``quantity`` is in ``uom``; items are in the product's own unit, and zero
        where it contains no other materials. What is shipped weighs no less than
        the material in it, whatever a lot weighed.
        """
        self.ensure_one()
        total = to_mass(self.coc_total_unit_mass)
        if not total or not uom._has_common_reference(self.uom_id):
            return ZERO, net_mass, net_mass
        items = quantity * Decimal(str(uom.factor)) / Decimal(str(self.uom_id.factor))
        return items, net_mass, max(to_mass(items * total), net_mass)

    def _coc_check_designation(self, quantity, uom):
        """Refuse to designate what cannot be CoC Material (8.5).

        Raises UserError for a product without material or mass, and for a
        fraction of a product, with the next lower whole.
        """
        self.ensure_one()
        if not self.coc_material:
            raise UserError(
                self.env._(
                    "%(product)s is not accounted as a CoC Material, so no quantity of "
                    "it can be designated. Set its CoC Material first.",
                    product=self.display_name,
                )
            )
        if not self._coc_get_unit_mass(uom):
            raise UserError(
                self.env._(
                    "%(product)s has no net material mass per %(uom)s, so %(quantity)s "
                    "cannot be designated as CoC Material (8.1). Set its Net Material "
                    "Mass first.",
                    product=self.display_name,
                    uom=uom.name,
                    quantity=format_number(self.env, quantity),
                )
            )
        wanted, unit = Decimal(str(quantity)), self._coc_get_whole(uom)
        if not is_whole(wanted, unit):
            raise UserError(
                self.env._(
                    "%(quantity)s %(uom)s of %(product)s is not a whole number of "
                    "products. CoC status is given to whole products (8.5): designate "
                    "%(whole)s %(uom)s.",
                    quantity=format_number(self.env, quantity),
                    uom=uom.name,
                    product=self.display_name,
                    whole=format_number(self.env, whole_units(wanted, unit)),
                )
            )

    def _coc_get_whole(self, uom):
        """Return what counts as one whole product in ``uom`` (8.5)."""
        if self._coc_is_mass(uom):
            return Decimal(str(uom.rounding))
        return 1 / Decimal(str(uom.factor))

    def _coc_is_mass(self, uom):
        # Not env.ref: it asks the database each time whether the record exists.
        gram = self.env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_gram")
        return uom.parent_path.split("/", 1)[0] == str(gram)

    def _coc_get_form_names(self, suppliers):
        """Return the names, made plain, that a document may give the product (10.2)."""
        self.ensure_one()
        form = self.coc_form_id
        sellers = self.seller_ids.filtered(
            lambda seller: seller.partner_id.commercial_partner_id
            in suppliers.commercial_partner_id
        )
        names = {
            *(form._get_names() if form else ()),
            self.default_code,
            *sellers.mapped("product_name"),
            *sellers.mapped("product_code"),
        }
        for code, _name in self.env["res.lang"].get_installed():
            product = self.with_context(lang=code)
            names |= {product.name, product.display_name}
        return {plain_name(name) for name in names if name}
