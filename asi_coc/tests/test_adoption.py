from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import CocCase, UserCase
from .common_books import BooksMixin
from .common_history import HistoryMixin


class AdoptionCase(HistoryMixin, BooksMixin, CocCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.yard = cls._create_location("Yard")

    def live_untold(self):
        """Ten moves before the scope was active."""
        self.forget()
        self.at("2025-02-03")
        self.have_stock(self.slab, 100)
        receipt = self.receive(self.slab, 30)
        self.at("2025-02-10")
        self.deliver(self.slab, 20)
        self.give_back(receipt, 10)
        self.move_inside(self.slab, 5, self.casthouse_place, self.mill_place)
        self.receive(self.liquid, 40)
        self.produce(self.slab, 38, [(self.liquid, 39)], self.casthouse_place)
        self.at("2025-03-03")
        self.receive(self.slab, 7, place=self.yard)
        self.receive(self.scrap, 2)
        self.at("2025-03-10")

    def rows(self, lines, *names):
        return sorted(
            tuple(
                getattr(line[name], "name", None) or line[name] or None
                if not isinstance(line[name], bool)
                else line[name]
                for name in names
            )
            for line in lines
        )


@tagged("post_install", "-at_install")
class TestAdoption(AdoptionCase):
    """8.1: what was done before the ledger is adopted as if it had been lived."""

    def check_books(self):
        # before anything is adopted, the ledger is not to agree with the stock
        adopted = self.env["asi.coc.adoption"].search_count([("state", "=", "done")])
        return super().check_books() if adopted else None

    def test_same_ledger_as_living_through(self):
        self.live_untold()
        self.assertEqual(self.count_entries(), 0)
        self.remember()
        # in the yard, and scrap in a casthouse: unclassified, and told below
        self.not_reconciled = self.slab | self.scrap
        self.adopt()
        self.assertEqual(
            self.flows_of("casthouse", self.slab),
            {
                ("gain", "pooled"): 100,
                ("input", "non_coc"): 20,
                ("output", "non_coc"): 20,
                ("intra_entity_out", "pooled"): 5,
                ("production", "pooled"): 38,
            },
        )
        self.assertEqual(
            self.flows_of("casthouse", self.liquid),
            {("input", "non_coc"): 40, ("consumption", "pooled"): 39},
        )
        self.assertEqual(
            self.flows_of("post_casthouse"), {("intra_entity_in", "pooled"): 5}
        )
        self.assertEqual(self.balance("casthouse").total_outflow, 25)
        self.assertEqual(self.scope.unclassified_count, 2)

    def test_preview_posts_nothing_and_tells_everything(self):
        bolt = self._create_product("Bolt", False, self.unit)
        self.live_untold()
        self.receive(bolt, 4)
        self.remember()
        adoption = self.adoption()
        adoption.action_preview()
        self.assertEqual(adoption.state, "previewed")
        self.assertEqual(self.count_entries(), 0)
        self.assertEqual(adoption.total_count, 10)
        self.assertEqual(
            self.rows(adoption.product_line_ids, "product_id", "move_count", "mass"),
            [("Liquid Metal", 2, 79), ("Process Scrap", 1, 2), ("Slab", 7, 210)],
        )
        self.assertEqual(
            self.rows(
                adoption.location_line_ids,
                *("location_id", "facility_id", "move_count", "mass"),
            ),
            [
                ("Casthouse", "Casthouse", 9, 284),
                ("Mill", "Mill", 1, 5),
                ("Yard", None, 1, 7),
            ],
        )
        self.assertEqual(
            self.rows(
                adoption.unclassified_line_ids,
                *("reason", "product_id", "location_id", "location_dest_id"),
                *("move_count", "mass"),
            ),
            [
                ("no_facility", "Slab", "Vendors", "Yard", 1, 7),
                ("wrong_material", "Process Scrap", "Vendors", "Casthouse", 1, 2),
            ],
        )
        self.assertEqual(
            self.rows(adoption.period_line_ids, "period_id", "late", "move_count"),
            [("2025", False, 10)],
        )
        self.assertEqual(
            self.rows(
                adoption.left_out_line_ids,
                *("kind", "product_id", "move_count", "quantity"),
            ),
            [("ignored", "Bolt", 1, 4)],
        )
        slab = adoption.product_line_ids.filtered(lambda x: x.product_id == self.slab)
        self.assertEqual(
            (str(slab.date_start), str(slab.date_end)), ("2025-02-03", "2025-03-03")
        )

    def test_preview_of_what_has_no_mass(self):
        self.forget()
        billet = self._create_product("Odd Billet", "aluminium", self.unit)
        self.receive(billet, 12)
        self.remember()
        adoption = self.adoption()
        adoption.action_preview()
        self.assertEqual(
            self.rows(
                adoption.unclassified_line_ids,
                *("reason", "product_id", "move_count", "mass", "quantity"),
            ),
            [("no_mass", "Odd Billet", 1, None, 12)],
        )
        billet.coc_net_mass = 2
        adoption.action_preview()
        self.assertFalse(adoption.unclassified_line_ids)
        adoption.action_adopt()
        self.run_job()
        self.assertEqual(self.ledger(billet), {("input", "non_coc"): 24})

    def test_only_from_the_day_on(self):
        self.live_untold()
        self.remember()
        self.not_reconciled = self.slab | self.scrap | self.liquid
        self.adopt("2025-02-10")
        # 100 t were counted and 30 t came in before; 10 t of them went back after
        self.assertEqual(
            self.flows_of("casthouse", self.slab),
            {
                ("input", "non_coc"): -10,
                ("output", "non_coc"): 20,
                ("intra_entity_out", "pooled"): 5,
                ("production", "pooled"): 38,
            },
        )

    def test_a_claim_verified_afterwards(self):
        """Receipts of the past are Non-CoC until their document is verified."""
        self.forget()
        receipt = self.receive(self.slab, 100)
        self.remember()
        self.adopt()
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 100})
        receipt.move_ids.coc_claimed_mass = 60
        receipt.coc_document_reference = "ACME-2025-1"
        self.verify(receipt)
        self.assertEqual(
            self.entries(receipt), {("input", "non_coc"): 40, ("input", "coc"): 60}
        )

    def test_unclassified_is_classed_once_cured(self):
        self.live_untold()
        self.remember()
        self.not_reconciled = self.scrap
        self.adopt()
        self.facility("Casthouse").storage_location_ids = self.yard
        self.scope.action_classify()
        self.assertEqual(self.scope.unclassified_count, 1)
        self.assertEqual(self.flows_of("casthouse", self.slab)["input", "non_coc"], 27)

    # -- moves the ledger has already -------------------------------------------
    def test_twice_posts_nothing(self):
        self.live_untold()
        self.remember()
        self.not_reconciled = self.slab | self.scrap
        first = self.adopt()
        before = self.count_entries()
        self.assertEqual(first.entry_count, before)
        second = self.adoption()
        second.action_preview()
        self.assertFalse(second.period_line_ids)
        second.action_adopt()
        self.run_job()
        self.assertEqual(second.state, "done")
        self.assertEqual(second.entry_count, 0)
        self.assertEqual(self.count_entries(), before)

    def test_return_that_was_done_before_its_origin_was_adopted(self):
        """It takes back the flow where it was, though it came back elsewhere."""
        self.forget()
        self.have_stock(self.slab, 50)
        delivery = self.deliver(self.slab, 40)
        self.remember()
        self.give_back(delivery, 15, place=self.mill_place)
        self.assertEqual(self.flows_of("post_casthouse"), {("output", "non_coc"): -15})
        self.adopt()
        self.assertEqual(
            self.flows_of("casthouse"),
            {
                ("gain", "pooled"): 50,
                ("output", "non_coc"): 25,
                ("intra_entity_out", "pooled"): 15,
            },
        )
        self.assertEqual(
            self.flows_of("post_casthouse"), {("intra_entity_in", "pooled"): 15}
        )

    def test_what_a_manager_keeps_out_stays_out(self):
        self.forget()
        self.receive(self.slab, 30)
        self.remember()
        self.scope.action_check_drift()
        drift = self.env["asi.coc.drift"].search([("scope_id", "=", self.scope.id)])
        action = drift.action_decide()
        self.env[action["res_model"]].with_context(**action["context"]).create(
            {"reason": "Belongs to the trading desk"}
        ).action_keep()
        adoption = self.adoption()
        adoption.action_preview()
        self.assertEqual(adoption.total_count, 0)
        self.assertEqual(
            self.rows(adoption.left_out_line_ids, "kind", "product_id", "quantity"),
            [("kept", "Slab", 30)],
        )
        self.not_reconciled = self.slab

    # -- periods ------------------------------------------------------------------
    def test_history_of_a_closed_period_is_late(self):
        self.forget()
        self.at("2025-06-02")
        self.receive(self.slab, 30)
        self.at("2026-02-02")
        self.receive(self.slab, 4)
        self.remember()
        self.period.closing_explanation = "No history yet"
        self.close(self.period)
        adoption = self.adoption()
        adoption.action_preview()
        self.assertEqual(
            self.rows(adoption.period_line_ids, "period_id", "late", "move_count"),
            [("2026", False, 1), ("2026", True, 1)],
        )
        adoption.action_adopt()
        self.run_job()
        entries = self.env["asi.coc.entry"].search(
            [("scope_id", "=", self.scope.id), ("move_id", "!=", False)], order="date"
        )
        self.assertEqual(
            [(str(one.date), one.late, one.period_id.name) for one in entries],
            [("2025-06-02", True, "2026"), ("2026-02-02", False, "2026")],
        )

    def test_periods_must_reach_back(self):
        adoption = self.adoption("2023-05-01")
        with self.refused(
            UserError, "May 1, 2023", "needs Material Accounting Periods", "2025"
        ):
            adoption.action_preview()
        self.open_period("2024-01-01", "2024-12-31")
        self.open_period("2023-05-01", "2023-12-31")
        adoption.action_preview()
        self.assertEqual(adoption.state, "previewed")

    def test_starts_with_the_first_open_period(self):
        adoption = self.env["asi.coc.adoption"].create({"scope_id": self.scope.id})
        self.assertEqual(adoption.date_from, self.period.date_start)
        self.assertEqual(adoption.display_name, "Melt & Roll from January 1, 2025")
        with self.refused(ValidationError, "still to come"):
            adoption.date_from = "2025-03-11"

    def test_scope_must_be_active(self):
        self.forget()
        with self.refused(UserError, "Activate scope Melt & Roll first"):
            self.adoption().action_preview()

    # -- interrupting -------------------------------------------------------------
    def test_interrupted_and_resumed(self):
        self.live_untold()
        self.remember()
        self.not_reconciled = self.slab | self.scrap
        self.batches_of(4)
        adoption = self.adoption()
        adoption.action_preview()
        adoption.action_adopt()
        adoption.sudo()._process_batch()
        adoption.invalidate_recordset()
        self.assertEqual((adoption.processed_count, adoption.progress), (4, 40))
        adoption.action_interrupt()
        before = self.count_entries()
        self.run_job()
        self.assertEqual(adoption.state, "interrupted")
        self.assertEqual(self.count_entries(), before)
        # The warehouse goes on, with a new move and a return of an old one.
        self.receive(self.slab, 3)
        adoption.action_resume()
        self.run_job()
        self.assertEqual(adoption.state, "done")
        self.assertEqual(adoption.batch_ids.mapped("move_count"), [4, 4, 2])
        self.assertEqual(
            self.flows_of("casthouse", self.slab),
            {
                ("gain", "pooled"): 100,
                ("input", "non_coc"): 23,
                ("output", "non_coc"): 20,
                ("intra_entity_out", "pooled"): 5,
                ("production", "pooled"): 38,
            },
        )
        self.assertEqual(self.env["asi.coc.total"]._find_differences(), [])

    def test_the_job_goes_on_after_a_crash(self):
        """Nobody pressed anything: what is running is found by the job."""
        self.live_untold()
        self.remember()
        self.not_reconciled = self.slab | self.scrap
        self.batches_of(3)
        adoption = self.adoption()
        adoption.action_preview()
        adoption.action_adopt()
        adoption.sudo()._process_batch()
        self.env["ir.cron.trigger"].search([]).unlink()
        self.run_job()
        self.assertEqual(adoption.state, "done")
        self.assertEqual(sum(adoption.batch_ids.mapped("move_count")), 10)
        self.assertEqual(adoption.entry_count, self.count_entries())

    def test_return_in_the_batch_of_its_origin(self):
        """Batches of any size put a return after what it returns."""
        self.forget()
        self.have_stock(self.slab, 50)
        delivery = self.deliver(self.slab, 40)
        back = self.give_back(delivery, 15, place=self.mill_place)
        self.give_back(back, 5, place=self.env.ref("stock.stock_location_customers"))
        self.remember()
        for size in (1, 2, 100):
            with self.subTest(size=size), self.env.cr.savepoint() as savepoint:
                self.batches_of(size)
                self.adopt()
                self.assertEqual(self.flows_of("casthouse")["output", "non_coc"], 25)
                savepoint.rollback()
                self.env.invalidate_all()
        self.not_reconciled = self.slab

    def test_preview_interrupted(self):
        self.live_untold()
        self.remember()
        self.not_reconciled = self.slab | self.scrap | self.liquid
        self.batches_of(4)
        adoption = self.adoption()
        adoption.sudo().write({"state": "previewing", "total_count": 10})
        adoption.sudo()._process_batch()
        self.assertTrue(adoption.product_line_ids)
        adoption.action_interrupt()
        self.assertEqual(adoption.state, "draft")
        self.assertFalse(adoption.product_line_ids)
        adoption.action_preview()
        self.assertEqual(sum(adoption.product_line_ids.mapped("move_count")), 10)

    def test_preview_goes_on_in_the_background(self):
        self.live_untold()
        self.remember()
        self.not_reconciled = self.slab | self.scrap | self.liquid
        self.batches_of(4)
        adoption = self.adoption()
        adoption.sudo().write({"state": "previewing", "total_count": 10})
        adoption.sudo()._process_batch()
        self.run_job()
        self.assertEqual(adoption.state, "previewed")
        self.assertEqual(sum(adoption.product_line_ids.mapped("move_count")), 10)
        self.assertEqual(self.count_entries(), 0)

    def test_history_gives_no_coc_material_away(self):
        """A designation planted below the guards keeps the limits (8.7)."""
        self.forget()
        self.have_stock(self.slab, 50)
        delivery = self.deliver(self.slab, 20)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move SET coc_designated_qty = 20 WHERE id = %s",
            delivery.move_ids.ids,
        )
        self.env.invalidate_all()
        self.remember()
        adoption = self.adoption()
        adoption.action_preview()
        adoption.action_adopt()
        self.run_job()
        self.assertEqual(adoption.state, "interrupted")
        self.assertEqual(self.count_entries(), 0)
        told = " ".join(adoption.message_ids.mapped("body"))
        self.assertIn("20 t cannot be designated as CoC Material", told)

    # -- on file ------------------------------------------------------------------
    def test_stays_on_file(self):
        self.live_untold()
        self.remember()
        self.not_reconciled = self.slab | self.scrap
        adoption = self.adopt()
        self.assertEqual(adoption.adopted_by_id, self.env.user)
        told = " ".join(adoption.message_ids.mapped("body"))
        self.assertIn("History adopted: 10 moves, 11 entries, 2 of them", told)
        entries = self.env["asi.coc.entry"].search(
            adoption.action_open_entries()["domain"]
        )
        self.assertEqual(len(entries), adoption.entry_count)
        self.assertEqual(entries.create_uid, self.env.user)
        for change in ({"date_from": "2025-02-01"}, {"scope_id": self.scope.id}):
            with self.refused(UserError, "has begun to post entries"):
                adoption.write(change)
        with self.refused(UserError, "has begun to post entries"):
            adoption.unlink()

    def test_another_day_needs_another_preview(self):
        adoption = self.adoption()
        adoption.action_preview()
        adoption.date_from = "2025-02-01"
        self.assertEqual(adoption.state, "draft")
        with self.refused(UserError, "is Draft"):
            adoption.action_adopt()

    def test_one_at_a_time(self):
        first, second = self.adoption(), self.adoption()
        for adoption in (first, second):
            adoption.action_preview()
        first.action_adopt()
        with self.refused(UserError, "is being adopted"):
            second.action_adopt()

    def test_the_scope_opens_what_is_not_finished(self):
        action = self.scope.action_adopt_history()
        self.assertFalse(action["res_id"])
        self.assertEqual(action["context"], {"default_scope_id": self.scope.id})
        adoption = self.adoption()
        self.assertEqual(self.scope.action_adopt_history()["res_id"], adoption.id)

    def test_queries_do_not_grow_with_the_moves(self):
        self.forget()
        for _number in range(3):
            self.receive(self.slab, 1)
        self.remember()

        def cost():
            adoption = self.adoption()
            adoption.action_preview()
            adoption.action_adopt()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            adoption.sudo()._process_batch()
            self.env.flush_all()
            count = self.env.cr.sql_log_count - before
            adoption.sudo()._finish()
            return count

        few = cost()
        self.forget()
        for _number in range(12):
            self.receive(self.slab, 1)
        self.remember()
        self.assertEqual(cost(), few)


