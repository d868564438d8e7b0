from odoo.tests import tagged

from ..core.verify_ledger import digest, seal_hash
from ..models import asi_coc_ledger_verification_check as check
from .common import CocCase
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
        self.assertIn(("entry_changed", 2, "Activity", "casthouse", "smelting"), found)

    def test_values_that_are_none(self):
        """Nothing that is there keeps the verification from ending."""
        for column, value, *finding in (
            ("date", "infinity", "Date", "2025-03-10", ""),
            ("quantity", "NaN", "Quantity", "20", "NaN"),
            ("mass", "Infinity", "Mass (t)", "20", "Infinity"),
            ("mass", "NaN", "Mass (t)", "20", "NaN"),
        ):
            with self.subTest(value), self.env.cr.savepoint() as savepoint:
                found = self.found(self.change(column, value))
                self.assertEqual(found[-1], ("entry_changed", 2, *finding))
                self.assertEqual({one[0] for one in found[:-1]} - {"total"}, set())
                savepoint.rollback()
                self.env.invalidate_all()

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
        self.assertEqual(finding[:4], ("entry_hash", 2, "", self.second.content_hash))

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
        self.tamper(
            "UPDATE asi_coc_entry SET value = 7 WHERE scope_id = %s", self.scope.id
        )
        self.assertEqual(
            [finding[1] for finding in self.found()],
            [1, 2, 3],
        )

    def test_findings_kept_are_limited_and_all_are_counted(self):
        self.patch(check, "KEPT", 2)
        self.tamper(
            "UPDATE asi_coc_entry SET value = 7 WHERE scope_id = %s", self.scope.id
        )
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

    def test_seal_with_nonsense(self):
        """Nothing that is there keeps the verification from ending."""
        for assignment in (
            "refers_to = NULL",
            "refers_to = 'x,y,z'",
            "refers_to = repeat('9', 5000)",
            f"partner_id = {self.customer.id}",
            "entry_id = NULL",
            "entry_id = -1",
            "item_hash = ''",
        ):
            with self.subTest(assignment), self.env.cr.savepoint() as savepoint:
                self.change(assignment)
                self.assertEqual({place[1] for place in self.places()} - {0}, {2})
                savepoint.rollback()
                self.env.invalidate_all()

    def test_seal_deleted(self):
        self.tamper("DELETE FROM asi_coc_seal WHERE entry_id = %s", self.second.id)
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
        self.tamper(
            "UPDATE asi_coc_total SET mass = 10 WHERE period_id = %s", self.period.id
        )
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

    def test_a_seal_that_does_not_follow_is_named_with_its_entry(self):
        """Whoever makes one entry and its seal to match breaks the next one."""
        content = self.second.content.replace("\n20\n", "\n25\n")
        with self.below_the_guards() as execute:
            execute(
                "UPDATE asi_coc_entry SET mass = 25, quantity = 25, content = %(is)s,"
                " content_hash = encode(sha256(convert_to(%(is)s, 'UTF8')), 'hex')"
                " WHERE id = %(id)s",
                {"is": content, "id": self.second.id},
            )
            first, second, _third = self.chain()
            item_hash = digest(content)
            execute(
                "UPDATE asi_coc_seal SET item_hash = %s, hash = %s WHERE id = %s",
                [
                    item_hash,
                    seal_hash(2, first.hash, "entry", "2025-03-10 12:00:00", item_hash),
                    second.id,
                ],
            )
        finding = self.verify_ledger().finding_ids.filtered("number")
        self.assertEqual(
            (finding.kind, finding.number, finding.entry_id, finding.subject),
            ("chain", 3, self.third, "2 to 3"),
        )

    def test_entry_hidden_below_the_chain(self):
        """A seal before the first is none: its entry was never verified."""
        self.insert_copy(self.second, -7, mass=0)
        for number in (0, -3):
            with self.subTest(number), self.env.cr.savepoint() as savepoint:
                self.tamper(
                    "INSERT INTO asi_coc_seal (scope_id, company_id, number, kind,"
                    " version, sealed_on, item_hash, hash, entry_id)"
                    " SELECT scope_id, company_id, %s, 'entry', version, sealed_on,"
                    " item_hash, hash, -7 FROM asi_coc_seal WHERE entry_id = %s",
                    number,
                    self.second.id,
                )
                self.assertEqual(
                    sorted(self.places()), [("chain", number), ("not_sealed", 0)]
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_entry_sealed_on_another_chain(self):
        other = self.scope.copy({"name": "Other"})
        self.tamper(
            "UPDATE asi_coc_seal_head SET sealed_id = last_id WHERE scope_id = %s",
            self.scope.id,
        )
        self.tamper(
            "UPDATE asi_coc_seal SET scope_id = %s WHERE entry_id = %s",
            other.id,
            self.second.id,
        )
        self.assertEqual(self.places(), [("not_sealed", 0), ("missing", 2)])
        # The job does not stumble over it.
        self.seal()
        self.assertEqual(self.places(), [("not_sealed", 0), ("missing", 2)])

    def test_head_gone(self):
        self.tamper("DELETE FROM asi_coc_seal_head WHERE scope_id = %s", self.scope.id)
        self.assertEqual(
            self.found(), [("head", 3, "", "–", f"3:{self.chain()[-1].hash}")]
        )
        # Whoever seals next goes on where the chain ends.
        self.receive(self.slab, 5)
        self.seal()
        self.assertEqual(self.chain().mapped("number"), [1, 2, 3, 4])
        self.assertEqual(self.found(), [])

    def test_whole_chain_gone(self):
        self.tamper("DELETE FROM asi_coc_seal WHERE scope_id = %s", self.scope.id)
        finding = self.verify_ledger().finding_ids[0]
        self.assertEqual((finding.kind, finding.subject), ("missing", "1 to 3"))
