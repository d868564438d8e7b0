from pathlib import Path

from odoo import api, models
from odoo.tools import file_open

from ..core.verify_ledger import (
    ENTRY_COLUMNS,
    FIELDS,
    SEAL_COLUMNS,
    closing_content,
    format_row,
)
from .asi_coc_seal_sealing import AT_CLOSE, BATCH
from .seal_query import export_query

#: The script that verifies an export without Odoo.
VERIFIER = "verify_ledger.py"
README = """\
Ledger of the ASI Chain of Custody, one folder per CoC Certification Scope:

entries.csv      every ledger entry, by its number on the hash chain
closings.jsonl   every closing of a period, and every reopening, one per line
seals.csv        the hash chain: one seal per entry, closing and reopening
head.txt         number and hash of the last seal

Verify it with Python 3.9 or newer, on any machine, without Odoo:

    python3 -I verify_ledger.py .

It recomputes every hash, the chain, and the closed figures that are sums of entries,
names what does not agree, and ends with exit code 1 if anything does not. To hold
the ledger against a head that was noted down earlier, add --head NUMBER:HASH.

Values are quoted; a line break in a value is written \\n, a backslash \\\\, and what a
spreadsheet would take for a formula, or begins with ', begins with one more '. Masses
are tonnes. Names are those of the time of the posting.
"""


class AsiCocSeal(models.Model):
    """Writes the ledger and its chain to files that verify without Odoo."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.seal"

    @api.model
    def _export_ledgers(self, scopes, folder):
        """Write the ledgers of ``scopes``, and the script that verifies them.

        ``folder`` is a path that exists. Memory is bounded, however many entries.
        Returns ``{scope: head}``, the head as ``number:hash``.
        """
        folder = Path(folder)
        with file_open(f"asi_coc/core/{VERIFIER}") as file:
            (folder / VERIFIER).write_text(file.read(), encoding="utf-8")
        (folder / "README.txt").write_text(README, encoding="utf-8")
        heads = {}
        for position, scope in enumerate(scopes, 1):
            name = self.env["ir.http"]._slugify(scope.name) or "scope"
            own = folder / f"{position}-{name}"
            own.mkdir()
            heads[scope] = self._export_ledger(scope, own)
        return heads

    @api.model
    def _export_ledger(self, scope, folder):
        """Seal what is waiting and write the scope's ledger to a folder's files.

        Returns the head of what was written, as ``number:hash``. The caller has
        checked that the user may read the scope.
        """
        # sudo: the chain is written by the system only
        seals = self.sudo()
        while seals._seal(scope, AT_CLOSE):
            pass
        head = seals.search([("scope_id", "=", scope.id)], limit=1)
        folder = Path(folder)
        names = ("entries.csv", "seals.csv", "closings.jsonl")
        files = [
            open(folder / name, "w", encoding="utf-8", newline="\n") for name in names
        ]
        try:
            seals._write_ledger(scope, *files)
        finally:
            for file in files:
                file.close()
        told = f"{head.number}:{head.hash or '0' * 64}"
        (folder / "head.txt").write_text(f"{told}\n", encoding="utf-8", newline="\n")
        return told

    def _write_ledger(self, scope, entries, chain, closings):
        entries.write(format_row(ENTRY_COLUMNS) + "\n")
        chain.write(format_row(SEAL_COLUMNS) + "\n")
        after = 0
        while True:
            self.env.cr.execute(export_query(scope, after, BATCH))
            rows = self.env.cr.dictfetchall()
            for row in rows:
                row["number"] = str(row["number"])
                chain.write(format_row(row[name] for name in SEAL_COLUMNS) + "\n")
                if row["entry_content"] is not None:
                    lines = row["entry_content"].split("\n")[1:]
                    # An entry whose names are spoiled is written as far as it goes.
                    lines += [""] * (len(FIELDS) - len(lines))
                    entries.write(format_row((row["number"], *lines)) + "\n")
                elif row["closing_id"]:
                    closings.write(self._format_closing(row) + "\n")
            if len(rows) < BATCH:
                return
            after = int(rows[-1]["number"])

    def _format_closing(self, row):
        """Return the line of a closing: as it is now, with the names as sealed."""
        closing = self.env["asi.coc.closing"].browse(row["closing_id"])
        content = closing._get_present_content(row["kind"], row["content"])
        return closing_content({"number": int(row["number"]), "content": content})
