import tracemalloc

from odoo import Command
from odoo.tests import tagged

from ..models import (
    asi_coc_audit_pack_files,
    asi_coc_audit_pack_ledger,
    asi_coc_audit_pack_register,
)
from .common_audit_pack import PDF, AuditPackCase

MEGABYTE = 1 << 20


@tagged("post_install", "-at_install")
class TestAuditPackCosts(AuditPackCase):
    """However much there is, memory and queries stay the same."""

    def test_memory_stays_bounded(self):
        self.patch(asi_coc_audit_pack_ledger, "PART", 4 * MEGABYTE)
        large = self.env["ir.attachment"].create(
            {"name": "x.pdf", "raw": PDF * 4_000_000}
        )
        self.assertGreater(large.file_size, 60 * MEGABYTE)
        self.env["asi.coc.supplementary.statement"].create(
            {
                "name": "Policy",
                "text": "We have one.",
                "scope_id": self.scope.id,
                "evidence_ids": [Command.link(large.id)],
            }
        )
        pack = self.request_pack().sudo()
        self.env.invalidate_all()
        del large
        tracemalloc.start()
        try:
            self.run_job("cron_make_audit_pack")
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        self.assertEqual(pack.state, "done", pack.reason)
        self.assertGreater(pack.size, 60)
        self.assertEqual(len(pack._get_parts()), 17)
        self.assertLess(peak, 50 * MEGABYTE)

    def test_queries_do_not_grow_with_the_records(self):
        self.pack = self.request_pack().sudo()
        self.pack._begin()
        # What is asked once and kept.
        self.count_queries(1)
        few = self.count_queries(2)
        many = self.count_queries(30)
        self.assertEqual(many, few)
        self.assertLess(max(many), 25)

    def count_queries(self, number):
        """Add so many statements and errors; return the queries of three steps."""
        statements = self.env["asi.coc.supplementary.statement"].create(
            [
                {
                    "name": f"S{at}",
                    "text": "We have one.",
                    "scope_id": self.scope.id,
                    "evidence_ids": [
                        Command.create({"name": "x.pdf", "raw": PDF + bytes([at])})
                    ],
                }
                for at in range(number)
            ]
        )
        self.env["asi.coc.error"].create(
            [{"found": str(at), "scope_id": self.scope.id} for at in range(number)]
        )
        span = ["supplementary-statements", 1, max(statements.ids)]
        return [
            self.count_step(*step)
            for step in (
                ("registers", "supplementary-statements"),
                ("registers", "errors"),
                ("evidence", span),
            )
        ]

    def count_step(self, kind, key):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        getattr(self.pack, f"_write_{kind}")(key)
        return self.env.cr.sql_log_count - before

    def test_in_batches(self):
        self.live_a_year()
        whole = self.unpack(self.make_pack())
        self.patch(asi_coc_audit_pack_register, "BATCH", 1)
        self.patch(asi_coc_audit_pack_files, "STEP", 1)
        parts = self.unpack(self.make_pack())
        self.assertEqual(self.list_folder(whole), self.list_folder(parts))
        for name in ("documents", "facilities", "certificates", "balances"):
            self.assertEqual(
                self.read_register(whole, name), self.read_register(parts, name)
            )
