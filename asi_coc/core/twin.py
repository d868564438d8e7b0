"""The machine-readable twin of a CoC Document (9.2 to 9.4), as JSON.

A *payload* is a dict of plain values with everything the document says; masses
are texts in tonnes. Its structure is strict, its content is not: a document
that lacks something 9.2 asks for is read, and :func:`find_missing` names what
it lacks, so that the receiver can check it (10.1).
"""

import json
import math
from decimal import Decimal

from .quantity import EXACT, to_mass
from .twin_messages import TwinError, shown
from .twin_structure import (
    choice,
    day,
    decimal,
    extensions,
    flag,
    list_of,
    record,
    text,
    web_address,
    whole_number,
)

SCHEMA = "asi-coc-document"
VERSION = "1.0"
#: The statement of 9.2f, always in English.
CONFORMANCE = (
    "The information provided in this CoC Document is in conformance with the ASI "
    "CoC Standard."
)
#: Largest twin in bytes.
SIZE_LIMIT = 2**20
MATERIALS = ("bauxite", "alumina", "aluminium", "scrap")
TONNES = "t"
DRY_TONNES = "t dry"
# More digits than a count of anything has; Python is slow with very long ones.
DIGIT_LIMIT = 20

_word = text(64)
_line = record(
    {
        "material": choice(*MATERIALS),
        "form": text(200),
        "unit": choice(TONNES, DRY_TONNES),
        "coc_mass": decimal,
        "total_mass": decimal,
        "items": whole_number,
        "net_mass_per_item": decimal,
        "mass_shipped": decimal,
        "lots": list_of(text(200), 1000),
    }
)
_document = record(
    {
        "schema": _word,
        "version": _word,
        "number": text(64),
        "date": day,
        "conformance": text(500),
        "issuer": record(
            {
                "name": text(300),
                "address": text(2000, lines=True),
                "certificate": text(64),
                "responsible": text(300),
            }
        ),
        "customer": record(
            {
                "name": text(300),
                "address": text(2000, lines=True),
                "certificate": text(64),
                "contact": text(300),
            }
        ),
        "lines": list_of(_line, 500),
        "shipments": list_of(
            record({"reference": text(200), "date": day, "order": text(200)}), 500
        ),
        "sustainability": record(
            {
                "carbon_footprint": decimal,
                "carbon_method": text(500, lines=True),
                "origin": text(10_000, lines=True),
                "recycled_content": text(10_000, lines=True),
                "performance_status": text(10_000, lines=True),
            }
        ),
        "supplementary": list_of(text(10_000, lines=True), 100),
        "verification_url": web_address,
        "replaces": text(64),
        "internal": flag,
        "extensions": extensions,
    }
)


def normalize(payload):
    """Return ``payload`` with every property there is and in canonical form.

    What is not given is ``None``, an empty list or ``False``, at every level.

    >>> payload = normalize({"schema": SCHEMA, "version": VERSION, "number": "17"})
    >>> payload["number"], payload["date"], payload["lines"], payload["internal"]
    ('17', None, [], False)
    >>> payload["issuer"]["certificate"] is None
    True

    Raises :class:`~.twin_messages.TwinError` naming the path of what is no part
    of the structure:

    >>> lines = [{"coc_mass": 5}]
    >>> try:
    ...     normalize({"schema": SCHEMA, "version": VERSION, "lines": lines})
    ... except TwinError as error:
    ...     print(error)
    $.lines[0].coc_mass is not a text.
    """
    if not isinstance(payload, dict):
        raise TwinError("not_an_object", path="$")
    for name in ("schema", "version"):
        if name not in payload:
            raise TwinError("missing", path=f"$.{name}")
    schema = _word(payload["schema"], "$.schema")
    if schema != SCHEMA:
        raise TwinError("twin_wrong_schema", value=shown(schema))
    version = _word(payload["version"], "$.version")
    if version != VERSION:
        raise TwinError("twin_wrong_version", value=shown(version), version=VERSION)
    return _document(payload, "$")


def dump(payload):
    """Return a payload as UTF-8 JSON: the same content gives the same bytes.

    >>> first = {"schema": SCHEMA, "version": VERSION, "lines": [{"coc_mass": "2.50"}]}
    >>> second = {"lines": [{"coc_mass": "2.5"}], "version": VERSION, "schema": SCHEMA}
    >>> dump(first) == dump(second)
    True
    >>> dump(load(dump(first))) == dump(first)
    True

    Raises :class:`~.twin_messages.TwinError` as :func:`load` does: what is
    written can be read.
    """
    data = json.dumps(
        normalize(payload),
        allow_nan=False,
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    ).encode()
    return _check_size(data)


def load(data):
    """Return the normalized payload of a JSON file, given as bytes.

    >>> load(b'{"schema": "asi-coc-document", "version": "1.0"}')["number"] is None
    True
    >>> try:
    ...     load(b'{"schema": "asi-coc-document", "schema": "asi-coc-document"}')
    ... except TwinError as error:
    ...     print(error)
    The JSON has two values for schema.

    Raises :class:`~.twin_messages.TwinError` and nothing else, whatever ``data`` is.
    """
    try:
        # Some editors put a mark in front.
        source = _check_size(data).decode("utf-8-sig")
        payload = json.loads(
            source,
            object_pairs_hook=_unique,
            parse_constant=_refuse_number,
            parse_float=_finite,
            parse_int=_whole,
        )
    except UnicodeDecodeError as error:
        raise TwinError("twin_not_utf8", position=error.start) from None
    except json.JSONDecodeError as error:
        raise TwinError(
            "twin_not_json", line=error.lineno, column=error.colno
        ) from None
    except RecursionError:
        raise TwinError("twin_too_deep") from None
    return normalize(payload)


