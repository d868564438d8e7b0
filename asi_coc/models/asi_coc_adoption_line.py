from odoo import fields, models

from .asi_coc_entry import REASONS


class AsiCocAdoptionLine(models.Model):
    """What an adoption would do: what the preview counted in done stock moves."""

    _name = "asi.coc.adoption.line"
    _description = "Preview of Adopting History"
    _log_access = False
    _order = "adoption_id, kind, move_count desc, id"

    adoption_id = fields.Many2one(
        "asi.coc.adoption",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="Adoption that was previewed.",
    )
    kind = fields.Selection(
        [
            ("product", "Product"),
            ("location", "Location"),
            ("unclassified", "Cannot Be Classed"),
            ("period", "Period"),
            ("ignored", "No CoC Material"),
            ("kept", "Ledger Kept"),
        ],
        required=True,
        readonly=True,
        help="What the row counts: moves of a product, at a location, that cannot be "
        "classed, in a period, or that are left out.",
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, ondelete="cascade", help="Product moved."
    )
    location_id = fields.Many2one(
        "stock.location",
        string="From",
        readonly=True,
        ondelete="cascade",
        help="Location the goods were in.",
    )
    location_dest_id = fields.Many2one(
        "stock.location",
        string="To",
        readonly=True,
        ondelete="cascade",
        help="Location the goods went to.",
    )
    facility_id = fields.Many2one(
        "asi.coc.facility",
        readonly=True,
        ondelete="cascade",
        help="Facility the location belongs to; empty where there is none.",
    )
    period_id = fields.Many2one(
        "asi.coc.period",
        readonly=True,
        ondelete="cascade",
        help="Material Accounting Period the moves are accounted in (8.2).",
    )
    late = fields.Boolean(
        readonly=True,
        help="Dated in a closed period: accounted in the first open one, with their "
        "own date (8.2).",
    )
    reason = fields.Selection(
        REASONS, readonly=True, help="Why the moves cannot be classed."
    )
    uom_id = fields.Many2one(
        "uom.uom",
        readonly=True,
        ondelete="cascade",
        help="Unit of measure of the quantity.",
    )
    move_count = fields.Integer(
        string="Moves", readonly=True, help="Number of done stock moves."
    )
    mass = fields.Float(
        string="Mass (t)",
        digits=(24, 6),
        readonly=True,
        help="Net mass moved, in tonnes.",
    )
    quantity = fields.Float(
        digits=(24, 6), readonly=True, help="Quantity moved, in its unit."
    )
    date_start = fields.Date(
        string="First", readonly=True, help="Day of the first of these moves."
    )
    date_end = fields.Date(
        string="Last", readonly=True, help="Day of the last of these moves."
    )

    _key = models.UniqueIndex(
        "(adoption_id, kind, COALESCE(product_id, 0), COALESCE(location_id, 0), "
        "COALESCE(location_dest_id, 0), COALESCE(facility_id, 0), "
        "COALESCE(period_id, 0), late, COALESCE(reason, ''), COALESCE(uom_id, 0))"
    )
