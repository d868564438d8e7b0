"""The SQL that finds the facility, and so the activity, at a place (8.4)."""

from odoo.tools import SQL


def root_query(scopes):
    return SQL(
        """
        SELECT facility.id AS facility_id, facility.scope_id, facility.company_id,
               facility.activity_id, facility.certificate_id, activity.code,
               activity.input_material, activity.output_material,
               location.parent_path
          FROM asi_coc_facility facility
          JOIN asi_coc_activity activity ON activity.id = facility.activity_id
          JOIN LATERAL (
                   SELECT facility.location_id AS id
                UNION
                   SELECT storage.location_id
                     FROM asi_coc_facility_storage_rel storage
                    WHERE storage.facility_id = facility.id
               ) AS tree ON TRUE
          JOIN stock_location location ON location.id = tree.id
         WHERE facility.active AND facility.scope_id = ANY(%s)
        """,
        scopes.ids,
    )


def facility_query(path, picking_type, by_operation):
    """The facility at one place: by product, then operation type, then location.

    Where that leaves a tie, the activity that takes in or puts out the
    material wins, upstream first: solid metal is never a remelter's (8.1).
    """
    operates = SQL(
        """
        EXISTS (
            SELECT FROM asi_coc_facility_picking_type_rel operation
             WHERE operation.facility_id = root.facility_id
               AND operation.picking_type_id = %s
        )
        """,
        picking_type,
    )
    covers = SQL("%s LIKE root.parent_path || '%%'", path)
    return SQL(
        """
        SELECT root.*
          FROM root
         WHERE root.company_id = line.company_id AND %(candidate)s
      ORDER BY (root.activity_id = line.own_activity_id) IS TRUE DESC,
               %(operates)s DESC,
               length(root.parent_path) DESC,
               (line.material IN (root.input_material, root.output_material)
                AND NOT %(solid_from_remelter)s) DESC,
               root.activity_id, root.facility_id
         LIMIT 1
        """,
        solid_from_remelter=is_solid_from_remelter(
            SQL("root.code"), SQL("line.material"), SQL("line.liquid")
        ),
        candidate=SQL("(%s OR %s)", covers, operates) if by_operation else covers,
        operates=operates,
    )


def is_solid_from_remelter(activity_code, material, liquid):
    """Re-melting/Refining puts out liquid aluminium only; casting is another's."""
    return SQL(
        "(%s = 'remelting_refining' AND %s = 'aluminium' AND %s IS NOT TRUE)",
        activity_code,
        material,
        liquid,
    )


def is_inside(location):
    """Valued by the company, as stock_account sees it, and not set apart."""
    return SQL(
        """
        %(location)s.company_id IS NOT NULL
        AND %(location)s.usage IN ('internal', 'transit')
        AND NOT EXISTS (
            SELECT FROM stock_location excluded
             WHERE excluded.coc_outside_scope
               AND %(location)s.parent_path LIKE excluded.parent_path || '%%'
        )
        """,
        location=location,
    )


def place_query(env, scopes, places):
    """Return the facility at each of ``places``, in their order (8.4).

    ``places`` are tuples of product, location and operation type; the rows are
    ``(scope id, activity id, facility id)``, empty where no facility is. An order
    names the warehouse's stock; where facilities lie below it, the one where most of
    the product is stored counts.
    """
    return SQL(
        """
        WITH root AS (%(root)s)
        SELECT COALESCE(found.scope_id, stored.scope_id),
               COALESCE(found.activity_id, stored.activity_id),
               COALESCE(found.facility_id, stored.facility_id)
          FROM (
            SELECT given.position, given.picking_type_id, location.parent_path,
                   location.company_id, template.coc_activity_id AS own_activity_id,
                   template.coc_material AS material, form.liquid,
                   store.parent_path AS store_path
              FROM (VALUES %(places)s)
                   AS given (position, product_id, location_id, picking_type_id)
              JOIN stock_location location ON location.id = given.location_id
              JOIN product_product product ON product.id = given.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
         LEFT JOIN asi_coc_form form ON form.id = template.coc_form_id
         LEFT JOIN LATERAL (%(store)s) AS store ON TRUE
          ) AS line
     LEFT JOIN LATERAL (%(facility)s) AS found ON TRUE
     LEFT JOIN LATERAL (%(store_facility)s) AS stored ON TRUE
      ORDER BY line.position
        """,
        root=root_query(scopes),
        places=SQL(", ").join(
            SQL(
                "(%s, %s, %s, %s::int)",
                position,
                product.id,
                location.id,
                picking_type.id or None,
            )
            for position, (product, location, picking_type) in enumerate(places)
        ),
        store=store_query(SQL("given.product_id"), SQL("location.parent_path")),
        facility=facility_query(
            SQL("line.parent_path"), SQL("line.picking_type_id"), False
        ),
        store_facility=facility_query(
            SQL("line.store_path"), SQL("line.picking_type_id"), False
        ),
    )


def store_query(product, path):
    """The location below ``path`` where most of the product is stored."""
    return SQL(
        """
        SELECT below.id, below.parent_path
          FROM stock_quant quant
          JOIN stock_location below ON below.id = quant.location_id
         WHERE quant.product_id = %s
           AND below.parent_path LIKE %s || '%%'
      GROUP BY below.id
      ORDER BY sum(quant.quantity) DESC
         LIMIT 1
        """,
        product,
        path,
    )


def stock_query(scopes):
    """Return output material on hand per activity: ``(code, tonnes as text)`` (8.7)."""
    return SQL(
        """
        WITH root AS (%(root)s)
        SELECT found.code, sum(
                   line.quantity * COALESCE(line.net_mass, line.unit_mass)
               )::numeric(16, 6)::text
          FROM (
            SELECT quant.quantity, quant.company_id, location.parent_path,
                   COALESCE(NULLIF(lot.coc_net_mass, 0),
                            NULLIF(product.coc_net_mass, 0)) AS net_mass,
                   CASE WHEN split_part(uom.parent_path, '/', 1)::int = %(gram)s
                        THEN uom.factor * 0.000001 END AS unit_mass,
                   template.coc_activity_id AS own_activity_id,
                   template.coc_material AS material, form.liquid,
                   NULL::int AS picking_type_id
              FROM stock_quant quant
              JOIN stock_location location ON location.id = quant.location_id
              JOIN product_product product ON product.id = quant.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom uom ON uom.id = template.uom_id
              JOIN res_company company ON company.id = quant.company_id
         LEFT JOIN stock_lot lot ON lot.id = quant.lot_id
         LEFT JOIN asi_coc_form form ON form.id = template.coc_form_id
             WHERE quant.company_id = ANY(%(companies)s)
               AND template.coc_material IS NOT NULL
               AND location.usage IN ('internal', 'transit')
               AND (quant.owner_id IS NULL OR quant.owner_id = company.partner_id)
          ) AS line
    CROSS JOIN LATERAL (%(facility)s) AS found
         WHERE line.material = found.output_material
      GROUP BY found.code
        """,
        root=root_query(scopes),
        gram=scopes.env.ref("uom.product_uom_gram").id,
        companies=scopes.company_id.ids,
        facility=facility_query(
            SQL("line.parent_path"), SQL("line.picking_type_id"), False
        ),
    )
