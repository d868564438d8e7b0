from datetime import date

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CocCase, UserCase


@tagged("post_install", "-at_install")
class TestSecurity(UserCase):
    # -- the warehouse is never stopped -------------------------------------------
    def test_storekeeper_without_any_coc_group(self):
        self.as_user(self.storekeeper)
        receipt = self.receive(self.slab, 10)
        delivery = self.deliver(self.slab, 4)
        self.assertEqual((receipt.state, delivery.state), ("done", "done"))
        with self.assertRaises(AccessError):
            self.env["asi.coc.entry"].search([])
        self.env = self.env(su=True)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 10})

    def test_storekeeper_with_coc_user_goes_through(self):
        self.as_user(self.coc_storekeeper)
        receipt = self.receive(self.slab, 10, claimed=10, verify=False)
        self.assertEqual(receipt.coc_claim_state, "to_verify")
        with self.assertRaises(AccessError):
            receipt.action_coc_verify()
        self.verify(receipt.with_user(self.officer))
        delivery = self.deliver(self.slab, 10, designated=7)
        self.assertEqual(delivery.coc_document_count, 1)
        self.assertEqual(delivery.coc_document_ids.state, "issued")
        self.assertEqual(delivery.move_ids.coc_available_qty, 3)

    def test_salesperson_sells_what_is_available(self):
        self.scope.facility_ids.filtered(
            lambda facility: facility.name == "Casthouse"
        ).storage_location_ids = self.stock
        self.receive(self.slab, 20, claimed=20, place=self.stock)
        self.deliver(self.slab, 10, place=self.stock)
        self.as_user(self.salesperson)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "warehouse_id": self.warehouse.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.slab.id,
                            "product_uom_qty": 5,
                            "coc_wanted_qty": 5,
                            "tax_ids": False,
                        }
                    )
                ],
            }
        )
        self.assertEqual(order.order_line.coc_available_qty, 15)
        order.action_confirm()
        self.assertEqual(order.sudo().picking_ids.move_ids.coc_designated_qty, 5)

    def test_buyer_orders_coc(self):
        self.as_user(self.buyer)
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "picking_type_id": self.warehouse.sudo().in_type_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.slab.id,
                            "product_qty": 5,
                            "coc_ordered_qty": 4,
                            "price_unit": 1,
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        receipt = order.sudo().picking_ids
        self.assertEqual(receipt.move_ids.coc_ordered_qty, 4)
        receipt.move_ids.quantity = 5
        receipt.action_coc_claim_as_ordered()
        self.assertEqual(receipt.move_ids.coc_claimed_mass, 4)

    # -- append-only, by RPC and by SQL -------------------------------------------
    def test_nobody_touches_entries(self):
        receipt = self.receive(self.slab, 10)
        entry = self.env["asi.coc.entry"].search([("picking_id", "=", receipt.id)])
        for user in (self.officer, self.representative, self.auditor):
            for change in (
                lambda own: own.write({"mass": 5}),
                lambda own: own.unlink(),
                lambda own: own.create({"flow": "input"}),
            ):
                with self.assertRaises(UserError):
                    change(entry.with_user(user))
        with self.refused(UserError, str(entry.id), "10 t", "append-only", "(8.1)"):
            entry.write({"mass": 5})
        with self.refused(UserError, str(entry.id), "append-only"):
            entry.unlink()
        with self.refused(UserError, "nobody creates them by hand"):
            entry.create({"flow": "input"})
        self.assertEqual(entry.mass, 10)

    @mute_logger("odoo.sql_db")
    def test_nobody_touches_entries_by_sql(self):
        receipt = self.receive(self.slab, 10)
        entry = self.env["asi.coc.entry"].search([("picking_id", "=", receipt.id)])
        for statement, fragments in (
            (
                "UPDATE asi_coc_entry SET mass = 5 WHERE id = %s",
                ("UPDATE of entry", "(10.000000 t)"),
            ),
            ("DELETE FROM asi_coc_entry WHERE id = %s", ("DELETE of entry",)),
            (
                "TRUNCATE asi_coc_entry CASCADE; SELECT %s",
                ("TRUNCATE", "asi_coc_entry"),
            ),
        ):
            with self.refused(CheckViolation, "append-only", *fragments):
                self.env.cr.execute(statement, [entry.id])
        self.env.cr.execute("SELECT mass FROM asi_coc_entry WHERE id = %s", [entry.id])
        self.assertEqual(self.env.cr.fetchone(), (10.0,))

    def test_migrations_have_their_way_through(self):
        receipt = self.receive(self.slab, 10)
        entry = self.env["asi.coc.entry"].search([("picking_id", "=", receipt.id)])
        self.env.cr.execute("SET LOCAL asi_coc.migration = 'on'")
        self.env.cr.execute(
            "UPDATE asi_coc_entry SET mass_basis = 'x' WHERE id = %s", [entry.id]
        )
        self.env.cr.execute("SET LOCAL asi_coc.migration = 'off'")
        entry.invalidate_recordset()
        self.assertEqual(entry.mass_basis, "x")

    # -- nothing trusted from RPC ---------------------------------------------------
    def test_protected_fields(self):
        receipt = self.receive(self.slab, 10, claimed=10)
        document = receipt.coc_received_document_id
        other = self.receive(self.slab, 10, claimed=10, verify=False)
        for record, values in (
            (
                other.with_user(self.coc_storekeeper),
                {"coc_received_document_id": document.id},
            ),
            (other.with_user(self.coc_storekeeper), {"coc_short_term_reason": "Me"}),
            (self.period.with_user(self.representative), {"state": "closed"}),
            (self.scope.with_user(self.officer), {"state": "suspended"}),
            (document.with_user(self.officer), {"state": "draft"}),
            (
                self.balance("casthouse").with_user(self.officer),
                {"designation_count": 7},
            ),
        ):
            with self.subTest(model=record._name, values=values):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    record.write(values)
        with self.assertRaises(AccessError):
            self.env["asi.coc.document"].with_user(self.officer).create(
                {
                    "scope_id": self.scope.id,
                    "date": "2025-01-01",
                    "issuer_id": self.supplier.id,
                    "customer_id": self.customer.id,
                    "state": "issued",
                }
            )

    def test_officer_does_not_activate(self):
        with self.refused(UserError, "Management Representative", "(1.4)"):
            self.scope.with_user(self.officer).action_suspend()
        self.scope.with_user(self.representative).action_suspend()
        self.assertEqual(self.scope.state, "suspended")

    def test_verified_document_is_frozen(self):
        receipt = self.receive(self.slab, 10, claimed=10)
        document = receipt.coc_received_document_id
        officer_view = document.with_user(self.officer)
        with self.refused(UserError, "ACME-1", "Verified", "Reference Number"):
            officer_view.name = "ACME-2"
        with self.refused(UserError, "ACME-1", "Lines"):
            officer_view.line_ids.coc_mass = 5
        with self.refused(UserError, "ACME-1", "stays on file"):
            officer_view.unlink()
        with self.refused(UserError, receipt.name, "10 t", "Withdraw the"):
            receipt.move_ids.coc_claimed_mass = 5

    # -- auditor and companies ------------------------------------------------------
    def test_auditor_reads_everything_and_changes_nothing(self):
        self.receive(self.slab, 10, claimed=10)
        models = [
            model
            for model in self.env.registry.values()
            if model._name.startswith("asi.coc.")
            and not model._abstract
            and not model._transient
        ]
        self.assertGreaterEqual(len(models), 12)
        for model in models:
            records = self.env[model._name].with_user(self.auditor)
            with self.subTest(model=model._name):
                self.assertTrue(records.has_access("read"))
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(records.has_access(operation))
        self.period.with_user(self.auditor).balance_ids.mapped("available")

    def test_other_companies_see_nothing(self):
        receipt = self.receive(self.slab, 10, claimed=10)
        self.deliver(self.slab, 10, designated=5)
        other = self.env["res.company"].create({"name": "Other Melters"})
        stranger = self.user("stranger", "asi_coc.group_representative")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        for name in (
            "scope",
            "facility",
            "period",
            "entry",
            "total",
            "balance",
            "document",
            "document.line",
            "certificate",
        ):
            records = (
                self.env[f"asi.coc.{name}"]
                .sudo()
                .search(
                    []
                    if name != "certificate"
                    else [("company_id", "=", self.company.id)]
                )
            )
            own = records.filtered(
                lambda record: (
                    "company_id" in record._fields
                    and record.company_id
                    or record.period_id.company_id
                )
                == self.company
            )
            with self.subTest(model=name):
                self.assertTrue(own)
                seen = own.with_user(stranger).with_context(
                    allowed_company_ids=other.ids
                )
                self.assertFalse(seen._filtered_access("read"))
        receipt.coc_received_document_id.action_withdraw()
        with self.assertRaises(AccessError):
            receipt.with_user(stranger).with_context(
                allowed_company_ids=other.ids
            ).action_coc_verify()


