from odoo import fields, models

ROLES = [
    ("owner", "Owner"),
    ("beneficial_owner", "Beneficial Owner"),
    ("director", "Director or Manager"),
    ("signatory", "Authorised Signatory"),
]
DOCUMENTS = [
    ("register", "Extract from the Register"),
    ("passport", "Passport"),
    ("identity_card", "Identity Card"),
    ("driving_licence", "Driving Licence"),
    ("other", "Other Document"),
]


class AsiCocSupplierPrincipal(models.Model):
    """A person who owns, directs or acts for a scrap supplier (4.3a).

    Personal data: only officers and auditors read it.
    """

    _name = "asi.coc.supplier.principal"
    _description = "Principal of a Scrap Supplier"
    _inherit = ["asi.coc.evidence"]
    _order = "partner_id, role, name, id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        required=True,
        index=True,
        ondelete="cascade",
        help="Supplier of Recyclable Scrap Material.",
    )
    name = fields.Char(required=True, help="Name of the person as in the document.")
    role = fields.Selection(
        ROLES, required=True, default="director", help="What makes it a principal."
    )
    document = fields.Selection(
        DOCUMENTS, help="Document that the person was identified by (4.3a)."
    )
    document_number = fields.Char(help="Number of that document.")
    identified_on = fields.Date(help="Day on which the person was identified.")
    date_end = fields.Date(
        string="Valid Until",
        help="Last day of the document's validity; empty where it has none.",
    )

    def _is_identified(self, day):
        """Tell whether a document in force and its copy identify the person (4.3a)."""
        self.ensure_one()
        in_force = not self.date_end or day <= self.date_end
        return bool(self.document and self.evidence_ids and in_force)
