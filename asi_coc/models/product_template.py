from odoo import api, fields, models
from odoo.exceptions import UserError

from .asi_coc_activity import MATERIALS
from .ledger_guard import (
    ALL_ENTRIES,
    DESIGNATED_ENTRIES,
    INTRA_ENTITY_ENTRIES,
    count_of_products,
    describe_value,
    get_changes,
)

#: Which entries are classed by a field that no entry keeps. Mass per unit, and with
#: it net mass and aluminium content, is kept: a new one counts from then on.
LEDGERED_FIELDS = {
    "uom_id": ALL_ENTRIES,
    "coc_material": ALL_ENTRIES,
    "coc_form_id": ALL_ENTRIES,
    "coc_alloy_percentage": DESIGNATED_ENTRIES,
}


class ProductTemplate(models.Model):
    _inherit = "product.template"

    coc_material = fields.Selection(
        MATERIALS,
        string="CoC Material",
        help="Material the chain of custody accounts this product as. Left empty, "
        "the product is not part of it. Different materials never mix in one "
        "balance.",
    )
    coc_form_id = fields.Many2one(
        "asi.coc.form",
        string="CoC Form",
        domain="[('material', '=', coc_material)]",
        help="Form as CoC Documents name it: slab, billet, liquid metal …",
    )
    coc_activity_id = fields.Many2one(
        "asi.coc.activity",
        string="CoC Activity",
        help="Supply chain activity this product belongs to where one location "
        "serves several. Left empty, operation type and location decide.",
    )
    coc_net_mass = fields.Float(
        string="Net Material Mass (t)",
        digits=(16, 6),
        compute="_compute_coc_net_mass",
        inverse="_inverse_coc_net_mass",
        help="Net mass of the material in tonnes per unit of measure, without "
        "packaging and other materials (8.1). Not needed for products measured in "
        "kg or t.",
    )
    coc_total_unit_mass = fields.Float(
        string="Total Mass (t)",
        digits=(16, 6),
        compute="_compute_coc_total_unit_mass",
        inverse="_inverse_coc_total_unit_mass",
        help="Mass in tonnes per unit of measure with coatings and everything else of "
        "other materials. Left at zero, all of it is material. CoC Documents show "
        "the share of material in what was shipped (9.2).",
    )
    coc_mass_basis = fields.Char(
        string="Mass Assumption",
        help="How the net mass was found: drawing, average of weighings … It is "
        "kept with every ledger entry (8.1).",
    )
    coc_alloy_percentage = fields.Float(
        string="Alloying Elements (%)",
        digits=(5, 2),
        help="Alloying elements and coatings in percent of mass. Below 10 % they "
        "count fully; from 10 % up the CoC share of the mass is 90 %, from 20 % up "
        "80 %, and so on (8.1).",
    )
    coc_aluminium_percentage = fields.Float(
        string="Aluminium Content (%)",
        digits=(5, 2),
        help="Aluminium content of scrap measured in units of mass, in percent: scrap "
        "is accounted by the aluminium in it. Left at zero, all of it counts.",
    )
    coc_carbon_footprint = fields.Float(
        string="Carbon Footprint (t CO2e/t)",
        digits=(16, 3),
        help="Average carbon footprint, printed on CoC Documents of periods without "
        "sustainability data (9.3a).",
    )
    coc_carbon_method = fields.Char(
        string="Footprint Method",
        help="Method the carbon footprint was calculated with (9.3a).",
    )

    _coc_alloy_percentage_range = models.Constraint(
        "CHECK (coc_alloy_percentage IS NULL"
        " OR (coc_alloy_percentage >= 0 AND coc_alloy_percentage <= 100))",
        "Alloying elements are between 0 and 100 percent of the mass.",
    )

    _coc_aluminium_percentage_range = models.Constraint(
        "CHECK (coc_aluminium_percentage IS NULL"
        " OR (coc_aluminium_percentage >= 0 AND coc_aluminium_percentage <= 100))",
        "The aluminium content is between 0 and 100 percent.",
    )

    @api.depends("product_variant_ids.coc_net_mass")
    def _compute_coc_net_mass(self):
        self._compute_template_field_from_variant_field("coc_net_mass")

    def _inverse_coc_net_mass(self):
        self._set_product_variant_field("coc_net_mass")

    @api.depends("product_variant_ids.coc_total_unit_mass")
    def _compute_coc_total_unit_mass(self):
        self._compute_template_field_from_variant_field("coc_total_unit_mass")

    def _inverse_coc_total_unit_mass(self):
        self._set_product_variant_field("coc_total_unit_mass")

    def _get_related_fields_variant_template(self):
        # Odoo hands these on to the variant that a new product gets.
        masses = ["coc_net_mass", "coc_total_unit_mass"]
        return super()._get_related_fields_variant_template() + masses

    @api.onchange("coc_material")
    def _onchange_coc_material(self):
        if self.coc_form_id.material != self.coc_material:
            self.coc_form_id = False

    def write(self, vals):
        if LEDGERED_FIELDS.keys() & vals.keys():
            self._coc_check_ledgered(
                {
                    template: get_changes(template, vals, LEDGERED_FIELDS.keys())
                    for template in self
                }
            )
        return super().write(vals)

    @api.model
    def _coc_check_ledgered(self, changes):
        """Refuse to change what the ledger has classed products by (8.1).

        ``changes`` are ``{template: {field name: (old, new)}}``. Raises UserError
        naming the product, the field and the way out.
        """
        for name, condition in LEDGERED_FIELDS.items():
            matters = self._coc_changes_liquid if name == "coc_form_id" else None
            self._coc_check_changes(changes, name, condition, matters)
        self._coc_check_changes(
            changes, "coc_form_id", INTRA_ENTITY_ENTRIES, self._coc_changes_dross
        )

    @api.model
    def _coc_check_changes(self, changes, name, condition, matters):
        changing = self.browse().union(
            *(
                template
                for template, changed in changes.items()
                if name in changed and (not matters or matters(*changed[name]))
            )
        )
        counts = changing._coc_count_in_force(condition)
        for template in changing.filtered(lambda one: one.id in counts):
            template._coc_refuse(name, *changes[template][name], counts[template.id])

    @api.model
    def _coc_changes_liquid(self, old, new):
        # sudo: forms are shared; whether one is liquid counts (4.1)
        return old.sudo().liquid != new.sudo().liquid

    @api.model
    def _coc_changes_dross(self, old, new):
        # sudo: as above; the scope's own dross is eligible scrap (4.2c)
        kinds = {old.sudo().scrap_kind, new.sudo().scrap_kind}
        return len(kinds) > 1 and "dross" in kinds

    def _coc_refuse(self, name, old, new, count):
        field = self._fields[name]
        raise UserError(
            self.env._(
                "%(field)s of %(product)s cannot change from %(old)s to %(new)s: "
                "ledger entries (%(count)s) are classed by it, and correcting one of "
                "their transfers would account them anew (8.1). Make a new product for "
                "what moves from now on, and archive this one.",
                field=field._description_string(self.env),
                product=self.display_name,
                old=describe_value(self.env, field, old),
                new=describe_value(self.env, field, new),
                count=count,
            )
        )

    def _coc_count_in_force(self, condition=ALL_ENTRIES):
        """Return ``{template id: classed entries in force}``, in all companies."""
        # sudo: variants and entries of any company
        variants = self.sudo().with_context(active_test=False).product_variant_ids
        counts = {}
        by_product = count_of_products(self.env, variants, condition)
        for product in variants.browse(by_product):
            template_id = product.product_tmpl_id.id
            counts[template_id] = counts.get(template_id, 0) + by_product[product.id]
        return counts
