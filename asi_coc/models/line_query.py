"""The SQL that measures stock move lines: how many tonnes a line is (8.1)."""

from odoo.tools import SQL

from .scrap_query import ASSESSED_COLUMNS, assessed_query, coverable_mass


def line_query(env, lines):
    """Return ``lines`` of CoC-relevant products with their mass in tonnes (8.1)."""
    gram_id = env["ir.model.data"]._xmlid_to_res_id("uom.product_uom_gram")
    return SQL(
        """
        SELECT measured.*,
               round(base_quantity * tonnes_per_base, 6) AS mass,
               sum(base_quantity) OVER before_line AS base_before,
               sum(round(base_quantity * tonnes_per_base, 6)) OVER before_line
                   AS mass_before,
               sum(base_quantity) OVER (PARTITION BY move_id) AS move_base,
               sum(%(coverable)s) OVER before_line AS coverable_before
          FROM (
            SELECT line.id, line.move_id, picking.id AS picking_id, line.product_id,
                   line.lot_id, line.quantity, line.product_uom_id AS uom_id,
                   line.company_id, line.location_id, line.location_dest_id,
                   scope.id AS default_scope_id, line.date AS moment,
                   (line.date AT TIME ZONE 'UTC' AT TIME ZONE scope.tz)::date AS date,
                   template.coc_material AS material,
                   template.coc_form_id AS form_id, form.liquid,
                   template.coc_activity_id AS own_activity_id,
                   template.coc_alloy_percentage AS alloy_percentage,
                   move.value AS move_value,
                   move.raw_material_production_id, move.production_id,
                   move.unbuild_id,
                   move.origin_returned_move_id, move.coc_claimed_mass,
                   origin.coc_claimed_mass AS origin_claimed_mass,
                   %(assessed_columns)s,
                   origin_source.usage AS origin_source_usage,
                   move.purchase_line_id, move.sale_line_id,
                   move.coc_designated_qty * move_uom.factor AS designated_base,
                   picking.picking_type_id,
                   COALESCE(picking.partner_id, move.partner_id) AS partner_id,
                   picking.coc_received_document_id AS own_document_id,
                   returned.coc_received_document_id AS returned_document_id,
                   line.quantity * line_uom.factor AS base_quantity,
                   COALESCE(content.unit_mass, recorded.unit_mass, measure.unit_mass)
                       AS tonnes_per_base,
                   COALESCE(content.unit_mass, recorded.unit_mass, measure.unit_mass)
                       AS unit_mass,
                   COALESCE(content.mass_basis, recorded.mass_basis,
                            measure.mass_basis) AS mass_basis
              FROM (%(lines)s) AS line
              JOIN stock_move move ON move.id = line.move_id
              JOIN LATERAL (
                       SELECT scope.id, scope.tz
                         FROM asi_coc_scope scope
                        WHERE scope.company_id = line.company_id
                          AND scope.state = 'active' AND scope.active
                     ORDER BY scope.id
                        LIMIT 1
                   ) AS scope ON TRUE
              JOIN res_company company ON company.id = line.company_id
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom line_uom ON line_uom.id = line.product_uom_id
              JOIN uom_uom move_uom ON move_uom.id = move.product_uom
              JOIN uom_uom product_uom ON product_uom.id = template.uom_id
         LEFT JOIN asi_coc_form form ON form.id = template.coc_form_id
         LEFT JOIN stock_lot lot ON lot.id = line.lot_id
         -- a line made through its move may not name the transfer
         LEFT JOIN stock_picking picking
                ON picking.id = COALESCE(line.picking_id, move.picking_id)
         LEFT JOIN stock_move origin ON origin.id = move.origin_returned_move_id
         LEFT JOIN stock_location origin_source
                ON origin_source.id = origin.location_id
         LEFT JOIN stock_picking returned ON returned.id = origin.picking_id
         LEFT JOIN LATERAL (%(assessed)s) AS assessed ON TRUE
         LEFT JOIN LATERAL (%(content)s) AS content ON TRUE
         LEFT JOIN LATERAL (%(recorded)s) AS recorded ON TRUE
         LEFT JOIN LATERAL (%(measure)s) AS measure ON TRUE
             WHERE template.coc_material IS NOT NULL
               AND (line.owner_id IS NULL OR line.owner_id = company.partner_id)
          ) AS measured
        WINDOW before_line AS (
            PARTITION BY move_id ORDER BY id
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        )
        """,
        lines=lines,
        coverable=coverable_mass(SQL("round(base_quantity * tonnes_per_base, 6)")),
        assessed_columns=ASSESSED_COLUMNS,
        assessed=assessed_query(),
        content=_content_query(str(gram_id)),
        recorded=_recorded_mass_query(),
        measure=_measure_query(str(gram_id)),
    )


