from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CocCase
from .common_operations import OperationsMixin


@tagged("post_install", "-at_install")
class TestDeclaredYields(CocCase):
    """8.4: the declared yield counts while nothing was manufactured."""

    def setUp(self):
        super().setUp()
        self.smelter = self.facility("Smelter")
        self.smelter.declared_yield = 0.52

    def test_facilities_count_by_what_they_took_in(self):
        """(300 · 0.52 + 100 · 0.48) / 400 = 204 / 400 = 0.51, of 200 t: 102 t."""
        place = self._create_location("Smelter 2")
        self.smelter.copy(
            {"name": "Smelter 2", "location_id": place.id, "declared_yield": 0.48}
        )
        self.receive(self.alumina, 300, claimed=150, place=self.smelter_place)
        self.receive(self.alumina, 100, claimed=50, place=place)
        smelting = self.balance("smelting")
        self.assertEqual(smelting.conversion_yield, 0.51)
        self.assertEqual(smelting.entitlement, 102)

    def test_metal_that_moves_on_and_out_counts_in_output_terms(self):
        """600 of 1000 t of alumina, at 0.52, entitle to 312 t of metal.

        60 % of 400 t move on as CoC, 240 t; of 120 t delivered 72 t may follow.
        """
        self.have_stock(self.liquid, 520, self.smelter_place)
        self.receive(self.alumina, 1000, claimed=600, place=self.smelter_place)
        self.move_inside(self.liquid, 400, self.smelter_place, self.casthouse_place)
        smelting = self.balance("smelting")
        self.assertEqual(smelting.entitlement, 312)
        self.assertEqual(smelting.intra_entity_out, 240)
        self.assertEqual(self.balance("casthouse").intra_entity_in, 240)
        with self.refused(UserError, "72 t are available for Aluminium Smelting"):
            self.deliver(self.liquid, 120, designated=73, place=self.smelter_place)
        self.deliver(self.liquid, 120, designated=72, place=self.smelter_place)
        self.assertEqual(smelting.available, 0)


@tagged("post_install", "-at_install")
class TestSharedLocation(CocCase):
    """Where a location serves several activities: product, operation, location."""

    def setUp(self):
        super().setUp()
        self.corner = self._create_location("Corner", self.casthouse_place)
        self.facility("Mill").storage_location_ids = self.corner
        self.add_facility("Remelter", "remelting_refining", self.casthouse_place)
        self.have_stock(self.slab, 100, self.corner)
        self.have_stock(self.slab, 100, self.smelter_place)

    def activities(self, picking, flow):
        entries = self.env["asi.coc.entry"].search(
            [("picking_id", "=", picking.id), ("flow", "=", flow)]
        )
        return entries.activity_id.mapped("code")

    def check(self, code):
        """Both a delivery from the corner and a transfer into it are ``code``'s."""
        delivery = self.deliver(self.slab, 1, place=self.corner)
        self.assertEqual(self.activities(delivery, "output"), [code])
        inside = self.move_inside(self.slab, 1, self.smelter_place, self.corner)
        self.assertEqual(self.activities(inside, "intra_entity_out"), ["smelting"])
        self.assertEqual(self.activities(inside, "intra_entity_in"), [code])

    def test_the_closest_location_decides(self):
        self.check("post_casthouse")

    def test_the_operation_type_comes_before_the_location(self):
        self.facility("Casthouse").picking_type_ids = (
            self.warehouse.out_type_id | self.warehouse.int_type_id
        )
        self.check("casthouse")

    def test_the_product_comes_before_the_operation_type(self):
        self.facility("Casthouse").picking_type_ids = (
            self.warehouse.out_type_id | self.warehouse.int_type_id
        )
        self.slab.coc_activity_id = self._activity("remelting_refining")
        self.check("remelting_refining")


