from odoo import api, fields, models
from odoo.exceptions import UserError

from .asi_coc_activity import MATERIALS


class AsiCocContractorStatementLine(models.Model):
    _name = "asi.coc.contractor.statement.line"
    _description = "Quantities of a Contractor's Statement"
    _inherit = ["asi.coc.protected"]
    _order = "statement_id, product_id, id"

    statement_id = fields.Many2one(
        "asi.coc.contractor.statement",
        required=True,
        index=True,
        ondelete="cascade",
        help="Statement it belongs to.",
    )
    company_id = fields.Many2one(
        related="statement_id.company_id",
        store=True,
        precompute=True,
        help="Entity of the scope.",
    )
    product_id = fields.Many2one(
        "product.product",
        required=True,
        ondelete="restrict",
        domain="[('coc_material', '!=', False)]",
        help="Product that was handled.",
    )
    material = fields.Selection(
        MATERIALS,
        compute="_compute_material",
        store=True,
        precompute=True,
        help="Its CoC Material.",
    )
    received_mass = fields.Float(
        string="Received (t)",
        digits=(16, 6),
        help="Received from the entity or its suppliers, in tonnes.",
    )
    returned_mass = fields.Float(
        string="Returned (t)",
        digits=(16, 6),
        help="Returned to the entity, in tonnes (2.3).",
    )
    delivered_mass = fields.Float(
        string="Delivered Directly (t)",
        digits=(16, 6),
        help="Delivered to the entity's customers directly, in tonnes (2.3).",
    )
    loss_mass = fields.Float(
        string="Process Loss (t)",
        digits=(16, 6),
        help="Lost in the process, in tonnes (2.4).",
    )
    closing_mass = fields.Float(
        string="In Stock at the End (t)",
        digits=(16, 6),
        help="Held by the contractor at the end of the last day, in tonnes.",
    )

    _unique_product = models.Constraint(
        "UNIQUE (statement_id, product_id)",
        "A statement has one line per product.",
    )
    _masses_positive = models.Constraint(
        "CHECK (COALESCE(received_mass, 0) >= 0 AND COALESCE(returned_mass, 0) >= 0"
        " AND COALESCE(delivered_mass, 0) >= 0 AND COALESCE(loss_mass, 0) >= 0"
        " AND COALESCE(closing_mass, 0) >= 0)",
        "Quantities of a contractor's statement cannot be negative (2.3).",
    )

    @api.depends("product_id")
    def _compute_material(self):
        for line in self:
            line.material = line.product_id.coc_material

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_open()
        return lines

    def write(self, vals):
        self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self._check_open()

    def _check_open(self):
        """Refuse to change what was reported, or what a closed period rests on."""
        for statement in self.statement_id:
            statement._check_open()
            if statement.state in ("answered", "confirmed"):
                raise UserError(
                    self.env._(
                        "%(statement)s is answered; its quantities stay (2.3). Send it "
                        "back to the contractor first.",
                        statement=statement.display_name,
                    )
                )
