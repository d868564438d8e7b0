from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import asi_coc_ledger_verification_check as check
from ..models import asi_coc_scope_verification, asi_coc_seal_sealing
from .common import CocCase, UserCase
from .common_seal import SealMixin


@tagged("post_install", "-at_install")
class TestFirstVersion(SealMixin, CocCase):
    """Entries of before contents were kept: their hash has no names to go by."""

    FIRST_HASH = """
        UPDATE asi_coc_entry entry
           SET content = NULL, content_hash = encode(sha256(convert_to(concat_ws(
               '|', '1', date, late, flow, status, COALESCE(reason, ''),
               COALESCE((SELECT code FROM asi_coc_activity WHERE id = activity_id), ''),
               '', COALESCE(material, ''),
               COALESCE((SELECT default_code FROM product_product
                          WHERE id = product_id), ''),
               COALESCE((SELECT name FROM stock_lot WHERE id = lot_id), ''),
               COALESCE((SELECT reference FROM stock_move WHERE id = move_id), ''),
               COALESCE(mass_basis, ''), COALESCE(quantity, 0), mass,
               COALESCE(value, 0), scrap_kind
           ), 'UTF8')), 'hex')
         WHERE scope_id = %s
    """

    def setUp(self):
        super().setUp()
        self.receipt = self.receive(self.slab, 10, claimed=7)
        self.tamper(self.FIRST_HASH, self.scope.id)
        self.entries_of = self.env["asi.coc.entry"].search(
            [("picking_id", "=", self.receipt.id)], order="id"
        )

    def test_verified_before_and_after_sealing(self):
        for _attempt in range(2):
            verification = self.verify_ledger()
            self.assertEqual(self.found(verification), [])
            self.assertEqual(verification.state, "in_order")
            self.seal()
        self.assertEqual(len(self.chain()), 3)

    def test_what_the_seal_keeps_is_proof(self):
        self.seal()
        self.slab.write({"default_code": "SL", "name": "Rolling Slab"})
        self.supplier.name = "Acme Ltd"
        self.assertEqual(self.found(), [])
        self.tamper(
            "UPDATE asi_coc_entry SET value = 4 WHERE id = %s", self.entries_of[1].id
        )
        self.assertEqual(self.found(), [("entry_changed", 2, "Value", "0", "4")])

    def test_hash_changed_after_sealing(self):
        self.seal()
        self.tamper(
            "UPDATE asi_coc_entry SET content_hash = 'x' WHERE id = %s",
            self.entries_of[1].id,
        )
        (finding,) = self.found()
        self.assertEqual(finding[:3], ("entry_changed", 2, "posted_hash"))

    def test_code_given_before_sealing(self):
        self.slab.default_code = "SL"
        self.seal()
        self.assertEqual(self.found(), [])

    def test_code_changed_before_sealing(self):
        """Nobody can tell that from a change of the entry: it is remarked."""
        self.slab.default_code = "SL"
        self.tamper(self.FIRST_HASH, self.scope.id)
        self.slab.default_code = "RS"
        for numbers in ([0, 0, 0], [1, 2, 3]):
            verification = self.verify_ledger()
            self.assertEqual(
                [finding[:2] for finding in self.found(verification)],
                [("unconfirmed", number) for number in numbers],
            )
            self.assertEqual(verification.state, "in_order")
            self.assertEqual(
                (verification.finding_count, verification.remark_count), (0, 3)
            )
            self.seal()


