from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_contractors import ContractorBase


@tagged("post_install", "-at_install")
class TestCurrentContractor(ContractorBase):
    """Material stays CoC Material while the accepted assessment is current (2.2)."""

    def test_sent_and_returned(self):
        sent, receipt = self.send()
        self.assertEqual(
            self.entries(sent),
            {("intra_entity_out", "pooled"): 10, ("intra_entity_in", "pooled"): 10},
        )
        self.assertFalse(sent.coc_contractor_warning)
        self.validate(receipt)
        self.assertEqual(
            self.entries(self.orders_of(receipt)),
            {("consumption", "pooled"): 10, ("production", "pooled"): 9},
        )
        self.assertEqual(
            self.entries(receipt),
            {("intra_entity_out", "pooled"): 9, ("intra_entity_in", "pooled"): 9},
        )
        self.check_no_drift()

    def test_direct_delivery_has_a_document(self):
        """10 t of slab, all CoC; of 9 t of coil straight to the customer 4 t are CoC.

        The site takes in 10 t by intra-entity flow, all of them CoC: 9 t may leave.
        """
        route = self.env.ref("stock_dropshipping.route_drop_shipping")
        route.active = True
        self.coil.route_ids = route
        self.receive(self.slab, 10, claimed=10, place=self.stock)
        self.move_inside(self.slab, 10, self.stock, self.site)
        picking = self.sell_from_contractor(9)
        picking.move_ids.coc_designated_qty = 4
        self.contractor_record.is_confidential = True
        self.validate(picking)
        self.assertEqual(
            self.entries(picking), {("output", "coc"): 4, ("output", "non_coc"): 5}
        )
        document = picking.coc_document_ids
        self.assertEqual(document.state, "issued")
        self.assertEqual(document.customer_id, self.customer)
        self.assertEqual(document.line_ids.coc_mass, 4)
        page = str(document._get_public_page()) + str(document._get_portal_page())
        self.assertNotIn(self.contractor.name, page)
        self.check_no_drift()

    def test_costs_no_query_per_line(self):
        """Ten lines to the contractor cost as many statements as one."""
        counts = []
        for lines in (1, 10):
            self.receive(self.slab, 20, place=self.stock)
            picking = self.plan(
                "int",
                self.stock,
                self.site,
                [{"product": self.slab, "quantity": 1} for _line in range(lines)],
            )
            moves = picking.move_ids
            self.validate(picking)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.env["asi.coc.entry"]._post_moves(moves)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestNoAssessment(ContractorBase):
    """Without an accepted assessment material sent there stops being CoC (2.2)."""

    accepted = None

    def test_sent_and_returned(self):
        sent, receipt = self.send()
        self.assertEqual(sent.state, "done")
        self.assertEqual(self.entries(sent), {("output", "non_coc"): 10})
        self.assertIn("stops being CoC Material", sent.coc_contractor_warning)
        self.assertIn("risk assessment (2.2c)", sent.coc_contractor_warning)
        self.assertIn("stops being CoC Material", str(sent.message_ids.mapped("body")))
        self.validate(receipt)
        self.assertEqual(self.entries(self.orders_of(receipt)), {})
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 9})
        self.check_no_drift()

    def test_designation_is_refused(self):
        """Neither what goes there nor what leaves from there is claimed."""
        self.receive(self.slab, 10, claimed=10, place=self.stock)
        line = {"product": self.slab, "quantity": 10, "coc_designated_qty": 5}
        with self.refused(UserError, "Rolling Contractor", "2.2"):
            self.transfer("int", self.stock, self.site, [line])
        route = self.env.ref("stock_dropshipping.route_drop_shipping")
        route.active = True
        self.coil.route_ids = route
        self.move_inside(self.slab, 10, self.stock, self.site)
        picking = self.sell_from_contractor(9)
        picking.move_ids.coc_designated_qty = 4
        with self.refused(UserError, "Rolling Contractor", "assessment"):
            self.validate(picking)
        picking.move_ids.coc_designated_qty = 0
        self.validate(picking)
        self.assertEqual(self.entries(picking), {})
        self.check_no_drift()

    def test_claim_on_what_comes_back_is_refused(self):
        _sent, receipt = self.send()
        receipt.move_ids.coc_claimed_mass = 9
        receipt.coc_document_reference = "ROLL-1"
        self.validate(receipt)
        with self.refused(UserError, receipt.name, "Rolling Contractor"):
            receipt.action_coc_verify()
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 9})

    def test_scrap_that_comes_back_is_not_eligible_again(self):
        """It was counted when it first came in (4.2)."""
        cans = self._create_product(
            "Cans",
            "scrap",
            self.tonne,
            coc_form_id=self.env.ref("asi_coc.form_post_consumer_scrap").id,
        )
        furnace = self._create_location("Furnace")
        self.add_facility("Furnace", "remelting_refining", furnace)
        self.accept_due_diligence(self.supplier)
        receipt = self.receive(cans, 10, place=furnace)
        self.assess_cans(receipt)
        self.assertEqual(
            self.entries(receipt), {("input", "coc"): 10, ("input", "non_coc"): 0}
        )
        sent = self.move_inside(cans, 10, furnace, self.site)
        self.assertEqual(self.entries(sent), {("output", "non_coc"): 10})
        back = self.move_inside(cans, 10, self.site, furnace)
        back.partner_id = self.supplier
        self.assertEqual(self.entries(back), {("input", "non_coc"): 10})
        waiting = self.env["asi.coc.scrap.to.assess"].search([])
        self.assertNotIn(back, waiting.picking_id)
        with self.refused(UserError, back.name, "from outside the scope", "4.2"):
            self.assess_cans(back)

    def assess_cans(self, picking):
        action = picking.action_coc_assess_scrap()
        wizard = self.env["asi.coc.scrap.assess"].with_context(**action["context"])
        wizard.create({}).action_assess()

    def test_sent_before_the_acceptance_returned_after(self):
        """What is there at the acceptance comes in as Non-CoC input, on that day."""
        sent, receipt = self.send()
        self.at("2025-04-01")
        self.accept()
        self.assertEqual(self.crossings(), {("2025-04-01", "input", "Slab"): 10})
        self.at("2025-04-02")
        self.validate(receipt)
        self.assertEqual(
            self.entries(sent), {("output", "non_coc"): 10}, "the past stays"
        )
        self.assertEqual(
            self.entries(self.orders_of(receipt)),
            {("consumption", "pooled"): 10, ("production", "pooled"): 9},
        )
        self.assertEqual(
            self.entries(receipt),
            {("intra_entity_out", "pooled"): 9, ("intra_entity_in", "pooled"): 9},
        )
        self.check_no_drift()

    def test_the_moment_of_the_acceptance(self):
        """Earlier on the same day is outside, later on the same day inside."""
        self.receive(self.slab, 20, place=self.stock)
        self.clock.move_to("2025-04-01 08:00:00")
        first = self.move_inside(self.slab, 10, self.stock, self.site)
        self.clock.move_to("2025-04-01 09:00:00")
        self.accept()
        self.clock.move_to("2025-04-01 10:00:00")
        second = self.move_inside(self.slab, 10, self.stock, self.site)
        self.assertEqual(self.entries(first), {("output", "non_coc"): 10})
        self.assertEqual(
            self.entries(second),
            {("intra_entity_out", "pooled"): 10, ("intra_entity_in", "pooled"): 10},
        )
        self.assertEqual(self.crossings(), {("2025-04-01", "input", "Slab"): 10})
        self.check_no_drift()


