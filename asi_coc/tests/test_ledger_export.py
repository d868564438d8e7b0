import ast
import csv
import json
import random
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO

from odoo.tests import tagged

from ..core import verify_ledger
from ..models import asi_coc_seal_export
from .common import CocCase
from .common_seal import SealMixin

FILES = ("entries.csv", "seals.csv", "closings.jsonl", "head.txt")


class ExportCase(SealMixin, CocCase):
    """A year with a closing, a reopening and a second closing."""

    def setUp(self):
        super().setUp()
        self.slab.write({"default_code": "=SL", "name": 'Slab 8" \\ of\ntwo; "parts"'})
        self.receipt = self.receive(self.slab, 100, claimed=80)
        self.deliver(self.slab, 30, designated=10)
        self.close(self.period)
        self.period._get_closing()._reopen("Receipt was missing")
        self.at("2025-04-10")
        self.receive(self.slab, 7.5)
        self.close(self.period)

    def run_script(self, folder, *arguments):
        """Run the script as an auditor does; return exit code and what it says."""
        done = subprocess.run(
            [sys.executable, "-I", "verify_ledger.py", ".", *arguments],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            env={},
        )
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def forge(self, folder, change):
        """Have ``change`` change each closing, and make hashes and chain to match."""
        own = folder / "1-melt-roll"
        table = csv.reader((own / "seals.csv").open(newline=""))
        lines = [verify_ledger.format_row(next(table))]
        given = map(json.loads, (own / "closings.jsonl").read_text().splitlines())
        closings = {one["number"]: one["content"] for one in given}
        last = verify_ledger.START
        for number, kind, version, moment, digest, _hash in table:
            if int(number) in closings:
                content = closings[int(number)] = change(closings[int(number)])
                digest = verify_ledger.digest(verify_ledger.closing_content(content))
            last = verify_ledger.seal_hash(number, last, kind, moment, digest)
            lines.append(
                verify_ledger.format_row((number, kind, version, moment, digest, last))
            )
        (own / "seals.csv").write_text("\n".join(lines) + "\n")
        (own / "head.txt").write_text(f"{number}:{last}\n")
        (own / "closings.jsonl").write_text(
            "".join(
                verify_ledger.closing_content({"number": number, "content": content})
                + "\n"
                for number, content in closings.items()
            )
        )

    def verify_folder(self, folder):
        """As :meth:`run_script`, in this process: for many."""
        with redirect_stdout(StringIO()) as output:
            code = verify_ledger.main([str(folder)])
        return code, output.getvalue()


@tagged("post_install", "-at_install")
class TestExport(ExportCase):
    """The audit pack's ledger verifies with Python alone."""

    def test_in_order(self):
        folder = self.export()
        code, output = self.run_script(folder)
        self.assertEqual(code, 0, output)
        self.assertIn("1-melt-roll: 15 items sealed", output)
        head = self.chain()[-1]
        self.assertIn(f"head 15:{head.hash}", output)
        self.assertIn("In order.", output)
        self.assertEqual(
            sorted(path.name for path in folder.iterdir()),
            ["1-melt-roll", "README.txt", "verify_ledger.py"],
        )
        entries = (folder / "1-melt-roll/entries.csv").read_text()
        # No formula in a spreadsheet, and hashed as it was entered.
        self.assertIn('"\'=SL","Slab 8"" \\\\ of\\ntwo; ""parts""","","100"', entries)

    def test_nothing_newer_than_python_3_9(self):
        """Its syntax is of 3.9, and zip() knows no keywords there."""
        source = (self.export() / "verify_ledger.py").read_text()
        tree = ast.parse(source, feature_version=(3, 9))
        for call in ast.walk(tree):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "zip":
                # zip(strict=…) came with 3.10.
                self.assertFalse(call.keywords, f"line {call.lineno}")

    def test_what_waits_is_sealed_first(self):
        self.receive(self.slab, 1)
        self.assertEqual(self.run_script(self.export())[0], 0)
        self.assertEqual(len(self.chain()), 16)

    def test_in_batches(self):
        whole = self.export()
        self.patch(asi_coc_seal_export, "BATCH", 3)
        parts = self.export()
        for name in FILES:
            self.assertEqual(
                (whole / "1-melt-roll" / name).read_text(),
                (parts / "1-melt-roll" / name).read_text(),
            )

    def test_without_an_entry(self):
        scope = self.scope.copy({"name": "铝厂"})
        self.scope = self.scope | scope
        code, output = self.run_script(self.export())
        self.assertEqual(code, 0, output)
        self.assertIn(": 0 items sealed", output)
        self.assertIn(f"head 0:{'0' * 64}", output)

    def test_renamed(self):
        self.slab.name = "Rolling Slab"
        self.supplier.name = "Acme Ltd"
        self.scope.name = "Melt"
        self.assertEqual(self.run_script(self.export())[0], 0)

    def test_the_head_of_last_year(self):
        seal = self.chain()[4]
        folder = self.export()
        self.assertEqual(self.run_script(folder, "--head", f"5:{seal.hash}")[0], 0)
        for head in (f"5:{'0' * 64}", f"6:{seal.hash}", f"99:{seal.hash}", "x"):
            code, output = self.run_script(folder, "--head", head)
            self.assertEqual(code, 1)
            self.assertIn(f"--head {head} is on no chain", output)

    def test_nothing_there(self):
        folder = self.export()
        for path in (folder / "1-melt-roll").iterdir():
            path.unlink()
        self.assertEqual(self.run_script(folder)[0], 2)


