from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.record_kinds import KINDS, PARTS
from .common_reports import ReportCase
from .test_management_system import ManagementCase

CONFIGURATION = "configuration; what entries and documents rest on has its own guards"
WORKED_OUT = "worked out from other records, again at any time"
PROTECTED = "append-only: neither users nor RPC delete, and triggers hold that"
#: Models of the module that hold no records of their own, and why.
NO_RECORDS = {
    "asi.coc.activity": CONFIGURATION,
    "asi.coc.audit.pack": "a copy of records, made again at any time",
    "asi.coc.cash.check": "counts cash checks, so that two transactions meet",
    "asi.coc.cash.window": CONFIGURATION,
    "asi.coc.claims.guide": CONFIGURATION,
    "asi.coc.close.step": WORKED_OUT,
    "asi.coc.criterion": CONFIGURATION,
    "asi.coc.facility": CONFIGURATION,
    "asi.coc.financial.record": WORKED_OUT,
    "asi.coc.form": CONFIGURATION,
    "asi.coc.policy.supplier": WORKED_OUT,
    "asi.coc.readiness": WORKED_OUT,
    "asi.coc.readiness.evidence": WORKED_OUT,
    "asi.coc.readiness.trend": WORKED_OUT,
    "asi.coc.reconciliation": WORKED_OUT,
    "asi.coc.reconciliation.move": WORKED_OUT,
    "asi.coc.record.coverage": WORKED_OUT,
    "asi.coc.risk.area": CONFIGURATION,
    "asi.coc.scrap.to.assess": WORKED_OUT,
    "asi.coc.supplier.place": "address book; the evidence of identity is kept",
    "asi.coc.supplier.standing": WORKED_OUT,
    "asi.coc.throttle": "counts requests of the last hour",
    "asi.coc.total": PROTECTED,
    "asi.coc.training.need": WORKED_OUT,
    "asi.coc.training.topic": CONFIGURATION,
    "asi.coc.unverified.receipt": WORKED_OUT,
    # of the other parts of the management system
    "asi.coc.annual.report": "its versions are the records",
    "asi.coc.complaint.statement": "part of the complaint; never deleted",
    "asi.coc.ledger.verification": PROTECTED,
    "asi.coc.ledger.verification.finding": PROTECTED,
    "asi.coc.seal": PROTECTED,
    "asi.coc.seal.head": PROTECTED,
}


class ClassCase(ManagementCase):
    def class_of(self, model):
        return self.scope.record_class_ids.filtered(lambda one: one.model == model)


