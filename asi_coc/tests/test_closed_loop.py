from random import Random

from psycopg2.errors import SerializationFailure

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import UserCase
from .common_scrap import ScrapCase


@tagged("post_install", "-at_install")
class TestClosedLoop(ScrapCase):
    """4.2a i: never more eligible scrap back than CoC Material sent."""

    def come_back(self, quantity, partner=None):
        return self.take_in(self.clippings, quantity, partner or self.stamper)

    def figures(self, loop):
        loop.invalidate_recordset()
        return (loop.sent_mass, loop.back_mass, loop.remaining_mass)

    def test_figure_7(self):
        """100 t of CoC Material sent, 40 t of scrap back: all of it is eligible."""
        loop = self.open_loop()
        self.send(100)
        receipt = self.come_back(40)
        assessment = self.split(receipt, pre=100)
        self.assertEqual(assessment.closed_loop_id, loop)
        self.assertEqual(self.kinds(receipt), {("coc", "pre_consumer"): 40})
        self.assertEqual(self.figures(loop), (100, 40, 60))
        self.assertEqual(self.balance("remelting_refining").coc_input, 40)

    def test_every_figure_opens_its_entries(self):
        loop = self.open_loop()
        sent = self.send(100, designated=60)
        self.give_back(sent, 50)
        receipt = self.come_back(5)
        self.split(receipt, pre=100)
        self.assertEqual(self.figures(loop), (50, 5, 45))
        for action, mass in (
            (loop.action_open_sent(), 50),
            (loop.action_open_back(), 5),
        ):
            entries = self.env["asi.coc.entry"].search(action["domain"])
            self.assertEqual(sum(entries.mapped("mass")), mass)
        action = loop.action_open_assessments()
        self.assertEqual(
            self.env["asi.coc.scrap.assessment"].search(action["domain"]),
            self.in_force(receipt),
        )
        self.assertEqual(loop.assessment_count, 1)

    def test_no_more_than_sent(self):
        loop = self.open_loop()
        self.send(30)
        receipt = self.come_back(40)
        self.split(receipt, pre=100)
        self.assertEqual(
            self.kinds(receipt),
            {("coc", "pre_consumer"): 30, ("non_coc", "pre_consumer"): 10},
        )
        self.assertEqual(self.figures(loop), (30, 30, 0))
        second = self.come_back(1)
        with self.refused(
            UserError, second.name, "Stampers & Co", "1 t", "at most 0 t", "4.2a"
        ):
            self.split(second, pre=100, loop_mass=1)
        self.split(second, pre=100)
        self.assertEqual(self.kinds(second), {("non_coc", "pre_consumer"): 1})

    def test_what_is_not_designated_is_not_sent(self):
        loop = self.open_loop()
        self.send(100, designated=25)
        self.assertEqual(self.figures(loop), (25, 0, 25))

    def test_sent_to_others_is_not_sent(self):
        loop = self.open_loop()
        self.send(50, partner=self.customer)
        self.assertEqual(self.figures(loop), (0, 0, 0))

    def test_addresses_of_the_facility_count(self):
        loop = self.open_loop()
        dock = self.env["res.partner"].create(
            {"name": "Dock", "parent_id": self.stamper.id, "type": "delivery"}
        )
        self.send(50, partner=dock)
        receipt = self.come_back(10, dock)
        self.split(receipt, pre=100)
        self.assertEqual(self.figures(loop), (50, 10, 40))

    def test_scrap_before_metal(self):
        """Scrap that came before anything was sent is not made of it."""
        loop = self.open_loop()
        receipt = self.come_back(10)
        self.at("2025-03-20")
        self.send(50)
        self.assertEqual(loop._get_available(receipt.date_done.date()), 0)
        self.split(receipt, pre=100)
        self.assertEqual(self.kinds(receipt), {("non_coc", "pre_consumer"): 10})

    def test_only_the_pre_consumer_part(self):
        """25 % of 40 t, and 75 % post-consumer by due diligence."""
        loop = self.open_loop()
        self.send(100)
        receipt = self.come_back(40)
        self.split(receipt, pre=25, post=75)
        self.assertEqual(
            self.kinds(receipt),
            {("coc", "pre_consumer"): 10, ("coc", "post_consumer"): 30},
        )
        self.assertEqual(self.figures(loop), (100, 10, 90))

    def test_by_aluminium_content(self):
        loop = self.open_loop()
        self.send(100)
        receipt = self.come_back(40)
        self.split(receipt, pre=100, content_basis="estimated", aluminium_percentage=50)
        self.assertEqual(self.figures(loop), (100, 20, 80))
        self.split(receipt, pre=100, content_basis="estimated", aluminium_percentage=75)
        self.assertEqual(self.figures(loop), (100, 30, 70))

    def test_carried_from_period_to_period(self):
        """What is sent and not back stays in the loop, without expiry."""
        loop = self.open_loop()
        self.send(100)
        self.split(self.come_back(30), pre=100)
        self.close(self.period)
        self.at("2026-02-01")
        self.accept_due_diligence(self.stamper)
        receipt = self.come_back(80)
        self.split(receipt, pre=100)
        self.assertEqual(
            self.kinds(receipt),
            {("coc", "pre_consumer"): 70, ("non_coc", "pre_consumer"): 10},
        )
        self.assertEqual(self.figures(loop), (100, 100, 0))

    # -- taken back ---------------------------------------------------------------
    def test_metal_that_comes_back_was_not_sent(self):
        """60 of 100 t return: of 70 t eligible scrap the last 30 t are Non-CoC."""
        loop = self.open_loop()
        sent = self.send(100)
        first = self.come_back(30)
        self.split(first, pre=100)
        self.at("2025-03-12")
        second = self.come_back(40)
        self.split(second, pre=100)
        self.give_back(sent, 60)
        self.assertEqual(self.figures(loop), (40, 40, 0))
        self.assertEqual(self.kinds(first), {("coc", "pre_consumer"): 30})
        self.assertEqual(
            self.kinds(second),
            {("coc", "pre_consumer"): 10, ("non_coc", "pre_consumer"): 30},
        )
        assessment = self.in_force(second)
        self.assertEqual((assessment.loop_mass, assessment.eligible_mass), (10, 10))
        self.assertIn("came back or is designated no more", assessment.note)

    def test_scrap_that_goes_back_frees_the_loop(self):
        loop = self.open_loop()
        self.send(100)
        receipt = self.come_back(60)
        self.split(receipt, pre=100)
        self.give_back(receipt, 20)
        self.assertEqual(self.figures(loop), (100, 40, 60))

    def test_withdrawn_assessment_frees_the_loop(self):
        loop = self.open_loop()
        self.send(100)
        receipt = self.come_back(60)
        self.split(receipt, pre=100).action_withdraw()
        self.assertEqual(self.figures(loop), (100, 0, 100))

    def test_document_takes_the_place_of_the_loop(self):
        """Verified later: the loop is free; withdrawn: it counts again, or less."""
        loop = self.open_loop()
        self.send(100)
        receipt = self.come_back(60)
        self.split(receipt, pre=100)
        self.certify(self.stamper, "C00099", date_end="2025-03-10")
        receipt.move_ids.coc_claimed_mass = 60
        receipt.coc_document_reference = "ST-1"
        self.stamper.write({"street": "1 Press Lane", "city": "Peel"})
        self.verify(receipt)
        self.assertEqual(self.figures(loop), (100, 0, 100))
        self.assertEqual(self.kinds(receipt), {("coc", "pre_consumer"): 60})
        self.at("2025-03-11")
        self.split(self.come_back(70), pre=100)
        receipt.coc_received_document_id.action_withdraw()
        sent, back, _remaining = self.figures(loop)
        self.assertEqual((sent, back), (100, 100))

    def test_void_document(self):
        """9.6: a delivery that is no CoC Material any more was not sent as such."""
        loop = self.open_loop()
        sent = self.send(100)
        receipt = self.come_back(60)
        self.split(receipt, pre=100)
        sent.move_ids._coc_redesignate({sent.move_ids: 20})
        self.assertEqual(self.figures(loop), (20, 20, 0))

    def test_a_delivery_stays_the_facilitys_it_went_to(self):
        """What was sent to another does not fill the loop when its contact changes."""
        loop = self.open_loop()
        other = self.open_loop(self.customer)
        sent = self.send(50, partner=self.customer)
        with self.refused(UserError, sent.name, "Stampers & Co", "8.1"):
            sent.partner_id = self.stamper
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_picking SET partner_id = %s WHERE id = %s",
            [self.stamper.id, sent.id],
        )
        self.env.invalidate_all()
        # a correction names the contact of now, the first entry the one of then
        self.receive(self.slab, 10, claimed=10)
        sent.move_ids.sudo()._coc_redesignate({sent.move_ids: 40})
        self.assertEqual(self.figures(loop), (0, 0, 0))
        self.assertEqual(self.figures(other), (40, 0, 40))

    # -- refusals -----------------------------------------------------------------
    def test_due_diligence_is_needed(self):
        with self.refused(ValidationError, "Stampers & Co", "not accepted", "4.2a"):
            self.env["asi.coc.closed.loop"].create(
                {
                    "partner_id": self.stamper.id,
                    "company_id": self.company.id,
                    "tracing": "?",
                }
            )
        self.open_loop()
        self.send(100)
        self.accept_due_diligence(self.stamper, "2025-03-09")
        receipt = self.come_back(10)
        with self.refused(UserError, "Stampers & Co", "March 10, 2025", "4.2a, 7.2"):
            self.split(receipt, pre=100)
        self.split(receipt, pre=100, closed_loop_id=False)
        self.assertEqual(self.kinds(receipt), {("non_coc", "pre_consumer"): 10})

    def test_certified_facility_gives_documents(self):
        loop = self.open_loop()
        self.send(100)
        self.certify(self.stamper, "C00099")
        receipt = self.come_back(10)
        with self.refused(UserError, "Stampers & Co", "C00099", "CoC Document", "4.2a"):
            self.split(receipt, pre=100)
        with self.refused(UserError, "C00015"):
            self.open_loop(self.supplier)
        self.assertEqual(self.figures(loop)[1], 0)

    def test_loop_of_another(self):
        loop = self.open_loop()
        self.send(100)
        self.accept_due_diligence(self.supplier)
        receipt = self.take_in(self.clippings, 10)
        with self.refused(UserError, receipt.name, "Acme Alumina", "Stampers & Co"):
            self.split(receipt, pre=100, closed_loop_id=loop.id)
        with self.refused(UserError, receipt.name, "no pre-consumer part", "4.2a"):
            self.split(receipt, post=100, closed_loop_id=loop.id)

    def test_archived_loop(self):
        loop = self.open_loop()
        self.send(100)
        receipt = self.come_back(10)
        loop.active = False
        with self.refused(UserError, receipt.name, "archived"):
            self.split(receipt, pre=100, closed_loop_id=loop.id)
        with self.refused(Exception, "already"):
            self.open_loop()

    def test_an_address_is_no_entity(self):
        dock = self.env["res.partner"].create(
            {"name": "Dock", "parent_id": self.stamper.id, "type": "delivery"}
        )
        with self.refused(ValidationError, "Dock", "Stampers & Co", "4.2a"):
            self.open_loop(dock)

    def test_used_loop_stays(self):
        loop = self.open_loop()
        self.send(100)
        receipt = self.come_back(10)
        self.split(receipt, pre=100)
        with self.refused(UserError, "Stampers & Co", receipt.name, "4.2a"):
            loop.partner_id = self.customer
        with self.refused(UserError, "Stampers & Co", receipt.name):
            loop.unlink()
        with self.refused(UserError, "10 t", "0 t", "March 11, 2025", "4.2a"):
            loop.date_start = "2025-03-11"
        self.assertEqual(str(loop.date_start), "2025-01-01")
        self.open_loop(self.customer).unlink()

    def test_merging_facilities_with_loops(self):
        self.open_loop()
        other = self.env["res.partner"].create({"name": "S & C", "is_company": True})
        self.open_loop(other)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        with self.refused(UserError, "Stampers & Co", "4.2a"):
            wizard._merge((self.stamper | other).ids, self.stamper)

    # -- whatever happens ---------------------------------------------------------
    def test_any_order_of_events(self):
        """Random deliveries, receipts and returns of both, assessed and again."""
        for seed in range(6):
            savepoint = self.env.cr.savepoint()
            try:
                self.live(Random(seed))
            finally:
                self.env.transaction.clear()
                savepoint.close(rollback=True)

    def live(self, random):
        loop = self.open_loop()
        self.have_stock(self.slab, 10_000)
        self.receive(self.slab, 9000, claimed=9000)
        sent, back = [], []
        for day in range(11, 27):
            self.at(f"2025-03-{day}")
            step = random.choice(("send", "back", "back", "return", "refuse", "again"))
            if step == "send":
                mass = random.randint(1, 60)
                designated = random.randint(0, mass)
                sent.append(self.send(mass, designated=designated))
            elif step == "back":
                receipt = self.come_back(random.randint(1, 60))
                pre = random.choice((25, 50, 75, 100))
                self.split(receipt, pre=pre, post=100 - pre)
                back.append(receipt)
            elif step == "return" and sent:
                picking = sent.pop(random.randrange(len(sent)))
                self.give_back(
                    picking, random.uniform(0.1, 1) * picking.move_ids.quantity
                )
            elif step == "refuse" and back:
                picking = back[random.randrange(len(back))]
                done = sum(picking.move_ids.returned_move_ids.mapped("quantity"))
                left = picking.move_ids.quantity - done
                if left > 1:
                    self.give_back(picking, round(random.uniform(0.1, 1) * left, 2))
            elif step == "again" and back:
                self.split(
                    random.choice(back),
                    pre=100,
                    content_basis="estimated",
                    aluminium_percentage=random.choice((33.33, 90, 100)),
                )
            sent_mass, back_mass = loop._get_figures()[loop.id]
            self.assertLessEqual(back_mass, max(sent_mass, 0), (day, step))
            self.assertGreaterEqual(back_mass, 0)
        self.check_books()


