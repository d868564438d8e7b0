"""The report to the ASI Secretariat: sums per calendar year (1.7 a to g).

Every sum is kept in groups of rows that add up, as a reader would check them:

>>> groups = flow_groups(
...     {"casthouse": ("aluminium", "aluminium")},
...     [
...         Flow("casthouse", "input", "aluminium", "coc", None, False, False,
...              Decimal(80)),
...         Flow("casthouse", "input", "aluminium", "coc", None, False, True,
...              Decimal(-3)),
...         Flow("casthouse", "output", "scrap", "coc", None, False, False, Decimal(2)),
...     ],
... )
>>> [(group.part, group.line, group.material, str(group.mass)) for group in groups]
[('a', 'coc_input', 'aluminium', '77'), ('a', 'coc_output', 'aluminium', '0'), \
('b', 'eligible_scrap_output', 'scrap', '2'), \
('c', 'non_coc_input', 'aluminium', '0'), \
('c', 'non_coc_output', 'aluminium', '0'), \
('c', 'recyclable_scrap_output', 'scrap', '0')]

What an earlier year's report no longer took in is told apart:

>>> str(groups[0].late)
'-3'
"""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from .balance import UPSTREAM_FIRST
from .quantity import ZERO, Ratio

#: The parts of criterion 1.7, in its order.
PARTS = ("a", "b", "c", "d", "e", "f", "g")
#: What scrap was assessed as; not assessed yet comes last.
KINDS = ("post_consumer", "pre_consumer", "dross", None)
#: Lines of each part in reading order.
LINES = {
    "a": ("coc_input", "own_production", "coc_output"),
    "b": ("eligible_scrap_input", "eligible_scrap_output"),
    "c": (
        "non_coc_input",
        "own_production",
        "recyclable_scrap_input",
        "non_coc_output",
        "recyclable_scrap_output",
    ),
    "d": ("positive_balance_carried",),
    "e": ("positive_balance_used", "positive_balance_expired"),
    "f": ("overdraw",),
    "g": ("intra_entity", "own_dross"),
}
#: Lines of materials in the order of the supply chain.
MATERIALS = ("bauxite", "alumina", "aluminium", "scrap")


class Window(NamedTuple):
    """Days and ledger entries that a year's report takes in.

    ``first_day`` is open where it is ``None``. Entries are counted as they were
    posted: after number ``after``, up to ``upto`` unless that is ``None``.
    """

    first_day: date | None
    last_day: date
    after: int
    upto: int | None


def report_windows(year, submitted):
    """Return what the report of ``year`` takes in, its own year first.

    ``submitted`` maps the years whose reports were submitted to the last entry
    they took in. What is posted later for such a year is late: the first report
    that is not submitted takes it in, so that it is reported once.

    >>> [tuple(window) for window in report_windows(2025, {})]
    [(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31), 0, None)]
    >>> report_windows(2025, {2024: 70})[1]
    Window(first_day=datetime.date(2024, 1, 1), last_day=datetime.date(2024, 12, 31), \
after=70, upto=None)

    Days before the first report count when they are entered after it:

    >>> report_windows(2025, {2024: 70})[2]
    Window(first_day=None, last_day=datetime.date(2023, 12, 31), after=70, upto=None)

    A submitted report keeps what it took in:

    >>> [window.upto for window in report_windows(2024, {2024: 70, 2023: 50})]
    [70, 70, 70]
    >>> [window.after for window in report_windows(2025, {2024: 70, 2023: 50})]
    [0, 70, 70, 70]
    """
    upto = submitted.get(year)
    windows = [Window(date(year, 1, 1), date(year, 12, 31), 0, upto)]
    after, earlier = 0, year - 1
    while earlier in submitted:
        after = max(after, submitted[earlier])
        windows.append(Window(date(earlier, 1, 1), date(earlier, 12, 31), after, upto))
        earlier -= 1
    if len(windows) > 1:
        windows.append(Window(None, date(earlier, 12, 31), after, upto))
    return windows


