"""The SQL that turns done stock moves into ledger entries.

Read :func:`move_query` from top to bottom: which trees of locations belong to
which facility (``root``), the done lines with their mass (``line``), the
facility at each end (``located``), what each line means for the account
(``leg``), the CoC and Non-CoC part (``target``), and the difference to what
the ledger already says.
"""

from odoo.tools import SQL

from .facility_query import (
    facility_query,
    is_inside,
    is_solid_from_remelter,
    root_query,
)

#: What makes two entries of one move line comparable.
KEY = (
    "scope_id",
    "company_id",
    "date",
    "facility_id",
    "activity_id",
    "counterpart_activity_id",
    "flow",
    "status",
    "reason",
    "material",
    "product_id",
    "lot_id",
    "uom_id",
    "move_line_id",
    "move_id",
)
#: What an entry tells besides; a change of these posts nothing.
DETAIL = (
    "form_id",
    "mass_basis",
    "unit_mass",
    "picking_id",
    "production_id",
    "partner_id",
    "document_id",
)
MEASURE = ("mass", "quantity", "value")
COLUMNS = (*KEY, *DETAIL, *MEASURE, "corrects_id", "closing_id", "period_id", "late")
TOTAL_KEY = (
    "period_id",
    "activity_id",
    "counterpart_activity_id",
    "facility_id",
    "product_id",
    "flow",
    "material",
    "status",
)
#: Version of the content hash; it leads the hashed text.
HASH_VERSION = "1"


def _columns(names, alias=None):
    return SQL(", ").join(
        SQL.identifier(alias, name) if alias else SQL.identifier(name) for name in names
    )


def insert_query(env, source):
    """Return the statement that posts the rows of ``source`` (8.1).

    It inserts the entries, adds them to the running totals, and returns what
    was posted per scope, period, activity, flow, material and status (tonnes).
    """
    return SQL(
        """
        WITH candidate AS (%(source)s),
        posted AS (
            INSERT INTO asi_coc_entry (
                %(columns)s, content_hash,
                create_uid, write_uid, create_date, write_date
            )
            SELECT %(candidate_columns)s, %(content_hash)s,
                   %(uid)s, %(uid)s,
                   now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
              FROM candidate
         LEFT JOIN asi_coc_activity activity ON activity.id = candidate.activity_id
         LEFT JOIN asi_coc_activity counterpart
                ON counterpart.id = candidate.counterpart_activity_id
         LEFT JOIN product_product product ON product.id = candidate.product_id
         LEFT JOIN stock_lot lot ON lot.id = candidate.lot_id
         LEFT JOIN stock_move move ON move.id = candidate.move_id
          ORDER BY candidate.date, candidate.move_line_id, candidate.flow,
                   candidate.status
         RETURNING scope_id, mass AS posted_mass, %(total_key)s
        ),
        totalled AS (
            INSERT INTO asi_coc_total (%(total_key)s, mass)
            SELECT %(total_key)s, sum(posted_mass)
              FROM posted
             WHERE status != 'unclassified' AND period_id IS NOT NULL
          GROUP BY %(total_key)s
          ORDER BY %(total_key)s
            ON CONFLICT (
                period_id, activity_id, flow, status, material,
                COALESCE(counterpart_activity_id, 0), COALESCE(facility_id, 0),
                COALESCE(product_id, 0)
            )
            DO UPDATE SET mass = asi_coc_total.mass + EXCLUDED.mass
        )
        SELECT scope_id, period_id, activity_id, flow, material, status,
               sum(posted_mass) AS mass
          FROM posted
      GROUP BY scope_id, period_id, activity_id, flow, material, status
        """,
        source=source,
        columns=_columns(COLUMNS),
        candidate_columns=_columns(COLUMNS, "candidate"),
        total_key=_columns(TOTAL_KEY),
        content_hash=_content_hash(),
        uid=env.uid,
    )


