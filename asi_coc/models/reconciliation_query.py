"""The SQL that reconciles the ledger with the company's stock (8.1).

Two sides that know nothing of each other: the stock, from Odoo's own done move
lines up to a day, and the book, from the entries dated in the period. Read
:func:`compare_query` from top to bottom.
"""

from odoo import fields
from odoo.tools import SQL

from .contractor_query import site_query
from .facility_query import facility_query, is_inside, root_query

#: Columns of the flows that add to the stock, and of those that take from it.
ADDED = {"input_mass": "input", "production_mass": "production", "gain_mass": "gain"}
TAKEN = {
    "consumption_mass": "consumption",
    "output_mass": "output",
    "loss_mass": "loss",
}
MASSES = (
    "opening_mass",
    *ADDED,
    *TAKEN,
    "unclassified_mass",
    "closing_mass",
    "late_mass",
)
QUANTITIES = ("opening_quantity", "flow_quantity", "closing_quantity")


def refresh_query(period, scopes):
    """Return the statement that writes the reconciliation of ``period``.

    One row per product and lot. Rows that stay keep their id: somebody may be
    looking at them.
    """
    columns = SQL(", ").join(
        SQL.identifier(name)
        for name in (
            *("period_id", "company_id", "product_id", "lot_id", "uom_id"),
            *(*MASSES, *QUANTITIES),
            *("difference_mass", "difference_quantity", "is_beyond"),
        )
    )
    return SQL(
        """
        WITH %(compare)s,
        written AS (
            INSERT INTO asi_coc_reconciliation (%(columns)s)
            SELECT %(columns)s FROM judged
             WHERE %(not_empty)s
            ON CONFLICT (period_id, product_id, COALESCE(lot_id, 0))
            DO UPDATE SET %(assignments)s
            RETURNING id
        )
        DELETE FROM asi_coc_reconciliation
         WHERE period_id = %(period)s AND id NOT IN (SELECT id FROM written)
        """,
        compare=compare_query(period, scopes, by_move=False),
        columns=columns,
        not_empty=SQL(" OR ").join(
            SQL("judged.%s != 0", SQL.identifier(name))
            for name in (*MASSES, *QUANTITIES)
        ),
        assignments=SQL(", ").join(
            SQL("%s = EXCLUDED.%s", SQL.identifier(name), SQL.identifier(name))
            for name in (
                *("uom_id", *MASSES, *QUANTITIES),
                *("difference_mass", "difference_quantity", "is_beyond"),
            )
        ),
        period=period.id,
    )


def move_query(period, scopes):
    """Return the moves behind the differences of ``period``, once it is refreshed.

    Rows of reconciliation, move, and what stock and book say of it.
    """
    return SQL(
        """
        WITH %(compare)s
        SELECT reconciliation.id AS reconciliation_id, judged.move_id,
               -judged.opening_mass + judged.closing_mass AS stock_mass,
               judged.flow_mass AS book_mass, judged.difference_mass,
               -judged.opening_quantity + judged.closing_quantity AS stock_quantity,
               judged.flow_quantity AS book_quantity
          FROM judged
          JOIN asi_coc_reconciliation reconciliation
            ON reconciliation.period_id = %(period)s
           AND reconciliation.product_id = judged.product_id
           AND reconciliation.lot_id IS NOT DISTINCT FROM judged.lot_id
         WHERE judged.difference_mass != 0 OR judged.difference_quantity != 0
        """,
        compare=compare_query(period, scopes, by_move=True),
        period=period.id,
    )


def compare_query(period, scopes, by_move):
    """Return the common table expressions that end in ``judged``.

    ``scopes`` are the active ones of the company, this period's included.
    ``by_move`` tells moves of the products that differ apart.
    """
    return SQL(
        """
        span AS (%(span)s),
        measured AS (%(measured)s),
        recorded AS (%(recorded)s),
        moved AS (%(moved)s),
        side AS (
            SELECT product_id, lot_id, move_id, within, location_dest_id AS location_id,
                   quantity, mass
              FROM moved
         UNION ALL
            SELECT product_id, lot_id, move_id, within, location_id, -quantity, -mass
              FROM moved
        ),
        root AS (%(root)s),
        place AS (%(place)s),
        stock AS (%(stock)s),
        crossing AS (%(crossing)s),
        book AS (%(book)s),
        compared AS (%(compared)s),
        judged AS (%(judged)s)
        """,
        span=_span_query(period),
        measured=_measured_query(period.env),
        recorded=_recorded_query(),
        moved=_moved_query(period, by_move),
        root=root_query(scopes),
        place=_place_query(scopes),
        stock=_stock_query(),
        crossing=_crossing_query(),
        book=_book_query(period, by_move),
        compared=_compared_query(),
        judged=_judged_query(),
    )