@tagged("post_install", "-at_install")
class TestTamperedExport(ExportCase):
    """What was changed in the database is found in its export, and located."""

    def findings(self):
        code, output = self.run_script(self.export())
        self.assertEqual(code, 1, output)
        return output

    def test_mass(self):
        self.seal()
        entry = self.entry(self.receipt, status="coc", flow="input")
        self.tamper("UPDATE asi_coc_entry SET mass = 80.1 WHERE id = %s", entry.id)
        output = self.findings()
        self.assertIn(
            f"item {entry.seal_number}: the entry is not what was sealed: "
            "2025-03-10, input, coc, 80.1",
            output,
        )
        self.assertIn(
            "2025-01-01/2025-12-31, casthouse, coc_input: 80.000000 t as closed, "
            "80.100000 t by the entries",
            output,
        )

    def test_mass_with_content_and_hash_to_match(self):
        entry = self.entry(self.receipt, status="coc", flow="input")
        content = entry.content.replace("\n80\n", "\n81\n")
        self.tamper(
            "UPDATE asi_coc_entry SET mass = 81, quantity = 81, content = %s,"
            " content_hash = encode(sha256(convert_to(%s, 'UTF8')), 'hex')"
            " WHERE id = %s",
            content,
            content,
            entry.id,
        )
        self.assertIn("the entry is not what was sealed", self.findings())

    def test_activity(self):
        entry = self.entry(self.receipt, status="coc", flow="input")
        self.tamper(
            "UPDATE asi_coc_entry SET activity_id = %s WHERE id = %s",
            self._activity("smelting").id,
            entry.id,
        )
        self.assertIn(f"item {entry.seal_number}: the entry is not", self.findings())

    def test_entry_deleted(self):
        entry = self.entry(self.receipt, status="coc", flow="input")
        number = entry.seal_number
        self.tamper("DELETE FROM asi_coc_entry WHERE id = %s", entry.id)
        self.assertIn(f"item {number}: the entry is missing", self.findings())

    def test_content_spoiled(self):
        entry = self.entry(self.receipt, status="coc", flow="input")
        for content in ("", "x", "2\n" * 50):
            self.tamper(
                "UPDATE asi_coc_entry SET content = %s WHERE id = %s", content, entry.id
            )
            self.assertIn(f"item {entry.seal_number}: the entry is", self.findings())

    def test_seals(self):
        for assignment, number, expected in (
            ("hash = 'x'", 4, "item 4: the seal does not follow"),
            ("item_hash = 'x'", 4, "item 4: the seal does not follow"),
            ("version = '3'", 4, "item 4: unknown version 3"),
            ("number = 99", 4, "item 4: missing on the chain: 4"),
        ):
            with self.subTest(assignment), self.env.cr.savepoint() as savepoint:
                self.tamper(
                    f"UPDATE asi_coc_seal SET {assignment}"
                    " WHERE scope_id = %s AND number = %s",
                    self.scope.id,
                    number,
                )
                self.assertIn(expected, self.findings())
                savepoint.rollback()
                self.env.invalidate_all()

    def test_several_seals_deleted(self):
        self.tamper(
            "DELETE FROM asi_coc_seal WHERE scope_id = %s AND number IN (2, 3)"
            " AND kind = 'entry'",
            self.scope.id,
        )
        self.assertIn("item 2: missing on the chain: 2 to 3", self.findings())

    def test_closed_figures(self):
        closing = self.period._get_closing()
        self.tamper(
            "UPDATE asi_coc_closing SET figures = jsonb_set(figures,"
            " '{casthouse,coc_output}', '\"11.000000\"') WHERE id = %s",
            closing.id,
        )
        output = self.findings()
        self.assertIn(
            "item 15: the closing is not what was sealed: 2025-01-01/2025-12-31, "
            "version 2",
            output,
        )
        self.assertIn(
            "item 15: 2025-01-01/2025-12-31, casthouse, coc_output: 11.000000 t as "
            "closed, 10.000000 t by the entries",
            output,
        )

    def test_entry_posted_to_a_closed_period(self):
        entry = self.entry(self.receipt, mass=100)
        self.insert_copy(entry, entry.id + 1000)
        self.assertIn(
            "item 16: the entry was sealed after 2025-01-01/2025-12-31 was closed: "
            "2025-03-10, input, non_coc, 100",
            self.findings(),
        )

    def test_closing_deleted(self):
        closing = self.period._get_closing()
        self.tamper("DELETE FROM asi_coc_closing WHERE id = %s", closing.id)
        self.assertIn("item 15: the closing is not what was sealed", self.findings())


