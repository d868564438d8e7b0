from decimal import Decimal

from odoo import api, fields, models

from ..core.net_material import material_share
from ..core.quantity import ZERO, to_mass


class AsiCocDocumentLine(models.Model):
    """Pieces that contain other materials: their share by (m·n)/M (9.2)."""

    _inherit = "asi.coc.document.line"

    item_count = fields.Float(
        string="Number of Items",
        digits=(16, 6),
        help="Number of items shipped, n in (m·n)/M, where they contain other "
        "materials (9.2).",
    )
    item_mass = fields.Float(
        string="Net Mass per Item (t)",
        digits=(16, 6),
        help="Net material mass of one item in tonnes, on average: m in (m·n)/M (9.2).",
    )
    shipped_mass = fields.Float(
        string="Mass Shipped (t)",
        digits=(16, 6),
        help="Mass in tonnes with coatings and all other materials of the items: M in "
        "(m·n)/M. The total mass is the net material in it (9.2i).",
    )
    material_share = fields.Float(
        string="Material Share (%)",
        digits=(16, 2),
        compute="_compute_material_share",
        help="Net material in percent of the mass shipped: (m·n)/M (9.2).",
    )

    _shipped_mass_contains_material = models.Constraint(
        "CHECK (shipped_mass IS NULL OR shipped_mass = 0"
        " OR shipped_mass >= total_mass)",
        "The mass shipped contains the net material mass; it cannot be less (9.2).",
    )

    @api.depends("total_mass", "shipped_mass")
    def _compute_material_share(self):
        for line in self:
            net, shipped = to_mass(line.total_mass), to_mass(line.shipped_mass)
            # m·n is the line's own net mass, exactly as the ledger has it
            share = material_share(net, Decimal(1), max(net, shipped))
            line.material_share = float(share.percentage) if net else 100

    @api.model
    def _prepare_from(self, pickings):
        lines = super()._prepare_from(pickings)
        groups = self.env["asi.coc.entry"]._read_group(
            self._get_delivered_domain(pickings),
            ["material", "form_id", "product_id", "uom_id"],
            ["quantity:sum", "mass:sum"],
        )
        shipped = {}
        for material, form, product, uom, quantity, mass in groups:
            key = (material, form.name or product.display_name)
            shipped.setdefault(key, []).append(
                product._coc_get_shipped_pieces(to_mass(quantity), uom, to_mass(mass))
            )
        for line in lines:
            line.update(
                self._prepare_pieces(shipped.get((line["material"], line["form"]), []))
            )
        return lines

    @api.model
    def _prepare_pieces(self, parts):
        """Return n, m and M of ``parts``: ``(items, net mass, mass shipped)`` each.

        Nothing where no part contains other materials. Parts that are not
        counted in items leave m and n out.
        """
        net = sum((mass for _items, mass, _shipped in parts), ZERO)
        shipped = sum((shipped for _items, _mass, shipped in parts), ZERO)
        if shipped <= net:
            return {}
        values = {"shipped_mass": float(shipped)}
        if all(items for items, _mass, _shipped in parts):
            items = sum(items for items, _mass, _shipped in parts)
            values |= {
                "item_count": float(items),
                "item_mass": float(to_mass(net / items)),
            }
        return values
