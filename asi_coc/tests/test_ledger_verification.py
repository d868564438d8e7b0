from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models import asi_coc_ledger_verification_check as check
from ..models import asi_coc_scope_verification, asi_coc_seal_sealing
from .common import CocCase, UserCase
from .common_seal import SealMixin


class SealedCase(SealMixin, CocCase):
    """Three receipts, sealed as items 1 to 3; the second is tampered with."""

    def setUp(self):
        super().setUp()
        self.slab.default_code = "SL"
        self.receipts = [self.receive(self.slab, mass) for mass in (10, 20, 30)]
        self.first, self.second, self.third = map(self.entry, self.receipts)
        self.seal()
        self.assertEqual(self.found(), [])


@tagged("post_install", "-at_install")
class TestTamperedEntries(SealedCase):
    """Changing one digit with SQL is found, and located."""

    def change(self, column, value):
        self.tamper(
            f"UPDATE asi_coc_entry SET {column} = %s WHERE id = %s",
            value,
            self.second.id,
        )
        return self.verify_ledger()

    def test_mass(self):
        verification = self.change("mass", 20.000001)
        finding = verification.finding_ids.filtered(lambda one: one.kind != "total")
        self.assertEqual(
            (finding.kind, finding.number, finding.entry_id, finding.field),
            ("entry_changed", 2, self.second, "Mass (t)"),
        )
        self.assertEqual((finding.expected, finding.found), ("20", "20.000001"))
        self.assertIn("Slab", finding.subject)
        self.assertIn(self.receipts[1].name, finding.subject)
        self.assertEqual(verification.state, "findings")
        # The running total is not the ledger's any more, either.
        total = verification.finding_ids - finding
        self.assertEqual(
            (total.kind, total.expected, total.found),
            ("total", "60.000001", "60.000000"),
        )

    def test_any_column(self):
        other = self.activity("smelting")
        cases = {
            "date": ("2025-03-11", "Date", "2025-03-10", "2025-03-11"),
            "late": (True, "Late", "", "late"),
            "reason": ("no_mass", "Reason", "", "no_mass"),
            "scrap_kind": ("dross", "Scrap Kind", "", "dross"),
            "mass_basis": ("?", "Mass Basis", self.second.mass_basis, "?"),
            "unit_mass": (2, "Mass per Base Unit (t)", "0.000001", "2"),
            "quantity": (21, "Quantity", "20", "21"),
            "value": (0.01, "Value", "0", "0.01"),
        }
        for column, (value, *finding) in cases.items():
            with self.subTest(column=column), self.env.cr.savepoint() as savepoint:
                self.assertEqual(
                    self.found(self.change(column, value)),
                    [("entry_changed", 2, *finding)],
                )
                savepoint.rollback()
                self.env.invalidate_all()
        found = self.found(self.change("activity_id", other.id))
        self.assertIn(
            ("entry_changed", 2, "Activity", "casthouse", "smelting"), found
        )

    def test_flow_and_status(self):
        for column, value, label, was in (
            ("flow", "output", "Flow", "input"),
            ("status", "coc", "Status", "non_coc"),
            ("material", "scrap", "Material", "aluminium"),
        ):
            with self.subTest(column=column), self.env.cr.savepoint() as savepoint:
                self.assertIn(
                    ("entry_changed", 2, label, was, value),
                    self.found(self.change(column, value)),
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_another_record(self):
        """The product's name in the content stays; the entry is another's."""
        self.assertIn(
            (
                "entry_changed",
                2,
                "Product",
                f"[SL] Slab ({self.slab.id})",
                f"Coil ({self.coil.id})",
            ),
            self.found(self.change("product_id", self.coil.id)),
        )

    def test_another_partner(self):
        self.assertEqual(
            self.found(self.change("partner_id", self.customer.id)),
            [
                (
                    "entry_changed",
                    2,
                    "Partner",
                    f"Acme Alumina ({self.supplier.id})",
                    f"Rollers United ({self.customer.id})",
                )
            ],
        )

    def test_names_in_the_content(self):
        content = self.second.content.replace("Acme", "Bcme")
        (finding,) = self.found(self.change("content", content))
        self.assertEqual(
            finding[:4], ("entry_hash", 2, "", self.second.content_hash)
        )

    def test_content_taken_away(self):
        (finding,) = self.found(self.change("content", None))
        self.assertEqual(finding[:2], ("entry_hash", 2))

    def test_content_that_is_none(self):
        for content in ("", "x", "2\n", "\\", "{" * 50):
            with self.subTest(content=content), self.env.cr.savepoint() as savepoint:
                (finding,) = self.found(self.change("content", content))
                self.assertEqual(finding[:2], ("entry_hash", 2))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_hash_of_the_entry(self):
        (finding,) = self.found(self.change("content_hash", "0" * 64))
        self.assertEqual(finding[:3], ("entry_hash", 2, "Content Hash"))
        self.assertEqual(finding[4], "0" * 64)

    def test_mass_with_content_and_hash_to_match(self):
        """Whoever knows how the hash is made still has the chain against him."""
        content = self.second.content.replace("\n20\n", "\n25\n")
        self.tamper(
            "UPDATE asi_coc_entry SET mass = 25, quantity = 25, content = %s,"
            " content_hash = encode(sha256(convert_to(%s, 'UTF8')), 'hex')"
            " WHERE id = %s",
            content,
            content,
            self.second.id,
        )
        kinds = [finding[:2] for finding in self.found()]
        self.assertEqual(kinds, [("total", 0), ("entry_hash", 2)])

    def test_deleted(self):
        self.tamper("DELETE FROM asi_coc_entry WHERE id = %s", self.second.id)
        found = self.found()
        self.assertEqual(
            [finding[:2] for finding in found], [("total", 0), ("entry_missing", 2)]
        )

    def test_inserted(self):
        self.insert_copy(self.second, self.third.id + 1000, mass=5)
        for number in (0, 4):
            # As it waits for its seal, and once it has one.
            self.assertIn(
                ("entry_changed", number, "Mass (t)", "20", "5"), self.found()
            )
            self.seal()

    def test_inserted_among_those_long_sealed(self):
        self.tamper(
            "UPDATE asi_coc_seal_head SET sealed_id = %s WHERE scope_id = %s",
            self.third.id,
            self.scope.id,
        )
        self.insert_copy(self.second, -7)
        self.assertEqual(
            [finding[:2] for finding in self.found()], [("not_sealed", 0), ("total", 0)]
        )

    def test_two_of_many_batches(self):
        self.patch(check, "BATCH", 1)
        self.tamper("UPDATE asi_coc_entry SET value = 7 WHERE scope_id = %s",
                    self.scope.id)
        self.assertEqual(
            [finding[1] for finding in self.found()],
            [1, 2, 3],
        )

    def test_findings_kept_are_limited_and_all_are_counted(self):
        self.patch(check, "KEPT", 2)
        self.tamper("UPDATE asi_coc_entry SET value = 7 WHERE scope_id = %s",
                    self.scope.id)
        verification = self.verify_ledger()
        self.assertEqual(verification.finding_count, 3)
        self.assertEqual(len(verification.finding_ids), 2)

    def activity(self, code):
        return self._activity(code)


@tagged("post_install", "-at_install")
class TestRenamed(SealedCase):
    """Records may be renamed, and contacts merged: that changes no entry."""

    def test_renamed(self):
        self.slab.write({"name": "Rolling Slab", "default_code": "RS"})
        self.supplier.name = "Acme Ltd"
        self.scope.name = "Melt"
        self.company.name = "Melt Ltd"
        self.facility("Casthouse").name = "Cast"
        self.tonne.name = "Tonne"
        self.seal()
        self.assertEqual(self.found(), [])

    def test_merged(self):
        other = self.env["res.partner"].create({"name": "Acme Ltd"})
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.supplier | other).ids, other)
        self.assertEqual(self.second.partner_id, other)
        self.assertEqual(self.found(), [])


