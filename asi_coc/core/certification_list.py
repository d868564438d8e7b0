"""Certification lists as files: CSV or XLSX in, plain rows of text out (10.3).

Whoever sends such a file is not trusted. What cannot be read raises
:class:`UnreadableList` and nothing else; formulas stay text, links to other
workbooks are refused, and nothing is read beyond the limits below.
"""

import csv
import io
import re
import zipfile
from dataclasses import dataclass

MAX_BYTES = 5_000_000
#: Declared size of all that an XLSX file packs.
MAX_UNPACKED_BYTES = 30_000_000
MAX_PARTS = 200
MAX_ROWS = 5_000
#: Rows of a worksheet, the empty ones among them.
MAX_SHEET_ROWS = 20_000
MAX_COLUMNS = 50
MAX_CELL = 2_000

DELIMITERS = (",", ";", "\t", "|")
ZIP_MAGIC = b"PK\x03\x04"
#: Old Excel files, and any Office file with a password.
COMPOUND_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TWO_HIGH_BYTES = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class UnreadableList(Exception):
    """The file is no certification list that can be read.

    ``reason`` is one of the words below, ``details`` the numbers behind it.
    """

    REASONS = (
        "empty",
        "too_large",
        "too_many_rows",
        "too_many_columns",
        "cell_too_long",
        "not_text",
        "damaged",
        "old_or_encrypted",
        "packed_too_large",
        "links",
    )

    def __init__(self, reason, **details):
        super().__init__(reason, details)
        self.reason = reason
        self.details = details


