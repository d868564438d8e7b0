from datetime import date

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import UserCase

REVIEW = "asi_coc.mail_activity_management_review"
ACTION = "asi_coc.mail_activity_review_action"


class ManagementCase(UserCase):
    def file(self, name="Manual.pdf"):
        return (
            self.env["ir.attachment"]
            .with_user(self.officer)
            .create({"name": name, "raw": b"%PDF-1.7 manual"})
        )

    def keep(self, model, **values):
        """Let the officer write a record of the management system."""
        return (
            self.env[model]
            .with_user(self.officer)
            .create({"scope_id": self.scope.id, **values})
        )


@tagged("post_install", "-at_install")
class TestMembership(ManagementCase):
    def test_scope_is_not_activated_while_membership_is_suspended(self):
        self.scope.action_suspend()
        self.scope.membership_standing = "suspended"
        with self.assertRaisesRegex(UserError, r"membership in good standing \(1\.1\)"):
            self.scope.action_activate()
        self.scope.membership_standing = "good"
        self.scope.action_activate()
        self.assertEqual(self.scope.state, "active")

    def test_asis_complaints_mechanism_is_linked(self):
        self.assertEqual(
            self.scope.complaints_mechanism,
            "https://aluminium-stewardship.ethicspoint.com/",
        )


@tagged("post_install", "-at_install")
class TestRepresentatives(ManagementCase):
    def test_appointments_follow_the_scope(self):
        first = self.env.ref("base.user_admin")
        self.at("2025-04-01")
        self.scope.representative_ids = [Command.link(self.representative.id)]
        self.at("2027-06-30")
        self.scope.representative_ids = [Command.unlink(first.id)]
        found = {
            one.user_id: (one.date_start, one.date_end)
            for one in self.scope.appointment_ids
        }
        self.assertEqual(found[self.representative], (date(2025, 4, 1), False))
        self.assertEqual(found[first][1], date(2027, 6, 30))

    def test_history_is_not_rewritten(self):
        appointment = self.scope.appointment_ids[0].with_user(self.officer)
        appointment.date_start = "2023-02-01"
        for values in ({"user_id": self.officer.id}, {"date_end": "2024-01-01"}):
            with self.assertRaises(AccessError):
                appointment.write(values)
        with self.assertRaises(AccessError):
            appointment.unlink()


@tagged("post_install", "-at_install")
class TestProcedures(ManagementCase):
    def approved(self):
        procedure = self.keep(
            "asi.coc.procedure",
            name="CoC Management Manual",
            evidence_ids=[Command.set(self.file().ids)],
        )
        procedure.with_user(self.representative).action_approve()
        return procedure

    def test_approval_needs_representative_and_file(self):
        procedure = self.keep("asi.coc.procedure", name="Manual")
        with self.assertRaisesRegex(UserError, "Only a Management Representative"):
            procedure.action_approve()
        with self.assertRaisesRegex(UserError, "Attach the file of procedure Manual"):
            procedure.with_user(self.representative).action_approve()
        self.assertEqual(procedure.state, "draft")

    def test_procedure_of_a_later_day_waits(self):
        """Until its day the version before is in force (1.2)."""
        first = self.approved()
        later = first.browse(first.action_new_version()["res_id"])
        later.write(
            {"evidence_ids": self.file("Manual 2.pdf"), "date_start": "2025-03-11"}
        )
        with self.assertRaisesRegex(UserError, "Approve it on that day"):
            later.with_user(self.representative).action_approve()
        self.assertEqual(first.state, "approved")

    def test_approved_version_stays_and_is_superseded(self):
        first = self.approved()
        self.assertEqual(first.date_start, date(2025, 3, 10))
        self.assertEqual(first.approved_by_id, self.representative)
        for change in (lambda: first.write({"name": "Other"}), first.unlink):
            with self.assertRaisesRegex(UserError, "stays on file as it is"):
                change()
        second = first.browse(first.action_new_version()["res_id"])
        self.assertEqual((second.version, second.state), ("2", "draft"))
        self.assertFalse(second.evidence_ids)
        second.evidence_ids = self.file("Manual 2.pdf")
        second.with_user(self.representative).action_approve()
        # As at the end of a request.
        self.env.flush_all()
        self.assertEqual(first.state, "superseded")
        self.assertEqual(second.state, "approved")

    def test_draft_can_go(self):
        procedure = self.keep("asi.coc.procedure", name="Manual")
        procedure.unlink()
        self.assertFalse(procedure.exists())

    def test_state_is_not_written(self):
        procedure = self.keep("asi.coc.procedure", name="Manual")
        with self.assertRaises(AccessError):
            procedure.write({"state": "approved"})


