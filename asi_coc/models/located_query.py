"""The SQL that tells which facility is at each end of a line (8.4)."""

from odoo.tools import SQL

from .contractor_query import site_query, toll_query
from .facility_query import facility_query, is_inside


def located_query():
    return SQL(
        """
        SELECT line.*,
               (%(source_inside)s AND source_site.holds IS NOT FALSE
                AND NOT (source_site.holds IS NOT NULL AND is_tolled)
               ) AS source_inside,
               (%(target_inside)s AND target_site.holds IS NOT FALSE
                AND NOT (target_site.holds IS NOT NULL AND is_tolled)
               ) AS target_inside,
               source_site.contractor_id AS source_contractor_id,
               target_site.contractor_id AS target_contractor_id,
               is_given_up,
               source.usage AS source_usage, target.usage AS target_usage,
               -- between companies of one database, goods go through transit
               line.origin_returned_move_id IS NOT NULL
                   AND (target.usage = 'supplier' OR (target.usage = 'transit'
                        AND line.purchase_line_id IS NOT NULL)) AS to_supplier_again,
               -- what was dropshipped had not gone out of the scope
               line.origin_returned_move_id IS NOT NULL
                   AND line.origin_source_usage != 'supplier'
                   AND (source.usage = 'customer' OR (source.usage = 'transit'
                        AND line.sale_line_id IS NOT NULL)) AS from_customer_again,
               source_root.facility_id AS source_facility_id,
               source_root.scope_id AS source_scope_id,
               source_root.activity_id AS source_activity_id,
               source_root.input_material AS source_input_material,
               target_root.facility_id AS target_facility_id,
               target_root.scope_id AS target_scope_id,
               target_root.activity_id AS target_activity_id,
               target_root.input_material AS target_input_material,
               work_root.facility_id AS work_facility_id,
               work_root.scope_id AS work_scope_id,
               work_root.activity_id AS work_activity_id,
               work_root.input_material AS work_input_material,
               -- what a mine makes is its input (8.3)
               CASE WHEN work_root.code = 'bauxite_mining'
                     AND line.material = 'bauxite'
                    THEN 'input' ELSE 'production' END AS made_flow,
               work.id AS work_id,
               -- a scrap order of a manufacturing order is neither
               work_place.id IS NOT NULL AND target.usage = 'production'
                   AND NOT is_given_up AS is_used,
               work_place.id IS NOT NULL AND source.usage = 'production' AS is_made,
               first.facility_id AS first_facility_id,
               first.activity_id AS first_activity_id,
               first.date AS first_date
          FROM line
          JOIN stock_location source ON source.id = line.location_id
          JOIN stock_location target ON target.id = line.location_dest_id
     LEFT JOIN mrp_unbuild unbuild ON unbuild.id = line.unbuild_id
     LEFT JOIN mrp_production work
            ON work.id = COALESCE(
                   line.raw_material_production_id, line.production_id, unbuild.mo_id)
     LEFT JOIN stock_location work_place
            ON work_place.id = COALESCE(work.location_src_id, unbuild.location_id)
     LEFT JOIN LATERAL (%(sender)s) AS sender
            ON source.usage = 'transit' AND source.company_id IS NOT NULL
     LEFT JOIN LATERAL (
                   SELECT template.coc_activity_id AS own_activity_id,
                          template.coc_material AS material, form.liquid
                     FROM product_product product
                     JOIN product_template template
                       ON template.id = product.product_tmpl_id
                LEFT JOIN asi_coc_form form ON form.id = template.coc_form_id
                    WHERE product.id = COALESCE(work.product_id, unbuild.product_id)
               ) AS work_product ON TRUE
     LEFT JOIN LATERAL (
                   -- where what comes back had gone out or come in
                   SELECT entry.facility_id, entry.activity_id, entry.date
                     FROM asi_coc_entry entry
                    WHERE entry.move_id = line.origin_returned_move_id
                      AND entry.flow IN ('input', 'output')
                      AND entry.facility_id IS NOT NULL
                 GROUP BY entry.facility_id, entry.activity_id, entry.date
                   -- what was taken back since counts no more
                   HAVING sum(entry.mass) != 0 OR sum(entry.quantity) != 0
                 ORDER BY max(entry.id) DESC
                    LIMIT 1
               ) AS first ON TRUE
     LEFT JOIN LATERAL (%(source_site)s) AS source_site ON source.usage = 'internal'
     LEFT JOIN LATERAL (%(target_site)s) AS target_site ON target.usage = 'internal'
     LEFT JOIN LATERAL (%(toll)s) AS toll
            ON source_site.holds IS NOT NULL OR target_site.holds IS NOT NULL
    CROSS JOIN LATERAL (
                   -- what a toller uses up, and what it makes of it
                   SELECT toll.production_id IS NOT NULL
                              AND line.raw_material_production_id IS NOT NULL
                              AS is_given_up,
                          toll.production_id IS NOT NULL
                              AND line.raw_material_production_id IS NULL
                              AS is_tolled
               ) AS tolling
     LEFT JOIN LATERAL (%(source_root)s) AS source_root ON TRUE
     LEFT JOIN LATERAL (%(target_root)s) AS target_root ON TRUE
     LEFT JOIN LATERAL (%(work_root)s) AS work_root ON work_place.id IS NOT NULL
        """,
        source_inside=is_inside(SQL.identifier("source")),
        target_inside=is_inside(SQL.identifier("target")),
        sender=_sender_query(),
        source_site=site_query(
            SQL("source.parent_path"), SQL("line.company_id"), SQL("line.moment")
        ),
        target_site=site_query(
            SQL("target.parent_path"), SQL("line.company_id"), SQL("line.moment")
        ),
        toll=toll_query(),
        source_root=facility_query(
            SQL("COALESCE(sender.parent_path, source.parent_path)"),
            SQL("line.picking_type_id"),
            False,
        ),
        target_root=facility_query(
            _unless_in_transit(SQL("source.parent_path"), SQL("target")),
            SQL("line.picking_type_id"),
            False,
        ),
        work_root=_work_facility_query(),
    )


