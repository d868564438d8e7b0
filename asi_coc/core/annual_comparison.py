"""Two years' reports to the ASI Secretariat side by side (1.7).

Reports are as the models have them: lists of groups, dicts with their rows.

>>> def group(line, *rows):
...     return {
...         "key": f"c:{line}:scrap", "part": "c", "line": line, "material": "scrap",
...         "mass": sum(row["mass"] for row in rows), "late": Decimal(0),
...         "rows": rows,
...     }
>>> def row(activity, mass):
...     return {
...         "key": f"{activity}:::", "activity": activity, "kind": None, "period": None,
...         "mass": Decimal(mass), "late": Decimal(0), "whole": None,
...         "percentage": None,
...     }
>>> own = [group("recyclable_scrap_output", row("casthouse", 1))]
>>> other = [group("recyclable_scrap_output", row("smelting", 2))]
>>> compare(own, other)["c:recyclable_scrap_output:scrap", "smelting:::"]
(None, Decimal('2'))
>>> [(one["activity"], str(one["mass"])) for one in add_lines(own, other)[0]["rows"]]
[('smelting', '0'), ('casthouse', '1')]
"""

from decimal import Decimal

from .annual_report import PARTS, order_group, order_row


def compare(groups, others):
    """Return ``{(group key, row key): (own, other)}`` of two years (tonnes).

    What only one of them has is ``None`` in the other. The row key of a group's sum
    is empty. Rows of balances name their period, so of parts d to f only the sums of
    both years stand side by side.
    """
    own, other = _get_masses(groups), _get_masses(others)
    return {
        key: (own.get(key), other.get(key))
        for key in sorted(own | other, key=lambda key: PARTS.index(key[0][0]))
    }


def _get_masses(groups):
    return {
        (group["key"], key): mass
        for group in groups
        for key, mass in [
            ("", group["mass"]),
            *((row["key"], row["mass"]) for row in _get_comparable(group)),
        ]
    }


def _get_comparable(group):
    return [row for row in group["rows"] if not row["period"]]


def add_lines(groups, others):
    """Return the groups with the lines that only ``others`` have, as zero."""
    merged = {group["key"]: group for group in groups}
    for other in others:
        own = merged.get(other["key"], _empty(other) | {"rows": []})
        known = {row["key"] for row in own["rows"]}
        added = [
            _empty(row) for row in _get_comparable(other) if row["key"] not in known
        ]
        rows = [*own["rows"], *added]
        if added:
            rows.sort(key=lambda row: order_row(row["activity"], row["kind"]))
        merged[other["key"]] = own | {"rows": rows}
    return sorted(
        merged.values(),
        key=lambda one: order_group(one["part"], one["line"], one["material"]),
    )


def _empty(figures):
    """Return a row or group with zero where it has a number."""
    return {
        name: Decimal(0) if isinstance(value, Decimal) else value
        for name, value in figures.items()
    }
