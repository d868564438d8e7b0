"""How a kind of records is described."""

from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of records.

    ``kept`` is the domain of those that count: drafts that were never in force do
    not. ``running`` is that of those whose retention has not begun, as they are in
    force. Retention runs from the latest of ``dates``, paths to days or moments; from
    the day of entry where there is none. ``scope`` is the path to the CoC
    Certification Scope; the company tells where there is none. ``is_permanent`` says
    that the ledger or documents rest on them, and that they stay for as long.
    ``has_living_files`` says that their files are renewed: documents keep those they
    were made with.
    """

    title: str
    criteria: str
    dates: tuple
    kept: list
    running: list | None = None
    scope: str | None = "scope_id"
    is_permanent: bool = False
    has_living_files: bool = False


class Part(NamedTuple):
    """A part of a record, and which of the parts count; see :class:`Kind`."""

    path: str
    kept: list = []