@tagged("post_install", "-at_install")
class TestRecordClasses(ClassCase):
    def test_every_model_is_covered_or_has_a_reason(self):
        for name, model in self.env.registry.items():
            if not name.startswith("asi.coc.") or model._abstract or model._transient:
                continue
            with self.subTest(model=name):
                places = [name in KINDS, name in PARTS, name in NO_RECORDS]
                self.assertEqual(sum(places), 1)
        for name, kind in KINDS.items():
            if name in self.env:
                with self.subTest(model=name):
                    self.env[name].search([*kind.kept, *(kind.running or [])], limit=1)
        for name, part in PARTS.items():
            if name in self.env:
                field = self.env[name]._fields[part.path]
                self.assertIn(field.comodel_name, {*KINDS, *PARTS}, name)

    def test_scope_comes_with_a_complete_register(self):
        for code in ("bauxite_mining", "alumina_refining", "remelting_refining"):
            self.add_facility(code, code, self._create_location(code))
        activities = self.scope.supply_chain_activity_ids
        self.assertEqual(len(activities), 6)
        criteria = self.scope.record_class_ids.criterion_ids
        missing = self.env["asi.coc.criterion"].search([]) - criteria
        expected = [] if "asi.coc.complaint" in self.env else ["7.3"]
        self.assertEqual(missing.mapped("code"), expected)
        self.assertEqual(self.scope._get_criteria_without_records(), missing)
        for one in self.scope.record_class_ids:
            self.assertEqual(one.retention, 5)
            self.assertEqual(one.owner_id, self.env.ref("base.user_admin"))
            self.assertEqual(one.company_id, self.company)

    def test_register_is_made_once(self):
        count = len(self.scope.record_class_ids)
        self.scope._create_record_classes()
        self.assertEqual(len(self.scope.record_class_ids), count)

    def test_counts_are_live(self):
        reviews = self.class_of("asi.coc.management.review")
        self.assertEqual((reviews.record_count, reviews.oldest), (0, False))
        for day in ("2025-02-03", "2025-03-10"):
            review = self.keep(
                "asi.coc.management.review",
                date=day,
                participant_ids=[Command.set(self.officer.partner_id.ids)],
                audit_results="None",
                decisions="Go on",
            )
            review.with_user(self.representative).action_hold()
        self.keep("asi.coc.management.review", date="2025-04-01")
        reviews.invalidate_recordset()
        self.assertEqual(reviews.record_count, 2)
        self.assertEqual(str(reviews.oldest), "2025-02-03")
        self.assertEqual(str(reviews.newest), "2025-03-10")
        action = reviews.with_user(self.auditor).action_open_records()
        found = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(found), 2)

    def test_every_class_counts_and_opens(self):
        self.receive(self.slab, 10, claimed=10)
        for one in self.scope.record_class_ids.with_user(self.auditor):
            with self.subTest(model=one.model):
                action = one.action_open_records()
                found = self.env[one.model].with_context(active_test=False)
                self.assertEqual(found.search_count(action["domain"]), one.record_count)
        self.assertEqual(self.class_of("asi.coc.document").record_count, 1)
        self.assertEqual(self.class_of("stock.picking").record_count, 1)
        # not CoC, taken back, CoC
        self.assertEqual(self.class_of("asi.coc.entry").record_count, 3)
        documents = self.class_of("asi.coc.document")
        self.assertEqual(documents.where_text, "Odoo: CoC Document")
        self.assertIn("Date of Issue", documents.dates_text)

    # -- who changes what ------------------------------------------------------------
    def test_least_retention_is_five_years(self):
        for user in (self.officer, self.representative):
            classes = self.class_of("asi.coc.claim").with_user(user)
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                if user == self.officer:
                    with self.refused(UserError, "Only a Management Representative"):
                        classes.retention = 4
                classes.with_user(self.representative).retention = 4
                classes.flush_recordset()

    def test_officer_raises_and_representative_lowers(self):
        claims = self.class_of("asi.coc.claim").with_context(tracking_disable=False)
        claims.with_user(self.officer).retention = 10
        for values in (
            {"retention": 9},
            {"active": False},
            {"model": "asi.coc.audit"},
            {"kept_in": "elsewhere", "place": "Shelf"},
        ):
            with self.refused(UserError, "Only a Management Representative", "Claims"):
                claims.with_user(self.officer).write(values)
        claims.with_user(self.officer).write(
            {"owner_id": self.officer.id, "description": "All", "active": True}
        )
        claims.with_user(self.representative).retention = 6
        self.env.flush_all()
        self.env.cr.precommit.run()
        values = claims.message_ids.tracking_value_ids.filtered(
            lambda one: one.field_id.name == "retention"
        )
        self.assertIn(
            (10, 6),
            [(one.old_value_integer, one.new_value_integer) for one in values],
        )

    def test_classes_with_records_stay(self):
        reviews = self.class_of("asi.coc.management.review")
        with self.refused(UserError, "Only a Management Representative"):
            reviews.with_user(self.officer).unlink()
        reviews.with_user(self.representative).unlink()
        appointments = self.class_of("asi.coc.appointment")
        with self.refused(UserError, "has records and stays in the register"):
            appointments.with_user(self.representative).unlink()

    def test_elsewhere_needs_a_place_and_keeps_its_files(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            with self.env.cr.savepoint():
                self.keep("asi.coc.record.class", name="Weighing slips")
        slips = self.keep(
            "asi.coc.record.class",
            name="Weighing slips",
            place="Weighhouse, shelf 3",
            evidence_ids=[Command.set(self.file("2024.pdf").ids)],
        )
        self.assertEqual(slips.company_id, self.company)
        self.assertEqual(slips.where_text, "Weighhouse, shelf 3")
        self.assertEqual(slips.record_count, 1)
        with self.refused(UserError, "2024.pdf", "Weighing slips"):
            slips.evidence_ids.unlink()
        with self.refused(UserError, "Weighhouse, shelf 3"):
            slips.action_open_records()

    def test_others_read_or_do_not(self):
        claims = self.class_of("asi.coc.claim")
        with self.assertRaises(AccessError):
            claims.with_user(self.auditor).owner_id = self.auditor
        with self.assertRaises(AccessError):
            claims.with_user(self.storekeeper).read(["name"])
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.user("stranger", "asi_coc.group_representative")
        stranger.write(
            {"company_id": other.id, "company_ids": [Command.set(other.ids)]}
        )
        with self.assertRaises(AccessError):
            claims.with_user(stranger).read(["name"])
        coverage = self.env["asi.coc.record.coverage"]
        domain = [("scope_id", "=", self.scope.id)]
        foreign = coverage.with_context(allowed_company_ids=other.ids)
        self.assertFalse(foreign.with_user(stranger).search(domain))
        self.assertTrue(coverage.with_user(self.auditor).search(domain))

    # -- coverage, readiness ---------------------------------------------------------
    def test_coverage_and_readiness(self):
        self.keep(
            "asi.coc.record.class",
            name="Complaints on paper",
            place="Archive",
            owner_id=self.officer.id,
            criterion_ids=[
                Command.set(self.env.ref("asi_coc.criterion_7_3").ids),
            ],
        )
        rules = self.env["asi.coc.readiness.rules"]
        readiness = rules._rule_1_6(self.scope)
        self.assertEqual(readiness.state, "in_order", readiness.explanation)
        found = self.env["asi.coc.record.coverage"].search(
            [("scope_id", "=", self.scope.id), ("class_count", "=", 0)]
        )
        self.assertFalse(found)
        letters = self.class_of("asi.coc.appointment")
        letters.active = False
        self.env.flush_all()
        readiness = rules._rule_1_6(self.scope)
        self.assertEqual(readiness.state, "missing")
        self.assertIn("1.4", self.without())
        letters.write({"active": True, "owner_id": False})
        readiness = rules._rule_1_6(self.scope)
        self.assertEqual(readiness.state, "missing")
        self.assertIn("without an owner", readiness.explanation)
        self.assertIn(": Appointments of Management", readiness.explanation)
        # one of the entity counts for each of its scopes
        letters.write({"owner_id": self.officer.id, "scope_id": False})
        self.assertEqual(rules._rule_1_6(self.scope).state, "in_order")

    def without(self):
        self.env.invalidate_all()
        found = self.env["asi.coc.record.coverage"].search(
            [("scope_id", "=", self.scope.id), ("class_count", "=", 0)]
        )
        return found.criterion_id.mapped("code")


@tagged("post_install", "-at_install")
class TestRecordsRegister(ClassCase, ReportCase):
    def test_prints(self):
        self.keep(
            "asi.coc.record.class",
            name="Weighing slips",
            sequence=1,
            place="Weighhouse, shelf 3",
            description="Slips of the truck scale",
            retention=10,
            owner_id=self.officer.id,
            criterion_ids=[Command.set(self.env.ref("asi_coc.criterion_8_1").ids)],
        )
        text = "\n".join(self.read_pages("report_records", self.scope))
        self.assert_facts(
            text,
            "Records Register",
            "Melt & Roll",
            "Weighing slips",
            "Slips of the truck scale",
            "Weighhouse, shelf 3",
            "10 years",
            "Trainings, attendees and material",
            "Odoo: Training Session",
            "Records by Criterion",
            "1.3 CoC Management System Monitoring",
        )

    def test_archived_classes_that_still_keep_records_are_printed(self):
        appointments = self.class_of("asi.coc.appointment")
        appointments.write({"active": False, "retention": 12})
        self.class_of("asi.coc.claim").active = False
        page = self.env["report.asi_coc.report_records_pages"]._get_page(self.scope)
        rows = {row["name"]: row for row in page["classes"]}
        name = "Appointments of Management Representatives (archived)"
        self.assertEqual((rows[name]["years"], rows[name]["count"]), ("12 years", "1"))
        # nothing is kept by this one
        self.assertFalse([one for one in rows if one.startswith("Claims")])
        self.assertIn("1.4", page["without"])
        criteria = dict(row for one in page["criteria"] for row in one["rows"])
        criterion = self.env.ref("asi_coc.criterion_1_4")
        self.assertFalse(criteria[criterion.display_name])

    def test_auditor_prints_it_too(self):
        page = self.env["report.asi_coc.report_records_pages"].with_user(self.auditor)
        values = page._get_report_values(self.scope.ids)
        rows = {row["name"]: row for row in values["pages"][0]["classes"]}
        self.assertEqual(
            rows["Appointments of Management Representatives"]["count"], "1"
        )
        self.assertEqual(
            rows["Appointments of Management Representatives"]["criteria"], "1.4"
        )