def _content_hash():
    # Business values only, no database ids: the hash still fits after a move
    # of the data to another database.
    return SQL(
        """
        encode(sha256(convert_to(concat_ws(
            '|', %s, candidate.date, candidate.late, candidate.flow, candidate.status,
            COALESCE(candidate.reason, ''), COALESCE(activity.code, ''),
            COALESCE(counterpart.code, ''), COALESCE(candidate.material, ''),
            COALESCE(product.default_code, ''), COALESCE(lot.name, ''),
            COALESCE(move.reference, ''), COALESCE(candidate.mass_basis, ''),
            COALESCE(candidate.quantity, 0), candidate.mass,
            COALESCE(candidate.value, 0)
        ), 'UTF8')), 'hex')
        """,
        HASH_VERSION,
    )


def carry_query(env, closing, rows):
    """Return the rows a close posts: balance carried, drawn, expired (8.8c, 8.9)."""
    return SQL(
        """
        SELECT period.scope_id, period.company_id,
               CASE WHEN given.flow LIKE '%%\\_brought' THEN period.date_start
                    ELSE period.date_end END AS date,
               NULL::int AS facility_id, given.activity_id,
               NULL::int AS counterpart_activity_id, given.flow,
               'coc' AS status, NULL::varchar AS reason,
               activity.output_material AS material,
               NULL::int AS product_id, NULL::int AS lot_id,
               NULL::int AS move_line_id, NULL::int AS move_id,
               NULL::int AS form_id, NULL::int AS uom_id,
               NULL::varchar AS mass_basis, NULL::numeric AS unit_mass,
               NULL::int AS picking_id,
               NULL::int AS production_id, NULL::int AS partner_id,
               NULL::int AS document_id,
               given.mass::numeric(16, 6) AS mass, NULL::numeric AS quantity,
               NULL::numeric AS value, NULL::int AS corrects_id,
               %(closing)s AS closing_id, period.id AS period_id, FALSE AS late
          FROM (VALUES %(rows)s) AS given (period_id, activity_id, flow, mass)
          JOIN asi_coc_period period ON period.id = given.period_id
          JOIN asi_coc_activity activity ON activity.id = given.activity_id
        """,
        closing=closing.id,
        rows=SQL(", ").join(
            SQL("(%s, %s, %s, %s)", period.id, activity.id, flow, mass)
            for period, activity, flow, mass in rows
        ),
    )


def move_query(env, moves, scopes):
    """Return the entries that bring the ledger in line with done ``moves``.

    One row per done move line, meaning and status (8.3, 8.4), less what the
    ledger has of those moves already.
    """
    return SQL(
        """
        WITH root AS (%(root)s),
        line AS (%(line)s),
        located AS (%(located)s),
        leg AS (%(leg)s),
        target AS (%(target)s),
        compared AS (
            SELECT %(key)s, %(detail)s, mass, quantity, value, NULL::int AS entry_id
              FROM target
         UNION ALL
            SELECT %(key)s, %(detail)s, -mass, -quantity, -value, id
              FROM asi_coc_entry
             WHERE move_id = ANY(%(move_ids)s)
        ),
        difference AS (
            SELECT %(key)s, %(max_detail)s,
                   sum(mass)::numeric(16, 6) AS mass,
                   sum(quantity)::numeric(16, 6) AS quantity,
                   sum(value)::numeric(16, 2) AS value,
                   max(entry_id) AS corrects_id
              FROM compared
          GROUP BY %(key)s
            HAVING sum(mass) != 0 OR (sum(quantity) != 0 AND status = 'unclassified')
        )
        SELECT %(difference_columns)s, difference.corrects_id,
               NULL::int AS closing_id, period.id AS period_id,
               COALESCE(period.date_start > difference.date, FALSE) AS late
          FROM difference
     LEFT JOIN LATERAL (%(period)s) AS period ON TRUE
        """,
        root=root_query(scopes),
        line=line_query(env, _done_lines(moves)),
        located=located_query(),
        leg=leg_query(),
        # Nothing unverified counts as CoC Material (10.2).
        target=target_query(
            SQL("CASE WHEN document_id IS NOT NULL THEN coc_claimed_mass END")
        ),
        period=_period_query(),
        key=_columns(KEY),
        detail=_columns(DETAIL),
        max_detail=SQL(", ").join(
            SQL("max(%s) AS %s", SQL.identifier(name), SQL.identifier(name))
            for name in DETAIL
        ),
        difference_columns=_columns((*KEY, *DETAIL, *MEASURE), "difference"),
        move_ids=moves.ids,
    )


