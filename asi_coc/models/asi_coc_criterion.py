from odoo import api, fields, models

#: Sections of the ASI Chain of Custody Standard V2.
SECTIONS = [
    ("1", "1. Management System and Responsibilities"),
    ("2", "2. Outsourcing Contractors"),
    (
        "3",
        "3. Primary Aluminium: Criteria for ASI Bauxite, ASI Alumina and ASI Aluminium",
    ),
    ("4", "4. Recycled Aluminium: Criteria for Eligible Scrap"),
    ("5", "5. Casthouses: Criteria for ASI Aluminium"),
    ("6", "6. Post-Casthouse: Criteria for ASI Aluminium"),
    (
        "7",
        "7. Due Diligence for Non-CoC Material, CoC Material Acquired through a "
        "Trader and Recyclable Scrap Material",
    ),
    ("8", "8. Material Accounting System: CoC Material and ASI Aluminium"),
    ("9", "9. Issuing CoC Documents"),
    ("10", "10. Receiving CoC Documents"),
    ("11", "11. Claims and Communications"),
]


class AsiCocCriterion(models.Model):
    """The 85 criteria of the standard, which findings and readiness refer to."""

    _name = "asi.coc.criterion"
    _description = "Criterion of the Chain of Custody Standard"
    _order = "sequence, id"
    _rec_names_search = ["code", "name"]

    code = fields.Char(
        required=True,
        readonly=True,
        help="Number of the criterion in the ASI Chain of Custody Standard V2.",
    )
    name = fields.Char(
        required=True,
        readonly=True,
        translate=True,
        help="What the criterion is about, as audit reports name it.",
    )
    section = fields.Selection(
        SECTIONS, required=True, readonly=True, help="Section of the standard."
    )
    sequence = fields.Integer(
        required=True, readonly=True, help="Position in the standard."
    )
    activity_id = fields.Many2one(
        "asi.coc.activity",
        readonly=True,
        ondelete="restrict",
        help="Supply chain activity the criterion applies to; empty for all six.",
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "There is one record per criterion of the standard."
    )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for criterion in self:
            criterion.display_name = f"{criterion.code} {criterion.name}"
