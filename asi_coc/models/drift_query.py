"""The SQL that files what the drift detector finds (8.1).

A finding has a fingerprint: found again it stays the same one, no longer found
it is gone, and one the manager has kept the ledger against stays quiet until
its figures change.
"""

from odoo.tools import SQL

from .posting_query import move_query

#: What tells findings of one kind apart.
KEY = (
    "scope_id",
    "kind",
    "period_id",
    "date",
    "move_id",
    "move_line_id",
    "product_id",
    "lot_id",
    "facility_id",
    "activity_id",
    "counterpart_activity_id",
    "flow",
    "status",
    "unclassified_reason",
    "material",
    "scrap_kind",
    "closed_loop_id",
)
#: Left out of the fingerprint where empty, as in findings of the time before.
ADDED = ("scrap_kind", "closed_loop_id")
MASSES = ("recorded_mass", "expected_mass")


def _columns(names, alias=None):
    return SQL(", ").join(
        SQL.identifier(alias, name) if alias else SQL.identifier(name) for name in names
    )


def file_query(found, examined):
    """Return the statement that files the rows of ``found``.

    ``examined`` is the condition for the open findings that were looked for;
    those not found again are gone. Returns per scope how many are new.
    """
    return SQL(
        """
        WITH found AS (
            SELECT found.*, md5(concat_ws('|', %(fingerprint)s)) AS fingerprint
              FROM (%(found)s) AS found
        ),
        gone AS (
            UPDATE asi_coc_drift drift SET state = 'gone'
             WHERE drift.state = 'found' AND %(examined)s
               AND NOT EXISTS (SELECT FROM found
                                WHERE found.fingerprint = drift.fingerprint)
        ),
        filed AS (
            INSERT INTO asi_coc_drift (
                %(columns)s, company_id, fingerprint, state, found_on)
            SELECT %(columns)s, company_id, fingerprint, 'found',
                   now() AT TIME ZONE 'UTC'
              FROM found
             WHERE NOT EXISTS (
                SELECT FROM asi_coc_drift kept
                 WHERE kept.state = 'kept'
                   AND kept.fingerprint = found.fingerprint
                   AND kept.recorded_mass = found.recorded_mass
                   AND kept.expected_mass = found.expected_mass)
            ON CONFLICT (fingerprint) WHERE state = 'found'
            DO UPDATE SET recorded_mass = EXCLUDED.recorded_mass,
                          expected_mass = EXCLUDED.expected_mass
            RETURNING scope_id, xmax = 0 AS is_new
        )
        SELECT scope_id, count(*) FILTER (WHERE is_new) FROM filed GROUP BY scope_id
        """,
        fingerprint=SQL(", ").join(
            # concat_ws leaves out what is null
            SQL("found.%s::text", SQL.identifier(name))
            if name in ADDED
            else SQL("COALESCE(found.%s::text, '')", SQL.identifier(name))
            for name in KEY
        ),
        found=found,
        examined=examined,
        columns=_columns((*KEY, *MASSES)),
    )


def moves_found_query(env, moves, scopes):
    """Return what the ledger should say of ``moves`` where it says another thing."""
    return SQL(
        """
        SELECT difference.scope_id, difference.company_id, 'move' AS kind,
               difference.period_id, difference.date, difference.move_id,
               difference.move_line_id, difference.product_id, difference.lot_id,
               difference.facility_id, difference.activity_id,
               difference.counterpart_activity_id, difference.flow,
               difference.status, difference.reason AS unclassified_reason,
               difference.material, difference.scrap_kind,
               difference.closed_loop_id, COALESCE(recorded.mass, 0) AS recorded_mass,
               COALESCE(recorded.mass, 0) + difference.mass AS expected_mass
          FROM (%(differences)s) AS difference
     LEFT JOIN LATERAL (
                   SELECT sum(entry.mass) AS mass
                     FROM asi_coc_entry entry
                    WHERE entry.move_id = difference.move_id
                      AND %(same)s
               ) AS recorded ON TRUE
        """,
        differences=move_query(env, moves, scopes),
        same=SQL(" AND ").join(
            SQL(
                "entry.%s IS NOT DISTINCT FROM difference.%s",
                SQL.identifier(name),
                SQL.identifier(name),
            )
            for name in (
                *("scope_id", "date", "move_line_id", "product_id", "lot_id"),
                *("facility_id", "activity_id", "counterpart_activity_id"),
                *("flow", "status", "reason", "material"),
                *("scrap_kind", "closed_loop_id"),
            )
        ),
    )


def totals_found_query(differences):
    """Return the running totals the ledger does not add up to."""
    return SQL(
        """
        SELECT period.scope_id, period.company_id, 'total' AS kind,
               difference.period_id, NULL::date AS date, NULL::int AS move_id,
               NULL::int AS move_line_id, difference.product_id,
               NULL::int AS lot_id, difference.facility_id, difference.activity_id,
               difference.counterpart_activity_id, difference.flow,
               difference.status, NULL::varchar AS unclassified_reason,
               difference.material, NULL::varchar AS scrap_kind,
               NULL::int AS closed_loop_id, difference.total AS recorded_mass,
               difference.ledger AS expected_mass
          FROM (%(differences)s) AS difference
          JOIN asi_coc_period period ON period.id = difference.period_id
        """,
        differences=differences,
    )


def candidates_query(companies, after, limit):
    """Return ids of the next done moves that open periods account for (8.2).

    Those dated since the first open period began, late ones, accounted in an
    open period, and those with a finding. In the order of their ids, so that a
    check can go on where it stopped.
    """
    return SQL(
        """
        WITH span AS (
            SELECT scope.company_id,
                   min(period.date_start)::timestamp AT TIME ZONE min(scope.tz)
                       AT TIME ZONE 'UTC' AS start_moment
              FROM asi_coc_scope scope
              JOIN asi_coc_period period ON period.scope_id = scope.id
             WHERE scope.company_id = ANY(%(companies)s) AND scope.active
               AND scope.state = 'active' AND period.state != 'closed'
          GROUP BY scope.company_id
        )
        (
            SELECT move.id
              FROM stock_move move
              JOIN span ON span.company_id = move.company_id
              JOIN product_product product ON product.id = move.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
             WHERE move.state = 'done' AND move.id > %(after)s
               AND template.coc_material IS NOT NULL
               AND EXISTS (SELECT FROM stock_move_line line
                            WHERE line.move_id = move.id
                              AND line.date >= span.start_moment)
          ORDER BY move.id
             LIMIT %(limit)s
        )
        UNION
        (
            SELECT entry.move_id
              FROM asi_coc_entry entry
              JOIN asi_coc_period period ON period.id = entry.period_id
             WHERE entry.company_id = ANY(%(companies)s)
               AND entry.move_id > %(after)s AND period.state != 'closed'
          GROUP BY entry.move_id
          ORDER BY entry.move_id
             LIMIT %(limit)s
        )
        UNION
        (
            SELECT move_id
              FROM asi_coc_drift
             WHERE state = 'found' AND company_id = ANY(%(companies)s)
               AND move_id > %(after)s
          ORDER BY move_id
             LIMIT %(limit)s
        )
        ORDER BY 1
           LIMIT %(limit)s
        """,
        companies=companies.ids,
        after=after,
        limit=limit,
    )
