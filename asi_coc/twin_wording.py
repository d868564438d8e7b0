"""What is wrong with an uploaded CoC Document, in the reader's language.

The core has no translations; these are its messages, word for word, where they
can be translated.
"""

from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate("asi_coc")
# There is no environment yet where messages are listed.
# pylint: disable=prefer-env-translation

#: The messages of ``core.twin_messages.ERRORS``.
MESSAGES = {
    "upload_unknown": _lt("%(name)s is neither a PDF nor a JSON file."),
    "twin_too_large": _lt("The JSON is larger than %(limit)s bytes."),
    "twin_not_utf8": _lt("The JSON is not UTF-8 text (byte %(position)s)."),
    "twin_not_json": _lt("This is not JSON (line %(line)s, column %(column)s)."),
    "twin_too_deep": _lt("The JSON is nested too deep."),
    "twin_duplicate_key": _lt("The JSON has two values for %(name)s."),
    "twin_number_too_large": _lt("%(value)s is no number a CoC Document has."),
    "twin_wrong_schema": _lt(
        "The JSON is not a CoC Document: its schema is %(value)s."
    ),
    "twin_wrong_version": _lt(
        "Version %(value)s of the JSON is not known; %(version)s is."
    ),
    "missing": _lt("%(path)s is missing."),
    "unknown_property": _lt(
        "%(path)s is not part of a CoC Document; extensions may hold further "
        "properties."
    ),
    "not_an_object": _lt("%(path)s is not an object."),
    "not_a_list": _lt("%(path)s is not a list."),
    "not_a_text": _lt("%(path)s is not a text."),
    "not_true_or_false": _lt("%(path)s is neither true nor false."),
    "not_a_whole_number": _lt("%(path)s is not a whole number."),
    "too_long": _lt("%(path)s is longer than %(limit)s characters."),
    "too_many": _lt("%(path)s has more than %(limit)s items."),
    "control_character": _lt("%(path)s has characters that cannot be shown."),
    "not_allowed": _lt("%(path)s is %(value)s; allowed are %(allowed)s."),
    "not_a_date": _lt("%(path)s is %(value)s, which is no date written as YYYY-MM-DD."),
    "not_a_number": _lt(
        "%(path)s is %(value)s, which is no number of at most six decimals "
        "with a point."
    ),
    "out_of_range": _lt("%(path)s is %(value)s, which lies out of range."),
    "not_a_web_address": _lt(
        "%(path)s is %(value)s, which is no http or https address."
    ),
    "pdf_too_large": _lt("The PDF is larger than %(limit)s bytes."),
    "pdf_not_a_pdf": _lt("The file is not a PDF."),
    "pdf_encrypted": _lt("The PDF is encrypted. Ask for one without a password."),
    "pdf_broken": _lt("The PDF is damaged (%(detail)s)."),
    "pdf_too_complex": _lt(
        "The PDF has more in it than a CoC Document needs (%(detail)s)."
    ),
    "pdf_unknown_filter": _lt(
        "The PDF keeps its attachments in a way that cannot be read (%(filter)s)."
    ),
    "pdf_without_twin": _lt(
        "The PDF has no attachment %(name)s. Enter the CoC Document by hand."
    ),
    "pdf_ambiguous": _lt(
        "The PDF has several attachments %(name)s; which one counts cannot be known."
    ),
}


#: The messages of ``core.twin_messages.CONTRADICTIONS``.
CONTRADICTION_MESSAGES = {
    "coc_exceeds_total": _lt(
        "Line %(line)s: %(coc_mass)s of CoC Material in only %(total_mass)s of "
        "total material (9.2h, 9.2i)."
    ),
    "no_coc_mass": _lt("Line %(line)s: no CoC Material (9.2h)."),
    "wrong_unit": _lt(
        "Line %(line)s: %(material)s is measured in %(expected)s, not in %(unit)s."
    ),
    "duplicate_line": _lt(
        "Line %(line)s: the same material and form as line %(first)s; each form"
        " has one line."
    ),
    "total_exceeds_shipped": _lt(
        "Line %(line)s: %(total_mass)s of net material in only %(mass_shipped)s"
        " shipped."
    ),
    "items_exceed_shipped": _lt(
        "Line %(line)s: %(items)s items of %(net_mass_per_item)s of net "
        "material in only %(mass_shipped)s shipped."
    ),
    "replaces_itself": _lt("Document %(number)s cannot replace itself (9.6)."),
}


def describe(env, error):
    """Return the message of a ``TwinError`` in the language of ``env``."""
    message = env._(MESSAGES[error.code])
    return message % error.parameters


def describe_contradiction(env, code, parameters):
    """Return what ``find_contradictions`` found in the language of ``env``."""
    message = env._(CONTRADICTION_MESSAGES[code])
    return message % parameters
