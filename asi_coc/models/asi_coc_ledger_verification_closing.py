from itertools import zip_longest

from odoo import models

from ..core.verify_ledger import NO_FIGURES, closing_content, compare_figures, digest
from .seal_query import late_entries_query

#: Fields that what is sealed of a closing, or a reopening, names otherwise.
FIELDS = {
    ("closing", "on"): "closed_on",
    ("closing", "by"): "closed_by_id",
    ("closing", "explained_by"): "explained_by_id",
    ("reopening", "on"): "reopened_on",
    ("reopening", "by"): "reopened_by_id",
    ("reopening", "reason"): "reopen_reason",
}


class AsiCocLedgerVerification(models.Model):
    """Holds closings against their seals, the ledger and their periods."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.ledger.verification"

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
        sealed = closing._read_sealed(content)
        if not closing:
            names = [sealed[name] for name in ("period", "version") if name in sealed]
            subject = ", ".join(map(str, names)) or content[:200]
            self._note("closing_missing", seal.number, subject=subject)
            return
        if digest(content) != seal.item_hash or not sealed:
            self._note_closing(
                seal,
                self.env._("Content of the seal"),
                seal.item_hash,
                digest(content),
            )
            return
        present = closing._get_sealed_content(seal.kind, names=sealed)
        for path, expected, found in _differences(sealed, present):
            self._note_closing(
                seal, self._describe_path(path, seal.kind), expected, found
            )
        self._note_records_of_closing(seal)

    def _note_closing(self, seal, field, expected, found):
        closing = seal.closing_id
        self._note(
            "closing_changed",
            seal.number,
            closing_id=closing.id,
            subject=closing.display_name,
            field=field,
            expected=expected,
            found=found,
        )

    def _note_records_of_closing(self, seal):
        """Note that a closing is of another period or user than when it was sealed."""
        closing, model = seal.closing_id, "asi.coc.closing"
        names = ("period_id", *closing._get_sealed_users(seal.kind))
        ids = (seal.refers_to or "", closing._get_sealed_ids(seal.kind))
        pairs = zip_longest(names, *(one.split(",") for one in ids), fillvalue="")
        for name, expected, found in pairs:
            if expected != found:
                self._note_closing(
                    seal,
                    self._describe_path((name,)),
                    *(
                        self._describe_record(model, name, value) if name else value
                        for value in (expected, found)
                    ),
                )
        scope = closing.period_id.scope_id
        if scope != seal.scope_id:
            label = self._get_label("scope", "asi.coc.period")
            self._note_closing(seal, label, seal.scope_id.name, scope.name)

    def _describe_path(self, path, kind=None):
        """Return where in a closing something is, as its user reads it."""
        first, *inner = path
        if first == "figures" and inner:
            code, *names = inner
            activities = self.env["asi.coc.activity"]
            activity = activities.search([("code", "=", code)], limit=1)
            labels = [self._get_label(name, "asi.coc.balance") for name in names]
            return ", ".join((activity.name or code, *labels))
        name = FIELDS.get((kind, first), first)
        return ", ".join((self._get_label(name, "asi.coc.closing"), *inner))

    # -- periods and sums -----------------------------------------------------
    def _check_periods(self):
        """A period is closed while a closing of it is in force, and only then."""
        periods = self.env["asi.coc.period"].search(
            [("scope_id", "=", self.scope_id.id)]
        )
        states = dict(periods._fields["state"]._description_selection(self.env))
        for period in periods:
            closing = period._get_closing()
            if bool(closing) != (period.state == "closed"):
                self._note(
                    "closing_changed",
                    0,
                    closing_id=(closing or period.closing_ids[:1]).id,
                    subject=period.display_name,
                    field=self._get_label("state", "asi.coc.period"),
                    expected=states["closed" if closing else "open"],
                    found=states.get(period.state, period.state),
                )

    def _check_late(self):
        """What is sealed after the closing of its period was not posted before it."""
        self.env.cr.execute(late_entries_query(self.scope_id))
        for row in self.env.cr.dictfetchall():
            self._note_of_entry(row, "after_closing", closing_id=row["closing_id"])

    def _check_figures(self):
        """Closed figures that are plain sums must be those of the ledger (8.4)."""
        closings = self.env["asi.coc.closing"].search(
            [("period_id.scope_id", "=", self.scope_id.id)]
        )
        valid = closings.filtered(lambda one: one.state == "valid")
        masses = valid._get_ledger_masses()
        for closing in valid:
            content = closing._get_sealed_content("closing")
            try:
                found = compare_figures(content, masses.get(closing.period_id.id, {}))
            except NO_FIGURES:
                self._note_figure("closing_changed", closing, ("figures",))
                continue
            for code, name, frozen, summed in found:
                path = ("figures", code, name)
                self._note_figure("figures", closing, path, frozen, summed)
        for closing, code, flow, mass in (closings - valid)._get_not_taken_back():
            path = ("figures", code, flow)
            self._note_figure("figures", closing, path, "0.000000", mass)

    def _note_figure(self, kind, closing, path, expected=None, found=None):
        self._note(
            kind,
            0,
            closing_id=closing.id,
            subject=closing.display_name,
            field=self._describe_path(path),
            expected=expected,
            found=found,
        )


def _differences(expected, found, path=()):
    """Yield path and both values where two JSON objects differ."""
    if not (isinstance(expected, dict) and isinstance(found, dict)):
        if expected != found:
            yield path, _text(expected), _text(found)
        return
    for name in sorted(expected.keys() | found.keys()):
        yield from _differences(expected.get(name), found.get(name), (*path, name))


def _text(value):
    return value if isinstance(value, str) else closing_content(value)
