from odoo.exceptions import UserError
from odoo.tests import tagged

from .common_scrap import ScrapCase


@tagged("post_install", "-at_install")
class TestScrapAnalysis(ScrapCase):
    """8.3: scrap counts by the aluminium in it, estimated and then analysed."""

    def estimate(self, receipt, content, **values):
        return self.split(
            receipt,
            post=100,
            content_basis="estimated",
            aluminium_percentage=content,
            **values,
        )

    def analyse(self, receipt, content, **values):
        return self.split(
            receipt,
            **({"post": 100} if "pre" not in values else {}),
            content_basis="analysed",
            aluminium_percentage=content,
            analysed_on="2025-03-10",
            evidence_ids=self.report().ids,
            **values,
        )

    def setUp(self):
        super().setUp()
        self.accept_due_diligence(self.supplier)

    def test_the_products_own_content_until_then(self):
        self.cans.coc_aluminium_percentage = 95
        receipt = self.take_in(self.cans, 10)
        self.split(receipt, post=100)
        self.assertEqual(self.kinds(receipt), {("coc", "post_consumer"): 9.5})

    def test_estimated_then_analysed(self):
        """90 % estimated, 87.5 % analysed: the difference is an entry of its own."""
        receipt = self.take_in(self.cans, 20)
        self.estimate(receipt, 90)
        self.assertEqual(self.kinds(receipt), {("coc", "post_consumer"): 18})
        assessment = self.analyse(receipt, 87.5)
        self.assertEqual(self.kinds(receipt), {("coc", "post_consumer"): 17.5})
        last = self.env["asi.coc.entry"].search(
            [("picking_id", "=", receipt.id)], order="id desc", limit=1
        )
        self.assertEqual((last.mass, last.quantity), (-0.5, 0))
        self.assertEqual(last.corrects_id.mass, 18)
        self.assertEqual(last.assessment_id, assessment)
        self.assertIn("87.50 % assessed", last.mass_basis)
        self.assertEqual(assessment.evidence_ids.res_model, assessment._name)
        self.assertEqual(str(assessment.analysed_on), "2025-03-10")

    def test_analysis_may_find_more(self):
        receipt = self.take_in(self.cans, 20)
        self.estimate(receipt, 80)
        self.analyse(receipt, 90)
        self.assertEqual(self.kinds(receipt), {("coc", "post_consumer"): 18})

    def test_analysis_with_another_split(self):
        receipt = self.take_in(self.cans, 20)
        self.estimate(receipt, 100)
        self.analyse(receipt, 50, pre=50, post=50)
        self.assertEqual(
            self.kinds(receipt),
            {("coc", "post_consumer"): 5, ("non_coc", "pre_consumer"): 5},
        )

    def test_wins_over_what_was_counted(self):
        """Also where the product's content changed in the meantime."""
        receipt = self.take_in(self.cans, 20)
        self.cans.coc_aluminium_percentage = 70
        self.estimate(receipt, 100)
        self.analyse(receipt, 60)
        self.assertEqual(self.kinds(receipt), {("coc", "post_consumer"): 12})
        # back to what was counted when it came, whatever the product says now
        self.in_force(receipt).action_withdraw()
        self.assertEqual(self.kinds(receipt), {("non_coc", False): 20})

    def test_content_equal_to_the_products(self):
        """The stock is counted with it too: no difference to reconcile."""
        receipt = self.take_in(self.cans, 20)
        self.estimate(receipt, 60)
        self.cans.coc_aluminium_percentage = 60
        self.estimate(receipt, 100)
        self.assertEqual(self.kinds(receipt), {("coc", "post_consumer"): 20})
        self.estimate(receipt, 60)
        self.assertEqual(self.kinds(receipt), {("coc", "post_consumer"): 12})

    def test_returns_follow_the_analysis(self):
        receipt = self.take_in(self.cans, 20)
        self.estimate(receipt, 90)
        returned = self.give_back(receipt, 10)
        self.assertEqual(self.kinds(returned), {("coc", "post_consumer"): -9})
        self.analyse(receipt, 80)
        self.assertEqual(self.kinds(returned), {("coc", "post_consumer"): -8})

    def test_documented_mass_is_not_more_than_the_aluminium(self):
        """4 t claimed; analysis finds 3 t of aluminium: 3 t count."""
        receipt = self.receive(self.clippings, 4, claimed=4, place=self.furnace_place)
        self.analyse(receipt, 75, pre=100, post=0)
        self.assertEqual(self.kinds(receipt), {("coc", "pre_consumer"): 3})

    def test_closed_period_keeps_its_figures(self):
        """8.2, 8.9: the correction is in the open period, flagged late."""
        receipt = self.take_in(self.cans, 20)
        self.estimate(receipt, 90)
        self.close(self.period)
        following = self.next_period()
        self.analyse(receipt, 80, pre=50, post=50)
        self.assertEqual(self.balance("remelting_refining").coc_input, 18)
        late = self.env["asi.coc.entry"].search(
            [("picking_id", "=", receipt.id), ("late", "=", True)]
        )
        self.assertEqual(late.period_id, following)
        self.assertEqual(
            {(entry.status, entry.scrap_kind, entry.mass) for entry in late},
            {("coc", "post_consumer", -10), ("non_coc", "pre_consumer", 8)},
        )
        remelter = self.balance("remelting_refining", following)
        # 10 t less than what was carried over
        self.assertEqual(remelter.coc_taken_back, 10)
        self.assertEqual(remelter.non_coc_inflow, 8)

    def test_pieces_have_a_mass_of_their_own(self):
        bale = self._create_product(
            "Bale",
            "scrap",
            self.unit,
            coc_net_mass=0.5,
            coc_form_id=self.env.ref("asi_coc.form_post_consumer_scrap").id,
        )
        receipt = self.take_in(bale, 4)
        with self.refused(UserError, "Bale", receipt.name, "Units", "90 %", "8.3"):
            self.estimate(receipt, 90)
        self.split(receipt, post=100)
        self.assertEqual(self.kinds(receipt), {("coc", "post_consumer"): 2})

    def test_what_an_analysis_needs(self):
        receipt = self.take_in(self.cans, 20)
        values = {"content_basis": "analysed", "aluminium_percentage": 90, "post": 100}
        with self.refused(
            UserError, "Cans", receipt.name, "no laboratory report", "8.3"
        ):
            self.split(receipt, analysed_on="2025-03-10", **values)
        for day, named in ((False, "Nothing"), ("2025-03-11", "March 11, 2025")):
            with self.refused(UserError, "Cans", receipt.name, named, "8.3"):
                self.split(
                    receipt, analysed_on=day, evidence_ids=self.report().ids, **values
                )
        for content in (0, -1, 100.5):
            with self.refused(UserError, "Cans", receipt.name, "at most 100 %", "8.3"):
                self.estimate(receipt, content)

    def test_lots_of_one_receipt(self):
        """Each lot has its own entries; the content is the receipt's."""
        self.cans.tracking = "lot"
        receipt = self.plan(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            self.furnace_place,
            [{"product": self.cans, "quantity": 10}],
            self.supplier,
        )
        line = receipt.move_ids.move_line_ids
        line.write({"quantity": 4, "lot_name": "B1"})
        line.copy({"quantity": 6, "lot_name": "B2"})
        receipt.move_ids.picked = True
        receipt.button_validate()
        self.estimate(receipt, 50)
        self.assertEqual(self.kinds(receipt), {("coc", "post_consumer"): 5})
        masses = {}
        for entry in self.env["asi.coc.entry"].search(
            [("picking_id", "=", receipt.id)]
        ):
            masses[entry.lot_id.name] = masses.get(entry.lot_id.name, 0) + entry.mass
        self.assertEqual(masses, {"B1": 2, "B2": 3})
