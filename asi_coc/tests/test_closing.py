from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CocCase


@tagged("post_install", "-at_install")
class TestClosing(CocCase):
    """8.2 and 8.7 to 8.9 through real pickings: period ends and what they carry."""

    def carried(self, period):
        """Return ``{flow: mass}`` of the entries that closings posted."""
        groups = self.env["asi.coc.entry"]._read_group(
            [("period_id", "=", period.id), ("closing_id", "!=", False)],
            ["flow"],
            ["mass:sum"],
        )
        return dict(groups)

    # -- positive balance -----------------------------------------------------
    def test_positive_balance_is_carried_used_and_expires(self):
        self.receive(self.slab, 1000, claimed=800)
        self.deliver(self.slab, 500, designated=400)
        self.close(self.period)
        self.assertEqual(self.period.state, "closed")
        self.assertEqual(self.carried(self.period), {"positive_balance_carried": 400})
        following = self.next_period()
        self.assertEqual(str(following.date_start), "2026-01-01")
        self.assertEqual(str(following.date_end), "2026-12-31")
        self.assertEqual(self.carried(following), {"positive_balance_brought": 400})

        self.at("2026-02-01")
        casthouse = self.balance("casthouse", following)
        self.assertEqual(casthouse.positive_balance_brought, 400)
        self.assertEqual(casthouse.available, 400)
        self.deliver(self.slab, 150, designated=150)
        self.assertEqual(casthouse.positive_balance_used, 150)
        self.assertEqual(casthouse.available, 250)

        self.close(following)
        self.assertEqual(casthouse.positive_balance_expired, 250)
        self.assertEqual(
            self.carried(following),
            {
                "positive_balance_brought": 400,
                "positive_balance_used": 150,
                "positive_balance_expired": 250,
            },
        )
        third = self.next_period(following)
        self.assertEqual(self.balance("casthouse", third).positive_balance_brought, 0)
        self.assertEqual(self.env["asi.coc.total"]._find_differences(), [])

    def test_carried_in_the_material_that_goes_out(self):
        """100 t of bauxite, 1000 t of alumina at 0.52, 80 t of slab: each its own."""
        place = self._create_location("Refinery")
        bauxite = self._create_product("Bauxite", "bauxite", self.tonne)
        self.add_facility("Refinery", "alumina_refining", place)
        self.facility("Smelter").declared_yield = 0.52
        self.receive(bauxite, 100, claimed=100, place=place)
        self.receive(self.alumina, 1000, claimed=1000, place=self.smelter_place)
        self.receive(self.slab, 80, claimed=80)
        self.close(self.period)
        for period, flow in (
            (self.period, "positive_balance_carried"),
            (self.next_period(), "positive_balance_brought"),
        ):
            entries = self.env["asi.coc.entry"].search(
                [("period_id", "=", period.id), ("closing_id", "!=", False)]
            )
            self.assertEqual(
                {
                    (entry.activity_id.code, entry.flow, entry.material): entry.mass
                    for entry in entries
                },
                {
                    ("alumina_refining", flow, "alumina"): 100,
                    ("smelting", flow, "aluminium"): 520,
                    ("casthouse", flow, "aluminium"): 80,
                },
            )

    def test_zero_is_recorded_as_zero(self):
        self.close(self.period)
        figures = self.period._get_closing().figures
        self.assertEqual(set(figures), {"smelting", "casthouse", "post_casthouse"})
        self.assertEqual(float(figures["smelting"]["coc_input"]), 0)

    # -- overdraw -------------------------------------------------------------
    def overdraw(self):
        """130 t in, 110 t out as CoC, then 30 t go back: 10 t are overdrawn."""
        self.have_stock(self.slab, 10)
        self.receive(self.slab, 100, claimed=100)
        contract = self.receive(self.slab, 30, claimed=30)
        self.deliver(self.slab, 110, designated=110)
        self.give_back(contract, 30)

    def test_overdraw_needs_force_majeure(self):
        self.overdraw()
        casthouse = self.balance("casthouse")
        self.assertEqual(casthouse.overdraw, 10)
        with self.refused(UserError, "Melt & Roll 2025", "Casthouse", "10 t", "(8.8)"):
            self.close(self.period)
        self.assertEqual(self.period.state, "open")

    def test_overdraw_within_the_struck_mass(self):
        self.overdraw()
        self.force_majeure(9)
        with self.refused(UserError, "10 t", "9 t", "(8.8b)"):
            self.close(self.period)

    def test_overdraw_is_made_up(self):
        """The 10 t overdrawn bind the next period's first 10 t of input (8.8c)."""
        self.overdraw()
        self.force_majeure(30)
        self.close(self.period)
        following = self.next_period()
        self.assertEqual(self.carried(self.period), {"overdraw": 10})
        self.assertEqual(self.carried(following), {"overdraw_brought": 10})

        self.at("2026-01-20")
        self.receive(self.slab, 50, claimed=50)
        casthouse = self.balance("casthouse", following)
        self.assertEqual(casthouse.overdraw_brought, 10)
        with self.refused(UserError, "40 t are available"):
            self.deliver(self.slab, 50, designated=41)
        self.deliver(self.slab, 50, designated=40)
        self.assertEqual(casthouse.outflow_percentage, 100)
        self.close(following)
        self.assertEqual(casthouse.overdraw, 0)
        self.assertEqual(casthouse.positive_balance_carried, 0)

    def test_overdraw_beyond_a_fifth_of_the_input(self):
        """13 t of input allow 2.6 t of overdraw, not 7 t."""
        self.have_stock(self.slab, 7)
        self.receive(self.slab, 13, claimed=13)
        contract = self.receive(self.slab, 7, claimed=7)
        self.deliver(self.slab, 20, designated=20)
        self.give_back(contract, 7)
        self.assertEqual(self.balance("casthouse").overdraw, 7)
        self.force_majeure(100)
        with self.refused(UserError, "7 t", "20 %", "2.6 t", "(8.8a)"):
            self.close(self.period)

    def test_open_overdraw_binds_the_next_period_already(self):
        self.overdraw()
        following = self.env["asi.coc.period"].create(
            {
                "scope_id": self.scope.id,
                "date_start": "2026-01-01",
                "date_end": "2026-12-31",
            }
        )
        self.assertEqual(self.balance("casthouse", following).overdraw_brought, 10)

    # -- what came in after the designation ---------------------------------------
    def test_share_of_the_outflow_holds_at_the_end(self):
        """50 of 100 t went as CoC at 50 %; with 100 t more x is 25 %, and S 25 t."""
        self.receive(self.slab, 100, claimed=50)
        self.deliver(self.slab, 100, designated=50)
        self.receive(self.slab, 100)
        with self.refused(UserError, "Casthouse", "50 t", "25 t", "(8.7)"):
            self.close(self.period)

    def test_share_of_eligible_scrap_holds_at_the_end(self):
        """8 of 20 t of scrap are 40 %; with 100 t more x is 20 %, and 4 t fit."""
        self.have_stock(self.scrap, 20)
        self.receive(self.slab, 100, claimed=40)
        self.deliver(self.scrap, 20, designated=8)
        self.receive(self.slab, 100)
        with self.refused(
            UserError, "Casthouse", "8 t of Eligible Scrap", "4 t", "(8.6)"
        ):
            self.close(self.period)

    # -- what a close asks for --------------------------------------------------
    def test_missing_is_listed_or_explained_by_a_manager(self):
        self.receive(self.slab, 50, place=self._create_location("Yard"))
        self.receive(self.slab, 50, claimed=20, verify=False)
        with self.refused(
            UserError, "1 ledger entries are unclassified", "1 receipts", "(10.2)"
        ):
            self.close(self.period)
        officer = self.user("officer", "asi_coc.group_officer")
        with self.refused(UserError, "Only a Management Representative"):
            self.period.with_user(officer).closing_explanation = "Because"
        self.period.closing_explanation = "Weighed in January, see memo 7"
        self.close(self.period)
        closing = self.period._get_closing()
        self.assertIn("unclassified", closing.explanation)
        self.assertIn("memo 7", closing.explanation)

    def test_periods_close_in_order(self):
        following = self.env["asi.coc.period"].create(
            {
                "scope_id": self.scope.id,
                "date_start": "2026-01-01",
                "date_end": "2026-06-30",
            }
        )
        with self.refused(UserError, "Close period Melt & Roll 2025 first"):
            self.close(following)

    # -- frozen ---------------------------------------------------------------
    def test_closed_figures_never_change(self):
        receipt = self.receive(self.slab, 100, claimed=80)
        self.close(self.period)
        casthouse = self.balance("casthouse")
        for change in (
            lambda: setattr(receipt.move_line_ids, "quantity", 90),
            lambda: setattr(receipt, "date_done", "2025-06-01"),
            lambda: setattr(receipt.move_ids, "date", "2026-06-01"),
        ):
            with self.refused(UserError, receipt.name, "Slab", "Melt & Roll 2025"):
                change()
        with self.refused(UserError, "Casthouse", "closed"):
            casthouse.write({"allocation_set": True, "allocation": 1})
        with self.refused(UserError, "Melt & Roll 2025", "closed"):
            self.period.date_end = "2025-12-30"
        self.assertEqual(casthouse.coc_input, 80)
        self.assertEqual(receipt.move_line_ids.quantity, 100)

    def test_late_move_is_accounted_in_the_open_period(self):
        self.receive(self.slab, 100, claimed=80)
        self.close(self.period)
        following = self.next_period()
        self.at("2025-03-10")
        late = self.receive(self.slab, 10)
        entry = self.env["asi.coc.entry"].search([("picking_id", "=", late.id)])
        self.assertEqual(entry.period_id, following)
        self.assertEqual(str(entry.date), "2025-03-10")
        self.assertTrue(entry.late)
        self.assertEqual(self.balance("casthouse").non_coc_inflow, 20)
        self.assertEqual(self.balance("casthouse", following).non_coc_inflow, 10)

    def test_late_verification_counts_in_the_open_period(self):
        receipt = self.receive(self.slab, 100, claimed=80, verify=False)
        self.period.closing_explanation = "Document is on its way"
        self.close(self.period)
        self.verify(receipt)
        following = self.next_period()
        self.assertEqual(self.balance("casthouse").coc_input, 0)
        self.assertEqual(self.balance("casthouse", following).coc_input, 80)

    def test_reopening_keeps_both_versions(self):
        self.receive(self.slab, 100, claimed=80)
        self.close(self.period)
        officer = self.user("officer", "asi_coc.group_officer")
        closing = self.period._get_closing()
        with self.refused(UserError, "Only a Management Representative"):
            closing.with_user(officer)._reopen("No right")
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.env["asi.coc.period.reopen"].with_user(officer).create(
                {"period_id": self.period.id, "reason": "x"}
            )
        self.env["asi.coc.period.reopen"].create(
            {"period_id": self.period.id, "reason": "Receipt was missing"}
        ).action_reopen()
        self.assertEqual(self.period.state, "open")
        following = self.next_period()
        self.assertEqual(
            self.balance("casthouse", following).positive_balance_brought, 0
        )
        self.at("2025-03-10")
        self.receive(self.slab, 10, claimed=10)
        self.close(self.period)
        versions = self.period.closing_ids.sorted("version")
        self.assertEqual(versions.mapped("state"), ["reopened", "valid"])
        self.assertEqual(
            [float(one.figures["casthouse"]["coc_input"]) for one in versions], [80, 90]
        )
        self.assertEqual(versions[0].reopen_reason, "Receipt was missing")
        self.assertEqual(
            self.balance("casthouse", following).positive_balance_brought, 90
        )
        with self.refused(UserError, "Closed figures stay on file"):
            versions[0].figures = {}
        with self.refused(UserError, "Closed figures stay on file"):
            versions[1].unlink()

    def test_only_the_last_closed_period_reopens(self):
        self.close(self.period)
        following = self.next_period()
        self.close(following)
        with self.refused(UserError, following.display_name, "is closed too"):
            self.period._get_closing()._reopen("Too late")
