from odoo import api, fields, models
from odoo.exceptions import UserError

from ..core.quantity import ZERO, to_mass


class AsiCocForceMajeure(models.Model):
    _name = "asi.coc.force.majeure"
    _description = "Force Majeure Situation"
    _inherit = ["asi.coc.protected", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(
        string="Event",
        required=True,
        tracking=True,
        help="What happened beyond the entity's control: closure of a supplier, "
        "accident, strike, severe weather, epidemic … (8.8).",
    )
    period_id = fields.Many2one(
        "asi.coc.period",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Material Accounting Period in which the material was missing.",
    )
    company_id = fields.Many2one(
        related="period_id.company_id", store=True, help="Entity of the scope."
    )
    activity_id = fields.Many2one(
        "asi.coc.activity",
        required=True,
        ondelete="restrict",
        tracking=True,
        help="Supply chain activity whose input was missing.",
    )
    date = fields.Date(required=True, tracking=True, help="Day of the event.")
    supplier_id = fields.Many2one(
        "res.partner",
        required=True,
        tracking=True,
        help="Supplier who could not deliver.",
    )
    contract = fields.Char(
        required=True,
        tracking=True,
        help="Contract under which the CoC Material was due.",
    )
    purchase_order_id = fields.Many2one(
        "purchase.order",
        check_company=True,
        help="Purchase order of the contract, where there is one.",
    )
    affected_mass = fields.Float(
        string="Affected CoC Mass (t)",
        digits=(16, 6),
        required=True,
        tracking=True,
        help="CoC mass in tonnes that was contracted and not delivered. The internal "
        "overdraw cannot exceed it (8.8b).",
    )
    evidence = fields.Text(
        required=True,
        help="Evidence of the situation; attach the papers to this record.",
    )

    _affected_mass_positive = models.Constraint(
        "CHECK (affected_mass > 0)",
        "A force majeure situation has a positive affected mass.",
    )

    def write(self, vals):
        self._check_period_open()
        result = super().write(vals)
        self._check_period_open()
        return result

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._check_period_open()
        return records

    @api.ondelete(at_uninstall=False)
    def _unlink_except_closed(self):
        self._check_period_open()

    def _check_period_open(self):
        for record in self:
            if record.period_id.state == "closed":
                raise UserError(
                    self.env._(
                        "Period %(period)s is closed: force majeure situation "
                        "%(name)s cannot be added, changed or deleted.",
                        period=record.period_id.display_name,
                        name=record.name,
                    )
                )

    def _get_affected_masses(self):
        """Return ``{activity code: affected CoC mass in tonnes}`` (8.8b)."""
        masses = {}
        for record in self:
            code = record.activity_id.code
            mass = to_mass(record.affected_mass)
            masses[code] = masses.get(code, ZERO) + mass
        return masses
