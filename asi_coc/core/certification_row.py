"""What the columns and cells of a certification list mean (10.3)."""

import re
from datetime import date

#: What a column can hold, with headings it is known by, letters and digits only.
COLUMNS = {
    "number": (
        "certificatenumber",
        "certificateno",
        "certificatenr",
        "certificate",
        "certificationnumber",
        "certnumber",
        "certno",
        "number",
        "no",
        "证书编号",
        "证书号",
    ),
    "entity": (
        "certifiedentity",
        "entity",
        "entityname",
        "company",
        "companyname",
        "organisation",
        "organization",
        "member",
        "membername",
        "name",
        "holder",
        "certificateholder",
        "公司名称",
        "公司",
        "实体",
    ),
    "vat": ("vat", "vatnumber", "vatno", "taxid", "taxnumber", "税号"),
    "standard": ("standard", "asistandard", "标准"),
    "activities": (
        "activities",
        "activity",
        "supplychainactivities",
        "supplychainactivity",
        "活动",
        "供应链活动",
    ),
    "scope_description": (
        "scope",
        "certificationscope",
        "cocscope",
        "facilities",
        "facility",
        "sites",
        "site",
        "认证范围",
        "范围",
    ),
    "date_start": (
        "validfrom",
        "startdate",
        "start",
        "from",
        "issuedate",
        "dateofissue",
        "certificationdate",
        "certificationstart",
        "开始日期",
        "发证日期",
    ),
    "date_end": (
        "validuntil",
        "validto",
        "to",
        "enddate",
        "end",
        "until",
        "expiry",
        "expirydate",
        "expires",
        "expirationdate",
        "certificationend",
        "到期日期",
        "有效期至",
    ),
    "status": ("status", "certificationstatus", "certificatestatus", "状态"),
    "status_date": (
        "statusdate",
        "statussince",
        "statuseffectiveon",
        "effectivedate",
        "effectiveon",
        "effectivefrom",
        "生效日期",
    ),
}
STATUSES = {
    "certified": "certified",
    "active": "certified",
    "valid": "certified",
    "suspended": "suspended",
    "withdrawn": "withdrawn",
    "terminated": "withdrawn",
    "cancelled": "withdrawn",
    "canceled": "withdrawn",
    "revoked": "withdrawn",
    # The dates say that already; whoever reads the row checks that they do.
    "expired": "expired",
}
STANDARDS = {
    "chainofcustody": "chain_of_custody",
    "chainofcustodystandard": "chain_of_custody",
    "coc": "chain_of_custody",
    "cocstandard": "chain_of_custody",
    "performance": "performance",
    "performancestandard": "performance",
    "ps": "performance",
}
ACTIVITIES = {
    "bauxitemining": "bauxite_mining",
    "bm": "bauxite_mining",
    "aluminarefining": "alumina_refining",
    "ar": "alumina_refining",
    "aluminiumsmelting": "smelting",
    "aluminumsmelting": "smelting",
    "smelting": "smelting",
    "as": "smelting",
    "aluminiumremeltingrefining": "remelting_refining",
    "aluminumremeltingrefining": "remelting_refining",
    "aluminiumremelting": "remelting_refining",
    "remeltingrefining": "remelting_refining",
    "rr": "remelting_refining",
    "casthouse": "casthouse",
    "casthouses": "casthouse",
    "ch": "casthouse",
    "postcasthouse": "post_casthouse",
    "pc": "post_casthouse",
    # as version 1 of the Standard had it
    "semifabrication": "post_casthouse",
}
MONTHS = (
    "january february march april may june july august september october "
    "november december"
).split()
#: No Standard's name is longer.
LONGEST_NAME = 200
#: A date outside is a typing error.
YEARS = range(2000, 2101)


class UnknownValue(ValueError):
    """A cell says nothing that the standard knows; the argument is its text."""


def simplify(text):
    """Return letters and digits only, for comparison.

    >>> simplify("Certificate No."), simplify("证书 编号")
    ('certificateno', '证书编号')
    """
    return "".join(filter(str.isalnum, text.casefold()))


