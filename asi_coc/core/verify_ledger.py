#!/usr/bin/env python3
"""Verify an exported CoC ledger with nothing but Python 3.9 or newer.

    python3 -I verify_ledger.py FOLDER [--head NUMBER:HASH]

FOLDER is ``ledger`` of an audit pack, with one folder per CoC Certification Scope.
Every entry and every closing of a period is an item of its scope's chain: item n is
sealed with a hash of its content and of the seal before it. Changing, leaving out,
adding or moving one of them breaks the chain there, and this says where. ``--head``
is the number and hash that an earlier verification ended with: they must still be
on the chain. Exit code 0: all is in order. 1: something was found. 2: nothing was
there to verify.

The add-on itself uses the same definitions; this file needs nothing of it.
"""

# Its findings are for whoever runs it.
# pylint: disable=print-used

import argparse
import csv
import hashlib
import json
import re
import sys
from collections import namedtuple
from decimal import Decimal
from pathlib import Path

#: Version of content and chain; it leads every hashed text.
VERSION = "2"
#: What the first seal follows.
START = "0" * 64
#: What the hash of an entry is of, in this order.
FIELDS = (
    "scope",
    "entity",
    "period",
    "date",
    "late",
    "flow",
    "status",
    "reason",
    "activity",
    "counterpart_activity",
    "facility",
    "material",
    "scrap_kind",
    "form",
    "product_code",
    "product",
    "lot",
    "mass",
    "mass_basis",
    "unit_mass",
    "quantity",
    "unit",
    "value",
    "reference",
    "partner",
    "document",
    "contractor",
    "closed_loop",
    "closing",
    "corrects",
    "posted_hash",
)
ENTRY_COLUMNS = ("number", *FIELDS)
SEAL_COLUMNS = ("number", "kind", "version", "sealed_on", "item_hash", "hash")
#: Figures of a closing that an entry of the same flow says too.
CARRIED = tuple(
    [f"positive_balance_{what}" for what in ("brought", "used", "expired", "carried")]
    + ["overdraw_brought", "overdraw"]
)
GRAM = Decimal("0.000001")
NUMBER = re.compile("[1-9][0-9]{0,17}")
MASS = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,18})?")
#: What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
#: Findings printed per scope; all are counted.
SHOWN = 100
#: Bytes of a line that are read at once; none is as long.
LONGEST = 1 << 24
#: What figures raise that are none, or say no mass.
NO_FIGURES = (ArithmeticError, AttributeError, KeyError, TypeError, ValueError)
RESAVED = (
    "a file that was saved again by another program is not as it was exported: "
    "take it from the pack once more"
)

Finding = namedtuple("Finding", "number what")


