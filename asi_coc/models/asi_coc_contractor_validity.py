from odoo import fields, models


class AsiCocContractorValidity(models.Model):
    """From when until when material at a contractor's is CoC Material (2.2).

    Written when an assessment is accepted, and cut short when the acceptance is
    withdrawn or the contractor leaves; what has passed never changes, so neither
    does what the ledger said of it.
    """

    _name = "asi.coc.contractor.validity"
    _description = "Validity of a Contractor's Assessment"
    _inherit = ["asi.coc.protected"]
    _order = "date_start desc, id desc"

    contractor_id = fields.Many2one(
        "asi.coc.contractor",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Contractor whose sites are inside the scope.",
    )
    company_id = fields.Many2one(
        related="contractor_id.company_id",
        store=True,
        precompute=True,
        help="Entity of the scope.",
    )
    assessment_id = fields.Many2one(
        "asi.coc.contractor.assessment",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        help="Accepted risk assessment (2.2c).",
    )
    date_start = fields.Datetime(
        string="From",
        required=True,
        readonly=True,
        help="Moment of the acceptance; moves after it count.",
    )
    date_end = fields.Datetime(
        string="Until",
        required=True,
        readonly=True,
        help="Last moment for which moves count.",
    )
