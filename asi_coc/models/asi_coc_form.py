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
    active = fields.Boolean(
        default=True, help="Archive a form that is no longer traded."
    )