def _span_query(period):
    """The period's first and last moment in UTC, days being the scope's own."""
    return SQL(
        """
        SELECT period.id AS period_id, period.scope_id, period.company_id,
               period.date_start, period.date_end,
               COALESCE(scope.reconciliation_tolerance, 0) AS tolerance,
               period.date_start::timestamp AT TIME ZONE scope.tz AT TIME ZONE 'UTC'
                   AS start_moment,
               (period.date_end + 1)::timestamp AT TIME ZONE scope.tz
                   AT TIME ZONE 'UTC' AS end_moment
          FROM asi_coc_period period
          JOIN asi_coc_scope scope ON scope.id = period.scope_id
         WHERE period.id = %s
        """,
        period.id,
    )


def _measured_query(env):
    """Products and units of measure with today's tonnes per unit (8.1).

    ``per_own`` is set where the unit converts into the product's own one.
    """
    gram_id = env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_gram")
    return SQL(
        """
        SELECT known.*,
               COALESCE(net_mass * per_own, CASE WHEN is_weight
                   THEN factor * 0.000001 * CASE WHEN material = 'scrap'
                       THEN COALESCE(content, 100) / 100 ELSE 1 END END) AS tonnes
          FROM (
            SELECT product.id AS product_id, template.uom_id AS own_uom_id,
                   NULLIF(product.coc_net_mass, 0) AS net_mass,
                   template.coc_material IS NOT NULL AS is_material,
                   template.coc_material AS material, form.liquid,
                   NULLIF(template.coc_aluminium_percentage, 0) AS content,
                   template.coc_activity_id AS own_activity_id,
                   uom.id AS uom_id, uom.factor, uom.factor / own.factor AS per_unit,
                   CASE WHEN split_part(uom.parent_path, '/', 1)
                           = split_part(own.parent_path, '/', 1)
                        THEN uom.factor / own.factor END AS per_own,
                   split_part(uom.parent_path, '/', 1) = %s AS is_weight
              FROM product_product product
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom own ON own.id = template.uom_id
         LEFT JOIN asi_coc_form form ON form.id = template.coc_form_id
        CROSS JOIN uom_uom uom
             WHERE template.coc_material IS NOT NULL
                OR product.id IN (SELECT product_id FROM asi_coc_total)
          ) AS known
        """,
        str(gram_id),
    )


def _tonnes():
    """Tonnes per unit of a line or entry: as weighed for its lot, or as assumed."""
    return SQL(
        "COALESCE(NULLIF(lot.coc_net_mass, 0) * measured.per_own, measured.tonnes, 0)"
    )


def _recorded_query():
    """Lines the ledger counted with another mass per unit than today's.

    A product's net mass may change; what was accounted keeps the mass it had,
    and the stock is counted with it too. Scrap has the aluminium content that was
    assessed (8.3).
    """
    return SQL(
        """
        SELECT DISTINCT ON (entry.move_line_id)
               entry.move_line_id, entry.lot_id,
               COALESCE(0.000001 * assessed.aluminium_percentage / 100,
                        entry.unit_mass) AS unit_mass
          FROM span
          JOIN asi_coc_entry entry ON entry.company_id = span.company_id
          JOIN measured ON measured.product_id = entry.product_id
                       AND measured.uom_id = entry.uom_id
     LEFT JOIN stock_lot lot ON lot.id = entry.lot_id
     LEFT JOIN asi_coc_scrap_assessment counted ON counted.id = entry.assessment_id
     LEFT JOIN asi_coc_scrap_assessment assessed
            ON assessed.move_id = counted.move_id AND assessed.state = 'valid'
           AND assessed.aluminium_percentage > 0 AND measured.is_weight
         WHERE entry.status != 'unclassified'
           AND (assessed.id IS NOT NULL
                OR (COALESCE(counted.aluminium_percentage, 0) = 0
                    -- as many digits as an entry keeps
                    AND entry.unit_mass != round(%s / measured.factor, 12)))
      ORDER BY entry.move_line_id, assessed.id IS NULL, entry.id DESC
        """,
        _tonnes(),
    )


