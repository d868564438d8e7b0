"""The SQL that tells which certificates are to be checked, and since when (10.3)."""

from odoo import fields
from odoo.tools import SQL

from .stock_picking import RECEIVING_CODES

#: Holders that shipped nothing for so many days are not looked after.
SUPPLIES_FOR_DAYS = 365


def check_query(scope, day, certificates):
    """Return ``(certificate, last check, by whom, result, shipments since)``.

    One row for each of ``certificates``, their last check until ``day``, and the
    shipments of CoC Material of later days that ``scope`` received from the holder.
    """
    # Whoever checked today may be a day ahead of the scope.
    is_today = day == scope._get_today()
    checked_until = fields.Date.add(day, days=1) if is_today else day
    return SQL(
        """
        WITH asked AS (
            SELECT certificate.id, certificate.partner_id
              FROM asi_coc_certificate certificate
             WHERE certificate.id = ANY(%(ids)s)
        ),
        shipment AS (%(shipments)s)
        SELECT asked.id, last.checked_on, last.checked_by_id, last.result,
               (SELECT count(*)
                  FROM shipment
                 WHERE shipment.issuer_id = asked.partner_id
                   AND shipment.day > last.checked_on
                   AND shipment.day <= %(day)s)
          FROM asked
     LEFT JOIN LATERAL (
                   SELECT done.checked_on, done.checked_by_id, done.result
                     FROM asi_coc_certificate_check done
                    WHERE done.certificate_id = asked.id
                      AND done.checked_on <= %(checked_until)s
                 ORDER BY done.checked_on DESC, done.id DESC
                    LIMIT 1
               ) AS last ON TRUE
        """,
        ids=certificates.ids,
        day=day,
        checked_until=checked_until,
        shipments=shipment_query(scope, SQL("IN (SELECT asked.partner_id FROM asked)")),
    )


def shipment_query(scope, issuers):
    """Return ``(picking_id, issuer_id, day)`` of received CoC Material.

    A done receipt that claims some is its supplier's; with a verified CoC Document
    it is the document's issuer's, whoever traded it. ``issuers`` is a condition on
    the issuer.
    """
    return SQL(
        """
        SELECT picking.id AS picking_id, partner.commercial_partner_id AS issuer_id,
               %(day)s AS day
          FROM stock_picking picking
          JOIN stock_picking_type kind ON kind.id = picking.picking_type_id
          JOIN res_partner partner ON partner.id = picking.partner_id
         WHERE picking.company_id = %(company)s AND picking.state = 'done'
           AND kind.code = ANY(%(codes)s)
           AND partner.commercial_partner_id %(issuers)s
           AND EXISTS (
                   SELECT FROM stock_move move
                    WHERE move.picking_id = picking.id AND move.state = 'done'
                      AND move.coc_claimed_mass > 0)
         UNION
        SELECT picking.id, partner.commercial_partner_id, %(day)s
          FROM asi_coc_document document
          JOIN res_partner partner ON partner.id = document.issuer_id
          JOIN asi_coc_document_picking_rel carried
            ON carried.document_id = document.id
          JOIN stock_picking picking ON picking.id = carried.picking_id
         WHERE document.scope_id = %(scope)s
           AND document.direction = 'received' AND document.state = 'verified'
           AND picking.state = 'done'
           AND partner.commercial_partner_id %(issuers)s
        """,
        day=SQL(
            "(picking.date_done AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", scope.tz
        ),
        company=scope.company_id.id,
        codes=list(RECEIVING_CODES),
        scope=scope.id,
        issuers=issuers,
    )


def suppliers_query(scope, day):
    """Return the certificates of who supplies ``scope`` with CoC Material.

    Current CoC certificates, suspended ones too, of holders who shipped within a
    year before ``day`` or have an order for CoC Material to deliver.
    """
    return SQL(
        """
        SELECT certificate.id
          FROM asi_coc_certificate certificate
         WHERE certificate.standard = 'chain_of_custody'
           AND certificate.date_start <= %(day)s AND certificate.date_end >= %(day)s
           AND (certificate.company_id IS NULL
                OR certificate.company_id = %(company)s)
           AND certificate.partner_id != %(entity)s
           AND NOT EXISTS (
                   SELECT FROM asi_coc_certificate_status history
                    WHERE history.certificate_id = certificate.id
                      AND history.status = 'withdrawn'
                      AND history.date = (
                              SELECT max(latest.date)
                                FROM asi_coc_certificate_status latest
                               WHERE latest.certificate_id = certificate.id
                                 AND latest.date <= %(day)s))
           AND (certificate.partner_id IN (
                    SELECT shipment.issuer_id FROM (%(shipments)s) AS shipment
                     WHERE shipment.day > %(since)s AND shipment.day <= %(day)s)
                OR certificate.partner_id IN (
                    SELECT supplier.commercial_partner_id
                      FROM purchase_order_line ordered
                      JOIN purchase_order purchase ON purchase.id = ordered.order_id
                      -- through a trader, the certified source counts
                      JOIN res_partner supplier
                        ON supplier.id = COALESCE(ordered.coc_source_id,
                               purchase.coc_source_id, ordered.partner_id)
                      JOIN stock_move move ON move.purchase_line_id = ordered.id
                     WHERE ordered.company_id = %(company)s
                       AND ordered.coc_ordered_qty > 0
                       AND move.state NOT IN ('done', 'cancel')))
      ORDER BY certificate.id
        """,
        day=day,
        company=scope.company_id.id,
        entity=scope.company_id.partner_id.id,
        shipments=shipment_query(scope, SQL("IS NOT NULL")),
        since=fields.Date.subtract(day, days=SUPPLIES_FOR_DAYS),
    )
