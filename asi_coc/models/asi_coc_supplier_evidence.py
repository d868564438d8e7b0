from odoo import fields, models


class AsiCocSupplierEvidence(models.Model):
    """Files that show who a scrap supplier is, for as long as they are valid (4.3a)."""

    _name = "asi.coc.supplier.evidence"
    _description = "Evidence of a Scrap Supplier's Identity"
    _inherit = ["asi.coc.evidence"]
    _order = "partner_id, date_end desc, id desc"

    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        required=True,
        index=True,
        ondelete="cascade",
        help="Supplier of Recyclable Scrap Material.",
    )
    name = fields.Char(
        required=True, help="What the files are, for example an extract of a register."
    )
    date_start = fields.Date(
        string="Issued On", help="Day on which the document was issued."
    )
    date_end = fields.Date(
        string="Valid Until",
        help="Last day on which the document may be relied on; empty where it has no "
        "end.",
    )

    _dates_ordered = models.Constraint(
        "CHECK (date_end >= date_start)",
        "Evidence cannot end before it was issued.",
    )

    def _is_valid(self, day):
        """Tell whether there are files, and they may be relied on (4.3a)."""
        self.ensure_one()
        return bool(self.evidence_ids and (not self.date_end or day <= self.date_end))
