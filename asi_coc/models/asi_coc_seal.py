from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

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
        string="Refers To",
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
        """Hold seals, and closed figures, below the ORM too.

        A migration says so for its own transaction: ``SET LOCAL asi_coc.migration =
        'on'``.
        """
        self.env.cr.execute(
            SQL(
                """
                CREATE OR REPLACE FUNCTION asi_coc_refuse_seal_change()
                RETURNS trigger AS $$
                BEGIN
                    IF current_setting('asi_coc.migration', true) = 'on' THEN
                        IF TG_LEVEL = 'ROW' AND TG_OP = 'DELETE' THEN
                            RETURN OLD;
                        END IF;
                        RETURN NEW;
                    END IF;
                    RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = format(
                        'Sealed figures of the CoC ledger stay as they are: %%s of '
                        'table %%s is refused.', TG_OP, TG_TABLE_NAME);
                END;
                $$ LANGUAGE plpgsql;
                DROP TRIGGER IF EXISTS asi_coc_seal_append_only ON asi_coc_seal;
                CREATE TRIGGER asi_coc_seal_append_only
                    BEFORE UPDATE OR DELETE ON asi_coc_seal
                    FOR EACH ROW EXECUTE FUNCTION asi_coc_refuse_seal_change();
                DROP TRIGGER IF EXISTS asi_coc_seal_no_truncate ON asi_coc_seal;
                CREATE TRIGGER asi_coc_seal_no_truncate
                    BEFORE TRUNCATE ON asi_coc_seal
                    FOR EACH STATEMENT EXECUTE FUNCTION asi_coc_refuse_seal_change();
                DROP TRIGGER IF EXISTS asi_coc_closing_frozen ON asi_coc_closing;
                CREATE TRIGGER asi_coc_closing_frozen
                    BEFORE UPDATE OF period_id, version, figures, explanation,
                                     closed_by_id, closed_on
                        OR DELETE ON asi_coc_closing
                    FOR EACH ROW EXECUTE FUNCTION asi_coc_refuse_seal_change();
                """
            )
        )

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
