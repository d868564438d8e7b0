from odoo import SUPERUSER_ID

#: What a flow does to the stock of a product inside the scope.
EFFECTS = {
    "input": 1,
    "production": 1,
    "gain": 1,
    "output": -1,
    "consumption": -1,
    "loss": -1,
    "intra_entity_in": 1,
    "intra_entity_out": -1,
}


class BooksMixin:
    """After every test the running totals and the stock agree with the ledger.

    A test that means to leave a product's stock and ledger apart adds the
    product to ``self.not_reconciled`` and says why.
    """

    def setUp(self):
        super().setUp()
        self.not_reconciled = self.env["product.product"]

    def tearDown(self):
        self.check_books()
        super().tearDown()

    def check_books(self):
        env = self.env(user=SUPERUSER_ID, su=True)
        self.assertEqual(env["asi.coc.total"]._find_differences(), [])
        stock, ledger = self._get_stock(env), self._get_ledger_effect(env)
        for company_id, product_id in stock.keys() | ledger.keys():
            product = env["product.product"].browse(product_id)
            if product in self.not_reconciled or not self._is_plain_tonnes(product):
                continue
            key = (company_id, product_id)
            self.assertAlmostEqual(
                ledger.get(key, 0),
                stock.get(key, 0),
                6,
                f"{product.display_name}: the ledger's effect, and what is in stock",
            )

    @staticmethod
    def _is_plain_tonnes(product):
        return (
            product.coc_material
            and product.uom_id == product.env.ref("uom.product_uom_ton")
            and not product.coc_net_mass
            and product.coc_aluminium_percentage in (0, 100)
        )

    @staticmethod
    def _get_stock(env):
        """Return ``{(company id, product id): tonnes}`` of the company's own stock."""
        companies = env["asi.coc.scope"].search([("state", "=", "active")]).company_id
        inside = env["stock.location"].search(
            [
                ("company_id", "in", companies.ids),
                ("usage", "in", ("internal", "transit")),
                "!",
                (
                    "id",
                    "child_of",
                    env["stock.location"]
                    .search([("coc_outside_scope", "=", True)])
                    .ids,
                ),
            ]
        )
        # A contractor's site is outside while no accepted assessment holds.
        inside = inside.filtered(
            lambda place: not any(
                place._child_of(site)
                for contractor in env["asi.coc.contractor"].search(
                    [("is_current", "=", False)]
                )
                for site in contractor.location_ids
            )
        )
        stock = {}
        for quant in env["stock.quant"].search([("location_id", "in", inside.ids)]):
            company = quant.location_id.company_id
            if quant.owner_id in (quant.owner_id.browse(), company.partner_id):
                key = (company.id, quant.product_id.id)
                stock[key] = stock.get(key, 0) + quant.quantity
        return stock

    @staticmethod
    def _get_ledger_effect(env):
        """Return what the ledger did to the stock, alike."""
        groups = env["asi.coc.entry"]._read_group(
            [("product_id", "!=", False)],
            ["company_id", "product_id", "flow"],
            ["mass:sum"],
        )
        effect = {}
        for company, product, flow, mass in groups:
            key = (company.id, product.id)
            effect[key] = effect.get(key, 0) + EFFECTS[flow] * mass
        return effect

    # -- looking ------------------------------------------------------------
    def ledger(self, *products, **criteria):
        """Return ``{(flow, status): mass}`` of everything posted, without zeros.

        Of ``products`` only, when given; ``criteria`` are fields of the entry.
        """
        domain = [("product_id", "!=", False)]
        if products:
            domain.append(("product_id", "in", [product.id for product in products]))
        domain += [(name, "=", value) for name, value in criteria.items()]
        masses = {}
        for entry in self.env["asi.coc.entry"].sudo().search(domain):
            key = (entry.flow, entry.status)
            masses[key] = round(masses.get(key, 0) + entry.mass, 6)
        return {key: mass for key, mass in masses.items() if mass}

    def flows_of(self, activity_code, *products):
        """Return what was posted for one activity, as :meth:`ledger` does."""
        return self.ledger(*products, activity_id=self._activity(activity_code).id)

    def move_entries(self, moves):
        """Return what was posted for stock moves, as :meth:`ledger` does."""
        masses = {}
        for entry in (
            self.env["asi.coc.entry"].sudo().search([("move_id", "in", moves.ids)])
        ):
            key = (entry.flow, entry.status)
            masses[key] = round(masses.get(key, 0) + entry.mass, 6)
        return {key: mass for key, mass in masses.items() if mass}

    def count_entries(self):
        return self.env["asi.coc.entry"].sudo().search_count([])
