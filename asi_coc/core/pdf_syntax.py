"""PDF objects as Python values, read from bytes that may be hostile (ISO 32000).

Dictionaries are ``dict`` with names without slash as keys, arrays ``list``,
strings ``bytes``; names, references and streams have their own types.
"""

import re
from typing import NamedTuple

from .twin_messages import TwinError, shown

SPACE = rb"\x00\t\n\x0c\r "
SPACES = re.compile(rb"[%s]*" % SPACE)
COMMENT = re.compile(rb"%[^\r\n]*")
# Longer ones than any PDF has are cut, and what is left of them is an error.
WORD = re.compile(rb"[^%s()<>\[\]{}/%%]{1,100}" % SPACE)
NAME = re.compile(rb"/[^%s()<>\[\]{}/%%]{0,500}" % SPACE)
HEXADECIMAL = re.compile(rb"<([0-9A-Fa-f%s]*)>" % SPACE)
INTEGER = re.compile(rb"[+-]?[0-9]{1,12}")
REAL = re.compile(rb"[+-]?(?:[0-9]{1,40}\.[0-9]{0,40}|\.[0-9]{1,40}|[0-9]{1,40})")
# Bounded, so that looking ahead costs nothing.
REST_OF_REFERENCE = re.compile(
    rb"[%(space)s]{1,32}([0-9]{1,5})[%(space)s]{1,32}R(?![0-9A-Za-z])"
    % {b"space": SPACE}
)
OBJECT = re.compile(
    rb"[%(space)s]{0,32}([0-9]{1,10})[%(space)s]{1,32}([0-9]{1,5})"
    rb"[%(space)s]{1,32}obj(?![0-9A-Za-z])" % {b"space": SPACE}
)
STREAM = re.compile(rb"stream(?:\r\n|\n|\r)")
PARENTHESIS = re.compile(rb"[()\\]")
ESCAPE = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|\r|\n)|(.))", re.DOTALL)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
WORDS = {b"true": True, b"false": False, b"null": None}
NESTING_LIMIT = 64
#: How many bytes looked at cost as much as one object.
BYTES_PER_STEP = 256


class Name(str):
    """A name, without its slash."""

    __slots__ = ()


class Reference(NamedTuple):
    """What stands for an object elsewhere in the file."""

    number: int
    generation: int


class Stream(NamedTuple):
    """A stream: its dictionary and where its data begins."""

    dictionary: dict
    start: int


class Budget:
    """What reading one file may cost, whatever the file claims of itself.

    >>> budget = Budget(3)
    >>> budget.spend(length=300)
    >>> try:
    ...     budget.spend(length=300)
    ... except TwinError as error:
    ...     print(error.code)
    pdf_too_complex
    """

    def __init__(self, steps):
        self.left = steps

    def spend(self, steps=1, length=0):
        self.left -= steps + length // BYTES_PER_STEP
        if self.left < 0:
            raise TwinError("pdf_too_complex", detail="too many objects")


def broken(detail):
    """Return the error of a PDF that does not follow its own rules."""
    return TwinError("pdf_broken", detail=shown(detail))


