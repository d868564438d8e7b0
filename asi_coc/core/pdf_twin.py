"""The twin of a CoC Document as an attachment of its PDF.

The file is added to (ISO 32000, incremental update): its pages stay byte for
byte what they were. The catalog names the attachment among the embedded files
and, as PDF/A-3 asks, as an associated file that says the same as the pages.
"""

import hashlib
import re
import zlib

from .pdf_file import PdfFile, start_of_pdf
from .pdf_syntax import Name, Reference, broken, serialize
from .twin import SIZE_LIMIT, load
from .twin_messages import TwinError, shown

#: Name of the attachment.
ATTACHMENT = "coc-document.json"
DESCRIPTION = "ASI CoC Document (JSON)"
#: Attachments, and nodes of the tree that leads to them, looked at.
ATTACHMENT_LIMIT = 1000
JSON_START = re.compile(rb"(?:\xef\xbb\xbf)?[\t\n\r ]{0,1000}[{\[]")
# Parts of a table stream's dictionary that are not the trailer's.
TABLE_KEYS = {
    *("Type", "W", "Index", "Filter", "DecodeParms", "Length", "Prev", "XRefStm"),
}


def read_upload(name, data):
    """Return the normalized payload of an uploaded PDF or JSON file.

    Goes by what the file holds; ``name`` is only shown in errors.

    >>> upload = b'{"schema": "asi-coc-document", "version": "1.0", "number": "17"}'
    >>> read_upload("document.pdf", upload)["number"]
    '17'
    >>> try:
    ...     read_upload("photo.json", b"\\x89PNG")
    ... except TwinError as error:
    ...     print(error)
    photo.json is neither a PDF nor a JSON file.

    Raises :class:`~.twin_messages.TwinError` and nothing else.
    """
    if JSON_START.match(data):
        return load(data)
    if start_of_pdf(data) < 0:
        raise TwinError("upload_unknown", name=shown(name))
    return load(extract(data))


def extract(data):
    """Return the twin attached to a PDF, as bytes yet to be loaded.

    Raises :class:`~.twin_messages.TwinError` and nothing else, within a bounded
    time and memory, whatever ``data`` is; also when there is no twin.
    """
    pdf = PdfFile(data)
    found = _find_twins(pdf)
    if not found:
        raise TwinError("pdf_without_twin", name=ATTACHMENT)
    if len(found) > 1:
        raise TwinError("pdf_ambiguous", name=ATTACHMENT)
    twin = pdf.read_stream(found.pop(), SIZE_LIMIT)
    if twin is None:
        raise TwinError("twin_too_large", limit=SIZE_LIMIT)
    return twin


def embed(data, twin):
    """Return the PDF ``data`` with ``twin`` (bytes) attached to it.

    Raises :class:`~.twin_messages.TwinError` when the PDF cannot be read or has
    a twin already.
    """
    pdf = PdfFile(data)
    if _find_twins(pdf):
        raise TwinError("pdf_ambiguous", name=ATTACHMENT)
    root = pdf.trailer.get("Root")
    if not isinstance(root, Reference):
        raise broken("no catalog")
    stream, file, table = (Reference(pdf.next_number + i, 0) for i in range(3))
    packed = zlib.compress(twin, 9)
    objects = {
        root: serialize(_extend_catalog(pdf, file)),
        stream: _serialize_stream(_describe_stream(twin), packed),
        file: serialize(_describe_file(stream)),
    }
    return _append(pdf, objects, table, hashlib.md5(twin, usedforsecurity=False))


# -- finding ----------------------------------------------------------------
def _find_twins(pdf):
    """Return references to the streams of all attachments that are called so."""
    catalog = pdf.dictionary(pdf.trailer.get("Root"))
    files = _list_attachments(pdf, catalog)
    files += [(None, file) for file in pdf.array(catalog.get("AF"))]
    if len(files) > ATTACHMENT_LIMIT:
        raise TwinError("pdf_too_complex", detail="too many attachments")
    found = set()
    for key, file in files:
        file = pdf.dictionary(file)
        names = [pdf.resolve(file.get(name)) for name in ("UF", "F")]
        names = [name for name in names if name is not None] or [key]
        if ATTACHMENT in map(_decode, names):
            streams = pdf.dictionary(file.get("EF"))
            found |= {streams[name] for name in ("UF", "F") if _is_in(streams, name)}
    return found


