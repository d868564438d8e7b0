from odoo import fields, models
from odoo.tools import SQL

from ..core.verify_ledger import START


class AsiCocSealHead(models.Model):
    """Where each scope's chain ends. Its row is the lock of whoever seals.

    An entry may commit after one with a higher id was sealed. So the ids that are
    done with, all of them sealed, are told by what PostgreSQL knows of transactions
    under way: those up to ``waiting_id`` are once nothing is under way any more that
    was when ``waiting_id`` was the highest. Whoever posts has locked the period
    before, so PostgreSQL knows of it before the entry gets its id.
    """

    _name = "asi.coc.seal.head"
    _description = "Head of a CoC Ledger's Hash Chain"
    _log_access = False
    _rec_name = "scope_id"

    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="CoC Certification Scope of the chain.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="Entity of the scope.",
    )
    number = fields.Integer(
        required=True, readonly=True, help="Number of the last seal; 0 for none."
    )
    hash = fields.Char(
        required=True, readonly=True, help="Hash of the last seal; zeros for none."
    )
    last_id = fields.Integer(
        required=True,
        readonly=True,
        help="Highest database id of an entry that is sealed.",
    )
    sealed_id = fields.Integer(
        required=True,
        readonly=True,
        help="All entries up to this database id are sealed.",
    )
    waiting_id = fields.Integer(
        required=True,
        readonly=True,
        help="So will be those up to this one, once transactions that may still "
        "write one have ended.",
    )
    waiting_for = fields.Char(
        readonly=True,
        help="Transaction before which all must have ended for that.",
    )

    _scope_unique = models.UniqueIndex("(scope_id)")

    def _take(self, scope):
        """Take the chain of ``scope`` until the transaction ends.

        Returns a dict of the head's columns and ``settled`` (whether all entries up
        to ``waiting_id`` can be seen), or None when somebody else is sealing.
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO asi_coc_seal_head (
                    scope_id, company_id, number, hash, last_id, sealed_id, waiting_id
                )
                SELECT %(scope)s, %(company)s, COALESCE(last.number, 0),
                       COALESCE(last.hash, %(start)s), 0, 0, 0
                  FROM (SELECT) AS one
                  -- whoever took the head away must not stop the sealing
             LEFT JOIN (
                       SELECT number, hash FROM asi_coc_seal
                        WHERE scope_id = %(scope)s
                     ORDER BY number DESC
                        LIMIT 1
                       ) AS last ON TRUE
                 -- or it would wait for who has the row
                 WHERE NOT EXISTS (
                       SELECT FROM asi_coc_seal_head WHERE scope_id = %(scope)s)
                    ON CONFLICT DO NOTHING
                """,
                scope=scope.id,
                company=scope.company_id.id,
                start=START,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                SELECT *,
                       pg_snapshot_xmax(pg_current_snapshot())::text AS now,
                       -- a backup put back elsewhere counts from another number
                       waiting_for::xid8 > pg_snapshot_xmax(pg_current_snapshot())
                           AS is_strange,
                       waiting_for::xid8 <= pg_snapshot_xmin(pg_current_snapshot())
                           AS settled
                  FROM asi_coc_seal_head
                 WHERE scope_id = %s
                   FOR UPDATE SKIP LOCKED
                """,
                scope.id,
            )
        )
        return self.env.cr.dictfetchone()

    def _move(self, head, values):
        """Set the head that was taken to ``values``."""
        changed = {name: value for name, value in values.items() if value != head[name]}
        if changed:
            self.env.cr.execute(
                SQL(
                    "UPDATE asi_coc_seal_head SET %s WHERE id = %s",
                    SQL(", ").join(
                        SQL("%s = %s", SQL.identifier(name), value)
                        for name, value in changed.items()
                    ),
                    head["id"],
                )
            )
            self.invalidate_model()
