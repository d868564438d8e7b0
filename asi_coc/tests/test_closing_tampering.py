from odoo.tests import tagged

from .common import CocCase
from .common_seal import SealMixin


@tagged("post_install", "-at_install")
class TestTamperedClosing(SealMixin, CocCase):
    def setUp(self):
        super().setUp()
        self.receive(self.slab, 100, claimed=80)
        self.close(self.period)
        self.closing = self.period._get_closing()
        self.assertEqual(self.found(), [])

    def test_figure(self):
        self.tamper(
            "UPDATE asi_coc_closing SET figures = jsonb_set(figures,"
            " '{casthouse,coc_input}', '\"81.000000\"') WHERE id = %s",
            self.closing.id,
        )
        self.assertEqual(
            self.found(),
            [
                ("figures", 0, "Casthouse, CoC Input (t)", "81.000000", "80.000000"),
                (
                    "closing_changed",
                    6,
                    "Casthouse, CoC Input (t)",
                    "80.000000",
                    "81.000000",
                ),
            ],
        )

    def test_entry_of_a_closed_period(self):
        """The closed figure is not the sum of its entries any more."""
        self.tamper(
            "UPDATE asi_coc_entry SET mass = 79 WHERE flow = 'input'"
            " AND status = 'coc' AND scope_id = %s",
            self.scope.id,
        )
        self.assertIn(
            ("figures", 0, "Casthouse, CoC Input (t)", "80.000000", "79.000000"),
            self.found(),
        )

    def test_entry_posted_to_a_closed_period(self):
        """Whole, with its hash, and the running total to match."""
        entry = self.env["asi.coc.entry"].search(
            [("scope_id", "=", self.scope.id), ("mass", "=", 100)]
        )
        self.insert_copy(entry, entry.id + 1000)
        self.tamper(
            "UPDATE asi_coc_total SET mass = mass + 100 WHERE period_id = %s"
            " AND flow = 'input' AND status = 'non_coc'",
            self.period.id,
        )
        for number in (0, 7):
            # As it waits for its seal, and once it has one.
            finding = self.verify_ledger().finding_ids
            self.assertEqual(
                (finding.kind, finding.number, finding.entry_id.id),
                ("after_closing", number, entry.id + 1000),
            )
            self.assertEqual(finding.closing_id, self.closing)
            self.assertIn("input, non_coc, 100, Slab", finding.subject)
            self.seal()
        # A reopening lets entries in again, and takes back what was carried.
        self.closing._reopen("Receipt was missing")
        self.assertEqual(self.found(), [])

    def test_who_when_and_why(self):
        for assignment, field in (
            ("closed_on = closed_on + interval '1 day'", "Closed On"),
            ("explanation = 'All was well'", "Explanation"),
            ("version = 2", "Version"),
            ("closed_by_id = 2", "Closed By"),
        ):
            with self.subTest(assignment), self.env.cr.savepoint() as savepoint:
                self.tamper(
                    f"UPDATE asi_coc_closing SET {assignment} WHERE id = %s",
                    self.closing.id,
                )
                self.assertIn(
                    ("closing_changed", 6, field),
                    [finding[:3] for finding in self.found()],
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_state(self):
        """Whether a period is closed is its closing's to say, and no digit in SQL."""
        reopened = "UPDATE asi_coc_closing SET state = 'reopened' WHERE id = %s"
        opened = "UPDATE asi_coc_period SET state = 'open' WHERE id = %s"
        is_closed = ("closing_changed", 0, "State", "Closed", "Open")
        not_closed = ("closing_changed", 0, "State", "Open", "Closed")
        # What the close carried over was not taken back, as a reopening does.
        carried = [
            ("figures", 0, f"Casthouse, Positive Balance {name} (t)", "0.000000", mass)
            for name, mass in (
                ("Brought Forward", "80.000000"),
                ("Carried Over", "80.000000"),
            )
        ]
        for statements, expected in (
            ([(opened, self.period)], [is_closed]),
            ([(reopened, self.closing)], [not_closed, *carried]),
            ([(opened, self.period), (reopened, self.closing)], carried),
        ):
            with self.subTest(statements), self.env.cr.savepoint() as savepoint:
                for statement, record in statements:
                    self.tamper(statement, record.id)
                self.assertEqual(self.found(), expected)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_period_of_another_scope(self):
        other = self.scope.copy({"name": "Other"})
        self.tamper(
            "UPDATE asi_coc_period SET scope_id = %s WHERE id = %s",
            other.id,
            self.period.id,
        )
        self.assertIn(
            ("closing_changed", 6, "Scope", "Melt & Roll", "Other"), self.found()
        )

    def test_reopening(self):
        self.closing._reopen("Receipt was missing")
        self.assertEqual(self.found(), [])
        self.tamper(
            "UPDATE asi_coc_closing SET reopen_reason = 'None' WHERE id = %s",
            self.closing.id,
        )
        self.assertEqual(
            self.found(),
            [("closing_changed", 9, "Reopen Reason", "Receipt was missing", "None")],
        )

    def test_deleted(self):
        self.tamper("DELETE FROM asi_coc_closing WHERE id = %s", self.closing.id)
        self.assertIn(("closing_missing", 6), [one[:2] for one in self.found()])

    def test_content_of_its_seal(self):
        self.tamper(
            "UPDATE asi_coc_seal SET content = replace(content, '80', '81')"
            " WHERE closing_id = %s",
            self.closing.id,
        )
        (finding,) = self.found()
        self.assertEqual(finding[:3], ("closing_changed", 6, "Content of the seal"))

    def test_nonsense(self):
        """Nothing that is there keeps the verification from ending."""
        for figures in ("1", "[]", '"x"', '{"casthouse": 1}', '{"x": {"y": "z"}}'):
            with self.subTest(figures), self.env.cr.savepoint() as savepoint:
                self.tamper(
                    "UPDATE asi_coc_closing SET figures = %s WHERE id = %s",
                    figures,
                    self.closing.id,
                )
                self.assertIn(("closing_changed", 6), [one[:2] for one in self.found()])
                savepoint.rollback()
                self.env.invalidate_all()

    def test_seal_with_content_that_is_none(self):
        for content in ("", "[]", "1", "{", "x"):
            with self.subTest(content), self.env.cr.savepoint() as savepoint:
                self.tamper(
                    "UPDATE asi_coc_seal SET content = %s, item_hash ="
                    " encode(sha256(%s), 'hex') WHERE closing_id = %s",
                    content,
                    content.encode(),
                    self.closing.id,
                )
                self.assertEqual(
                    {one[:2] for one in self.found()},
                    {("chain", 6), ("closing_changed", 6)},
                )
                savepoint.rollback()
                self.env.invalidate_all()
