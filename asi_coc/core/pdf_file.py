"""The objects of a PDF file that may be hostile.

Odoo reads PDFs with one of several libraries, depending on the system: some
loop for ever on crafted files, and Odoo switches off the limits the newest has
on compressed data (``odoo/tools/pdf``). What strangers upload is therefore read
here, within a budget: only what leads to the attachments, never the pages.
"""

import re
import zlib

from .pdf_syntax import (
    OBJECT,
    SPACE,
    Budget,
    Parser,
    Reference,
    Stream,
    broken,
)
from .twin_messages import TwinError, shown

#: Largest PDF in bytes.
SIZE_LIMIT = 10 * 2**20
#: Objects and table rows looked at: under a second.
STEP_LIMIT = 200_000
#: Largest stream of the file's own structure, in bytes, when unpacked.
STRUCTURE_LIMIT = 8 * 2**20
#: How much of an object stream its table of contents may be.
CONTENTS_LIMIT = 2**18
SECTION_LIMIT = 100
REFERENCE_LIMIT = 16
DEPTH_LIMIT = 8
# Unpacking a byte of a table costs Python this part of a step.
TABLE_BYTES_PER_STEP = 16
START_OF_TABLE = re.compile(rb"[%s]{0,32}xref(?![0-9A-Za-z])" % SPACE)
SUBSECTION = re.compile(
    rb"[%(s)s]{0,32}([0-9]{1,10})[%(s)s]{1,32}([0-9]{1,10})(?=[%(s)s])" % {b"s": SPACE}
)
ROW = re.compile(
    rb"[%(s)s]{0,32}([0-9]{1,10})[%(s)s]{1,32}([0-9]{1,5})[%(s)s]{1,32}([fn])"
    % {b"s": SPACE}
)
TRAILER = re.compile(rb"[%s]{0,32}trailer" % SPACE)
START = re.compile(rb"startxref[%(s)s]{1,32}([0-9]{1,10})" % {b"s": SPACE})


def start_of_pdf(data):
    """Return where a PDF begins in ``data``, or -1. Some have a line in front."""
    return data.find(b"%PDF-", 0, 1024)


