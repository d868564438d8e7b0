from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .ledger_guard import (
    count_in_force,
    describe_place,
    describe_value,
    get_changes,
    get_places,
    locate_places,
)

#: What entries of a facility are classed by.
LEDGERED_FIELDS = {"activity_id", "location_id", "scope_id"}
#: Which further places and operations are a facility's.
PLACE_FIELDS = {"storage_location_ids", "picking_type_ids"}


class AsiCocFacility(models.Model):
    _name = "asi.coc.facility"
    _description = "Facility of a CoC Certification Scope"
    _inherit = ["asi.coc.protected", "mail.thread", "mail.activity.mixin"]
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
        if LEDGERED_FIELDS & vals.keys():
            self._check_ledgered(vals)
        counts = self._get_own_places() if PLACE_FIELDS & vals.keys() else {}
        before = locate_places(self.env, counts)
        result = super().write(vals)
        self._check_places_kept(counts, before)
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

    # -- guards -------------------------------------------------------------
    def _check_ledgered(self, vals):
        """Refuse to change what classed entries of the facility rest on (8.1)."""
        changes = {
            facility: changed
            for facility in self
            if (changed := get_changes(facility, vals, LEDGERED_FIELDS))
        }
        if not changes:
            return
        key = SQL.identifier("entry", "facility_id")
        counts = count_in_force(self.env, key, SQL("%s = ANY(%s)", key, self.ids))
        for facility, changed in changes.items():
            if facility.id not in counts:
                continue
            name = min(changed)
            field, (old, new) = self._fields[name], changed[name]
            raise UserError(
                self.env._(
                    "%(field)s of facility %(facility)s cannot change from %(old)s to "
                    "%(new)s: ledger entries (%(count)s) are classed by it (8.1). "
                    "Archive the facility and make a new one for what moves from now "
                    "on.",
                    field=field._description_string(self.env),
                    facility=facility.name,
                    old=describe_value(self.env, field, old),
                    new=describe_value(self.env, field, new),
                    count=counts[facility.id],
                )
            )

    def _get_own_places(self):
        """Return the places of accounted moves that these facilities may own."""
        return get_places(
            self.env,
            SQL("line.company_id = ANY(%s)", self.company_id.ids or [0]),
        )

    def _check_places_kept(self, counts, before):
        """Refuse to take away a place that entries were classed by (8.1)."""
        after = locate_places(self.env, before)
        for place, meaning in before.items():
            facility = self.browse(meaning[2] or ())
            if facility not in self or after[place] == meaning:
                continue
            location_id, picking_type_id, *_rest = place
            # sudo: only names
            location = self.env["stock.location"].sudo().browse(location_id)
            operation = self.env["stock.picking.type"].sudo().browse(picking_type_id)
            raise UserError(
                self.env._(
                    "Facility %(facility)s keeps its storage sites and operation "
                    "types: ledger entries (%(count)s) come from moves at "
                    "%(location)s, operation type %(operation)s, which would go to "
                    "%(after)s (8.1). "
                    "Archive the facility and make a new one for what moves from now "
                    "on.",
                    facility=facility.name,
                    count=counts[place],
                    location=location.complete_name,
                    operation=operation.display_name or self.env._("none"),
                    after=describe_place(self.env, after[place]),
                )
            )
