"""The SQL that tells what the hash of a ledger entry is of (8.1).

The text has one line per name in ``FIELDS`` of ``core/verify_ledger.py``: what the
entry's own columns say, what their relations say that can never change, and names as
they were at the posting. Names are kept in the text, so renaming a product changes no
hash, and the text can be worked out again from the entry alone at any time.
"""

from odoo.tools import SQL

from ..core.verify_ledger import FIELDS, VERSION

#: Records that an entry refers to, in the order in which a seal keeps their ids. Not
#: its contact: contacts may be merged.
RELATIONS = (
    "scope_id",
    "company_id",
    "period_id",
    "facility_id",
    "activity_id",
    "counterpart_activity_id",
    "form_id",
    "product_id",
    "lot_id",
    "uom_id",
    "move_line_id",
    "move_id",
    "picking_id",
    "production_id",
    "document_id",
    "assessment_id",
    "closed_loop_id",
    "contractor_id",
    "closing_id",
    "corrects_id",
)
#: Columns whose text may hold anything, and those that hold numbers.
_TEXTS = ("flow", "status", "reason", "material", "scrap_kind", "mass_basis")
_NUMBERS = ("mass", "unit_mass", "quantity", "value")
#: Names at the posting, from the ids of ``entry``.
_NAMES = {
    "scope": "SELECT name FROM asi_coc_scope WHERE id = %(entry)s.scope_id",
    "entity": "SELECT name FROM res_company WHERE id = %(entry)s.company_id",
    "facility": "SELECT name FROM asi_coc_facility WHERE id = %(entry)s.facility_id",
    "form": "SELECT name ->> 'en_US' FROM asi_coc_form WHERE id = %(entry)s.form_id",
    "product_code": """
        SELECT default_code FROM product_product WHERE id = %(entry)s.product_id
    """,
    "product": """
        SELECT template.name ->> 'en_US'
          FROM product_product product
          JOIN product_template template ON template.id = product.product_tmpl_id
         WHERE product.id = %(entry)s.product_id
    """,
    "lot": "SELECT name FROM stock_lot WHERE id = %(entry)s.lot_id",
    "unit": "SELECT name ->> 'en_US' FROM uom_uom WHERE id = %(entry)s.uom_id",
    "reference": "SELECT reference FROM stock_move WHERE id = %(entry)s.move_id",
    "partner": "SELECT name FROM res_partner WHERE id = %(entry)s.partner_id",
    "document": "SELECT name FROM asi_coc_document WHERE id = %(entry)s.document_id",
    "contractor": """
        SELECT partner.name
          FROM asi_coc_contractor contractor
          JOIN res_partner partner ON partner.id = contractor.partner_id
         WHERE contractor.id = %(entry)s.contractor_id
    """,
    "closed_loop": """
        SELECT partner.name
          FROM asi_coc_closed_loop loop
          JOIN res_partner partner ON partner.id = loop.partner_id
         WHERE loop.id = %(entry)s.closed_loop_id
    """,
    "corrects": """
        SELECT content_hash FROM asi_coc_entry WHERE id = %(entry)s.corrects_id
    """,
}


def fixed_joins(alias):
    """Return the joins that :func:`content_query` asks of its statement."""
    return SQL(
        """
        LEFT JOIN asi_coc_activity activity ON activity.id = %(entry)s.activity_id
        LEFT JOIN asi_coc_activity counterpart
               ON counterpart.id = %(entry)s.counterpart_activity_id
        LEFT JOIN asi_coc_period period ON period.id = %(entry)s.period_id
        LEFT JOIN asi_coc_closing closing ON closing.id = %(entry)s.closing_id
        """,
        entry=SQL.identifier(alias),
    )


def content_query(alias, names, posted_hash=None):
    """Return the expression of an entry's content.

    ``alias`` has the entry's columns, ``names`` maps names to expressions: those of
    :func:`present_names` or :func:`kept_names`. ``posted_hash`` is the hash that an
    entry of the time before version 2 was posted with.
    """
    parts = _get_fixed(alias) | names
    parts["posted_hash"] = posted_hash or SQL("''")
    return SQL(
        "concat_ws(chr(10), %s, %s)",
        VERSION,
        SQL(", ").join(parts[name] for name in FIELDS),
    )


