import shutil
from pathlib import Path

from odoo import models


class IrAttachment(models.Model):
    """Writes files to audit packs."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "ir.attachment"

    def _coc_write_to(self, path):
        """Write the content to ``path``, by blocks where it is a file already.

        Returns False, and writes nothing, where the content is lost.
        """
        self.ensure_one()
        if self.type == "url":
            path.write_text(f"{self.url or ''}\n", encoding="utf-8")
            return True
        stored = self.store_fname and Path(self._full_path(self.store_fname))
        if stored and stored.is_file():
            shutil.copyfile(stored, path)
            return True
        content = self.raw or b""
        self.invalidate_recordset(["raw", "db_datas", "datas"], flush=False)
        if self.file_size and not content:
            return False
        path.write_bytes(content)
        return True

    def _coc_get_file_name(self):
        """Return the name the content has outside Odoo."""
        return f"{self.name}.url.txt" if self.type == "url" else self.name