def guess_columns(headings):
    """Return what each heading stands for, ``""`` where nothing is known.

    >>> guess_columns(["Certificate No.", "Entity", "Auditor", "Entity Name"])
    ['number', 'entity', '', '']
    """
    known = {text: name for name, texts in COLUMNS.items() for text in texts}
    guessed = []
    for heading in headings:
        name = known.get(simplify(heading), "")
        guessed.append("" if name in guessed else name)
    return guessed


def parse_day(text, day_first=True):
    """Return the day that ``text`` says.

    ``day_first`` decides what 03/04/2026 is. Raises UnknownValue.

    >>> parse_day("2026-12-31"), parse_day("31.12.2026")
    (datetime.date(2026, 12, 31), datetime.date(2026, 12, 31))
    >>> parse_day("03/04/2026"), parse_day("03/04/2026", day_first=False)
    (datetime.date(2026, 4, 3), datetime.date(2026, 3, 4))
    >>> parse_day("3 April 2026"), parse_day("Apr 3, 2026")
    (datetime.date(2026, 4, 3), datetime.date(2026, 4, 3))
    >>> parse_day("31.02.2026")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
        ...
    UnknownValue: 31.02.2026
    """
    day_only = re.sub(r"[ T]00:00(:00)?$", "", text.strip())
    # Only ASCII digits: others would pass for numbers too.
    parts = re.findall(r"[0-9]+|[A-Za-z]+", day_only)
    if re.search(r"[^0-9A-Za-z\s.,/\-年月日]", day_only) or len(parts) != 3:
        raise UnknownValue(text)
    try:
        year, month, day = _order_parts(parts, "." in day_only or day_first)
        found = date(int(year), _read_month(month), int(day))
    except ValueError as error:
        raise UnknownValue(text) from error
    if found.year not in YEARS:
        raise UnknownValue(text)
    return found


def _order_parts(parts, day_first):
    """Return ``(year, month, day)`` of three parts of a date."""
    if len(parts[0]) == 4 and parts[0].isdigit():
        return parts
    first, second, year = parts
    if first.isalpha() or (second.isdigit() and not day_first):
        return year, first, second
    return year, second, first


def _read_month(text):
    if text.isdigit():
        return int(text)
    for number, name in enumerate(MONTHS, 1):
        if len(text) >= 3 and name.startswith(text.lower()):
            return number
    raise UnknownValue(text)


def parse_status(text):
    """Return certified, suspended, withdrawn, expired, or ``""`` for no word.

    >>> parse_status("Suspended"), parse_status(" ")
    ('suspended', '')
    """
    return _look_up(STATUSES, text)


def parse_standard(text):
    """Return chain_of_custody, performance, or ``""`` for no word.

    A version after the name does not matter.

    >>> parse_standard("ASI Chain of Custody Standard V2"), parse_standard("PS V3.1")
    ('chain_of_custody', 'performance')
    """
    if len(text) > LONGEST_NAME:
        raise UnknownValue(text)
    shortened = re.sub(r"(?i)^\s*asi\b|\(.*?\)", "", text)
    shortened = re.sub(r"(?i)\bv?\s*\d+(\.\d+)*\s*$", "", shortened)
    if not text.strip():
        return ""
    try:
        return _look_up(STANDARDS, shortened)
    except UnknownValue as error:
        raise UnknownValue(text) from error


def parse_activities(text):
    """Return codes of the supply chain activities that ``text`` lists.

    >>> parse_activities("Aluminium Re-melting/Refining; Casthouses")
    ['remelting_refining', 'casthouse']
    >>> parse_activities("AS, CH and Alchemy")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
        ...
    UnknownValue: Alchemy
    """
    codes = []
    for part in re.split(r"[;,|+&\n、；，]|\band\b", text):
        if part.strip() and (code := _look_up(ACTIVITIES, part)) not in codes:
            codes.append(code)
    return codes


def _look_up(known, text):
    text = text.strip()
    if not text:
        return ""
    code = known.get(simplify(text))
    if code is None:
        raise UnknownValue(text)
    return code
