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
                ("figures", 0, "casthouse, coc_input", "81.000000", "80.000000"),
                (
                    "closing_changed",
                    6,
                    "figures, casthouse, coc_input",
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
            ("figures", 0, "casthouse, coc_input", "80.000000", "79.000000"),
            self.found(),
        )

    def test_who_when_and_why(self):
        for assignment, field in (
            ("closed_on = closed_on + interval '1 day'", "on"),
            ("explanation = 'All was well'", "explanation"),
            ("version = 2", "version"),
            ("closed_by_id = 2", "records"),
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

    def test_reopening(self):
        self.closing._reopen("Receipt was missing")
        self.assertEqual(self.found(), [])
        self.tamper(
            "UPDATE asi_coc_closing SET reopen_reason = 'None' WHERE id = %s",
            self.closing.id,
        )
        self.assertEqual(
            self.found(),
            [("closing_changed", 9, "reason", "Receipt was missing", "None")],
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
