from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .append_only import refuse_changes

KINDS = [
    ("entry", "Ledger Entry"),
    ("closing", "Closing"),
    ("reopening", "Reopening"),
]


class AsiCocSeal(models.Model):
    """The hash chain of each scope: items in the order in which they were sealed."""

    _name = "asi.coc.seal"
    _description = "Seal of the CoC Ledger"
    _log_access = False
    _order = "scope_id, number desc"
    _rec_name = "number"

    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="CoC Certification Scope whose chain this is.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Entity of the scope.",
    )
    number = fields.Integer(
        required=True, readonly=True, help="Counts the seals of a scope without a gap."
    )
    kind = fields.Selection(
        KINDS, required=True, readonly=True, help="What was sealed."
    )
    entry_id = fields.Many2one(
        "asi.coc.entry",
        readonly=True,
        ondelete="restrict",
        help="Ledger entry that was sealed.",
    )
    closing_id = fields.Many2one(
        "asi.coc.closing",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="Closing that was sealed, or whose reopening was.",
    )
    version = fields.Char(
        required=True, readonly=True, help="Version of content and chain."
    )
    sealed_on = fields.Datetime(
        required=True, readonly=True, help="When the item was sealed."
    )
    content = fields.Text(
        readonly=True,
        prefetch=False,
        help="What was sealed, where the item does not keep it itself.",
    )
    item_hash = fields.Char(
        required=True, readonly=True, help="SHA-256 of the item's content."
    )
    hash = fields.Char(
        required=True,
        readonly=True,
        help="SHA-256 of version, number, hash of the seal before, kind, moment and "
        "the item's hash.",
    )
    refers_to = fields.Char(
        readonly=True,
        help="Database ids of the records the entry refers to. They are no part of "
        "the chain; the verification in the application compares them.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        readonly=True,
        ondelete="restrict",
        help="Contact of the entry; follows when contacts are merged.",
    )

    _number_unique = models.UniqueIndex("(scope_id, number)")
    _entry_unique = models.UniqueIndex("(entry_id) WHERE entry_id IS NOT NULL")

    def init(self):
        """Hold the chain below the ORM too."""
        # What versions up to 19.0.1.4.0 held seals and closings with.
        self.env.cr.execute(
            SQL("DROP FUNCTION IF EXISTS asi_coc_refuse_seal_change() CASCADE")
        )
        refuse_changes(self.env, self._table, "seal", "Seals stay as they are.")

    # -- append-only, above the ORM -------------------------------------------
    # pylint: disable=method-required-super,no-raise-unlink
    @api.model_create_multi
    def create(self, vals_list):
        raise UserError(self._get_refusal())

    def write(self, vals):
        raise UserError(self._get_refusal())

    def unlink(self):
        raise UserError(self._get_refusal())

    def _get_refusal(self):
        return self.env._(
            "The hash chain of the CoC ledger is written by the system only: entries "
            "and closings are sealed in order, and seals stay as they are (8.1)."
        )
