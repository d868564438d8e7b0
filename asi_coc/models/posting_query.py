"""The SQL that turns done stock moves into ledger entries.

Read :func:`move_query` from top to bottom: which trees of locations belong to
which facility (``root``), when those are certified (``certified_span``), the done
lines with their mass (``line``), the facility at each end (``located``), what each
line means for the account (``leg``), the CoC and Non-CoC part (``target``), and the
difference to what the ledger already says.
"""

from odoo.tools import SQL

from .certification_query import certified_span_query, of_scopes
from .content_query import content_query, digest_query, fixed_joins, present_names
from .facility_query import root_query
from .line_query import line_query
from .located_query import located_query
from .meaning_query import leg_query, target_query

#: The models that posting reads. Not all is flushed: what else is pending of a
#: transfer would be computed, and told in its chatter, earlier than without us.
READ_MODELS = (
    "stock.move",
    "stock.move.line",
    "stock.picking",
    "stock.location",
    "stock.lot",
    "product.product",
    "product.template",
    "uom.uom",
    "mrp.production",
    "mrp.unbuild",
    "res.company",
    "asi.coc.activity",
    "asi.coc.certificate",
    "asi.coc.certificate.status",
    "asi.coc.contractor",
    "asi.coc.contractor.validity",
    "asi.coc.facility",
    "asi.coc.form",
    "asi.coc.period",
    "asi.coc.scope",
    "asi.coc.scrap.assessment",
)
#: What makes two entries of one move line comparable.
KEY = (
    "scope_id",
    "company_id",
    "date",
    "facility_id",
    "activity_id",
    "counterpart_activity_id",
    "flow",
    "status",
    "reason",
    "material",
    "product_id",
    "lot_id",
    "uom_id",
    "move_line_id",
    "move_id",
    "scrap_kind",
    "closed_loop_id",
)
#: What an entry tells besides; a change of these posts nothing.
DETAIL = (
    "form_id",
    "mass_basis",
    "unit_mass",
    "picking_id",
    "production_id",
    "partner_id",
    "document_id",
    "assessment_id",
)
MEASURE = ("mass", "quantity", "value")
COLUMNS = (
    *KEY,
    *DETAIL,
    *MEASURE,
    "corrects_id",
    "closing_id",
    "period_id",
    "late",
    "contractor_id",
)
TOTAL_KEY = (
    "period_id",
    "activity_id",
    "counterpart_activity_id",
    "facility_id",
    "product_id",
    "flow",
    "material",
    "status",
)


def _columns(names, alias=None):
    return SQL(", ").join(
        SQL.identifier(alias, name) if alias else SQL.identifier(name) for name in names
    )


def insert_query(env, source):
    """Return the statement that posts the rows of ``source`` (8.1).

    It inserts the entries, adds them to the running totals, and returns what
    was posted per scope, period, activity, flow, material and status (tonnes).
    """
    return SQL(
        """
        WITH candidate AS (%(source)s),
        posted AS (
            INSERT INTO asi_coc_entry (
                %(columns)s, content, content_hash,
                create_uid, write_uid, create_date, write_date
            )
            SELECT %(candidate_columns)s, hashed.content, %(content_hash)s,
                   %(uid)s, %(uid)s,
                   now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM candidate
              %(fixed_joins)s
        CROSS JOIN LATERAL (SELECT %(content)s AS content OFFSET 0) AS hashed
          ORDER BY candidate.date, candidate.move_line_id, candidate.flow,
                   candidate.status, candidate.scrap_kind
         RETURNING scope_id, mass AS posted_mass, %(total_key)s
        ),
        totalled AS (
            INSERT INTO asi_coc_total (%(total_key)s, mass)
            SELECT %(total_key)s, sum(posted_mass)
              FROM posted
             WHERE status != 'unclassified' AND period_id IS NOT NULL
          GROUP BY %(total_key)s
          ORDER BY %(total_key)s
            ON CONFLICT (
                period_id, activity_id, flow, status, material,
                COALESCE(counterpart_activity_id, 0), COALESCE(facility_id, 0),
                COALESCE(product_id, 0)
            )
            DO UPDATE SET mass = asi_coc_total.mass + EXCLUDED.mass
        )
        SELECT scope_id, period_id, activity_id, flow, material, status,
               sum(posted_mass) AS mass
          FROM posted
      GROUP BY scope_id, period_id, activity_id, flow, material, status
        """,
        source=source,
        columns=_columns(COLUMNS),
        candidate_columns=_columns(COLUMNS, "candidate"),
        total_key=_columns(TOTAL_KEY),
        # Business values only, no database ids: the hash still fits after a move of
        # the data to another database.
        content=content_query("candidate", present_names("candidate")),
        content_hash=digest_query(SQL("hashed.content")),
        fixed_joins=fixed_joins("candidate"),
        uid=env.uid,
    )