@tagged("post_install", "-at_install")
class TestClosedLoopAtOnce(ScrapCase):
    def test_second_one_starts_again(self):
        """Who counted on what was seen before another one took it must look again."""
        with self.registry.cursor() as setup:
            # A row that both transactions see; it takes no scope to have one by SQL.
            env = self.env(cr=setup, context={})
            partner = env["res.partner"].create({"name": "At Once", "is_company": True})
            setup.execute(
                "INSERT INTO asi_coc_closed_loop "
                "(partner_id, company_id, tracing, date_start, active, use_count) "
                "VALUES (%s, %s, 'Apart', '2025-01-01', TRUE, 0) RETURNING id",
                [partner.id, env.ref("base.main_company").id],
            )
            ids = (*setup.fetchone(), partner.id)
        try:
            with self.registry.cursor() as one, self.registry.cursor() as other:
                first = self.env(cr=one)["asi.coc.closed.loop"].browse(ids[0])
                second = self.env(cr=other)["asi.coc.closed.loop"].browse(ids[0])
                self.assertEqual(second._get_available(second.date_start), 0)
                first._lock()
                one.commit()
                with (
                    self.assertRaises(SerializationFailure),
                    mute_logger("odoo.sql_db"),
                ):
                    second._lock()
                other.rollback()
        finally:
            with self.registry.cursor() as tidy:
                env = self.env(cr=tidy)
                env["asi.coc.closed.loop"].browse(ids[0]).unlink()
                env["res.partner"].browse(ids[1]).unlink()