@tagged("post_install", "-at_install")
class TestRemelter(CocCase):
    """4.1: Re-melting/Refining takes in scrap and puts out liquid aluminium only."""

    def setUp(self):
        super().setUp()
        self.place = self._create_location("Remelter")
        self.remelter = self.add_facility("Remelter", "remelting_refining", self.place)
        self.liquid.coc_form_id = self.env.ref("asi_coc.form_liquid_metal")
        self.slab.coc_form_id = self.env.ref("asi_coc.form_rolling_slab")
        self.receive(self.scrap, 100, claimed=50, place=self.place)

    def reason(self, records):
        field = "picking_id" if records._name == "stock.picking" else "production_id"
        entries = self.env["asi.coc.entry"].search(
            [(field, "=", records.id), ("status", "=", "unclassified")]
        )
        return set(entries.mapped("reason"))

    def test_liquid_metal_goes_out_with_its_share(self):
        """90 of 100 t are yielded; half of 40 t delivered and of 50 t moved on."""
        self.produce(self.liquid, 90, [(self.scrap, 100)], self.place)
        self.deliver(self.liquid, 40, designated=20, place=self.place)
        self.move_inside(self.liquid, 50, self.place, self.casthouse_place)
        balance = self.balance("remelting_refining")
        self.assertEqual(balance.entitlement, 45)
        self.assertEqual((balance.coc_output, balance.intra_entity_out), (20, 25))
        self.assertEqual(self.balance("casthouse").intra_entity_in, 25)

    def test_bought_aluminium_waits(self):
        receipt = self.receive(self.slab, 10, place=self.place)
        self.assertEqual(self.reason(receipt), {"wrong_material"})

    def test_solid_metal_is_not_designated(self):
        self.have_stock(self.slab, 20, self.place)
        with self.refused(UserError, "5 Ton of Slab", "puts out liquid aluminium only"):
            self.deliver(self.slab, 10, designated=5, place=self.place)
        delivery = self.deliver(self.slab, 10, place=self.place)
        self.assertEqual(self.reason(delivery), {"wrong_form"})
        self.assertEqual(self.balance("remelting_refining").total_outflow, 0)

    def test_solid_metal_carries_no_share_downstream(self):
        self.have_stock(self.slab, 20, self.place)
        inside = self.move_inside(self.slab, 20, self.place, self.casthouse_place)
        self.assertEqual(self.reason(inside), {"wrong_form"})
        self.assertEqual(self.balance("casthouse").intra_entity_in, 0)

    def test_a_metal_without_a_form_waits_until_it_has_one(self):
        self.liquid.coc_form_id = False
        made = self.produce(self.liquid, 90, [(self.scrap, 100)], self.place)
        self.assertEqual(self.reason(made), {"wrong_form"})
        self.liquid.coc_form_id = self.env.ref("asi_coc.form_liquid_metal")
        self.scope.action_classify()
        self.assertEqual(self.entries(made)[("production", "pooled")], 90)
        self.assertEqual(self.balance("remelting_refining").entitlement, 45)

    def test_where_both_work_at_one_place_the_form_decides(self):
        self.remelter.storage_location_ids = self.casthouse_place
        self.facility("Casthouse").storage_location_ids = self.place
        self.produce(self.liquid, 90, [(self.scrap, 100)], self.place)
        cast = self.produce(self.slab, 88, [(self.liquid, 90)], self.place)
        self.assertEqual(self.reason(cast), set())
        self.assertEqual(self.balance("remelting_refining").intra_entity_out, 45)
        delivery = self.deliver(self.slab, 88, designated=44, place=self.place)
        self.assertEqual(
            self.entries(delivery), {("output", "coc"): 44, ("output", "non_coc"): 44}
        )
        self.assertEqual(self.balance("casthouse").coc_output, 44)


