from contextlib import contextmanager
from datetime import date, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.tests import Form, TransactionCase


class CocCase(TransactionCase):
    """A company with a smelter, a casthouse and a rolling mill, accounting for 2025.

    Helpers live through real operations: orders, transfers and manufacturing
    orders go through the methods their buttons call.
    """

    #: Number of the supplier's certificate; none where a test records its own.
    supplier_certificate = "C00015"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context=dict(cls.env.context, tracking_disable=True))
        cls.company = cls.env["res.company"].create(
            {"name": "Melt & Roll", "street": "1 Potline Road", "city": "Peel"}
        )
        cls.env.user.company_ids += cls.company
        cls.env = cls.env(
            context=dict(cls.env.context, allowed_company_ids=cls.company.ids)
        )
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        ) or cls.env["stock.warehouse"].create(
            {"name": "Plant", "code": "PLT", "company_id": cls.company.id}
        )
        cls.stock = cls.warehouse.lot_stock_id
        cls.supplier = cls.env["res.partner"].create(
            {"name": "Acme Alumina", "street": "1000 Element Rd", "city": "Peel"}
        )
        cls.customer = cls.env["res.partner"].create(
            {"name": "Rollers United", "street": "2 Coil Street", "city": "Essen"}
        )
        cls.tonne = cls.env.ref("uom.product_uom_ton")
        cls.unit = cls.env.ref("uom.product_uom_unit")
        cls._create_products()
        # Tests of checks set their own intervals; here suppliers stay checked.
        defaults = cls.env["ir.default"]
        defaults.set("asi.coc.scope", "certificate_check_days", 9999)
        defaults.set("asi.coc.scope", "certificate_check_shipments", 0)
        cls._create_scope()
        if cls.supplier_certificate:
            cls.certify(cls.supplier, cls.supplier_certificate)

    @classmethod
    def _create_products(cls):
        cls.alumina = cls._create_product("Alumina", "alumina", cls.tonne)
        cls.liquid = cls._create_product("Liquid Metal", "aluminium", cls.tonne)
        cls.slab = cls._create_product("Slab", "aluminium", cls.tonne)
        cls.billet = cls._create_product(
            "Billet", "aluminium", cls.unit, coc_net_mass=2.5
        )
        cls.coil = cls._create_product("Coil", "aluminium", cls.tonne)
        cls.scrap = cls._create_product("Process Scrap", "scrap", cls.tonne)

    @classmethod
    def _create_product(cls, name, material, uom, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "is_storable": True,
                "uom_id": uom.id,
                "coc_material": material,
                "company_id": False,
                **values,
            }
        )

    @classmethod
    def _create_location(cls, name, parent=None):
        return cls.env["stock.location"].create(
            {"name": name, "location_id": (parent or cls.stock).id}
        )

    @classmethod
    def _create_scope(cls):
        cls.smelter_place = cls._create_location("Smelter")
        cls.casthouse_place = cls._create_location("Casthouse")
        cls.mill_place = cls._create_location("Mill")
        cls.certificate = cls.env["asi.coc.certificate"].create(
            {
                "number": "C00037",
                "partner_id": cls.company.partner_id.id,
                "date_start": "2024-01-01",
                "date_end": "2026-12-31",
                "supply_chain_activity_ids": [
                    Command.set(cls.env["asi.coc.activity"].search([]).ids)
                ],
                "company_id": cls.company.id,
            }
        )
        cls.performance = cls.certify(
            cls.company.partner_id,
            "P00037",
            standard="performance",
            company_id=cls.company.id,
        )
        cls.scope = cls.env["asi.coc.scope"].create(
            {
                "name": "Melt & Roll",
                "company_id": cls.company.id,
                "certificate_id": cls.certificate.id,
                "membership_class": "production_transformation",
                "member_since": "2023-02-01",
                "representative_ids": [Command.set(cls.env.ref("base.user_admin").ids)],
                "tz": "UTC",
                "facility_ids": [
                    Command.create(
                        {
                            "name": name,
                            "activity_id": cls._activity(code).id,
                            "location_id": place.id,
                            "certificate_id": cls.performance.id,
                        }
                    )
                    for name, code, place in (
                        ("Smelter", "smelting", cls.smelter_place),
                        ("Casthouse", "casthouse", cls.casthouse_place),
                        ("Mill", "post_casthouse", cls.mill_place),
                    )
                ],
            }
        )
        cls.period = cls.env["asi.coc.period"].create(
            {
                "scope_id": cls.scope.id,
                "date_start": date(2025, 1, 1),
                "date_end": date(2025, 12, 31),
            }
        )
        cls.activate(cls.scope, "2025-01-01")

    @classmethod
    def _activity(cls, code):
        return cls.env.ref(f"asi_coc.activity_{code}")

    def setUp(self):
        super().setUp()
        frozen = freeze_time("2025-03-10 12:00:00")
        self.clock = frozen.start()
        self.addCleanup(frozen.stop)

    def at(self, day):
        """Let the following operations happen at noon of ``day``."""
        self.clock.move_to(f"{day} 12:00:00")

    def close(self, period):
        """Close ``period`` on the day after its end."""
        self.at(period.date_end + timedelta(days=1))
        self.before_close(period)
        period.action_close()

    def before_close(self, period):
        """Do what ``period`` needs before it closes; mixins add to it."""

    # -- operations ---------------------------------------------------------
    def transfer(self, kind, source, target, lines, partner=None, **values):
        """Create, confirm and validate a transfer; ``lines`` are dicts."""
        picking = self.plan(kind, source, target, lines, partner, **values)
        self.validate(picking)
        return picking

    def plan(self, kind, source, target, lines, partner=None, **values):
        picking = self.env["stock.picking"].create(
            {
                "picking_type_id": self.warehouse[f"{kind}_type_id"].id,
                "location_id": source.id,
                "location_dest_id": target.id,
                "partner_id": partner.id if partner else False,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": line["product"].id,
                            "product_uom_qty": line["quantity"],
                            "product_uom": (
                                line.get("uom") or line["product"].uom_id
                            ).id,
                            "location_id": source.id,
                            "location_dest_id": target.id,
                            **{
                                name: line[name]
                                for name in ("coc_claimed_mass", "coc_designated_qty")
                                if name in line
                            },
                        }
                    )
                    for line in lines
                ],
                **values,
            }
        )
        picking.action_confirm()
        return picking

    def plan_delivery(self, line):
        """Plan a delivery of one line from the casthouse to the customer."""
        customers = self.env.ref("stock.stock_location_customers")
        return self.plan("out", self.casthouse_place, customers, [line], self.customer)

    def validate(self, picking):
        for move in picking.move_ids:
            if not move.quantity:
                move.quantity = move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()

    def receive(self, product, quantity, claimed=0, place=None, verify=True, **values):
        """Receive from the supplier, with a claim that an officer verifies."""
        self._documents = getattr(self, "_documents", 0) + 1
        picking = self.transfer(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            place or self.casthouse_place,
            [{"product": product, "quantity": quantity, "coc_claimed_mass": claimed}],
            self.supplier,
            coc_document_reference=f"ACME-{self._documents}" if claimed else False,
            **values,
        )
        if claimed and verify:
            self.verify(picking)
        return picking

    def deliver(self, product, quantity, designated=0, place=None):
        """Deliver to the customer, designating part of it."""
        return self.transfer(
            "out",
            place or self.casthouse_place,
            self.env.ref("stock.stock_location_customers"),
            [
                {
                    "product": product,
                    "quantity": quantity,
                    "coc_designated_qty": designated,
                }
            ],
            self.customer,
        )

    def order(self, product, quantity, wanted=0):
        """Quote ``quantity`` to the customer, ``wanted`` of it as CoC Material."""
        return self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "coc_wanted_qty": wanted,
                            "tax_ids": False,
                        }
                    )
                ],
            }
        )

    def move_inside(self, product, quantity, source, target):
        """Transfer between two places of the plant."""
        return self.transfer(
            "int", source, target, [{"product": product, "quantity": quantity}]
        )

    def produce(self, product, quantity, components, source, target=None):
        """Manufacture ``quantity`` from ``components``: pairs of product, quantity."""
        order = self.env["mrp.production"].create(
            {
                "product_id": product.id,
                "product_qty": quantity,
                "product_uom_id": product.uom_id.id,
                "picking_type_id": self.warehouse.manu_type_id.id,
                "location_src_id": source.id,
                "location_dest_id": (target or source).id,
                "bom_id": False,
                "move_raw_ids": [
                    Command.create(
                        {
                            "product_id": component.id,
                            "product_uom_qty": amount,
                            "product_uom": component.uom_id.id,
                        }
                    )
                    for component, amount in components
                ],
            }
        )
        order.action_confirm()
        order.action_assign()
        form = Form(order)
        form.qty_producing = quantity
        order = form.save()
        for move in order.move_raw_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        order.button_mark_done()
        self.assertEqual(order.state, "done")
        return order

    def prepare_return(self, picking, quantity, place=None):
        """Prepare a return of the transfer's only product, through the wizard.

        It goes back to where it came from, unless ``place`` says otherwise.
        """
        wizard = (
            self.env["stock.return.picking"]
            .with_context(
                active_id=picking.id,
                active_ids=picking.ids,
                active_model="stock.picking",
            )
            .create({})
        )
        wizard.product_return_moves.quantity = quantity
        returned = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        # The warehouse may have another default.
        returned.location_dest_id = place or picking.location_id
        returned.move_ids.location_dest_id = returned.location_dest_id
        return returned

    def give_back(self, picking, quantity, place=None):
        """Return ``quantity`` of the transfer's only product."""
        returned = self.prepare_return(picking, quantity, place)
        self.validate(returned)
        return returned

    def have_stock(self, product, quantity, place=None):
        """Count stock that was there before the account began."""
        quant = (
            self.env["stock.quant"]
            .with_context(inventory_mode=True)
            .create(
                {
                    "product_id": product.id,
                    "location_id": (place or self.casthouse_place).id,
                    "inventory_quantity": quantity,
                }
            )
        )
        quant.action_apply_inventory()

    def verify(self, picking, **values):
        """Enter what only the paper of a receipt's document tells, and verify it."""
        document = self.enter_paper(picking, **values)
        picking.action_coc_verify()
        return document

    def enter_paper(self, picking, **values):
        """Enter what only the paper of a receipt's document tells."""
        action = picking.action_coc_received_document()
        document = self.env["asi.coc.document"].browse(action["res_id"])
        day = picking.date_done.date()
        paper = {"date": day, "responsible": "Jan Rogers, VP Sales"}
        document.write({**paper, "conformance": True, **values})
        return document

    def print_documents(self):
        """Print and send what was issued, as the scheduled job does."""
        for document in self.env["asi.coc.document"]._get_unprinted():
            document._print_or_note()

    # -- setting up -----------------------------------------------------------
    @classmethod
    def certify(cls, partner, number, **values):
        """Put a checked CoC certificate of a partner on file."""
        return cls.env["asi.coc.certificate"].create(
            {
                "number": number,
                "partner_id": partner.commercial_partner_id.id,
                "date_start": "2019-01-01",
                "date_end": "2029-12-31",
                "supply_chain_activity_ids": [
                    Command.set(cls.env["asi.coc.activity"].search([]).ids)
                ],
                "check_ids": [Command.create({"checked_on": "2019-01-01"})],
                "company_id": False,
                **values,
            }
        )

    @classmethod
    def activate(cls, scope, day):
        """Put a scope into force on a day on which its certificates hold."""
        with freeze_time(day):
            scope.action_activate()

    @classmethod
    def add_facility(cls, name, code, place, **values):
        """Add a facility that is certified to the Performance Standard."""
        return cls.env["asi.coc.facility"].create(
            {
                "name": name,
                "scope_id": cls.scope.id,
                "activity_id": cls._activity(code).id,
                "location_id": place.id,
                "certificate_id": cls.performance.id,
                **values,
            }
        )

    @classmethod
    def accept_due_diligence(cls, partner, until="2029-12-31"):
        """Accept due diligence on a supplier, as if long ago, until ``until`` (7.2)."""
        assessment = cls.assess(partner)
        assessment.action_review()
        assessment.action_accept()
        # Superuser: the day of a decision is otherwise always today.
        assessment.sudo().write({"decided_on": "2019-01-01", "valid_until": until})
        return assessment

    @classmethod
    def assess(cls, partner, result="low", **values):
        """Assess a supplier with the same ``result`` in all areas (7.2)."""
        assessment = cls.env["asi.coc.supplier.assessment"].create(
            {
                "partner_id": partner.id,
                "scope_id": cls.scope.id,
                "circumstances": "Nothing unusual",
                **values,
            }
        )
        if not assessment.supply_ids:
            assessment.supply_ids = [Command.create({"material": "aluminium"})]
        assessment.supply_ids.filtered(lambda one: not one.source).write(
            {"source": "Own plant", "country_id": cls.env.ref("base.au").id}
        )
        assessment.risk_ids.result = result
        return assessment

    @classmethod
    def user(cls, login, *groups):
        return cls.env["res.users"].create(
            {
                "name": login,
                "login": f"coc-{login}",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [Command.set([cls.env.ref(group).id for group in groups])],
            }
        )

    def facility(self, name):
        return self.scope.facility_ids.filtered(lambda one: one.name == name)

    def open_period(self, date_start, date_end):
        return self.env["asi.coc.period"].create(
            {"scope_id": self.scope.id, "date_start": date_start, "date_end": date_end}
        )

    def next_period(self, period=None):
        return (period or self.period)._get_next()

    def force_majeure(self, mass, period=None):
        """Record that the casthouse's supplier could not deliver ``mass`` t."""
        return self.env["asi.coc.force.majeure"].create(
            {
                "name": "Strike at the port",
                "period_id": (period or self.period).id,
                "activity_id": self._activity("casthouse").id,
                "date": "2025-11-20",
                "supplier_id": self.supplier.id,
                "contract": "ACME 2025/7",
                "affected_mass": mass,
                "evidence": "Letter of the port authority",
            }
        )

    # -- looking ------------------------------------------------------------
    def balance(self, code, period=None):
        period = period or self.period
        return period.balance_ids.filtered(lambda row: row.activity_id.code == code)

    def entries(self, records, **criteria):
        """Return ``{(flow, status): mass}`` of the entries of transfers or orders."""
        field = "picking_id" if records._name == "stock.picking" else "production_id"
        found = self.env["asi.coc.entry"].search([(field, "in", records.ids)])
        masses = {}
        for entry in found:
            key = (entry.flow, entry.status)
            masses[key] = round(masses.get(key, 0) + entry.mass, 6)
        return masses

    @contextmanager
    def refused(self, exception, *fragments):
        """Expect ``exception`` whose message holds every fragment."""
        with self.assertRaises(exception) as caught, self.env.cr.savepoint():
            yield
        for fragment in fragments:
            self.assertIn(fragment, str(caught.exception))


class UserCase(CocCase):
    """Users with the usual Odoo groups, and with those of this module."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.storekeeper = cls.user("storekeeper", "stock.group_stock_user")
        cls.coc_storekeeper = cls.user(
            "coc-storekeeper", "stock.group_stock_user", "asi_coc.group_user"
        )
        cls.salesperson = cls.user(
            "salesperson", "sales_team.group_sale_salesman", "asi_coc.group_user"
        )
        cls.buyer = cls.user(
            "buyer", "purchase.group_purchase_user", "asi_coc.group_user"
        )
        cls.officer = cls.user("officer", "asi_coc.group_officer")
        cls.representative = cls.user("representative", "asi_coc.group_representative")
        cls.auditor = cls.user("auditor", "asi_coc.group_auditor")

    def as_user(self, user):
        """Let the operations of this test be done by ``user``."""
        self.env = self.env(user=user.id, su=False)
        for name in (
            "stock",
            "warehouse",
            "smelter_place",
            "casthouse_place",
            "mill_place",
            "slab",
            "billet",
            "supplier",
            "customer",
            "company",
            "scope",
            "period",
        ):
            setattr(self, name, getattr(self, name).with_env(self.env))
