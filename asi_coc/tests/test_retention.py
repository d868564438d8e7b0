from unittest.mock import patch

from psycopg2.errors import ForeignKeyViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import base
from .common_audits import AuditCase
from .test_management_system import ManagementCase

#: The first day on which a training held on 10 March 2025 may be deleted.
LAST, FREE = "2030-03-09", "2030-03-10"


class RetentionCase(ManagementCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.company_ids += cls.company
        cls.topic = cls.env["asi.coc.training.topic"].create({"name": "CoC Basics"})
        cls.trainings = cls.env["asi.coc.record.class"].search(
            [("scope_id", "=", cls.scope.id), ("model", "=", "asi.coc.training")]
        )

    def held(self):
        """Hold a training on 10 March 2025 that counts for that day only."""
        training = self.keep(
            "asi.coc.training",
            topic_id=self.topic.id,
            trainer="Inspector",
            valid_until="2025-03-10",
            attendee_ids=[Command.set(self.officer.partner_id.ids)],
            evidence_ids=[Command.set(self.file("Slides.pdf").ids)],
        )
        training.action_hold()
        return training

    def attach(self, record, **values):
        return self.env["ir.attachment"].create(
            {
                "name": "List.pdf",
                "raw": b"%PDF-1.7 list",
                "res_model": record._name,
                "res_id": record.id,
                **values,
            }
        )

    def remote(self, records, user, method, *args, **context):
        """Call ``method`` as RPC does."""
        return call_kw(
            records.with_user(user).browse(),
            method,
            [records.ids, *args],
            {"context": context},
        )


@tagged("post_install", "-at_install")
class TestRetention(RetentionCase):
    def test_nobody_deletes_before_the_day(self):
        training = self.held()
        self.at(LAST)
        for user in (self.officer, self.representative, self.admin):
            for context in ({}, {"_force_unlink": True}, {"tz": "Pacific/Kiritimati"}):
                with (
                    self.subTest(user=user.login, context=context),
                    self.refused(
                        UserError,
                        "was held and stays on file",
                        "CoC Basics",
                        "“Trainings, attendees and material”",
                        "kept for 5 years",
                        "from March 10, 2030 on (1.6)",
                    ),
                ):
                    self.remote(training, user, "unlink", **context)
        with self.refused(UserError, "March 10, 2030"):
            training.sudo().unlink()
        with self.refused(UserError, "March 10, 2030"):
            training.sudo().with_context(_force_unlink=True).unlink()
        self.assertTrue(training.exists())

    def test_others_may_not_at_all(self):
        training = self.held()
        self.at(FREE)
        for user in (self.storekeeper, self.coc_storekeeper, self.auditor):
            with self.assertRaises(AccessError):
                self.remote(training, user, "unlink")

    def test_officer_deletes_on_the_day(self):
        training = self.held()
        file = self.attach(training)
        training.message_post(body="Who came late?", attachments=[("a.txt", b"Jan")])
        files = file | training.evidence_ids | training.message_ids.attachment_ids
        self.assertEqual(len(files), 3)
        messages = training.message_ids
        self.at(FREE)
        self.remote(training, self.officer, "unlink")
        for gone in (training, files, messages):
            self.assertFalse(gone.exists())

    def test_latest_day_counts(self):
        training = self.keep(
            "asi.coc.training",
            topic_id=self.topic.id,
            trainer="Inspector",
            valid_until="2027-06-30",
            attendee_ids=[Command.set(self.officer.partner_id.ids)],
            evidence_ids=[Command.set(self.file().ids)],
        )
        training.action_hold()
        self.at("2032-06-29")
        with self.refused(UserError, "from June 30, 2032 on"):
            training.unlink()
        self.at("2032-06-30")
        training.unlink()

    def test_class_that_keeps_longer(self):
        training = self.held()
        self.trainings.with_user(self.officer).retention = 7
        self.at(FREE)
        with self.refused(UserError, "kept for 7 years", "March 10, 2032"):
            training.unlink()
        # Archived, and beside another one, it keeps them as before.
        self.trainings.with_user(self.representative).active = False
        self.trainings.copy({"retention": 6, "active": True})
        with self.refused(UserError, "March 10, 2032"):
            training.unlink()
        self.at("2032-03-10")
        training.unlink()

    def test_five_years_without_any_class(self):
        training = self.held()
        self.trainings.search([("model", "=", "asi.coc.training")]).with_context(
            active_test=False
        )._write({"model": "asi.coc.claim"})
        self.env.invalidate_all()
        with self.refused(UserError, "Trainings, attendees", "March 10, 2030"):
            training.unlink()

    def test_class_of_another_entity_keeps_its_own_only(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["asi.coc.record.class"].create(
            {
                "name": "Trainings of others",
                "company_id": other.id,
                "scope_id": False,
                "kept_in": "odoo",
                "model": "asi.coc.training",
                "retention": 20,
            }
        )
        training = self.held()
        with self.refused(UserError, "March 10, 2030"):
            training.unlink()
        self.trainings.create(
            {
                "name": "All trainings",
                "company_id": self.company.id,
                "scope_id": False,
                "kept_in": "odoo",
                "model": "asi.coc.training",
                "retention": 10,
            }
        )
        with self.refused(UserError, "“All trainings”", "March 10, 2035"):
            training.unlink()

    def test_in_force_has_no_day_yet(self):
        procedure = self.keep(
            "asi.coc.procedure",
            name="Manual",
            evidence_ids=[Command.set(self.file().ids)],
        )
        procedure.with_user(self.representative).action_approve()
        self.at("2045-01-01")
        with self.refused(UserError, "in force", "5 years from the day it ends"):
            procedure.unlink()

    def test_what_was_never_in_force_goes(self):
        planned = self.keep("asi.coc.training", topic_id=self.topic.id)
        file = self.attach(planned)
        planned.message_post(body="Perhaps in May")
        planned.message_ids[:1].unlink()
        file.write({"raw": b"other"})
        planned.with_user(self.officer).unlink()
        self.assertFalse(planned.exists() or file.exists())

    def test_command_of_a_list_deletes_nothing_either(self):
        review = self.keep(
            "asi.coc.management.review",
            participant_ids=[Command.set(self.officer.partner_id.ids)],
            audit_results="None",
            decisions="Go on",
            action_ids=[
                Command.create(
                    {
                        "name": "List records",
                        "responsible_id": self.officer.id,
                        "date_due": "2025-05-01",
                    }
                )
            ],
        )
        review.with_user(self.representative).action_hold()
        action = review.action_ids
        with self.refused(UserError, "Management Review", "March 10, 2030"):
            review.with_user(self.officer).action_ids = [Command.delete(action.id)]
        self.assertTrue(action.exists())

    def test_attendees_stay(self):
        guest = self.env["res.partner"].create({"name": "Guest"})
        training = self.keep(
            "asi.coc.training",
            topic_id=self.topic.id,
            trainer="Inspector",
            attendee_ids=[Command.set(guest.ids)],
            evidence_ids=[Command.set(self.file().ids)],
        )
        training.action_hold()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(ForeignKeyViolation),
            self.env.cr.savepoint(),
        ):
            guest.unlink()
        self.env.invalidate_all()
        self.assertEqual(training.attendee_ids, guest)


@tagged("post_install", "-at_install")
class TestFilesOfRecords(RetentionCase):
    def setUp(self):
        super().setUp()
        self.training = self.held().with_env(self.env)
        self.training.message_post(body="Late", attachments=[("late.txt", b"Jan")])
        self.in_chatter = self.training.message_ids.attachment_ids
        self.attached = self.attach(self.training)
        self.loose = self.env["ir.attachment"].create({"name": "mail.txt", "raw": b"x"})
        self.training.message_ids[:1].sudo().attachment_ids += self.loose
        self.files = (
            self.in_chatter | self.attached | self.loose | self.training.evidence_ids
        )

    def test_stay_and_stay_the_same(self):
        self.assertEqual(len(self.files), 4)
        other = self.keep("asi.coc.training", topic_id=self.topic.id)
        for file in self.files:
            for method, *args in (
                ("unlink",),
                ("write", {"raw": b"changed"}),
                ("write", {"datas": b"Y2hhbmdlZA=="}),
                ("write", {"res_id": other.id, "res_model": other._name}),
                ("write", {"raw": file.raw, "res_id": other.id}),
            ):
                if file == self.loose and "res_id" in str(args):
                    continue  # given to its record, as any upload
                with (
                    self.subTest(file=file.name, method=method, args=args),
                    self.refused(UserError, file.name, "March 10, 2030"),
                ):
                    self.remote(file, self.admin, method, *args, _force_unlink=True)
        self.training.message_post(body="More", attachments=[("new.txt", b"new")])

    def test_go_with_the_day(self):
        self.at(FREE)
        self.remote(self.attached, self.officer, "unlink")
        self.in_chatter.sudo().unlink()
        self.assertFalse((self.attached | self.in_chatter).exists())

    def test_so_does_the_chatter(self):
        message = self.training.message_ids[:1]
        for context in ({}, {"_force_unlink": True}):
            with self.refused(UserError, "March 10, 2030"):
                self.remote(message, self.admin, "unlink", **context)
        self.at(FREE)
        message.unlink()

    def test_cost(self):
        """Files and contacts of nothing kept cost what they cost without us."""
        tags = self.env["res.partner.category"]
        partner = self.env["res.partner"].create({"name": "Somebody"})

        def make(count):
            return self.env["ir.attachment"].create(
                [
                    {"name": f"{number}", "raw": f"{number}".encode()}
                    | {"res_model": "res.partner", "res_id": partner.id}
                    for number in range(count)
                ]
            )

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.unlink()
            return self.env.cr.sql_log_count - before

        count(make(1))
        few, many = count(make(2)), count(make(100))
        with patch.object(
            type(self.env["ir.attachment"]), "_coc_check_evidence", lambda *_: None
        ):
            without = count(make(100))
        self.assertEqual(many - without, 2)
        self.assertLess(many - few, 3)
        ours = count(tags.create([{"name": f"{one}"} for one in range(100)]))
        with patch.object(base, "GUARDED", frozenset()):
            odoos = count(tags.create([{"name": f"{one}"} for one in range(100)]))
        self.assertEqual(ours, odoos)


@tagged("post_install", "-at_install")
class TestRetentionOfAudits(AuditCase):
    def test_audit_findings_and_actions(self):
        audit = self.reported()
        action = self.correct(audit)
        for record in (audit, audit.finding_ids[:1], action):
            with self.refused(UserError, "record of"):
                record.with_user(self.representative).unlink()
        action.write({"root_cause": "Not asked", "action": "Listed"})
        self.at("2025-04-01")
        action.done_on = "2025-04-01"
        action.action_done()
        action.effectiveness = "Records are listed"
        action.with_user(self.representative).action_verify()
        self.at("2030-06-29")
        with self.refused(UserError, "“Corrective actions”", "June 30, 2030"):
            action.unlink()
        self.at("2030-06-30")
        action.with_user(self.officer).unlink()
        findings = audit.finding_ids
        audit.with_user(self.officer).unlink()
        self.assertFalse(findings.exists() or action.exists())

    def test_report_taken_back_is_still_a_record(self):
        audit = self.reported()
        action = self.correct(audit)
        own = audit.with_user(self.representative)
        own.action_open_again()
        for record in (own, own.finding_ids[:1], action.with_user(self.officer)):
            with self.refused(UserError, "record of"):
                record.unlink()
        self.finding(audit, "1.6").comment = "Which records are kept is not stated"
        own.action_report()
        self.assertEqual(audit.reported_by_id, self.representative)
        never = self.audit()
        never.unlink()
        self.assertFalse(never.exists())
