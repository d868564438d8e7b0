"""The SQL of closed loops: CoC Material sent, eligible scrap that came back (4.2a)."""

from odoo.tools import SQL


def sent_query(loop):
    """Entries of CoC Material delivered to the loop's facility, returns taken off.

    A delivery is whose the ledger named first, and a return follows the delivery it
    returns, whoever brought it back.
    """
    return SQL(
        """
        SELECT entry.id, entry.mass, entry.date
          FROM (
            SELECT DISTINCT shipped.move_id
              FROM asi_coc_entry shipped
              JOIN res_partner partner ON partner.id = shipped.partner_id
              JOIN stock_move move ON move.id = shipped.move_id
             WHERE partner.commercial_partner_id = %(loop)s.partner_id
               AND shipped.company_id = %(loop)s.company_id
               AND shipped.flow = 'output' AND shipped.status = 'coc'
               AND shipped.material = 'aluminium'
               AND shipped.date >= %(loop)s.date_start
               AND move.origin_returned_move_id IS NULL
               AND NOT EXISTS (
                       SELECT FROM asi_coc_entry earlier
                         JOIN res_partner other ON other.id = earlier.partner_id
                        WHERE earlier.move_id = shipped.move_id
                          AND earlier.id < shipped.id
                          AND other.commercial_partner_id != %(loop)s.partner_id)
          ) AS delivery
    CROSS JOIN LATERAL (
            SELECT delivery.move_id AS id
         UNION ALL
            SELECT returned.id
              FROM stock_move returned
             WHERE returned.origin_returned_move_id = delivery.move_id
          ) AS move
          JOIN asi_coc_entry entry
            ON entry.move_id = move.id
           AND entry.flow = 'output' AND entry.status = 'coc'
        """,
        loop=loop,
    )


def figures_query(loops, day=None, without_moves=()):
    """Return ``(loop id, sent, back)`` of ``loops``, tonnes as text.

    Until ``day`` when given; what came back with ``without_moves``, and their
    returns, is left out.
    """
    until = SQL("AND entry.date <= %s", day) if day else SQL()
    return SQL(
        """
        SELECT loop.id, COALESCE(sent.mass, 0)::text, COALESCE(back.mass, 0)::text
          FROM asi_coc_closed_loop loop
     LEFT JOIN LATERAL (
                   SELECT sum(entry.mass) AS mass FROM (%(sent)s) AS entry
                    WHERE TRUE %(until)s
               ) AS sent ON TRUE
     LEFT JOIN LATERAL (
                   SELECT sum(entry.mass) AS mass
                     FROM asi_coc_entry entry
                     JOIN stock_move move ON move.id = entry.move_id
                    WHERE entry.closed_loop_id = loop.id %(until)s
                      AND move.id != ALL(%(without)s)
                      AND (move.origin_returned_move_id IS NULL
                           OR move.origin_returned_move_id != ALL(%(without)s))
               ) AS back ON TRUE
         WHERE loop.id = ANY(%(ids)s)
        """,
        sent=sent_query(SQL.identifier("loop")),
        until=until,
        without=list(without_moves),
        ids=loops.ids,
    )


def touch_query(moves):
    """Return the statement that locks the loops that ``moves`` bear on.

    It writes them: under REPEATABLE READ a second transaction that counted on
    what it saw before has to start again.
    """
    return SQL(
        """
        UPDATE asi_coc_closed_loop
           SET use_count = COALESCE(use_count, 0) + 1
         WHERE id IN (
            SELECT loop.id
              FROM asi_coc_closed_loop loop
             WHERE EXISTS (
                    SELECT
                      FROM stock_move move
                      JOIN asi_coc_entry entry
                        ON entry.move_id IN (move.id, move.origin_returned_move_id)
                      JOIN res_partner partner ON partner.id = entry.partner_id
                     WHERE move.id = ANY(%(moves)s)
                       AND move.company_id = loop.company_id
                       AND partner.commercial_partner_id = loop.partner_id)
                OR EXISTS (
                    SELECT FROM asi_coc_entry entry
                     WHERE entry.closed_loop_id = loop.id
                       AND entry.move_id = ANY(%(moves)s))
          ORDER BY loop.id
               FOR UPDATE)
     RETURNING id
        """,
        moves=moves.ids,
    )
