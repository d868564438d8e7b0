"""Files of an audit pack: names, tables, manifest and archive, in plain Python.

Everything is written and read block by block: a pack may be larger than memory.
"""

import csv
import hashlib
import re
import unicodedata
import zipfile
from pathlib import Path

from .verify_ledger import FORMULA

BLOCK = 1 << 20
MANIFEST = "manifest.sha256"
#: Bytes of a file's name; some systems take 255, and packs lie in folders.
LONGEST_NAME = 120
LONGEST_EXTENSION = 12
#: Names that Windows keeps for devices, whatever their extension.
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
#: What no system wants in a name, and what breaks out of a folder.
FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
#: Files that do not become smaller.
PACKED = {".pdf", ".xlsx", ".docx", ".zip", ".png", ".jpg", ".jpeg", ".gif", ".7z"}


# -- names ----------------------------------------------------------------------
def make_name(name, fallback="file"):
    r"""Return a name that is a file's on every system, and stays in its folder.

    >>> make_name("../../etc/passwd")
    '_.._etc_passwd'
    >>> make_name("COC/2025/00001.pdf")
    'COC_2025_00001.pdf'
    >>> make_name("..")
    'file'
    >>> make_name("nul.txt")
    '_nul.txt'
    >>> make_name("report\u202efdp.exe\n")
    'reportfdp.exe'
    >>> make_name("")
    'file'
    >>> len(make_name("铝" * 200 + ".pdf").encode())
    118
    >>> make_name("x" * 200 + ".pdf")[-6:]
    'xx.pdf'
    """
    text = unicodedata.normalize("NFC", name or "")
    # Control and format characters: some turn what a reader sees around.
    text = "".join(
        letter
        for letter in text
        if unicodedata.category(letter)[0] not in "CZ" or letter == " "
    )
    # A leading dot hides a file, a trailing one is lost.
    text = _shorten(FORBIDDEN.sub("_", text).strip(". ")).strip(". ")
    if not text:
        return fallback
    return f"_{text}" if DEVICES.fullmatch(text) else text


def _shorten(text):
    if len(text.encode()) <= LONGEST_NAME:
        return text
    stem, extension = split_extension(text)
    room = LONGEST_NAME - len(extension.encode())
    return stem.encode()[:room].decode(errors="ignore") + extension


def split_extension(name):
    """Return a name and its extension, with the dot.

    >>> split_extension("analysis.pdf")
    ('analysis', '.pdf')
    >>> split_extension("Analysis of 1. May and what came of it")
    ('Analysis of 1. May and what came of it', '')
    """
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > LONGEST_EXTENSION or " " in extension:
        return name, ""
    return stem, dot + extension


class Names:
    """Gives each file of a folder a name of its own, whatever its case.

    >>> names = Names()
    >>> [names.take(name) for name in ("a.pdf", "A.PDF", "a.pdf", "b")]
    ['a.pdf', 'A (2).PDF', 'a (3).pdf', 'b']
    """

    def __init__(self):
        self._taken = set()

    def take(self, name):
        """Return ``name`` made safe, and numbered where it is taken."""
        name = free = make_name(name)
        stem, extension = split_extension(name)
        number = 1
        while free.casefold() in self._taken:
            number += 1
            free = f"{stem} ({number}){extension}"
        self._taken.add(free.casefold())
        return free


# -- tables ---------------------------------------------------------------------
def guard_text(text):
    """Return a text that no spreadsheet takes for a formula.

    >>> guard_text("=1+2")
    "'=1+2"
    >>> guard_text("10 t, of which 8 t CoC")
    '10 t, of which 8 t CoC'
    """
    return f"'{text}" if text.startswith(FORMULA) else text


class Table:
    """A CSV file as RFC 4180 has it, in UTF-8 with a mark that says so.

    ``count`` is the number of rows written, without the header.
    """

    def __init__(self, path, header):
        # The mark is how spreadsheets tell UTF-8.
        self._file = open(path, "w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, quoting=csv.QUOTE_ALL)
        self._writer.writerow([guard_text(label) for label in header])
        self.count = 0

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._file.close()

    def write_row(self, cells):
        """Write a row; ``cells`` are texts that are guarded, and exact figures."""
        self._writer.writerow(cells)
        self.count += 1


# -- the archive ----------------------------------------------------------------
def list_files(folder):
    """Return the paths of all files below ``folder``, relative to it, in order."""
    folder = Path(folder)
    paths = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in paths)


def write_archive(folder, archive, moment):
    """Write all files of ``folder``, and their manifest, to a ZIP at ``archive``.

    ``moment`` is the date and time of all of them: the same files make the same
    archive. Returns the number of files, the manifest among them.
    """
    folder = Path(folder)
    stamp = (*moment.timetuple()[:6],)
    lines = []
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as target:
        for path in list_files(folder):
            digest = _add_file(target, folder / path, path, stamp)
            lines.append(f"{digest}  {path}\n")
        info = _make_entry(MANIFEST, stamp)
        target.writestr(info, "".join(lines).encode())
    return len(lines) + 1


def _add_file(target, source, path, stamp):
    info = _make_entry(path, stamp)
    size = source.stat().st_size
    digest = hashlib.sha256()
    with (
        open(source, "rb") as file,
        target.open(info, "w", force_zip64=size >= 1 << 31) as entry,
    ):
        while block := file.read(BLOCK):
            digest.update(block)
            entry.write(block)
    return digest.hexdigest()


def _make_entry(path, stamp):
    info = zipfile.ZipInfo(path, stamp)
    info.create_system = 3
    info.external_attr = 0o100644 << 16
    packed = Path(path).suffix.lower() in PACKED
    info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    return info


def iter_blocks(path, size):
    """Yield the content of a file in blocks of ``size`` bytes."""
    with open(path, "rb") as file:
        while block := file.read(size):
            yield block
