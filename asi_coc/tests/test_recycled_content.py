from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from psycopg2 import IntegrityError

from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..core.sustainability import AluminiumInput, recycled_content
from .common import CocCase

MASSES = st.decimals(0, 10**6, places=6, allow_nan=False)


class TestRecycledContentProperties(BaseCase):
    """Whatever comes in, the shares are shares."""

    @settings(derandomize=True, max_examples=50, deadline=None)
    @given(st.lists(MASSES, min_size=6, max_size=6))
    def test_shares_lie_between_nothing_and_all(self, masses):
        content = recycled_content(AluminiumInput(*masses))
        pre, post = content.pre_consumer, content.post_consumer
        self.assertGreaterEqual(min(pre.percentage, post.percentage), 0)
        self.assertLessEqual(pre.part + post.part, pre.whole)
        self.assertEqual(pre.whole, sum(masses))

    @settings(
        derandomize=True, max_examples=25, deadline=None, phases=(Phase.generate,)
    )
    @given(MASSES, MASSES)
    def test_more_primary_never_raises_a_share(self, scrap, primary):
        alone = recycled_content(AluminiumInput(post_consumer=scrap))
        mixed = recycled_content(AluminiumInput(post_consumer=scrap, primary=primary))
        self.assertLessEqual(
            mixed.post_consumer.percentage, alone.post_consumer.percentage
        )


@tagged("post_install", "-at_install")
class TestRecycledContent(CocCase):
    """A scope that melts scrap, smelts, casts and rolls (9.3c)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scope.issue_automatically = False
        cls.furnace_place = cls._create_location("Furnace")
        cls.add_facility("Furnace", "remelting_refining", cls.furnace_place)
        cls.scraps = {
            kind: cls._create_product(
                kind,
                "scrap",
                cls.tonne,
                coc_form_id=cls.env.ref(f"asi_coc.form_{form}").id,
            )
            for kind, form in (
                ("pre", "pre_consumer_scrap"),
                ("post", "post_consumer_scrap"),
                ("dross", "dross"),
            )
        }

    def melt(self, kind, quantity):
        return self.receive(self.scraps[kind], quantity, place=self.furnace_place)

    def shares(self):
        content = self.period._get_recycled_content()
        return tuple(
            float(round(share.percentage, 4))
            for share in (content.pre_consumer, content.post_consumer)
        )

    def ship(self):
        self.receive(self.slab, 10, claimed=10)
        return self.deliver(self.slab, 10, designated=10).coc_document_ids

    def test_shares(self):
        """10 t pre, 5 t dross, 25 t post of 100 t: with 60 t of metal bought."""
        self.melt("pre", 10)
        self.melt("dross", 5)
        self.melt("post", 25)
        self.receive(self.slab, 60)
        self.assertEqual(self.shares(), (15, 25))

    def test_scrap_by_its_aluminium_content(self):
        """50 t of scrap of 80 % aluminium are 40 t, of 100 t."""
        self.scraps["post"].coc_aluminium_percentage = 80
        self.melt("post", 50)
        self.receive(self.slab, 60)
        self.assertEqual(self.shares(), (0, 40))

    def test_alumina_counts_by_the_aluminium_in_it(self):
        """100 t of alumina are 52 t of aluminium, beside 48 t of scrap."""
        self.facility("Smelter").declared_yield = 0.52
        self.receive(self.alumina, 100, place=self.smelter_place)
        self.melt("pre", 48)
        self.assertEqual(self.shares(), (48, 0))

    def test_own_scrap_is_left_out(self):
        """Scrap the mill makes and the furnace takes in never came from outside."""
        self.melt("post", 20)
        self.receive(self.slab, 80, place=self.mill_place)
        self.produce(self.scraps["pre"], 30, [(self.slab, 30)], self.mill_place)
        self.move_inside(self.scraps["pre"], 30, self.mill_place, self.furnace_place)
        self.assertEqual(self.shares(), (0, 20))

    def test_returned_scrap_is_taken_back(self):
        receipt = self.melt("pre", 30)
        self.give_back(receipt, 20)
        self.receive(self.slab, 90)
        self.assertEqual(self.shares(), (10, 0))

    def test_scrap_of_unknown_kind_counts_in_neither_share(self):
        self.receive(self.scrap, 20, place=self.furnace_place)
        self.melt("pre", 20)
        self.receive(self.slab, 60)
        self.assertEqual(self.shares(), (20, 0))

    def test_other_periods_do_not_count(self):
        self.melt("pre", 10)
        following = self.open_period("2026-01-01", "2026-12-31")
        self.at("2026-01-15")
        self.melt("post", 10)
        self.assertEqual(self.shares(), (100, 0))
        self.period = following
        self.assertEqual(self.shares(), (0, 100))

    # -- on the document ----------------------------------------------------
    def test_proposed_on_the_draft(self):
        """10 t of the 40 t are the metal that is shipped itself."""
        self.melt("pre", 10)
        self.melt("post", 20)
        document = self.ship()
        self.assertIn(
            "Pre-consumer 25 %, post-consumer 50 % of all aluminium received from "
            "January 1, 2025 to March 10, 2025.",
            document.recycled_content,
        )
        self.assertIn("Method: ", document.recycled_content)
        self.assertTrue(document.print_recycled_content)
        document.action_issue()
        self.assertIn("Pre-consumer 25 %", document.recycled_content)

    def test_turned_off(self):
        self.melt("pre", 10)
        document = self.ship()
        document.print_recycled_content = False
        page = self.env["report.asi_coc.report_document_pages"]
        self.assertFalse(page._get_page(document)["sustainability"])
        document.action_issue()
        self.assertFalse(document.recycled_content)

    def test_nothing_without_scrap(self):
        self.assertFalse(self.ship().recycled_content)

    def test_nothing_on_scrap_sold(self):
        """Recycled content is of aluminium; scrap sold on has none of its own."""
        self.melt("pre", 40)
        self.receive(self.scraps["pre"], 10, claimed=10, place=self.furnace_place)
        document = self.deliver(
            self.scraps["pre"], 5, designated=1, place=self.furnace_place
        ).coc_document_ids
        self.assertEqual(document.line_ids.mapped("material"), ["scrap"])
        self.assertFalse(document.recycled_content)

    def test_only_scrap_has_a_kind(self):
        form = self.env.ref("asi_coc.form_billet")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                form.scrap_kind = "dross"
                form.flush_recordset()