@tagged("post_install", "-at_install")
class TestSpoiledFiles(ExportCase):
    """Whatever character of an exported file changes is noticed."""

    def test_any_changed_character(self):
        folder = self.export()
        chance = random.Random(19)
        for name in FILES:
            path = folder / "1-melt-roll" / name
            whole = path.read_bytes()
            places = chance.sample(range(len(whole)), min(150, len(whole)))
            for place in [0, len(whole) - 1, *places]:
                others = set(b'0189afz",;\\\n\r\t {}:.-xX\xff') - {whole[place]}
                other = chance.choice(sorted(others))
                path.write_bytes(whole[:place] + bytes((other,)) + whole[place + 1 :])
                code, output = self.verify_folder(folder)
                self.assertEqual(code, 1, (name, place, other, output))
            path.write_bytes(whole)
        self.assertEqual(self.verify_folder(folder)[0], 0)

    def test_lines_taken_out_doubled_or_exchanged(self):
        folder = self.export()
        for name in FILES[:3]:
            path = folder / "1-melt-roll" / name
            whole = path.read_text().splitlines(keepends=True)
            first = 0 if name == "closings.jsonl" else 1
            for spoiled in (
                whole[:first] + whole[first + 1 :],
                whole[:-1],
                [*whole, whole[-1]],
                [*whole, "\n"],
                [*whole[:first], *reversed(whole[first:])]
                if name != "closings.jsonl"
                else whole[1:],
                [],
            ):
                path.write_text("".join(spoiled))
                self.assertEqual(self.verify_folder(folder)[0], 1, (name, spoiled))
            path.unlink()
            code, output = self.verify_folder(folder)
            self.assertEqual(code, 1)
            self.assertIn(f"{name} is missing", output)
            path.write_text("".join(whole))

    def test_hostile_json(self):
        path = self.export() / "1-melt-roll/closings.jsonl"
        whole = path.read_text()
        for line in ("[" * 100000, "1", "null", '{"number": 6}', '{"number": NaN}'):
            path.write_text(whole + line + "\n")
            code, output = self.verify_folder(path.parent)
            self.assertEqual(code, 1)
            self.assertIn("closings.jsonl, line 4: not as it was exported", output)

    def test_saved_by_another_program(self):
        path = self.export() / "1-melt-roll/entries.csv"
        whole = path.read_bytes()
        hint = "saved again by another program"
        for spoiled in (
            whole.replace(b"\n", b"\r\n"),
            b"\xef\xbb\xbf" + whole,
            whole.replace(b'"', b""),
            whole.replace(b'"\n', b'",""\n'),
            whole.decode().encode("utf-16"),
        ):
            path.write_bytes(spoiled)
            code, output = self.verify_folder(path.parent)
            self.assertEqual(code, 1)
            self.assertIn("entries.csv, line 1: not", output)
            self.assertIn(hint, output)
        path.write_bytes(whole.replace(b'"80"', b'"81"', 1))
        self.assertNotIn(hint, self.verify_folder(path.parent)[1])

    def test_forged_closings_are_findings(self):
        """Whatever a closing says, with hashes to match, the script ends in order."""
        folder = self.export()
        self.forge(folder, lambda content: content)
        self.assertEqual(self.verify_folder(folder)[0], 0)

        def figure(value):
            return lambda content: content | {
                "figures": {"casthouse": {"coc_input": value}}
            }

        def part(name, value):
            return lambda content: content | {name: value}

        for change in (
            *map(figure, ("x", "1e999999999", "9" * 40, "sNaN", None, [1], {})),
            *(
                part(name, value)
                for name in ("figures", "materials", "period")
                for value in ([], 1, "x", {"casthouse": 1}, None)
            ),
            lambda content: {"kind": content["kind"]},
            lambda content: [content],
            lambda content: "x",
        ):
            folder = self.export()
            self.forge(folder, change)
            code, output = self.run_script(folder)
            self.assertEqual(code, 1, output)
            self.assertIn("item 15: ", output)

    def test_nothing_speaks_to_the_terminal(self):
        """A name could clear the screen, and say that all is in order."""
        path = self.export() / "1-melt-roll/entries.csv"
        whole = path.read_text()
        path.write_text(whole.replace("of\\ntwo", "\x1b[2J\rIn order.\u202e"))
        _code, output = self.verify_folder(path.parent)
        self.assertIn("\\x1b[2J\\rIn order.\\u202e", output)
        self.assertTrue(output.isascii(), output)

    def test_a_line_without_end(self):
        path = self.export() / "1-melt-roll/entries.csv"
        self.patch(verify_ledger, "LONGEST", 5000)
        path.write_text(path.read_text() + "x" * 12000)
        code, output = self.verify_folder(path.parent)
        self.assertEqual(code, 1)
        for line in (14, 15, 16):
            self.assertIn(f"entries.csv, line {line}: cut off", output)
