"""The SQL that looks at history before it is adopted (8.1).

What history means for the account is not decided here: the posting's own
queries say it, and the preview only counts what they say.
"""

from odoo.tools import SQL

from .facility_query import root_query
from .line_query import line_query
from .located_query import located_query
from .posting_query import move_query

#: What tells the rows of a preview apart.
KEY = (
    "kind",
    "product_id",
    "location_id",
    "location_dest_id",
    "facility_id",
    "period_id",
    "late",
    "reason",
    "uom_id",
)
MEASURE = ("move_count", "mass", "quantity", "date_start", "date_end")
COLUMNS = (*KEY, *MEASURE)


def candidates_query(adoption, after, limit):
    """Return the next moves to adopt, after the move id ``after``.

    Rows of the move's id and of the move it returns. In the order of ids: a
    return is made after the move it returns, whatever its date says.
    """
    return SQL(
        """
        SELECT move.id, move.origin_returned_move_id
          FROM stock_move move
         WHERE move.id > %(after)s AND %(candidate)s
      ORDER BY move.id
         LIMIT %(limit)s
        """,
        after=after,
        candidate=_candidate(adoption, SQL("NOT %s", _is_kept())),
        limit=limit,
    )


def count_query(adoption):
    """Return the query for how many moves there are to adopt."""
    return SQL(
        "SELECT count(*) FROM stock_move move WHERE %s",
        _candidate(adoption, SQL("NOT %s", _is_kept())),
    )


def _candidate(adoption, condition):
    # Returns are compared again even when they are in the ledger: what they
    # take back follows from where the goods had gone, which may be history.
    return SQL(
        """
        %(done)s
        AND EXISTS (
            SELECT FROM product_product product
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE product.id = move.product_id
               AND template.coc_material IS NOT NULL)
        AND (move.origin_returned_move_id IS NOT NULL
             OR NOT EXISTS (
                 SELECT FROM asi_coc_entry entry
                  WHERE entry.move_id = move.id AND entry.status != 'unclassified'))
        AND %(condition)s
        """,
        done=_done_since(adoption),
        condition=condition,
    )


def _done_since(adoption):
    return SQL(
        """
        move.state = 'done' AND move.company_id = %(company)s
        AND EXISTS (
            SELECT FROM stock_move_line line
             WHERE line.move_id = move.id AND line.quantity != 0
               AND line.date >= %(start)s)
        """,
        company=adoption.company_id.id,
        start=adoption._get_start_moment(),
    )


def _is_kept():
    """A Management Representative decided that the ledger stays without it."""
    return SQL(
        """
        EXISTS (SELECT FROM asi_coc_drift drift
                 WHERE drift.move_id = move.id AND drift.state = 'kept')
        """
    )


def left_out_query(adoption):
    """Return the statement that lists which products' moves are not adopted."""
    return _add_query(
        adoption,
        SQL(
            """
            SELECT left_out.kind, move.product_id, NULL::int AS location_id,
                   NULL::int AS location_dest_id, NULL::int AS facility_id,
                   NULL::int AS period_id, FALSE AS late, NULL::varchar AS reason,
                   template.uom_id, count(*) AS move_count, NULL::numeric AS mass,
                   sum(move.quantity * move_uom.factor / product_uom.factor)
                       AS quantity,
                   min(%(day)s) AS date_start, max(%(day)s) AS date_end
              FROM stock_move move
              JOIN product_product product ON product.id = move.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom move_uom ON move_uom.id = move.product_uom
              JOIN uom_uom product_uom ON product_uom.id = template.uom_id
        CROSS JOIN LATERAL (
                SELECT 'ignored' AS kind
                 WHERE template.coc_material IS NULL AND template.is_storable
             UNION ALL
                SELECT 'kept'
                 WHERE template.coc_material IS NOT NULL AND %(kept)s
              ) AS left_out
             WHERE %(done)s
          GROUP BY left_out.kind, move.product_id, template.uom_id
            """,
            day=SQL(
                "(move.date AT TIME ZONE 'UTC' AT TIME ZONE %s)::date",
                adoption.scope_id.tz,
            ),
            kept=_is_kept(),
            done=_done_since(adoption),
        ),
    )