@tagged("post_install", "-at_install")
class TestManagementReviews(ManagementCase):
    def review(self, **values):
        return self.keep(
            "asi.coc.management.review",
            **{
                "participant_ids": [Command.set(self.representative.partner_id.ids)],
                "audit_results": "One minor non-conformance",
                "decisions": "The register of records is completed",
                **values,
            },
        )

    def test_review_needs_inputs_decisions_and_its_day(self):
        review = self.review(decisions=False, date="2025-03-11")
        with self.assertRaisesRegex(UserError, "Only a Management Representative"):
            review.action_hold()
        review = review.with_user(self.representative)
        with self.assertRaisesRegex(UserError, "Decisions, a day that has come"):
            review.action_hold()
        self.at("2025-03-11")
        review.decisions = "None needed"
        review.action_hold()
        self.assertEqual(review.state, "held")
        for change in (lambda: review.write({"decisions": "Other"}), review.unlink):
            with self.assertRaisesRegex(UserError, "stays on file as it is"):
                change()

    def test_next_review_is_due_after_the_interval(self):
        review = self.review(date="2025-03-01")
        review.with_user(self.representative).action_hold()
        self.assertEqual(self.scope.review_due, date(2026, 3, 1))
        self.scope.review_interval = 60
        self.assertEqual(self.scope.review_due, date(2030, 3, 1))

    @mute_logger("odoo.sql_db")
    def test_interval_is_five_years_at_most(self):
        with self.assertRaises(CheckViolation):
            self.scope.review_interval = 61
            self.scope.flush_recordset()

    def test_reminder_before_the_review_is_due(self):
        self.scope.representative_ids = self.representative
        self.review(date="2025-03-01").with_user(self.representative).action_hold()
        scopes = self.env["asi.coc.scope"]
        self.at("2026-01-29")
        scopes._cron_remind_of_management()
        self.assertFalse(self.scope.activity_search([REVIEW]))
        self.at("2026-01-30")
        scopes._cron_remind_of_management()
        scopes._cron_remind_of_management()
        todo = self.scope.activity_search([REVIEW])
        self.assertEqual(todo.user_id, self.representative)
        self.assertEqual(todo.date_deadline, date(2026, 3, 1))
        self.review(date="2026-01-30").with_user(self.representative).action_hold()
        self.assertFalse(self.scope.activity_search([REVIEW]))

    def test_actions_are_reminded_of(self):
        review = self.review(
            action_ids=[
                Command.create(
                    {
                        "name": "Complete the register",
                        "responsible_id": self.officer.id,
                        "date_due": "2025-04-30",
                    }
                )
            ]
        )
        review.with_user(self.representative).action_hold()
        self.at("2025-04-23")
        self.env["asi.coc.scope"]._cron_remind_of_management()
        todo = review.action_ids.activity_search([ACTION])
        self.assertEqual(todo.user_id, self.officer)
        # The review stays as it is, what it decided goes on.
        review.action_ids.done_on = "2025-04-24"
        self.assertEqual(review.action_ids.done_on, date(2025, 4, 24))
        self.assertFalse(review.action_ids.activity_search([ACTION]))


