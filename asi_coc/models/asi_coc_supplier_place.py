from odoo import fields, models

OPERATIONS = [
    ("yard", "Collection or Scrap Yard"),
    ("sorting", "Sorting"),
    ("dismantling", "Dismantling or Shredding"),
    ("dross", "Treatment of Dross"),
    ("manufacturing", "Manufacturing that Generates Scrap"),
    ("office", "Office Only"),
    ("other", "Other"),
]


class AsiCocSupplierPlace(models.Model):
    """Where a scrap supplier works, and what it does there (4.3a)."""

    _name = "asi.coc.supplier.place"
    _description = "Place of Operation of a Scrap Supplier"
    _order = "partner_id, name, id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        required=True,
        index=True,
        ondelete="cascade",
        help="Supplier of Recyclable Scrap Material.",
    )
    name = fields.Char(required=True, help="Name of the place, as the supplier has it.")
    street = fields.Char(help="Street and number.")
    zip = fields.Char(string="ZIP", help="Postal code.")
    city = fields.Char(help="City or municipality.")
    country_id = fields.Many2one("res.country", help="Country of the place.")
    operation = fields.Selection(
        OPERATIONS, help="What is done at the place with the scrap."
    )
    note = fields.Char(help="What else is to know, for example a permit.")

    def _is_complete(self):
        """Tell whether address and operation are known (4.3a)."""
        self.ensure_one()
        return bool(self.street and self.city and self.country_id and self.operation)
