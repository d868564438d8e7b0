from base64 import b64encode

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import UserCase
from .common_contractors import ContractorBase

COMPLETE = {
    "services": "Rolling",
    "control": "The metal stays ours by contract.",
    "declared_on": "2025-03-01",
    "declared_by": "Jan Rogers, Managing Director",
    "declaration": b64encode(b"Nothing is outsourced further."),
}


@tagged("post_install", "-at_install")
class TestContractor(ContractorBase, UserCase):
    """Who is a contractor, and what the acceptance of its risk needs (2.1, 2.2)."""

    accepted = None

    def setUp(self):
        super().setUp()
        self.finisher = self.env["res.partner"].create({"name": "Finisher"})
        self.hall = self.env["stock.location"].create(
            {
                "name": "Finisher's Hall",
                "location_id": self.company.subcontracting_location_id.id,
                "usage": "internal",
                "company_id": self.company.id,
            }
        )

    def add_facility(self, **values):
        return self.env["asi.coc.facility"].create(
            {
                "name": "Finisher's Hall",
                "scope_id": self.scope.id,
                "activity_id": self._activity("post_casthouse").id,
                "location_id": self.hall.id,
                **values,
            }
        )

    def record_of(self, partner):
        return self.env["asi.coc.contractor"].search([("partner_id", "=", partner.id)])

    # -- the record ---------------------------------------------------------------
    def test_facility_records_its_contractor(self):
        contact = self.env["res.partner"].create(
            {"name": "Hall Two", "parent_id": self.finisher.id}
        )
        facility = self.add_facility(contractor_id=contact.id)
        record = self.record_of(self.finisher)
        self.assertEqual(record.state, "draft")
        self.assertEqual(record.location_ids, self.hall)
        self.assertEqual(record.facility_ids, facility)
        self.assertFalse(record.is_current)

    def test_subcontracting_location_as_storage_site(self):
        """It is its subcontractor's; where that is unknown it is refused."""
        mill = self.facility("Mill")
        with self.refused(ValidationError, "Finisher's Hall", "2.1"):
            mill.storage_location_ids |= self.hall
        self.finisher.with_company(
            self.company
        ).property_stock_subcontractor = self.hall
        mill.storage_location_ids |= self.hall
        self.assertEqual(self.record_of(self.finisher).location_ids, self.hall)

    def test_site_of_two(self):
        record = self.record_contractor(self.finisher, since=None)
        with self.refused(ValidationError, "Contractor's Site", "Rolling Contractor"):
            record.location_ids |= self.site

    def test_site_with_a_history(self):
        """What was moved within the casthouse would become output."""
        shelf = self._create_location("Shelf", self.casthouse_place)
        self.receive(self.slab, 10, place=shelf)
        record = self.record_contractor(self.finisher, since=None)
        with self.refused(UserError, "Shelf", "8.1", "new location"):
            record.location_ids |= shelf

    def test_site_with_moves_stays(self):
        self.send()
        with self.refused(UserError, "Contractor's Site", "8.1"):
            self.contractor_record.location_ids = False
        with self.refused(UserError, "Contractor's Site"):
            self.contractor_record.unlink()

    def test_current_contractor_keeps_a_site_with_moves(self):
        """They are covered by the assessment, and would be accounted anew."""
        self.accept()
        self.at("2025-03-11")
        self.send()
        self.contractor_record.location_ids |= self.hall
        with self.refused(UserError, "Contractor's Site", "8.1"):
            self.contractor_record.location_ids -= self.site
        with self.refused(UserError, "Contractor's Site", "8.1"):
            self.contractor_record.location_ids = self.hall
        self.contractor_record.location_ids -= self.hall
        self.assertEqual(self.contractor_record.location_ids, self.site)

    def test_no_contractor(self):
        """The entity, a contact; certified and suppliers are warned of."""
        for partner, text in (
            (self.company.partner_id, "entity of scope"),
            (
                self.env["res.partner"].create(
                    {"name": "Ann", "parent_id": self.finisher.id}
                ),
                "Choose the company",
            ),
        ):
            with self.refused(ValidationError, text):
                self.record_contractor(partner, since=None)
        self.assertFalse(self.contractor_record.warning)
        self.certify(self.contractor, "C00777")
        self.contractor_record.invalidate_recordset()
        self.assertIn("holds a CoC certificate", self.contractor_record.warning)
        self.receive(self.slab, 10)
        record = self.record_contractor(self.supplier, since=None)
        self.assertIn("supplies material (10.0 t", record.warning)

    def test_confidential(self):
        self.assertEqual(self.contractor_record.public_name, "Rolling Contractor")
        self.contractor_record.is_confidential = True
        self.assertEqual(self.contractor_record.public_name, "Confidential contractor")
        seen = self.contractor_record.with_user(self.auditor)
        self.assertEqual(seen.partner_id.name, "Rolling Contractor")

    # -- accepting ------------------------------------------------------------------
    def test_acceptance_needs_everything(self):
        record = self.env["asi.coc.contractor"].create(
            {"scope_id": self.scope.id, "partner_id": self.finisher.id}
        )
        self.contractor_record = record
        for values, missing in (
            ({}, "a site (2.1)"),
            ({"location_ids": [Command.set(self.hall.ids)]}, "services (2.1)"),
            ({"services": "Finishing"}, "control (2.2a)"),
            ({"control": "By contract"}, "control (2.2a)"),
            (
                {"evidence_ids": [Command.create(self._file("contract.pdf"))]},
                "outsourcing: day, signer and file (2.2b)",
            ),
            ({"declared_on": "2025-03-01", "declared_by": "Ann"}, "(2.2b)"),
        ):
            record.write(values)
            with self.refused(UserError, "Finisher", missing):
                self.accept()
            self.assertIn(missing, record.obstacle)
        record.declaration = COMPLETE["declaration"]
        with self.refused(UserError, "findings"):
            self.accept(findings=False)
        with self.refused(UserError, "the result Acceptable"):
            self.accept(result="not_acceptable")
        with self.refused(UserError, "not older than 18 months"):
            self.accept(assessed_on="2023-09-09")
        with self.refused(ValidationError, "after today"):
            self.accept(assessed_on="2025-03-12")
        assessment = self.accept()
        self.assertEqual(assessment.state, "accepted")
        self.assertEqual(assessment.accepted_by_id, self.env.user)
        self.assertEqual(str(assessment.accepted_on), "2025-03-10 12:00:00")
        self.assertEqual(str(assessment.due_on), "2026-03-10")
        self.assertEqual(str(assessment.valid_until), "2026-09-10")
        self.assertEqual((record.state, record.is_current), ("in_scope", True))
        self.assertEqual(str(record.date_joined), "2025-03-10")

    def test_validity_counts_from_the_assessment(self):
        """Done a year ago and accepted now, it holds for six months more."""
        assessment = self.accept(assessed_on="2024-03-10")
        self.assertEqual(str(assessment.due_on), "2025-03-10")
        self.assertEqual(str(assessment.valid_until), "2025-09-10")

    def test_renewal(self):
        for months in (11, 19):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.contractor_record.renewal_months = months
                self.env.flush_all()
            self.env.invalidate_all()
        self.contractor_record.renewal_months = 18
        self.assertEqual(str(self.accept().due_on), "2026-09-10")

    def test_nobody_backdates(self):
        """Neither acceptance nor validity is anybody's to write."""
        representative = self.representative
        values = {"contractor_id": self.contractor_record.id, "findings": "Fine"}
        assessments = self.env["asi.coc.contractor.assessment"].with_user(
            representative
        )
        for name, value in (
            ("accepted_on", "2024-01-01"),
            ("accepted_by_id", representative.id),
            ("valid_until", "2030-01-01"),
            ("state", "accepted"),
        ):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                assessments.create({**values, name: value})
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                assessments.create(values).write({name: value})
        assessment = self.accept()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.contractor_record.validity_ids.with_user(representative).write(
                {"date_start": "2024-01-01"}
            )
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            self.contractor_record.with_user(representative).state = "left"
        with self.refused(UserError, "is decided and stays"):
            assessment.assessed_on = "2024-01-01"
        with self.refused(UserError, "stays on file"):
            assessment.unlink()

    def test_who_accepts(self):
        assessment = self.env["asi.coc.contractor.assessment"].create(
            {
                "contractor_id": self.contractor_record.id,
                "findings": "Fine",
                "result": "acceptable",
            }
        )
        with self.refused(UserError, "Only a Management Representative"):
            assessment.with_user(self.officer).action_accept()
        with self.assertRaises(AccessError), self.env.cr.savepoint():
            assessment.with_user(self.auditor).action_accept()
        assessment.with_user(self.representative).action_accept()
        self.assertEqual(assessment.accepted_by_id, self.representative)

    def test_conditions_stay_while_in_scope(self):
        self.accept()
        self.at("2025-03-11")
        for name, value, refusal in (
            ("declaration", False, "neither changed nor deleted"),
            ("declared_by", False, "cannot be taken away"),
            ("evidence_ids", [Command.clear()], "neither changed nor deleted"),
            ("control", False, "cannot be taken away"),
        ):
            with self.refused(UserError, refusal, "2.2"):
                self.contractor_record[name] = value
        self.contractor_record.declared_by = "Ann Rogers, Managing Director"

    def test_not_acceptable_ends_it(self):
        self.accept()
        self.at("2025-03-20")
        assessment = self.env["asi.coc.contractor.assessment"].create(
            {
                "contractor_id": self.contractor_record.id,
                "findings": "Coils are mixed up.",
                "result": "not_acceptable",
            }
        )
        assessment.action_reject()
        self.at("2025-03-21")
        self.assertFalse(self.contractor_record.is_current)
        self.assertEqual(assessment.state, "rejected")

    def test_rejected_assessment_of_a_draft_stays(self):
        assessment = self.env["asi.coc.contractor.assessment"].create(
            {
                "contractor_id": self.contractor_record.id,
                "findings": "Coils are mixed up.",
                "result": "not_acceptable",
            }
        )
        assessment.action_reject()
        self.contractor_facility.unlink()
        with self.refused(UserError, "Rolling Contractor", "was decided", "2.2c"):
            self.contractor_record.unlink()
        self.assertTrue(assessment.exists())

    def test_withdrawn(self):
        assessment = self.accept()
        self.at("2025-03-20")
        assessment.action_withdraw()
        self.at("2025-03-21")
        self.contractor_record.invalidate_recordset()
        self.assertFalse(self.contractor_record.is_current)
        with self.refused(UserError, "nothing to withdraw"):
            assessment.action_withdraw()

    # -- reminding ------------------------------------------------------------------
    def test_reminders(self):
        contractors = self.env["asi.coc.contractor"]
        self.accept()
        self.at("2026-01-10")
        contractors._cron_follow()
        self.assertFalse(self.contractor_record.activity_ids)
        self.at("2026-02-10")
        contractors._cron_follow()
        contractors._cron_follow()
        activity = self.contractor_record.activity_ids
        self.assertEqual(activity.summary, "Renew the risk assessment (2.2c)")
        self.assertEqual(str(activity.date_deadline), "2026-03-10")
        self.assertEqual(activity.user_id, self.env.ref("base.user_admin"))
        found = contractors.search([("due_on", "<=", "2026-03-12")])
        self.assertEqual(found, self.contractor_record)
        self.accept()
        self.assertFalse(self.contractor_record.activity_ids)

    # -- errors -----------------------------------------------------------------------
    def test_errors_repeat(self):
        """The second error within a year has the risk assessed anew (2.5)."""
        action = self.contractor_record.action_open_errors()
        errors = self.env["asi.coc.error"].with_context(**action["context"])
        first = errors.create({"found": "A coil was sent to the wrong customer."})
        self.assertEqual(
            (first.criterion, first.kind, first.partner_id, first.scope_id),
            ("2.5", "contractor_error", self.contractor, self.scope),
        )
        self.assertFalse(self.contractor_record.activity_ids)
        second = errors.create({"found": "Again."})
        self.assertIn(
            f"{first.name}, {second.name}", self.contractor_record.activity_ids.summary
        )
        self.contractor_record.invalidate_recordset()
        self.assertEqual(self.contractor_record.error_count, 2)
        self.assertEqual(self.contractor_record.open_error_count, 2)
        self.assertEqual(
            self.env["asi.coc.error"].search(action["domain"]), first | second
        )

    # -- rights -----------------------------------------------------------------------
    def test_rights(self):
        record = self.contractor_record
        for user in (self.coc_storekeeper, self.auditor, self.officer):
            self.assertEqual(record.with_user(user).services, "Rolling")
        for user in (self.coc_storekeeper, self.auditor):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                record.with_user(user).services = "Nothing"
        record.with_user(self.officer).services = "Rolling and cutting"
        with self.assertRaises(AccessError):
            record.with_user(self.storekeeper).read(["services"])

    def test_storekeeper_moves_on(self):
        """Nothing stops the warehouse, without any group of the chain of custody."""
        self.receive(self.slab, 10, place=self.stock)
        picking = self.plan(
            "int", self.stock, self.site, [{"product": self.slab, "quantity": 10}]
        )
        picking = picking.with_user(self.storekeeper)
        self.validate(picking)
        self.assertEqual(picking.state, "done")
        self.assertIn("stops being CoC Material", picking.coc_contractor_warning)
        self.assertEqual(self.entries(picking.sudo()), {("output", "non_coc"): 10})
