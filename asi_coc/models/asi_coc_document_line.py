from odoo import api, fields, models

from .asi_coc_activity import MATERIALS


class AsiCocDocumentLine(models.Model):
    _name = "asi.coc.document.line"
    _description = "CoC Document Line"
    _order = "document_id, id"

    document_id = fields.Many2one(
        "asi.coc.document",
        required=True,
        index=True,
        ondelete="cascade",
        help="CoC Document the line is part of.",
    )
    company_id = fields.Many2one(
        related="document_id.company_id", store=True, help="Entity of the scope."
    )
    material = fields.Selection(
        MATERIALS, required=True, help="Type of CoC Material (9.2g)."
    )
    form = fields.Char(
        required=True, help="Form of the material: slab, billet, liquid metal …"
    )
    product_id = fields.Many2one(
        "product.product", ondelete="restrict", help="Product shipped in this form."
    )
    coc_mass = fields.Float(
        string="CoC Mass (t)",
        digits=(16, 6),
        required=True,
        help="Mass of CoC Material in tonnes (9.2h).",
    )
    total_mass = fields.Float(
        string="Total Mass (t)",
        digits=(16, 6),
        required=True,
        help="Mass of total material in tonnes (9.2i).",
    )

    _masses_ordered = models.Constraint(
        "CHECK (coc_mass >= 0 AND coc_mass <= total_mass)",
        "The CoC mass of a line lies between nothing and its total mass.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_not_frozen()
        return lines

    def write(self, vals):
        self._check_not_frozen()
        result = super().write(vals)
        self._check_not_frozen()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._check_not_frozen()

    def _check_not_frozen(self):
        self.document_id.filtered("name")._check_not_frozen({"line_ids"})

    @api.model
    def _prepare_from(self, picking):
        """Return lines for a delivery: one per form, masses from the ledger (9.2)."""
        groups = self.env["asi.coc.entry"]._read_group(
            [("picking_id", "=", picking.id), ("flow", "=", "output")],
            ["material", "form_id", "product_id", "status"],
            ["mass:sum"],
        )
        lines = {}
        for material, form, product, status, mass in groups:
            name = form.name or product.display_name
            line = lines.setdefault(
                (material, name),
                {
                    "material": material,
                    "form": name,
                    "product_id": product.id,
                    "coc_mass": 0,
                    "total_mass": 0,
                },
            )
            line["total_mass"] += mass
            line["coc_mass"] += mass if status == "coc" else 0
        return [line for line in lines.values() if line["coc_mass"] > 0]

    @api.model
    def _prepare_claimed(self, picking):
        """Return lines for a receipt: what its moves claim (10.1)."""
        return [
            {
                "material": move.product_id.coc_material,
                "form": move.product_id.coc_form_id.name
                or move.product_id.display_name,
                "product_id": move.product_id.id,
                "coc_mass": move.coc_claimed_mass,
                "total_mass": float(move._coc_get_accounted_mass()),
            }
            for move in picking.move_ids
            if move.state == "done" and move.coc_claimed_mass
        ]