@tagged("post_install", "-at_install")
class TestWhoKeepsLoops(ScrapCase, UserCase):
    def test_officers_keep_loops(self):
        loop = self.open_loop()
        values = {"partner_id": self.customer.id, "tracing": "?"}
        self.accept_due_diligence(self.customer)
        for user in (self.coc_storekeeper, self.auditor):
            own = loop.with_user(user)
            self.assertEqual(own.sent_mass, 0)
            with self.assertRaises(AccessError):
                own.tracing = "Otherwise"
            with self.assertRaises(AccessError):
                own.create(values)
        own = loop.with_user(self.officer)
        own.tracing = "Otherwise"
        with self.assertRaises(AccessError):
            own.use_count = 0
        own.create(values)
        own.action_open_sent()

    def test_storekeepers_use_them(self):
        loop = self.open_loop()
        self.send(50)
        receipt = self.take_in(self.clippings, 10, self.stamper)
        self.as_user(self.coc_storekeeper)
        self.split(receipt.with_env(self.env), pre=100)
        self.assertEqual(loop.sudo().back_mass, 10)

    def test_other_companies(self):
        self.open_loop()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.user("stranger", "asi_coc.group_officer")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        strange = self.env(
            user=stranger.id, context={"allowed_company_ids": other.ids}, su=False
        )
        self.assertFalse(strange["asi.coc.closed.loop"].search([]))
