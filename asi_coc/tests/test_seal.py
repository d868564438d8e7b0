import hashlib

from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..core.verify_ledger import START, seal_hash
from .common import CocCase, UserCase
from .common_seal import SealMixin


@tagged("post_install", "-at_install")
class TestContent(SealMixin, CocCase):
    """What an entry's hash is of is kept with it, in words an auditor reads."""

    def test_content_tells_business_values(self):
        self.slab.default_code = "SL"
        receipt = self.receive(self.slab, 10.5, claimed=10)
        self.assertEqual(
            self.entry(receipt, status="coc").content.split("\n"),
            [
                "2",
                "Melt & Roll",
                "Melt & Roll",
                "2025-01-01/2025-12-31",
                "2025-03-10",
                "",
                "input",
                "coc",
                "",
                "casthouse",
                "",
                "Casthouse",
                "aluminium",
                "",
                "",
                "SL",
                "Slab",
                "",
                "10",
                self.entry(receipt, status="coc").mass_basis,
                "0.000001",
                "10",
                "Ton",
                "0",
                receipt.name,
                "Acme Alumina",
                "ACME-1",
                "",
                "",
                "",
                "",
                "",
            ],
        )
        for one in self.env["asi.coc.entry"].search([("picking_id", "=", receipt.id)]):
            self.assertEqual(
                one.content_hash, hashlib.sha256(one.content.encode()).hexdigest()
            )

    def test_a_correction_names_what_it_corrects(self):
        receipt = self.receive(self.slab, 10)
        first = self.entry(receipt)
        receipt.move_line_ids.quantity = 11
        correction = self.entry(receipt, mass=1)
        self.assertEqual(correction.content.split("\n")[-2], first.content_hash)

    def test_names_of_many_lines_stay_on_one(self):
        self.slab.name = "Slab\nof two lines \\n"
        entry = self.entry(self.receive(self.slab, 10))
        self.assertIn("Slab\\nof two lines \\\\n", entry.content.split("\n"))


@tagged("post_install", "-at_install")
class TestSealing(SealMixin, CocCase):
    """The chain: without a gap, in order, once each, and never while posting."""

    def test_entries_are_sealed_in_order(self):
        self.receive(self.slab, 10, claimed=10)
        self.assertFalse(self.chain())
        self.seal()
        entries = self.env["asi.coc.entry"].search(
            [("scope_id", "=", self.scope.id)], order="id"
        )
        self.assertEqual(self.chain().mapped("number"), [1, 2, 3])
        self.assertEqual(self.chain().entry_id.sorted("id"), entries)
        self.assertEqual(entries.mapped("seal_number"), [1, 2, 3])
        previous = START
        for seal in self.chain():
            self.assertEqual(seal.item_hash, seal.entry_id.content_hash)
            self.assertEqual(
                seal.hash,
                seal_hash(
                    seal.number,
                    previous,
                    "entry",
                    "2025-03-10 12:00:00",
                    seal.item_hash,
                ),
            )
            previous = seal.hash
        self.seal()
        self.assertEqual(len(self.chain()), 3)
        self.receive(self.slab, 1)
        self.seal()
        self.assertEqual(self.chain().mapped("number"), [1, 2, 3, 4])

    def test_an_entry_with_a_lower_id_is_sealed_later(self):
        """It committed after one with a higher id was sealed."""
        self.env.cr.execute("SELECT nextval('asi_coc_entry_id_seq')")
        low_id = self.env.cr.fetchone()[0]
        early = self.entry(self.receive(self.slab, 2))
        self.seal()
        self.assertEqual(self.chain().entry_id, early)
        self.insert_copy(early, low_id)
        self.seal()
        self.assertGreater(early.id, low_id)
        self.assertEqual(
            [seal.entry_id.id for seal in self.chain()], [early.id, low_id]
        )

    def test_ids_are_done_with_when_all_who_might_have_one_ended(self):
        def settle(**state):
            state = {"now": "900", "is_strange": False, "settled": None, **state}
            self.env["asi.coc.seal"]._settle(state)
            return state["sealed_id"], state["waiting_id"], state["waiting_for"]

        start = {"last_id": 7, "sealed_id": 0, "waiting_id": 0, "waiting_for": None}
        self.assertEqual(settle(**start), (0, 7, "900"))
        waiting = {"last_id": 9, "sealed_id": 0, "waiting_id": 7, "waiting_for": "900"}
        self.assertEqual(settle(**waiting, settled=False), (0, 7, "900"))
        self.assertEqual(settle(**waiting, settled=True, now="950"), (7, 9, "950"))
        # After a backup was put back elsewhere, waiting starts again.
        self.assertEqual(
            settle(**waiting, settled=False, is_strange=True, now="3"), (0, 9, "3")
        )
        done = {"last_id": 9, "sealed_id": 7, "waiting_id": 9, "waiting_for": "950"}
        self.assertEqual(settle(**done, settled=True), (9, 9, None))
        idle = {"last_id": 9, "sealed_id": 9, "waiting_id": 9, "waiting_for": None}
        self.assertEqual(settle(**idle), (9, 9, None))

    def test_close_and_reopening_are_sealed_at_once(self):
        self.receive(self.slab, 100, claimed=80)
        self.close(self.period)
        closing = self.period._get_closing()
        *entries, last = self.chain()
        self.assertEqual({seal.kind for seal in entries}, {"entry"})
        # 3 of the receipt, 2 carried over.
        self.assertEqual((last.number, last.kind), (6, "closing"))
        self.assertEqual(last.closing_id, closing)
        self.assertIn('"coc_input": "80.000000"', last.content)
        closing._reopen("Receipt was missing")
        *_earlier, first, second, reopened = self.chain()
        self.assertEqual(
            (first.entry_id.mass, second.entry_id.mass, reopened.kind),
            (-80, -80, "reopening"),
        )
        self.assertIn('"reason": "Receipt was missing"', reopened.content)
        self.close(self.period)
        self.assertEqual(
            [seal.kind for seal in self.chain() if seal.kind != "entry"],
            ["closing", "reopening", "closing"],
        )
        self.assertEqual(self.found(), [])

    def test_posting_seals_nothing_and_costs_no_more_queries(self):
        """What was posted in one statement still is."""
        self.receive(self.slab, 10)
        self.seal()
        counts = []
        for lines in (1, 8):
            picking = self.plan(
                "in",
                self.env.ref("stock.stock_location_suppliers"),
                self.casthouse_place,
                [{"product": self.slab, "quantity": 1} for _line in range(lines)],
                self.supplier,
            )
            self.validate(picking)
            moves = picking.move_ids
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["asi.coc.entry"]._post_moves(moves)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts, [2, 2])
        self.assertEqual(len(self.chain()), 1)

    def test_sealing_costs_the_same_for_many(self):
        counts = []
        for lines in (1, 12):
            for _line in range(lines):
                self.receive(self.slab, 1)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["asi.coc.seal"]._seal(self.scope, 100)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_a_scope_that_cannot_be_sealed_holds_up_no_other(self):
        """Its head was put back with SQL: the next number is taken."""
        self.receive(self.slab, 10)
        self.receive(self.slab, 20)
        self.seal()
        self.tamper(
            "UPDATE asi_coc_seal_head SET number = 1 WHERE scope_id = %s",
            self.scope.id,
        )
        entry = self.entry(self.receive(self.slab, 30))
        other = self.scope.copy({"name": "Other", "state": "active"})
        self.insert_copy(entry, entry.id + 1000)
        self.tamper(
            "UPDATE asi_coc_entry SET scope_id = %s WHERE id = %s",
            other.id,
            entry.id + 1000,
        )
        with mute_logger("odoo.sql_db", "odoo.addons.asi_coc.models"):
            self.seal()
        self.assertEqual(len(self.chain()), 2)
        seals = self.env["asi.coc.seal"]
        self.assertEqual(seals.search_count([("scope_id", "=", other.id)]), 1)

    def test_a_close_leaves_a_long_chain_to_the_job(self):
        self.patch(type(self.env["asi.coc.seal"]), "_seal", lambda *arguments: None)
        self.receive(self.slab, 10)
        before = self.count_triggers("cron_seal_ledger")
        self.close(self.period)
        self.assertEqual(self.count_triggers("cron_seal_ledger"), before + 1)
        self.assertEqual(self.period.state, "closed")