def _done_lines(moves):
    return SQL(
        """
        SELECT line.id, line.move_id, line.picking_id, line.product_id, line.lot_id,
               line.owner_id, line.quantity, line.product_uom_id, line.company_id,
               line.location_id, line.location_dest_id, line.date
          FROM stock_move_line line
          JOIN stock_move move ON move.id = line.move_id
         WHERE line.move_id = ANY(%s)
           AND move.state = 'done'
           AND line.quantity != 0
        """,
        moves.ids,
    )


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
               sum(base_quantity) OVER (PARTITION BY move_id) AS move_base
          FROM (
            SELECT line.id, line.move_id, picking.id AS picking_id, line.product_id,
                   line.lot_id, line.quantity, line.product_uom_id AS uom_id,
                   line.company_id, line.location_id, line.location_dest_id,
                   scope.id AS default_scope_id,
                   (line.date AT TIME ZONE 'UTC' AT TIME ZONE scope.tz)::date AS date,
                   template.coc_material AS material,
                   template.coc_form_id AS form_id, form.liquid,
                   template.coc_activity_id AS own_activity_id,
                   template.coc_alloy_percentage AS alloy_percentage,
                   move.value AS move_value,
                   move.raw_material_production_id, move.production_id,
                   move.unbuild_id,
                   move.origin_returned_move_id, move.coc_claimed_mass,
                   origin_source.usage AS origin_source_usage,
                   move.purchase_line_id, move.sale_line_id,
                   move.coc_designated_qty * move_uom.factor AS designated_base,
                   picking.picking_type_id, picking.partner_id,
                   picking.coc_received_document_id AS own_document_id,
                   returned.coc_received_document_id AS returned_document_id,
                   line.quantity * line_uom.factor AS base_quantity,
                   COALESCE(recorded.unit_mass, measure.unit_mass) AS tonnes_per_base,
                   COALESCE(recorded.unit_mass, measure.unit_mass) AS unit_mass,
                   COALESCE(recorded.mass_basis, measure.mass_basis) AS mass_basis
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
        recorded=_recorded_mass_query(),
        measure=_measure_query(str(gram_id)),
    )