@tagged("post_install", "-at_install")
class TestSetup(CocCase):
    """Scopes, facilities and periods refuse what the standard does not allow."""

    def test_facilities_of_one_activity_do_not_overlap(self):
        inside = self._create_location("Corner", self.casthouse_place)
        for place in (self.casthouse_place, inside, self.stock):
            with self.refused(
                ValidationError, "Second", "Casthouse", place.complete_name
            ):
                self.add_facility("Second", "casthouse", place)
        other = self.add_facility(
            "Rolling in the casthouse", "remelting_refining", self.casthouse_place
        )
        self.assertIn(other.activity_id, self.period.balance_ids.activity_id)

    def test_storage_site_of_another_facility(self):
        mill = self.scope.facility_ids.filtered(lambda f: f.name == "Mill")
        yard = self._create_location("Yard")
        twin = self.env["asi.coc.facility"].create(
            {
                "name": "Mill 2",
                "scope_id": self.scope.id,
                "activity_id": mill.activity_id.id,
                "location_id": yard.id,
                "certificate_id": self.performance.id,
            }
        )
        with self.refused(ValidationError, "Mill 2", "overlaps"):
            twin.storage_location_ids = self.mill_place

    def test_periods_have_no_gap(self):
        with self.refused(
            ValidationError, "gap", "2025-12-31", "2026-01-02", "(8.2)", "Melt & Roll"
        ):
            self._period(date(2026, 1, 2), date(2026, 12, 31))

    def test_periods_do_not_overlap(self):
        with self.refused(ValidationError, "overlap", "2025-12-31", "2025-12-30"):
            self._period(date(2025, 12, 30), date(2026, 11, 30))

    def test_periods_have_twelve_months_at_most(self):
        with self.refused(
            ValidationError, "12 months", "2026-01-01", "2027-01-01", "2026-12-31"
        ):
            self._period(date(2026, 1, 1), date(2027, 1, 1))

    def test_period_cannot_end_before_it_starts(self):
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"):
            with self.env.cr.savepoint():
                self._period(date(2026, 1, 1), date(2025, 12, 31))

    def _period(self, start, end):
        period = self.env["asi.coc.period"].create(
            {"scope_id": self.scope.id, "date_start": start, "date_end": end}
        )
        period.flush_recordset()
        return period

    def test_dates_of_a_used_period_are_final(self):
        self.receive(self.slab, 5)
        with self.refused(
            UserError, "Melt & Roll 2025", "1 ledger entries", "End Date"
        ):
            self.period.date_end = "2025-11-30"

    def test_scope_needs_membership_and_representative(self):
        scope = self.env["asi.coc.scope"].create(
            {"name": "New", "company_id": self.company.id}
        )
        with self.refused(
            UserError, "New", "membership", "(1.1)", "Representative (1.4)", "facility"
        ):
            scope.action_activate()

    def test_entries_keep_scope_facility_and_period(self):
        self.receive(self.slab, 5)
        casthouse = self.scope.facility_ids.filtered(lambda f: f.name == "Casthouse")
        with self.refused(ValidationError, "Casthouse", "Archive it"):
            casthouse.unlink()
        with self.refused(UserError, "Melt & Roll 2025", "1 ledger entries"):
            self.period.unlink()
        with self.refused(UserError, "Melt & Roll", "Suspend or archive"):
            self.scope.unlink()
