"""The words of the report to ASI: its parts, their notes and lines (1.7).

Apart from the models, so that print, workbook and screen say the same.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate("asi_coc")
# There is no environment yet where words are listed.
# pylint: disable=prefer-env-translation

TITLES = {
    "a": _lt("Inputs and outputs of CoC Material"),
    "b": _lt("Inputs and outputs of Eligible Scrap"),
    "c": _lt("Inflows and outflows of Non-CoC Material"),
    "d": _lt("Maximum positive balance carried over"),
    "e": _lt("Positive balance used"),
    "f": _lt("Maximum internal overdraw"),
    "g": _lt("CoC Material between supply chain activities"),
}

_ENDED = _lt(
    "Of Material Accounting Periods that end in the year, in terms of what is put out."
)
NOTES = {
    "a": _lt("Across the boundary of the CoC Certification Scope."),
    "b": _lt("By aluminium content. Scrap that stays inside is not reported (8.6)."),
    "c": _lt(
        "Across the boundary of the scope; Recyclable Scrap Material that is not "
        "eligible counts here."
    ),
    "d": _lt(
        "The most that was carried over at the end of one Material Accounting Period; "
        "of those that end in the year, in terms of what is put out."
    ),
    "e": _ENDED,
    "f": _lt(
        "The most that was overdrawn at the end of one period, of those that end in "
        "the year (8.8). A short-term negative balance within a period is no internal "
        "overdraw (8.2)."
    ),
    "g": _lt(
        "The part of the period's CoC Material that the days of the year have of the "
        "mass that went. Asked of this entity: it puts out more than one CoC Material."
    ),
}
#: What part g says where it is not asked for.
NOT_ASKED = _lt(
    "Not asked of this entity, which puts out one CoC Material only; for information."
)

#: Each line, of a material and unit.
LINES = {
    "coc_input": _lt("ASI %(material)s in (%(unit)s)"),
    "own_production": _lt("Own production of %(material)s (%(unit)s)"),
    "coc_output": _lt("ASI %(material)s out (%(unit)s)"),
    "eligible_scrap_input": _lt("Eligible Scrap in (%(unit)s)"),
    "eligible_scrap_output": _lt("Eligible Scrap out, pre-consumer (%(unit)s)"),
    "non_coc_input": _lt("Non-ASI %(material)s in (%(unit)s)"),
    "non_coc_output": _lt("Non-ASI %(material)s out (%(unit)s)"),
    "recyclable_scrap_input": _lt(
        "Recyclable Scrap Material in, not eligible (%(unit)s)"
    ),
    "recyclable_scrap_output": _lt("Scrap out, not eligible (%(unit)s)"),
    "positive_balance_carried": _lt(
        "Positive balance of ASI %(material)s carried over (%(unit)s)"
    ),
    "positive_balance_used": _lt(
        "Positive balance of ASI %(material)s used (%(unit)s)"
    ),
    "positive_balance_expired": _lt(
        "Positive balance of ASI %(material)s expired, not used (%(unit)s)"
    ),
    "overdraw": _lt("Internal overdraw of ASI %(material)s (%(unit)s)"),
    "intra_entity": _lt("ASI %(material)s, intra-entity (%(unit)s)"),
    "own_dross": _lt("Own dross re-melted, Eligible Scrap inside the scope (%(unit)s)"),
}
TONNES = _lt("t")
DRY_TONNES = _lt("dry t")