class Parser:
    """Reads one value after the other.

    >>> text = b"<</Kids [7 0 R (a\\\\(b) <6162>] % kids"
    >>> Parser(text + b"\\n/N -1.5>>", 0, Budget(99)).next_value()
    {'Kids': [Reference(number=7, generation=0), b'a(b', b'ab'], 'N': -1.5}
    """

    def __init__(self, data, position, budget):
        self.data = data
        self.position = position
        self.budget = budget

    def next_value(self, depth=0):
        """Return the next value."""
        if depth > NESTING_LIMIT:
            raise TwinError("pdf_too_complex", detail="nested too deep")
        self._skip()
        data, position = self.data, self.position
        if data.startswith(b"<<", position):
            return self._read_dictionary(depth)
        first = data[position : position + 1]
        if first == b"[":
            self.position += 1
            return self._read_until(b"]", depth)
        if first == b"(":
            return self._read_string()
        if first == b"<":
            digits = self._take(HEXADECIMAL)[1].translate(None, b"\x00\t\n\x0c\r ")
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode())
        if first == b"/":
            return self._read_name()
        return self._read_word()

    def read_stream_start(self, dictionary):
        """Return the stream that follows its ``dictionary``, or the dictionary."""
        self._skip()
        found = STREAM.match(self.data, self.position)
        return Stream(dictionary, found.end()) if found else dictionary

    def _skip(self):
        """Go past white space and comments."""
        while True:
            start = self.position
            self.position = SPACES.match(self.data, start).end()
            comment = COMMENT.match(self.data, self.position)
            if comment:
                self.position = comment.end()
            self.budget.spend(length=self.position - start)
            if not comment:
                return

    def _take(self, pattern):
        found = pattern.match(self.data, self.position)
        if not found:
            raise broken(f"byte {self.position}")
        self.position = found.end()
        self.budget.spend(length=found.end() - found.start())
        return found

    def _read_until(self, end, depth):
        values = []
        while True:
            self._skip()
            if self.data.startswith(end, self.position):
                self.position += len(end)
                return values
            values.append(self.next_value(depth + 1))

    def _read_dictionary(self, depth):
        self.position += 2
        values = self._read_until(b">>", depth)
        keys = values[::2]
        if len(values) % 2 or not all(isinstance(key, Name) for key in keys):
            raise broken(f"dictionary before byte {self.position}")
        return dict(zip(map(str, keys), values[1::2], strict=True))

    def _read_string(self):
        start = self.position
        depth = 0
        while True:
            self.budget.spend()
            found = PARENTHESIS.search(self.data, self.position)
            if not found:
                raise broken(f"string at byte {start}")
            self.position = found.end()
            if found[0] == b"\\":
                self.position += 1
            depth += {b"(": 1, b")": -1}.get(found[0], 0)
            if not depth:
                break
        self.budget.spend(length=self.position - start)
        return ESCAPE.sub(_unescape, self.data[start + 1 : self.position - 1])

    def _read_name(self):
        text = self._take(NAME)[0][1:]
        text = re.sub(
            rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), text
        )
        return Name(text.decode("latin-1"))

    def _read_word(self):
        word = self._take(WORD)[0]
        if INTEGER.fullmatch(word):
            rest = REST_OF_REFERENCE.match(self.data, self.position)
            if rest and word.isdigit():
                self.position = rest.end()
                return Reference(int(word), int(rest[1]))
            return int(word)
        if REAL.fullmatch(word):
            return float(word)
        if word not in WORDS:
            raise broken(f"byte {self.position - len(word)}")
        return WORDS[word]


def _unescape(found):
    octal, _line_end, other = found.groups()
    if octal:
        return bytes([int(octal, 8) & 255])
    return ESCAPED.get(other, other) if other else b""


def serialize(value):
    """Return a value as PDF syntax.

    >>> serialize({"Names": [b"(a)", Reference(7, 0)], "N": 1, "T": Name("a/b")})
    b'<</Names [<286129> 7 0 R] /N 1 /T /a#2Fb>>'
    """
    if value is None:
        return b"null"
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, Reference):
        return b"%d %d R" % value
    if isinstance(value, Name):
        return b"/" + b"".join(map(_serialize_character, value.encode("latin-1")))
    if isinstance(value, bytes):
        return b"<%s>" % value.hex().encode()
    if isinstance(value, dict):
        items = [serialize(Name(key)) + b" " + serialize(value[key]) for key in value]
        return b"<<%s>>" % b" ".join(items)
    if isinstance(value, list):
        return b"[%s]" % b" ".join(map(serialize, value))
    return f"{value:f}".encode() if isinstance(value, float) else b"%d" % value


def _serialize_character(code):
    character = bytes([code])
    return character if character.isalnum() or code in b"-_.+" else b"#%02X" % code