@tagged("post_install", "-at_install")
class TestTamperedChain(SealedCase):
    def change(self, assignment, number=2):
        self.tamper(
            f"UPDATE asi_coc_seal SET {assignment} WHERE scope_id = %s AND number = %s",
            self.scope.id,
            number,
        )

    def places(self):
        return [finding[:2] for finding in self.found()]

    def test_seal_changed(self):
        for assignment, places in (
            ("sealed_on = sealed_on + interval '1 second'", [("chain", 2)]),
            ("version = '3'", [("chain", 2)]),
            ("item_hash = 'x'", [("chain", 2), ("entry_hash", 2)]),
            ("hash = 'x'", [("chain", 2), ("chain", 3)]),
            ("kind = 'closing'", [("chain", 2), ("closing_missing", 2)]),
            ("refers_to = '1'", [("entry_changed", 2)]),
        ):
            with self.subTest(assignment), self.env.cr.savepoint() as savepoint:
                self.change(assignment)
                self.assertEqual(sorted(set(self.places())), places)
                savepoint.rollback()
                self.env.invalidate_all()

    def test_seal_deleted(self):
        self.tamper(
            "DELETE FROM asi_coc_seal WHERE entry_id = %s", self.second.id
        )
        self.assertEqual(self.places(), [("missing", 2)])
        # Sealed again at the end, it is still missing where it was.
        self.seal()
        self.assertEqual(self.places(), [("missing", 2)])

    def test_last_seals_deleted_with_their_entries(self):
        ids = (self.second | self.third).ids
        self.tamper("DELETE FROM asi_coc_seal WHERE entry_id = ANY(%s)", ids)
        self.tamper("DELETE FROM asi_coc_entry WHERE id = ANY(%s)", ids)
        self.assertEqual(
            sorted(set(self.places())),
            [("head", 3), ("missing", 2), ("total", 0)],
        )

    def test_last_seals_deleted_and_the_head_put_back(self):
        """An earlier verification, and whoever noted its head down, knows better."""
        ids = (self.second | self.third).ids
        first = self.chain()[0]
        self.tamper("DELETE FROM asi_coc_seal WHERE entry_id = ANY(%s)", ids)
        self.tamper("DELETE FROM asi_coc_entry WHERE id = ANY(%s)", ids)
        self.tamper("UPDATE asi_coc_total SET mass = 10 WHERE period_id = %s",
                    self.period.id)
        self.tamper(
            "UPDATE asi_coc_seal_head SET number = 1, hash = %s WHERE scope_id = %s",
            first.hash,
            self.scope.id,
        )
        self.assertEqual(self.places(), [("head", 3)])

    def test_reordered(self):
        with self.below_the_guards() as execute:
            for number, entry in ((99, self.second), (2, self.third), (3, self.second)):
                execute(
                    "UPDATE asi_coc_seal SET number = %s WHERE entry_id = %s",
                    [number, entry.id],
                )
        self.assertEqual(
            sorted(set(self.places())), [("chain", 2), ("chain", 3), ("head", 3)]
        )

    def test_inserted(self):
        self.tamper(
            "INSERT INTO asi_coc_seal (scope_id, company_id, number, kind, version,"
            " sealed_on, item_hash, hash)"
            " SELECT scope_id, company_id, 4, 'entry', version, sealed_on, item_hash,"
            " 'x' FROM asi_coc_seal WHERE entry_id = %s",
            self.second.id,
        )
        self.assertEqual(
            sorted(set(self.places())),
            [("chain", 4), ("entry_missing", 4), ("head", 3)],
        )

    def test_whole_chain_gone(self):
        self.tamper("DELETE FROM asi_coc_seal WHERE scope_id = %s", self.scope.id)
        finding = self.verify_ledger().finding_ids[0]
        self.assertEqual((finding.kind, finding.subject), ("missing", "1 to 3"))


