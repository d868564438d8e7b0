"""What each value of a twin must look like.

A checker is called with a value and its JSON path. It returns the value in its
canonical form or raises :class:`~.twin_messages.TwinError`. No value has to be
given: a document that lacks something is read, and what it lacks is told.
``static/schema/coc-document-1.0.json`` says the same.
"""

import re
from datetime import date

from .twin_messages import TwinError, shown

#: Deepest nesting within ``extensions``.
DEPTH_LIMIT = 16
WHOLE_NUMBER_LIMIT = 1_000_000_000
# Ten digits and six decimals: what the account can hold.
DECIMAL = re.compile(r"(0|[1-9][0-9]{0,9})(\.[0-9]{1,6})?")
ANY_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]{1,6})?")
DECIMAL_LENGTH = 40
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WEB_ADDRESS = re.compile(r"https?://[!-.0-~][!-~]*")
# Controls, line separators, reordering marks and what is no character at all:
# they break XML and PostgreSQL, or show another text than is stored.
FORBIDDEN = r"\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff"
FORBIDDEN_IN_LINE = re.compile(rf"[\x00-\x1f{FORBIDDEN}]")
FORBIDDEN_IN_LINES = re.compile(rf"[\x00-\x08\x0b-\x1f{FORBIDDEN}]")


def clean_text(value):
    """Return a text of one's own records as a twin can hold it.

    >>> clean_text("2 Hall-Heroult\\r\\nAvenue\\x00")
    '2 Hall-Heroult\\nAvenue'
    """
    text = re.sub(r"\r\n?", "\n", value or "")
    return FORBIDDEN_IN_LINES.sub("", text).strip() or None


def text(limit, lines=False):
    """Check a text of at most ``limit`` characters; a blank one is none.

    >>> text(9)("Rollers", "$"), text(9)("  ", "$"), text(9)(None, "$")
    ('Rollers', None, None)
    """
    forbidden = FORBIDDEN_IN_LINES if lines else FORBIDDEN_IN_LINE

    def check(value, path):
        _check_text(value, path, limit, forbidden)
        return value if value and value.strip() else None

    return check


def choice(*values):
    """Check one of a few words."""
    allowed = ", ".join(values)

    def check(value, path):
        _check_text(value, path, limit=64)
        if value and value not in values:
            raise TwinError(
                "not_allowed", path=path, value=shown(value), allowed=allowed
            )
        return value or None

    return check


def decimal(value, path):
    """Check a decimal written as text and return it without trailing zeros.

    Texts keep what binary fractions lose.

    >>> decimal("2000.500000", "$"), decimal("0.000001", "$"), decimal("100", "$")
    ('2000.5', '0.000001', '100')
    >>> try:
    ...     decimal("-1", "$.lines[0].coc_mass")
    ... except TwinError as error:
    ...     print(error)
    $.lines[0].coc_mass is -1, which lies out of range.
    """
    _check_text(value, path, DECIMAL_LENGTH)
    if not value:
        return None
    if not DECIMAL.fullmatch(value):
        code = "out_of_range" if ANY_DECIMAL.fullmatch(value) else "not_a_number"
        raise TwinError(code, path=path, value=shown(value))
    return value.rstrip("0").rstrip(".") if "." in value else value


def day(value, path):
    """Check a date that exists, written as YYYY-MM-DD."""
    _check_text(value, path, limit=64)
    if not value:
        return None
    try:
        if not DAY.fullmatch(value):
            raise ValueError
        date.fromisoformat(value)
    except ValueError:
        raise TwinError("not_a_date", path=path, value=shown(value)) from None
    return value


def web_address(value, path):
    """Check the address of a page one may be sent to: http or https only."""
    _check_text(value, path, limit=2000)
    if value and not WEB_ADDRESS.fullmatch(value):
        raise TwinError("not_a_web_address", path=path, value=shown(value))
    return value or None


def whole_number(value, path):
    """Check a count. JSON does not tell 5.0 from 5."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TwinError("not_a_whole_number", path=path)
    if not 0 <= value <= WHOLE_NUMBER_LIMIT:
        raise TwinError("out_of_range", path=path, value=shown(value))
    if value != int(value):
        raise TwinError("not_a_whole_number", path=path)
    return int(value)


def flag(value, path):
    """Check a boolean; none is false."""
    if value is not None and not isinstance(value, bool):
        raise TwinError("not_true_or_false", path=path)
    return bool(value)


def list_of(check_item, limit):
    """Check a list of at most ``limit`` items; none is empty."""

    def check(value, path):
        if value is None:
            return []
        if not isinstance(value, list):
            raise TwinError("not_a_list", path=path)
        if len(value) > limit:
            raise TwinError("too_many", path=path, limit=limit)
        return [check_item(item, f"{path}[{i}]") for i, item in enumerate(value)]

    return check


def record(checks):
    """Check an object of named properties; what is not given is none.

    >>> record({"name": text(9), "lots": list_of(text(9), 5)})({"name": "Slab"}, "$")
    {'name': 'Slab', 'lots': []}
    """

    def check(value, path):
        if not isinstance(value, dict | None):
            raise TwinError("not_an_object", path=path)
        value = value or {}
        for name in value:
            if name not in checks:
                raise TwinError("unknown_property", path=f"{path}.{shown(name)}")
        return {
            name: check_value(value.get(name), f"{path}.{name}")
            for name, check_value in checks.items()
        }

    return check


def extensions(value, path):
    """Check properties of one's own: any JSON, not nested too deep."""
    if not isinstance(value, dict | None):
        raise TwinError("not_an_object", path=path)
    _check_extension(value, path, DEPTH_LIMIT)
    return value or {}


def _check_extension(value, path, depth):
    if not depth:
        raise TwinError("twin_too_deep")
    if isinstance(value, str):
        _check_characters(value, path, FORBIDDEN_IN_LINES)
    elif isinstance(value, dict):
        for name, item in value.items():
            _check_characters(name, path, FORBIDDEN_IN_LINES)
            _check_extension(item, path, depth - 1)
    elif isinstance(value, list):
        for item in value:
            _check_extension(item, path, depth - 1)


def _check_text(value, path, limit, forbidden=FORBIDDEN_IN_LINE):
    if not isinstance(value, str | None):
        raise TwinError("not_a_text", path=path)
    if value and len(value) > limit:
        raise TwinError("too_long", path=path, limit=limit)
    _check_characters(value or "", path, forbidden)


def _check_characters(value, path, forbidden):
    if forbidden.search(value):
        raise TwinError("control_character", path=path)
