from datetime import date
from decimal import Decimal

from odoo.tests import tagged

from .common_annual_report import AnnualReportCase


@tagged("post_install", "-at_install")
class TestAnnualReportFigures(AnnualReportCase):
    """1.7 a to g: a calendar year, whatever the Material Accounting Periods."""

    def live_through_two_seasons(self):
        """Receive, cast on, deliver; half in each calendar year.

        The season of 2024/25 takes in 400 t, 300 t of it CoC Material: 75 %.
        """
        self.at("2024-10-01")
        self.receive(self.slab, 100, claimed=60)
        self.move_inside(self.slab, 40, self.casthouse_place, self.mill_place)
        self.at("2025-02-01")
        self.receive(self.slab, 300, claimed=240)
        self.move_inside(self.slab, 120, self.casthouse_place, self.mill_place)
        self.at("2025-03-01")
        self.deliver(self.slab, 100, designated=50)
        self.at("2025-08-01")
        self.receive(self.slab, 50, claimed=50)
        self.at("2025-11-01")
        self.deliver(self.slab, 80, designated=45)

    def test_year_of_a_company_from_july_to_june(self):
        self.live_through_two_seasons()
        self.assertEqual(
            self.figures(self.report(2025)),
            {
                ("a", "coc_input", "casthouse", None): 290,
                ("a", "coc_output", "casthouse", None): 95,
                ("c", "non_coc_input", "casthouse", None): 60,
                ("c", "non_coc_output", "casthouse", None): 85,
                # the season's: 300 in − 50 out − 120 to the mill (75 % of 160)
                ("d", "positive_balance_carried", "casthouse", None): 130,
                ("d", "positive_balance_carried", "post_casthouse", None): 120,
                # 75 % of the 120 t that went in February
                ("g", "intra_entity", "casthouse", "post_casthouse"): 90,
            },
        )
        self.at("2025-01-10")
        self.assertEqual(
            self.figures(self.report(2024)),
            {
                ("a", "coc_input", "casthouse", None): 60,
                ("c", "non_coc_input", "casthouse", None): 40,
                ("g", "intra_entity", "casthouse", "post_casthouse"): 30,
            },
        )

    def test_agrees_with_the_stock_moves(self):
        """The done-when of the issue: recomputed without the ledger."""
        self.live_through_two_seasons()
        self.assertEqual(
            self.recompute(2025),
            {
                ("casthouse", "in"): 350,
                ("casthouse", "out"): 180,
                ("casthouse", "post_casthouse"): 120,
            },
        )
        report = self.report(2025)
        a, c = self.sums(report, "a"), self.sums(report, "c")
        for way, line in (("in", "input"), ("out", "output")):
            self.assertEqual(
                a[f"coc_{line}", "aluminium"] + c[f"non_coc_{line}", "aluminium"],
                self.recompute(2025)["casthouse", way],
            )
        (row,) = [
            row
            for group in report._get_report()["groups"]
            if group["line"] == "intra_entity" and group["material"] == "aluminium"
            for row in group["rows"]
            if row["mass"]
        ]
        self.assertEqual(row["whole"], 120)

    def test_zero_is_zero(self):
        """A year in which nothing moved has every line of every activity."""
        self.at("2026-01-10")
        report = self.report(2025)._get_report()
        self.assertEqual(
            [
                (group["part"], group["line"], group["material"], len(group["rows"]))
                for group in report["groups"]
            ],
            [
                ("a", "coc_input", "alumina", 1),
                ("a", "coc_input", "aluminium", 2),
                ("a", "coc_output", "aluminium", 3),
                ("b", "eligible_scrap_output", "scrap", 2),
                ("c", "non_coc_input", "alumina", 1),
                ("c", "non_coc_input", "aluminium", 2),
                ("c", "non_coc_output", "aluminium", 3),
                ("c", "recyclable_scrap_output", "scrap", 2),
                ("d", "positive_balance_carried", "aluminium", 3),
                ("e", "positive_balance_used", "aluminium", 3),
                ("e", "positive_balance_expired", "aluminium", 3),
                ("f", "overdraw", "aluminium", 3),
                ("g", "intra_entity", "aluminium", 3),
            ],
        )
        masses = {row["mass"] for group in report["groups"] for row in group["rows"]}
        self.assertEqual(masses, {Decimal(0)})

    def test_new_year_in_the_time_zone_of_the_scope(self):
        """23:30 on December 31 in Tokyo is the old year, though 14:30 in UTC."""
        self.scope.tz = "Asia/Tokyo"
        for moment, mass in (
            ("2024-12-31 14:30:00", 1),
            ("2024-12-31 15:30:00", 10),
            ("2025-12-31 14:59:59", 100),
            ("2025-12-31 15:00:00", 1000),
        ):
            self.clock.move_to(moment)
            self.receive(self.slab, mass)
        key = ("c", "non_coc_input", "casthouse", None)
        self.assertEqual(self.figures(self.report(2024))[key], 1)
        self.assertEqual(self.figures(self.report(2025))[key], 110)
        self.assertEqual(self.recompute(2025), {("casthouse", "in"): 110})
        self.assertEqual(self.figures(self.report(2026))[key], 1000)

    def test_leap_day(self):
        self.next_season.unlink()
        self.season.unlink()
        self.certificate.date_start = date(2024, 1, 1)
        self.open_period(date(2024, 1, 1), date(2024, 12, 31))
        self.at("2024-02-29")
        self.receive(self.slab, 3)
        self.at("2025-01-05")
        report = self.report(2024)
        self.assertEqual(self.sums(report, "c")["non_coc_input", "aluminium"], 3)
        self.assertNotIn("days_0", self.gaps(report))

    def test_quarters(self):
        """The largest balance of four quarters; what was used and expired adds up."""
        self.next_season.unlink()
        self.season.unlink()
        starts = [date(2025, month, 1) for month in (1, 4, 7, 10)]
        ends = [date(2025, 3, 31), date(2025, 6, 30), date(2025, 9, 30)]
        quarters = [
            self.open_period(start, end)
            for start, end in zip(starts, [*ends, date(2025, 12, 31)], strict=True)
        ]
        year = (
            ("2025-02-01", 100, 40),
            ("2025-05-01", 30, 50),
            ("2025-08-01", 0, 5),
            ("2025-11-01", 20, 20),
        )
        for quarter, (day, received, delivered) in zip(quarters, year, strict=True):
            self.at(day)
            if received:
                self.receive(self.slab, received, claimed=received)
            self.deliver(self.slab, delivered, designated=delivered)
            self.close(quarter)
        self.at("2026-01-10")
        report = self.report(2025)
        # carried: 60; 30 (50 of 60 used, 10 expired); 0 (5 of 30 used, 25 expired); 0
        self.assertEqual(
            self.sums(report, "d"), {("positive_balance_carried", "aluminium"): 60}
        )
        self.assertEqual(
            self.sums(report, "e"),
            {
                ("positive_balance_used", "aluminium"): 55,
                ("positive_balance_expired", "aluminium"): 35,
            },
        )
        self.assertEqual(self.gaps(report), {})
        (group,) = [
            group
            for group in report._get_report()["groups"]
            if group["line"] == "positive_balance_used"
        ]
        self.assertEqual(
            [row["mass"] for row in group["rows"] if row["activity"] == "casthouse"],
            [0, 50, 5, 0],
        )

    def test_one_figure_opens_its_entries(self):
        self.live_through_two_seasons()
        self.close(self.season)
        report = self.report(2025)
        for group in report._get_report()["groups"]:
            # Carried over is what one period's end says; between activities, a share.
            if group["part"] in "dg":
                continue
            rows = [("", group["mass"])]
            rows += [(row["key"], row["mass"]) for row in group["rows"]]
            for key, mass in rows:
                action = report.action_open_entries(group["key"], key)
                entries = self.env["asi.coc.entry"].search(action["domain"])
                with self.subTest(group=group["key"], row=key):
                    self.assertAlmostEqual(sum(entries.mapped("mass")), float(mass), 6)
        action = report.action_open_entries(
            "d:positive_balance_carried:aluminium", f"casthouse:::{self.season.id}"
        )
        carried = self.env["asi.coc.entry"].search(action["domain"])
        self.assertEqual(carried.mapped("mass"), [130])
        action = report.action_open_entries(
            "g:intra_entity:aluminium", "casthouse:post_casthouse::"
        )
        moved = self.env["asi.coc.entry"].search(action["domain"])
        self.assertEqual(moved.mapped("mass"), [120])
        self.assertFalse(report.action_open_entries("x:y:z", ""))

    def test_maximum_opens_the_entries_of_its_period(self):
        """60 t carried from the first half, 30 t from the second: the most is 60 t."""
        self.next_season.unlink()
        self.season.unlink()
        first = self.open_period(date(2025, 1, 1), date(2025, 6, 30))
        second = self.open_period(date(2025, 7, 1), date(2025, 12, 31))
        self.at("2025-02-01")
        self.receive(self.slab, 100, claimed=100)
        self.deliver(self.slab, 40, designated=40)
        self.close(first)
        self.at("2025-08-01")
        self.receive(self.slab, 90, claimed=90)
        self.deliver(self.slab, 120, designated=120)
        self.close(second)
        self.at("2026-01-10")
        report = self.report(2025)
        self.assertEqual(
            self.sums(report, "d"), {("positive_balance_carried", "aluminium"): 60}
        )
        action = report.action_open_entries("d:positive_balance_carried:aluminium")
        entries = self.env["asi.coc.entry"].search(action["domain"])
        self.assertEqual((entries.period_id, entries.mapped("mass")), (first, [60]))

    def test_two_years_side_by_side(self):
        self.live_through_two_seasons()
        self.at("2026-01-10")
        self.report(2024)
        read = self.report(2025).read_report()
        self.assertEqual((read["year"], read["compare_year"]), (2025, 2024))
        (part,) = [part for part in read["parts"] if part["part"] == "a"]
        (group,) = [one for one in part["groups"] if "in (t)" in one["title"]][-1:]
        row = next(one for one in group["rows"] if one["label"] == "Casthouse")
        self.assertEqual(group["title"], "ASI Aluminium in (t)")
        self.assertEqual(
            (row["mass"], row["other"], row["difference"]), ("290", "60", "230")
        )
        self.assertFalse(self.report(2025).read_report(0)["compare_year"])
        self.assertFalse(self.report(2024).read_report()["compare_year"])
        backwards = self.report(2024).read_report(self.report(2025).id)
        self.assertEqual(backwards["compare_year"], 2025)

    def test_line_that_only_the_other_year_has(self):
        """Scrap left the smelter in 2024 only: 2025 shows it as 0, beside 2024."""
        clippings = self._create_product("Clippings", "scrap", self.tonne)
        smelter = self.facility("Smelter")
        self.have_stock(clippings, 5, smelter.location_id)
        self.at("2024-10-01")
        self.deliver(clippings, 2, place=smelter.location_id)
        self.at("2026-01-10")
        earlier, report = self.report(2024), self.report(2025)
        key = ("c", "recyclable_scrap_output", "smelting", None)
        self.assertEqual(self.figures(earlier)[key], 2)
        (part,) = [one for one in report.read_report()["parts"] if one["part"] == "c"]
        (group,) = [
            one for one in part["groups"] if one["title"].startswith("Scrap out")
        ]
        self.assertEqual(
            [
                (
                    row["label"],
                    row["mass"],
                    row["other"],
                    row["difference"],
                    row["opens"],
                    row["other_opens"],
                )
                for row in [group["sum"], *group["rows"]]
            ],
            [
                ("", "0", "2", "-2", True, True),
                # 2025 has no such line, and no entries to open.
                ("Aluminium Smelting", "0", "2", "-2", False, True),
                ("Casthouse", "0", "0", "0", True, True),
                ("Post-Casthouse", "0", "0", "0", True, True),
            ],
        )
        action = earlier.action_open_entries("c:recyclable_scrap_output:scrap")
        entries = self.env["asi.coc.entry"].search(action["domain"])
        self.assertEqual(entries.mapped("mass"), [2])

    def test_costs_the_same_for_any_number_of_entries(self):
        self.at("2024-10-01")
        self.receive(self.slab, 10)
        self.move_inside(self.slab, 1, self.casthouse_place, self.mill_place)
        self.deliver(self.slab, 1)
        report = self.report(2024)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            report._get_report()
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for _number in range(10):
            self.receive(self.slab, 10)
            self.move_inside(self.slab, 1, self.casthouse_place, self.mill_place)
            self.deliver(self.slab, 1)
        self.assertLessEqual(count() - few, 2)
