"""The SQL that sums what came in under legal interests (3.1a to 6.1a)."""

from odoo.tools import SQL


def taken_query(interests):
    """Return ``(interest_id, move_id)`` of receipts under ``interests``, and returns.

    A purchase order line names its interest; where there is none, the receipt does.
    """
    return SQL(
        """
        SELECT ordered.coc_legal_interest_id AS interest_id, move.id AS move_id
          FROM purchase_order_line ordered
          JOIN stock_move move ON move.purchase_line_id = ordered.id
         WHERE ordered.coc_legal_interest_id = ANY(%(interests)s)
         UNION
        SELECT picking.coc_legal_interest_id, move.id
          FROM stock_picking picking
          JOIN stock_move received ON received.picking_id = picking.id
          JOIN stock_move move
            ON move.id = received.id OR move.origin_returned_move_id = received.id
         WHERE picking.coc_legal_interest_id = ANY(%(interests)s)
           AND received.purchase_line_id IS NULL
        """,
        interests=interests.ids,
    )


def received_query(interests, left_out):
    """Return ``(interest id, period id, tonnes as text, entry ids)`` of CoC input.

    The period is that of the receipt's own day, whenever its document was verified.
    ``left_out`` are moves that do not count.
    """
    return SQL(
        """
        SELECT taken.interest_id, period.id, sum(entry.mass)::numeric(16, 6)::text,
               array_agg(entry.id)
          FROM (%(taken)s) AS taken
          JOIN asi_coc_entry entry ON entry.move_id = taken.move_id
          JOIN asi_coc_period period
            ON period.scope_id = entry.scope_id
           AND entry.date BETWEEN period.date_start AND period.date_end
         WHERE entry.flow = 'input' AND entry.status = 'coc'
           AND taken.move_id != ALL(%(left_out)s)
      GROUP BY taken.interest_id, period.id
        """,
        taken=taken_query(interests),
        left_out=left_out.ids,
    )
