from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from .common_annual_report import AnnualReportCase

tonnes = st.integers(1, 500)
operations = st.tuples(
    st.sampled_from(("receive", "deliver", "send_on", "send_back", "give_back")),
    st.integers(1, 60),
    tonnes,
    st.integers(0, 100),
)


@tagged("post_install", "-at_install")
class TestAnnualReportProperties(AnnualReportCase):
    """Two years of anything: reports agree with the stock moves, whatever is late."""

    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        # Shrinking would live through hundreds of years of operations.
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(st.lists(operations, min_size=6, max_size=12), st.booleans())
    def test_any_two_years(self, sequence, submits):
        savepoint = self.env.cr.savepoint()
        try:
            self.live(sequence, submits)
        finally:
            # What is not written yet must go too, before the next example.
            self.env.transaction.clear()
            savepoint.rollback()

    def live(self, sequence, submits):
        self.at("2024-07-01")
        self.have_stock(self.slab, 10**6)
        self.have_stock(self.slab, 10**6, self.mill_place)
        self.pickings, self.claimed = [], {}
        day = date(2024, 7, 10)
        submitted = False
        for name, days, quantity, part in sequence:
            day = min(day + timedelta(days=days), date(2026, 6, 29))
            if submits and not submitted and day.year > 2024:
                self.at("2025-01-02")
                self.submit(2024)
                submitted = True
            self.at(day)
            getattr(self, f"do_{name}")(day, quantity, part)
        self.at("2027-01-02")
        for year in (2024, 2025, 2026):
            self.check_year(year)
        self.check_intra_entity()

    def do_receive(self, day, quantity, part):
        claimed = quantity * part / 100
        self.pickings.append(self.receive(self.slab, quantity, claimed=claimed))
        self.claimed[day.year] = self.claimed.get(day.year, 0) + claimed

    def do_deliver(self, _day, quantity, _part):
        self.pickings.append(self.deliver(self.slab, quantity))

    def do_send_on(self, _day, quantity, _part):
        self.move_inside(self.slab, quantity, self.casthouse_place, self.mill_place)

    def do_send_back(self, _day, quantity, _part):
        self.move_inside(self.slab, quantity, self.mill_place, self.casthouse_place)

    def do_give_back(self, _day, quantity, part):
        """Give back, of a delivery: what is received keeps its claims apart."""
        deliveries = [
            one for one in self.pickings if one.picking_type_code == "outgoing"
        ]
        if deliveries:
            picking = deliveries.pop(part % len(deliveries))
            self.pickings.remove(picking)
            self.give_back(picking, min(quantity, picking.move_ids.quantity))

    def check_year(self, year):
        """In, out and between activities, as plain sums of the year's stock moves."""
        moved = self.recompute(year)
        report = self.report(year)
        a, c = self.sums(report, "a"), self.sums(report, "c")
        for way, line in (("in", "input"), ("out", "output")):
            self.assertEqual(
                a[f"coc_{line}", "aluminium"] + c[f"non_coc_{line}", "aluminium"],
                moved.get(("casthouse", way), 0),
            )
        self.assertAlmostEqual(
            float(a["coc_input", "aluminium"]), self.claimed.get(year, 0), 6
        )
        pair = ("casthouse", "post_casthouse")
        net = moved.get(pair, Decimal(0)) - moved.get(pair[::-1], Decimal(0))
        self.assertEqual(
            sum(
                row["whole"]
                for group in report._get_report()["groups"]
                if group["line"] == "intra_entity"
                for row in group["rows"]
            ),
            net,
        )

    def check_intra_entity(self):
        """All years together report what the periods allocated, to a gram each."""
        reported = sum(
            self.sums(self.report(year), "g")["intra_entity", "aluminium"]
            for year in (2024, 2025, 2026)
        )
        allocated = sum(
            Decimal(str(self.balance("casthouse", period).intra_entity_out))
            for period in (self.season, self.next_season)
        )
        self.assertAlmostEqual(float(reported), float(allocated), delta=0.000003)
