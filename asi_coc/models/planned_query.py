"""The SQL that tells what planned stock moves will add to the account."""

from odoo import fields
from odoo.tools import SQL

from .certification_query import certified_span_query, of_scopes
from .facility_query import root_query, store_query
from .line_query import line_query
from .located_query import certificate_holds, located_query
from .meaning_query import leg_query, target_query


def planned_query(period, moves):
    """Return what open ``moves`` will add to the running totals of ``period``.

    The columns of :class:`~..core.flows.Total`, mass in tonnes as text, and
    the ids of the moves. They count as a done move would, on their planned day,
    which is today where that has passed.
    """
    return SQL(
        """
        WITH root AS (%(root)s),
        certified_span AS MATERIALIZED (%(certified_span)s),
        line AS (%(line)s),
        located AS (%(located)s),
        leg AS (%(leg)s),
        target AS (%(target)s)
        SELECT activity.code, counterpart.code, target.facility_id,
               target.product_id, target.flow, target.material, target.status,
               sum(target.mass)::numeric(16, 6)::text,
               COALESCE(bool_or(form.scrap_kind = 'dross'), FALSE),
               array_agg(DISTINCT target.move_id)
          FROM target
          JOIN asi_coc_activity activity ON activity.id = target.activity_id
     LEFT JOIN asi_coc_activity counterpart
            ON counterpart.id = target.counterpart_activity_id
     LEFT JOIN asi_coc_form form ON form.id = target.form_id
         WHERE target.scope_id = %(scope)s
           AND target.status != 'unclassified'
           AND target.date BETWEEN %(date_start)s AND %(date_end)s
      GROUP BY activity.code, counterpart.code, target.facility_id,
               target.product_id, target.flow, target.material, target.status
        """,
        root=root_query(period.scope_id),
        certified_span=certified_span_query(of_scopes(period.scope_id)),
        line=line_query(period.env, _planned_lines(moves)),
        located=located_query(),
        leg=leg_query(),
        target=target_query(_ordered_mass()),
        scope=period.scope_id.id,
        date_start=period.date_start,
        date_end=period.date_end,
    )


def _planned_lines(moves):
    """Reserved lines of open moves, and one more for what no line covers yet.

    An order may name the warehouse's stock only; where facilities lie below
    it, the place where most of the product is stored counts.
    """
    return SQL(
        """
        SELECT planned.id, planned.move_id, planned.picking_id, planned.product_id,
               planned.lot_id, planned.owner_id, planned.quantity,
               planned.product_uom_id, planned.company_id,
               COALESCE(source_store.id, planned.location_id) AS location_id,
               COALESCE(target_store.id, planned.location_dest_id)
                   AS location_dest_id,
               GREATEST(planned.date, %(now)s) AS date
          FROM (
            SELECT line.id, line.move_id, line.picking_id, line.product_id,
                   line.lot_id, line.owner_id, line.quantity, line.product_uom_id,
                   line.company_id, line.location_id, line.location_dest_id,
                   move.date
              FROM stock_move_line line
              JOIN stock_move move ON move.id = line.move_id
             WHERE line.move_id = ANY(%(move_ids)s) AND line.quantity > 0
         UNION ALL
            SELECT -move.id, move.id, move.picking_id, move.product_id,
                   NULL, move.restrict_partner_id,
                   move.product_uom_qty - COALESCE(covered.base / uom.factor, 0),
                   move.product_uom, move.company_id, move.location_id,
                   move.location_dest_id, move.date
              FROM stock_move move
              JOIN uom_uom uom ON uom.id = move.product_uom
         LEFT JOIN LATERAL (
                    SELECT sum(line.quantity * line_uom.factor) AS base
                      FROM stock_move_line line
                      JOIN uom_uom line_uom ON line_uom.id = line.product_uom_id
                     WHERE line.move_id = move.id
                   ) AS covered ON TRUE
             WHERE move.id = ANY(%(move_ids)s)
               AND move.product_uom_qty > COALESCE(covered.base / uom.factor, 0)
          ) AS planned
          JOIN stock_location source ON source.id = planned.location_id
          JOIN stock_location target ON target.id = planned.location_dest_id
     LEFT JOIN LATERAL (%(source_store)s) AS source_store
            ON NOT EXISTS (
                   SELECT FROM root
                    WHERE source.parent_path LIKE root.parent_path || '%%')
     LEFT JOIN LATERAL (%(target_store)s) AS target_store
            ON NOT EXISTS (
                   SELECT FROM root
                    WHERE target.parent_path LIKE root.parent_path || '%%')
        """,
        now=fields.Datetime.now(),
        move_ids=moves.ids,
        source_store=_own_store_query("source"),
        target_store=_own_store_query("target"),
    )


def _own_store_query(alias):
    # Nobody's goods at the suppliers or customers say anything.
    location = SQL.identifier(alias)
    return SQL(
        "SELECT store.id FROM (%s) AS store WHERE %s.usage = 'internal'",
        store_query(SQL("planned.product_id"), SQL("%s.parent_path", location)),
        location,
    )


def _ordered_mass():
    """The CoC part of a planned receipt: as claimed already, else as ordered.

    An order counts when its supplier is certified on the day (3.1c to 6.1c).
    """
    return SQL(
        """
        COALESCE(NULLIF(coc_claimed_mass, 0), (
            SELECT move_base * tonnes_per_base
                   * ordered.coc_ordered_qty / NULLIF(ordered.product_qty, 0)
              FROM purchase_order_line ordered
              JOIN res_partner supplier ON supplier.id = ordered.partner_id
             WHERE ordered.id = leg.purchase_line_id
               AND EXISTS (
                    SELECT FROM asi_coc_certificate certificate
                     WHERE certificate.partner_id = supplier.commercial_partner_id
                       AND certificate.standard = 'chain_of_custody'
                       AND %s)))
        """,
        certificate_holds(SQL("leg.date")),
    )