@tagged("post_install", "-at_install")
class TestLapse(ContractorBase):
    accepted = ("2025-01-01", "2025-05-31")

    def test_sent_while_current_returned_after(self):
        """On the day after the last one the stock there leaves as Non-CoC output."""
        sent, receipt = self.send()
        self.assertEqual(
            self.entries(sent),
            {("intra_entity_out", "pooled"): 10, ("intra_entity_in", "pooled"): 10},
        )
        self.at("2025-06-02")
        self.env["asi.coc.contractor"]._cron_follow()
        self.assertEqual(self.crossings(), {("2025-06-01", "output", "Slab"): 10})
        self.validate(receipt)
        self.assertEqual(self.entries(self.orders_of(receipt)), {})
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 9})
        self.assertEqual(
            self.flows_of("post_casthouse"),
            {("intra_entity_in", "pooled"): 10, ("output", "non_coc"): 10},
        )
        self.check_no_drift()

    def test_last_second_and_next(self):
        self.receive(self.slab, 20, place=self.stock)
        for moment, expected in (
            (
                "2025-05-31 23:59:59",
                {("intra_entity_out", "pooled"): 5, ("intra_entity_in", "pooled"): 5},
            ),
            ("2025-06-01 00:00:00", {("output", "non_coc"): 5}),
        ):
            self.clock.move_to(moment)
            picking = self.move_inside(self.slab, 5, self.stock, self.site)
            self.assertEqual(self.entries(picking), expected, moment)
        self.env["asi.coc.contractor"]._cron_follow()
        self.assertEqual(self.crossings(), {("2025-06-01", "output", "Slab"): 5})
        self.check_no_drift()

    def test_renewed_in_time(self):
        """Nothing crosses while one assessment follows the other."""
        self.send()
        self.at("2025-05-20")
        self.accept()
        self.at("2025-06-10")
        self.env["asi.coc.contractor"]._cron_follow()
        self.assertEqual(self.crossings(), {})
        sent, _receipt = self.send()
        self.assertEqual(
            self.entries(sent),
            {("intra_entity_out", "pooled"): 10, ("intra_entity_in", "pooled"): 10},
        )
        self.check_no_drift()

    def test_lapsed_and_accepted_again(self):
        """A later acceptance does not change what was posted."""
        self.send()
        self.at("2025-06-10")
        self.env["asi.coc.contractor"]._cron_follow()
        sent, receipt = self.send()
        self.assertEqual(self.entries(sent), {("output", "non_coc"): 10})
        self.at("2025-07-01")
        self.accept()
        self.assertEqual(
            self.crossings(),
            {("2025-06-01", "output", "Slab"): 10, ("2025-07-01", "input", "Slab"): 20},
        )
        self.assertEqual(self.entries(sent), {("output", "non_coc"): 10})
        self.at("2025-07-02")
        self.validate(receipt)
        self.check_no_drift()

    def test_corrected_after_the_lapse(self):
        """9 t of the 10 t were sent: the crossing follows at the next look."""
        sent, _receipt = self.send()
        self.at("2025-06-02")
        self.env["asi.coc.contractor"]._cron_follow()
        sent.move_ids.move_line_ids.quantity = 9
        self.env["asi.coc.contractor"]._cron_follow()
        self.assertEqual(self.crossings(), {("2025-06-01", "output", "Slab"): 9})
        self.check_no_drift()

    def test_lapse_after_a_closed_period(self):
        """The first moment of a period: what was there is out of the new period."""
        self.contractor_record.validity_ids.date_end = "2025-12-31 23:59:59"
        self.send()
        self.close(self.period)
        self.at("2026-01-05")
        self.env["asi.coc.contractor"]._cron_follow()
        self.assertEqual(self.crossings(), {("2026-01-01", "output", "Slab"): 10})
        self.check_no_drift()

    def test_left_the_scope(self):
        self.send()
        self.at("2025-04-15")
        self.contractor_record.action_leave()
        self.assertEqual(self.contractor_record.state, "left")
        self.assertEqual(self.crossings(), {("2025-04-15", "output", "Slab"): 10})
        self.at("2025-04-16")
        sent, _receipt = self.send()
        self.assertEqual(self.entries(sent), {("output", "non_coc"): 10})
        self.assertIn("left the scope", sent.coc_contractor_warning)
        self.check_no_drift()


