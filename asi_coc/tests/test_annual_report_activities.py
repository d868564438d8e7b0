from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from .common import CocCase
from .common_annual_report import AnnualReportMixin
from .common_scrap import ScrapCase


@tagged("post_install", "-at_install")
class TestAnnualReportOfScrap(AnnualReportMixin, ScrapCase):
    """1.7b: Eligible Scrap in and out, by kind; Recyclable Scrap beside it."""

    def test_remelter(self):
        self.accept_due_diligence(self.supplier)
        self.split(self.take_in(self.cans, 60), post=100)
        mixed = self.take_in(self.cans, 40)
        self.split(mixed, pre=25, post=75)
        self.take_in(self.clippings, 20)
        self.have_stock(self.dross, 5, self.casthouse_place)
        self.move_inside(self.dross, 5, self.casthouse_place, self.furnace_place)
        self.have_stock(self.liquid, 100, self.furnace_place)
        self.deliver(self.liquid, 50, designated=20, place=self.furnace_place)
        self.at("2026-01-10")
        report = self.report(2025)
        remelter = "remelting_refining"
        self.assertEqual(
            self.figures(report),
            {
                ("a", "coc_output", remelter, None): 20,
                ("b", "eligible_scrap_input", remelter, "post_consumer"): 90,
                ("c", "non_coc_output", remelter, None): 30,
                ("c", "recyclable_scrap_input", remelter, "pre_consumer"): 10,
                ("c", "recyclable_scrap_input", remelter, None): 20,
                ("d", "positive_balance_carried", remelter, None): 75,
                # stays inside: not in part b (8.6)
                ("g", "own_dross", "casthouse", remelter): 5,
            },
        )
        (group,) = [
            one
            for one in report._get_report()["groups"]
            if one["line"] == "recyclable_scrap_input"
        ]
        self.assertEqual(
            [
                (row["kind"], row["percentage"].quantize(Decimal("0.01")))
                for row in group["rows"]
            ],
            [
                ("post_consumer", Decimal("0.00")),
                ("pre_consumer", Decimal("33.33")),
                ("dross", Decimal("0.00")),
                (None, Decimal("66.67")),
            ],
        )
        self.assertIn("1 receipts of scrap", self.gaps(report)["scrap"]["text"])
        for group in report._get_report()["groups"]:
            if group["part"] in "abc" or group["line"] == "own_dross":
                for row in group["rows"]:
                    action = report.action_open_entries(group["key"], row["key"])
                    entries = self.env["asi.coc.entry"].search(action["domain"])
                    with self.subTest(group=group["key"], row=row["key"]):
                        self.assertAlmostEqual(
                            sum(entries.mapped("mass")), float(row["mass"]), 6
                        )

    def test_eligible_scrap_out(self):
        """Pre-consumer scrap of the casthouse leaves, part of it as eligible."""
        self.receive(self.slab, 100, claimed=50)
        self.have_stock(self.clippings, 20, self.casthouse_place)
        self.deliver(self.clippings, 10, designated=5)
        self.at("2026-01-10")
        figures = self.figures(self.report(2025))
        self.assertEqual(figures["b", "eligible_scrap_output", "casthouse", None], 5)
        self.assertEqual(figures["c", "recyclable_scrap_output", "casthouse", None], 5)

    def test_overdraw(self):
        """1.7f: what force majeure made the casthouse overdraw by the year's end."""
        receipt = self.receive(self.slab, 100, claimed=100)
        self.deliver(self.slab, 100, designated=100)
        self.have_stock(self.slab, 20)
        self.give_back(receipt, 10)
        self.force_majeure(50)
        self.close(self.period)
        report = self.report(2025)
        self.assertEqual(self.sums(report, "f"), {("overdraw", "aluminium"): 10})


@tagged("post_install", "-at_install")
class TestAnnualReportOfMine(AnnualReportMixin, CocCase):
    """1.7: a mine's own production; g for who puts out several CoC Materials."""

    def setUp(self):
        super().setUp()
        self.bauxite = self._create_product("Bauxite", "bauxite", self.tonne)
        self.mine_place = self._create_location("Mine")
        self.refinery_place = self._create_location("Refinery")
        self.add_facility("Mine", "bauxite_mining", self.mine_place)
        self.add_facility("Refinery", "alumina_refining", self.refinery_place)

    def test_mine_and_refinery(self):
        self.produce(self.bauxite, 600, [], self.mine_place)
        self.receive(self.bauxite, 300, claimed=150, place=self.mine_place)
        self.receive(self.bauxite, 100, place=self.refinery_place)
        self.move_inside(self.bauxite, 400, self.mine_place, self.refinery_place)
        self.deliver(self.bauxite, 50, designated=25, place=self.mine_place)
        self.produce(self.alumina, 200, [(self.bauxite, 500)], self.refinery_place)
        self.deliver(self.alumina, 120, designated=60, place=self.refinery_place)
        self.at("2026-01-10")
        report = self.report(2025)
        self.assertTrue(report._get_report()["asks_for_g"])
        figures = self.figures(report)
        mine, refinery = "bauxite_mining", "alumina_refining"
        expected = {
            ("a", "coc_input", mine, None): 150,
            ("a", "own_production", mine, None): 600,
            ("a", "coc_output", mine, None): 25,
            ("c", "non_coc_input", mine, None): 150,
            ("c", "non_coc_output", mine, None): 25,
            ("c", "non_coc_input", refinery, None): 100,
            ("a", "coc_output", refinery, None): 60,
            ("c", "non_coc_output", refinery, None): 60,
            # 750 of 900 t, of 400 t
            ("g", "intra_entity", mine, refinery): Decimal("333.333333"),
        }
        self.assertEqual({key: figures.get(key) for key in expected}, expected)
        titles = {
            group["key"]: group["title"]
            for part in report.read_report()["parts"]
            for group in part["groups"]
        }
        self.assertEqual(
            titles["a:own_production:bauxite"], "Own production of Bauxite (dry t)"
        )
        for group in report._get_report()["groups"]:
            if group["part"] in "abc":
                action = report.action_open_entries(group["key"], "")
                entries = self.env["asi.coc.entry"].search(action["domain"])
                with self.subTest(group=group["key"]):
                    self.assertAlmostEqual(
                        sum(entries.mapped("mass")), float(group["mass"]), 6
                    )

    def test_uncertified_mine(self):
        """What it produces without a certificate is Non-CoC Material (3.1)."""
        self.performance.date_end = date(2025, 2, 1)
        self.produce(self.bauxite, 10, [], self.mine_place)
        figures = self.figures(self.report(2025))
        self.assertEqual(figures["c", "own_production", "bauxite_mining", None], 10)
        self.assertNotIn(("a", "own_production", "bauxite_mining", None), figures)

    def test_smelter_puts_out_one_material(self):
        self.scope.facility_ids.filtered(
            lambda one: one.activity_id.code in ("bauxite_mining", "alumina_refining")
        ).active = False
        self.period.unlink()
        self.open_period(date(2025, 1, 1), date(2025, 12, 31))
        self.assertFalse(self.report(2025)._get_report()["asks_for_g"])
