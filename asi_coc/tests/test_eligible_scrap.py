from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import UserCase
from .common_scrap import ScrapCase


@tagged("post_install", "-at_install")
class TestEligibleScrap(ScrapCase):
    """4.2: what makes received scrap eligible."""

    # -- before and after -----------------------------------------------------
    def test_non_coc_until_assessed(self):
        self.accept_due_diligence(self.supplier)
        receipt = self.take_in(self.cans, 10)
        self.assertEqual(self.kinds(receipt), {("non_coc", False): 10})
        self.assertEqual(receipt.coc_scrap_state, "to_assess")
        self.split(receipt, post=100)
        self.assertEqual(self.kinds(receipt), {("coc", "post_consumer"): 10})
        self.assertEqual(receipt.coc_scrap_state, "assessed")
        self.assertEqual(self.balance("remelting_refining").coc_input, 10)

    def test_post_consumer_with_due_diligence(self):
        """4.2b: accepted on the day it came; lapsed later, it stays eligible."""
        self.accept_due_diligence(self.supplier, "2025-03-10")
        receipt = self.take_in(self.cans, 10)
        assessment = self.split(receipt, post=100)
        self.assertTrue(assessment.due_diligence)
        self.at("2025-03-11")
        late = self.take_in(self.cans, 7)
        self.assertFalse(self.split(late, post=100).due_diligence)
        self.assertEqual(self.kinds(late), {("non_coc", "post_consumer"): 7})
        self.assertEqual(self.kinds(receipt), {("coc", "post_consumer"): 10})

    def test_suspended_supplier_keeps_what_was_received(self):
        self.accept_due_diligence(self.supplier)
        receipt = self.take_in(self.cans, 10)
        self.split(receipt, post=100)
        finding = self.env["asi.coc.supplier.finding"].create(
            {
                "assessment_id": self.assess(self.supplier, "high").id,
                "name": "Passports are kept by the plant",
                "area_id": self.env.ref("asi_coc.risk_area_human_rights").id,
            }
        )
        self.env["asi.coc.supplier.mitigation"].create(
            {
                "finding_id": finding.id,
                "course": "suspend",
                "measure": "Give all passports back",
                "indicator": "No passport in the office",
            }
        ).action_begin()
        self.env["asi.coc.entry"]._post_moves(receipt.move_ids)
        self.assertEqual(self.kinds(receipt), {("coc", "post_consumer"): 10})
        after = self.take_in(self.cans, 5)
        self.split(after, post=100)
        self.assertEqual(self.kinds(after), {("non_coc", "post_consumer"): 5})

    def test_another_entitys_due_diligence_does_not_count(self):
        """Who assesses for one entity may be at work for another one."""
        self.accept_due_diligence(self.supplier)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.user.company_ids += other
        receipt = self.take_in(self.cans, 10)
        elsewhere = receipt.with_company(other).with_context(
            allowed_company_ids=[other.id, self.company.id]
        )
        self.split(elsewhere, post=100)
        self.assertEqual(self.kinds(receipt), {("coc", "post_consumer"): 10})

    def test_scrap_stays_the_suppliers_who_brought_it(self):
        """4.2b: a receipt that is in the ledger does not go to another supplier."""
        self.accept_due_diligence(self.supplier)
        receipt = self.take_in(self.cans, 10, self.stamper)
        with self.refused(
            UserError, receipt.name, "Stampers & Co", "Acme Alumina", "4.2", "8.1"
        ):
            receipt.partner_id = self.supplier
        with self.refused(UserError, receipt.name, "Stampers & Co", "nobody"):
            receipt.partner_id = False
        other = self.take_in(self.cans, 5)
        with self.refused(UserError, "Stampers & Co", "Acme Alumina"):
            receipt.move_ids.picking_id = other
        dock = self.env["res.partner"].create(
            {"name": "Dock", "parent_id": self.stamper.id, "type": "delivery"}
        )
        receipt.partner_id = dock
        self.assertEqual(self.split(receipt, post=100).partner_id, self.stamper)
        self.assertEqual(self.kinds(receipt), {("non_coc", "post_consumer"): 10})

    def test_the_ledger_tells_who_brought_scrap(self):
        """Whatever became of the receipt's contact below every guard (4.2b)."""
        self.accept_due_diligence(self.supplier)
        receipt = self.take_in(self.cans, 10, self.stamper)
        self.env.flush_all()
        for table, column in (("picking", "id"), ("move", "picking_id")):
            self.env.cr.execute(
                f"UPDATE stock_{table} SET partner_id = %s WHERE {column} = %s",
                [self.supplier.id, receipt.id],
            )
        self.env.invalidate_all()
        # a correction names the contact of now, the first entry the one of then
        receipt.move_ids.move_line_ids.quantity = 12
        wizard = self.open_wizard(receipt)
        self.assertEqual(wizard.line_ids.entity_id, self.stamper)
        self.assertFalse(wizard.line_ids.due_diligence)
        assessment = self.split(receipt, post=100)
        self.assertEqual(assessment.partner_id, self.stamper)
        self.assertFalse(assessment.due_diligence)
        self.assertEqual(self.kinds(receipt), {("non_coc", "post_consumer"): 12})

    def test_supplier_named_after_the_receipt(self):
        """Nobody is named yet: the contact is entered once, and stays."""
        self.accept_due_diligence(self.supplier)
        receipt = self.transfer(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            self.furnace_place,
            [{"product": self.cans, "quantity": 10}],
            self.env["res.partner"],
        )
        self.assertFalse(self.split(receipt, post=100).due_diligence)
        receipt.partner_id = self.supplier
        self.assertTrue(self.split(receipt, post=100).due_diligence)
        self.assertEqual(self.kinds(receipt), {("coc", "post_consumer"): 10})

    def test_scrap_without_a_transfer(self):
        self.accept_due_diligence(self.supplier)
        move = self.env["stock.move"].create(
            {
                "product_id": self.cans.id,
                "product_uom_qty": 10,
                "quantity": 10,
                "picked": True,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.furnace_place.id,
                "partner_id": self.stamper.id,
                "company_id": self.company.id,
            }
        )
        move._action_done()
        with self.refused(UserError, "Stampers & Co", "Acme Alumina"):
            move.partner_id = self.supplier
        entry = self.env["asi.coc.entry"].search([("move_id", "=", move.id)])
        self.assertEqual(entry.partner_id, self.stamper)

    def test_dross_with_due_diligence(self):
        """4.2c."""
        receipt = self.take_in(self.dross, 4)
        self.split(receipt, dross=100)
        self.assertEqual(self.kinds(receipt), {("non_coc", "dross"): 4})
        self.accept_due_diligence(self.supplier)
        self.split(receipt, dross=100)
        self.assertEqual(self.kinds(receipt), {("coc", "dross"): 4})

    def test_pre_consumer_needs_more_than_due_diligence(self):
        """4.2a: neither a document nor a loop."""
        self.accept_due_diligence(self.supplier)
        receipt = self.take_in(self.clippings, 4)
        self.split(receipt, pre=100)
        self.assertEqual(self.kinds(receipt), {("non_coc", "pre_consumer"): 4})

    def test_pre_consumer_with_document(self):
        """4.2a ii: the verified document covers 3 of 4 t."""
        receipt = self.receive(self.clippings, 4, claimed=3, place=self.furnace_place)
        self.split(receipt, pre=100)
        self.assertEqual(
            self.kinds(receipt),
            {("coc", "pre_consumer"): 3, ("non_coc", "pre_consumer"): 1},
        )
        entries = self.env["asi.coc.entry"].search(
            [("picking_id", "=", receipt.id), ("status", "=", "coc"), ("mass", ">", 0)]
        )
        self.assertEqual(entries.document_id, receipt.coc_received_document_id)
        receipt.coc_received_document_id.action_withdraw()
        self.assertEqual(self.kinds(receipt), {("non_coc", "pre_consumer"): 4})

    def test_document_verified_after_the_assessment(self):
        receipt = self.receive(
            self.clippings, 4, claimed=4, place=self.furnace_place, verify=False
        )
        self.split(receipt, pre=100)
        self.verify(receipt)
        self.assertEqual(self.kinds(receipt), {("coc", "pre_consumer"): 4})

    def test_document_covers_dross_without_due_diligence(self):
        """Pre-consumer first, then dross; a CoC Document covers no post-consumer."""
        receipt = self.receive(self.clippings, 8, claimed=8, place=self.furnace_place)
        self.split(receipt, pre=25, dross=25, post=50)
        self.assertEqual(
            self.kinds(receipt),
            {
                ("coc", "pre_consumer"): 2,
                ("coc", "dross"): 2,
                ("non_coc", "post_consumer"): 4,
            },
        )

    # -- mixed loads ------------------------------------------------------------
    def test_mixed_load(self):
        """75 % post-consumer counts; 25 % pre-consumer has no document."""
        self.accept_due_diligence(self.supplier)
        receipt = self.take_in(self.cans, 20)
        assessment = self.split(receipt, pre=25, post=75)
        self.assertEqual(
            self.kinds(receipt),
            {("coc", "post_consumer"): 15, ("non_coc", "pre_consumer"): 5},
        )
        self.assertEqual(assessment.kind, "mixed")
        self.assertEqual(
            (assessment.mass, assessment.eligible_mass, assessment.eligible_percentage),
            (20, 15, 75),
        )

    def test_parts_of_a_gram_add_up(self):
        self.accept_due_diligence(self.supplier)
        kilogram = self.env.ref("uom.product_uom_kgm")
        receipt = self.transfer(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            self.furnace_place,
            [{"product": self.cans, "quantity": 0.01, "uom": kilogram}],
            self.supplier,
        )
        self.split(receipt, pre=25, post=75)
        self.assertEqual(
            self.kinds(receipt),
            {("coc", "post_consumer"): 0.000007, ("non_coc", "pre_consumer"): 0.000003},
        )

    def test_steps(self):
        """4.2: 25 %; 10 and 5 % with the ground for confidence on record."""
        self.accept_due_diligence(self.supplier)
        receipt = self.take_in(self.cans, 20)
        for parts, fragments in (
            (
                (10, 90),
                ("10 %", "Cans", receipt.name, "steps of 25 %", "4.2", "ground"),
            ),
            ((25, 50), ("75 %", "Cans", receipt.name, "100 % of the load (4.2)")),
            ((125, -25), ("125 %", receipt.name, "between 0 and 100 % (4.2)")),
        ):
            with self.refused(UserError, *fragments):
                self.split(receipt, pre=parts[0], post=parts[1])
        with self.refused(UserError, "93 %", receipt.name, "steps of 5 % (4.2)"):
            self.split(receipt, pre=93, post=7, confidence_ground="Sampled")
        with self.refused(UserError, "steps of 25 %"):
            self.split(receipt, pre=90, post=10, confidence_ground="  ")
        for parts in ((10, 90), (85, 15)):
            assessment = self.split(
                receipt, pre=parts[0], post=parts[1], confidence_ground="Sorted by hand"
            )
            self.assertEqual(assessment.confidence_ground, "Sorted by hand")
        self.assertEqual(
            self.kinds(receipt),
            {("non_coc", "pre_consumer"): 17, ("coc", "post_consumer"): 3},
        )

    # -- again, withdrawn, returned, corrected ----------------------------------
    def test_history_stays(self):
        self.accept_due_diligence(self.supplier)
        receipt = self.take_in(self.cans, 10)
        first = self.split(receipt, post=100)
        second = self.split(receipt, pre=50, post=50)
        self.assertEqual((first.state, second.state), ("replaced", "valid"))
        self.assertEqual((first.post_percentage, first.eligible_mass), (100, 10))
        second.action_withdraw()
        self.assertEqual(second.state, "withdrawn")
        self.assertEqual(second.withdrawn_by_id, self.env.user)
        self.assertEqual(self.kinds(receipt), {("non_coc", False): 10})
        with self.refused(UserError, receipt.name, "not in force any more"):
            second.action_withdraw()
        with self.refused(UserError, receipt.name, "stays on file"):
            first.unlink()
        # append-only: every step is an entry of its own
        entries = self.env["asi.coc.entry"].search([("picking_id", "=", receipt.id)])
        self.assertEqual(
            [
                (entry.status, entry.scrap_kind, entry.mass)
                for entry in entries.sorted("id")
            ],
            [
                ("non_coc", False, 10),
                ("coc", "post_consumer", 10),
                ("non_coc", False, -10),
                ("coc", "post_consumer", -5),
                ("non_coc", "pre_consumer", 5),
                ("coc", "post_consumer", -5),
                ("non_coc", "pre_consumer", -5),
                ("non_coc", False, 10),
            ],
        )

    def test_returns_take_back_their_part(self):
        """A third of a half eligible load: half of it was eligible."""
        self.accept_due_diligence(self.supplier)
        receipt = self.take_in(self.cans, 30)
        self.split(receipt, pre=50, post=50)
        returned = self.give_back(receipt, 10)
        self.assertEqual(
            self.kinds(returned),
            {("coc", "post_consumer"): -5, ("non_coc", "pre_consumer"): -5},
        )
        self.split(receipt, pre=100)
        self.assertEqual(self.kinds(returned), {("non_coc", "pre_consumer"): -10})
        self.in_force(receipt).action_withdraw()
        self.assertEqual(self.kinds(returned), {("non_coc", False): -10})

    def test_return_of_documented_scrap(self):
        receipt = self.receive(self.clippings, 9, claimed=3, place=self.furnace_place)
        self.split(receipt, pre=100)
        returned = self.give_back(receipt, 3)
        self.assertEqual(
            self.kinds(returned),
            {("coc", "pre_consumer"): -1, ("non_coc", "pre_consumer"): -2},
        )
        self.give_back(receipt, 6)
        self.assertEqual(self.balance("remelting_refining").coc_input, 0)
        self.assertEqual(self.balance("remelting_refining").non_coc_inflow, 0)

    def test_quantity_of_a_done_receipt_changes(self):
        self.accept_due_diligence(self.supplier)
        receipt = self.take_in(self.cans, 10)
        assessment = self.split(receipt, pre=25, post=75)
        receipt.move_ids.move_line_ids.quantity = 12
        self.assertEqual(
            self.kinds(receipt),
            {("coc", "post_consumer"): 9, ("non_coc", "pre_consumer"): 3},
        )
        self.assertEqual((assessment.mass, assessment.eligible_mass), (12, 9))

    def test_receipt_of_a_closed_period(self):
        """8.2: accounted in the open period, with its own day, flagged late."""
        self.accept_due_diligence(self.supplier)
        receipt = self.take_in(self.cans, 10)
        self.close(self.period)
        frozen = self.balance("remelting_refining").coc_input
        following = self.next_period()
        self.split(receipt, post=100)
        entries = self.env["asi.coc.entry"].search(
            [("picking_id", "=", receipt.id), ("period_id", "=", following.id)]
        )
        self.assertEqual(
            {
                (entry.status, entry.mass, entry.late, str(entry.date))
                for entry in entries
            },
            {("coc", 10, True, "2025-03-10"), ("non_coc", -10, True, "2025-03-10")},
        )
        self.assertEqual(self.balance("remelting_refining").coc_input, frozen)
        self.assertEqual(self.balance("remelting_refining", following).coc_input, 10)

    # -- where scrap may go -------------------------------------------------------
    def test_casthouse_takes_no_scrap(self):
        """5.1: unclassified there, whatever it was assessed as."""
        self.accept_due_diligence(self.supplier)
        receipt = self.take_in(self.cans, 10, place=self.casthouse_place)
        self.assertEqual(self.entries(receipt), {("input", "unclassified"): 10})
        self.split(receipt, post=100)
        self.assertEqual(self.entries(receipt), {("input", "unclassified"): 10})
        self.assertEqual(self.balance("casthouse").coc_input, 0)

    def test_remelter_takes_no_metal(self):
        receipt = self.receive(self.slab, 10, place=self.furnace_place)
        self.assertEqual(self.entries(receipt), {("input", "unclassified"): 10})

    def test_remelters_scrap_in_a_casthouses_order(self):
        """4.2, 5.1: what a re-melter took in is melted by a re-melter."""
        self.accept_due_diligence(self.supplier)
        self.split(self.take_in(self.cans, 10), post=100)
        order = self.env["mrp.production"].create(
            {
                "product_id": self.slab.id,
                "product_qty": 9,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "location_src_id": self.casthouse_place.id,
                "location_dest_id": self.casthouse_place.id,
                "bom_id": False,
                "move_raw_ids": [
                    Command.create(
                        {
                            "product_id": self.cans.id,
                            "product_uom_qty": 10,
                            "location_id": self.furnace_place.id,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        order.qty_producing = 9
        order.move_raw_ids.location_id = self.furnace_place
        order.move_raw_ids.quantity = 10
        order.move_raw_ids.move_line_ids.location_id = self.furnace_place
        order.move_raw_ids.picked = True
        order.button_mark_done()
        self.assertEqual(
            self.entries(order),
            {
                ("consumption", "unclassified"): 10,
                ("intra_entity_in", "unclassified"): 10,
                ("intra_entity_out", "pooled"): 10,
                ("production", "pooled"): 9,
            },
        )
        self.assertEqual(self.balance("casthouse").entitlement, 0)

    def test_own_scrap_in_a_casthouse_brings_no_entitlement(self):
        """8.6: 50 t CoC of 100 t; 20 t of mill scrap melted along add nothing."""
        self.receive(self.slab, 20, place=self.mill_place)
        self.produce(self.clippings, 20, [(self.slab, 20)], self.mill_place)
        self.move_inside(self.clippings, 20, self.mill_place, self.casthouse_place)
        self.receive(self.liquid, 100, claimed=50)
        self.produce(
            self.slab,
            120,
            [(self.liquid, 100), (self.clippings, 20)],
            self.casthouse_place,
        )
        casthouse = self.balance("casthouse")
        self.assertEqual((casthouse.conversion_yield, casthouse.entitlement), (1, 50))

    # -- defaults and the list ------------------------------------------------------
    def test_proposed_by_form_and_by_the_suppliers_last(self):
        receipt = self.take_in(self.cans, 10)
        row = self.open_wizard(receipt).line_ids
        self.assertEqual((row.post_percentage, row.gross_mass), (100, 10))
        self.assertEqual(row.content_basis, "product")
        self.split(
            receipt,
            pre=50,
            post=50,
            split_basis="supplier",
            content_basis="estimated",
            aluminium_percentage=80,
        )
        row = self.open_wizard(self.take_in(self.cans, 10)).line_ids
        self.assertEqual((row.pre_percentage, row.post_percentage), (50, 50))
        self.assertEqual(
            (row.split_basis, row.content_basis), ("supplier", "estimated")
        )
        self.assertEqual(row.aluminium_percentage, 80)
        other = self.open_wizard(self.take_in(self.cans, 10, partner=self.stamper))
        self.assertEqual(other.line_ids.post_percentage, 100)

    def test_to_do_list(self):
        receipt = self.take_in(self.cans, 10)
        self.at("2025-04-20")
        waiting = self.env["asi.coc.scrap.to.assess"].search(
            [("picking_id", "=", receipt.id)]
        )
        self.assertEqual((waiting.age, waiting.age_class), (41, "quarter"))
        self.assertEqual((waiting.mass, waiting.partner_id), (10, self.supplier))
        self.give_back(receipt, 4)
        waiting.invalidate_recordset()
        self.assertEqual(waiting.mass, 6)
        action = waiting.action_assess()
        self.assertEqual(action["context"]["default_move_ids"], receipt.move_ids.ids)
        self.split(receipt, post=100)
        self.assertFalse(waiting.exists())

    def test_documented_scrap_is_not_on_the_list(self):
        receipt = self.receive(self.clippings, 4, claimed=4, place=self.furnace_place)
        self.assertEqual(receipt.coc_scrap_state, "assessed")
        self.assertFalse(
            self.env["asi.coc.scrap.to.assess"].search(
                [("picking_id", "=", receipt.id)]
            )
        )

    def test_only_scrap_from_outside(self):
        receipt = self.receive(self.slab, 10)
        with self.refused(UserError, receipt.name, "No scrap", "4.2"):
            receipt.action_coc_assess_scrap()
        wizard = self.env["asi.coc.scrap.assess"].create(
            {
                "line_ids": [
                    Command.create(
                        {"move_id": receipt.move_ids.id, "post_percentage": 100}
                    )
                ]
            }
        )
        with self.refused(UserError, "Slab", receipt.name, "no scrap"):
            wizard.action_assess()

    # -- other figures ------------------------------------------------------------
    def test_recycled_content_follows_the_split(self):
        """9.3c: 100 t of cans are 75 t post-consumer and 25 t pre-consumer."""
        receipt = self.take_in(self.cans, 100)
        self.split(receipt, pre=25, post=75)
        content = self.period._get_recycled_content()
        self.assertEqual(content.post_consumer.percentage, 75)
        self.assertEqual(content.pre_consumer.percentage, 25)

    def test_statement_tells_the_kinds(self):
        self.accept_due_diligence(self.supplier)
        self.split(self.take_in(self.cans, 100), pre=25, post=75)
        statement = self.env["asi.coc.statement"]._get_statement(self.period)
        (remelter,) = (
            one
            for one in statement["activities"]
            if one["code"] == "remelting_refining"
        )
        self.assertEqual(
            [
                (row["status"], row["form"], float(row["mass"]))
                for row in remelter["inputs"]
            ],
            [
                ("coc", "Post-Consumer Scrap: Post-Consumer", 75),
                ("non_coc", "Post-Consumer Scrap: Pre-Consumer", 25),
            ],
        )

    # -- costs --------------------------------------------------------------------
    def receive_lines(self, count):
        products = [
            self._create_scrap(f"S{i}", "post_consumer_scrap") for i in range(count)
        ]
        picking = self.plan(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            self.furnace_place,
            [{"product": product, "quantity": 1} for product in products],
            self.supplier,
        )
        for move in picking.move_ids:
            move.quantity = 1
            move.picked = True
        return picking

    def count(self, operation):
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        operation()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_queries_of_a_hundred_lines(self):
        """Posting and assessing 100 lines of scrap need as many queries as one."""
        self.accept_due_diligence(self.supplier)
        counts = {}
        for lines in (1, 2, 100):
            picking = self.receive_lines(lines)
            picking._action_done()
            moves = picking.move_ids
            wizard = self.open_wizard(picking)
            wizard.line_ids.invalidate_recordset()
            counts[lines] = (
                self.count(wizard.action_assess),
                self.count(
                    lambda own=moves: self.env["asi.coc.entry"]._post_moves(own)
                ),
            )
            self.assertEqual(self.kinds(picking), {("coc", "post_consumer"): lines})
        self.assertLessEqual(counts[100][0], counts[2][0] + 10, counts)
        self.assertEqual(counts[100][1], counts[2][1], counts)

    def test_queries_of_validating_a_hundred_lines(self):
        """What the ledger costs a receipt of scrap does not grow with its lines."""
        spent = []
        ledger = type(self.env["asi.coc.entry"])
        post = ledger._post_moves

        def counted(model, moves):
            model.env.flush_all()
            before = model.env.cr.sql_log_count
            result = post(model, moves)
            spent.append(model.env.cr.sql_log_count - before)
            return result

        self.patch(ledger, "_post_moves", counted)
        # the first fills what the registry caches
        for lines in (1, 2, 100):
            self.receive_lines(lines)._action_done()
        self.assertEqual(len(spent), 3)
        self.assertEqual(spent[1], spent[2], spent)
        self.assertLess(spent[2], 12, spent)


@tagged("post_install", "-at_install")
class TestWhoAssesses(ScrapCase, UserCase):
    def test_storekeeper_assesses(self):
        self.accept_due_diligence(self.supplier)
        receipt = self.take_in(self.cans, 10)
        self.as_user(self.coc_storekeeper)
        receipt = receipt.with_env(self.env)
        assessment = self.split(
            receipt, pre=10, post=90, confidence_ground="One dealer, sorted"
        )
        self.assertEqual(assessment.create_uid, self.coc_storekeeper)
        assessment.action_withdraw()

    def test_others_do_not(self):
        receipt = self.take_in(self.cans, 10)
        assessment = self.split(receipt, post=100)
        for user in (self.storekeeper, self.auditor):
            with self.assertRaises(AccessError):
                assessment.with_user(user).action_withdraw()
            with self.assertRaises(AccessError):
                self.env["asi.coc.scrap.assess"].with_user(user).create({})
        for user in (self.coc_storekeeper, self.officer, self.representative):
            own = assessment.with_user(user)
            for change in (
                lambda own: own.write({"post_percentage": 0, "pre_percentage": 100}),
                lambda own: own.write({"due_diligence": True}),
                lambda own: own.copy(),
                lambda own: own.unlink(),
            ):
                with self.assertRaises(AccessError):
                    change(own)
        self.assertEqual(
            assessment.with_user(self.auditor).read(["post_percentage"])[0][
                "post_percentage"
            ],
            100,
        )

    def test_other_companies(self):
        receipt = self.take_in(self.cans, 10)
        assessment = self.split(receipt, post=100)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.user("stranger", "stock.group_stock_user", "asi_coc.group_user")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        strange = self.env(
            user=stranger.id, context={"allowed_company_ids": other.ids}, su=False
        )
        for name in ("asi.coc.scrap.assessment", "asi.coc.scrap.to.assess"):
            self.assertFalse(strange[name].search([]))
        with self.assertRaises(AccessError):
            assessment.with_env(strange).action_withdraw()
        wizard = strange["asi.coc.scrap.assess"].create({})
        with self.assertRaises(AccessError):
            wizard.line_ids = [
                Command.create({"move_id": receipt.move_ids.id, "post_percentage": 100})
            ]
            wizard.action_assess()

    def test_files_of_others(self):
        """Naming the id of a file does not open it."""
        secret = self.env["ir.attachment"].create(
            {"name": "secret", "raw": b"x", "res_model": "res.company", "res_id": 1}
        )
        receipt = self.take_in(self.cans, 10)
        assessments = self.env["asi.coc.scrap.assessment"].with_user(
            self.coc_storekeeper
        )
        with self.assertRaises(AccessError):
            assessments._assess(
                [
                    {
                        "move": receipt.move_ids.with_user(self.coc_storekeeper),
                        "pre_percentage": 0,
                        "post_percentage": 100,
                        "dross_percentage": 0,
                        "split_basis": "visual",
                        "content_basis": "product",
                        "evidence_ids": secret.ids,
                    }
                ]
            )
