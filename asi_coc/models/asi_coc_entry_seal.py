from odoo import fields, models


class AsiCocEntry(models.Model):
    """What an entry said when it was posted, and its place on the scope's chain."""

    _inherit = "asi.coc.entry"

    content = fields.Text(
        readonly=True,
        prefetch=False,
        help="What the content hash is of: all business values, with the names of "
        "product, lot, partner and others as they were at the posting. Empty for "
        "entries of the time before; their seal keeps it.",
    )
    seal_number = fields.Integer(
        string="Sealed As Number",
        compute="_compute_seal_number",
        help="Place on the scope's hash chain; 0 until it is sealed, a few minutes "
        "after the posting.",
    )

    def _compute_seal_number(self):
        # sudo: only the number is shown
        seals = self.env["asi.coc.seal"].sudo()
        found = seals.search_fetch([("entry_id", "in", self.ids)], ["entry_id"])
        numbers = {seal.entry_id.id: seal.number for seal in found}
        for entry in self:
            entry.seal_number = numbers.get(entry.id, 0)
