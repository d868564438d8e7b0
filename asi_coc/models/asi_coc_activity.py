from odoo import fields, models

MATERIALS = [
    ("bauxite", "Bauxite"),
    ("alumina", "Alumina"),
    ("aluminium", "Aluminium"),
    ("scrap", "Scrap"),
]


class AsiCocActivity(models.Model):
    _name = "asi.coc.activity"
    _description = "Supply Chain Activity"
    _order = "sequence, id"

    name = fields.Char(
        required=True,
        translate=True,
        help="Supply chain activity as the ASI Chain of Custody Standard names it.",
    )
    code = fields.Selection(
        [
            ("bauxite_mining", "Bauxite Mining"),
            ("alumina_refining", "Alumina Refining"),
            ("smelting", "Aluminium Smelting"),
            ("remelting_refining", "Aluminium Re-melting/Refining"),
            ("casthouse", "Casthouse"),
            ("post_casthouse", "Post-Casthouse"),
        ],
        required=True,
        readonly=True,
        help="Technical key of the activity; the order of balances follows it, "
        "upstream first.",
    )
    sequence = fields.Integer(
        required=True, help="Position in the supply chain, upstream first."
    )
    input_material = fields.Selection(
        MATERIALS,
        required=True,
        readonly=True,
        help="Material this activity takes in. Only flows of this material enter "
        "its inflow percentage (8.3).",
    )
    output_material = fields.Selection(
        MATERIALS,
        required=True,
        readonly=True,
        help="Material this activity puts out. Only flows of this material enter "
        "its total outflow (8.4).",
    )

    _code_unique = models.Constraint(
        "UNIQUE (code)", "There is one record per supply chain activity."
    )
