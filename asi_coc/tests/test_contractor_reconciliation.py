from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import UserCase
from .common_contractors import ContractorBase


@tagged("post_install", "-at_install")
class TestReconciliation(ContractorBase, UserCase):
    """Sent, returned, delivered, lost and in stock, per period (2.4)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contractor_record.write({"expected_loss": 10, "tolerance": 5})

    def work(self):
        """20 t of slab sent; 9 t of coil come back, 10 t of slab stay.

        Of 20 t that came in 10 t are CoC: the site's entitlement is 10 t times the
        yield of 0.9.
        """
        self.receive(self.slab, 20, claimed=10, place=self.stock)
        _sent, receipt = self.have_coil_made(9)
        self.validate(receipt)
        self.move_inside(self.slab, 10, self.stock, self.site)
        self.at("2025-07-01")

    def statement(self, **changes):
        """What the contractor's paper says of the first half of the year."""
        statement = self.env["asi.coc.contractor.statement"].create(
            {
                "contractor_id": self.contractor_record.id,
                "date_start": "2025-01-01",
                "date_end": "2025-06-30",
            }
        )
        self.report(statement, **changes)
        return statement

    def figures(self, row):
        return {
            name: round(row[name], 6)
            for name in (
                "own_opening",
                "own_sent",
                "own_returned",
                "own_delivered",
                "own_consumed",
                "own_produced",
                "own_closing",
                "expected_loss",
                "expected_closing",
                "reported_closing",
                "difference",
                "allowed",
            )
        }

    def held(self):
        """Return ``{(status, date): mass}`` of the entries that hold differences."""
        masses = {}
        for entry in self.env["asi.coc.entry"].search(
            [("contractor_id", "!=", False), ("product_id", "=", False)]
        ):
            self.assertEqual(entry.flow, "input")
            key = (entry.status, str(entry.date))
            masses[key] = round(masses.get(key, 0) + entry.mass, 6)
        return {key: mass for key, mass in masses.items() if mass}

    # -- agreeing -------------------------------------------------------------------
    def test_agrees(self):
        """20 sent − 9 returned − 1 lost: 10 t are there, and reported."""
        self.work()
        statement = self.statement()
        row = statement.reconciliation_ids
        self.assertEqual(
            self.figures(row),
            {
                "own_opening": 0,
                "own_sent": 20,
                "own_returned": 9,
                "own_delivered": 0,
                "own_consumed": 10,
                "own_produced": 9,
                "own_closing": 10,
                "expected_loss": 1,
                "expected_closing": 10,
                "reported_closing": 10,
                "difference": 0,
                "allowed": 1,
            },
        )
        statement.action_confirm()
        self.assertEqual(row.state, "agrees")
        self.assertFalse(row.error_id)
        self.assertEqual(self.held(), {})

    def test_within_the_tolerance(self):
        """1 t of 20 t is 5 %."""
        self.work()
        statement = self.statement(closing_mass=9)
        statement.action_confirm()
        row = statement.reconciliation_ids
        self.assertEqual((row.difference, row.state), (1, "agrees"))

    def test_tolerance_does_not_release(self):
        """A difference that is held is resolved, not tolerated away."""
        self.work()
        statement = self.statement(closing_mass=7)
        statement.action_confirm()
        row = statement.reconciliation_ids
        self.assertEqual((row.difference, row.state), (3, "held"))
        self.contractor_record.with_user(self.officer).write(
            {"tolerance": 50, "expected_loss": 50}
        )
        statement.action_reconcile()
        self.assertEqual((row.difference, row.state), (3, "held"))

    def test_direct_delivery_and_opening(self):
        """The second statement opens with what the first one closed with."""
        self.work()
        self.statement().action_confirm()
        route = self.env.ref("stock_dropshipping.route_drop_shipping")
        route.active = True
        self.coil.route_ids = route
        self.at("2025-07-05")
        self.validate(self.sell_from_contractor(9))
        self.at("2025-10-01")
        second = self.env["asi.coc.contractor.statement"].create(
            {
                "contractor_id": self.contractor_record.id,
                "date_start": "2025-07-01",
                "date_end": "2025-09-30",
            }
        )
        self.report(second)
        row = second.reconciliation_ids
        self.assertEqual(
            (row.own_opening, row.own_sent, row.own_returned, row.own_delivered),
            (10, 0, 0, 9),
        )
        self.assertEqual((row.expected_closing, row.difference), (0, 0))

    def test_figures_open_their_moves(self):
        self.work()
        row = self.statement().reconciliation_ids
        for figure, expected in (
            ("own_sent", {("Slab", 10)}),
            ("own_returned", {("Coil", 9)}),
            ("own_delivered", set()),
            ("own_consumed", {("Slab", 10)}),
            ("own_produced", {("Coil", 9)}),
        ):
            action = row.with_context(coc_figure=figure).action_open_lines()
            lines = self.env["stock.move.line"].search(action["domain"])
            self.assertEqual(
                {(line.product_id.name, line.quantity) for line in lines},
                expected,
                figure,
            )

    # -- differing ------------------------------------------------------------------
    def test_difference_is_an_error_and_held(self):
        """4 t are missing: no CoC Material until they are accounted for (2.4, 2.5)."""
        self.work()
        statement = self.statement(closing_mass=6)
        row = statement.reconciliation_ids
        self.assertEqual((row.difference, row.state), (4, "beyond"))
        self.assertFalse(row.error_id, "an officer has to confirm first")
        before = self.balance("post_casthouse").available
        statement.action_confirm()
        self.assertEqual((row.state, row.held_mass), ("held", 4))
        self.assertTrue(statement.is_beyond)
        error = row.error_id
        self.assertEqual(
            (error.criterion, error.kind, error.partner_id, error.state),
            ("2.5", "contractor_error", self.contractor, "found"),
        )
        self.assertIn("differs by 4 t", error.found)
        self.assertEqual(
            self.held(), {("coc", "2025-06-30"): -4, ("non_coc", "2025-06-30"): 4}
        )
        action = row.action_open_held_entries()
        self.assertEqual(
            sum(self.env["asi.coc.entry"].search(action["domain"]).mapped("mass")), 0
        )
        self.assertEqual(self.balance("post_casthouse").coc_input, -4)
        self.assertLessEqual(self.balance("post_casthouse").available, before)
        statement.action_reconcile()
        self.assertEqual(row.error_id, error, "once")
        self.assertEqual(
            self.env["asi.coc.error"].search_count(
                [("partner_id", "=", self.contractor.id)]
            ),
            1,
        )
        self.check_no_drift()

    def test_held_mass_cannot_be_designated(self):
        """All 10 t that came in are CoC; 9 t of coil may leave, or 5.4 t of it."""
        self.receive(self.slab, 10, claimed=10, place=self.stock)
        _sent, receipt = self.have_coil_made(9)
        receipt.location_dest_id = self.mill_place
        self.validate(receipt)
        self.at("2025-07-01")
        statement = self.statement(returned_mass=5)
        statement.action_confirm()
        row = statement.reconciliation_ids
        self.assertEqual((row.difference, row.held_mass), (4, 4))
        with self.refused(UserError, "5.4"):
            self.deliver(self.coil, 9, designated=6, place=self.mill_place)
        self.deliver(self.coil, 9, designated=5, place=self.mill_place)

    def test_resolved_by_the_error(self):
        self.work()
        statement = self.statement(closing_mass=6)
        statement.action_confirm()
        row = statement.reconciliation_ids
        with self.refused(UserError, row.error_id.name, "corrected"):
            row.action_release()
        error = row.error_id
        error.write(
            {
                "agreed_correction": "Count the coils again",
                "agreed_with": "Jan Rogers, Managing Director",
                "agreed_on": "2025-07-01",
                "corrected_on": "2025-07-01",
            }
        )
        error.action_agree()
        error.action_correct()
        with self.refused(UserError, "how the difference"):
            row.action_release()
        row.with_user(self.officer).release_reason = "Found in hall 3"
        with self.refused(UserError, "Only a Management Representative"):
            row.with_user(self.officer).action_release()
        row.with_user(self.representative).action_release()
        self.assertEqual((row.state, row.held_mass), ("released", 0))
        self.assertEqual(row.released_by_id, self.representative)
        self.assertEqual(self.held(), {})
        statement.action_reconcile()
        self.assertEqual((row.state, self.held()), ("released", {}))
        self.check_no_drift()

    def test_resolved_by_another_statement(self):
        """Sent back and reported anew within the tolerance, nothing is held."""
        self.work()
        statement = self.statement(closing_mass=6)
        statement.action_confirm()
        statement.rejection = "Is hall 3 counted?"
        statement.action_send_back()
        self.report(statement)
        statement.action_confirm()
        row = statement.reconciliation_ids
        self.assertEqual((row.state, row.held_mass), ("agrees", 0))
        self.assertEqual(self.held(), {})
        self.assertTrue(row.error_id, "the error stays to be reviewed")

    def test_more_than_was_sent(self):
        """3 t more than there should be are no CoC Material either."""
        self.work()
        statement = self.statement(closing_mass=13)
        statement.action_confirm()
        row = statement.reconciliation_ids
        self.assertEqual((row.difference, row.held_mass, row.state), (-3, 3, "held"))

    def test_figures_are_nobodys_to_write(self):
        self.work()
        row = self.statement(closing_mass=6).reconciliation_ids
        for name, value in (("state", "released"), ("held_mass", 0), ("allowed", 99)):
            with self.refused(AccessError, "cannot be written directly"):
                row.with_user(self.representative).write({name: value})

    def test_work_on_another_material(self):
        """Scrap to coil: the one is used up, the other made there."""
        bom = self.env["mrp.bom"].search(
            [("product_tmpl_id", "=", self.coil.product_tmpl_id.id)]
        )
        bom.bom_line_ids.product_id = self.scrap
        self.scrap.route_ids = self.resupply_route
        self.receive(self.scrap, 15, place=self.stock)
        _sent, receipt = self.have_coil_made(9)
        self.validate(receipt)
        self.move_inside(self.scrap, 5, self.stock, self.site)
        self.at("2025-07-01")
        rows = {
            row.material: (row.expected_loss, row.expected_closing, row.difference)
            for row in self.statement().reconciliation_ids
        }
        self.assertEqual(rows, {"scrap": (10, 5, 0), "aluminium": (0, 0, 0)})
