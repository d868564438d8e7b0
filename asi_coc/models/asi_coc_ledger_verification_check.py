from odoo import fields, models
from odoo.tools import SQL

from ..core.quantity import to_mass
from ..core.verify_ledger import (
    FIELDS,
    NO_FIGURES,
    START,
    closing_content,
    compare_figures,
    digest,
)
from .asi_coc_ledger_verification_finding import REMARK
from .content_query import RELATIONS
from .seal_query import (
    bounds_query,
    broken_chain_query,
    changed_entries_query,
    unsealed_query,
)

#: Seals verified in one statement, and by the job in one transaction.
BATCH = 20000
#: Findings kept on file of one verification; all are counted.
KEPT = 500


class AsiCocLedgerVerification(models.Model):
    """Recomputes hashes, chain and sums, and says where they do not agree."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.ledger.verification"

    def _process_batch(self):
        """Verify the next seals, and at the end the rest.

        Returns how many seals were verified, 0 once the verification is done.
        """
        self.ensure_one()
        self.env.flush_all()
        limit = min(BATCH, self.target_number - self.number)
        if not limit:
            self._finish()
            return 0
        self.env.cr.execute(bounds_query(self.scope_id, self.number, limit))
        until, last_hash, count = self.env.cr.fetchone() or (0, START, 0)
        # Seals beyond the target are there when some before it are not.
        if count and until <= self.target_number:
            self._check_seals(until)
        else:
            self._check_seals(self.target_number)
            until = self.target_number
            self._note_missing_end()
        self.write({"number": until, "last_hash": last_hash})
        return max(count, 1)

    def _check_seals(self, until):
        self._check_chain(until)
        self._check_entries(until)
        self._check_closings(until)

    def _note_missing_end(self):
        seals = self.env["asi.coc.seal"].search(
            [
                ("scope_id", "=", self.scope_id.id),
                ("number", "<=", self.target_number),
            ],
            limit=1,
        )
        if seals.number < self.target_number:
            self._note(
                "missing",
                seals.number + 1,
                subject=self._describe_range(seals.number + 1, self.target_number),
            )

    def _check_chain(self, until):
        self.env.cr.execute(
            broken_chain_query(
                self.scope_id, self.number, self.last_hash or START, until
            )
        )
        for number, previous, found, expected in self.env.cr.fetchall():
            if number != previous + 1:
                self._note(
                    "missing",
                    previous + 1,
                    subject=self._describe_range(previous + 1, number - 1),
                )
            else:
                self._note("chain", number, expected=expected, found=found)

    def _describe_range(self, first, last):
        if first == last:
            return str(first)
        return self.env._("%(first)s to %(last)s", first=first, last=last)

    # -- entries ----------------------------------------------------------------
    def _check_entries(self, until):
        self.env.cr.execute(changed_entries_query(self.scope_id, self.number, until))
        for row in self.env.cr.dictfetchall():
            self._note_entry(row)

    def _check_unsealed(self):
        head = self._get_head()
        self.env.cr.execute(unsealed_query(self.scope_id, head.sealed_id, KEPT))
        for row in self.env.cr.dictfetchall():
            if row["is_overdue"]:
                self._note_of_entry(row, "not_sealed")
            else:
                self._note_entry(row | {"number": 0})
        self.env.cr.execute(
            SQL(
                """
                SELECT count(*) FROM asi_coc_entry entry
                 WHERE scope_id = %s
                   AND NOT EXISTS (
                       SELECT FROM asi_coc_seal seal WHERE seal.entry_id = entry.id)
                """,
                self.scope_id.id,
            )
        )
        self.unsealed_count = self.env.cr.fetchone()[0]

    def _note_entry(self, row):
        """Note what of an entry is not as it was posted, field by field."""
        if row.get("is_missing"):
            self._note_of_entry(row, "entry_missing", entry_id=False)
            return
        before = self.finding_count
        if row["is_kept"]:
            self._note_fields(row)
        else:
            self._note_of_entry(
                row,
                "entry_hash",
                expected=row.get("item_hash") or row["content_hash"],
                found=digest(row["expected"] or ""),
            )
        if "refers_to" in row:
            self._note_records(row)
        if self.finding_count > before:
            return
        if row["fits"]:
            # All agrees, save for the column with the hash itself.
            self._note_of_entry(
                row,
                "entry_hash",
                field=self.env["asi.coc.entry"]._fields["content_hash"].string,
                expected=row.get("item_hash"),
                found=row["content_hash"],
            )
        else:
            self._note_of_entry(row, REMARK, found=row["content_hash"])

    def _note_fields(self, row):
        lines = row["expected"].split("\n")[1:], row["found"].split("\n")[1:]
        for name, expected, found in zip(FIELDS, *lines, strict=False):
            if expected != found:
                self._note_of_entry(
                    row,
                    "entry_changed",
                    field=self._get_label(name),
                    expected=expected,
                    found=found,
                )

    def _note_records(self, row):
        """Note that an entry refers to other records than when it was sealed."""
        ids = (row["refers_to"] or "").split(","), row["found_ids"].split(",")
        pairs = list(zip(RELATIONS, *ids, strict=False))
        pairs.append(
            ("partner_id", row["partner_id"] or 0, row["found_partner_id"] or 0)
        )
        for name, expected, found in pairs:
            if str(expected) != str(found):
                self._note_of_entry(
                    row,
                    "entry_changed",
                    field=self._get_label(name.removesuffix("_id")),
                    expected=self._describe_record(name, expected),
                    found=self._describe_record(name, found),
                )

    def _describe_record(self, name, value):
        field = self.env["asi.coc.entry"]._fields[name]
        ids = [int(value)] if str(value).isdecimal() else []
        record = self.env[field.comodel_name].browse(ids).exists()
        return f"{record.display_name or '–'} ({value})"

    def _get_label(self, name):
        entries = self.env["asi.coc.entry"]
        field = entries._fields.get(name) or entries._fields.get(f"{name}_id")
        return field._description_string(self.env) if field else name

    def _note_of_entry(self, row, kind, **values):
        told = dict(zip(FIELDS, (row["expected"] or "").split("\n")[1:], strict=False))
        names = ("date", "flow", "status", "mass", "product", "lot", "reference")
        subject = ", ".join(told[name] for name in names if told.get(name))
        self._note(
            kind,
            row.get("number", 0),
            **{
                "entry_id": row["entry_id"],
                "subject": subject or str(row["entry_id"] or "–"),
                **values,
            },
        )

    # -- closings -----------------------------------------------------------------
    def _check_closings(self, until):
        seals = self.env["asi.coc.seal"].search(
            [
                ("scope_id", "=", self.scope_id.id),
                ("kind", "!=", "entry"),
                ("number", ">", self.number),
                ("number", "<=", until),
            ],
            order="number",
        )
        for seal in seals:
            self._check_closing(seal)

    def _check_closing(self, seal):
        closing = seal.closing_id.exists()
        content = seal.content or ""
        if not closing:
            self._note("closing_missing", seal.number, subject=content[:200])
            return
        about = {"closing_id": closing.id, "subject": closing.display_name}
        sealed = closing._read_sealed(content)
        if digest(content) != seal.item_hash or not sealed:
            self._note(
                "closing_changed",
                seal.number,
                field=self.env._("Content of the seal"),
                expected=seal.item_hash,
                found=digest(content),
                **about,
            )
            return
        present = closing._get_sealed_content(seal.kind, names=sealed)
        present["records"] = closing._get_sealed_ids(seal.kind)
        sealed["records"] = seal.refers_to
        for name, expected, found in _differences(sealed, present):
            self._note(
                "closing_changed",
                seal.number,
                field=name,
                expected=expected,
                found=found,
                **about,
            )

    def _check_figures(self):
        """Closed figures that are plain sums must be those of the ledger (8.4)."""
        closings = self.env["asi.coc.closing"].search(
            [("period_id.scope_id", "=", self.scope_id.id), ("state", "=", "valid")]
        )
        masses = closings._get_ledger_masses()
        for closing in closings:
            about = {"closing_id": closing.id, "subject": closing.display_name}
            content = closing._get_sealed_content("closing")
            try:
                found = compare_figures(content, masses.get(closing.period_id.id, {}))
            except NO_FIGURES:
                self._note("closing_changed", 0, field="figures", **about)
                continue
            for code, name, frozen, summed in found:
                self._note(
                    "figures",
                    0,
                    field=f"{code}, {name}",
                    expected=frozen,
                    found=summed,
                    **about,
                )

    # -- the rest -------------------------------------------------------------------
    def _check_totals(self):
        periods = self.env["asi.coc.period"].search(
            [("scope_id", "=", self.scope_id.id)]
        )
        for row in self.env["asi.coc.total"]._find_differences(periods):
            activity = self.env["asi.coc.activity"].browse(row["activity_id"])
            period = self.env["asi.coc.period"].browse(row["period_id"])
            product = self.env["product.product"].browse(row["product_id"] or ())
            names = (period.name, activity.name, row["flow"], product.display_name)
            self._note(
                "total",
                0,
                subject=", ".join(name for name in names if name),
                expected=str(to_mass(row["ledger"])),
                found=str(to_mass(row["total"])),
            )

    def _check_heads(self):
        """The chain must reach its head, and still hold what was verified before."""
        head = self._get_head()
        last = self.env["asi.coc.seal"].search(
            [("scope_id", "=", self.scope_id.id)], limit=1
        )
        if head and (last.number, last.hash or START) != (head.number, head.hash):
            self._note(
                "head",
                head.number,
                expected=f"{head.number}:{head.hash}",
                found=f"{last.number}:{last.hash or START}",
            )
        self.env.cr.execute(
            SQL(
                """
                SELECT earlier.target_number, earlier.head_hash, seal.hash
                  FROM asi_coc_ledger_verification earlier
             LEFT JOIN asi_coc_seal seal
                    ON seal.scope_id = earlier.scope_id
                   AND seal.number = earlier.target_number
                 WHERE earlier.scope_id = %s AND earlier.state = 'in_order'
                   AND earlier.target_number > 0
                   AND earlier.head_hash IS DISTINCT FROM seal.hash
              ORDER BY earlier.target_number
                 LIMIT %s
                """,
                self.scope_id.id,
                KEPT,
            )
        )
        for number, expected, found in self.env.cr.fetchall():
            self._note("head", number, expected=expected, found=found)

    def _get_head(self):
        return self.env["asi.coc.seal.head"].search(
            [("scope_id", "=", self.scope_id.id)]
        )

    def _finish(self):
        self._check_unsealed()
        self._check_figures()
        self._check_totals()
        self._check_heads()
        last = self.env["asi.coc.seal"].search(
            [("scope_id", "=", self.scope_id.id), ("number", "=", self.target_number)]
        )
        self.write(
            {
                "state": "findings" if self.finding_count else "in_order",
                "finished_on": fields.Datetime.now(),
                "head_hash": last.hash,
            }
        )
        self.scope_id._tell_of_verification(self)

    def _note(self, kind, number, **values):
        count = "remark_count" if kind == REMARK else "finding_count"
        self[count] += 1
        if self[count] <= KEPT:
            self.env["asi.coc.ledger.verification.finding"].create(
                {
                    "verification_id": self.id,
                    "kind": kind,
                    "number": number,
                    **values,
                }
            )


def _differences(expected, found, path=""):
    """Yield path and both values where two JSON objects differ."""
    if not (isinstance(expected, dict) and isinstance(found, dict)):
        if expected != found:
            yield path, _text(expected), _text(found)
        return
    for name in sorted(expected.keys() | found.keys()):
        inner = f"{path}, {name}" if path else name
        yield from _differences(expected.get(name), found.get(name), inner)


def _text(value):
    return value if isinstance(value, str) else closing_content(value)