@dataclass(frozen=True)
class CertificationList:
    """A read file: headings, and rows as ``(line number, texts)``."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    #: How it was read, for the user to see: "XLSX", or encoding and delimiter.
    encoding: str
    delimiter: str = ""


def read_list(content):
    """Return the :class:`CertificationList` in ``content`` (bytes).

    Raises UnreadableList.

    >>> read = read_list("Number;Entity\\nC1;Sept-Îles\\n\\nC2;X\\n".encode("latin-1"))
    >>> read.headings, read.delimiter, read.encoding
    (('Number', 'Entity'), ';', 'cp1252')
    >>> read.rows
    ((2, ('C1', 'Sept-Îles')), (4, ('C2', 'X')))
    >>> read_list(b"Number,Entity\\n")  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
        ...
    UnreadableList: ('empty', {})
    """
    if not content.strip():
        raise UnreadableList("empty")
    if len(content) > MAX_BYTES:
        raise UnreadableList("too_large", limit=MAX_BYTES // 1_000_000)
    if content.startswith(COMPOUND_MAGIC):
        raise UnreadableList("old_or_encrypted")
    if content.startswith(ZIP_MAGIC):
        return _collect(_read_workbook(content), "XLSX")
    text, encoding = decode(content)
    delimiter = find_delimiter(text)
    return _collect(_read_csv(text, delimiter), encoding, delimiter)


def _collect(lines, encoding, delimiter=""):
    """Check ``lines`` of ``(number, texts)``; the first with content is headings."""
    headings, rows = None, []
    for number, texts in lines:
        texts = _check_line(number, texts)
        if not any(texts):
            continue
        if headings is None:
            headings = texts
        elif len(rows) == MAX_ROWS:
            raise UnreadableList("too_many_rows", limit=MAX_ROWS)
        else:
            rows.append((number, texts))
    if not rows:
        raise UnreadableList("empty")
    width = max(len(headings), *(len(texts) for _number, texts in rows))
    return CertificationList(
        _widen(headings, width),
        tuple((number, _widen(texts, width)) for number, texts in rows),
        encoding,
        delimiter,
    )


def _widen(texts, width):
    return texts + ("",) * (width - len(texts))


def _check_line(number, texts):
    texts = [text.strip() for text in texts]
    while texts and not texts[-1]:
        texts.pop()
    if len(texts) > MAX_COLUMNS:
        raise UnreadableList("too_many_columns", line=number, limit=MAX_COLUMNS)
    for text in texts:
        if len(text) > MAX_CELL:
            raise UnreadableList("cell_too_long", line=number, limit=MAX_CELL)
        if CONTROL.search(text):
            raise UnreadableList("not_text", line=number)
    return tuple(texts)


# -- CSV ---------------------------------------------------------------------
def decode(content):
    """Return ``(text, encoding)`` of a text file.

    >>> decode("证书".encode("gbk"))
    ('证书', 'gb18030')
    >>> decode("Sept-Îles".encode("cp1252"))
    ('Sept-Îles', 'cp1252')
    >>> decode("Sept-Îles".encode())
    ('Sept-Îles', 'utf-8')
    >>> decode("Number".encode("utf-16"))[0]
    'Number'
    >>> decode("Number".encode("utf-16-le"))
    ('Number', 'utf-16-le')
    """
    for encoding in _guess_encodings(content):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            line = 1 + text.count("\n", 0, text.index("\x00"))
            raise UnreadableList("not_text", line=line)
        return text, encoding.removesuffix("-sig")
    raise UnreadableList("not_text", line=0)


def _guess_encodings(content):
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ("utf-16",)
    if content.startswith(b"\xef\xbb\xbf"):
        return ("utf-8-sig",)
    # UTF-16 without a mark: every other byte of what is mostly ASCII is zero.
    for encoding, zeros in (("utf-16-le", content[1::2]), ("utf-16-be", content[::2])):
        if len(content) % 2 == 0 and zeros.count(0) * 2 > len(zeros):
            return (encoding,)
    # Letters of Western languages stand alone, Chinese ones in pairs of high bytes.
    pairs = 2 * len(TWO_HIGH_BYTES.findall(content))
    high = sum(byte > 0x7F for byte in content)
    chinese = ("gb18030",) if pairs * 2 > high else ()
    return ("utf-8", *chinese, "cp1252", "latin-1")


def find_delimiter(text):
    """Return what separates the columns of the first line with content.

    >>> find_delimiter('\\n"Smith, Jones";C1;"a;b"\\n')
    ';'
    >>> find_delimiter("Number")
    ','
    """
    line = next((line for line in text.splitlines() if line.strip()), "")
    outside = re.sub(r'"[^"]*"', "", line)
    return max(DELIMITERS, key=outside.count)


def _read_csv(text, delimiter):
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    end = 0
    while True:
        try:
            texts = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableList("damaged", line=reader.line_num) from error
        # A row in quotes may span lines; it is known by its first.
        number, end = end + 1, reader.line_num
        yield number, texts


# -- XLSX --------------------------------------------------------------------
def _read_workbook(content):
    # Only who imports a workbook needs it.
    import openpyxl

    _check_package(content)
    try:
        workbook = openpyxl.load_workbook(
            io.BytesIO(content), read_only=True, data_only=False, keep_links=False
        )
        sheet = workbook.worksheets[0]
        # What the file says of its own size is no more to be trusted.
        sheet.reset_dimensions()
        rows = sheet.iter_rows(max_col=MAX_COLUMNS + 1, values_only=True)
        for number, values in enumerate(rows, 1):
            if number > MAX_SHEET_ROWS:
                raise UnreadableList("too_many_rows", limit=MAX_SHEET_ROWS)
            yield number, [_to_text(value) for value in values]
    except UnreadableList:
        raise
    except Exception as error:
        # A crafted file makes the library raise whatever it likes.
        raise UnreadableList("damaged", line=0) from error


def _check_package(content):
    """Refuse what would be unpacked beyond reason, before it is unpacked."""
    try:
        package = zipfile.ZipFile(io.BytesIO(content))
        parts = package.infolist()
        if (
            len(parts) > MAX_PARTS
            or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES
        ):
            raise UnreadableList(
                "packed_too_large", limit=MAX_UNPACKED_BYTES // 1_000_000
            )
        if any(part.flag_bits & 0x1 for part in parts):
            raise UnreadableList("old_or_encrypted")
        if any("externallinks/" in part.filename.lower() for part in parts):
            raise UnreadableList("links")
        for part in parts:
            # No spreadsheet program writes a document type; entities need one.
            if b"<!DOCTYPE" in package.read(part):
                raise UnreadableList("damaged", line=0)
    except UnreadableList:
        raise
    except Exception as error:
        raise UnreadableList("damaged", line=0) from error


def _to_text(value):
    """Return a cell as it would be typed; a day as 2025-12-31.

    >>> _to_text(458.0), _to_text(1.5), _to_text("=1+1"), _to_text(None)
    ('458', '1.5', '=1+1', '')
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if hasattr(value, "hour") and hasattr(value, "year"):
        return value.date().isoformat()
    return str(value)
