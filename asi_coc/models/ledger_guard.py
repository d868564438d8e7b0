"""What guards ask before configuration changes under ledger entries (8.1).

Any later change of a done move compares the ledger with what today's
configuration says, so configuration that entries were classed with must stay.
Entries that are unclassified hold nothing: changing it is their cure.
"""

from odoo.tools import SQL

from ..formatting import format_number
from .facility_query import facility_query, is_inside, root_query
from .posting_query import KEY

#: Conditions for which entries a field matters to.
ALL_ENTRIES = SQL("TRUE")
DESIGNATED_ENTRIES = SQL("entry.flow = 'output' AND entry.status = 'coc'")
INTRA_ENTITY_ENTRIES = SQL("entry.flow IN ('intra_entity_in', 'intra_entity_out')")


def get_changes(record, vals, names):
    """Return ``{name: (old, new)}`` of the fields that ``vals`` really changes."""
    changes = {}
    for name in names & vals.keys():
        field = record._fields[name]
        new = field.convert_to_record(
            field.convert_to_cache(vals[name], record, validate=False), record
        )
        if new != record[name]:
            changes[name] = (record[name], new)
    return changes


def describe_value(env, field, value):
    """Return a field's value as users read it."""
    if field.type == "many2one":
        # sudo: only the name, and the refusal must not turn into another error
        return value.sudo().display_name or env._("nothing")
    if field.type == "selection":
        labels = dict(field._description_selection(env))
        return labels.get(value) or env._("nothing")
    return format_number(env, value)


# -- entries in force -----------------------------------------------------
def count_in_force(env, key, condition):
    """Return ``{key: number of entries}`` of classed entries not taken back since.

    ``key`` is an SQL expression of ``entry``, ``line`` (stock move line) and
    ``move``; ``condition`` one of ``entry``. All companies count, whoever asks.
    """
    env.cr.execute(
        SQL(
            """
            SELECT %(key)s, sum(entry.entries)::int
              FROM (%(entries)s) AS entry
              JOIN stock_move_line line ON line.id = entry.move_line_id
              JOIN stock_move move ON move.id = line.move_id
          GROUP BY 1
            """,
            key=key,
            entries=_in_force_query(condition),
        )
    )
    return dict(env.cr.fetchall())


def count_of_products(env, products, condition=ALL_ENTRIES):
    """Return ``{product id: number of entries in force}``."""
    if not products:
        return {}
    key = SQL.identifier("entry", "product_id")
    return count_in_force(
        env, key, SQL("%s = ANY(%s) AND %s", key, products.ids, condition)
    )


def _in_force_query(condition):
    return SQL(
        """
        SELECT entry.move_line_id, entry.product_id, entry.facility_id,
               count(*) AS entries
          FROM asi_coc_entry entry
         WHERE entry.status != 'unclassified'
           AND entry.move_line_id IS NOT NULL
           AND %(condition)s
      GROUP BY %(key)s
        HAVING sum(entry.mass) != 0
        """,
        condition=condition,
        key=SQL(", ").join(SQL.identifier("entry", name) for name in KEY),
    )