@tagged("post_install", "-at_install")
class TestAdoptionRights(HistoryMixin, UserCase):
    """1.4: a Management Representative adopts, the auditor sees it later."""

    def test_officer_cannot(self):
        self.forget()
        self.receive(self.slab, 30)
        self.remember()
        adoption = self.adoption(user=self.representative)
        adoption.action_preview()
        as_officer = adoption.with_user(self.officer)
        self.assertEqual(as_officer.product_line_ids.move_count, 1)
        for action in ("action_preview", "action_adopt", "action_interrupt"):
            with self.refused(UserError, "Only a Management Representative"):
                getattr(as_officer, action)()
        with self.refused(UserError, "Only a Management Representative"):
            self.scope.with_user(self.officer).action_adopt_history()
        with self.assertRaises(AccessError):
            self.adoption(user=self.officer)
        with self.assertRaises(AccessError):
            as_officer.date_from = "2025-02-01"

    def test_representative_adopts_and_auditor_reads(self):
        self.forget()
        self.receive(self.slab, 30)
        self.remember()
        adoption = self.adoption(user=self.representative)
        adoption.action_preview()
        adoption.action_adopt()
        self.run_job()
        as_auditor = adoption.with_user(self.auditor)
        self.assertEqual(as_auditor.state, "done")
        self.assertEqual(as_auditor.adopted_by_id, self.representative)
        self.assertEqual(as_auditor.batch_ids.entry_count, 1)
        self.assertEqual(as_auditor.product_line_ids.mass, 30)
        with self.assertRaises(AccessError):
            as_auditor.date_from = "2025-02-01"
        entry = self.env["asi.coc.entry"].search([("scope_id", "=", self.scope.id)])
        self.assertEqual(entry.create_uid, self.representative)

    def test_what_the_buttons_write_nobody_else_writes(self):
        adoption = self.adoption(user=self.representative)
        for name, value in (
            ("state", "previewed"),
            ("total_count", 5),
            ("adopted_by_id", self.officer.id),
            ("adopted_on", "2025-01-01"),
            ("finished_on", "2025-01-01"),
            ("previewed_on", "2025-01-01"),
        ):
            with self.refused(AccessError, "cannot be written directly"):
                adoption.write({name: value})
            with self.refused(AccessError, "cannot be written directly"):
                self.adoption(user=self.representative, **{name: value})

    def test_storekeeper_sees_nothing(self):
        adoption = self.adoption()
        for user in (self.storekeeper, self.coc_storekeeper, self.salesperson):
            for model in ("", ".line", ".batch"):
                with self.assertRaises(AccessError):
                    self.env[f"asi.coc.adoption{model}"].with_user(user).search([])
            with self.refused(UserError, "Only a Management Representative"):
                adoption.with_user(user).action_interrupt()

    def test_representative_of_another_company(self):
        self.forget()
        self.receive(self.slab, 30)
        self.remember()
        adoption = self.adoption()
        adoption.action_preview()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.user("stranger", "asi_coc.group_representative")
        stranger.write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        self.env = self.env(
            user=stranger.id, context={"allowed_company_ids": company.ids}
        )
        adoption = adoption.with_env(self.env)
        for action in ("action_preview", "action_adopt", "action_open_entries"):
            with self.assertRaises(AccessError):
                getattr(adoption, action)()
        for model in ("", ".line", ".batch"):
            self.assertFalse(self.env[f"asi.coc.adoption{model}"].search([]))
        with self.assertRaises(AccessError):
            self.adoption()
