from odoo import api, fields, models
from odoo.fields import Domain

from ..core.quantity import ZERO, to_mass
from ..core.twin import DRY_TONNES, TONNES
from ..core.wording import plain_name
from .asi_coc_activity import MATERIALS


class AsiCocDocumentLine(models.Model):
    _name = "asi.coc.document.line"
    _description = "CoC Document Line"
    _inherit = ["asi.coc.protected"]
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
    material = fields.Selection(MATERIALS, help="Type of CoC Material (9.2g).")
    form = fields.Char(help="Form of the material: slab, billet, liquid metal …")
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

    unit = fields.Selection(
        [(TONNES, "Tonnes"), (DRY_TONNES, "Dry Tonnes")],
        help="Unit that a received document names the masses in (9.2h, 9.2i): tonnes, "
        "of bauxite dry tonnes.",
    )

    # A received document may contradict itself: a check says so (10.2).
    _masses_positive = models.Constraint(
        "CHECK (coc_mass >= 0 AND total_mass >= 0)",
        "The masses of a line cannot be negative.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_not_frozen()
        lines._check_as_read({"document_id"})
        return lines

    def write(self, vals):
        self._check_not_frozen()
        self._check_as_read(vals.keys())
        result = super().write(vals)
        self._check_not_frozen()
        self._check_as_read(vals.keys())
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_frozen(self):
        self._check_not_frozen()
        self._check_as_read({"document_id"})

    def _check_not_frozen(self):
        self.document_id._check_not_frozen({"line_ids"})

    def _check_as_read(self, names):
        """Of what was read from a file, only the product may be chosen (10.1)."""
        if not self.env.su and names - {"product_id"}:
            self.document_id._check_as_read(dict.fromkeys(["date"]))

    @api.model
    def _prepare_from(self, pickings):
        """Return lines for deliveries: one per form, masses from the ledger (9.2).

        What has come back is taken off.
        """
        groups = self.env["asi.coc.entry"]._read_group(
            self._get_delivered_domain(pickings),
            ["material", "form_id", "product_id", "status"],
            ["mass:sum"],
        )
        lines = self._sum_by_form(groups)
        return [line for line in lines if line["coc_mass"] > 0]

    @api.model
    def _get_delivered_domain(self, pickings):
        """Return the domain of the entries of deliveries, and of their returns."""
        # sudo: only ids are read
        moves = self.env["stock.move"].sudo()
        delivered = Domain("picking_id", "in", pickings.ids)
        returned = Domain("origin_returned_move_id.picking_id", "in", pickings.ids)
        return [
            ("move_id", "in", moves.search(delivered | returned).ids),
            ("flow", "=", "output"),
        ]

    @api.model
    def _prepare_internal(self, picking):
        """Return lines for a transfer between two activities of the scope (9.1).

        The CoC mass is the part that the sending activity's balance allocates now;
        what left a facility that was not certified has none.
        """
        groups = self.env["asi.coc.entry"]._read_group(
            [("picking_id", "=", picking.id), ("flow", "=", "intra_entity_out")],
            ["period_id", "activity_id", "material", "form_id", "product_id", "status"],
            ["mass:sum"],
        )
        lines = []
        for period, activity, material, form, product, status, mass in groups:
            balance = period.balance_ids.filtered(
                lambda row, activity=activity: row.activity_id == activity
            )
            coc_mass = 0
            if status == "pooled":
                share = balance._get_core().allocated_share
                coc_mass = float(share.of(to_mass(mass)))
            lines += [
                (material, form, product, "coc", coc_mass),
                (material, form, product, "non_coc", mass - coc_mass),
            ]
        return [line for line in self._sum_by_form(lines) if line["coc_mass"] > 0]

    @api.model
    def _sum_by_form(self, groups):
        """Return values of lines from (material, form, product, status, tonnes)."""
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
        return list(lines.values())

    # -- received -------------------------------------------------------------
    @api.model
    def _prepare_claimed(self, pickings):
        """Return lines for receipts: per product, what its moves claim (10.1)."""
        moves = pickings.move_ids.filtered(
            lambda move: move.state == "done" and move.coc_claimed_mass
        )
        return [
            {
                "material": product.coc_material,
                "form": product.coc_form_id.name or product.display_name,
                "product_id": product.id,
                "unit": self._get_expected_unit(product.coc_material),
                "coc_mass": sum(claimed.mapped("coc_claimed_mass")),
                "total_mass": float(claimed._coc_sum_accounted()),
            }
            for product, claimed in moves.grouped("product_id").items()
        ]

    @api.model
    def _get_expected_unit(self, material):
        return DRY_TONNES if material == "bauxite" else TONNES

    def _get_matching(self, products):
        """Return those of the received ``products`` that the line's form means (10.2).

        What its supplier and we call them counts, in any language.
        """
        self.ensure_one()
        wanted = plain_name(self.form)
        suppliers = self.document_id.issuer_id | self.document_id.picking_ids.partner_id
        candidates = (self.product_id & products) if self.product_id else products
        return candidates.filtered(
            lambda product: self.material in (False, product.coc_material)
            and wanted in product._coc_get_form_names(suppliers)
        )

    def _sum(self, name):
        """Return the exact sum of a mass of these lines, in tonnes."""
        return sum(map(to_mass, self.mapped(name)), ZERO)
