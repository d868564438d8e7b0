"""What kind of file somebody unknown sent, told by its content alone.

Names and types that a visitor sends are claims; only what is recognised here is
kept, under an extension and a type that are ours.
"""

import io
import re
import unicodedata
import zipfile

#: Kind of file → its extension and type.
KINDS = {
    "pdf": ("pdf", "application/pdf"),
    "jpeg": ("jpg", "image/jpeg"),
    "png": ("png", "image/png"),
    "text": ("txt", "text/plain"),
    "docx": (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    "xlsx": (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    "odt": ("odt", "application/vnd.oasis.opendocument.text"),
    "ods": ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
}
SIGNATURES = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
)
#: Entries of an office file beyond which it is none of an honest size.
MOST_ENTRIES = 2000
NAME_LIMIT = 80


def find_kind(content):
    r"""Return the kind of file that ``content`` (bytes) is, or None.

    >>> find_kind(b"%PDF-1.7 ...")
    'pdf'
    >>> find_kind(b"\xff\xd8\xff\xe0JFIF")
    'jpeg'
    >>> find_kind("Überstunden im März".encode())
    'text'
    >>> find_kind(b"MZ\x90\x00") is None  # a program
    True
    >>> find_kind(b"PK\x03\x04 not really a ZIP") is None
    True
    >>> find_kind(b"") is None
    True
    """
    for signature, kind in SIGNATURES:
        if content.startswith(signature):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _find_office_kind(content)
    return "text" if content and _is_text(content) else None


def _is_text(content):
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return not any(
        unicodedata.category(letter) == "Cc" for letter in set(text) - set("\r\n\t\f")
    )


def _find_office_kind(content):
    """Tell office files without macros from other archives; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if len(entries) > MOST_ENTRIES:
                return None
            if any("vbaproject" in name.lower() for name in names):
                return None
            if "[Content_Types].xml" in names:
                if "word/document.xml" in names:
                    return "docx"
                return "xlsx" if "xl/workbook.xml" in names else None
            if entries and entries[0].filename == "mimetype":
                return _find_open_document(archive, entries[0], names)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError):
        return None
    return None


def _find_open_document(archive, entry, names):
    if entry.file_size > 100 or any(name.startswith("Basic/") for name in names):
        return None
    declared = archive.read(entry)
    for kind in ("odt", "ods"):
        if declared == KINDS[kind][1].encode():
            return kind
    return None


def make_name(name, kind):
    r"""Return a harmless name of a file of ``kind``, as like ``name`` as may be.

    >>> make_name("C:\\fakepath\\Photo of the dump.JPEG", "jpeg")
    'Photo of the dump.jpg'
    >>> make_name("../../etc/passwd", "text")
    'passwd.txt'
    >>> make_name("report.pdf.exe", "pdf")
    'report.pdf.pdf'
    >>> make_name("\u202egnp.exe", "png")
    'gnp.png'
    >>> make_name("", "pdf")
    'file.pdf'
    """
    last = re.split(r"[\\/]", name or "")[-1]
    shown = "".join(
        letter
        for letter in last
        if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
    stem = shown.rpartition(".")[0] or shown
    stem = re.sub(r'[<>:"|?*;]+', "_", stem).strip(" ._")[:NAME_LIMIT]
    return f"{stem or 'file'}.{KINDS[kind][0]}"
