import hashlib
import re
import subprocess
import sys
import tempfile
import zipfile
from base64 import b64encode
from datetime import date, datetime
from pathlib import Path

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged
from odoo.tools import mute_logger

from ..core.pack_files import write_archive
from ..models.audit_pack_registers import REGISTERS
from .common_audit_pack import PDF, AuditPackCase

MEGABYTE = 1 << 20
#: Models without a register: what shows the same, or is no record of the scope.
WITHOUT_REGISTER = {
    "asi.coc.activity": "data of the standard",
    "asi.coc.adoption.batch": "how an adoption went, technically",
    "asi.coc.adoption.line": "preview of an adoption",
    "asi.coc.audit.pack": "packs themselves",
    "asi.coc.cash.check": "a counter",
    "asi.coc.close.step": "what is to be done before a close",
    "asi.coc.entry": "the ledger, in ledger/",
    "asi.coc.form": "data of the guidance",
    "asi.coc.readiness.evidence": "the index",
    "asi.coc.risk.area": "settings",
    "asi.coc.seal": "the chain, in ledger/",
    "asi.coc.seal.head": "the chain, in ledger/",
    "asi.coc.throttle": "visits of public pages",
    "asi.coc.total": "sums of the ledger",
}


@tagged("post_install", "-at_install")
class TestAuditPack(AuditPackCase):
    """One click makes an archive that needs nothing else to be read and verified."""

    def run_script(self, folder):
        """Verify the ledger as an auditor does: Python alone, an empty environment."""
        done = subprocess.run(
            [sys.executable, "-I", "ledger/verify_ledger.py", "ledger"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=60,
            env={},
        )
        self.assertEqual(done.stderr, "")
        return done.returncode, done.stdout

    def test_whole_pack(self):
        self.live_a_year()
        pack = self.make_pack()
        self.assertEqual(pack.requested_by_id, self.auditor)
        self.assertEqual(pack.progress, 100)
        self.assertEqual(pack.finding_count, 0)
        folder = self.unpack(pack)
        files = self.list_folder(folder)
        self._check_manifest(folder, files)
        self._check_links(folder, files)
        self._check_registers(folder)
        self._check_criteria(folder)
        self._check_ledger(folder, pack)
        for path in (
            "README.txt",
            "records-register.pdf",
            "documents/issued/COC-2025-00001.pdf",
            "documents/issued/COC-2025-00001.json",
            f"evidence/asi.coc.supplementary.statement/{self.statement.id} Policy/"
            "_.._etc_passwd",
            f"evidence/asi.coc.supplementary.statement/{self.statement.id} Policy/"
            "Policy (2).pdf",
            "statements/CoC Statement Melt & Roll 2025.pdf",
            "statements/CoC Statement Melt & Roll 2025.xlsx",
        ):
            self.assertIn(path, files)

    def _check_manifest(self, folder, files):
        lines = (folder / "manifest.sha256").read_text(encoding="utf-8").splitlines()
        told = dict(reversed(line.split("  ", 1)) for line in lines)
        self.assertEqual(sorted([*told, "manifest.sha256"]), files)
        for path, digest in told.items():
            content = (folder / path).read_bytes()
            self.assertEqual(hashlib.sha256(content).hexdigest(), digest, path)

    def _check_links(self, folder, files):
        links = self.get_links(folder)
        anchors = re.findall(r'id="(c[^"]+)"', (folder / "index.html").read_text())
        for link in links:
            if link.startswith("#"):
                self.assertIn(link[1:], anchors)
            else:
                self.assertIn(link, files)
        self.assertEqual(set(files) - set(links), set())
        page = (folder / "index.html").read_text(encoding="utf-8")
        self.assertNotIn("<script", page)
        self.assertNotIn("http://", page)
        self.assertNotIn("https://", page)

    def _check_registers(self, folder):
        told = {
            one["file"]: one["records"] for one in self.read_index(folder)["registers"]
        }
        self.assertEqual(len(told), len(REGISTERS))
        env = self.env(user=self.auditor.id, su=False)
        for register in REGISTERS:
            with self.subTest(register=register.name):
                rows = self.read_register(folder, register.name)
                model = env[register.model].with_context(
                    active_test=False, allowed_company_ids=self.company.ids
                )
                count = model.search_count(register.get_domain(self.scope))
                self.assertEqual(len(rows), count)
                self.assertEqual(told[f"registers/{register.name}.csv"], count)
        document = self.read_register(folder, "documents")[-1]
        self.assertEqual(document["name"], "COC/2025/00001")
        self.assertEqual(document["coc_mass"], "10")
        balance = self.read_register(folder, "balances")
        self.assertIn("80", [row["coc_input"] for row in balance])

    def _check_criteria(self, folder):
        criteria = self.read_index(folder)["criteria"]
        known = self.env["asi.coc.criterion"].search([])
        self.assertEqual([one["code"] for one in criteria], known.mapped("code"))
        self.assertEqual(len(criteria), 85)
        for one in criteria:
            self.assertIn(
                one["state"], ("missing", "attention", "in_order", "not_applicable")
            )
        records = [
            record
            for kind in self.get_criterion(folder, "9.1")["evidence"]
            for record in kind["records"]
            if record["id"] == self.issued.id and kind["model"] == "asi.coc.document"
        ]
        self.assertTrue(records)
        self.assertEqual(records[0]["name"], "COC/2025/00001")
        rows = self.read_register(folder, "documents")
        self.assertEqual(rows[records[0]["row"] - 2]["id"], str(self.issued.id))
        self.assertIn("documents/issued/COC-2025-00001.pdf", records[0]["files"])

    def _check_ledger(self, folder, pack):
        code, output = self.run_script(folder)
        self.assertEqual(code, 0, output)
        self.assertIn(f"head {pack.head}", output)
        entries = folder / "ledger/1-melt-roll/entries.csv"
        text = entries.read_text(encoding="utf-8")
        line = next(line for line in text.splitlines() if '"80"' in line)
        number = line.split('"')[1]
        entries.write_text(
            text.replace(line, line.replace('"80"', '"81"', 1)),
            encoding="utf-8",
            newline="\n",
        )
        code, output = self.run_script(folder)
        self.assertEqual(code, 1)
        self.assertIn(f"item {number}: the entry is not what was sealed", output)

    def test_every_model_is_in_the_pack(self):
        own = {
            model._name
            for model in self.env.registry.values()
            if model._name.startswith("asi.coc.")
            and not model._abstract
            and not model._transient
        }
        told = {register.model for register in REGISTERS}
        self.assertEqual(own - told, set(WITHOUT_REGISTER))
        self.assertEqual(told & set(WITHOUT_REGISTER), set())
        self.assertEqual(len(REGISTERS), len({one.name for one in REGISTERS}))

    # -- tables ---------------------------------------------------------------
    def test_a_table_as_spreadsheets_and_programs_read_it(self):
        self.error = self.env["asi.coc.error"].create(
            {
                "found": "=cmd|' /C calc'!A0",
                "cause": 'Two\nlines, "quoted"',
                "scope_id": self.scope.id,
            }
        )
        folder = self.unpack(self.make_pack())
        raw = (folder / "registers/errors.csv").read_bytes()
        self.assertTrue(raw.startswith(b'\xef\xbb\xbf"id",'))
        self.assertTrue(raw.endswith(b'"\r\n'))
        row = self.read_register(folder, "errors")[0]
        self.assertEqual(row["found"], "'=cmd|' /C calc'!A0")
        self.assertEqual(row["cause"], 'Two\nlines, "quoted"')
        self.assertEqual(row["found_on"], "2025-03-10")
        self.assertEqual(row["scope_id"], "Melt & Roll")

    def test_archived_records_are_there(self):
        place = self._create_location("Old Hall")
        facility = self.add_facility("Old Hall", "casthouse", place)
        facility.active = False
        folder = self.unpack(self.make_pack())
        names = [row["name"] for row in self.read_register(folder, "facilities")]
        self.assertIn("Old Hall", names)

    # -- days -----------------------------------------------------------------
    def test_files_are_of_the_days(self):
        self.live_a_year()
        folder = self.unpack(
            self.make_pack(start=date(2026, 1, 1), end=date(2026, 6, 1))
        )
        self.assertFalse((folder / "documents").exists())
        self.assertFalse((folder / "statements").exists())
        self.assertEqual(len(self.read_register(folder, "documents")), 2)
        self.assertEqual(self.run_script(folder)[0], 0)

    def test_days_since_the_last_audit(self):
        self.live_a_year()
        pack = self.request_pack()
        self.assertEqual(pack.date_start, date(2025, 1, 1))
        self.assertEqual(pack.date_end, date(2026, 1, 1))
        values = {"scope_id": self.scope.id, "audit_type": "surveillance"}
        first, second = self.env["asi.coc.audit"].create(
            [
                {**values, "date_start": "2025-06-02", "date_end": "2025-06-04"},
                {**values, "date_start": "2025-12-02", "date_end": "2025-12-04"},
            ]
        )
        first.sudo().state = "reported"
        action = second.with_user(self.auditor).action_request_audit_pack()
        pack = self.env["asi.coc.audit.pack"].browse(action["res_id"])
        self.assertEqual(pack.audit_id, second)
        self.assertEqual(pack.date_start, date(2025, 6, 5))
        self.assertEqual(pack.date_end, date(2025, 12, 4))
        self.assertEqual(self.request_pack().date_start, date(2025, 6, 5))

    def test_wizard(self):
        wizards = self.env["asi.coc.audit.pack.request"].with_user(self.auditor)
        wizard = wizards.create({"scope_id": self.scope.id})
        self.assertEqual(wizard.date_start, date(2025, 1, 1))
        self.assertEqual(wizard.date_end, date(2025, 3, 10))
        wizard.date_end = "2025-02-28"
        action = wizard.action_request()
        pack = self.env["asi.coc.audit.pack"].browse(action["res_id"])
        self.assertEqual(pack.date_end, date(2025, 2, 28))
        wizard.date_end = "2024-02-28"
        with self.refused(UserError, "Melt & Roll", "February 28, 2024"):
            wizard.action_request()

    # -- files ----------------------------------------------------------------
    def test_a_lost_file_is_told(self):
        self.live_a_year()
        file = self.statement.evidence_ids.filtered(
            lambda one: one.name == "policy.pdf"
        )
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = '00/lost', db_datas = NULL"
            " WHERE id = %s",
            [file.id],
        )
        self.env.invalidate_all()
        with mute_logger("odoo.addons.base.models.ir_attachment"):
            folder = self.unpack(self.make_pack())
        missing = self.read_index(folder)["missing_files"]
        self.assertEqual([one["name"] for one in missing], ["policy.pdf"])
        page = (folder / "index.html").read_text(encoding="utf-8")
        self.assertIn("Policy: policy.pdf", page)

    def test_what_was_attached_goes_along(self):
        self.env["ir.attachment"].create(
            [
                {
                    "name": "scan.pdf",
                    "raw": PDF,
                    "res_model": "asi.coc.certificate",
                    "res_id": self.certificate.id,
                },
                {
                    "name": "ASI",
                    "type": "url",
                    "url": "https://example.com/asi",
                    "res_model": "asi.coc.certificate",
                    "res_id": self.certificate.id,
                },
            ]
        )
        folder = self.unpack(self.make_pack())
        files = self.list_folder(folder / "evidence/asi.coc.certificate")
        self.assertEqual(
            [path.partition("/")[2] for path in files], ["ASI.url.txt", "scan.pdf"]
        )

    def test_a_file_in_a_field_goes_along(self):
        contractor = self.env["asi.coc.contractor"].create(
            {
                "scope_id": self.scope.id,
                "partner_id": self.customer.id,
                "declaration": b64encode(PDF),
                "declaration_name": "signed.pdf",
            }
        )
        folder = self.unpack(self.make_pack())
        own = folder / "evidence/asi.coc.contractor"
        (path,) = self.list_folder(own)
        self.assertEqual(path.partition("/")[2], "signed.pdf")
        self.assertEqual((own / path).read_bytes(), PDF)
        self.assertTrue(path.startswith(f"{contractor.id} "))


class TestArchive(BaseCase):
    def test_the_same_files_make_the_same_archive(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "pack/b").mkdir(parents=True)
            (folder / "pack/b/铝.txt").write_text("x")
            (folder / "pack/a.pdf").write_bytes(PDF)
            moment = datetime(2025, 3, 10, 12)
            contents = set()
            for archive in (folder / "1.zip", folder / "2.zip"):
                self.assertEqual(write_archive(folder / "pack", archive, moment), 3)
                contents.add(archive.read_bytes())
            self.assertEqual(len(contents), 1)
            with zipfile.ZipFile(folder / "1.zip") as archive:
                self.assertEqual(
                    archive.namelist(), ["a.pdf", "b/铝.txt", "manifest.sha256"]
                )