def _recorded_mass_query():
    """The mass per base unit that the ledger counted, for the line or its origin.

    A product's mass may change; what was accounted keeps the mass it had. What
    an assessment's aluminium content made of it goes with the assessment (8.3).
    """
    return SQL(
        """
        SELECT entry.unit_mass, entry.mass_basis
          FROM asi_coc_entry entry
          JOIN uom_uom entry_uom ON entry_uom.id = entry.uom_id
     LEFT JOIN stock_lot entry_lot ON entry_lot.id = entry.lot_id
     LEFT JOIN asi_coc_scrap_assessment counted ON counted.id = entry.assessment_id
         WHERE (entry.move_line_id = line.id
                OR entry.move_id = move.origin_returned_move_id)
           -- another lot's weight is another's
           AND (entry.lot_id IS NOT DISTINCT FROM line.lot_id
                OR (COALESCE(entry_lot.coc_net_mass, 0) = 0
                    AND COALESCE(lot.coc_net_mass, 0) = 0))
           AND entry.status != 'unclassified'
           AND entry.unit_mass IS NOT NULL
           AND COALESCE(counted.aluminium_percentage, 0) = 0
           AND %s = %s
      ORDER BY (entry.move_line_id = line.id) DESC, entry.id DESC
         LIMIT 1
        """,
        _root_of(SQL.identifier("entry_uom")),
        _root_of(SQL.identifier("line_uom")),
    )


def _content_query(gram):
    """Tonnes per base unit by the aluminium content that was assessed (8.3)."""
    return SQL(
        """
        SELECT 0.000001 * assessed.aluminium_percentage / 100 AS unit_mass,
               concat_ws(' ', 'unit of mass ×',
                         assessed.aluminium_percentage || ' %%', 'assessed')
                   AS mass_basis
         WHERE assessed.aluminium_percentage IS NOT NULL AND %s = %s
        """,
        _root_of(SQL.identifier("line_uom")),
        gram,
    )


def _measure_query(gram):
    """Tonnes per base unit of a line: as weighed, as assumed, or by its unit (8.1)."""
    by_piece = SQL(
        "%s = %s",
        _root_of(SQL.identifier("line_uom")),
        _root_of(SQL.identifier("product_uom")),
    )
    by_weight = SQL("%s = %s", _root_of(SQL.identifier("line_uom")), gram)
    return SQL(
        """
        SELECT 1 AS rank, lot.coc_net_mass / product_uom.factor AS unit_mass,
               concat_ws(' ', round(lot.coc_net_mass, 6), 't /',
                         product_uom.name ->> 'en_US', 'lot', lot.name) AS mass_basis
         WHERE lot.coc_net_mass > 0 AND %(by_piece)s
     UNION ALL
        SELECT 2, product.coc_net_mass / product_uom.factor,
               concat_ws(' ', round(product.coc_net_mass, 6), 't /',
                         product_uom.name ->> 'en_US', template.coc_mass_basis)
         WHERE product.coc_net_mass > 0 AND %(by_piece)s
     UNION ALL
        SELECT 3, 0.000001 * scrap.aluminium_percentage / 100,
               concat_ws(' ', 'unit of mass ×', scrap.aluminium_percentage || ' %%')
          FROM (SELECT template.coc_aluminium_percentage AS aluminium_percentage)
               AS scrap
         WHERE template.coc_material = 'scrap'
           AND scrap.aluminium_percentage > 0 AND %(by_weight)s
     UNION ALL
        SELECT 4, 0.000001, 'unit of mass'
         WHERE %(by_weight)s
      ORDER BY rank
         LIMIT 1
        """,
        by_piece=by_piece,
        by_weight=by_weight,
    )


def _root_of(uom):
    # Units have no categories: what shares a root can be converted.
    return SQL("split_part(%s.parent_path, '/', 1)", uom)