class Flow(NamedTuple):
    """One sum of the ledger's input or output; ``mass`` in tonnes.

    ``kind`` is what scrap was assessed as. ``own`` says that a mine produced it,
    ``late`` that its day lies in an earlier year.
    """

    activity: str
    flow: str
    material: str
    status: str
    kind: str | None
    own: bool
    late: bool
    mass: Decimal


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the report: what one activity took in, put out or carried.

    ``late`` is the part of ``mass`` that belongs to earlier years, ``whole`` all
    mass of an intra-entity flow, CoC Material or not, and ``percentage`` the row's
    share of its activity. Rows of balances name their period. Tonnes, percent.
    """

    activity: str
    counterpart: str | None = None
    kind: str | None = None
    period: int | None = None
    mass: Decimal = ZERO
    late: Decimal = ZERO
    whole: Decimal | None = None
    percentage: Decimal | None = None

    @property
    def key(self):
        names = (self.activity, self.counterpart, self.kind, self.period)
        return ":".join(str(name or "") for name in names)


@dataclass(frozen=True, kw_only=True)
class Group:
    """Rows of one part, line and material, and what they come to (tonnes).

    ``largest`` says that the largest of the periods' sums counts, not the sum of
    all rows.
    """

    part: str
    line: str
    material: str
    largest: bool = False
    rows: list = field(default_factory=list)

    @property
    def key(self):
        return ":".join((self.part, self.line, self.material))

    @property
    def by_period(self):
        """The rows of each period, in the order they came in."""
        periods = {}
        for row in self.rows:
            periods.setdefault(row.period, []).append(row)
        return periods

    @property
    def mass(self):
        sums = [
            sum((row.mass for row in rows), ZERO) for rows in self.by_period.values()
        ]
        return max(sums, default=ZERO) if self.largest else sum(sums, ZERO)

    @property
    def late(self):
        return sum((row.late for row in self.rows), ZERO)


def get_largest(rows):
    """Return the rows of the period whose masses come to the most (tonnes).

    Of rows as a report has them, dicts; of the first such period.

    >>> rows = [{"period": 1, "mass": Decimal(30)}, {"period": 1, "mass": Decimal(5)},
    ...         {"period": 2, "mass": Decimal(34)}]
    >>> [row["period"] for row in get_largest(rows)]
    [1, 1]
    >>> get_largest([])
    []
    """
    periods = {}
    for row in rows:
        periods.setdefault(row["period"], []).append(row)
    return max(
        periods.values(),
        key=lambda own: sum((row["mass"] for row in own), ZERO),
        default=[],
    )


# -- a, b, c ------------------------------------------------------------------
def flow_line(flow):
    """Return part and line of an input or output, by the guidance under 1.7.

    >>> def line(flow, material, status, own=False):
    ...     return flow_line(Flow("", flow, material, status, None, own, False, ZERO))
    >>> line("input", "bauxite", "coc", own=True), line("output", "scrap", "coc")
    (('a', 'own_production'), ('b', 'eligible_scrap_output'))
    >>> line("input", "scrap", "non_coc"), line("output", "alumina", "non_coc")
    (('c', 'recyclable_scrap_input'), ('c', 'non_coc_output'))
    """
    is_coc = flow.status == "coc"
    if flow.own:
        return ("a" if is_coc else "c"), "own_production"
    if flow.material == "scrap":
        name = "eligible_scrap" if is_coc else "recyclable_scrap"
        return ("b" if is_coc else "c"), f"{name}_{flow.flow}"
    name = "coc" if is_coc else "non_coc"
    return ("a" if is_coc else "c"), f"{name}_{flow.flow}"


def expected_lines(activity, taken_in, put_out):
    """Yield what an activity reports each year, zero or not (1.7).

    ``(part, line, material, kind)``. A re-melter takes in scrap only, and puts out
    metal; casthouses and what follows may put out scrap too.

    >>> [line[:2] for line in expected_lines("bauxite_mining", "bauxite", "bauxite")]
    [('a', 'coc_input'), ('c', 'non_coc_input'), ('a', 'own_production'), \
('c', 'own_production'), ('a', 'coc_output'), ('c', 'non_coc_output')]
    """
    if taken_in == "scrap":
        for kind in KINDS:
            yield "b", "eligible_scrap_input", "scrap", kind
            yield "c", "recyclable_scrap_input", "scrap", kind
    else:
        yield "a", "coc_input", taken_in, None
        yield "c", "non_coc_input", taken_in, None
    if activity == "bauxite_mining":
        yield "a", "own_production", put_out, None
        yield "c", "own_production", put_out, None
    yield "a", "coc_output", put_out, None
    yield "c", "non_coc_output", put_out, None
    if activity in ("casthouse", "post_casthouse"):
        # What leaves is process scrap: pre-consumer, so it has no kinds (8.6).
        yield "b", "eligible_scrap_output", "scrap", None
        yield "c", "recyclable_scrap_output", "scrap", None


def flow_groups(materials, flows):
    """Return the groups of parts a, b and c.

    ``materials`` maps the scope's activities to their input and output material.
    Whatever else flowed is added to the lines that are always there.
    """
    sums = {
        (part, line, material, activity, kind): (ZERO, ZERO)
        for activity, own in materials.items()
        for part, line, material, kind in expected_lines(activity, *own)
    }
    for flow in flows:
        kind = flow.kind if flow.flow == "input" else None
        key = (*flow_line(flow), flow.material, flow.activity, kind)
        mass, late = sums.get(key, (ZERO, ZERO))
        sums[key] = (mass + flow.mass, late + (flow.mass if flow.late else ZERO))
    groups = {}
    for (part, line, material, activity, kind), (mass, late) in sums.items():
        row = Row(activity=activity, kind=kind, mass=mass, late=late)
        groups.setdefault((part, line, material), []).append(row)
    return sort_groups(
        Group(part=part, line=line, material=material, rows=_with_shares(line, rows))
        for (part, line, material), rows in groups.items()
    )


def _with_shares(line, rows):
    """Add what share of its activity's scrap each kind has (1.7b).

    >>> rows = [
    ...     Row(activity="remelting_refining", kind=kind, mass=Decimal(mass))
    ...     for kind, mass in (("pre_consumer", 10), ("post_consumer", 30))
    ... ]
    >>> [str(row.percentage) for row in _with_shares("eligible_scrap_input", rows)]
    ['75', '25']
    """
    rows = sorted(rows, key=lambda row: order_row(row.activity, row.kind))
    if not line.endswith("scrap_input"):
        return rows
    wholes = {}
    for row in rows:
        wholes[row.activity] = wholes.get(row.activity, ZERO) + row.mass
    return [
        replace(row, percentage=Ratio(row.mass, wholes[row.activity]).percentage)
        for row in rows
    ]


def order_row(activity, kind):
    return UPSTREAM_FIRST.index(activity), KINDS.index(kind)


def sort_groups(groups):
    """Return groups in the order in which the report lists them."""
    return sorted(groups, key=lambda one: order_group(one.part, one.line, one.material))


def order_group(part, line, material):
    return part, LINES[part].index(line), MATERIALS.index(material)


# -- d, e, f ------------------------------------------------------------------
#: Figures of closings, the part they belong to, and whether the largest counts.
BALANCE_LINES = (
    ("d", "positive_balance_carried", True),
    ("e", "positive_balance_used", False),
    ("e", "positive_balance_expired", False),
    ("f", "overdraw", True),
)


def balance_groups(materials, closings):
    """Return the groups of parts d, e and f, of the periods that end in the year.

    ``closings`` maps each period to ``{activity: {figure: tonnes}}``. Carried
    over and overdrawn is the most that all activities of one CoC Material came to
    at the end of a period; used and expired adds up.

    >>> quarters = {
    ...     1: {"casthouse": {"positive_balance_carried": Decimal(30),
    ...                       "positive_balance_used": Decimal(0)}},
    ...     2: {"casthouse": {"positive_balance_carried": Decimal(20),
    ...                       "positive_balance_used": Decimal(25)}},
    ... }
    >>> groups = balance_groups({"casthouse": ("aluminium", "aluminium")}, quarters)
    >>> [(group.part, group.line, str(group.mass)) for group in groups]
    [('d', 'positive_balance_carried', '30'), ('e', 'positive_balance_used', '25'), \
('e', 'positive_balance_expired', '0'), ('f', 'overdraw', '0')]
    """
    groups = []
    for part, line, largest in BALANCE_LINES:
        rows = {put_out: [] for _taken_in, put_out in materials.values()}
        for period, figures in closings.items():
            for activity, (_taken_in, put_out) in materials.items():
                mass = figures.get(activity, {}).get(line, ZERO)
                rows[put_out].append(Row(activity=activity, period=period, mass=mass))
        groups += [
            Group(part=part, line=line, material=put_out, largest=largest, rows=own)
            for put_out, own in rows.items()
        ]
    return sort_groups(groups)