@tagged("post_install", "-at_install")
class TestToll(ContractorBase):
    """Scrap to coil at a contractor's: nothing of it is CoC Material (2.1)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["asi.coc.facility"].create(
            {
                "name": "Remelter",
                "scope_id": cls.scope.id,
                "activity_id": cls._activity("remelting_refining").id,
                "location_id": cls.casthouse_place.id,
                "certificate_id": cls.performance.id,
                "storage_location_ids": [Command.set(cls.site.ids)],
            }
        )
        cls.bom = cls.env["mrp.bom"].search(
            [("product_tmpl_id", "=", cls.coil.product_tmpl_id.id)]
        )
        cls.bom.bom_line_ids.product_id = cls.scrap
        cls.scrap.route_ids = cls.resupply_route

    def test_bill_of_materials_warns(self):
        self.assertIn("changes the type of material", self.bom.coc_toll_warning)
        self.assertIn("Coil", self.contractor_record.warning)

    def test_facility_is_refused(self):
        with self.refused(ValidationError, "Re-melting", "2.1", "certificate"):
            self.contractor_facility.activity_id = self._activity("remelting_refining")

    def test_nothing_is_coc_material(self):
        self.receive(self.scrap, 10, place=self.casthouse_place)
        self.move_inside(self.scrap, 10, self.casthouse_place, self.stock)
        sent, receipt = self.have_coil_made(9)
        self.validate(receipt)
        self.assertEqual(
            self.entries(self.orders_of(receipt)), {("output", "non_coc"): 10}
        )
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 9})
        self.assertEqual(
            self.ledger(self.coil), {("input", "non_coc"): 9}, "no production"
        )
        self.check_no_drift()

    def test_claim_is_refused(self):
        route = self.env.ref("stock_dropshipping.route_drop_shipping")
        route.active = True
        self.coil.route_ids = route
        self.receive(self.coil, 20, claimed=20, place=self.mill_place)
        self.receive(self.scrap, 10, place=self.casthouse_place)
        self.move_inside(self.scrap, 10, self.casthouse_place, self.site)
        picking = self.sell_from_contractor(9)
        picking.move_ids.coc_designated_qty = 4
        with self.refused(UserError, "Coil", "type of material"):
            self.validate(picking)
        picking.move_ids.coc_designated_qty = 0
        self.validate(picking)
        self.assertEqual(self.entries(picking), {})
        self.check_no_drift()


@tagged("post_install", "-at_install")
class TestTakenOver(ContractorBase):
    """Sites that were in the scope before contractors were recorded stay in it."""

    def test_history_stays(self):
        self.send()
        before = self.count_entries()
        record = self.contractor_record
        self.env.cr.execute("DELETE FROM asi_coc_contractor_validity")
        self.env.cr.execute("DELETE FROM asi_coc_contractor_assessment")
        self.env.cr.execute("DELETE FROM asi_coc_contractor_location_rel")
        self.env.cr.execute("DELETE FROM asi_coc_contractor")
        self.env.invalidate_all()
        self.assertFalse(record.exists())
        self.env["asi.coc.contractor"]._take_over()
        self.contractor_record = self.env["asi.coc.contractor"].search(
            [("scope_id", "=", self.scope.id)]
        )
        self.assertEqual(self.contractor_record.partner_id, self.contractor)
        self.assertEqual(self.contractor_record.location_ids, self.site)
        self.assertEqual(self.contractor_record.state, "in_scope")
        self.assertTrue(self.contractor_record.is_taken_over)
        self.assertEqual(str(self.contractor_record.valid_until), "2025-06-08")
        self.assertEqual(self.count_entries(), before)
        self.check_no_drift()
        self.at("2025-06-09")
        sent, _receipt = self.send()
        self.assertEqual(self.entries(sent), {("output", "non_coc"): 10})
        self.env["asi.coc.contractor"]._cron_follow()
        self.env["asi.coc.contractor"]._take_over()
        self.assertEqual(len(self.contractor_record.validity_ids), 1)
