from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models import asi_coc_drift, asi_coc_scope_drift
from .common import CocCase, UserCase
from .test_reconciliation import ReconciliationMixin


class DriftMixin(ReconciliationMixin):
    """Plants drift below every guard and looks at what is found."""

    def check(self):
        """Press *Check for Drift* and return what is open then."""
        self.scope.action_check_drift()
        return self.found()

    def found(self):
        return self.env["asi.coc.drift"].search([("state", "=", "found")])

    def masses(self, findings):
        """Return ``{(flow, status): (on record, should be)}`` in tonnes."""
        return {
            (one.flow, one.status): (one.recorded_mass, one.expected_mass)
            for one in findings
        }

    def decide(self, findings, reason, user=None):
        """Open the wizard as its button does; return it with the reason."""
        findings = findings.with_user(user) if user else findings
        action = findings.action_decide()
        return (
            findings.env[action["res_model"]]
            .with_context(**action["context"])
            .create({"reason": reason})
        )

    def postpone(self, picking, moment):
        """Change when a done transfer was done, below the ORM."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE stock_move_line SET date = %s WHERE picking_id = %s",
            [moment, picking.id],
        )
        self.env.invalidate_all()

    def set_total(self, flow, mass):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE asi_coc_total SET mass = %s WHERE period_id = %s AND flow = %s",
            [mass, self.period.id, flow],
        )
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestDrift(DriftMixin, CocCase):
    """8.1: what went past the ledger is found, shown, and posted with a reason."""

    def test_nothing_is_found_where_nothing_drifted(self):
        self.have_stock(self.slab, 50)
        receipt = self.receive(self.slab, 100, claimed=60)
        self.give_back(receipt, 10)
        self.receive(self.liquid, 30)
        self.produce(self.slab, 28, [(self.liquid, 29)], self.casthouse_place)
        self.move_inside(self.slab, 20, self.casthouse_place, self.mill_place)
        self.give_back(self.deliver(self.slab, 40, designated=15), 5)
        self.receive(self.billet, 4, place=self._create_location("Nowhere"))
        self.assertFalse(self.check())
        self.assertTrue(self.scope.drift_checked_on)
        self.assertFalse(self.scope.activity_ids)

    # -- running totals ---------------------------------------------------------
    def test_a_total_that_is_gone(self):
        """Without its total the balance misses the 60 t; posted, it has them."""
        self.receive(self.slab, 100, claimed=60)
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM asi_coc_total WHERE period_id = %s AND status = 'coc'",
            [self.period.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.balance("casthouse").coc_input, 0)
        finding = self.check()
        self.assertEqual(finding.kind, "total")
        self.assertEqual(finding.period_id, self.period)
        self.assertEqual(self.masses(finding), {("input", "coc"): (0, 60)})
        self.decide(finding, "Restored from a backup").action_post()
        self.assertEqual(finding.state, "posted")
        self.assertEqual(self.balance("casthouse").coc_input, 60)
        self.assertEqual(self.env["asi.coc.total"]._find_differences(), [])

    def test_totals_of_what_is_not_in_the_ledger(self):
        self.receive(self.slab, 10)
        self.env.flush_all()
        self.env.cr.execute(
            "INSERT INTO asi_coc_total (period_id, activity_id, flow, material, status,"
            " mass) VALUES (%s, %s, 'output', 'aluminium', 'coc', 5)",
            [self.period.id, self._activity("casthouse").id],
        )
        self.set_total("input", 12)
        findings = self.check()
        self.assertEqual(
            self.masses(findings),
            {("input", "non_coc"): (12, 10), ("output", "coc"): (5, 0)},
        )
        # One of a period takes the others along.
        self.decide(findings[0], "Test of the auditors").action_post()
        self.assertEqual(findings.mapped("state"), ["posted", "posted"])
        self.assertFalse(self.check())

    # -- ledger and moves ---------------------------------------------------------
    def test_a_done_move_changed_below_the_orm(self):
        self.receive(self.slab, 10)
        receipt = self.receive(self.slab, 20)
        self.spoil(receipt, 25)
        finding = self.check()
        self.assertEqual(finding.move_id, receipt.move_ids)
        self.assertEqual(finding.reference, receipt.name)
        self.assertEqual(self.masses(finding), {("input", "non_coc"): (20, 25)})
        self.assertEqual(finding.difference_mass, 5)
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 20})
        self.decide(finding, "Weighed again").action_post()
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 25})
        self.assertEqual(
            (finding.state, finding.reason, finding.decided_by_id),
            ("posted", "Weighed again", self.env.user),
        )
        self.check_reconciled()
        self.assertFalse(self.check())

    def test_entries_that_are_gone(self):
        """60 of 100 t were CoC; both entries are missing, and both totals too much."""
        receipt = self.receive(self.slab, 100, claimed=60)
        self.forget(receipt)
        findings = self.check()
        by_kind = {
            kind: self.masses(
                findings.filtered(lambda one, kind=kind: one.kind == kind)
            )
            for kind in ("move", "total")
        }
        self.assertEqual(
            by_kind["move"],
            {("input", "coc"): (0, 60), ("input", "non_coc"): (0, 40)},
        )
        self.assertEqual(
            by_kind["total"],
            {("input", "coc"): (60, 0), ("input", "non_coc"): (40, 0)},
        )
        self.decide(findings, "Restored after a crash").action_post()
        self.assertEqual(
            self.entries(receipt), {("input", "coc"): 60, ("input", "non_coc"): 40}
        )
        self.assertEqual(set(findings.mapped("state")), {"posted"})
        self.assertEqual(self.balance("casthouse").coc_input, 60)
        self.assertFalse(self.check())
        self.check_reconciled()

    def test_a_delivery_and_its_return_are_posted_in_that_order(self):
        """Both are missing: what came back as CoC Material went as such before."""
        self.receive(self.slab, 100, claimed=100)
        delivery = self.deliver(self.slab, 40, designated=30)
        returned = self.give_back(delivery, 20, self.smelter_place)
        self.assertEqual(
            self.entries(returned)["output", "coc"], -10, "10 t without come first"
        )
        before = self.entries(delivery), self.entries(returned)
        self.forget(delivery)
        self.forget(returned)
        findings = self.check()
        self.decide(findings, "Restored after a crash").action_post()
        self.assertEqual((self.entries(delivery), self.entries(returned)), before)
        self.assertFalse(self.check())

    def test_a_move_of_another_day(self):
        """Another date: one entry too many, one too few."""
        receipt = self.receive(self.slab, 10)
        self.postpone(receipt, "2025-04-01 12:00")
        findings = self.check()
        self.assertEqual(
            {str(one.date): one.difference_mass for one in findings},
            {"2025-03-10": -10, "2025-04-01": 10},
        )
        # A move is posted as a whole.
        self.decide(findings[0], "Date was wrong").action_post()
        self.assertEqual(set(findings.mapped("state")), {"posted"})

    def test_what_was_done_while_the_scope_was_suspended(self):
        self.scope.action_suspend()
        missed = self.receive(self.slab, 10)
        self.scope.action_activate()
        finding = self.check()
        self.assertEqual(finding.move_id, missed.move_ids)
        self.decide(finding, "Certification went on").action_post()
        self.assertEqual(self.entries(missed), {("input", "non_coc"): 10})

    def test_found_from_the_reconciliation_of_a_closed_period(self):
        """What is dated in a closed period is posted in the open one, as late."""
        missed = self.receive(self.slab, 10)
        self.forget(missed)
        self.period.closing_explanation = "To be looked at"
        self.env["asi.coc.total"]._repair(self.period)
        self.close(self.period)
        self.assertFalse(self.check())
        row = self.rows(self.slab)
        action = row.action_find_drift()
        finding = self.env["asi.coc.drift"].search(action["domain"])
        self.assertEqual(finding.period_id, self.next_period())
        self.decide(finding, "Found by the auditor").action_post()
        entry = self.env["asi.coc.entry"].search([("picking_id", "=", missed.id)])
        self.assertEqual((entry.mass, entry.late), (10, True))
        self.assertEqual(entry.period_id, self.next_period())
        self.check_reconciled()

    # -- deciding -----------------------------------------------------------------
    def test_posting_needs_a_reason(self):
        receipt = self.receive(self.slab, 10)
        self.spoil(receipt, 9)
        finding = self.check()
        with self.refused(UserError, "Give the reason", receipt.name, "-1 t"):
            self.decide(finding, "   ").action_post()
        with self.refused(UserError, "Give the reason"):
            self.decide(finding, "   ").action_keep()
        self.assertEqual(finding.state, "found")
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 10})

    def test_the_ledger_kept_stays_quiet_until_the_figures_change(self):
        receipt = self.receive(self.slab, 10)
        self.spoil(receipt, 9)
        finding = self.check()
        self.decide(finding, "The ledger was weighed").action_keep()
        self.assertEqual(
            (finding.state, finding.reason), ("kept", "The ledger was weighed")
        )
        self.assertFalse(self.check())
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 10})
        self.spoil(receipt, 8)
        again = self.check()
        self.assertNotEqual(again, finding)
        self.assertEqual(again.difference_mass, -2)

    def test_what_is_mended_is_gone(self):
        receipt = self.receive(self.slab, 10)
        self.spoil(receipt, 9)
        self.set_total("input", 11)
        findings = self.check()
        self.assertEqual(len(findings), 2)
        self.spoil(receipt, 10)
        self.set_total("input", 10)
        self.assertFalse(self.check())
        self.assertEqual(findings.mapped("state"), ["gone", "gone"])
        self.assertFalse(self.scope.activity_ids)
        with self.refused(UserError, "Nothing is open any more"):
            self.decide(findings[0], "Too late").action_post()

    def test_what_changed_since_is_not_posted_unseen(self):
        receipt = self.receive(self.slab, 10)
        self.spoil(receipt, 9)
        finding = self.check()
        decision = self.decide(finding, "Weighed again")
        self.spoil(receipt, 1)
        with self.refused(UserError, "has changed since", receipt.name):
            decision.action_post()
        self.assertEqual(self.entries(receipt), {("input", "non_coc"): 10})
        self.assertEqual(self.check(), finding)
        self.assertEqual(finding.difference_mass, -9)

    def test_a_suspended_scope_posts_nothing(self):
        receipt = self.receive(self.slab, 10)
        self.spoil(receipt, 9)
        finding = self.check()
        self.scope.action_suspend()
        with self.refused(UserError, "Activate it first"):
            self.decide(finding, "Weighed again").action_post()

    # -- telling --------------------------------------------------------------------
    def test_the_representative_has_something_to_do_once(self):
        receipt = self.receive(self.slab, 10)
        self.spoil(receipt, 9)
        finding = self.check()
        activity = self.scope.activity_ids
        self.assertEqual(activity.user_id, self.scope.representative_ids)
        self.assertIn("Drift", activity.summary)
        other = self.receive(self.slab, 10)
        self.spoil(other, 9)
        findings = self.check()
        self.assertEqual(len(findings), 2)
        self.assertEqual(self.scope.activity_ids, activity)
        self.decide(finding, "Weighed again").action_post()
        self.assertEqual(self.scope.activity_ids, activity)
        self.decide(findings - finding, "Weighed again").action_post()
        self.assertFalse(self.scope.activity_ids)
        self.assertIn("Weighed again", str(self.scope.message_ids.mapped("body")))

    def test_a_close_waits_for_the_decision(self):
        receipt = self.receive(self.slab, 10)
        self.postpone(receipt, "2025-04-01 12:00")
        findings = self.check()
        with self.refused(UserError, "2 findings of drift wait"):
            self.close(self.period)
        self.at("2025-12-31")
        self.decide(findings, "Date was wrong").action_post()
        self.close(self.period)
        self.assertEqual(self.period.state, "closed")

    # -- running --------------------------------------------------------------------
    def test_the_job_goes_on_where_it_stopped(self):
        for _number in range(5):
            self.spoil(self.receive(self.slab, 10), 9)
        cron = type(self.env["ir.cron"])
        with (
            patch.object(asi_coc_drift, "BATCH", 2),
            patch.object(asi_coc_scope_drift, "BATCH", 2),
            patch.object(
                asi_coc_drift.AsiCocDrift._get_candidates, "__defaults__", (2,)
            ),
            patch.object(cron, "_commit_progress", side_effect=[60, 0, 60, 60, 60]),
        ):
            self.env["asi.coc.scope"]._cron_check_drift()
            self.assertEqual(len(self.found()), 2)
            self.assertTrue(self.scope.drift_position)
            self.assertFalse(self.scope.drift_checked_on)
            self.env["asi.coc.scope"]._cron_check_drift()
        self.assertEqual(len(self.found()), 5)
        self.assertEqual(self.scope.drift_position, 0)
        self.assertTrue(self.scope.drift_checked_on)

    def test_the_job_checks_once_a_day(self):
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", return_value=60):
            self.env["asi.coc.scope"]._cron_check_drift()
            self.spoil(self.receive(self.slab, 10), 9)
            self.env["asi.coc.scope"]._cron_check_drift()
            self.assertFalse(self.found())
            self.at("2025-03-11")
            self.env["asi.coc.scope"]._cron_check_drift()
        self.assertEqual(len(self.found()), 1)

    def test_as_many_queries_for_twenty_moves_as_for_one(self):
        counts = []
        for number in (1, 20):
            moves = self.env["stock.move"]
            for _index in range(number):
                receipt = self.receive(self.slab, 10)
                self.spoil(receipt, 9)
                moves |= receipt.move_ids
            self.env["asi.coc.drift"]._detect_moves(moves)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["asi.coc.drift"]._detect_moves(moves)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)


@tagged("post_install", "-at_install")
class TestDriftRights(DriftMixin, UserCase):
    def setUp(self):
        super().setUp()
        self.receipt = self.receive(self.slab, 10)
        self.spoil(self.receipt, 9)
        self.finding = self.check()

    def test_officer_and_auditor_read(self):
        for user in (self.officer, self.auditor):
            own = self.finding.with_user(user)
            self.assertEqual(own.difference_mass, -1)
            self.assertEqual(own.reference, self.receipt.name)
            with self.refused(UserError, "Only a Management Representative"):
                own._post("Because")
            with self.refused(UserError, "Only a Management Representative"):
                own._keep("Because")
            with self.assertRaises(AccessError):
                self.decide(self.finding, "Because", user)
        with self.assertRaises(AccessError):
            self.finding.with_user(self.coc_storekeeper).check_access("read")

    def test_officers_check_and_auditors_do_not(self):
        self.scope.with_user(self.officer).action_check_drift()
        with self.refused(UserError, "Only a Compliance Officer"):
            self.scope.with_user(self.auditor).action_check_drift()

    def test_the_representative_posts(self):
        self.decide(self.finding, "Weighed again", self.representative).action_post()
        self.assertEqual(self.finding.state, "posted")
        self.assertEqual(self.finding.decided_by_id, self.representative)
        self.assertEqual(self.entries(self.receipt), {("input", "non_coc"): 9})

    def test_nobody_writes_findings(self):
        for user in (self.officer, self.representative, self.auditor):
            own = self.finding.with_user(user)
            for change in (
                lambda own=own: own.write({"state": "posted"}),
                lambda own=own: own.unlink(),
                lambda own=own: own.create({"kind": "move"}),
            ):
                with self.assertRaises(AccessError):
                    change()
        with self.refused(AccessError, "cannot be written directly"):
            self.scope.with_user(self.officer).drift_position = 5

    def test_a_representative_of_another_company_decides_nothing_here(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.representative.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            self.decide(self.finding, "Because", self.representative).action_post()
