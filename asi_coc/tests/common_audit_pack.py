"""Audit packs that are made by their job, and unpacked."""

import csv
import hashlib
import io
import json
import tempfile
import zipfile
from pathlib import Path
from urllib.parse import unquote

from lxml import html

from odoo import Command
from odoo.tests import HttpCase

from .common import UserCase
from .common_seal import SealMixin

PDF = b"%PDF-1.7 evidence"


class AuditPackCase(SealMixin, UserCase, HttpCase):
    """A year with a document received and one issued, and a closed period."""

    def live_a_year(self):
        self.receipt = self.receive(self.slab, 100, claimed=80)
        self.delivery = self.deliver(self.slab, 30, designated=10)
        self.issued = self.delivery.coc_document_ids
        self.received = self.receipt.coc_received_document_id
        self.statement = self.env["asi.coc.supplementary.statement"].create(
            {
                "name": "Policy",
                "text": "We have one.",
                "scope_id": self.scope.id,
                "evidence_ids": [
                    Command.create({"name": name, "raw": PDF + name.encode()})
                    for name in ("../../etc/passwd", "policy.pdf", "Policy.pdf")
                ],
            }
        )
        self.error = self.env["asi.coc.error"].create(
            {"found": "=cmd|' /C calc'!A0", "scope_id": self.scope.id}
        )
        self.close(self.period)

    def request_pack(self, user=None, **days):
        """Press *Audit Pack* on the scope as ``user``; return the pack."""
        scope = self.scope.with_user(user or self.auditor)
        if days:
            packs = scope.env["asi.coc.audit.pack"]
            return packs._request(scope, days["start"], days["end"])
        action = scope.action_request_audit_pack()
        return scope.env[action["res_model"]].browse(action["res_id"])

    def make_pack(self, user=None, **days):
        """Ask for a pack and let the job make it."""
        pack = self.request_pack(user, **days)
        self.run_job("cron_make_audit_pack")
        self.assertEqual(pack.state, "done", pack.reason)
        return pack

    def unpack(self, pack):
        """Return the folder that the archive is unpacked to."""
        content = b"".join(part.raw for part in pack._get_parts())
        self.assertEqual(hashlib.sha256(content).hexdigest(), pack.sha256)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            self.assertIsNone(archive.testzip())
            names = archive.namelist()
            archive.extractall(folder.name)
        self.assertEqual(len(names), pack.file_count)
        self.assertEqual(len(names), len({name.casefold() for name in names}))
        # Nothing was renamed to keep it in the folder.
        for name in names:
            self.assertTrue((Path(folder.name) / name).is_file(), name)
        return Path(folder.name)

    # -- reading --------------------------------------------------------------
    def list_folder(self, folder):
        paths = (path for path in folder.rglob("*") if path.is_file())
        return sorted(path.relative_to(folder).as_posix() for path in paths)

    def read_index(self, folder):
        return json.loads((folder / "index.json").read_text(encoding="utf-8"))

    def read_register(self, folder, name):
        """Return the rows of a register as dicts, by the fields' technical names."""
        path = folder / "registers" / f"{name}.csv"
        with open(path, encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file, strict=True)
        names = [label.rpartition(" [")[2].rstrip("]") for label in header]
        return [dict(zip(names, row, strict=True)) for row in rows]

    def get_links(self, folder):
        """Return what the page links to."""
        page = html.parse(str(folder / "index.html"))
        return [unquote(link) for link in page.xpath("//a/@href")]

    def get_criterion(self, folder, code):
        criteria = self.read_index(folder)["criteria"]
        return next(one for one in criteria if one["code"] == code)
