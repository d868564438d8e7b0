from odoo import api, fields, models


class MrpBom(models.Model):
    _inherit = "mrp.bom"

    coc_toll_warning = fields.Char(
        string="Changes the Type of CoC Material",
        compute="_compute_coc_toll_warning",
        help="A subcontractor that turns bauxite, alumina or scrap into another "
        "material needs a CoC certificate of its own; what it makes is not CoC "
        "Material otherwise (2.1).",
    )

    @api.depends(
        "type",
        "subcontractor_ids",
        "product_tmpl_id.coc_material",
        "bom_line_ids.product_id.coc_material",
    )
    def _compute_coc_toll_warning(self):
        for bom in self:
            made = bom.product_tmpl_id.coc_material
            used = set(bom.bom_line_ids.product_id.mapped("coc_material")) - {False}
            bom.coc_toll_warning = (
                self.env._(
                    "%(product)s: this order changes the type of material (%(used)s to "
                    "%(made)s). At a subcontractor in your scope nothing of it is CoC "
                    "Material: what is used leaves as Non-CoC output, what comes is "
                    "Non-CoC input (2.1).",
                    product=bom.product_tmpl_id.display_name,
                    used=", ".join(sorted(used - {made})),
                    made=made,
                )
                if bom.type == "subcontract" and made and used - {made}
                else False
            )
