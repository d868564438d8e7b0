import base64

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import UserCase

FILE = base64.b64encode(b"%PDF-1.4 copy")


@tagged("post_install", "-at_install")
class TestSupplierIdentity(UserCase):
    """4.3a: identity, principals and places of operation of scrap suppliers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.yard = cls.env["res.partner"].create(
            {
                "name": "Metro Scrap Yard",
                "is_company": True,
                "country_id": cls.env.ref("base.us").id,
            }
        )
        cls.keeper = new_test_user(
            cls.env,
            "identity-keeper",
            "asi_coc.group_officer,base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def buy(self, partner=None, product=None):
        return self.env["purchase.order"].create(
            {
                "partner_id": (partner or self.yard).id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": (product or self.scrap).id,
                            "product_qty": 1,
                            "price_unit": 1000,
                        }
                    )
                ],
            }
        )

    def file(self, name):
        return Command.create({"name": name, "datas": FILE})

    def complete(self, partner, **values):
        """Enter all that the criterion asks of a company, and review it."""
        partner = partner.with_user(self.keeper)
        partner.write(
            {
                "coc_registered_name": "Metro Scrap Yard LLC",
                "coc_registration_number": "LLC-4711",
                "coc_register": "Division of Corporations",
                "coc_register_country_id": self.env.ref("base.us").id,
                "coc_legal_form": "Limited liability company",
                "coc_principal_ids": [
                    Command.create(
                        {
                            "name": "Jan Rogers",
                            "role": "owner",
                            "document": "passport",
                            "date_end": "2026-06-30",
                            "evidence_ids": [self.file("passport.pdf")],
                        }
                    )
                ],
                "coc_place_ids": [
                    Command.create(
                        {
                            "name": "Yard",
                            "street": "5 Dock Road",
                            "city": "Newark",
                            "country_id": self.env.ref("base.us").id,
                            "operation": "yard",
                        }
                    )
                ],
                "coc_identity_evidence_ids": [
                    Command.create(
                        {
                            "name": "Extract of the register",
                            "date_end": "2025-12-31",
                            "evidence_ids": [self.file("extract.pdf")],
                        }
                    )
                ],
                **values,
            }
        )
        partner.action_coc_review_identity()

    def gaps(self, partner=None):
        partner = partner or self.yard
        self.env.invalidate_all()
        return partner._coc_get_identity_gaps()[partner]

    def suppliers(self, *domain, user=None):
        self.env.flush_all()
        partners = self.env["res.partner"].with_user(user or self.auditor)
        partners = partners.with_company(self.company)
        return partners.search([("coc_is_scrap_supplier", "=", True), *domain]).sudo()

    # -- who is asked ----------------------------------------------------------
    def test_suppliers_come_from_real_operations(self):
        self.assertFalse(self.suppliers())
        order = self.buy()
        self.assertEqual(self.suppliers(), self.yard)
        order.button_cancel()
        self.assertFalse(self.suppliers())
        self.buy(product=self.slab).button_confirm()
        self.assertFalse(self.suppliers())
        contact = self.env["res.partner"].create(
            {"name": "Driver", "parent_id": self.yard.id}
        )
        self.buy(contact).button_confirm()
        self.assertEqual(self.suppliers(), self.yard)
        self.assertTrue(contact.coc_is_scrap_supplier)
        self.receive(self.scrap, 10)
        self.assertEqual(self.suppliers(), self.yard | self.supplier)
        self.deliver(self.scrap, 5)
        self.assertNotIn(self.customer, self.suppliers())
        self.customer.with_user(self.keeper).coc_is_named_scrap_supplier = True
        self.assertIn(self.customer, self.suppliers())

    def test_each_entity_has_its_own(self):
        self.buy()
        other = self.env["res.company"].create({"name": "Others"})
        partner = self.yard.with_company(other)
        self.assertFalse(partner.coc_is_scrap_supplier)
        self.assertTrue(self.yard.with_company(self.company).coc_is_scrap_supplier)

    # -- completeness ----------------------------------------------------------
    def test_from_nothing_to_complete(self):
        self.buy()
        self.assertEqual(
            self.gaps(),
            [
                "registered name",
                "country of register",
                "registration number",
                "register",
                "legal form",
                "principals",
                "document in force and its copy for each principal",
                "place of operation with address and what is done there",
                "valid evidence of the identity",
                "review",
            ],
        )
        self.assertEqual(self.yard.coc_identity_percentage, 0)
        self.assertEqual(
            self.suppliers(("coc_is_identity_incomplete", "=", True)), self.yard
        )
        self.complete(self.yard)
        self.assertEqual(self.gaps(), [])
        self.assertEqual(self.yard.coc_identity_percentage, 100)
        self.assertFalse(self.suppliers(("coc_is_identity_incomplete", "=", True)))
        contact = self.env["res.partner"].create(
            {"name": "Driver", "parent_id": self.yard.id}
        )
        self.assertEqual(self.gaps(contact), [])

    def test_what_ends_is_missing_again(self):
        self.complete(self.yard)
        self.at("2025-12-31")
        self.assertEqual(self.gaps(), [])
        self.at("2026-01-01")
        self.assertEqual(self.gaps(), ["valid evidence of the identity"])
        self.assertEqual(self.yard.coc_identity_percentage, 90)
        self.at("2026-03-11")
        self.assertEqual(
            self.gaps(),
            ["valid evidence of the identity", "review (due on March 10, 2026)"],
        )
        self.at("2026-07-01")
        self.assertIn("document in force and its copy for each principal", self.gaps())

    def test_half_entered_is_missing(self):
        self.complete(self.yard)
        place = self.yard.coc_place_ids
        place.operation = False
        self.assertEqual(
            self.gaps(), ["place of operation with address and what is done there"]
        )
        place.operation = "sorting"
        self.yard.coc_principal_ids.evidence_ids = False
        self.assertEqual(
            self.gaps(), ["document in force and its copy for each principal"]
        )

    def test_person_who_collects(self):
        """Of a person no register is asked."""
        person = self.env["res.partner"].create({"name": "Collector"})
        self.assertNotIn("register", self.gaps(person))
        self.assertNotIn("legal form", self.gaps(person))
        self.assertEqual(len(self.gaps(person)), 7)

    def test_dates_of_evidence(self):
        self.complete(self.yard)
        evidence = self.yard.coc_identity_evidence_ids
        with self.refused(CheckViolation, "dates_ordered"), mute_logger("odoo.sql_db"):
            evidence.date_start = "2026-02-01"
            self.env.flush_all()

    # -- where it acts ---------------------------------------------------------
    def test_order_tells_and_nothing_stops(self):
        order = self.buy().with_user(self.buyer)
        self.assertIn("principals, document in force", order.coc_identity_gaps)
        order.button_confirm()
        picking = order.sudo().picking_ids.with_user(self.coc_storekeeper)
        self.validate(picking)
        self.assertEqual(picking.state, "done")
        self.assertFalse(self.buy(product=self.slab).coc_identity_gaps)
        self.complete(self.yard)
        self.env.invalidate_all()
        self.assertFalse(order.coc_identity_gaps)

    def test_cost_of_a_list_of_orders(self):
        orders = self.env["purchase.order"]
        counts = []
        for number in (1, 20):
            for one in range(number):
                partner = self.yard.copy({"name": f"Yard {number}-{one}"})
                orders |= self.buy(partner)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            orders.mapped("coc_identity_gaps")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0], counts)

    # -- reviewing -------------------------------------------------------------
    def test_review(self):
        self.buy()
        self.complete(self.yard)
        self.assertEqual(str(self.yard.coc_identity_reviewed_on), "2025-03-10")
        self.assertEqual(self.yard.coc_identity_reviewed_by_id, self.keeper)
        self.assertEqual(str(self.yard.coc_identity_review_due), "2026-03-10")
        self.yard.with_user(self.keeper).coc_identity_review_due = "2025-06-10"
        self.assertFalse(self.remind())
        self.at("2025-05-11")
        (activity,) = self.remind()
        self.assertEqual(str(activity.date_deadline), "2025-06-10")
        self.assertEqual(activity.user_id, self.scope.responsible_id)
        self.assertEqual(self.remind(), activity)
        self.yard.with_user(self.officer).action_coc_review_identity()
        self.assertFalse(self.remind())
        self.at("2025-12-01")
        self.assertTrue(self.remind(), "The extract ends in December.")

    def remind(self):
        self.env["res.partner"]._cron_coc_remind_identity()
        return self.yard.activity_ids

    def test_reminder_of_who_was_never_reviewed(self):
        self.buy()
        (activity,) = self.remind()
        self.assertEqual(str(activity.date_deadline), "2025-03-10")

    # -- who may what ----------------------------------------------------------
    def test_principals_are_read_by_few(self):
        self.buy()
        self.complete(self.yard)
        principal = self.yard.coc_principal_ids
        evidence = self.yard.coc_identity_evidence_ids
        for user in (self.officer, self.representative, self.auditor):
            self.assertEqual(principal.with_user(user).name, "Jan Rogers")
            self.assertEqual(
                principal.evidence_ids.with_user(user).raw, b"%PDF-1.4 copy"
            )
            self.assertEqual(self.yard.with_user(user).coc_principal_ids, principal)
        contacts = self.user(
            "contacts", "base.group_partner_manager", "account.group_account_manager"
        )
        for user in (self.coc_storekeeper, self.buyer, self.storekeeper, contacts):
            self.env.invalidate_all()
            for records in (principal, evidence):
                for read in (
                    lambda own: own.read(),
                    lambda own: own.search([]),
                    lambda own: own.evidence_ids.read(["raw"]),
                ):
                    with self.assertRaises(AccessError):
                        read(records.with_user(user))
            files = (principal | principal).evidence_ids.with_user(user)
            with self.assertRaises(AccessError):
                files.read(["datas"])
            with self.assertRaises(AccessError):
                self.yard.with_user(user).read(["coc_principal_ids"])
            with self.assertRaises(AccessError):
                self.env["res.partner"].with_user(user).search(
                    [("coc_principal_ids.name", "=", "Jan Rogers")]
                )
        self.env.invalidate_all()
        place = self.yard.coc_place_ids.with_user(self.buyer)
        self.assertEqual(place.city, "Newark")

    def test_other_companies_see_nothing(self):
        self.yard.company_id = self.company
        self.complete(self.yard)
        other = self.env["res.company"].create({"name": "Others"})
        stranger = new_test_user(
            self.env,
            "identity-stranger",
            "asi_coc.group_officer,asi_coc.group_auditor",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.env.invalidate_all()
        for name in ("principal", "place", "evidence"):
            model = self.env[f"asi.coc.supplier.{name}"]
            self.assertTrue(model.search([]))
            own = model.with_user(stranger).with_context(allowed_company_ids=other.ids)
            self.assertFalse(own.search([]))

    def test_only_officers_keep_it(self):
        contacts = self.user(
            "contacts", "base.group_partner_manager", "asi_coc.group_user"
        )
        auditor = self.user(
            "both", "base.group_partner_manager", "asi_coc.group_auditor"
        )
        for user in (contacts, auditor):
            own = self.yard.with_user(user)
            with self.refused(
                AccessError, "Registered Name", "Metro Scrap Yard", "4.3a"
            ):
                own.coc_registered_name = "Other"
            with self.assertRaises(AccessError):
                own.action_coc_review_identity()
            with self.refused(AccessError, "a new contact", "4.3a"):
                own.browse().create(
                    {"name": "New", "coc_is_named_scrap_supplier": True}
                )
            with self.assertRaises(AccessError):
                self.env["asi.coc.supplier.place"].with_user(user).create(
                    {"partner_id": self.yard.id, "name": "X"}
                )
            own.phone = "1234"

    def test_review_is_recorded_by_its_button_only(self):
        own = self.yard.with_user(self.keeper)
        for values in (
            {"coc_identity_reviewed_on": "2025-03-01"},
            {"coc_identity_reviewed_by_id": self.representative.id},
        ):
            with self.refused(AccessError, "review", "4.3a"):
                own.write(values)
        partner = own.with_context(
            default_coc_identity_reviewed_on="2025-03-01"
        ).create({"name": "New"})
        self.assertFalse(partner.coc_identity_reviewed_on)

    def test_form_of_an_officer(self):
        self.buy()
        with Form(self.yard.with_user(self.keeper).with_company(self.company)) as form:
            form.coc_registered_name = "Metro LLC"
            with form.coc_place_ids.new() as place:
                place.name = "Yard"
        self.assertEqual(self.yard.coc_registered_name, "Metro LLC")
        self.assertEqual(self.yard.coc_place_ids.name, "Yard")

    def test_merged_contacts_keep_both(self):
        twin = self.env["res.partner"].create({"name": "Metro", "is_company": True})
        self.complete(twin)
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            (self.yard | twin).ids, self.yard
        )
        self.env.invalidate_all()
        self.assertEqual(self.yard.coc_principal_ids.name, "Jan Rogers")
        self.assertEqual(self.yard.coc_place_ids.name, "Yard")
