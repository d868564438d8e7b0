from datetime import date, datetime

from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import UserCase

STEP = "asi_coc.mail_activity_error"
OVERDUE = "asi_coc.mail_activity_error_overdue"
FRAUD = "asi_coc.mail_activity_error_fraud"
AGREED = {
    "agreed_correction": "Void the document and issue it with 6 t",
    "agreed_with": "Matthew Johnson, purchasing",
    "agreed_on": "2025-03-10",
    "course": "replaced",
}


class ErrorCase(UserCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.user("second", "asi_coc.group_representative")
        cls.scope.write(
            {
                "responsible_id": cls.officer.id,
                "representative_ids": [
                    Command.set((cls.representative | cls.second).ids)
                ],
            }
        )

    def setUp(self):
        super().setUp()
        self.receive(self.slab, 30, claimed=30)
        self.delivery = self.deliver(self.slab, 10, designated=7)
        self.document = self.delivery.coc_document_ids
        self.replacement = self.deliver(self.slab, 10, designated=6).coc_document_ids

    def error(self, **values):
        """Let the officer write down an error of the delivered document."""
        return (
            self.env["asi.coc.error"]
            .with_user(self.officer)
            .create(
                {
                    "document_id": self.document.id,
                    "kind": "wrong_mass",
                    "found": "7 t on the document, 6 t were CoC Material",
                    **values,
                }
            )
        )

    def agreed(self, **values):
        error = self.error(**AGREED | values)
        error.action_agree()
        return error

    def corrected(self, **values):
        error = self.agreed(
            corrected_on="2025-03-10",
            replacement_document_id=self.replacement.id,
            **values,
        )
        error.action_correct()
        return error

    def prevented(self, **values):
        error = self.corrected(
            cause="A scale was not calibrated",
            prevention="Scales are calibrated every quarter",
            **values,
        )
        error.action_prevent()
        return error

    def reviewed(self):
        error = self.prevented()
        self.at("2025-06-01")
        error.write({"effective": "yes", "effectiveness_remark": "No error since"})
        error.action_review()
        return error

    def todo(self, errors, kind):
        return [
            (activity.user_id, activity.date_deadline)
            for activity in errors.activity_search([kind]).sorted("id")
        ]


@tagged("post_install", "-at_install")
class TestErrors(ErrorCase):
    # -- what an error is about ---------------------------------------------------
    def test_error_follows_from_an_issued_document(self):
        error = self.error()
        self.assertEqual(error.name, "ERR/2025/0001")
        self.assertEqual(error.state, "found")
        self.assertEqual(error.criterion, "9.6")
        self.assertEqual(error.scope_id, self.scope)
        self.assertEqual(error.company_id, self.company)
        self.assertEqual(error.partner_id, self.customer)
        self.assertEqual(error.found_on, date(2025, 3, 10))
        self.assertEqual(error.found_by_id, self.officer)
        self.assertEqual(self.error().name, "ERR/2025/0002")

    def test_error_follows_from_a_received_document(self):
        received = self.receive(self.slab, 5, claimed=5).coc_received_document_id
        error = self.error(document_id=received.id)
        self.assertEqual(error.criterion, "10.4")
        self.assertEqual(error.partner_id, self.supplier)

    def test_error_follows_from_a_transfer(self):
        receipt = self.receive(self.slab, 5)
        error = self.error(document_id=False, picking_id=receipt.id)
        self.assertEqual(error.criterion, "10.4")
        self.assertEqual(error.partner_id, self.supplier)
        error = self.error(document_id=False, picking_id=self.delivery.id)
        self.assertEqual(error.criterion, "9.6")

    def test_contractor_stays_contractor(self):
        error = self.error(
            criterion="2.5", partner_id=self.supplier.id, picking_id=self.delivery.id
        )
        self.assertEqual((error.criterion, error.partner_id), ("2.5", self.supplier))

    def test_form(self):
        form = Form(self.env["asi.coc.error"].with_user(self.officer))
        form.document_id = self.document
        self.assertEqual(form.partner_id, self.customer)
        form.found = "Wrong address"
        form.kind = "suspected_fraud"
        self.assertTrue(form.is_fraud_suspected)
        self.assertEqual(form.save().name, "ERR/2025/0001")

    def test_registers_of_two_entities_count_on_their_own(self):
        self.error()
        other = self.env["res.company"].create({"name": "Other Melters"})
        scope = self.env["asi.coc.scope"].create(
            {"name": "Other", "company_id": other.id}
        )
        error = self.env["asi.coc.error"].create(
            {"scope_id": scope.id, "criterion": "9.6", "found": "Wrong address"}
        )
        self.assertEqual(error.name, "ERR/2025/0001")
        with self.refused(
            ValidationError, self.document.name, "Melt & Roll", "Other", error.name
        ):
            error.sudo().with_context(allowed_company_ids=[]).write(
                {"document_id": self.document.id, "scope_id": scope.id}
            )

    def test_days_are_in_order(self):
        error = self.error()
        with self.refused(ValidationError, error.name, "2025-03-09", "2025-03-10"):
            error.agreed_on = "2025-03-09"
        with self.refused(ValidationError, error.name, "2025-03-11", "2025-03-10"):
            error.corrected_on = "2025-03-11"
        with self.refused(ValidationError, "2025-03-11"):
            error.found_on = "2025-03-11"

    def test_document_does_not_replace_itself(self):
        with self.refused(ValidationError, self.document.name, "itself", "9.6"):
            self.error(replacement_document_id=self.document.id)

    # -- steps --------------------------------------------------------------------
    def test_whole_life(self):
        error = self.error()
        self.assertEqual(self.todo(error, STEP), [(self.officer, date(2025, 3, 17))])
        error.write(AGREED)
        error.action_agree()
        self.assertEqual(error.state, "agreed")
        self.at("2025-03-12")
        error.write(
            {
                "corrected_on": "2025-03-12",
                "replacement_document_id": self.replacement.id,
            }
        )
        error.action_correct()
        self.assertEqual(error.state, "corrected")
        self.assertEqual(self.todo(error, STEP), [(self.officer, date(2025, 3, 19))])
        error.write({"cause": "Scale", "prevention": "Calibrated every quarter"})
        error.action_prevent()
        self.assertEqual(error.state, "prevented")
        # 12 March + 90 days: 19 in March, 30 in April, 31 in May, 10 in June.
        self.assertEqual(error.review_due, date(2025, 6, 10))
        self.assertEqual(self.todo(error, STEP), [(self.officer, date(2025, 6, 10))])
        self.at("2025-06-02")
        error.write({"effective": "yes", "effectiveness_remark": "No error since"})
        error.with_user(self.representative).action_review()
        self.assertEqual(error.state, "reviewed")
        self.assertEqual(error.reviewed_on, date(2025, 6, 2))
        self.assertEqual(error.reviewed_by_id, self.representative)
        self.assertEqual(self.todo(error, STEP), [])

    def test_agreeing_needs_the_agreement(self):
        error = self.error()
        with self.refused(
            UserError,
            error.name,
            "Correction Agreed",
            "(9.6)",
            "Agreed Correction, Agreed With, Agreed On, Course",
        ):
            error.action_agree()
        error.write(AGREED)
        error.partner_id = False
        with self.refused(UserError, "Missing: Other Party."):
            error.action_agree()

    def test_contractor_needs_no_course(self):
        error = self.error(**AGREED | {"criterion": "2.5", "course": False})
        error.action_agree()
        self.assertEqual(error.state, "agreed")

    def test_correcting_needs_day_and_documents(self):
        error = self.agreed()
        with self.refused(
            UserError, error.name, "Missing: Corrected On, Replaced By.", "(9.6)"
        ):
            error.action_correct()
        for course in ("returned", "kept"):
            error = self.agreed(
                course=course, document_id=False, partner_id=self.customer.id
            )
            with self.refused(UserError, "Missing: Corrected On, CoC Document."):
                error.action_correct()
        error = self.agreed(course="none", corrected_on="2025-03-10")
        error.action_correct()
        self.assertEqual(error.state, "corrected")

    def test_swapped_goods_are_not_counted_twice(self):
        error = self.agreed(
            kind="physical_swap", course="none", corrected_on="2025-03-10"
        )
        with self.refused(UserError, error.name, "Missing: No Double Counting."):
            error.action_correct()
        error.double_counting = "Rollers United counts the 7 t; ours are Non-CoC"
        error.action_correct()
        self.assertEqual(error.state, "corrected")

    def test_preventing_needs_cause_and_action(self):
        error = self.corrected()
        with self.refused(UserError, error.name, "Missing: Root Cause, Prevention."):
            error.action_prevent()
        self.assertEqual(error.state, "corrected")

    def test_due_day_of_the_review_may_be_chosen(self):
        error = self.prevented(review_due="2025-04-01")
        self.assertEqual(error.review_due, date(2025, 4, 1))
        error.review_due = "2025-04-15"
        self.assertEqual(self.todo(error, STEP), [(self.officer, date(2025, 4, 15))])

    def test_reviewing_needs_a_verdict(self):
        error = self.prevented()
        with self.refused(UserError, error.name, "Missing: Effective, Effectiveness"):
            error.action_review()
        error.write({"effective": "no"})
        with self.refused(UserError, "Missing: Effectiveness Remark."):
            error.action_review()

    def test_no_step_is_skipped(self):
        error = self.error(**AGREED)
        for action in ("action_correct", "action_prevent", "action_review"):
            with self.refused(UserError, error.name, 'is at "Found"', "(9.6)"):
                getattr(error, action)()
        error = self.reviewed()
        with self.refused(UserError, error.name, 'is at "Reviewed"'):
            error.action_agree()

    def test_what_a_step_needed_stays(self):
        error = self.prevented()
        with self.refused(UserError, error.name, "Missing: Agreed With."):
            error.agreed_with = False
        with self.refused(UserError, error.name, "Missing: Root Cause."):
            error.cause = ""
        self.assertEqual(error.agreed_with, "Matthew Johnson, purchasing")

    def test_ineffective_review_opens_the_error_again(self):
        error = self.prevented()
        self.at("2025-06-01")
        error.write({"effective": "no", "effectiveness_remark": "6 t again in May."})
        error.action_review()
        self.assertEqual(error.state, "agreed")
        for name in ("corrected_on", "prevention", "review_due", "effective"):
            self.assertFalse(error[name])
        self.assertEqual(error.agreed_with, "Matthew Johnson, purchasing")
        self.assertFalse(error.reviewed_by_id)
        body = error.message_ids[0].body
        self.assertIn("not effective: 6 t again in May.", body)
        self.assertIn("Scales are calibrated every quarter", body)
        self.assertEqual(self.todo(error, STEP), [(self.officer, date(2025, 6, 8))])

    def test_step_back(self):
        error = self.reviewed()
        error.action_step_back()
        self.assertEqual(error.state, "prevented")
        self.assertFalse(error.reviewed_by_id)
        self.assertIn('from "Reviewed" to "Prevention', error.message_ids[0].body)
        self.assertEqual(self.todo(error, STEP), [(self.officer, date(2025, 6, 8))])
        for state in ("corrected", "agreed", "found"):
            error.action_step_back()
            self.assertEqual(error.state, state)
        with self.refused(UserError, error.name, "first step"):
            error.action_step_back()

    def test_reviewed_error_is_frozen(self):
        error = self.reviewed()
        with self.refused(UserError, error.name, "reviewed", "Root Cause", "step back"):
            error.cause = "Another"
        error.message_post(body="The customer thanked us")
        error.action_step_back()
        error.cause = "Another"

    def test_errors_stay_on_file(self):
        error = self.error()
        error.unlink()
        self.assertFalse(error.exists())
        error = self.agreed()
        with self.refused(UserError, error.name, "stays on file", "(9.6)"):
            error.unlink()
        error.action_step_back()
        with self.refused(UserError, error.name, "stays on file"):
            error.unlink()

    def test_whatever_is_tried_a_step_has_what_it_needs(self):
        """One error lives through many buttons and changes, most of them refused."""
        values = {
            **AGREED,
            "corrected_on": "2025-03-10",
            "replacement_document_id": self.replacement.id,
            "cause": "Scale",
            "prevention": "Calibrated",
            "effectiveness_remark": "None since",
        }
        needed = {
            "found": ["found"],
            "agreed": ["agreed_correction", "agreed_with", "agreed_on", "course"],
            "corrected": ["corrected_on"],
            "prevented": ["cause", "prevention", "review_due"],
            "reviewed": ["effective", "effectiveness_remark", "reviewed_on"],
        }
        error = self.error()
        seen = set()
        buttons = ("agree", "correct", "prevent", "review", "step_back")
        changes = [
            *({name: value} for name, value in values.items()),
            *({name: False} for name in values),
            {"effective": "yes"},
            {"effective": "no"},
        ]

        acts = st.one_of(st.sampled_from(buttons), st.sampled_from(changes))

        def live(act):
            try:
                with self.env.cr.savepoint():
                    if isinstance(act, dict):
                        error.write(act)
                    else:
                        error.write(values if error.state != "reviewed" else {})
                        getattr(error, f"action_{act}")()
            except UserError:
                error.invalidate_recordset()
            seen.add(error.state)
            for state in list(needed)[: list(needed).index(error.state) + 1]:
                self.assertTrue(all(error[name] for name in needed[state]), state)

        @settings(
            derandomize=True, max_examples=8, deadline=None, phases=(Phase.generate,)
        )
        @given(st.lists(acts, min_size=15, max_size=20))
        def live_through(chosen):
            for act in chosen:
                live(act)

        live_through()
        self.assertGreaterEqual(len(seen), 4)

    # -- suspected fraud ----------------------------------------------------------
    def test_fraud_is_reported_at_once(self):
        error = self.error(kind="suspected_fraud")
        self.assertTrue(error.is_fraud_suspected)
        today = date(2025, 3, 10)
        self.assertEqual(
            self.todo(error, FRAUD),
            [(self.representative, today), (self.second, today)],
        )
        activity = error.activity_search([FRAUD])[0]
        self.assertEqual(activity.summary, "Report to ASI")
        error.with_user(self.representative).action_report_to_asi()
        self.assertEqual(error.reported_on, datetime(2025, 3, 10, 12))
        self.assertEqual(error.reported_by_id, self.representative)
        self.assertEqual(self.todo(error, FRAUD), [])
        with self.refused(UserError, error.name, "already", "representative"):
            error.action_report_to_asi()

    def test_fraud_is_flagged_later_too(self):
        error = self.agreed()
        error.is_fraud_suspected = True
        self.assertEqual(len(self.todo(error, FRAUD)), 2)
        other = self.agreed()
        other.kind = "suspected_fraud"
        self.assertTrue(other.is_fraud_suspected)
        self.assertEqual(len(self.todo(other, FRAUD)), 2)
        other.found = "7 t on the document, which we did not print"
        self.assertEqual(len(self.todo(other, FRAUD)), 2)

    def test_fraud_is_not_reviewed_before_it_is_reported(self):
        error = self.prevented(kind="suspected_fraud")
        error.write({"effective": "yes", "effectiveness_remark": "No error since"})
        with self.refused(
            UserError, error.name, "fraud", "ASI", "(10.4)", "Reported to ASI On"
        ):
            error.action_review()
        error.action_report_to_asi()
        error.action_review()
        self.assertEqual(error.state, "reviewed")

    def test_only_a_suspicion_is_reported(self):
        error = self.error()
        with self.refused(UserError, error.name, "not suspected fraud", "(10.4)"):
            error.action_report_to_asi()

    def test_only_a_representative_withdraws_a_suspicion(self):
        error = self.error(is_fraud_suspected=True)
        with self.refused(UserError, error.name, "Management Representative", "10.4"):
            error.is_fraud_suspected = False
        error.with_user(self.representative).is_fraud_suspected = False
        self.assertEqual(self.todo(error, FRAUD), [])
        error.is_fraud_suspected = True
        error.action_report_to_asi()
        with self.refused(UserError, error.name, "once ASI was told"):
            error.with_user(self.representative).is_fraud_suspected = False
        with self.refused(UserError, error.name, "stays on file"):
            error.unlink()

    @mute_logger("odoo.sql_db")
    def test_kind_and_flag_agree(self):
        error = self.error(kind="suspected_fraud")
        with self.assertRaises(CheckViolation), self.env.cr.savepoint():
            error.with_user(self.representative).is_fraud_suspected = False
            error.flush_recordset()

    # -- reminding ----------------------------------------------------------------
    def test_overdue_reviews_are_told_once(self):
        error = self.prevented(review_due="2025-04-01")
        reviewed = self.reviewed()
        cron = self.env.ref("asi_coc.cron_remind_error_reviews")
        self.assertEqual(cron.interval_type, "days")
        errors = self.env["asi.coc.error"]
        self.at("2025-04-01")
        errors._cron_remind_reviews()
        self.assertEqual(self.todo(error, OVERDUE), [])
        self.at("2025-04-02")
        errors._cron_remind_reviews()
        day = date(2025, 4, 2)
        told = [(self.representative, day), (self.second, day)]
        self.assertEqual(self.todo(error, OVERDUE), told)
        self.at("2025-04-03")
        errors._cron_remind_reviews()
        self.assertEqual(self.todo(error, OVERDUE), told)
        self.assertEqual(self.todo(reviewed, OVERDUE), [])
        error.write({"effective": "yes", "effectiveness_remark": "No error since"})
        error.action_review()
        self.assertEqual(self.todo(error, OVERDUE), [])

    def test_review_put_off_is_not_overdue_any_more(self):
        error = self.prevented(review_due="2025-04-01")
        self.at("2025-04-02")
        self.env["asi.coc.error"]._cron_remind_reviews()
        error.review_due = "2025-05-01"
        self.assertEqual(self.todo(error, OVERDUE), [])

    def test_the_day_is_the_scope_s_own(self):
        """At noon UTC of 1 April it is 2 April on Kiritimati, 14 hours ahead."""
        error = self.prevented(review_due="2025-04-01")
        self.env.cr.execute(
            "UPDATE asi_coc_scope SET tz = 'Pacific/Kiritimati' WHERE id = %s",
            [self.scope.id],
        )
        self.scope.invalidate_recordset()
        self.at("2025-04-01")
        self.env["asi.coc.error"]._cron_remind_reviews()
        self.assertEqual(len(self.todo(error, OVERDUE)), 2)

    def test_nobody_is_told_who_cannot_act(self):
        self.scope.write(
            {
                "responsible_id": self.auditor.id,
                "representative_ids": [Command.set(self.second.ids)],
            }
        )
        error = self.error()
        self.assertEqual([user for user, _day in self.todo(error, STEP)], [self.second])
        self.scope.representative_ids = False
        error = self.error(is_fraud_suspected=True)
        self.assertEqual(self.todo(error, STEP) + self.todo(error, FRAUD), [])

    # -- recorded by others -------------------------------------------------------
    def test_record(self):
        errors = (
            self.env["asi.coc.error"]
            .with_user(self.coc_storekeeper)
            ._record(
                [
                    {
                        "document_id": self.document.id,
                        "found": "Voided on delivery",
                        "replacement_document_id": self.replacement.id,
                        "corrected_on": "2025-03-10",
                        "state": "corrected",
                        **AGREED,
                    },
                    {"picking_id": self.delivery.id, "found": "Wrong address"},
                ]
            )
        )
        self.assertEqual(errors.mapped("state"), ["corrected", "found"])
        self.assertEqual(errors.mapped("name"), ["ERR/2025/0001", "ERR/2025/0002"])
        self.assertEqual(errors.found_by_id, self.coc_storekeeper)
        self.assertFalse(errors.env.su)
        one = self.env["asi.coc.error"]._record(
            {"document_id": self.document.id, "found": "Wrong address"}
        )
        self.assertEqual(one.kind, "other")
        with self.refused(UserError, "Missing: Agreed Correction"):
            self.env["asi.coc.error"]._record(
                {"document_id": self.document.id, "found": "X", "state": "agreed"}
            )

    # -- where errors are seen ------------------------------------------------------
    def test_counts(self):
        self.error()
        self.error(
            document_id=self.replacement.id, replacement_document_id=self.document.id
        )
        self.error(document_id=False, picking_id=self.delivery.id)
        own = self.document.with_user(self.officer)
        self.assertEqual(own.error_count, 2)
        self.assertEqual(self.replacement.error_count, 1)
        found = self.env["asi.coc.error"].search(own.action_open_errors()["domain"])
        self.assertEqual(len(found), 2)
        transfer = self.delivery.with_user(self.officer)
        self.assertEqual(transfer.coc_error_count, 2)
        found = self.env["asi.coc.error"].search(transfer.action_coc_errors()["domain"])
        self.assertEqual(len(found), 2)
        contact = self.env["res.partner"].create(
            {"name": "Matthew Johnson", "parent_id": self.customer.id}
        )
        self.error(partner_id=contact.id)
        customer = self.customer.with_user(self.officer)
        self.assertEqual(customer.coc_error_count, 4)
        self.assertEqual(contact.with_user(self.officer).coc_error_count, 1)
        found = self.env["asi.coc.error"].search(customer.action_coc_errors()["domain"])
        self.assertEqual(len(found), 4)

    def test_kanban_shows_every_state(self):
        self.error()
        errors = self.env["asi.coc.error"].with_context(read_group_expand=True)
        groups = errors.web_read_group([], ["state"])["groups"]
        self.assertEqual(
            [group["state"] for group in groups],
            ["found", "agreed", "corrected", "prevented", "reviewed"],
        )

    # -- who may what ---------------------------------------------------------------
    def test_access(self):
        error = self.error(**AGREED)
        for user in (self.coc_storekeeper, self.auditor):
            own = error.with_user(user)
            self.assertEqual(own.name, "ERR/2025/0001")
            for change in (
                lambda own: own.write({"found": "Nothing"}),
                lambda own: own.unlink(),
                lambda own: own.action_agree(),
                lambda own: own.action_step_back(),
                lambda own: own.action_report_to_asi(),
                lambda own: own.create({"found": "Nothing"}),
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    change(own)
        with self.assertRaises(AccessError):
            error.with_user(self.storekeeper).read(["name"])
        for user in (self.storekeeper, self.coc_storekeeper):
            with self.assertRaises(AccessError):
                self.delivery.with_user(user).read(["coc_error_count"])
        self.assertEqual(self.delivery.with_user(self.auditor).coc_error_count, 1)

    def test_steps_are_taken_by_buttons_only(self):
        error = self.error()
        for values in (
            {"state": "reviewed"},
            {"name": "ERR/1"},
            {"is_kept": False},
            {"reported_on": "2025-03-10 12:00:00"},
            {"reported_by_id": self.officer.id},
            {"reviewed_on": "2025-03-10"},
            {"reviewed_by_id": self.officer.id},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                error.write(values)
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.error(**values)

    def test_other_companies_see_nothing(self):
        error = self.error()
        other = self.env["res.company"].create({"name": "Other Melters"})
        stranger = self.user("stranger", "asi_coc.group_representative")
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        own = error.with_user(stranger).with_context(allowed_company_ids=other.ids)
        self.assertFalse(own._filtered_access("read"))
        self.assertFalse(own.search([]))
        with self.assertRaises(AccessError):
            own.action_agree()
