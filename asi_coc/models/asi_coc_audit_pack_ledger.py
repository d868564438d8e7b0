import hashlib
import shutil

from odoo import models

from ..core import verify_ledger
from ..core.pack_files import iter_blocks, write_archive

#: Bytes of an attachment: what storing and sending an archive needs of memory.
PART = 16 << 20
MEGABYTE = 1 << 20


class AsiCocAuditPack(models.Model):
    """Writes the ledger with its verification, and the archive."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.audit.pack"

    def _write_ledger(self, _key):
        """Write the ledger with its hash chain (8.1)."""
        folder = self._get_folder() / "pack" / "ledger"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        self._as_reader().scope_id.check_access("read")
        heads = self.env["asi.coc.seal"]._export_ledgers(self.scope_id, folder)
        self.head = heads[self.scope_id]

    def _write_verification(self, _key):
        """Verify the ledger as it was written, as the auditor will."""
        own = next(
            path
            for path in (self._get_folder() / "pack" / "ledger").iterdir()
            if path.is_dir()
        )
        findings = verify_ledger.Scope(own).verify()
        self.finding_count = len(findings)
        self._note(
            "ledger",
            folder=f"ledger/{own.name}",
            head=self.head,
            findings=[
                {"number": one.number, "what": one.what}
                for one in findings[: verify_ledger.SHOWN]
            ],
            count=len(findings),
        )

    def _write_archive(self, _key):
        """Pack all files with their manifest, and store the archive in parts."""
        archive = self._get_folder() / "archive.zip"
        file_count = write_archive(
            self._get_folder() / "pack", archive, self.requested_on
        )
        self._get_parts().unlink()
        # sudo: the archive is written by methods only
        attachments = self.env["ir.attachment"].sudo()
        digest = hashlib.sha256()
        for number, block in enumerate(iter_blocks(archive, PART), 1):
            digest.update(block)
            attachments.create(
                {
                    "name": f"{self._get_filename()}.zip.{number:03}",
                    "raw": block,
                    # A type that Odoo does not look into.
                    "mimetype": "application/zip",
                    "res_model": self._name,
                    "res_id": self.id,
                }
            )
            # The content is stored, and need not stay in memory.
            self.env.invalidate_all()
        self.write(
            {
                "file_count": file_count,
                "size": archive.stat().st_size / MEGABYTE,
                "sha256": digest.hexdigest(),
            }
        )
