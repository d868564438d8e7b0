"""The SQL that tells when a contractor's site is inside the scope (2.1, 2.2)."""

from odoo.tools import SQL

from .line_query import line_query

#: The places of contractors, as a table: one row per contractor and site.
SITES = SQL(
    """
    (SELECT owned.contractor_id, place.id, place.parent_path
       FROM asi_coc_contractor_location_rel owned
       JOIN stock_location place ON place.id = owned.location_id)
    """
)


def site_query(path, company, moment):
    """The contractor at a place, and whether material stays CoC Material there.

    ``path``, ``company`` and ``moment`` are SQL expressions: the place's parent
    path, the company whose stock it is, and a moment in UTC. A validity holds
    after its start until its end.
    """
    return SQL(
        """
        SELECT contractor.id AS contractor_id,
               EXISTS (
                   SELECT FROM asi_coc_contractor_validity validity
                    WHERE validity.contractor_id = contractor.id
                      AND validity.date_start < %(moment)s
                      AND validity.date_end >= %(moment)s
               ) AS holds
          FROM asi_coc_contractor contractor
          JOIN %(sites)s AS site ON site.contractor_id = contractor.id
         WHERE contractor.company_id = %(company)s
           AND %(path)s LIKE site.parent_path || '%%'
         LIMIT 1
        """,
        sites=SITES,
        path=path,
        company=company,
        moment=moment,
    )


def comes_from_contractor(location):
    """Return the condition that ``location``, an id, is at a contractor's site."""
    return SQL(
        """
        EXISTS (
            SELECT FROM %(sites)s AS site
              JOIN stock_location source
                ON source.parent_path LIKE site.parent_path || '%%'
             WHERE source.id = %(location)s)
        """,
        sites=SITES,
        location=location,
    )


def toll_query():
    """The order at a contractor's that made what a line carries, and changed it.

    Whoever turns scrap or alumina into aluminium for others must be certified
    itself (2.1): neither what is used up nor what is made is CoC Material.
    """
    return SQL(
        """
        SELECT toll.id AS production_id
          FROM mrp_production toll
          JOIN product_product made ON made.id = toll.product_id
          JOIN product_template made_template
            ON made_template.id = made.product_tmpl_id
          JOIN stock_location toll_place ON toll_place.id = toll.location_src_id
    CROSS JOIN LATERAL (%(site)s) AS toll_site
         WHERE toll.id = ANY(
                   CASE WHEN line.unbuild_id IS NOT NULL THEN NULL
                        WHEN COALESCE(line.raw_material_production_id,
                                      line.production_id) IS NOT NULL
                        THEN ARRAY[COALESCE(line.raw_material_production_id,
                                            line.production_id)]
                        ELSE ARRAY(
                            SELECT maker.production_id
                              FROM stock_move_move_rel step
                              JOIN stock_move maker ON maker.id = step.move_orig_id
                             WHERE step.move_dest_id IN (
                                       line.move_id, line.origin_returned_move_id)
                               AND maker.production_id IS NOT NULL)
                   END)
           AND EXISTS (
                   SELECT FROM stock_move used
                     JOIN product_product component ON component.id = used.product_id
                     JOIN product_template component_template
                       ON component_template.id = component.product_tmpl_id
                    WHERE used.raw_material_production_id = toll.id
                      AND used.state != 'cancel'
                      AND component_template.coc_material
                          != made_template.coc_material)
         LIMIT 1
        """,
        site=site_query(
            SQL("toll_place.parent_path"), SQL("toll.company_id"), SQL("line.moment")
        ),
    )


def uncovered_query(contractor, added, removed):
    """Count done lines that mean something else with, or without, sites.

    Of sites that are ``added`` lines of the ledger's time that no validity of the
    contractor covers: with the site they are outside the scope, without it inside.
    Of those ``removed`` all: what joined or left the scope with the site, and what
    statements report, rests on them. What is unclassified may change; that is its
    cure.
    """
    return SQL(
        """
        SELECT count(*)
          FROM asi_coc_scope scope
          JOIN (SELECT scope_id, min(date_start) AS day
                  FROM asi_coc_period GROUP BY scope_id) AS first
            ON first.scope_id = scope.id
          JOIN stock_location site ON site.id = ANY(%(locations)s)
          JOIN stock_location place
            ON place.parent_path LIKE site.parent_path || '%%'
          JOIN stock_move_line line
            ON line.state = 'done' AND line.company_id = scope.company_id
           AND place.id IN (line.location_id, line.location_dest_id)
           AND line.date >= first.day
          JOIN product_product product ON product.id = line.product_id
          JOIN product_template template ON template.id = product.product_tmpl_id
         WHERE scope.id = %(scope)s AND scope.state != 'draft'
           AND template.coc_material IS NOT NULL AND line.quantity != 0
           AND NOT EXISTS (
                   SELECT FROM asi_coc_entry entry
                    WHERE entry.move_line_id = line.id
                      AND entry.status = 'unclassified')
           AND (site.id = ANY(%(removed)s) OR NOT EXISTS (
                   SELECT FROM asi_coc_contractor_validity validity
                    WHERE validity.contractor_id = %(contractor)s
                      AND validity.date_start < line.date
                      AND validity.date_end >= line.date))
        """,
        locations=(added | removed).ids,
        removed=removed.ids,
        scope=contractor.scope_id.id,
        contractor=contractor.id,
    )