@tagged("post_install", "-at_install")
class TestSealGuards(SealMixin, UserCase):
    """Nobody writes the chain, nor closed figures, by RPC or by SQL."""

    def test_nobody_touches_seals(self):
        self.receive(self.slab, 10)
        self.seal()
        seal = self.chain()
        for change in (
            lambda: seal.write({"hash": "x"}),
            lambda: seal.unlink(),
            lambda: seal.create({"number": 2}),
        ):
            with self.refused(UserError, "hash chain", "(8.1)"):
                change()

    @mute_logger("odoo.sql_db")
    def test_nobody_touches_seals_and_closed_figures_by_sql(self):
        self.receive(self.slab, 10)
        self.close(self.period)
        closing = self.period._get_closing()
        number = self.chain()[0].id
        for statement, *fragments in (
            ("UPDATE asi_coc_seal SET hash = 'x'", f"UPDATE of seal {number}"),
            ("DELETE FROM asi_coc_seal", f"DELETE of seal {number}"),
            ("TRUNCATE asi_coc_seal CASCADE", "TRUNCATE of table asi_coc_seal"),
            ("UPDATE asi_coc_closing SET figures = '{}'", f"closing {closing.id}"),
            ("UPDATE asi_coc_closing SET explained_by_id = 1", "reopening keeps"),
            ("DELETE FROM asi_coc_closing", f"DELETE of closing {closing.id}"),
            ("TRUNCATE asi_coc_closing CASCADE", "TRUNCATE of table"),
        ):
            with self.refused(CheckViolation, "stay as they are", *fragments):
                self.env.cr.execute(statement)

    @mute_logger("odoo.sql_db")
    def test_a_reopening_stays_as_it_is(self):
        self.receive(self.slab, 10)
        self.close(self.period)
        closing = self.period._get_closing()
        closing._reopen("Receipt was missing")
        self.env.flush_all()
        for assignment in ("state = 'valid'", "reopen_reason = 'None'"):
            with self.refused(CheckViolation, f"closing {closing.id}", "as they are"):
                self.env.cr.execute(f"UPDATE asi_coc_closing SET {assignment}")

    def test_verifications_stay_on_file(self):
        verification = self.verify_ledger()
        with self.refused(UserError, "stay on file", "Melt & Roll"):
            verification.unlink()
