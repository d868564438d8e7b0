from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_complaints import CONCERN, ComplaintCase

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


@tagged("post_install", "-at_install")
class TestComplaints(ComplaintCase):
    """A complaint is dealt with in stages, each with its deadline (7.3)."""

    def enter(self, **values):
        """Enter a complaint that came by letter, as an officer does."""
        values = {"scope_id": self.scope.id, "concern": CONCERN, **values}
        return self.register.with_user(self.officer).create(values)

    def activities(self, complaint, name):
        kind = self.env.ref(f"asi_coc.mail_activity_{name}")
        return complaint.sudo().activity_ids.filtered(
            lambda one: one.activity_type_id == kind
        )

    # -- stages -----------------------------------------------------------------
    def test_life(self):
        complaint = self.enter()
        self.assertEqual(complaint.state, "received")
        self.assertEqual(str(complaint.deadline), "2025-03-15")
        (step,) = self.activities(complaint, "complaint")
        self.assertEqual(step.summary, "Acknowledge the receipt of the complaint")
        self.assertEqual(str(step.date_deadline), "2025-03-15")
        self.assertEqual(step.user_id, self.representative)
        complaint.action_acknowledge()
        self.assertEqual(str(complaint.deadline), "2025-03-25")
        complaint.action_admit()
        self.assertEqual(str(complaint.deadline), "2025-05-09")
        complaint.action_investigate()
        self.decide(complaint)
        self.assertEqual(complaint.decided_by_id, self.officer)
        self.at("2025-04-09")
        self.answer(complaint)
        self.assertTrue(complaint.acknowledged_in_time)
        self.assertTrue(complaint.answered_in_time)
        self.assertEqual(complaint.answer_days, 30)
        self.assertFalse(complaint.answered_by_email)
        self.assertFalse(complaint.deadline)
        self.assertFalse(self.activities(complaint, "complaint"))
        complaint.action_close()
        self.assertEqual(complaint.state, "closed")

    def test_turns_and_what_they_need(self):
        complaint = self.enter()
        with self.refused(UserError, complaint.name, "Received", "Admissible", "(7.3)"):
            complaint.action_admit()
        with self.refused(UserError, complaint.name, "Answered", "Decided"):
            complaint.action_answer()
        complaint.action_acknowledge()
        with self.refused(UserError, complaint.name, "Missing: Ground, Reason"):
            complaint.action_refuse()
        complaint.action_admit()
        complaint.action_investigate()
        with self.refused(UserError, "Outcome, Decision, Investigation Log"):
            complaint.action_decide()
        self.decide(complaint)
        with self.refused(UserError, complaint.name, "Missing: Answer"):
            complaint.action_answer()

    def test_step_back(self):
        complaint = self.enter()
        with self.refused(UserError, complaint.name, "Received"):
            complaint.action_step_back()
        self.advance(complaint, "decided")
        for state in ("investigating", "admissible", "acknowledged", "received"):
            complaint.action_step_back()
            self.assertEqual(complaint.state, state)
        self.assertFalse(complaint.acknowledged_on or complaint.decided_on)
        (step,) = self.activities(complaint, "complaint")
        self.assertEqual(str(step.date_deadline), "2025-03-15")
        self.advance(complaint, "answered")
        with self.refused(UserError, complaint.name, "An appeal opens"):
            complaint.action_step_back()
        complaint.action_close()
        complaint.action_step_back()
        self.assertEqual(complaint.state, "answered")

    # -- deadlines --------------------------------------------------------------
    def test_deadlines_of_the_scope(self):
        self.scope.write(
            {"complaint_acknowledge_days": 2, "complaint_admissibility_days": 7}
        )
        complaint = self.enter()
        self.assertEqual(str(complaint.acknowledge_by), "2025-03-12")
        self.assertEqual(str(complaint.admissibility_by), "2025-03-17")
        complaint.answer_by = "2025-12-31"
        self.advance(complaint, "admissible")
        self.assertEqual(str(complaint.deadline), "2025-12-31")
        (step,) = self.activities(complaint, "complaint")
        self.assertEqual(str(step.date_deadline), "2025-12-31")

    def test_days_are_the_scope_s(self):
        self.scope.sudo().with_context(active_test=False)
        self.clock.move_to("2025-03-10 23:30:00")
        self.env.cr.execute(
            "UPDATE asi_coc_scope SET tz = 'Asia/Tokyo' WHERE id = %s", [self.scope.id]
        )
        self.scope.invalidate_recordset()
        self.assertEqual(str(self.enter().acknowledge_by), "2025-03-16")

    def test_overdue(self):
        complaint = self.enter()
        for day, count in (("2025-03-15", 0), ("2025-03-16", 1), ("2025-03-17", 1)):
            self.at(day)
            self.register._cron_remind()
            found = self.activities(complaint, "complaint_overdue")
            self.assertEqual(len(found), count)
        self.assertEqual(found.user_id, self.representative)
        domain = self.register._get_overdue_domain()
        self.assertIn(complaint, self.register.search(domain))
        complaint.action_acknowledge()
        self.assertFalse(self.activities(complaint, "complaint_overdue"))
        self.assertFalse(complaint.acknowledged_in_time)

    def test_reminders_cost_the_same_for_many(self):
        def count(entered):
            for _number in range(entered):
                self.enter()
            self.env.flush_all()
            self.env.invalidate_all()
            self.register.search([]).activity_unlink(
                ["asi_coc.mail_activity_complaint_overdue"]
            )
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.register._cron_remind()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.enter()
        self.at("2025-06-01")
        few = count(0)
        self.at("2025-03-10")
        for _number in range(10):
            self.enter()
        self.at("2025-06-02")
        many = count(0)
        self.assertLessEqual(many, few + 60)

    # -- ASI --------------------------------------------------------------------
    def test_forward_to_asi(self):
        complaint = self.enter()
        with self.refused(UserError, complaint.name, "not to be forwarded"):
            complaint.action_forward()
        complaint.concerns_material = True
        (told,) = self.activities(complaint, "complaint_asi")
        self.assertEqual(told.user_id, self.representative)
        domain = self.register._get_to_forward_domain()
        self.assertIn(complaint, self.register.search(domain))
        self.advance(complaint, "answered")
        with self.refused(UserError, complaint.name, "ASI's attention", "(7.3)"):
            complaint.action_close()
        complaint.action_forward()
        self.assertEqual(str(complaint.forwarded_on), "2025-03-10")
        self.assertEqual(complaint.forwarded_by_id, self.officer)
        self.assertFalse(self.activities(complaint, "complaint_asi"))
        complaint.asi_reference = "ASI-7"
        complaint.action_close()
        with self.refused(UserError, "Concerns CoC Material"):
            complaint.concerns_material = False

    def test_withdrawn_flag(self):
        complaint = self.enter(concerns_material=True)
        self.assertTrue(self.activities(complaint, "complaint_asi"))
        complaint.concerns_material = False
        self.assertFalse(self.activities(complaint, "complaint_asi"))

    # -- what stays -------------------------------------------------------------
    def test_what_was_said_stays(self):
        complaint, _path = self.complain(contact_phone="1", consent="1")
        own = complaint.with_user(self.officer)
        for name, value in (
            ("concern", "All is well"),
            ("who", "Nobody"),
            ("contact_phone", "2"),
            ("channel", "letter"),
        ):
            with self.refused(UserError, complaint.name, "stays as it is", "(7.3)"):
                own[name] = value
        letter = complaint.statement_ids.with_user(self.officer)
        with self.assertRaises(UserError):
            letter.text = "All is well"
        with self.assertRaises(UserError):
            letter.unlink()
        with self.assertRaises(UserError):
            letter.create(
                {"complaint_id": complaint.id, "kind": "addition", "channel": "page"}
            )

    def test_nobody_makes_up_a_form(self):
        """What an officer enters is no complaint by the form, which nobody corrects."""
        complaint, _path = self.complain()
        copied = complaint.with_user(self.officer).copy()
        self.assertEqual(copied.channel, "letter")
        for enter in (
            lambda: self.enter(channel="form"),
            lambda: copied.with_context(default_channel="form").copy(),
            lambda: copied.write({"channel": "form"}),
        ):
            with self.refused(UserError, "Public Form", "another channel", "(7.3)"):
                enter()

    def test_received_no_later_than_today(self):
        with self.refused(ValidationError, "2025-03-11", "2025-03-10", "(7.3)"):
            self.enter(received_on="2025-03-11 08:00:00")
        complaint = self.enter(received_on="2025-03-01 08:00:00")
        complaint.received_on = "2025-03-02 08:00:00"
        self.assertEqual(str(complaint.answer_by), "2025-05-01")
        complaint.action_acknowledge()
        came, _path = self.complain()
        for one in (complaint, came.with_user(self.officer)):
            with self.refused(UserError, one.name, "Received On", "(7.3)"):
                one.received_on = "2025-03-10 08:00:00"

    def test_stays_in_its_register(self):
        """No complaint goes to another entity, where nobody looks for it."""
        other = self.scope.copy()
        complaint = self.enter()
        complaint.scope_id = self.scope
        with self.refused(UserError, complaint.name, "Scope", "(7.3)"):
            complaint.scope_id = other

    def test_what_was_answered_stays(self):
        complaint = self.enter()
        complaint.concern = "Entered anew"
        self.advance(complaint, "answered")
        for name in ("answer", "decision", "remedy", "concern", "admissibility_reason"):
            with self.refused(UserError, complaint.name, "cannot change any more"):
                complaint[name] = "Other"

    def test_nothing_trusted_from_rpc(self):
        complaint = self.enter()
        for values in (
            {"state": "closed"},
            {"name": "X"},
            {"answered_on": "2025-01-01 00:00:00"},
            {"forwarded_on": "2025-01-01"},
            {"is_appealed": True},
            {"consent_on": "2025-01-01 00:00:00"},
        ):
            with self.assertRaises(AccessError):
                complaint.write(values)
            with self.assertRaises(AccessError):
                self.enter(**values)

    def test_investigation_log_is_append_only(self):
        complaint = self.enter()
        complaint.log_ids = [
            Command.create(
                {
                    "what": "Heap visited",
                    "evidence_ids": [Command.create({"name": "a.png", "raw": PNG})],
                }
            )
        ]
        step = complaint.log_ids
        self.assertEqual(step.user_id, self.officer)
        for user in (self.officer, self.representative):
            own = step.with_user(user)
            with self.refused(UserError, complaint.name, "neither changed nor deleted"):
                own.what = "Nothing seen"
            with self.refused(UserError, complaint.name, "neither changed nor deleted"):
                own.unlink()
            with self.refused(UserError, "a.png", complaint.name, "(7.3)"):
                own.evidence_ids.unlink()
            with self.refused(UserError, "a.png", complaint.name):
                own.evidence_ids.raw = b"other"
        with self.assertRaises(AccessError):
            complaint.log_ids = [
                Command.create({"what": "x", "user_id": self.representative.id})
            ]
        with self.refused(ValidationError, complaint.name, "2025-03-09", "2025-03-10"):
            complaint.log_ids = [Command.create({"what": "x", "date": "2025-03-09"})]
        self.advance(complaint, "closed")
        with self.refused(UserError, complaint.name, "is closed"):
            complaint.log_ids = [Command.create({"what": "x"})]

    def test_files_stay(self):
        complaint, _path = self.complain([("a.png", PNG, "image/png")])
        file = complaint.statement_ids.file_ids.with_user(self.officer)
        for change in (
            lambda: file.unlink(),
            lambda: file.write({"raw": b"x"}),
            lambda: file.write({"res_model": False, "res_id": 0}),
            lambda: file.write({"public": True}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()

    def test_nobody_deletes(self):
        complaint = self.enter()
        for user in (self.officer, self.representative):
            with self.refused(UserError, complaint.name, "stays on file"):
                complaint.with_user(user).unlink()

    def test_archive(self):
        complaint = self.enter()
        with self.refused(UserError, complaint.name, "Management Representative"):
            complaint.action_archive()
        complaint.with_user(self.representative).action_archive()
        complaint.action_unarchive()
        self.advance(complaint, "closed")
        complaint.action_archive()
        self.assertFalse(complaint.active)

    def test_contact_is_forgotten(self):
        complaint = self.enter(contact_name="Ann", contact_email="ann@example.com")
        self.assertFalse(complaint.is_anonymous)
        complaint.action_forget_contact()
        self.assertTrue(complaint.is_anonymous)
        self.assertFalse(complaint.contact_email)

    def test_address(self):
        with self.refused(ValidationError, "nobody", "(7.3)"):
            self.enter(contact_email="nobody")

    # -- statistics -------------------------------------------------------------
    def test_average_counts_what_is_answered(self):
        self.enter()
        complaint = self.enter()
        self.at("2025-03-20")
        self.advance(complaint, "answered")
        (row,) = self.register._read_group(
            [("scope_id", "=", self.scope.id)], [], ["answer_days:avg", "__count"]
        )
        self.assertEqual(row, (10, 2))

    @mute_logger("odoo.sql_db")
    def test_settings(self):
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            self.scope.complaint_answer_days = 0
            self.scope.flush_recordset()
        other = self.scope.copy()
        self.assertNotEqual(other.complaint_url, self.scope.complaint_url)
        action = self.scope.with_user(self.officer).action_open_complaints()
        self.assertEqual(action["domain"], [("scope_id", "=", self.scope.id)])