def _moved_query(period, by_move):
    """Done lines of the company's own goods, summed between two places."""
    return SQL(
        """
        SELECT line.product_id, line.lot_id, line.location_id, line.location_dest_id,
               %(move)s AS move_id, line.date >= span.start_moment AS within,
               sum(line.quantity * measured.per_unit) AS quantity,
               sum(round(line.quantity * COALESCE(
                   recorded.unit_mass * measured.factor, %(tonnes)s), 6)) AS mass
          FROM span
          JOIN res_company company ON company.id = span.company_id
          JOIN stock_move_line line
            ON line.company_id = span.company_id AND line.date < span.end_moment
          JOIN measured
            ON measured.product_id = line.product_id
           AND measured.uom_id = line.product_uom_id
     LEFT JOIN stock_lot lot ON lot.id = line.lot_id
     LEFT JOIN recorded ON recorded.move_line_id = line.id
                       AND recorded.lot_id IS NOT DISTINCT FROM line.lot_id
         WHERE line.state = 'done' AND line.quantity != 0 AND measured.is_material
           AND line.location_id != line.location_dest_id
           -- goods owned by others are not the company's stock
           AND (line.owner_id IS NULL OR line.owner_id = company.partner_id)
           AND %(only)s
      GROUP BY line.product_id, line.lot_id, line.location_id, line.location_dest_id,
               5, 6
        """,
        tonnes=_tonnes(),
        move=SQL("line.move_id") if by_move else SQL("NULL::int"),
        only=SQL(
            "line.date >= span.start_moment AND line.product_id IN (%s)",
            _differing_query(period),
        )
        if by_move
        else SQL("TRUE"),
    )


def _differing_query(period):
    return SQL(
        """
        SELECT product_id FROM asi_coc_reconciliation
         WHERE period_id = %s
           AND (difference_mass != 0 OR difference_quantity != 0)
        """,
        period.id,
    )


def _place_query(scopes):
    """Where the company's stock is: product and location inside, with the scope.

    Stock that no facility holds yet counts where its entries wait to be classed:
    in the company's first active scope. A contractor's site may be inside as the
    period begins and not as it ends, or the other way (2.2).
    """
    return SQL(
        """
        SELECT line.product_id, line.location_id,
               COALESCE(found.scope_id, %(default_scope)s) AS scope_id,
               begin_site.holds IS NOT FALSE AS is_inside_first,
               end_site.holds IS NOT FALSE AS is_inside_last
          FROM (
            SELECT DISTINCT ON (side.product_id, side.location_id)
                   side.product_id, side.location_id, location.parent_path,
                   span.company_id, measured.own_activity_id, measured.material,
                   measured.liquid, NULL::int AS picking_type_id
              FROM side
        CROSS JOIN span
              JOIN stock_location location ON location.id = side.location_id
              JOIN measured ON measured.product_id = side.product_id
                           AND measured.uom_id = measured.own_uom_id
             WHERE %(inside)s
          ) AS line
    CROSS JOIN span
     LEFT JOIN LATERAL (%(facility)s) AS found ON TRUE
     LEFT JOIN LATERAL (%(begin_site)s) AS begin_site ON TRUE
     LEFT JOIN LATERAL (%(end_site)s) AS end_site ON TRUE
        """,
        default_scope=scopes[:1].id,
        begin_site=_site_before("start_moment"),
        end_site=_site_before("end_moment"),
        inside=is_inside(SQL.identifier("location")),
        facility=facility_query(
            SQL("line.parent_path"), SQL("line.picking_type_id"), False
        ),
    )


def _site_before(moment):
    """The contractor's site in the last second before ``moment``, or now."""
    return site_query(
        SQL("line.parent_path"),
        SQL("line.company_id"),
        SQL(
            "LEAST(span.%s - interval '1 second', %s::timestamp)",
            SQL.identifier(moment),
            fields.Datetime.now(),
        ),
    )


def _stock_query():
    return SQL(
        """
        SELECT side.product_id, side.lot_id, side.move_id,
               COALESCE(sum(mass) FILTER (
                   WHERE NOT within AND is_inside_first), 0) AS opening_mass,
               COALESCE(sum(quantity) FILTER (
                   WHERE NOT within AND is_inside_first), 0) AS opening_quantity,
               COALESCE(sum(mass) FILTER (WHERE is_inside_last), 0) AS closing_mass,
               COALESCE(sum(quantity) FILTER (WHERE is_inside_last), 0)
                   AS closing_quantity
          FROM side
          JOIN place ON place.product_id = side.product_id
                    AND place.location_id = side.location_id
          JOIN span ON span.scope_id = place.scope_id
      GROUP BY side.product_id, side.lot_id, side.move_id
        """
    )


def _crossing_query():
    """Lines with unclassified entries of which one end is the scope's stock."""
    return SQL(
        """
        SELECT line.id AS move_line_id
          FROM span
          JOIN asi_coc_entry entry
            ON entry.scope_id = span.scope_id AND entry.status = 'unclassified'
           AND entry.date BETWEEN span.date_start AND span.date_end
          JOIN stock_move_line line ON line.id = entry.move_line_id
    CROSS JOIN LATERAL (
                   VALUES (line.location_id), (line.location_dest_id)
               ) AS ending (location_id)
          JOIN place ON place.product_id = line.product_id
                    AND place.location_id = ending.location_id
                    AND place.scope_id = span.scope_id
      GROUP BY line.id
        HAVING count(DISTINCT place.location_id) = 1
        """
    )


