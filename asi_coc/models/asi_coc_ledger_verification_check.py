import logging
from decimal import Decimal

from odoo import fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..core.quantity import to_mass
from ..core.verify_ledger import FIELDS, START, digest
from .asi_coc_ledger_verification_finding import REMARK
from .content_query import RELATIONS
from .seal_query import (
    bounds_query,
    broken_chain_query,
    changed_entries_query,
    is_sealed,
    unsealed_query,
)

_logger = logging.getLogger(__name__)
#: Seals verified in one statement, and by the job in one transaction.
BATCH = 20000
#: Findings kept on file of one verification; all are counted.
KEPT = 500
#: Digits of a database id.
ID_DIGITS = 10


class AsiCocLedgerVerification(models.Model):
    """Recomputes hashes, chain and sums, and says where they do not agree."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.ledger.verification"

    def _process_safely(self):
        """Verify the next seals as :meth:`_process_batch`; what ends it is a finding.

        Else nonsense in the database would keep the job from telling of anything.
        """
        try:
            with self.env.cr.savepoint():
                return self._process_batch()
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        # Whatever it is: who had it verified, and the representatives, are told.
        except Exception as error:  # pylint: disable=broad-exception-caught
            _logger.exception("Verification %s after item %s", self.id, self.number)
            self._break_off(error)
            return 0

    def _break_off(self, error):
        is_left = self.number < self.target_number
        self._note(
            "unverified",
            0,
            subject=self._describe_range(self.number + 1, self.target_number)
            if is_left
            else self.env._("Closed figures, running totals and the chain's end"),
            found=f"{type(error).__name__}: {error}"[:500],
        )
        self.write({"state": "findings", "finished_on": fields.Datetime.now()})
        self.scope_id._tell_of_verification(self)

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
        for number, previous, found, expected, entry_id in self.env.cr.fetchall():
            if number != previous + 1:
                self._note(
                    "missing",
                    previous + 1,
                    subject=self._describe_range(previous + 1, number - 1),
                )
            else:
                # Either of the two may be the one that was changed.
                self._note(
                    "chain",
                    number,
                    subject=self._describe_range(previous, number),
                    entry_id=self._find_entry(entry_id),
                    expected=expected,
                    found=found,
                )

    def _find_entry(self, entry_id):
        """Return the id of an entry, if it is there."""
        return self.env["asi.coc.entry"].browse(entry_id or ()).exists().id

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
                   AND NOT %s
                """,
                self.scope_id.id,
                is_sealed(),
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
                    expected=self._describe_record("asi.coc.entry", name, expected),
                    found=self._describe_record("asi.coc.entry", name, found),
                )

    def _describe_record(self, model, name, value):
        """Return what the field ``name`` of ``model`` refers to with an id."""
        text = str(value)
        ids = [int(text)] if text.isdecimal() and len(text) <= ID_DIGITS else []
        field = self.env[model]._fields[name]
        record = self.env[field.comodel_name].browse(ids).exists()
        return f"{record.display_name or '–'} ({text[:50]})"

    def _get_label(self, name, model="asi.coc.entry"):
        own = self.env[model]._fields
        field = own.get(name) or own.get(f"{name}_id")
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
                expected=_tell_mass(row["ledger"]),
                found=_tell_mass(row["total"]),
            )

    def _check_heads(self):
        """The chain must reach its head, and still hold what was verified before."""
        head = self._get_head()
        seals = self.env["asi.coc.seal"]
        of_scope = [("scope_id", "=", self.scope_id.id)]
        last = seals.search(of_scope, limit=1)
        if (head.number, head.hash or START) != (last.number, last.hash or START):
            self._note(
                "head",
                head.number or last.number,
                expected=f"{head.number}:{head.hash}" if head else "–",
                found=f"{last.number}:{last.hash or START}",
            )
        # The chain begins with 1: what is before it is on none.
        for seal in seals.search([*of_scope, ("number", "<", 1)], limit=KEPT):
            entry_id = self._find_entry(seal.entry_id.id)
            self._note("chain", seal.number, entry_id=entry_id, found=seal.hash)
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
        self._check_periods()
        self._check_late()
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


def _tell_mass(value):
    mass = Decimal(str(value or 0))
    return str(to_mass(mass) if mass.is_finite() else mass)