def _is_in(streams, name):
    if name in streams and not isinstance(streams[name], Reference):
        raise broken("attachment")
    return name in streams


def _list_attachments(pdf, catalog):
    """Return keys and file specifications of the tree of embedded files."""
    names = pdf.dictionary(catalog.get("Names"))
    nodes, seen, files = [names.get("EmbeddedFiles")], set(), []
    for node in nodes:
        if isinstance(node, Reference):
            if node in seen:
                raise broken("attachments in a circle")
            seen.add(node)
        node = pdf.dictionary(node)
        items = pdf.array(node.get("Names"))
        files += zip(map(pdf.resolve, items[::2]), items[1::2], strict=False)
        nodes += pdf.array(node.get("Kids"))
        if len(files) > ATTACHMENT_LIMIT or len(nodes) > ATTACHMENT_LIMIT:
            raise TwinError("pdf_too_complex", detail="too many attachments")
    return files


def _decode(name):
    if not isinstance(name, bytes):
        return None
    for mark, encoding in ((b"\xfe\xff", "utf-16-be"), (b"\xef\xbb\xbf", "utf-8")):
        if name.startswith(mark):
            return name[len(mark) :].decode(encoding, "replace")
    return name.decode("latin-1")


# -- adding -----------------------------------------------------------------
def _extend_catalog(pdf, file):
    catalog = pdf.dictionary(pdf.trailer["Root"])
    files = [*_list_attachments(pdf, catalog), (ATTACHMENT.encode(), file)]
    if not all(isinstance(key, bytes) for key, _file in files):
        raise broken("attachments without name")
    files.sort(key=lambda pair: pair[0])
    tree = {"Names": [item for pair in files for item in pair]}
    names = {**pdf.dictionary(catalog.get("Names")), "EmbeddedFiles": tree}
    associated = [*pdf.array(catalog.get("AF")), file]
    return {**catalog, "Names": names, "AF": associated}


def _describe_stream(twin):
    return {
        "Type": Name("EmbeddedFile"),
        "Subtype": Name("application/json"),
        "Filter": Name("FlateDecode"),
        "Params": {"Size": len(twin)},
    }


def _describe_file(stream):
    return {
        "Type": Name("Filespec"),
        "F": ATTACHMENT.encode(),
        "UF": ATTACHMENT.encode(),
        "Desc": DESCRIPTION.encode(),
        "AFRelationship": Name("Alternative"),
        "EF": {"F": stream, "UF": stream},
    }


def _serialize_stream(dictionary, data):
    dictionary = {**dictionary, "Length": len(data)}
    return b"%s\nstream\n%s\nendstream" % (serialize(dictionary), data)


def _append(pdf, objects, table, digest):
    """Return the PDF with ``objects`` and a table of the kind it has at its end."""
    parts = [pdf.data, b"\n"]
    position = len(pdf.data) + 1
    places = {}
    for reference, text in objects.items():
        places[reference] = position
        parts.append(b"%d %d obj\n%s\nendobj\n" % (*reference, text))
        position += len(parts[-1])
    trailer = {k: v for k, v in pdf.trailer.items() if k not in TABLE_KEYS}
    trailer |= {"Size": table.number + 1, "Prev": pdf.start_of_table}
    identity = pdf.array(trailer.get("ID"))
    if identity:
        trailer["ID"] = [identity[0], digest.digest()]
    if pdf.has_table_stream:
        places[table] = position
        parts.append(_make_table_stream(places, table, trailer))
    else:
        parts.append(_make_table(places, trailer))
    parts.append(b"startxref\n%d\n%%%%EOF\n" % position)
    return b"".join(parts)


def _make_table(places, trailer):
    sections = [
        b"%d 1\n%010d %05d n \n" % (reference.number, place, reference.generation)
        for reference, place in sorted(places.items())
    ]
    return b"xref\n%strailer\n%s\n" % (b"".join(sections), serialize(trailer))


def _make_table_stream(places, table, trailer):
    rows = sorted(places.items())
    index = [number for reference, _place in rows for number in (reference.number, 1)]
    data = b"".join(
        bytes([1]) + place.to_bytes(4, "big") + reference.generation.to_bytes(2, "big")
        for reference, place in rows
    )
    dictionary = {"Type": Name("XRef"), **trailer, "W": [1, 4, 2], "Index": index}
    return b"%d 0 obj\n%s\nendobj\n" % (
        table.number,
        _serialize_stream(dictionary, data),
    )