def _sender_query():
    """Where goods came from that are in transit between the company's warehouses.

    Until they arrive they stay with the facility that sent them.
    """
    return SQL(
        """
        SELECT place.parent_path
          FROM stock_move_move_rel step
          JOIN stock_move sent ON sent.id = step.move_orig_id AND sent.state = 'done'
          JOIN stock_move_line sent_line ON sent_line.move_id = sent.id
          JOIN stock_location place ON place.id = sent_line.location_id
         WHERE step.move_dest_id = line.move_id AND %s
      ORDER BY (sent_line.location_dest_id = line.location_id) DESC,
               (sent_line.lot_id = line.lot_id) IS TRUE DESC, sent_line.id DESC
         LIMIT 1
        """,
        _is_nobodys(SQL("source")),
    )


def _unless_in_transit(sender_path, place):
    return SQL(
        """
        CASE WHEN %(place)s.usage = 'transit' AND %(place)s.company_id IS NOT NULL
              AND %(nobodys)s
             THEN %(sender_path)s ELSE %(place)s.parent_path END
        """,
        place=place,
        nobodys=_is_nobodys(place),
        sender_path=sender_path,
    )


def _is_nobodys(place):
    return SQL(
        """
        NOT EXISTS (
            SELECT FROM root
             WHERE %s.parent_path LIKE root.parent_path || '%%')
        """,
        place,
    )


def certificate_holds(day):
    """Tell whether ``certificate`` is valid on ``day``, its history counted (10.3)."""
    return SQL(
        """
        certificate.date_start <= %(day)s AND certificate.date_end >= %(day)s
        AND COALESCE((
                SELECT history.status
                  FROM asi_coc_certificate_status history
                 WHERE history.certificate_id = certificate.id
                   AND history.date <= %(day)s
              ORDER BY history.date DESC
                 LIMIT 1
            ), 'certified') = 'certified'
        """,
        day=day,
    )


def _work_facility_query():
    """The facility a manufacturing order works in."""
    return SQL(
        """
        SELECT found.*
          FROM (SELECT line.company_id, work_product.own_activity_id,
                       work_product.material, work_product.liquid) AS line
    CROSS JOIN LATERAL (%s) AS found
        """,
        facility_query(
            SQL("work_place.parent_path"), SQL("work.picking_type_id"), True
        ),
    )