@tagged("post_install", "-at_install")
class TestVerifying(SealMixin, UserCase):
    """Who verifies, in the background too, and who is told."""

    def test_auditor_verifies_and_changes_nothing_else(self):
        self.receive(self.slab, 10)
        self.seal()
        verification = self.verify_ledger(self.auditor)
        self.assertEqual(verification.user_id, self.auditor)
        own = verification.with_user(self.auditor)
        self.assertEqual(own.state, "in_order")
        self.assertEqual((own.target_number, own.unsealed_count), (1, 0))
        self.assertEqual(own.head, f"1:{self.chain().hash}")
        scope = self.scope.with_user(self.auditor)
        self.assertEqual(scope.verification_state, "in_order")
        self.assertEqual(str(scope.verified_on), "2025-03-10 12:00:00")
        action = own.action_open_seals()
        seals = self.env[action["res_model"]].with_user(self.auditor)
        self.assertEqual(len(seals.search(action["domain"])), 1)
        self.assertEqual(
            scope.action_open_verifications()["domain"],
            [("scope_id", "=", self.scope.id)],
        )

    def test_others_do_not(self):
        for user in (self.coc_storekeeper, self.salesperson):
            with self.refused(AccessError, "officers and auditors", "Melt & Roll"):
                self.verify_ledger(user)
        stranger = self.user("stranger", "asi_coc.group_auditor")
        other = self.env["res.company"].create({"name": "Other Melters"})
        stranger.write({"company_ids": other.ids, "company_id": other.id})
        with self.assertRaises(AccessError):
            self.scope.with_user(stranger).with_context(
                allowed_company_ids=other.ids
            ).action_verify_ledger()

    def test_a_large_ledger_is_verified_in_the_background(self):
        for _receipt in range(3):
            self.receive(self.slab, 10)
        self.seal()
        self.patch(check, "BATCH", 1)
        self.patch(asi_coc_scope_verification, "PATIENCE", -1)
        before = self.count_triggers("cron_verify_ledger")
        verification = self.verify_ledger(self.auditor)
        self.assertEqual(self.count_triggers("cron_verify_ledger"), before + 1)
        self.assertEqual((verification.state, verification.number), ("running", 1))
        self.assertEqual(round(verification.progress), 33)
        # What is sealed meanwhile is the next one's.
        self.receive(self.slab, 10)
        self.seal()
        self.nightly()
        self.assertEqual(
            (verification.state, verification.number, verification.progress),
            ("in_order", 3, 100),
        )

    def nightly(self):
        self.run_job("cron_verify_ledger")

    def test_every_night(self):
        self.scope.representative_ids = self.representative | self.env.ref(
            "base.user_admin"
        )
        entry = self.entry(self.receive(self.slab, 10))
        self.seal()
        self.nightly()
        self.assertEqual(self.scope.verification_ids.state, "in_order")
        self.nightly()
        self.assertEqual(len(self.scope.verification_ids), 1)
        self.tamper("UPDATE asi_coc_entry SET value = 4 WHERE id = %s", entry.id)
        for _night in range(2):
            self.clock.move_to(fields.Datetime.now() + timedelta(days=1))
            self.nightly()
            activities = self.scope.activity_ids
            self.assertEqual(activities.user_id, self.scope.representative_ids)
            self.assertEqual(len(activities), 2)
        self.assertIn("1 differences", activities[0].note)
        self.assertEqual(self.scope.verification_state, "findings")
        # Put back, it is in order again.
        self.tamper("UPDATE asi_coc_entry SET value = 0 WHERE id = %s", entry.id)
        self.assertEqual(self.verify_ledger().state, "in_order")
        self.assertFalse(self.scope.activity_ids)

    def test_what_cannot_be_verified_is_told(self):
        """Nothing in the database silences the job, for this scope nor another."""
        self.receive(self.slab, 100, claimed=80)
        self.close(self.period)
        closing = self.period._get_closing()
        # A tree as deep ends whoever reads it.
        self.tamper(
            "UPDATE asi_coc_closing SET figures = (repeat('[', 3000) ||"
            " repeat(']', 3000))::jsonb WHERE id = %s",
            closing.id,
        )
        other = self.scope.copy({"name": "Other", "state": "active"})
        with mute_logger("odoo.addons.asi_coc.models"):
            self.nightly()
        self.assertEqual(other.verification_state, "in_order")
        verification = self.scope.verification_ids
        self.assertEqual(verification.state, "findings")
        self.assertEqual(verification.finding_ids.mapped("kind"), ["unverified"])
        self.assertEqual(verification.finding_ids.subject, "1 to 6")
        self.assertIn("RecursionError", verification.finding_ids.found)
        self.assertTrue(self.scope.activity_ids)

    def test_what_waits_for_its_seal_is_verified_too(self):
        entry = self.entry(self.receive(self.slab, 10))
        verification = self.verify_ledger()
        self.assertEqual(
            (verification.unsealed_count, verification.state), (1, "in_order")
        )
        self.tamper("UPDATE asi_coc_entry SET quantity = 4 WHERE id = %s", entry.id)
        self.assertEqual(self.found(), [("entry_changed", 0, "Quantity", "10", "4")])

    def test_the_job_goes_on_batch_by_batch(self):
        self.patch(asi_coc_seal_sealing, "BATCH", 2)
        for _receipt in range(5):
            self.receive(self.slab, 10)
        self.seal()
        self.assertEqual(self.chain().mapped("number"), [1, 2, 3, 4, 5])
        self.assertEqual(self.found(), [])

    def test_verifying_costs_the_same_for_many(self):
        counts = []
        for receipts in (1, 12):
            for _receipt in range(receipts):
                self.receive(self.slab, 1)
            self.seal()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.verify_ledger()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])
