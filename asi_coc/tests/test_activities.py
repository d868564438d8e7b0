from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import CocCase


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
        self.env["asi.coc.facility"].create(
            {
                "name": "Remelter",
                "scope_id": self.scope.id,
                "activity_id": self._activity("remelting_refining").id,
                "location_id": self.casthouse_place.id,
            }
        )
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
        self.env["asi.coc.facility"].create(
            {
                "name": "Mine",
                "scope_id": self.scope.id,
                "activity_id": self._activity("bauxite_mining").id,
                "location_id": self.place.id,
                "certificate_id": self.mine_certificate.id,
            }
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
