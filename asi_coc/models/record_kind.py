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


def get_deciding_fields(name, entry):
    """Return the fields that make a record of model ``name`` count as one.

    Of Odoo's own models those that say so themselves: what belongs to them has the
    guards of Odoo.
    """
    paths = [leaf[0] for leaf in entry.kept if not isinstance(leaf, str)]
    if isinstance(entry, Part):
        paths.append(entry.path)
    elif entry.scope not in (None, "id"):
        paths.append(entry.scope)
    if not name.startswith("asi.coc."):
        paths = [path for path in paths if "." not in path]
        paths.append("company_id")
    return frozenset(path.split(".")[0] for path in paths)
