import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from odoo.tests import TransactionCase, tagged

from ..demo.large import output, plan, year

DAYS = 10
# The first ten days of the plan, worked out by hand.
#
# Alumina: 3 trains in 2 days, 3 · 25,200 = 75,600, of it CoC 30,240; used
# 10 · 3,600; 40 missing; left 39,560.
# Smelting: entitlement 0.52 · 30,240 = 15,724.8. Out 10 · 1,872 = 18,720; share limit
# 40 % of it, 7,488. Intra-entity CoC 40 % · 10,400 = 4,160. CoC output on days 1, 4
# and 8: 3 · 416 = 1,248. Carried 15,724.8 − 5,408 = 10,316.8.
# Casthouse: 10,296 of ingot from 10,400; what day 4 left as returns day 8 remelted.
# Entitlement 0.99 · 4,160 = 4,118.4. Out 9 · 1,000; share limit 3,600. CoC output 300
# on days 2 and 9, 700 on days 3, 5 and 6: 2,700. Carried 1,418.4.
# Ingot left: 10,296 + 0.5 − 9,000 = 1,296.5.
BALANCES = {
    "Aluminium Smelting": (
        *(40, 0.52, 15_724.8, 18_720, 7_488),
        *(4_160, 1_248, 10_316.8),
    ),
    "Casthouse": (40, 0.99, 4_118.4, 9_000, 3_600, 0, 2_700, 1_418.4),
}
# Opening, in, produced, gained, consumed, out, lost, closing, difference.
RECONCILIATION = {
    "Smelter Grade Alumina": (0, 75_600, 0, 0, 36_000, 0, 40, 39_560, 0),
    "Liquid Aluminium": (0, 0, 18_720, 0, 10_400, 8_320, 0, 0, 0),
    "Aluminium Ingot Al99.70": (0, 0, 10_296, 0.5, 0, 9_000, 0, 1_296.5, 0),
    "Casthouse Returns": (0, 0, 0.52, 0, 0.52, 0, 0, 0, 0),
}
OPERATIONS = {
    "Purchase orders": 4,
    "Receipts": 4,
    # 36 tapping batches and 10 casts a day, a lot each
    "Manufacturing orders": 460,
    "Lots": 460,
    "Internal transfers": 20,
    # 2 of liquid metal a day, 2 of ingot from the second day on
    "Sales orders": 38,
    "Deliveries": 38,
    "Inventory adjustments": 2,
    "CoC Documents issued": 8,
    "CoC Documents verified": 2,
}


@tagged("post_install", "-at_install")
class TestDemoLarge(TransactionCase):
    """Ten days at the works give the figures worked out by hand, and no difference."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = Path(folder.name)
        # Every shipment makes a check of the certificate due, as each tenth one does
        # without this (10.3).
        cls.env["ir.default"].set("asi.coc.scope", "certificate_check_shipments", 1)
        # The test rolls everything back, so nothing may be committed.
        cls.year = year.live(cls.env, folder.name, DAYS, commit=lambda: None)

    def _assert_figures(self, found, expected):
        self.assertEqual(found.keys(), expected.keys())
        for label, figures in expected.items():
            self.assertEqual(
                [round(figure, 6) for figure in found[label]], list(figures), label
            )

    def test_balances(self):
        self.assertEqual(self.year.period.state, "closed")
        self._assert_figures(output.read_balances(self.year), BALANCES)

    def test_reconciliation(self):
        self._assert_figures(output.read_reconciliation(self.year), RECONCILIATION)

    def test_no_differences(self):
        self.assertEqual(set(output.count_differences(self.year).values()), {0})

    def test_operations(self):
        counts = output.count_operations(self.year)
        self.assertEqual({label: counts[label] for label in OPERATIONS}, OPERATIONS)

    def test_lots(self):
        """An ingot of a delivery leads back to its cast and tapping batch (5.2)."""
        cast = self.env["mrp.production"].search(
            [("lot_producing_ids.name", "=", "CH2-250105-03")]
        )
        batches = cast.move_raw_ids.move_line_ids.lot_id
        self.assertEqual(
            sorted(batches.mapped("name")), ["L330-250105-05", "L330-250105-06"]
        )
        tapping = self.env["mrp.production"].search(
            [("lot_producing_ids", "in", batches.ids)]
        )
        self.assertEqual(tapping.move_raw_ids.mapped("quantity"), [99.5, 99.5])
        lines = self.env["stock.move.line"].search(
            [
                ("lot_id", "=", cast.lot_producing_ids.id),
                ("picking_code", "=", "outgoing"),
            ]
        )
        self.assertEqual(lines.picking_id.partner_id.name, "Lanzhou Plate")
        self.assertEqual(sum(lines.mapped("quantity")), plan.CAST)

    def test_files(self):
        names = sorted(path.suffix for path in self.folder.iterdir())
        self.assertIn(".xlsx", names)
        self.assertIn(".zip", names)
        self.assertEqual(len(names), 3)

    def test_audit_pack_verifies_without_odoo(self):
        """The script and the ledger are in the pack; nothing else is needed."""
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        with ZipFile(self.folder / "audit-pack.zip") as archive:
            archive.extractall(folder.name)
        script = next(Path(folder.name).rglob("verify_ledger.py"))
        done = subprocess.run(
            [sys.executable, "-I", script, script.parent],
            env={},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        entries = self.env["asi.coc.entry"].search_count(
            [("scope_id", "=", self.year.scope.id)]
        )
        # every entry, and the close
        self.assertIn(f"{entries + 1} items sealed", done.stdout)
        self.assertIn("In order.", done.stdout)

    def test_days(self):
        """A Material Accounting Period has twelve months at most (8.2)."""
        for days in (0, 366):
            with self.assertRaisesRegex(ValueError, "1 and 365 days"):
                list(plan.get_days(days))
        # What the arithmetic of the year counts.
        coming = list(plan.get_days(365))
        self.assertEqual(sum(day.trains for day in coming), 54)
        self.assertEqual(sum(day.liquid_coc for day in coming), 104)
        for casthouse, count in (("casthouse_1", 52), ("casthouse_2", 156)):
            wanted = sum(day.wants_ingot_coc(casthouse) for day in coming)
            self.assertEqual(wanted, count)
        casts = [day.first_cast for day in coming]
        self.assertEqual((casts.count("trimmed"), casts.count("remelted")), (37, 36))
        self.assertEqual(sum(day.counts_alumina for day in coming), 12)
        self.assertEqual(sum(day.counts_ingot for day in coming), 12)