def preview_query(adoption, moves, scopes):
    """Return the statement that adds to the preview what ``moves`` would post."""
    env = adoption.env
    return _add_query(
        adoption,
        SQL(
            """
            WITH root AS (%(root)s),
            line AS (%(line)s),
            located AS (%(located)s),
            difference AS (%(difference)s)
            %(products)s UNION ALL %(places)s
            UNION ALL %(unclassified)s UNION ALL %(periods)s
            """,
            root=root_query(scopes),
            line=line_query(env, _lines(moves)),
            located=located_query(),
            difference=move_query(env, moves, scopes),
            products=_product_query(),
            places=_place_query(),
            unclassified=_unclassified_query(),
            periods=_period_query(),
        ),
    )


def _add_query(adoption, found):
    """Add the rows ``found`` to those of the preview, batch by batch."""
    columns = SQL(", ").join(map(SQL.identifier, COLUMNS))
    return SQL(
        """
        INSERT INTO asi_coc_adoption_line AS line (adoption_id, %(columns)s)
        SELECT %(adoption)s, %(columns)s FROM (%(found)s) AS found
        ON CONFLICT (%(key)s)
        DO UPDATE SET
            move_count = line.move_count + EXCLUDED.move_count,
            mass = COALESCE(line.mass + EXCLUDED.mass, line.mass, EXCLUDED.mass),
            quantity = line.quantity + EXCLUDED.quantity,
            date_start = LEAST(line.date_start, EXCLUDED.date_start),
            date_end = GREATEST(line.date_end, EXCLUDED.date_end)
        """,
        adoption=adoption.id,
        columns=columns,
        found=found,
        key=conflict_key(),
    )


def conflict_key():
    return SQL(
        """
        adoption_id, kind, COALESCE(product_id, 0), COALESCE(location_id, 0),
        COALESCE(location_dest_id, 0), COALESCE(facility_id, 0),
        COALESCE(period_id, 0), late, COALESCE(reason, ''), COALESCE(uom_id, 0)
        """
    )


def _lines(moves):
    return SQL(
        """
        SELECT line.* FROM stock_move_line line
         WHERE line.move_id = ANY(%s) AND line.quantity != 0
        """,
        moves.ids,
    )


def _product_query():
    return SQL(
        """
        SELECT 'product' AS kind, product_id, NULL::int AS location_id,
               NULL::int AS location_dest_id, NULL::int AS facility_id,
               NULL::int AS period_id, FALSE AS late, NULL::varchar AS reason,
               uom_id, count(DISTINCT move_id) AS move_count, sum(mass) AS mass,
               sum(quantity) AS quantity, min(date) AS date_start,
               max(date) AS date_end
          FROM line
      GROUP BY product_id, uom_id
        """
    )


def _place_query():
    """Where goods of the company came from and went, and whose place that is."""
    return SQL(
        """
        SELECT 'location', NULL, place.location_id, NULL, place.facility_id,
               NULL, FALSE, NULL, NULL, count(DISTINCT move_id), sum(mass), NULL,
               min(date), max(date)
          FROM located
    CROSS JOIN LATERAL (
            SELECT location_id, source_facility_id AS facility_id
             WHERE source_inside
         UNION
            SELECT location_dest_id, target_facility_id
             WHERE target_inside
          ) AS place
      GROUP BY place.location_id, place.facility_id
        """
    )


def _unclassified_query():
    # A line may be unclassified at both of its ends; it counts once.
    return SQL(
        """
        SELECT 'unclassified', product_id, location_id, location_dest_id, NULL,
               NULL, FALSE, reason, uom_id, count(DISTINCT move_id), sum(mass),
               sum(quantity), min(date), max(date)
          FROM (
            SELECT DISTINCT ON (difference.move_line_id, difference.reason)
                   difference.product_id, line.location_id, line.location_dest_id,
                   difference.reason, difference.uom_id, difference.move_id,
                   NULLIF(abs(difference.mass), 0) AS mass,
                   abs(difference.quantity) AS quantity, difference.date
              FROM difference
              JOIN stock_move_line line ON line.id = difference.move_line_id
             WHERE difference.status = 'unclassified'
          ) AS unclassified
      GROUP BY product_id, location_id, location_dest_id, reason, uom_id
        """
    )


def _period_query():
    return SQL(
        """
        SELECT 'period', NULL, NULL, NULL, NULL, period_id, late, NULL, NULL,
               count(DISTINCT move_id), NULL, NULL, min(date), max(date)
          FROM difference
      GROUP BY period_id, late
        """
    )
