from odoo import fields, models


class AsiCocAdoptionBatch(models.Model):
    """A batch of moves that is done with: an adoption goes on after the last one.

    Kept apart from the adoption itself, so that whoever interrupts it does not
    wait for the batch under way.
    """

    _name = "asi.coc.adoption.batch"
    _description = "Batch of Adopted History"
    _order = "adoption_id, last_move_id"

    adoption_id = fields.Many2one(
        "asi.coc.adoption",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="Adoption the batch belongs to.",
    )
    is_preview = fields.Boolean(
        readonly=True, help="Looked at for the preview; nothing was posted."
    )
    previous_move_id = fields.Integer(
        readonly=True, help="Number of the stock move after which the batch begins."
    )
    last_move_id = fields.Integer(
        readonly=True, help="Number of the last stock move of the batch."
    )
    move_count = fields.Integer(
        string="Moves", readonly=True, help="Done stock moves looked at."
    )
    entry_count = fields.Integer(
        string="Entries", readonly=True, help="Ledger entries posted."
    )
    unclassified_count = fields.Integer(
        string="Unclassified",
        readonly=True,
        help="Entries among them that cannot be classed yet.",
    )
    first_entry_id = fields.Integer(
        string="First Entry", readonly=True, help="Number of the first entry posted."
    )
    last_entry_id = fields.Integer(
        string="Last Entry", readonly=True, help="Number of the last entry posted."
    )

    # Two at the same moment cannot both do the same batch.
    _position = models.UniqueIndex("(adoption_id, is_preview, previous_move_id)")