@tagged("post_install", "-at_install")
class TestTrainings(ManagementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.topic = cls.env["asi.coc.training.topic"].create(
            {
                "name": "CoC in the Warehouse",
                "group_ids": [
                    Command.set(cls.env.ref("asi_coc.group_user").ids),
                ],
                "validity_months": 12,
            }
        )

    def training(self, *users, **values):
        return self.keep(
            "asi.coc.training",
            **{
                "topic_id": self.topic.id,
                "trainer": "Quality",
                "attendee_ids": [Command.set([one.partner_id.id for one in users])],
                "evidence_ids": [Command.set(self.file("Slides.pdf").ids)],
                **values,
            },
        )

    def needs(self, state=None):
        domain = [
            ("topic_id", "=", self.topic.id),
            ("company_id", "=", self.company.id),
        ]
        if state:
            domain.append(("state", "=", state))
        self.env.flush_all()
        self.env["asi.coc.training.need"].invalidate_model()
        return self.env["asi.coc.training.need"].search(domain)

    def test_session_needs_material_attendees_and_trainer(self):
        training = self.training(trainer=False, evidence_ids=False)
        with self.assertRaisesRegex(UserError, "Attendees, Material, Trainer"):
            training.action_hold()

    def test_session_needs_a_last_day(self):
        training = self.training(self.coc_storekeeper, valid_until=False)
        with self.assertRaisesRegex(UserError, r"is missing: Valid Until \(1\.5\)"):
            training.action_hold()

    def test_session_counts_until_its_last_day(self):
        training = self.training(self.coc_storekeeper)
        self.assertEqual(training.valid_until, date(2026, 3, 9))
        with self.assertRaises(ValidationError):
            training.valid_until = "2025-03-09"

    def test_held_session_stays(self):
        training = self.training(self.coc_storekeeper)
        training.action_hold()
        for change in (
            lambda: training.write({"attendee_ids": False}),
            lambda: training.write({"topic_id": self.topic.id}),
            training.unlink,
        ):
            with self.assertRaisesRegex(UserError, "was held and stays on file"):
                change()
        self.topic.validity_months = 1
        self.assertEqual(training.valid_until, date(2026, 3, 9))

    def test_who_lacks_the_training_of_their_role(self):
        # An officer is a user too; the storekeeper without a CoC role is not asked.
        lacking = self.needs("missing").user_id
        self.assertTrue(
            self.coc_storekeeper + self.salesperson + self.officer <= lacking
        )
        self.assertNotIn(self.storekeeper, self.needs().user_id)
        self.assertNotIn(self.auditor, self.needs().user_id)
        self.training(self.coc_storekeeper)
        self.assertIn(self.coc_storekeeper, self.needs("missing").user_id)
        self.env["asi.coc.training"].search([]).action_hold()
        self.assertEqual(self.needs("valid").user_id, self.coc_storekeeper)
        self.at("2026-02-01")
        self.assertEqual(self.needs("expiring").user_id, self.coc_storekeeper)
        self.at("2026-03-10")
        self.assertEqual(self.needs("expired").user_id, self.coc_storekeeper)
        self.assertEqual(
            self.needs()
            .filtered(lambda one: one.user_id == self.coc_storekeeper)
            .mapped("state"),
            ["expired"],
        )

    def test_session_that_counts_longest(self):
        self.training(
            self.coc_storekeeper, date="2025-01-15", valid_until="2027-12-31"
        ).action_hold()
        self.training(
            self.coc_storekeeper, date="2025-03-01", valid_until="2025-12-31"
        ).action_hold()
        need = self.needs().filtered(lambda one: one.user_id == self.coc_storekeeper)
        self.assertEqual(
            (need.trained_on, need.valid_until),
            (date(2025, 1, 15), date(2027, 12, 31)),
        )

    def test_other_companies_trainings_are_theirs(self):
        with freeze_time("2025-03-10"):
            other = self.env["res.company"].create({"name": "Other Melters"})
            scope = self.env["asi.coc.scope"].create(
                {"name": "Other", "company_id": other.id}
            )
            self.env["asi.coc.training"].create(
                {
                    "scope_id": scope.id,
                    "topic_id": self.topic.id,
                    "attendee_ids": [Command.set(self.coc_storekeeper.partner_id.ids)],
                    "trainer": "Them",
                    "evidence_ids": [Command.set(self.file().ids)],
                }
            ).action_hold()
        self.assertIn(self.coc_storekeeper, self.needs("missing").user_id)

    def test_claims_training_is_asked_for_a_day(self):
        self.topic.is_claims = True
        trainings = self.env["asi.coc.training"]
        self.training(self.officer).action_hold()
        ask = trainings._is_trained_in_claims
        self.assertTrue(ask(self.officer, self.company, date(2026, 3, 9)))
        self.assertFalse(ask(self.officer, self.company, date(2026, 3, 10)))
        self.assertFalse(ask(self.officer, self.company, date(2025, 3, 9)))
        self.assertFalse(ask(self.representative, self.company, date(2025, 3, 10)))