# -- places ---------------------------------------------------------------
def get_places(env, condition):
    """Return ``{place: number of entries}`` of where accounted moves begin and end.

    A place is a tuple of location, operation type, product template, company,
    and whether a manufacturing order works there. ``condition`` is one of
    ``location`` and ``line`` (stock move line).
    """
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            SELECT place.location_id, COALESCE(place.picking_type_id, 0),
                   place.template_id, line.company_id, place.is_work,
                   sum(entry.entries)::int
              FROM (%(entries)s) AS entry
              JOIN stock_move_line line ON line.id = entry.move_line_id
              JOIN stock_move move ON move.id = line.move_id
              JOIN product_product product ON product.id = line.product_id
         LEFT JOIN stock_picking picking
                ON picking.id = COALESCE(line.picking_id, move.picking_id)
         LEFT JOIN mrp_unbuild unbuild ON unbuild.id = move.unbuild_id
         LEFT JOIN mrp_production work
                ON work.id = COALESCE(move.raw_material_production_id,
                                      move.production_id, unbuild.mo_id)
         LEFT JOIN product_product made
                ON made.id = COALESCE(work.product_id, unbuild.product_id)
        CROSS JOIN LATERAL (
                SELECT line.location_id, picking.picking_type_id,
                       product.product_tmpl_id AS template_id, FALSE AS is_work
             UNION
                SELECT line.location_dest_id, picking.picking_type_id,
                       product.product_tmpl_id, FALSE
             UNION
                -- goods in transit stay with the facility that sent them
                SELECT sent_line.location_id, picking.picking_type_id,
                       product.product_tmpl_id, FALSE
                  FROM stock_move_move_rel step
                  JOIN stock_move_line sent_line
                    ON sent_line.move_id = step.move_orig_id
                  JOIN stock_location transit ON transit.id = line.location_id
                 WHERE step.move_dest_id = move.id AND transit.usage = 'transit'
             UNION
                SELECT COALESCE(work.location_src_id, unbuild.location_id),
                       work.picking_type_id, made.product_tmpl_id, TRUE
                 WHERE made.id IS NOT NULL
              ) AS place
              JOIN stock_location location ON location.id = place.location_id
             WHERE %(condition)s
          GROUP BY 1, 2, 3, 4, 5
            """,
            entries=_in_force_query(ALL_ENTRIES),
            condition=condition,
        )
    )
    return {tuple(row[:5]): row[5] for row in env.cr.fetchall()}


def locate_places(env, places):
    """Return ``{place: (inside, usage, facility id)}`` as configured now."""
    if not places:
        return {}
    # sudo: whoever changes a location, all scopes count, suspended ones too
    scopes = env["asi.coc.scope"].sudo().with_context(active_test=False)
    env.flush_all()
    env.cr.execute(
        SQL(
            """
            WITH root AS (%(root)s)
            SELECT line.location_id, line.given_type_id, line.template_id,
                   line.company_id, line.is_work, line.inside, line.usage,
                   COALESCE(worked.facility_id, stored.facility_id)
              FROM (
                SELECT place.*, NULLIF(place.given_type_id, 0) AS picking_type_id,
                       location.parent_path, location.usage,
                       (%(inside)s) AS inside,
                       template.coc_activity_id AS own_activity_id,
                       template.coc_material AS material, form.liquid
                  FROM unnest(%(locations)s::int[], %(types)s::int[],
                              %(templates)s::int[], %(companies)s::int[],
                              %(works)s::bool[])
                       AS place (location_id, given_type_id, template_id, company_id,
                                 is_work)
                  JOIN stock_location location ON location.id = place.location_id
                  JOIN product_template template ON template.id = place.template_id
             LEFT JOIN asi_coc_form form ON form.id = template.coc_form_id
              ) AS line
         LEFT JOIN LATERAL (%(worked)s) AS worked ON line.is_work
         LEFT JOIN LATERAL (%(stored)s) AS stored ON NOT line.is_work
            """,
            root=root_query(scopes.search([("state", "!=", "draft")])),
            inside=is_inside(SQL.identifier("location")),
            worked=_facility_at(by_operation=True),
            stored=_facility_at(by_operation=False),
            **{
                name: list(column)
                for name, column in zip(
                    ("locations", "types", "templates", "companies", "works"),
                    zip(*places, strict=True),
                    strict=True,
                )
            },
        )
    )
    return {tuple(row[:5]): tuple(row[5:]) for row in env.cr.fetchall()}


def _facility_at(by_operation):
    return facility_query(
        SQL("line.parent_path"), SQL("line.picking_type_id"), by_operation
    )


def describe_place(env, meaning):
    """Return facility and kind of a located place as users read them."""
    inside, usage, facility_id = meaning
    # sudo: only the name
    facility = env["asi.coc.facility"].sudo().browse(facility_id or ())
    usages = dict(env["stock.location"]._fields["usage"]._description_selection(env))
    return env._(
        "%(facility)s (%(usage)s)",
        facility=(
            env._("outside the CoC Certification Scope")
            if not inside
            else facility.name or env._("no facility")
        ),
        usage=usages[usage],
    )