def present_names(alias):
    """Return the expressions of the names that records have now."""
    entry = SQL.identifier(alias)
    return {
        name: escaped(SQL("(%s)", SQL(query, entry=entry)))
        for name, query in _NAMES.items()
    }


def kept_names(lines):
    """Return the expressions of the names that a content has; ``lines`` is its array.

    They are escaped as they are.
    """
    return {name: kept_line(lines, name) for name in _NAMES}


def kept_line(lines, name):
    """Return the expression of one line of a content."""
    # The version is the first, and SQL counts from one.
    return SQL("%s[%s]", lines, FIELDS.index(name) + 2)


def escaped(text):
    """Return the expression of a text on one line; see ``escape`` of the core."""
    return SQL(
        r"replace(replace(COALESCE(%s, ''), '\', '\\'), chr(10), '\n')",
        text,
    )


def unescaped(text):
    """Return the expression of the text that was escaped."""
    return SQL(
        r"replace(replace(replace(%s, '\\', chr(1)), '\n', chr(10)), chr(1), '\')",
        text,
    )


def digest_query(text):
    """Return the expression of a text's SHA-256, in hexadecimal."""
    return SQL("encode(sha256(convert_to(%s, 'UTF8')), 'hex')", text)


def relations_query(alias):
    """Return the expression of the ids of the records an entry refers to."""
    return SQL(
        "concat_ws(',', %s)",
        SQL(", ").join(
            SQL("COALESCE(%s, 0)", SQL.identifier(alias, name)) for name in RELATIONS
        ),
    )


def _get_fixed(alias):
    return {
        "period": SQL(
            """
            COALESCE(to_char(period.date_start, 'YYYY-MM-DD') || '/'
                     || to_char(period.date_end, 'YYYY-MM-DD'), '')
            """
        ),
        # Infinity is no day, and must not be no line either.
        "date": SQL(
            "COALESCE(to_char(%s, 'YYYY-MM-DD'), '')", SQL.identifier(alias, "date")
        ),
        "late": SQL(
            "CASE WHEN %s THEN 'late' ELSE '' END", SQL.identifier(alias, "late")
        ),
        "activity": SQL("COALESCE(activity.code, '')"),
        "counterpart_activity": SQL("COALESCE(counterpart.code, '')"),
        "closing": SQL("COALESCE(closing.version::text, '')"),
        **{name: escaped(SQL.identifier(alias, name)) for name in _TEXTS},
        # Any digit counts, needless zeros do not.
        **{
            name: SQL(
                "COALESCE(trim_scale(%s::numeric)::text, '')",
                SQL.identifier(alias, name),
            )
            for name in _NUMBERS
        },
    }


# -- version 1 ------------------------------------------------------------------
def first_hash(alias, names, code=None):
    """Return the expression of the hash that entries had before version 2.

    ``code`` is the product's, where it is not what ``names`` has.
    """
    names = {name: unescaped(text) for name, text in names.items()}
    return digest_query(
        SQL(
            """
            concat_ws(
                '|', '1', %(entry)s.date, %(entry)s.late, %(entry)s.flow,
                %(entry)s.status, COALESCE(%(entry)s.reason, ''),
                COALESCE(activity.code, ''), COALESCE(counterpart.code, ''),
                COALESCE(%(entry)s.material, ''), %(code)s, %(lot)s, %(reference)s,
                COALESCE(%(entry)s.mass_basis, ''), COALESCE(%(entry)s.quantity, 0),
                %(entry)s.mass, COALESCE(%(entry)s.value, 0), %(entry)s.scrap_kind
            )
            """,
            entry=SQL.identifier(alias),
            code=code or names["product_code"],
            lot=names["lot"],
            reference=names["reference"],
        )
    )


def fits_first_hash(alias, names):
    """Return the condition that an entry fits the hash of before version 2.

    A product without a code may have got one since.
    """
    return SQL(
        "%(stored)s IN (%(present)s, %(without)s)",
        stored=SQL.identifier(alias, "content_hash"),
        present=first_hash(alias, names),
        without=first_hash(alias, names, code=SQL("''")),
    )
