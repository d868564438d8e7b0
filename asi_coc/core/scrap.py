"""Mixed loads of scrap: how finely their parts may be told (4.2)."""

#: Percent by visual inspection or the supplier's word.
COARSE_STEP = 25
#: Percent where there is ground for more confidence: steps of 10 or of 5.
FINE_STEP = 5


def split_problem(parts, is_confident):
    """Return what is wrong with a split of a load, or ``None``.

    ``parts`` are whole percentages by kind. The answer is the rule that is broken,
    ``range``, ``sum`` or ``step``, and the value that breaks it.

    >>> split_problem((75, 25, 0), False)
    >>> split_problem((75, 20, 0), False)
    ('sum', 95)
    >>> split_problem((110, -10, 0), False)
    ('range', 110)

    Steps are of 25 %, finer ones need the ground for confidence; none is finer
    than 5 %:

    >>> split_problem((90, 10, 0), False)
    ('step', 90)
    >>> split_problem((90, 10, 0), True), split_problem((85, 15, 0), True)
    (None, None)
    >>> split_problem((88, 12, 0), True)
    ('step', 88)
    """
    for part in parts:
        if not 0 <= part <= 100:
            return "range", part
    if sum(parts) != 100:
        return "sum", sum(parts)
    step = FINE_STEP if is_confident else COARSE_STEP
    for part in parts:
        if part % step:
            return "step", part
    return None
