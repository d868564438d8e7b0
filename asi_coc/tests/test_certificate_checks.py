from datetime import date

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_certificates import CertificateCase

CHECK = "asi_coc.mail_activity_certificate_check"
EXPIRY = "asi_coc.mail_activity_certificate_expiry"


class CheckCase(CertificateCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.scope.write(
            {
                "responsible_id": cls.officer.id,
                "certificate_check_days": 90,
                "certificate_check_shipments": 10,
            }
        )

    def due(self, day, certificate=None):
        return (certificate or self.supplied)._get_due_check(
            self.scope, date.fromisoformat(day)
        )

    def follow(self):
        self.env["asi.coc.certificate"]._cron_follow()

    def waiting(self, kind=CHECK, certificate=None):
        return (certificate or self.supplied).activity_search([kind])


@tagged("post_install", "-at_install")
class TestChecks(CheckCase):
    """10.3: checked at first shipment, then every n shipments or days."""

    def test_never_checked(self):
        self.assertIn("C00015 (Acme Alumina) has never been", self.due("2025-03-10"))

    def test_one_click(self):
        self.supplied.with_user(self.officer).action_record_check()
        check = self.supplied.check_ids
        self.assertEqual(check.checked_on, date(2025, 3, 10))
        self.assertEqual(check.checked_by_id, self.officer)
        self.assertEqual(check.result, "unchanged")
        self.assertEqual(self.supplied.last_checked_on, date(2025, 3, 10))
        self.assertEqual(self.supplied.last_checked_by_id, self.officer)
        self.assertIs(self.due("2025-03-10"), False)
        # What was not checked yet on that day was due then.
        self.assertIn("never", self.due("2025-03-09"))

    def test_whoever_checks_may_be_a_day_ahead(self):
        """At one o'clock UTC it is still the evening before in Toronto."""
        self.scope.tz = "America/Toronto"
        self.officer.tz = "UTC"
        with freeze_time("2025-03-11 01:00:00"):
            self.supplied.with_user(self.officer).action_record_check()
            self.assertEqual(self.supplied.last_checked_on, date(2025, 3, 11))
            self.assertIs(self.due("2025-03-10"), False)
            self.assertIn("never", self.due("2025-03-09"))

    def test_every_ninety_days(self):
        self.supplied.with_user(self.officer).action_record_check()
        self.assertIs(self.due("2025-06-07"), False)
        reason = self.due("2025-06-08")
        for fragment in ("March 10, 2025", "officer", "June 8, 2025", "90 days"):
            self.assertIn(fragment, reason)
        self.scope.certificate_check_days = 30
        self.assertIn("April 9, 2025", self.due("2025-04-09"))

    def test_every_so_many_shipments(self):
        self.scope.certificate_check_shipments = 2
        self.receive(self.slab, 1, claimed=1, verify=False)
        self.supplied.action_record_check()
        # Those of the day of the check were looked at.
        self.receive(self.slab, 1, claimed=1, verify=False)
        self.at("2025-03-11")
        self.receive(self.slab, 1, claimed=1, verify=False)
        self.receive(self.slab, 1)
        self.assertIs(self.due("2025-03-11"), False)
        self.at("2025-03-12")
        self.receive(self.slab, 1, claimed=1, verify=False)
        self.assertIs(self.due("2025-03-11"), False)
        self.assertIn("2 shipments came since", self.due("2025-03-12"))
        self.scope.certificate_check_shipments = 0
        self.assertIs(self.due("2025-03-12"), False)

    def test_a_traders_shipment_is_the_issuers(self):
        self.scope.certificate_check_shipments = 1
        self.supplied.action_record_check()
        self.at("2025-03-11")
        trader = self.env["res.partner"].create({"name": "Quick Metal"})
        picking = self.transfer(
            "in",
            self.env.ref("stock.stock_location_suppliers"),
            self.casthouse_place,
            [{"product": self.slab, "quantity": 5}],
            trader,
        )
        self.assertIs(self.due("2025-03-11"), False)
        document = self.env["asi.coc.document"].create(
            {
                "name": "ACME-77",
                "direction": "received",
                "scope_id": self.scope.id,
                "date": "2025-03-11",
                "issuer_id": self.supplier.id,
                "customer_id": self.company.partner_id.id,
                "picking_ids": [Command.set(picking.ids)],
            }
        )
        self.assertIs(self.due("2025-03-11"), False)
        document._verify()
        self.assertIn("1 shipments came since", self.due("2025-03-11"))

    def test_a_shipment_with_claim_and_document_counts_once(self):
        self.scope.certificate_check_shipments = 2
        self.supplied.supply_chain_activity_ids += self._activity("casthouse")
        self.supplied.action_record_check()
        self.at("2025-03-11")
        self.receive(self.slab, 1, claimed=1)
        self.assertIs(self.due("2025-03-11"), False)

    def test_not_found_stays_due(self):
        self.env["asi.coc.certificate.check"].create(
            {"certificate_id": self.supplied.id, "result": "not_found"}
        )
        self.assertIn("was not found when last checked", self.due("2025-03-10"))

    def test_no_check_is_of_tomorrow(self):
        with self.refused(ValidationError, "C00015", "2025-03-11", "(10.3)"):
            self.env["asi.coc.certificate.check"].create(
                {"certificate_id": self.supplied.id, "checked_on": "2025-03-11"}
            )

    def test_checks_are_kept_as_they_were(self):
        self.supplied.with_user(self.officer).action_record_check()
        check = self.supplied.check_ids
        for user in (self.officer, self.representative, self.auditor):
            with self.assertRaises(AccessError):
                check.with_user(user).note = "Other"
            with self.assertRaises(AccessError):
                check.with_user(user).unlink()
        with self.refused(AccessError, "Checked By"):
            check.with_user(self.officer).create(
                {
                    "certificate_id": self.supplied.id,
                    "checked_by_id": self.representative.id,
                }
            )
        with self.refused(AccessError, "Checks"):
            self.supplied.with_user(self.officer).check_ids = [Command.clear()]

    def test_only_officers_check(self):
        for user in (self.coc_storekeeper, self.auditor):
            with self.assertRaises(AccessError):
                self.supplied.with_user(user).action_record_check()

    @mute_logger("odoo.sql_db")
    def test_intervals_make_sense(self):
        for values in (
            {"certificate_check_days": 0},
            {"certificate_check_shipments": -1},
        ):
            with self.assertRaises(CheckViolation), self.env.cr.savepoint():
                self.scope.write(values)
                self.scope.flush_recordset()

    def test_other_companies_see_no_checks(self):
        self.supplied.action_record_check()
        self.history(self.supplied, ("2025-05-01", "suspended"))
        other = self.env["res.company"].create({"name": "Other Melters"})
        stranger = self.user("stranger", "asi_coc.group_representative")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        for record in (self.supplied.check_ids, self.supplied.status_ids):
            self.assertFalse(
                record.with_user(stranger)
                .with_context(allowed_company_ids=other.ids)
                ._filtered_access("read")
            )

    def test_hundred_certificates_cost_as_much_as_one(self):
        counts = []
        for number in (1, 100):
            partners = self.env["res.partner"].create(
                [{"name": f"Supplier {number}-{one}"} for one in range(number)]
            )
            certificates = self.env["asi.coc.certificate"].union(
                *(self.certify(one, f"C-{one.id}", "casthouse") for one in partners)
            )
            certificates.action_record_check()
            # what is asked the first time only
            certificates._get_due_checks(self.scope, date(2025, 12, 1))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            due = certificates._get_due_checks(self.scope, date(2025, 12, 1))
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(len(due), number)
            self.assertTrue(all(due.values()))
        self.assertEqual(*counts)
        self.assertLess(counts[0], 12)


@tagged("post_install", "-at_install")
class TestReminders(CheckCase):
    """10.3: what is due is somebody's to do."""

    def test_who_never_supplied_is_not_checked(self):
        self.follow()
        self.assertFalse(self.waiting())
        self.assertFalse(self.supplied.is_check_due)

    def test_first_shipment(self):
        self.receive(self.slab, 1, claimed=1, verify=False)
        self.env.invalidate_all()
        self.assertTrue(self.supplied.is_check_due)
        self.assertIn("never been checked", self.supplied.check_due_reason)
        search = self.env["asi.coc.certificate"].search
        self.assertEqual(search([("is_check_due", "=", True)]), self.supplied)
        self.assertNotIn(self.supplied, search([("is_check_due", "=", False)]))
        self.follow()
        self.follow()
        activity = self.waiting()
        self.assertEqual(activity.user_id, self.officer)
        self.assertIn("never been checked", activity.note)
        self.supplied.with_user(self.representative).action_record_check()
        self.assertFalse(self.waiting())
        self.env.invalidate_all()
        self.assertFalse(self.supplied.is_check_due)
        self.follow()
        self.assertFalse(self.waiting())

    def test_ordered_as_coc_material(self):
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.supplier.id,
                "picking_type_id": self.warehouse.in_type_id.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.slab.id,
                            "product_qty": 40,
                            "coc_ordered_qty": 30,
                            "price_unit": 2000,
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        self.follow()
        self.assertEqual(self.waiting().user_id, self.officer)

    def test_not_found_does_not_settle_it(self):
        self.receive(self.slab, 1, claimed=1, verify=False)
        self.follow()
        self.env["asi.coc.certificate.check"].create(
            {"certificate_id": self.supplied.id, "result": "not_found"}
        )
        self.assertTrue(self.waiting())

    def test_withdrawn_and_own_certificates_are_let_be(self):
        self.receive(self.slab, 1, claimed=1, verify=False)
        self.history(self.supplied, ("2025-03-10", "withdrawn"))
        self.follow()
        self.assertFalse(self.waiting())
        self.assertFalse(self.waiting(certificate=self.certificate))

    def test_a_year_without_shipment(self):
        self.receive(self.slab, 1, claimed=1, verify=False)
        self.at("2026-03-10")
        self.follow()
        self.assertFalse(self.waiting())

    def test_representative_where_nobody_is_responsible(self):
        self.scope.responsible_id = False
        self.scope.representative_ids = self.representative
        self.receive(self.slab, 1, claimed=1, verify=False)
        self.follow()
        self.assertEqual(self.waiting().user_id, self.representative)

    def test_whoever_may_not_read_it_is_passed_over(self):
        self.scope.responsible_id = self.storekeeper
        self.scope.representative_ids = self.representative
        self.receive(self.slab, 1, claimed=1, verify=False)
        self.follow()
        self.assertEqual(self.waiting().user_id, self.representative)

    def test_expiry(self):
        self.receive(self.slab, 1, claimed=1, verify=False)
        self.at("2026-12-01")
        self.follow()
        # of the supplier nothing came for long; the own certificate ends
        self.assertFalse(self.waiting(EXPIRY))
        activity = self.waiting(EXPIRY, self.certificate)
        self.assertEqual(activity.date_deadline, date(2026, 12, 31))
        self.assertIn("December 31, 2026", activity.note)
        activity.action_feedback()
        self.follow()
        self.assertFalse(self.waiting(EXPIRY, self.certificate))

    def test_not_yet_expiring(self):
        self.at("2026-11-30")
        self.follow()
        self.assertFalse(self.waiting(EXPIRY, self.certificate))

    def test_renewal_ends_the_reminder(self):
        self.at("2026-12-01")
        self.follow()
        self.assertTrue(self.waiting(EXPIRY, self.certificate))
        self.certify(
            self.company.partner_id,
            "C00037",
            date_start="2027-01-01",
            date_end="2029-12-31",
        )
        self.assertFalse(self.waiting(EXPIRY, self.certificate))
        self.follow()
        self.assertFalse(self.waiting(EXPIRY, self.certificate))

    def test_a_later_end_ends_the_reminder(self):
        self.at("2026-12-01")
        self.follow()
        self.certificate.date_end = "2027-06-30"
        self.assertFalse(self.waiting(EXPIRY, self.certificate))
        self.at("2027-06-01")
        self.follow()
        self.assertTrue(self.waiting(EXPIRY, self.certificate))