def _recorded_mass_query():
    """The mass per base unit that the ledger counted, for the line or its origin.

    A product's mass may change; what was accounted keeps the mass it had.
    """
    return SQL(
        """
        SELECT entry.unit_mass, entry.mass_basis
          FROM asi_coc_entry entry
          JOIN uom_uom entry_uom ON entry_uom.id = entry.uom_id
     LEFT JOIN stock_lot entry_lot ON entry_lot.id = entry.lot_id
         WHERE (entry.move_line_id = line.id
                OR entry.move_id = move.origin_returned_move_id)
           -- another lot's weight is another's
           AND (entry.lot_id IS NOT DISTINCT FROM line.lot_id
                OR (COALESCE(entry_lot.coc_net_mass, 0) = 0
                    AND COALESCE(lot.coc_net_mass, 0) = 0))
           AND entry.status != 'unclassified'
           AND entry.unit_mass IS NOT NULL
           AND %s = %s
      ORDER BY (entry.move_line_id = line.id) DESC, entry.id DESC
         LIMIT 1
        """,
        _root_of(SQL.identifier("entry_uom")),
        _root_of(SQL.identifier("line_uom")),
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


def located_query():
    return SQL(
        """
        SELECT line.*,
               (%(source_inside)s) AS source_inside,
               (%(target_inside)s) AS target_inside,
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
               target_root.facility_id AS target_facility_id,
               target_root.scope_id AS target_scope_id,
               target_root.activity_id AS target_activity_id,
               target_root.input_material AS target_input_material,
               work_root.facility_id AS work_facility_id,
               work_root.scope_id AS work_scope_id,
               work_root.activity_id AS work_activity_id,
               -- what a mine makes is its input (8.3)
               CASE WHEN work_root.code = 'bauxite_mining'
                     AND line.material = 'bauxite'
                    THEN 'input' ELSE 'production' END AS made_flow,
               COALESCE(%(certificate_holds)s, FALSE) AS work_certified,
               work.id AS work_id,
               -- a scrap order of a manufacturing order is neither
               work_place.id IS NOT NULL AND target.usage = 'production' AS is_used,
               work_place.id IS NOT NULL AND source.usage = 'production' AS is_made,
               first.facility_id AS first_facility_id,
               first.activity_id AS first_activity_id
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
                 ORDER BY entry.id DESC
                    LIMIT 1
               ) AS first ON TRUE
     LEFT JOIN LATERAL (%(source_root)s) AS source_root ON TRUE
     LEFT JOIN LATERAL (%(target_root)s) AS target_root ON TRUE
     LEFT JOIN LATERAL (%(work_root)s) AS work_root ON work_place.id IS NOT NULL
     LEFT JOIN asi_coc_certificate certificate
            ON certificate.id = work_root.certificate_id
        """,
        # Unbuilding takes back what was CoC Material when it was made.
        certificate_holds=certificate_holds(SQL("COALESCE(first.date, line.date)")),
        source_inside=is_inside(SQL.identifier("source")),
        target_inside=is_inside(SQL.identifier("target")),
        sender=_sender_query(),
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
    """Tell whether ``certificate`` is valid on ``day``, its status counted (10.3)."""
    return SQL(
        """
        certificate.date_start <= %(day)s AND certificate.date_end >= %(day)s
        AND (certificate.status = 'certified' OR certificate.status_date > %(day)s)
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


def leg_query():
    """What each line means: one row per flow, with its facility and direction.

    ``sign`` is -1 where a return takes a flow back. A missing facility makes
    the leg unclassified; nothing is dropped.
    """
    return SQL(
        """
        SELECT located.*, meaning.*,
               CASE WHEN meaning.sign = 1 THEN own_document_id
                    ELSE returned_document_id END AS document_id
          FROM located
    CROSS JOIN LATERAL (
            -- used by a manufacturing order, or unbuilt: what it had made
            SELECT CASE WHEN unbuild_id IS NULL THEN 'consumption'
                        ELSE made_flow END AS flow,
                   work_facility_id AS facility_id,
                   work_scope_id AS scope_id, work_activity_id AS activity_id,
                   NULL::int AS counterpart_activity_id,
                   CASE WHEN unbuild_id IS NULL THEN 1 ELSE -1 END AS sign
             WHERE is_used AND source_inside
         UNION ALL
            SELECT 'intra_entity_out', source_facility_id, source_scope_id,
                   source_activity_id, work_activity_id, 1
             WHERE is_used AND source_inside
               AND source_scope_id = work_scope_id
               AND source_activity_id != work_activity_id
         UNION ALL
            SELECT 'intra_entity_in', work_facility_id, work_scope_id,
                   work_activity_id, source_activity_id, 1
             WHERE is_used AND source_inside
               AND source_scope_id = work_scope_id
               AND source_activity_id != work_activity_id
            -- made by a manufacturing order, or freed by unbuilding
         UNION ALL
            SELECT CASE WHEN unbuild_id IS NULL THEN made_flow
                        ELSE 'consumption' END,
                   work_facility_id, work_scope_id, work_activity_id, NULL,
                   CASE WHEN unbuild_id IS NULL THEN 1 ELSE -1 END
             WHERE is_made AND target_inside
         UNION ALL
            SELECT 'intra_entity_out', work_facility_id, work_scope_id,
                   work_activity_id, target_activity_id, 1
             WHERE is_made AND target_inside
               AND target_scope_id = work_scope_id
               AND target_activity_id != work_activity_id
         UNION ALL
            SELECT 'intra_entity_in', target_facility_id, target_scope_id,
                   target_activity_id, work_activity_id, 1
             WHERE is_made AND target_inside
               AND target_scope_id = work_scope_id
               AND target_activity_id != work_activity_id
            -- from one activity of the scope to another
         UNION ALL
            SELECT 'intra_entity_out', source_facility_id, source_scope_id,
                   source_activity_id, target_activity_id, 1
             WHERE source_inside AND target_inside
               AND source_scope_id = target_scope_id
               AND source_activity_id != target_activity_id
         UNION ALL
            SELECT 'intra_entity_in', target_facility_id, target_scope_id,
                   target_activity_id, source_activity_id, 1
             WHERE source_inside AND target_inside
               AND source_scope_id = target_scope_id
               AND source_activity_id != target_activity_id
            -- a return that goes out or comes in elsewhere passed in between
         UNION ALL
            SELECT 'intra_entity_out', source_facility_id, source_scope_id,
                   source_activity_id, first_activity_id, 1
             WHERE to_supplier_again AND source_inside
               AND first_activity_id != source_activity_id
         UNION ALL
            SELECT 'intra_entity_in', first_facility_id, source_scope_id,
                   first_activity_id, source_activity_id, 1
             WHERE to_supplier_again AND source_inside
               AND first_activity_id != source_activity_id
         UNION ALL
            SELECT 'intra_entity_out', first_facility_id, target_scope_id,
                   first_activity_id, target_activity_id, 1
             WHERE from_customer_again AND target_inside
               AND first_activity_id != target_activity_id
         UNION ALL
            SELECT 'intra_entity_in', target_facility_id, target_scope_id,
                   target_activity_id, first_activity_id, 1
             WHERE from_customer_again AND target_inside
               AND first_activity_id != target_activity_id
            -- out of the scope; a return to the supplier takes back its input
         UNION ALL
            SELECT CASE WHEN target_usage IN ('inventory', 'production') THEN 'loss'
                        WHEN to_supplier_again THEN 'input'
                        ELSE 'output' END,
                   -- the company's own stock that is nobody's yet: unclassified
                   CASE WHEN NOT target_inside OR target_facility_id IS NOT NULL
                        THEN CASE WHEN to_supplier_again AND first_facility_id > 0
                                  THEN first_facility_id
                                  ELSE source_facility_id END END,
                   source_scope_id,
                   CASE WHEN to_supplier_again AND first_facility_id > 0
                        THEN first_activity_id ELSE source_activity_id END, NULL,
                   CASE WHEN to_supplier_again THEN -1 ELSE 1 END
             WHERE NOT is_used AND source_inside
               AND (NOT target_inside
                    OR source_scope_id IS DISTINCT FROM target_scope_id)
               AND NOT (target_inside AND source_facility_id IS NULL)
            -- into the scope; a return from the customer takes back its output
         UNION ALL
            SELECT CASE WHEN source_usage IN ('inventory', 'production') THEN 'gain'
                        WHEN from_customer_again THEN 'output'
                        ELSE 'input' END,
                   CASE WHEN NOT source_inside OR source_facility_id IS NOT NULL
                        THEN CASE WHEN from_customer_again AND first_facility_id > 0
                                  THEN first_facility_id
                                  ELSE target_facility_id END END,
                   target_scope_id,
                   CASE WHEN from_customer_again AND first_facility_id > 0
                        THEN first_activity_id ELSE target_activity_id END, NULL,
                   CASE WHEN from_customer_again THEN -1 ELSE 1 END
             WHERE NOT is_made AND target_inside
               AND (NOT source_inside
                    OR source_scope_id IS DISTINCT FROM target_scope_id)
               AND NOT (source_inside AND target_facility_id IS NULL)
          ) AS meaning
        """
    )


def target_query(claimed_mass):
    """What the ledger should say: legs split into CoC and Non-CoC mass.

    The CoC part of an input, ``claimed_mass`` in tonnes, and of an output, the
    designated quantity, fill the lines of a move in order.
    """
    return SQL(
        """
        SELECT COALESCE(judged.scope_id, default_scope_id) AS scope_id,
               judged.company_id, judged.date, judged.facility_id,
               judged.activity_id, judged.counterpart_activity_id, judged.flow,
               part.status, judged.reason, judged.material, judged.product_id,
               judged.lot_id, judged.id AS move_line_id, judged.move_id,
               judged.form_id, judged.uom_id, judged.mass_basis, judged.unit_mass,
               judged.picking_id,
               judged.work_id AS production_id, judged.partner_id,
               CASE WHEN part.status = 'coc' AND judged.flow = 'input'
                    THEN judged.document_id END AS document_id,
               judged.sign * part.mass AS mass,
               CASE WHEN part.status = 'unclassified' OR judged.mass = 0
                    THEN judged.sign * judged.quantity
                    ELSE round(judged.sign * judged.quantity
                               * part.mass / judged.mass, 6) END AS quantity,
               CASE WHEN judged.move_base != 0 AND part.share IS NOT NULL
                    THEN round(judged.sign * judged.move_value::numeric
                               * judged.base_quantity / judged.move_base
                               * part.share, 2) END AS value
          FROM (
            SELECT leg.*,
                   CASE WHEN leg.facility_id IS NULL THEN 'no_facility'
                        WHEN leg.tonnes_per_base IS NULL THEN 'no_mass'
                        WHEN flow = 'input' AND sign = 1 AND NOT is_made
                         AND material != target_input_material
                        THEN 'wrong_material'
                        WHEN flow IN ('output', 'production',
                                      'intra_entity_out', 'intra_entity_in')
                         AND %(solid_from_remelter)s
                        THEN 'wrong_form'
                        WHEN NOT EXISTS (
                            SELECT FROM asi_coc_period period
                             WHERE period.scope_id = leg.scope_id
                               AND period.state != 'closed'
                               AND period.date_end >= leg.date
                               AND EXISTS (
                                   SELECT FROM asi_coc_period earlier
                                    WHERE earlier.scope_id = leg.scope_id
                                      AND earlier.date_start <= leg.date))
                        THEN 'no_period' END AS reason,
                   CASE
                       WHEN flow = 'input' AND (is_made OR is_used)
                       THEN CASE WHEN work_certified THEN mass ELSE 0 END
                       WHEN flow = 'input'
                       THEN LEAST(mass, GREATEST(
                           COALESCE(%(claimed_mass)s, 0)
                           - COALESCE(mass_before, 0), 0))
                       WHEN flow = 'output' THEN %(designated_mass)s
                       ELSE 0
                   END AS coc_mass
              FROM leg
         LEFT JOIN asi_coc_activity origin
                ON origin.id = CASE WHEN flow = 'intra_entity_in'
                                    THEN counterpart_activity_id
                                    ELSE activity_id END
          ) AS judged
    CROSS JOIN LATERAL (
            SELECT 'unclassified' AS status, COALESCE(judged.mass, 0) AS mass,
                   1 AS share
             WHERE judged.reason IS NOT NULL
         UNION ALL
            SELECT 'pooled', judged.mass, 1
             WHERE judged.reason IS NULL AND judged.flow NOT IN ('input', 'output')
         UNION ALL
            SELECT 'coc', judged.coc_mass, judged.coc_mass / NULLIF(judged.mass, 0)
             WHERE judged.reason IS NULL AND judged.flow IN ('input', 'output')
               AND judged.coc_mass != 0
         UNION ALL
            SELECT 'non_coc', judged.mass - judged.coc_mass,
                   (judged.mass - judged.coc_mass) / NULLIF(judged.mass, 0)
             WHERE judged.reason IS NULL AND judged.flow IN ('input', 'output')
               AND judged.mass != judged.coc_mass
          ) AS part
        """,
        claimed_mass=claimed_mass,
        designated_mass=_designated_mass(),
        solid_from_remelter=is_solid_from_remelter(
            SQL("origin.code"), SQL("leg.material"), SQL("leg.liquid")
        ),
    )


def _designated_mass():
    """The CoC mass of a line: alloys from 10 % of the mass count less (8.1)."""
    return SQL(
        """
        round(
            LEAST(base_quantity, GREATEST(
                COALESCE(designated_base, 0) - COALESCE(base_before, 0), 0))
            * tonnes_per_base
            * (10 - LEAST(10, floor(COALESCE(alloy_percentage, 0) / 10))) / 10, 6)
        """
    )


def _period_query():
    """The period of the entry's date, or the first open one after it (8.2)."""
    return SQL(
        """
        SELECT period.id, period.date_start
          FROM asi_coc_period period
         WHERE period.scope_id = difference.scope_id
           AND period.state != 'closed'
           AND period.date_end >= difference.date
           AND EXISTS (
               SELECT FROM asi_coc_period earlier
                WHERE earlier.scope_id = difference.scope_id
                  AND earlier.date_start <= difference.date)
      ORDER BY period.date_start
         LIMIT 1
        """
    )
