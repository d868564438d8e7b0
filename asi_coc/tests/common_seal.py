"""Ledgers that are sealed, tampered with below every guard, and verified."""

import tempfile
from contextlib import contextmanager
from pathlib import Path

from odoo.sql_db import db_connect
from odoo.tests.common import get_db_name
from odoo.tools import SQL


class SealMixin:
    """Seals and verifies the scope's ledger as its job and its button do.

    Others are in the middle of their transactions when this one begins, as on a real
    server: the chain keeps looking for entries with lower numbers that commit later.
    """

    @classmethod
    def setUpClass(cls):
        begin = "SELECT pg_current_xact_id()"
        database = db_connect(get_db_name())
        under_way = database.cursor()
        cls.addClassCleanup(under_way.close)
        under_way.execute(begin)
        with database.cursor() as ended:
            ended.execute(begin)
        super().setUpClass()

    def seal(self):
        """Run the job that seals."""
        self.run_job("cron_seal_ledger")

    def run_job(self, name):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"asi_coc.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def count_triggers(self, name):
        """Return how often a job was asked to run soon."""
        job = self.env.ref(f"asi_coc.{name}")
        return self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)])

    def chain(self):
        """Return the scope's seals, first to last."""
        return self.env["asi.coc.seal"].search(
            [("scope_id", "=", self.scope.id)], order="number"
        )

    def verify_ledger(self, user=None):
        """Press *Verify the Ledger*; return the verification."""
        scope = self.scope.with_user(user) if user else self.scope
        action = scope.action_verify_ledger()
        return self.env[action["res_model"]].browse(action["res_id"])

    @contextmanager
    def below_the_guards(self):
        """Let SQL do what triggers and foreign keys refuse."""
        self.env.flush_all()
        for table, name in (
            ("seal", "entry_id"),
            ("seal", "closing_id"),
            ("entry", "closing_id"),
        ):
            self.env.cr.execute(
                SQL(
                    "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s",
                    SQL.identifier(f"asi_coc_{table}"),
                    SQL.identifier(f"asi_coc_{table}_{name}_fkey"),
                )
            )
        self.env.cr.execute("SET LOCAL asi_coc.migration = 'on'")
        yield self.env.cr.execute
        self.env.cr.execute("SET LOCAL asi_coc.migration = 'off'")
        self.env.invalidate_all()

    def tamper(self, statement, *values):
        """Run one statement below the guards."""
        with self.below_the_guards() as execute:
            execute(statement, values)
            self.assertTrue(self.env.cr.rowcount)

    def insert_copy(self, entry, entry_id, mass=None):
        """Insert a copy of an entry by SQL, with an id and a mass of its own."""
        entry.flush_recordset()
        columns = ", ".join(
            name
            for name, field in entry._fields.items()
            if field.store and field.column_type and name not in ("id", "mass")
        )
        self.tamper(
            f"INSERT INTO asi_coc_entry (id, mass, {columns})"
            f" SELECT %s, COALESCE(%s, mass), {columns} FROM asi_coc_entry"
            " WHERE id = %s",
            entry_id,
            mass,
            entry.id,
        )

    def found(self, verification=None):
        """Return ``(kind, number, field, as sealed, now)`` of what is found."""
        verification = verification or self.verify_ledger()
        return [
            (
                one.kind,
                one.number,
                one.field or "",
                one.expected or "",
                one.found or "",
            )
            for one in verification.finding_ids.sorted(lambda one: (one.number, one.id))
        ]

    def entry(self, picking, **values):
        """Return the only entry of a transfer with these values."""
        domain = [(name, "=", value) for name, value in values.items()]
        entry = self.env["asi.coc.entry"].search(
            [("picking_id", "=", picking.id), *domain]
        )
        self.assertEqual(len(entry), 1)
        return entry

    def export(self):
        """Export the scope's ledger to a new folder; return its path."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.env["asi.coc.seal"]._export_ledgers(self.scope, folder.name)
        return Path(folder.name)