def _check_size(data):
    if len(data) > SIZE_LIMIT:
        raise TwinError("twin_too_large", limit=SIZE_LIMIT)
    return data


def _unique(pairs):
    found = {}
    for name, value in pairs:
        if name in found:
            raise TwinError("twin_duplicate_key", name=shown(name))
        found[name] = value
    return found


def _refuse_number(value):
    raise TwinError("twin_number_too_large", value=shown(value))


def _finite(digits):
    value = float(digits)
    return value if math.isfinite(value) else _refuse_number(digits)


def _whole(digits):
    return int(digits) if len(digits) <= DIGIT_LIMIT else _refuse_number(digits)


def mass_text(mass):
    """Return ``mass`` (tonnes) as a payload has it, to the gram.

    >>> mass_text(2000), mass_text(Decimal("0.100000")), mass_text(0.1 + 0.2)
    ('2000', '0.1', '0.3')
    """
    return decimal(f"{to_mass(mass):f}", "$")


def find_missing(payload):
    """Return the codes of what 9.2 asks for and a normalized payload lacks (10.1).

    Each code once, in the order of 9.2; of what is in the lines it is enough
    that one line lacks it. A customer needs a certificate number only if it is
    certified, which a document cannot tell. Any other statement than
    :data:`CONFORMANCE` is none.

    >>> bare = normalize({"schema": SCHEMA, "version": VERSION, "number": "17"})
    >>> find_missing(bare)[:4]
    ['date', 'issuer_name', 'issuer_address', 'issuer_certificate']
    >>> find_missing(bare)[-5:]
    ['material', 'form', 'unit', 'coc_mass', 'total_mass']
    """
    issuer, customer = payload["issuer"], payload["customer"]
    statement = " ".join((payload["conformance"] or "").split())
    given = {
        "date": payload["date"],
        "number": payload["number"],
        "issuer_name": issuer["name"],
        "issuer_address": issuer["address"],
        "issuer_certificate": issuer["certificate"],
        "customer_name": customer["name"],
        "customer_address": customer["address"],
        "responsible": issuer["responsible"],
        "conformance": statement == CONFORMANCE,
    }
    lines = payload["lines"]
    for name in ("material", "form", "unit", "coc_mass", "total_mass"):
        given[name] = bool(lines) and all(line[name] for line in lines)
    return [code for code, value in given.items() if not value]


def find_contradictions(payload):
    """Return what a normalized payload says that cannot be true together (10.2).

    A list of codes with the parameters of their messages in
    :data:`~.twin_messages.CONTRADICTIONS`; lines are counted from 1, masses are
    tonnes. What is missing contradicts nothing. Whether dates are plausible is
    for the receiver, who knows what day it is.

    >>> line = {"material": "aluminium", "form": "Rolling slab", "unit": "t"}
    >>> payload = normalize({"schema": SCHEMA, "version": VERSION, "lines": [
    ...     {**line, "coc_mass": "2000", "total_mass": "1900"},
    ...     {**line, "form": "Billet", "unit": "t dry", "coc_mass": "5"}]})
    >>> [code for code, _parameters in find_contradictions(payload)]
    ['coc_exceeds_total', 'wrong_unit']
    """
    found = []
    forms = {}
    for number, line in enumerate(payload["lines"], 1):
        found += _find_in_line(number, line)
        if line["material"] and line["form"]:
            key = line["material"], " ".join(line["form"].casefold().split())
            first = forms.setdefault(key, number)
            if first != number:
                found.append(("duplicate_line", {"line": number, "first": first}))
    number = payload["number"]
    if number and payload["replaces"] == number:
        found.append(("replaces_itself", {"number": number}))
    return found


def _find_in_line(number, line):
    material, unit = line["material"], line["unit"]
    expected = DRY_TONNES if material == "bauxite" else TONNES
    if material and unit and unit != expected:
        yield (
            "wrong_unit",
            {"line": number, "material": material, "unit": unit, "expected": expected},
        )
    coc_mass, total_mass = line["coc_mass"], line["total_mass"]
    if coc_mass and not Decimal(coc_mass):
        yield "no_coc_mass", {"line": number}
    if _exceeds(coc_mass, total_mass):
        masses = {"coc_mass": coc_mass, "total_mass": total_mass}
        yield "coc_exceeds_total", {"line": number, **masses}
    shipped = line["mass_shipped"]
    if _exceeds(total_mass, shipped):
        masses = {"total_mass": total_mass, "mass_shipped": shipped}
        yield "total_exceeds_shipped", {"line": number, **masses}
    items, mass_per_item = line["items"], line["net_mass_per_item"]
    if items is not None and mass_per_item:
        if _exceeds(EXACT.multiply(Decimal(mass_per_item), items), shipped):
            masses = {"net_mass_per_item": mass_per_item, "mass_shipped": shipped}
            yield "items_exceed_shipped", {"line": number, "items": items, **masses}


def _exceeds(mass, limit):
    return mass is not None and limit is not None and Decimal(mass) > Decimal(limit)