@tagged("post_install", "-at_install")
class TestCasthouseScrap(OperationsMixin, CocCase):
    """5.1: a casthouse takes in aluminium, never scrap; its own it may remelt."""

    def test_bought_scrap_is_not_its_input(self):
        receipt = self.receive(self.scrap, 10, claimed=10, verify=False)
        self.assertEqual(self.entries(receipt), {("input", "unclassified"): 10})
        self.assertEqual(self.balance("casthouse").inflow_percentage, 0)

    def test_own_scrap_remelted_changes_nothing(self):
        """100 t of metal become 97 t of slab; 3 t of off-cuts are used up again."""
        self.have_stock(self.scrap, 3)
        self.receive(self.liquid, 100, claimed=50)
        components = [(self.liquid, 100), (self.scrap, 3)]
        bom = self.make_bom(self.slab, 97, components, [(self.scrap, 3)])
        self.finish_order(self.plan_order(bom, 97, self.casthouse_place), 97)
        casthouse = self.balance("casthouse")
        self.assertEqual(casthouse.inflow_percentage, 50)
        self.assertEqual((casthouse.coc_input, casthouse.non_coc_inflow), (50, 50))
        self.assertEqual(casthouse.entitlement, 48.5)

    def test_scrap_of_earlier_times_is_used_too(self):
        """103 t were melted for 97 t: 50 t of CoC Material are 47.09 t of it."""
        self.have_stock(self.scrap, 3)
        self.receive(self.liquid, 100, claimed=50)
        self.produce(
            self.slab, 97, [(self.liquid, 100), (self.scrap, 3)], self.casthouse_place
        )
        self.assertEqual(self.balance("casthouse").entitlement, 47.087378)


@tagged("post_install", "-at_install")
class TestMine(CocCase):
    """8.1: a certified mine puts in its own production, and no more."""

    def setUp(self):
        super().setUp()
        self.place = self._create_location("Mine")
        self.bauxite = self._create_product("Bauxite", "bauxite", self.tonne)
        self.mine_certificate = self.env["asi.coc.certificate"].create(
            {
                "number": "PS-9",
                "standard": "performance",
                "partner_id": self.company.partner_id.id,
                "date_start": "2025-01-01",
                "date_end": "2025-12-31",
                "company_id": self.company.id,
            }
        )
        self.add_facility(
            "Mine",
            "bauxite_mining",
            self.place,
            certificate_id=self.mine_certificate.id,
        )

    def test_bought_in_bauxite_is_classed_by_its_document(self):
        bought = self.receive(self.bauxite, 100, claimed=60, place=self.place)
        self.assertEqual(
            self.entries(bought), {("input", "coc"): 60, ("input", "non_coc"): 40}
        )
        plain = self.receive(self.bauxite, 100, place=self.place)
        self.assertEqual(self.entries(plain), {("input", "non_coc"): 100})
        self.produce(self.bauxite, 200, [], self.place)
        # 60 + 200 of 400 t
        self.assertEqual(self.balance("bauxite_mining").inflow_percentage, 65)

    def test_production_is_non_coc_from_the_day_of_a_suspension(self):
        self.mine_certificate.write(
            {"status": "suspended", "status_date": "2025-05-01"}
        )
        self.at("2025-04-30")
        before = self.produce(self.bauxite, 1000, [], self.place)
        self.assertEqual(self.entries(before), {("input", "coc"): 1000})
        self.at("2025-05-01")
        after = self.produce(self.bauxite, 500, [], self.place)
        self.assertEqual(self.entries(after), {("input", "non_coc"): 500})


@tagged("post_install", "-at_install")
class TestAlloys(CocCase):
    """8.1: alloying elements count fully below 10 % of the mass."""

    def deliver_alloy(self, percentage):
        self.receive(self.slab, 100, claimed=100)
        self.slab.coc_alloy_percentage = percentage
        return self.entries(self.deliver(self.slab, 100, designated=100))

    def test_just_below_ten_percent(self):
        self.assertEqual(self.deliver_alloy(9.99), {("output", "coc"): 100})

    def test_ten_percent(self):
        self.assertEqual(
            self.deliver_alloy(10), {("output", "coc"): 90, ("output", "non_coc"): 10}
        )