def carry_query(env, closing, rows):
    """Return the rows a close posts: balance carried, drawn, expired (8.8c, 8.9)."""
    return SQL(
        """
        SELECT period.scope_id, period.company_id,
               CASE WHEN given.flow LIKE '%%\\_brought' THEN period.date_start
                    ELSE period.date_end END AS date,
               NULL::int AS facility_id, given.activity_id,
               NULL::int AS counterpart_activity_id, given.flow,
               'coc' AS status, NULL::varchar AS reason,
               activity.output_material AS material,
               NULL::int AS product_id, NULL::int AS lot_id,
               NULL::int AS move_line_id, NULL::int AS move_id,
               NULL::int AS form_id, NULL::int AS uom_id,
               NULL::varchar AS mass_basis, NULL::numeric AS unit_mass,
               NULL::int AS picking_id,
               NULL::int AS production_id, NULL::int AS partner_id,
               NULL::int AS document_id, NULL::varchar AS scrap_kind,
               NULL::int AS closed_loop_id, NULL::int AS assessment_id,
               given.mass::numeric(16, 6) AS mass, NULL::numeric AS quantity,
               NULL::numeric AS value, NULL::int AS corrects_id,
               %(closing)s AS closing_id, period.id AS period_id, FALSE AS late,
               NULL::int AS contractor_id
          FROM (VALUES %(rows)s) AS given (period_id, activity_id, flow, mass)
          JOIN asi_coc_period period ON period.id = given.period_id
          JOIN asi_coc_activity activity ON activity.id = given.activity_id
        """,
        closing=closing.id,
        rows=SQL(", ").join(
            SQL("(%s, %s, %s, %s)", period.id, activity.id, flow, mass)
            for period, activity, flow, mass in rows
        ),
    )


def move_query(env, moves, scopes):
    """Return the entries that bring the ledger in line with done ``moves``.

    One row per done move line, meaning and status (8.3, 8.4), less what the
    ledger has of those moves already.
    """
    return SQL(
        """
        -- worked out once: where statistics lag behind, joins would repeat it
        WITH root AS (%(root)s),
        certified_span AS MATERIALIZED (%(certified_span)s),
        line AS MATERIALIZED (%(line)s),
        located AS MATERIALIZED (%(located)s),
        leg AS (%(leg)s),
        target AS MATERIALIZED (%(target)s),
        compared AS (
            SELECT %(key)s, %(detail)s, mass, quantity, value, NULL::int AS entry_id
              FROM target
         UNION ALL
            SELECT %(key)s, %(detail)s, -mass, -quantity, -value, id
              FROM asi_coc_entry
             WHERE move_id = ANY(%(move_ids)s)
        ),
        difference AS (
            SELECT %(key)s, %(max_detail)s,
                   sum(mass)::numeric(16, 6) AS mass,
                   sum(quantity)::numeric(16, 6) AS quantity,
                   sum(value)::numeric(16, 2) AS value,
                   max(entry_id) AS corrects_id
              FROM compared
          GROUP BY %(key)s
            HAVING sum(mass) != 0 OR (sum(quantity) != 0 AND status = 'unclassified')
        )
        SELECT %(difference_columns)s, difference.corrects_id,
               NULL::int AS closing_id, period.id AS period_id,
               COALESCE(period.date_start > difference.date, FALSE) AS late,
               NULL::int AS contractor_id
          FROM difference
     LEFT JOIN LATERAL (%(period)s) AS period ON TRUE
        """,
        root=root_query(scopes),
        certified_span=certified_span_query(of_scopes(scopes)),
        line=line_query(env, _done_lines(moves)),
        located=located_query(),
        leg=leg_query(),
        # Nothing unverified counts as CoC Material (10.2).
        target=target_query(
            SQL("CASE WHEN document_id IS NOT NULL THEN coc_claimed_mass END")
        ),
        period=following_period_query(),
        key=_columns(KEY),
        detail=_columns(DETAIL),
        max_detail=SQL(", ").join(_detail(SQL.identifier(name)) for name in DETAIL),
        difference_columns=_columns((*KEY, *DETAIL, *MEASURE), "difference"),
        move_ids=moves.ids,
    )


def _detail(name):
    # What is counted anew tells how; what is only taken back tells as it was.
    return SQL(
        """
        CASE WHEN bool_or(entry_id IS NULL) THEN max(%(name)s) FILTER (
                 WHERE entry_id IS NULL)
             ELSE max(%(name)s) END AS %(name)s
        """,
        name=name,
    )


def _done_lines(moves):
    return SQL(
        """
        SELECT line.id, line.move_id, line.picking_id, line.product_id, line.lot_id,
               line.owner_id, line.quantity, line.product_uom_id, line.company_id,
               line.location_id, line.location_dest_id, line.date
          FROM stock_move_line line
          JOIN stock_move move ON move.id = line.move_id
         WHERE line.move_id = ANY(%s)
           AND move.state = 'done'
           AND line.quantity != 0
        """,
        moves.ids,
    )


def following_period_query():
    """The period of the entry's date, or the first open one after it (8.2)."""
    return SQL(
        """
        SELECT period.id, period.date_start
          FROM asi_coc_period period
         WHERE period.scope_id = difference.scope_id
           AND period.state != 'closed'
           AND period.date_end >= difference.date
           AND EXISTS (
               SELECT FROM asi_coc_period earlier
                WHERE earlier.scope_id = difference.scope_id
                  AND earlier.date_start <= difference.date)
      ORDER BY period.date_start
         LIMIT 1
        """
    )