@tagged("post_install", "-at_install")
class TestTamperedClosing(SealMixin, CocCase):
    def setUp(self):
        super().setUp()
        self.receive(self.slab, 100, claimed=80)
        self.close(self.period)
        self.closing = self.period._get_closing()
        self.assertEqual(self.found(), [])

    def test_figure(self):
        self.tamper(
            "UPDATE asi_coc_closing SET figures = jsonb_set(figures,"
            " '{casthouse,coc_input}', '\"81.000000\"') WHERE id = %s",
            self.closing.id,
        )
        self.assertEqual(
            self.found(),
            [
                ("figures", 0, "casthouse, coc_input", "81.000000", "80.000000"),
                (
                    "closing_changed",
                    6,
                    "figures, casthouse, coc_input",
                    "80.000000",
                    "81.000000",
                ),
            ],
        )

    def test_entry_of_a_closed_period(self):
        """The closed figure is not the sum of its entries any more."""
        self.tamper(
            "UPDATE asi_coc_entry SET mass = 79 WHERE flow = 'input'"
            " AND status = 'coc' AND scope_id = %s",
            self.scope.id,
        )
        self.assertIn(
            ("figures", 0, "casthouse, coc_input", "80.000000", "79.000000"),
            self.found(),
        )

    def test_who_when_and_why(self):
        for assignment, field in (
            ("closed_on = closed_on + interval '1 day'", "on"),
            ("explanation = 'All was well'", "explanation"),
            ("version = 2", "version"),
            ("closed_by_id = 2", "records"),
        ):
            with self.subTest(assignment), self.env.cr.savepoint() as savepoint:
                self.tamper(
                    f"UPDATE asi_coc_closing SET {assignment} WHERE id = %s",
                    self.closing.id,
                )
                self.assertIn(
                    ("closing_changed", 6, field),
                    [finding[:3] for finding in self.found()],
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_reopening(self):
        self.closing._reopen("Receipt was missing")
        self.assertEqual(self.found(), [])
        self.tamper(
            "UPDATE asi_coc_closing SET reopen_reason = 'None' WHERE id = %s",
            self.closing.id,
        )
        self.assertEqual(
            self.found(),
            [("closing_changed", 9, "reason", "Receipt was missing", "None")],
        )

    def test_deleted(self):
        self.tamper("DELETE FROM asi_coc_closing WHERE id = %s", self.closing.id)
        self.assertIn(("closing_missing", 6), [one[:2] for one in self.found()])

    def test_content_of_its_seal(self):
        self.tamper(
            "UPDATE asi_coc_seal SET content = replace(content, '80', '81')"
            " WHERE closing_id = %s",
            self.closing.id,
        )
        (finding,) = self.found()
        self.assertEqual(finding[:3], ("closing_changed", 6, "Content of the seal"))


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
            self.assertEqual(
                activities.user_id, self.scope.representative_ids
            )
            self.assertEqual(len(activities), 2)
        self.assertIn("1 differences", activities[0].note)
        self.assertEqual(self.scope.verification_state, "findings")
        # Put back, it is in order again.
        self.tamper("UPDATE asi_coc_entry SET value = 0 WHERE id = %s", entry.id)
        self.assertEqual(self.verify_ledger().state, "in_order")
        self.assertFalse(self.scope.activity_ids)

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