class PdfFile:
    """A PDF file, as bytes.

    Raises :class:`~.twin_messages.TwinError` and nothing else.
    """

    def __init__(self, data):
        if len(data) > SIZE_LIMIT:
            raise TwinError("pdf_too_large", limit=SIZE_LIMIT)
        start = start_of_pdf(data)
        if start < 0:
            raise TwinError("pdf_not_a_pdf")
        self.data = data[start:]
        self.trailer = None
        #: Whether the newest table is a stream.
        self.has_table_stream = False
        self._budget = Budget(STEP_LIMIT)
        # Number of each object: its byte, or its object stream and its place there.
        self._places = {}
        self._objects = {}
        # How many objects are being read to read another.
        self._depth = 0
        self._object_streams = {}
        self.start_of_table = self._find_start()
        self._read_tables()
        if "Encrypt" in self.trailer:
            raise TwinError("pdf_encrypted")

    @property
    def next_number(self):
        """The first number that no object has."""
        size = self.trailer.get("Size")
        return max(size if type(size) is int else 1, *self._places, 0) + 1

    # -- values -------------------------------------------------------------
    def resolve(self, value):
        """Return what ``value`` refers to, or itself."""
        for _step in range(REFERENCE_LIMIT):
            if not isinstance(value, Reference):
                return value
            value = self._get(value.number)
        raise broken("references in a circle")

    def dictionary(self, value):
        """Return the dictionary that ``value`` is or refers to; none is empty."""
        return self._typed(value, dict, {})

    def array(self, value):
        """Return the array that ``value`` is or refers to; none is empty."""
        return self._typed(value, list, [])

    def read_stream(self, value, limit):
        """Return the data of the stream ``value`` refers to, unpacked.

        ``limit`` in bytes, whatever the stream claims of itself; ``None`` when
        there is more.
        """
        stream = self.resolve(value)
        if not isinstance(stream, Stream):
            raise broken("no stream")
        return self._unpack(stream, limit)

    def _typed(self, value, kind, default):
        value = self.resolve(value)
        if value is None:
            return default
        if not isinstance(value, kind):
            raise broken(f"no {kind.__name__}")
        return value

    def _get(self, number):
        if number not in self._objects:
            if self._depth == DEPTH_LIMIT:
                raise broken("references in a circle")
            self._depth += 1
            self._objects[number] = self._read(number)
            self._depth -= 1
        return self._objects[number]

    def _read(self, number):
        self._budget.spend()
        place = self._places.get(number)
        if place is None:
            return None
        if isinstance(place, int):
            return self._read_object(place, number)
        return self._read_packed(number, *place)

    def _read_object(self, place, number=None):
        head = OBJECT.match(self.data, min(place, len(self.data)))
        if not head or number not in (None, int(head[1])):
            raise broken(f"object at byte {place}")
        parser = Parser(self.data, head.end(), self._budget)
        value = parser.next_value()
        if isinstance(value, dict):
            return parser.read_stream_start(value)
        return value

    def _read_packed(self, number, stream_number, index):
        contents, first, data = self._get_object_stream(stream_number)
        if index >= len(contents) // 2 or contents[2 * index] != number:
            raise broken(f"object {number}")
        return Parser(data, first + contents[2 * index + 1], self._budget).next_value()

    def _get_object_stream(self, number):
        if number not in self._object_streams:
            place = self._places.get(number)
            # An object stream lies in no other: nothing can go round in circles.
            stream = (
                self._read_object(place, number) if isinstance(place, int) else None
            )
            if not isinstance(stream, Stream):
                raise broken(f"object stream {number}")
            self._object_streams[number] = self._read_contents(stream)
        return self._object_streams[number]

    def _read_contents(self, stream):
        count = self._count(stream.dictionary.get("N"))
        first = self._count(stream.dictionary.get("First"))
        if first > CONTENTS_LIMIT:
            raise TwinError("pdf_too_complex", detail="object stream")
        self._budget.spend(first // TABLE_BYTES_PER_STEP)
        data = self._unpack_structure(stream)
        contents = data[:first].split()[: 2 * count]
        if not all(word.isdigit() and len(word) <= 10 for word in contents):
            raise broken("object stream")
        return [int(word) for word in contents], first, data

    # -- streams ------------------------------------------------------------
    def _unpack_structure(self, stream):
        data = self._unpack(stream, STRUCTURE_LIMIT)
        if data is None:
            raise TwinError("pdf_too_complex", detail="large tables")
        return data

    def _unpack(self, stream, limit):
        data = self._get_raw(stream)
        dictionary = stream.dictionary
        filters = self._get_list(dictionary.get("Filter"))
        if filters not in ([], ["FlateDecode"]):
            names = " ".join(map(str, filters))
            raise TwinError("pdf_unknown_filter", filter=shown(names))
        if filters:
            data = self._inflate(data, limit)
        if data is None or len(data) > limit:
            return None
        parameters = self._get_list(dictionary.get("DecodeParms"))
        parameters = self.dictionary(parameters[0] if parameters else None)
        predictor = self._count(parameters.get("Predictor", 1))
        if predictor == 1:
            return data
        if predictor < 10:
            raise TwinError("pdf_unknown_filter", filter=f"Predictor {predictor}")
        return self._undo_predictor(data, self._count(parameters.get("Columns", 1)))

    def _get_raw(self, stream):
        start = stream.start
        length = stream.dictionary.get("Length")
        if isinstance(length, Reference):
            # Only where it leads to no further stream.
            place = self._places.get(length.number)
            length = self._read_object(place) if isinstance(place, int) else None
        if type(length) is int and 0 <= length <= len(self.data) - start:
            end = start + length
            if self.data[end : end + 16].lstrip().startswith(b"endstream"):
                self._budget.spend(length=length)
                return self.data[start:end]
        end = self.data.find(b"endstream", start)
        self._budget.spend(length=(end if end >= 0 else len(self.data)) - start)
        if end < 0:
            raise broken(f"stream at byte {start}")
        return self.data[start:end]

    def _inflate(self, data, limit):
        decoder = zlib.decompressobj()
        try:
            result = decoder.decompress(data, limit + 1)
        except zlib.error:
            raise broken("compressed data") from None
        self._budget.spend(length=len(result))
        if len(result) > limit:
            return None
        if not decoder.eof:
            raise broken("compressed data")
        return result

    def _undo_predictor(self, data, columns):
        """Add each row to the row above where its first byte asks for it."""
        self._budget.spend(len(data) // TABLE_BYTES_PER_STEP)
        width = columns + 1
        above = bytes(min(columns, len(data)))
        rows = []
        for start in range(0, len(data), width):
            self._budget.spend()
            kind, row = data[start], data[start + 1 : start + width]
            if kind not in (0, 2):
                raise TwinError("pdf_unknown_filter", filter=f"Predictor 1{kind}")
            if kind:
                row = bytes((a + b) & 255 for a, b in zip(row, above, strict=False))
            rows.append(row)
            above = row
        return b"".join(rows)

    def _get_list(self, value):
        value = self.resolve(value)
        if value is None:
            return []
        return (
            [self.resolve(item) for item in value]
            if isinstance(value, list)
            else [value]
        )

    def _count(self, value):
        value = self.resolve(value)
        if type(value) is not int or value < 0:
            raise broken("no count")
        return value

    # -- tables -------------------------------------------------------------
    def _find_start(self):
        found = list(START.finditer(self.data, max(0, len(self.data) - 2048)))
        if not found:
            raise broken("startxref")
        return int(found[-1][1])

    def _read_tables(self):
        """Read the tables of objects, newest first; what is newer counts."""
        waiting, seen = [self.start_of_table], set()
        while waiting:
            place = waiting.pop()
            if place in seen:
                raise broken("tables in a circle")
            if len(seen) == SECTION_LIMIT:
                raise TwinError("pdf_too_complex", detail="too many tables")
            seen.add(place)
            table = START_OF_TABLE.match(self.data, place)
            trailer = (
                self._read_table(table.end())
                if table
                else self._read_table_stream(place)
            )
            if self.trailer is None:
                self.trailer = trailer
                self.has_table_stream = not table
            # The stream beside a table comes before what is older.
            waiting += [trailer[key] for key in ("Prev", "XRefStm") if key in trailer]
            if not all(type(place) is int for place in waiting):
                raise broken("place of a table")

    def _read_table(self, position):
        while subsection := SUBSECTION.match(self.data, position):
            position = subsection.end()
            first, count = int(subsection[1]), int(subsection[2])
            for number in range(first, first + count):
                self._budget.spend()
                row = ROW.match(self.data, position)
                if not row:
                    raise broken(f"table at byte {position}")
                position = row.end()
                used = row[3] == b"n"
                self._places.setdefault(number, int(row[1]) if used else None)
        trailer = TRAILER.match(self.data, position)
        if not trailer:
            raise broken(f"table at byte {position}")
        return self.dictionary(
            Parser(self.data, trailer.end(), self._budget).next_value()
        )

    def _read_table_stream(self, place):
        stream = self._read_object(place)
        if not isinstance(stream, Stream) or stream.dictionary.get("Type") != "XRef":
            raise broken(f"table at byte {place}")
        trailer = stream.dictionary
        widths = [self._count(width) for width in self.array(trailer.get("W"))]
        if len(widths) != 3 or not 0 < sum(widths) <= 24:
            raise broken(f"table at byte {place}")
        data = self._unpack_structure(stream)
        default = [0, trailer.get("Size", 0)]
        ranges = [
            self._count(item) for item in self.array(trailer.get("Index", default))
        ]
        position = 0
        for first, count in zip(ranges[::2], ranges[1::2], strict=False):
            for number in range(first, first + count):
                if position + sum(widths) > len(data):
                    raise broken(f"table at byte {place}")
                self._budget.spend()
                self._place_from(number, data, position, widths)
                position += sum(widths)
        return trailer

    def _place_from(self, number, data, position, widths):
        row = []
        for width in widths:
            row.append(int.from_bytes(data[position : position + width], "big"))
            position += width
        kind = row[0] if widths[0] else 1
        place = {1: row[1], 2: (row[1], row[2])}.get(kind)
        self._places.setdefault(number, place)
