"""Names as two people write them."""


def plain_name(text):
    """Return a name without what two writers of it may do differently.

    >>> plain_name("  Rolling   SLAB ") == plain_name("rolling slab")
    True
    >>> plain_name(None)
    ''
    """
    return " ".join((text or "").casefold().split())
