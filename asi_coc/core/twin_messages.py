"""What can be wrong with a twin, in words.

The core has no translations: each error has a code and parameters, and whoever
shows it translates the English message of that code.
"""

#: Why an upload cannot be read as a twin at all.
ERRORS = {
    "upload_unknown": "%(name)s is neither a PDF nor a JSON file.",
    "twin_too_large": "The JSON is larger than %(limit)s bytes.",
    "twin_not_utf8": "The JSON is not UTF-8 text (byte %(position)s).",
    "twin_not_json": "This is not JSON (line %(line)s, column %(column)s).",
    "twin_too_deep": "The JSON is nested too deep.",
    "twin_duplicate_key": "The JSON has two values for %(name)s.",
    "twin_number_too_large": "%(value)s is no number a CoC Document has.",
    "twin_wrong_schema": "The JSON is not a CoC Document: its schema is %(value)s.",
    "twin_wrong_version": "Version %(value)s of the JSON is not known; %(version)s is.",
    "missing": "%(path)s is missing.",
    "unknown_property": "%(path)s is not part of a CoC Document; extensions may hold "
    "further properties.",
    "not_an_object": "%(path)s is not an object.",
    "not_a_list": "%(path)s is not a list.",
    "not_a_text": "%(path)s is not a text.",
    "not_true_or_false": "%(path)s is neither true nor false.",
    "not_a_whole_number": "%(path)s is not a whole number.",
    "too_long": "%(path)s is longer than %(limit)s characters.",
    "too_many": "%(path)s has more than %(limit)s items.",
    "control_character": "%(path)s has characters that cannot be shown.",
    "not_allowed": "%(path)s is %(value)s; allowed are %(allowed)s.",
    "not_a_date": "%(path)s is %(value)s, which is no date written as YYYY-MM-DD.",
    "not_a_number": "%(path)s is %(value)s, which is no number of at most six "
    "decimals with a point.",
    "out_of_range": "%(path)s is %(value)s, which lies out of range.",
    "not_a_web_address": "%(path)s is %(value)s, which is no http or https address.",
    "pdf_too_large": "The PDF is larger than %(limit)s bytes.",
    "pdf_not_a_pdf": "The file is not a PDF.",
    "pdf_encrypted": "The PDF is encrypted. Ask for one without a password.",
    "pdf_broken": "The PDF is damaged (%(detail)s).",
    "pdf_too_complex": "The PDF has more in it than a CoC Document needs (%(detail)s).",
    "pdf_unknown_filter": "The PDF keeps its attachments in a way that cannot be read "
    "(%(filter)s).",
    "pdf_without_twin": "The PDF has no attachment %(name)s. Enter the CoC Document "
    "by hand.",
    "pdf_ambiguous": "The PDF has several attachments %(name)s; which one counts "
    "cannot be known.",
}

#: What 9.2 asks for, by the code :func:`~.twin.find_missing` gives.
MISSING = {
    "date": "date of issue (9.2a)",
    "number": "reference number (9.2b)",
    "issuer_name": "name of the issuing entity (9.2c)",
    "issuer_address": "address of the issuing entity (9.2c)",
    "issuer_certificate": "CoC Certification number of the issuing entity (9.2c)",
    "customer_name": "name of the receiving customer (9.2d)",
    "customer_address": "address of the receiving customer (9.2d)",
    "responsible": "responsible employee of the issuing entity (9.2e)",
    "conformance": "statement of conformance with the ASI CoC Standard (9.2f)",
    "material": "type of CoC Material (9.2g)",
    "form": "form of the material (9.2g)",
    "unit": "unit of measure (9.2h, 9.2i)",
    "coc_mass": "mass of CoC Material (9.2h)",
    "total_mass": "mass of total material (9.2i)",
}

#: What cannot be true together, by the code :func:`~.twin.find_contradictions` gives.
CONTRADICTIONS = {
    "coc_exceeds_total": "Line %(line)s: %(coc_mass)s of CoC Material in only "
    "%(total_mass)s of total material (9.2h, 9.2i).",
    "no_coc_mass": "Line %(line)s: no CoC Material (9.2h).",
    "wrong_unit": "Line %(line)s: %(material)s is measured in %(expected)s, not in "
    "%(unit)s.",
    "duplicate_line": "Line %(line)s: the same material and form as line %(first)s; "
    "each form has one line.",
    "total_exceeds_shipped": "Line %(line)s: %(total_mass)s of net material in only "
    "%(mass_shipped)s shipped.",
    "items_exceed_shipped": "Line %(line)s: %(items)s items of %(net_mass_per_item)s "
    "of net material in only %(mass_shipped)s shipped.",
    "replaces_itself": "Document %(number)s cannot replace itself (9.6).",
}


class TwinError(ValueError):
    """An upload that cannot be read as the twin of a CoC Document.

    ``code`` is a key of :data:`ERRORS`, ``parameters`` what its message names.

    >>> error = TwinError("too_long", path="$.number", limit=64)
    >>> error.code, error.parameters["limit"]
    ('too_long', 64)
    >>> print(error)
    $.number is longer than 64 characters.
    """

    def __init__(self, code, **parameters):
        super().__init__(ERRORS[code] % parameters)
        self.code = code
        self.parameters = parameters


def shown(value, limit=60):
    """Return a foreign value as a short text that is safe to show.

    >>> shown("2020-13-01"), shown(12.5), shown("a" * 9, limit=5)
    ('2020-13-01', '12.5', 'aaaa…')
    """
    text = value if isinstance(value, str) else str(value)
    text = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(char if char.isprintable() else "\ufffd" for char in text)
