from odoo import fields, models

from .asi_coc_activity import MATERIALS


class AsiCocForm(models.Model):
    _name = "asi.coc.form"
    _description = "Form of CoC Material"
    _order = "material, name"

    name = fields.Char(
        required=True,
        translate=True,
        help="Form of the material as CoC Documents name it: slab, billet, liquid "
        "metal …",
    )
    material = fields.Selection(
        MATERIALS, required=True, help="Material that comes in this form."
    )
    liquid = fields.Boolean(
        help="Molten metal. Re-melting/Refining puts out liquid aluminium only; what "
        "is cast from it comes from a casthouse (4.1)."
    )
    active = fields.Boolean(
        default=True, help="Archive a form that is no longer traded."
    )

    _liquid_aluminium = models.Constraint(
        "CHECK (liquid IS NOT TRUE OR material = 'aluminium')",
        "Only aluminium comes in liquid form.",
    )
