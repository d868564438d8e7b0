"""The SQL that tells which dross came from elsewhere (4.2c)."""

from odoo.tools import SQL


def dross_query(period):
    """Return dross of earlier periods, and what of it came unclassified, of this too.

    Rows of both activities' codes, flow, status, tonnes as text, and the first day of
    the period, empty for ``period`` itself.
    """
    return SQL(
        """
        SELECT activity.code, counterpart.code, flowed.flow, flowed.status,
               sum(flowed.mass)::text, NULLIF(flowed.date_start, %(date_start)s)
          FROM (
            SELECT total.activity_id, total.counterpart_activity_id, total.product_id,
                   total.flow, total.status, total.mass, earlier.date_start
              FROM asi_coc_period earlier
              JOIN asi_coc_total total ON total.period_id = earlier.id
             WHERE earlier.scope_id = %(scope)s
               AND earlier.date_start < %(date_start)s
               AND total.material = 'scrap'
               AND total.flow IN ('input', 'intra_entity_in', 'intra_entity_out')
         UNION ALL
            SELECT entry.activity_id, NULL, entry.product_id, entry.flow, entry.status,
                   entry.mass, COALESCE(own.date_start, DATE '0001-01-01')
              FROM asi_coc_entry entry
         LEFT JOIN asi_coc_period own ON own.id = entry.period_id
             WHERE entry.scope_id = %(scope)s
               AND entry.flow = 'input' AND entry.material = 'scrap'
               AND entry.status = 'unclassified'
               AND (own.id IS NULL OR own.date_start <= %(date_start)s)
          ) AS flowed
          JOIN product_product product ON product.id = flowed.product_id
          JOIN product_template template ON template.id = product.product_tmpl_id
          JOIN asi_coc_form form ON form.id = template.coc_form_id
     LEFT JOIN asi_coc_activity activity ON activity.id = flowed.activity_id
     LEFT JOIN asi_coc_activity counterpart
            ON counterpart.id = flowed.counterpart_activity_id
         WHERE form.scrap_kind = 'dross'
      GROUP BY activity.code, counterpart.code, flowed.flow, flowed.status,
               flowed.date_start
        """,
        scope=period.scope_id.id,
        date_start=period.date_start,
    )