def side_query():
    """Lines at the sites of contractors, once per site they come to or leave.

    ``sign`` is 1 for what comes, -1 for what goes; ``elsewhere`` tells that the
    other end is no site of the same contractor.
    """
    return SQL(
        """
        SELECT owner.id AS contractor_id, owner.scope_id, line.*, ending.sign,
               site.parent_path AS site_path, elsewhere.usage AS other_usage,
               NOT EXISTS (
                   SELECT FROM %(sites)s AS other
                    WHERE other.contractor_id = owner.id
                      AND elsewhere.parent_path LIKE other.parent_path || '%%'
               ) AS elsewhere
          FROM line
    CROSS JOIN LATERAL (
               VALUES (line.location_id, line.location_dest_id, -1),
                      (line.location_dest_id, line.location_id, 1)
               ) AS ending (location_id, other_id, sign)
          JOIN stock_location place ON place.id = ending.location_id
          JOIN stock_location elsewhere ON elsewhere.id = ending.other_id
          JOIN asi_coc_contractor owner ON owner.company_id = line.company_id
          JOIN %(sites)s AS site ON site.contractor_id = owner.id
                                AND place.parent_path LIKE site.parent_path || '%%'
        """,
        sites=SITES,
    )


def site_lines(contractors):
    """Done lines of stock that come to, or leave, the sites of ``contractors``."""
    return SQL(
        """
        SELECT line.id, line.move_id, line.picking_id, line.product_id, line.lot_id,
               line.owner_id, line.quantity, line.product_uom_id, line.company_id,
               line.location_id, line.location_dest_id, line.date
          FROM stock_move_line line
         WHERE line.state = 'done' AND line.quantity != 0
           AND line.company_id = ANY(%(companies)s)
           AND EXISTS (
                   SELECT FROM %(sites)s AS site
                     JOIN stock_location place
                       ON place.parent_path LIKE site.parent_path || '%%'
                    WHERE site.contractor_id = ANY(%(contractors)s)
                      AND place.id IN (line.location_id, line.location_dest_id))
        """,
        sites=SITES,
        companies=contractors.company_id.ids,
        contractors=contractors.ids,
    )


def handled_query(env, statement):
    """Return what a contractor handled in a statement's days, from done moves (2.4).

    One row per material: opening stock, sent, returned, delivered to customers,
    used up and made by orders, otherwise gone, and closing stock (tonnes).
    """
    contractor = statement.contractor_id
    inside = SQL("moment >= span.start_moment AND moment < span.end_moment")
    return SQL(
        """
        WITH line AS (%(line)s),
        side AS (%(side)s),
        span AS (%(span)s)
        SELECT side.material,
               COALESCE(sum(sign * mass) FILTER (
                   WHERE moment < span.start_moment), 0) AS own_opening,
               COALESCE(sum(mass) FILTER (
                   WHERE %(inside)s AND elsewhere AND sign = 1
                     AND other_usage IN ('internal', 'transit', 'supplier')), 0)
                   AS own_sent,
               COALESCE(sum(mass) FILTER (
                   WHERE %(inside)s AND elsewhere AND sign = -1
                     AND other_usage IN ('internal', 'transit', 'supplier')), 0)
                   AS own_returned,
               COALESCE(-sum(sign * mass) FILTER (
                   WHERE %(inside)s AND other_usage = 'customer'), 0)
                   AS own_delivered,
               COALESCE(sum(mass) FILTER (
                   WHERE %(inside)s AND sign = -1 AND other_usage = 'production'), 0)
                   AS own_consumed,
               COALESCE(sum(mass) FILTER (
                   WHERE %(inside)s AND sign = 1 AND other_usage = 'production'), 0)
                   AS own_produced,
               COALESCE(-sum(sign * mass) FILTER (
                   WHERE %(inside)s AND other_usage = 'inventory'), 0) AS own_other,
               COALESCE(sum(sign * mass), 0) AS own_closing,
               array_agg(DISTINCT side.product_id) AS product_ids
          FROM side
    CROSS JOIN span
         WHERE side.contractor_id = %(contractor)s AND moment < span.end_moment
      GROUP BY side.material
        HAVING count(*) FILTER (WHERE %(inside)s) > 0
            OR sum(sign * mass) FILTER (WHERE moment < span.start_moment) != 0
        """,
        line=line_query(env, site_lines(contractor)),
        side=side_query(),
        span=span_query(statement.date_start, statement.date_end, contractor.scope_id),
        inside=inside,
        contractor=contractor.id,
    )


def span_query(date_start, date_end, scope):
    """The first moment of a span of days and the first one after it, in UTC."""
    return SQL(
        """
        SELECT %(start)s::timestamp AT TIME ZONE %(tz)s AT TIME ZONE 'UTC'
                   AS start_moment,
               (%(end)s::date + 1)::timestamp AT TIME ZONE %(tz)s AT TIME ZONE 'UTC'
                   AS end_moment
        """,
        start=date_start,
        end=date_end,
        tz=scope.tz,
    )
