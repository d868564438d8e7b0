from odoo import fields, models


class AsiCocTrainingTopic(models.Model):
    """What somebody has to be trained in, by role (1.5, 11.1c)."""

    _name = "asi.coc.training.topic"
    _description = "Training Topic"
    _order = "sequence, id"

    name = fields.Char(
        required=True, translate=True, help="What the training is about."
    )
    sequence = fields.Integer(default=10, help="Position in lists.")
    active = fields.Boolean(
        default=True, help="Archive a topic that nobody is trained in any more."
    )
    company_id = fields.Many2one(
        "res.company", help="Entity that trains in it; empty for every entity."
    )
    group_ids = fields.Many2many(
        "res.groups",
        string="Roles",
        help="Users of these groups need the training (1.5).",
    )
    criterion_ids = fields.Many2many(
        "asi.coc.criterion",
        string="Criteria",
        help="Criteria that the training is about.",
    )
    validity_months = fields.Integer(
        string="Valid (months)",
        default=24,
        required=True,
        help="A training counts for so many months unless its session says otherwise.",
    )
    is_claims = fields.Boolean(
        string="Claims Training",
        help="Who writes or approves a claim needs a valid training of this kind "
        "(11.1c).",
    )

    _validity_positive = models.Constraint(
        "CHECK (validity_months > 0)", "A training is valid for at least one month."
    )
