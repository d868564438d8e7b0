from contextlib import suppress
from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_audit_pack import AuditPackCase

STEPS = "odoo.addons.asi_coc.models.asi_coc_audit_pack_steps"


@tagged("post_install", "-at_install")
class TestAuditPackJob(AuditPackCase):
    """The job ends, breaks and goes on at any step."""

    def run_for(self, steps):
        """Run the job until its time is over after so many steps."""
        cron = self.env.registry["ir.cron"]
        # One call tells how much is to do; two are made for each step.
        times = [60, *([60, 60] * (steps - 1)), 60, 0]
        with patch.object(cron, "_commit_progress", side_effect=times):
            self.env["asi.coc.audit.pack"]._cron_make()

    def test_goes_on_where_it_stopped(self):
        pack = self.request_pack().sudo()
        self.run_for(1)
        self.assertEqual((pack.state, pack.position), ("running", 0))
        self.assertEqual(pack.current, "Ledger")
        self.run_for(3)
        self.assertEqual(pack.position, 3)
        self.assertEqual(pack.current, "Register of records")
        self.run_for(6)
        self.assertEqual(pack.position, 9)
        self.assertTrue(0 < pack.progress < 100)
        folder = pack._get_folder()
        self.assertTrue((folder / "pack/ledger/verify_ledger.py").is_file())
        self.run_job("cron_make_audit_pack")
        self.assertEqual(pack.state, "done")
        self.assertFalse(folder.exists())
        self.unpack(pack)

    def test_the_index_tells_of_one_moment(self):
        """Who looks at readiness meanwhile changes nothing in the pack."""
        pack = self.request_pack().sudo()
        self.run_for(4)
        self.assertEqual(pack.position, 3)
        self.scope.membership_standing = "ended"
        rows = self.env["asi.coc.readiness"]._refresh(self.scope)
        self.assertEqual(rows[0].state, "missing")
        self.run_job("cron_make_audit_pack")
        membership = self.get_criterion(self.unpack(pack), "1.1")
        self.assertEqual(membership["state"], "in_order")
        self.assertIn("good standing", membership["explanation"])
        self.assertEqual(membership["evidence"][0]["count"], 1)

    def test_a_folder_that_is_lost_is_begun_anew(self):
        pack = self.request_pack().sudo()
        self.run_for(6)
        pack._get_folder().rename(pack._get_folder().with_suffix(".lost"))
        self.run_for(1)
        self.assertEqual(pack.position, 0)
        self.run_job("cron_make_audit_pack")
        self.assertEqual(pack.state, "done")
        lost = pack._get_folder().with_suffix(".lost")
        self.env["asi.coc.audit.pack"]._cron_expire()
        self.assertFalse(lost.exists())

    def test_a_failure_gives_its_reason_and_is_tried_again(self):
        pack = self.request_pack()
        with (
            patch.object(
                type(pack), "_write_statements", side_effect=OSError("No space left")
            ),
            mute_logger(STEPS),
        ):
            self.live_a_year()
            self.run_job("cron_make_audit_pack")
        self.assertEqual(pack.state, "failed")
        self.assertEqual(pack.reason, "OSError: No space left")
        self.assertFalse(pack._get_folder().exists())
        with self.refused(UserError, "Failed"):
            pack.action_download()
        pack.with_user(self.officer).action_try_again()
        self.assertEqual(pack.requested_by_id, self.officer)
        self.run_job("cron_make_audit_pack")
        self.assertEqual((pack.state, pack.reason), ("done", False))
        with self.refused(UserError, "has not failed"):
            pack.action_try_again()

    def test_a_step_that_ends_the_process_is_given_up(self):
        pack = self.request_pack().sudo()
        self.run_for(2)
        cron = self.env.registry["ir.cron"]
        for attempt in range(1, 4):
            # What was committed before is left when the process is killed in a step.
            with (
                patch.object(cron, "_commit_progress", side_effect=SystemExit),
                suppress(SystemExit),
            ):
                pack._advance()
            self.assertEqual(pack.attempts, attempt)
        self.run_job("cron_make_audit_pack")
        self.assertEqual(pack.state, "failed")
        self.assertIn("interrupted 3 times", pack.reason)
        self.assertIn("Verification of the ledger", pack.reason)

    def test_the_same_request_is_made_once(self):
        pack = self.request_pack()
        self.assertEqual(self.request_pack(), pack)
        self.assertNotEqual(self.request_pack(self.officer), pack)
        self.assertNotEqual(
            self.request_pack(start=date(2025, 1, 1), end=date(2025, 1, 2)), pack
        )
        self.run_job("cron_make_audit_pack")
        self.assertNotEqual(self.request_pack(), pack)

    def test_expires(self):
        self.scope.audit_pack_days = 10
        pack = self.make_pack()
        self.assertEqual(pack.expires_on, date(2025, 3, 20))
        self.at("2025-03-19")
        self.run_job("cron_expire_audit_pack")
        self.assertEqual(pack.state, "done")
        self.at("2025-03-20")
        self.run_job("cron_expire_audit_pack")
        self.assertEqual(pack.state, "expired")
        self.assertFalse(pack._get_parts())
        with self.refused(UserError, "Expired"):
            pack.action_download()

    def test_a_ledger_that_was_changed_is_told(self):
        self.live_a_year()
        self.seal()
        entry = self.entry(self.receipt, status="coc")
        content = entry.content.replace("\n80\n", "\n81\n", 1)
        self.assertNotEqual(content, entry.content)
        self.tamper(
            "UPDATE asi_coc_entry SET mass = 81, content = %s WHERE id = %s",
            content,
            entry.id,
        )
        pack = self.make_pack()
        self.assertGreaterEqual(pack.finding_count, 1)
        page = (self.unpack(pack) / "index.html").read_text(encoding="utf-8")
        self.assertIn("the entry is not what was sealed", page)

    def test_who_asked_is_told(self):
        pack = self.request_pack()
        with patch.object(type(self.auditor), "_bus_send", autospec=True) as send:
            self.run_job("cron_make_audit_pack")
        self.assertEqual(pack.state, "done")
        user, kind, message = send.call_args.args
        self.assertEqual((user, kind), (self.auditor, "simple_notification"))
        self.assertEqual(message["message"], "The audit pack is ready.")
