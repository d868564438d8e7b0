"""The SQL that tells who supplies what kind of material (7.1, 7.2)."""

from odoo.tools import SQL

from .stock_picking import RECEIVING_CODES


def supplied_query(since):
    """Return one row per company and supplier, with what they supply.

    ``company_id``, ``partner_id`` (the entity), ``is_scrap``, ``is_traded``,
    ``is_non_coc``, ``last_at`` (UTC) of the last supply: of confirmed orders still to
    come and of receipts done after ``since`` (UTC).
    """
    return SQL(
        """
        SELECT supply.company_id, supply.partner_id,
               bool_or(supply.is_scrap) AS is_scrap,
               bool_or(supply.is_traded) AS is_traded,
               bool_or(supply.is_non_coc) AS is_non_coc,
               COALESCE(max(supply.received_on), max(supply.ordered_on)) AS last_at
          FROM (%(ordered)s UNION ALL %(received)s) AS supply
      GROUP BY supply.company_id, supply.partner_id
        """,
        ordered=_ordered_query(),
        received=_received_query(since),
    )


def _ordered_query():
    return SQL(
        """
        SELECT purchase.company_id, supplier.id AS partner_id,
               template.coc_material = 'scrap' AS is_scrap,
               ordered.coc_ordered_qty > 0
                   AND (supplier.coc_is_trader IS TRUE
                        OR source.commercial_partner_id IS DISTINCT FROM supplier.id
                           AND source.id IS NOT NULL) AS is_traded,
               template.coc_material != 'scrap'
                   AND COALESCE(ordered.coc_ordered_qty, 0) < ordered.product_qty
                   AS is_non_coc,
               purchase.date_approve AS ordered_on, NULL::timestamp AS received_on
          FROM purchase_order_line ordered
          JOIN purchase_order purchase ON purchase.id = ordered.order_id
          JOIN res_partner contact ON contact.id = purchase.partner_id
          JOIN res_partner supplier ON supplier.id = contact.commercial_partner_id
          JOIN product_product product ON product.id = ordered.product_id
          JOIN product_template template ON template.id = product.product_tmpl_id
     LEFT JOIN res_partner source
            ON source.id = COALESCE(ordered.coc_source_id, purchase.coc_source_id)
         WHERE purchase.state = 'purchase'
           AND template.coc_material IS NOT NULL
           AND COALESCE(ordered.qty_received, 0) < ordered.product_qty
           -- contractors work on our own material (2.1)
           AND NOT EXISTS (
                   SELECT FROM stock_move work
                    WHERE work.purchase_line_id = ordered.id AND work.is_subcontract)
        """
    )


def _received_query(since):
    # What the ledger says of the receipt counts, not what it claims.
    return SQL(
        """
        SELECT picking.company_id, supplier.id,
               template.coc_material = 'scrap',
               move.coc_claimed_mass > 0
                   AND (supplier.coc_is_trader IS TRUE
                        OR source.commercial_partner_id IS DISTINCT FROM supplier.id
                           AND source.id IS NOT NULL),
               template.coc_material != 'scrap' AND COALESCE(entered.non_coc, 0) > 0,
               NULL::timestamp, picking.date_done
          FROM stock_move move
          JOIN stock_picking picking ON picking.id = move.picking_id
          JOIN stock_picking_type kind ON kind.id = picking.picking_type_id
          JOIN stock_location origin ON origin.id = move.location_id
          JOIN res_partner contact ON contact.id = picking.partner_id
          JOIN res_partner supplier ON supplier.id = contact.commercial_partner_id
          JOIN product_product product ON product.id = move.product_id
          JOIN product_template template ON template.id = product.product_tmpl_id
     LEFT JOIN asi_coc_document document
            ON document.id = picking.coc_received_document_id
     LEFT JOIN res_partner source
            ON source.id = COALESCE(document.issuer_id, picking.coc_source_id)
     LEFT JOIN LATERAL (
                   SELECT sum(entry.mass) AS non_coc
                     FROM asi_coc_entry entry
                    WHERE entry.move_id = move.id AND entry.flow = 'input'
                      AND entry.status = 'non_coc'
               ) AS entered ON TRUE
         WHERE move.state = 'done' AND move.is_subcontract IS NOT TRUE
           AND picking.state = 'done'
           AND picking.date_done >= %(since)s
           AND kind.code = ANY(%(codes)s)
           -- what a customer returns is ours already
           AND origin.usage != 'customer'
           AND template.coc_material IS NOT NULL
        """,
        since=since,
        codes=list(RECEIVING_CODES),
    )
