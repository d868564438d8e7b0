import hashlib
import re

from odoo import api, models
from odoo.tools import consteq

from ..formatting import format_day, format_number
from .asi_coc_document_pdf import PRINTED_STATES

#: What ``secrets.token_urlsafe`` makes of 24 bytes.
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


class AsiCocDocument(models.Model):
    """Tells whoever holds an issued document whether it is genuine (9.5)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"

    @api.model
    def _find_by_token(self, token):
        """Return the issued document with that token (sudo), or none.

        PostgreSQL finds it in an index: the time it takes depends on the first
        bytes in which a guess differs from some token, by nanoseconds of a page
        that takes milliseconds. With 192 random bits, and twenty guesses an hour,
        there is nothing to learn from it.
        """
        # sudo: the token is the visitor's right; only few words are shown
        documents = self.sudo()
        if not isinstance(token, str) or not TOKEN.fullmatch(token):
            return documents.browse()
        return documents.search(
            [
                ("verification_token", "=", token),
                ("direction", "=", "issued"),
                ("state", "in", PRINTED_STATES),
            ],
            limit=1,
        )

    def _get_public_page(self):
        """Return all that a holder of the document is told, as text (9.2a to 9.2i).

        Masses are tonnes. No addresses, persons, lots, orders, records: who holds
        the document has them, and who has found only the address has not.
        """
        self.ensure_one()
        materials = dict(
            self.env["asi.coc.document.line"]
            ._fields["material"]
            ._description_selection(self.env)
        )
        page = {
            "number": self.name,
            "state": self.state,
            "replaced_by": self._get_replacement_number(),
            "date": format_day(self.env, self.date),
            "issuer": self.issuer_name,
            "customer": self.customer_name,
            "lines": [
                {
                    "material": materials.get(line.material, ""),
                    "form": line.form or "",
                    "coc_mass": format_number(self.env, line.coc_mass),
                    "total_mass": format_number(self.env, line.total_mass),
                    "is_dry": line.material == "bauxite",
                }
                for line in self.line_ids
            ],
            "total": self._get_public_total(),
        }
        return self._conceal(page)

    def _get_public_total(self):
        """Sum the lines of one material; different materials never mix."""
        materials = set(self.line_ids.mapped("material"))
        if len(self.line_ids) < 2 or len(materials) > 1:
            return None
        return {
            "coc_mass": format_number(self.env, self.coc_mass),
            "total_mass": format_number(self.env, self.total_mass),
        }

    def _get_replacement_number(self):
        """Return the number of the document that replaces this one, once issued."""
        # sudo: only its number, which the holder of this one may know (9.6)
        replacement = self.sudo().replaced_by_id
        return replacement.name if replacement.state in PRINTED_STATES else ""

    def _compare_pdf(self, file):
        """Tell whether ``file`` (binary, open) is the PDF as it was issued.

        Return ``"same"``, ``"different"``, or ``"unknown"`` while there is no PDF
        yet. The file is read once and not kept.
        """
        self.ensure_one()
        if not self.pdf_sha256:
            return "unknown"
        found = hashlib.file_digest(file, "sha256").hexdigest()
        return "same" if consteq(found, self.pdf_sha256) else "different"
