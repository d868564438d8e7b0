from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AsiCocFacility(models.Model):
    _name = "asi.coc.facility"
    _description = "Facility of a CoC Certification Scope"
    _inherit = ["mail.thread"]
    _order = "scope_id, activity_id, name"
    _check_company_auto = True

    name = fields.Char(
        required=True, help="Name of the facility as in the Certification Scope."
    )
    active = fields.Boolean(
        default=True, help="Archive a facility that has left the scope."
    )
    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        help="CoC Certification Scope the facility lies in (3.1a to 6.1a).",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id", store=True, help="Entity of the scope."
    )
    activity_id = fields.Many2one(
        "asi.coc.activity",
        required=True,
        index=True,
        tracking=True,
        help="Supply chain activity performed here. Material that comes from or "
        "goes to another activity of the scope is an intra-entity flow.",
    )
    location_id = fields.Many2one(
        "stock.location",
        string="Root Location",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
        domain="[('usage', 'in', ('internal', 'view', 'transit'))]",
        help="Everything stored at or below this location belongs to the facility.",
    )
    storage_location_ids = fields.Many2many(
        "stock.location",
        "asi_coc_facility_storage_rel",
        "facility_id",
        "location_id",
        string="Storage Sites",
        check_company=True,
        domain="[('usage', 'in', ('internal', 'view', 'transit'))]",
        help="Further trees of locations that serve the facility.",
    )
    picking_type_ids = fields.Many2many(
        "stock.picking.type",
        "asi_coc_facility_picking_type_rel",
        "facility_id",
        "picking_type_id",
        string="Operation Types",
        check_company=True,
        help="Where one location serves several activities, these operations belong "
        "to this facility unless the product names another activity.",
    )
    contractor_id = fields.Many2one(
        "res.partner",
        help="Outsourcing contractor whose site this is (2.1).",
    )
    certificate_id = fields.Many2one(
        "asi.coc.certificate",
        string="Performance Standard Certificate",
        domain="[('standard', '=', 'performance')]",
        check_company=True,
        tracking=True,
        help="Certifies the facility to the ASI Performance Standard (3.1b to "
        "5.1b). A mine's own production is CoC Material while it is valid.",
    )
    declared_yield = fields.Float(
        digits=(16, 6),
        tracking=True,
        help="Mass of output material per mass of input material, used while the "
        "period has no manufacturing to measure it from (alumina to metal: about "
        "0.52). Left at zero, one is used.",
    )

    _declared_yield_positive = models.Constraint(
        "CHECK (declared_yield >= 0)", "A declared yield cannot be negative."
    )

    @api.constrains(
        "scope_id", "activity_id", "location_id", "storage_location_ids", "active"
    )
    def _check_overlap(self):
        for facility in self.filtered("active"):
            twins = self.search(
                [
                    ("company_id", "=", facility.company_id.id),
                    ("activity_id", "=", facility.activity_id.id),
                    ("id", "!=", facility.id),
                ]
            )
            for twin in twins:
                facility._check_overlap_with(twin)

    def _check_overlap_with(self, other):
        for own in self._get_root_locations():
            for root in other._get_root_locations():
                if not (own._child_of(root) or root._child_of(own)):
                    continue
                raise ValidationError(
                    self.env._(
                        "Facility %(facility)s (%(location)s) overlaps facility "
                        "%(other)s (%(other_location)s): both perform %(activity)s. "
                        "A location belongs to one facility per activity; choose "
                        "another location, or extend the facility that is there.",
                        facility=self.name,
                        location=own.complete_name,
                        other=other.name,
                        other_location=root.complete_name,
                        activity=self.activity_id.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        facilities = super().create(vals_list)
        facilities.scope_id.period_ids._create_missing_balances()
        return facilities

    def write(self, vals):
        result = super().write(vals)
        if {"activity_id", "scope_id", "active"} & vals.keys():
            self.scope_id.period_ids._create_missing_balances()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_entries(self):
        for facility in self:
            if self.env["asi.coc.entry"].search_count(
                [("facility_id", "=", facility.id)], limit=1
            ):
                raise ValidationError(
                    self.env._(
                        "Facility %(facility)s has ledger entries, which are kept. "
                        "Archive it instead.",
                        facility=facility.name,
                    )
                )

    def _get_root_locations(self):
        """Return the roots of all trees of locations that the facility owns."""
        return self.location_id | self.storage_location_ids
