from odoo import fields, models

#: What a received document is checked for, per criterion.
CHECKS = [
    # 10.1: every field of 9.2
    ("date", "Date of issue (9.2a)"),
    ("number", "Reference number (9.2b)"),
    ("issuer", "Issuing entity (9.2c)"),
    ("issuer_address", "Address of the issuing entity (9.2c)"),
    ("issuer_certificate", "CoC Certification number of the issuing entity (9.2c)"),
    ("customer", "Receiving customer (9.2d)"),
    ("customer_address", "Address of the receiving customer (9.2d)"),
    ("customer_certificate", "Our CoC Certification number (9.2d)"),
    ("responsible", "Responsible employee (9.2e)"),
    ("conformance", "Statement of conformance (9.2f)"),
    ("material", "Type of CoC Material (9.2g)"),
    ("form", "Form of material"),
    ("unit", "Unit of measure (9.2h, 9.2i)"),
    ("coc_mass", "Mass of CoC Material (9.2h)"),
    ("total_mass", "Mass of total material (9.2i)"),
    # 10.2: agrees with what was received
    ("received", "Goods received"),
    ("date_agrees", "Date agrees"),
    ("issuer_agrees", "Issuing entity is the contact"),
    ("customer_agrees", "Addressed to us"),
    ("material_agrees", "Type agrees with the goods"),
    ("form_agrees", "Form agrees with the goods"),
    ("unit_agrees", "Unit agrees with the material"),
    ("coc_mass_agrees", "CoC mass agrees with the goods"),
    ("total_mass_agrees", "Total mass agrees with the goods"),
    ("once", "Number counts once"),
    # 10.3: the issuer's certification
    ("certificate_known", "Issuer's certificate is on file"),
    ("certificate_valid", "Certificate valid on the shipment date"),
    ("certificate_covers", "Certificate covers the material"),
    ("certificate_checked", "Certification checked with ASI"),
    ("source", "Certified source identified"),
    # 3.1a to 6.1a: our share of another entity's production
    ("legal_interest", "Within what is allocated under the legal interest"),
]


class AsiCocDocumentCheck(models.Model):
    _name = "asi.coc.document.check"
    _description = "Check of a Received CoC Document"
    _inherit = ["asi.coc.protected"]
    _order = "document_id, id"
    _coc_protected_fields = frozenset(
        {"document_id", "criterion", "code", "passed", "message"}
    )

    document_id = fields.Many2one(
        "asi.coc.document",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Received document that was checked.",
    )
    company_id = fields.Many2one(
        related="document_id.company_id", store=True, help="Entity of the scope."
    )
    criterion = fields.Selection(
        [
            ("10.1", "10.1 Complete"),
            ("10.2", "10.2 Agrees with the goods"),
            ("10.3", "10.3 Supplier's certification"),
            ("3.1a to 6.1a", "3.1a to 6.1a Legal interest"),
        ],
        required=True,
        readonly=True,
        help="Criterion that asks for the check.",
    )
    code = fields.Selection(
        CHECKS, string="Check", required=True, readonly=True, help="What is checked."
    )
    passed = fields.Boolean(
        readonly=True, help="Without all checks passed the mass stays Non-CoC (10.2)."
    )
    message = fields.Char(
        string="Finding",
        readonly=True,
        help="What the document says, what it should say, and what to do.",
    )