# -- definitions --------------------------------------------------------------
def digest(text):
    """Return the SHA-256 of a text, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def escape(value):
    r"""Return a value on one line, as it is hashed and exported.

    >>> print(escape("two\nlines and a \\"))
    two\nlines and a \\
    """
    return value.replace("\\", "\\\\").replace("\n", "\\n")


def entry_content(values):
    r"""Return what is hashed of an entry: the version and each value, line by line.

    ``values`` are texts in the order of ``FIELDS``, escaped. Masses have no needless
    zeros: 10 t are "10".

    >>> entry_content(["Melt & Roll", "10.5"])
    '2\nMelt & Roll\n10.5'
    """
    return "\n".join((VERSION, *values))


def closing_content(closing):
    """Return what is hashed of a closing or reopening: its JSON in one form only.

    >>> closing_content({"version": 1, "figures": {"casthouse": {"overdraw": "0"}}})
    '{"figures": {"casthouse": {"overdraw": "0"}}, "version": 1}'
    """
    return json.dumps(closing, ensure_ascii=False, sort_keys=True)


def seal_hash(number, previous, kind, sealed_on, item_hash):
    """Return the hash of a seal: it holds the one before it, and its item's.

    >>> first = seal_hash(1, START, "entry", "2025-03-10 12:00:00", "aa")
    >>> first == digest("2|1|" + START + "|entry|2025-03-10 12:00:00|aa")
    True
    """
    parts = (VERSION, str(number), previous, kind, sealed_on, item_hash)
    return digest("|".join(parts))


def format_row(values):
    """Return a line of an exported table; all values are quoted.

    >>> print(format_row(["12", '8" slab', "=1+2", "-5.5"]))
    "12","8"" slab","'=1+2","-5.5"
    """
    quoted = (guard(value).replace('"', '""') for value in values)
    return '"' + '","'.join(quoted) + '"'


def guard(value):
    """Return a value that no spreadsheet takes for a formula; figures stay.

    >>> [guard(value) for value in ("@SUM", "'quoted'", "-10")]
    ["'@SUM", "''quoted'", '-10']
    """
    is_text = value.startswith(("'", *FORMULA)) and not MASS.fullmatch(value)
    return f"'{value}" if is_text else value


def unguard(value):
    """Return the value that was guarded.

    >>> [unguard(guard(value)) for value in ("@SUM", "'quoted'", "-10", "'")]
    ['@SUM', "'quoted'", '-10', "'"]
    """
    return value[1:] if value.startswith("'") else value


def compare_figures(closing, masses):
    """Return where closed figures are not what the ledger's entries add up to.

    ``closing`` has ``figures`` and ``materials`` (what each activity takes in and
    puts out), ``masses`` maps activity, flow, material and status to tonnes. Returns
    tuples of activity, figure, mass as closed, mass of the entries.

    >>> closing = {
    ...     "figures": {"casthouse": {"coc_input": "80", "coc_output": "50.000000"}},
    ...     "materials": {"casthouse": ["aluminium", "aluminium"]},
    ... }
    >>> masses = {
    ...     ("casthouse", "input", "aluminium", "coc"): Decimal(80),
    ...     ("casthouse", "output", "aluminium", "coc"): Decimal(49),
    ... }
    >>> compare_figures(closing, masses)
    [('casthouse', 'coc_output', '50.000000', '49.000000')]
    """
    different = []
    for code, figures in sorted(closing["figures"].items()):
        sums = sum_figures(code, *closing["materials"][code], masses)
        for name in sorted(sums.keys() & figures.keys()):
            closed = Decimal(figures[name]).quantize(GRAM)
            if closed != sums[name]:
                different.append((code, name, str(closed), str(sums[name])))
    return different


def sum_figures(activity, taken_in, put_out, masses):
    """Return the figures of an activity that are plain sums of entries (tonnes)."""
    sums = dict.fromkeys(
        ("coc_input", "coc_output", "scrap_outflow", "eligible_scrap_output"),
        Decimal(0),
    )
    sums.update(dict.fromkeys(CARRIED, Decimal(0)))
    for (code, flow, material, status), mass in masses.items():
        if code != activity or status == "unclassified":
            continue
        if flow in CARRIED:
            sums[flow] += mass
        elif flow == "input" and material == taken_in and status == "coc":
            sums["coc_input"] += mass
        elif flow == "output" and material == put_out:
            sums["coc_output"] += mass if status == "coc" else 0
        elif flow == "output" and material == "scrap":
            sums["scrap_outflow"] += mass
            sums["eligible_scrap_output"] += mass if status == "coc" else 0
    return {name: mass.quantize(GRAM) for name, mass in sums.items()}


def tell(row):
    """Return what an exported entry is, in short."""
    names = ("date", "flow", "status", "mass", "product", "lot", "reference")
    return ", ".join(row[name] for name in names if row[name])


# -- reading --------------------------------------------------------------------
class Scope:
    """The exported ledger of one scope, read row by row and verified."""

    def __init__(self, folder, heads=()):
        self.folder = folder
        self.findings = []
        self.count = 0
        self.head = (0, START)
        #: Those of ``heads``, number and hash, that are on the chain.
        self.known = set()
        self._heads = heads
        self._masses = {}

    def report(self, number, what):
        self.findings.append(Finding(number, what))

    def _lines(self, name):
        """Yield number and text of each line of a file; report what is none."""
        path = self.folder / name
        if not path.is_file():
            self.report(None, f"{name} is missing")
            return
        with open(path, "rb") as file:
            for at, line in enumerate(iter(lambda: file.readline(LONGEST), b""), 1):
                try:
                    text = line.decode()
                except UnicodeDecodeError:
                    self.report(None, f"{name}, line {at}: not UTF-8")
                    continue
                if text.endswith("\n"):
                    yield at, text[:-1]
                else:
                    self.report(None, f"{name}, line {at}: cut off")

    def _rows(self, name, columns):
        """Yield the rows of a table whose numbers go up."""
        last = 0
        lines = self._lines(name)
        if next(lines, (0, ""))[1] != format_row(columns):
            self.report(None, f"{name}, line 1: not the columns it was exported with")
        for at, line in lines:
            row = self._parse(line, columns)
            if not row:
                self.report(None, f"{name}, line {at}: not as it was exported")
            elif int(row["number"]) <= last:
                self.report(int(row["number"]), f"{name}, line {at}: out of order")
            else:
                last = int(row["number"])
                yield last, row

    @staticmethod
    def _parse(line, columns):
        try:
            values = [unguard(one) for one in next(csv.reader([line], strict=True), [])]
        except csv.Error:
            return None
        if len(values) != len(columns) or format_row(values) != line:
            return None
        # No zip(strict=…): Python 3.9 does not know it.
        row = {name: values[at] for at, name in enumerate(columns)}
        return row if NUMBER.fullmatch(row["number"]) else None

    def _closings(self):
        """Return ``{number: closing or reopening}``."""
        closings = {}
        for at, line in self._lines("closings.jsonl"):
            try:
                given = json.loads(line)
                number, closing = given["number"], given["content"]
                good = isinstance(number, int) and closing_content(given) == line
            except (ValueError, TypeError, KeyError, RecursionError):
                good = False
            if good and number not in closings:
                closings[number] = closing
            else:
                self.report(None, f"closings.jsonl, line {at}: not as it was exported")
        return closings

    # -- verifying --------------------------------------------------------------
    def verify(self):
        """Recompute all hashes and sums; return what was found, in order."""
        closings = self._closings()
        #: Number, closing, and entries sealed after it, of each closed period.
        closed = {}
        entries = self._rows("entries.csv", ENTRY_COLUMNS)
        entry = next(entries, None)
        for number, seal in self._rows("seals.csv", SEAL_COLUMNS):
            self._verify_seal(number, seal)
            while entry and entry[0] < number:
                self.report(entry[0], "entry without its seal")
                entry = next(entries, None)
            if seal["kind"] != "entry":
                self._verify_closing(number, seal, closings.pop(number, None), closed)
            elif entry and entry[0] == number:
                self._verify_entry(number, seal, entry[1])
                self._note_late(number, entry[1], closed)
                entry = next(entries, None)
            else:
                self.report(number, "the entry is missing")
        while entry:
            self.report(entry[0], "entry without its seal")
            entry = next(entries, None)
        for number in closings:
            self.report(number, "closing without its seal")
        self._verify_closed(closed)
        self._verify_head()
        return self.findings

    def _verify_seal(self, number, seal):
        last, previous = self.head
        self.head = (number, seal["hash"])
        self.known.update({f"{number}:{seal['hash']}"}.intersection(self._heads))
        self.count += 1
        if number != last + 1:
            missing = f"{last + 1} to {number - 1}" if number > last + 2 else last + 1
            self.report(last + 1, f"missing on the chain: {missing}")
        elif seal["version"] != VERSION:
            self.report(number, f"unknown version {seal['version']}")
        elif seal["hash"] != seal_hash(
            number, previous, seal["kind"], seal["sealed_on"], seal["item_hash"]
        ):
            self.report(number, "the seal does not follow the one before it")

    def _verify_entry(self, number, seal, row):
        values = [row[name] for name in FIELDS]
        if digest(entry_content(values)) != seal["item_hash"]:
            self.report(number, f"the entry is not what was sealed: {tell(row)}")
        if MASS.fullmatch(row["mass"]):
            masses = self._masses.setdefault(row["period"], {})
            key = (row["activity"], row["flow"], row["material"], row["status"])
            masses[key] = masses.get(key, 0) + Decimal(row["mass"])

    def _note_late(self, number, row, closed):
        """Keep an entry of a closed period, until it is reopened."""
        late = closed[row["period"]][2] if row["period"] in closed else None
        if late is not None and len(late) < SHOWN:
            late.append((number, tell(row)))

    def _verify_closing(self, number, seal, closing, closed):
        if closing is None:
            self.report(number, f"the {seal['kind']} is missing")
            return
        told = closing if isinstance(closing, dict) else {}
        period = str(told.get("period"))
        if digest(closing_content(closing)) != seal["item_hash"]:
            about = f"{period}, version {told.get('version')}"
            self.report(number, f"the {seal['kind']} is not what was sealed: {about}")
        if seal["kind"] == "closing":
            closed[period] = (number, closing, [])
        else:
            # Open again: its figures are those of the time.
            closed.pop(period, None)

    def _verify_closed(self, closed):
        for period, (number, closing, late) in closed.items():
            for at, told in late:
                self.report(
                    at, f"the entry was sealed after {period} was closed: {told}"
                )
            try:
                different = compare_figures(closing, self._masses.get(period, {}))
            except NO_FIGURES:
                self.report(number, f"{period}: its closed figures cannot be read")
                continue
            for code, name, given, summed in different:
                self.report(
                    number,
                    f"{period}, {code}, {name}: {given} t as closed, "
                    f"{summed} t by the entries",
                )

    def _verify_head(self):
        told = [text for _at, text in self._lines("head.txt")]
        if told != [f"{self.head[0]}:{self.head[1]}"]:
            self.report(self.head[0], "the chain does not end where head.txt says")


# -- the command ------------------------------------------------------------------
def main(arguments=None):
    """Verify the folder named on the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, help="the pack's ledger folder")
    told = "that an earlier verification ended with; may be given again"
    parser.add_argument(
        "--head", action="append", default=[], metavar="NUMBER:HASH", help=told
    )
    options = parser.parse_args(arguments)
    folder = options.folder
    parts = [path for path in (folder, *sorted(folder.glob("*"))) if is_ledger(path)]
    if not parts:
        say(f"{folder}: no exported ledger here")
        return 2
    scopes = [Scope(path, options.head) for path in parts]
    found = sum([verify(scope) for scope in scopes])
    for head in set(options.head).difference(*(scope.known for scope in scopes)):
        say(f"--head {head} is on no chain: what was sealed then has changed")
        found += 1
    print("In order." if not found else f"Not in order: {found} findings.")
    return 1 if found else 0


def is_ledger(path):
    """Tell whether a folder holds a ledger, or what is left of one."""
    names = ("entries.csv", "seals.csv", "closings.jsonl", "head.txt")
    return any((path / name).is_file() for name in names)


def verify(scope):
    """Verify one scope, print what was found, and return how many findings."""
    scope.verify()
    found = scope.findings
    say(f"{scope.folder.name}: {scope.count} items sealed")
    say(f"  head {scope.head[0]}:{scope.head[1]}")
    for finding in found[:SHOWN]:
        where = "" if finding.number is None else f"item {finding.number}: "
        say(f"  {where}{finding.what}")
    if len(found) > SHOWN:
        say(f"  … and {len(found) - SHOWN} more")
    if any("exported" in finding.what for finding in found):
        say(f"  {RESAVED}")
    return len(found)


def say(text):
    """Print a line; what would speak to the terminal is told in letters."""
    safe = (
        one if one.isprintable() else one.encode("unicode_escape").decode()
        for one in text
    )
    print("".join(safe))


if __name__ == "__main__":
    # Whatever a terminal cannot show must not end the verification.
    sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