def _book_query(period, by_move):
    """Flows by their own date, as the stock has them: a late one differs nowhere.

    What is unclassified counts with its quantity, as far as the move changes
    the stock: a transfer to a place without a facility does not.
    """
    flows = SQL(", ").join(
        SQL(
            "COALESCE(sum(mass) FILTER (WHERE flow = %s AND is_classed), 0) AS %s",
            flow,
            SQL.identifier(column),
        )
        for column, flow in (ADDED | TAKEN).items()
    )
    return SQL(
        """
        SELECT product_id, lot_id, move_id, %(flows)s,
               COALESCE(sum(sign * waiting_mass) FILTER (WHERE NOT is_classed), 0)
                   AS unclassified_mass,
               COALESCE(sum(sign * CASE WHEN is_classed THEN mass
                                        ELSE waiting_mass END)
                        FILTER (WHERE late), 0) AS late_mass,
               COALESCE(sum(sign * quantity), 0) AS flow_quantity
          FROM (
            SELECT entry.product_id, entry.lot_id, %(move)s AS move_id, entry.flow,
                   entry.late, entry.mass,
                   entry.status != 'unclassified' AS is_classed,
                   entry.quantity * measured.per_unit AS quantity,
                   round(entry.quantity * %(tonnes)s, 6)
                       AS waiting_mass,
                   CASE WHEN entry.status = 'unclassified'
                         AND entry.move_line_id NOT IN (
                             SELECT move_line_id FROM crossing)
                        THEN 0
                        WHEN entry.flow IN %(added)s THEN 1 ELSE -1 END AS sign
              FROM span
              JOIN asi_coc_entry entry
                ON entry.scope_id = span.scope_id
               AND entry.date BETWEEN span.date_start AND span.date_end
              JOIN measured ON measured.product_id = entry.product_id
                           AND measured.uom_id = entry.uom_id
         LEFT JOIN stock_lot lot ON lot.id = entry.lot_id
             WHERE entry.flow IN %(all_flows)s AND %(only)s
          ) AS entry
      GROUP BY product_id, lot_id, move_id
        """,
        flows=flows,
        tonnes=_tonnes(),
        move=SQL("entry.move_id") if by_move else SQL("NULL::int"),
        added=tuple(ADDED.values()),
        all_flows=tuple((ADDED | TAKEN).values()),
        only=SQL("entry.product_id IN (%s)", _differing_query(period))
        if by_move
        else SQL("TRUE"),
    )


def _compared_query():
    """Both sides side by side; what one of them does not have is zero there."""
    return SQL(
        """
        SELECT COALESCE(stock.product_id, book.product_id) AS product_id,
               COALESCE(stock.lot_id, book.lot_id) AS lot_id,
               COALESCE(stock.move_id, book.move_id) AS move_id, %(columns)s
          FROM stock
     FULL JOIN book ON book.product_id = stock.product_id
                   AND COALESCE(book.lot_id, 0) = COALESCE(stock.lot_id, 0)
                   AND COALESCE(book.move_id, 0) = COALESCE(stock.move_id, 0)
        """,
        columns=SQL(", ").join(
            SQL("COALESCE(%s, 0) AS %s", SQL.identifier(name), SQL.identifier(name))
            for name in (*MASSES, *QUANTITIES)
        ),
    )


def _judged_query():
    """The differences, and whether they are beyond the scope's tolerance.

    Parts of quantities are rounded to six digits, so a difference in quantity
    below a thousandth of a unit is none.
    """
    flow_mass = SQL(
        "(%s + unclassified_mass - %s)",
        SQL(" + ").join(map(SQL.identifier, ADDED)),
        SQL(" - ").join(map(SQL.identifier, TAKEN)),
    )
    return SQL(
        """
        SELECT differing.*,
               (abs(difference_mass) > tolerance
               OR (difference_mass != 0
                   AND abs(sum(difference_mass) OVER one_product) > tolerance)
               -- no net mass, so tonnes tell nothing
               OR (tonnes IS NULL AND difference_quantity != 0)) AS is_beyond
          FROM (
            SELECT compared.*, span.period_id, span.company_id, span.tolerance,
                   measured.own_uom_id AS uom_id, measured.tonnes,
                   %(flow_mass)s AS flow_mass,
                   opening_mass + %(flow_mass)s - closing_mass AS difference_mass,
                   round(opening_quantity + flow_quantity - closing_quantity, 3)
                       AS difference_quantity
              FROM compared
        CROSS JOIN span
              JOIN measured ON measured.product_id = compared.product_id
                           AND measured.uom_id = measured.own_uom_id
          ) AS differing
        WINDOW one_product AS (PARTITION BY product_id)
        """,
        flow_mass=flow_mass,
    )
