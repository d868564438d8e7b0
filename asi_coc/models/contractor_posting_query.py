"""The SQL that posts what contractors, and no stock move, bring about (2.2, 2.4)."""

from odoo.tools import SQL

from .contractor_query import side_query, site_lines
from .facility_query import facility_query, root_query
from .line_query import line_query
from .posting_query import COLUMNS, following_period_query

#: What tells the entries of contractors apart.
KEY = (
    "scope_id",
    "company_id",
    "date",
    "facility_id",
    "activity_id",
    "flow",
    "status",
    "material",
    "product_id",
    "lot_id",
    "uom_id",
    "form_id",
    "partner_id",
    "contractor_id",
)


def crossing_query(env, contractor, scopes, crossings):
    """Return the entries for stock at the site when it leaves or joins the scope.

    ``crossings`` are tuples of moment in UTC, day and flow: output when the last
    validity ended, input when one began. What the ledger has already is taken off.
    """
    return SQL(
        """
        WITH root AS (%(root)s),
        line AS (%(line)s),
        side AS (%(side)s),
        given (moment, date, flow) AS (VALUES %(crossings)s),
        expected AS (
            SELECT line.scope_id, line.company_id, given.date, found.facility_id,
                   found.activity_id, given.flow, 'non_coc' AS status, line.material,
                   line.product_id, line.lot_id, template.uom_id, line.form_id,
                   %(partner)s AS partner_id, line.contractor_id,
                   line.sign * line.mass AS mass,
                   line.sign * line.quantity * line_uom.factor / own_uom.factor
                       AS quantity
              FROM given
              JOIN side AS line ON line.moment <= given.moment
              JOIN product_product product ON product.id = line.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom own_uom ON own_uom.id = template.uom_id
              JOIN uom_uom line_uom ON line_uom.id = line.uom_id
        CROSS JOIN LATERAL (%(facility)s) AS found
             WHERE line.contractor_id = %(contractor)s AND line.mass IS NOT NULL
        )
        %(difference)s
        """,
        root=root_query(scopes),
        line=line_query(env, site_lines(contractor)),
        side=side_query(),
        crossings=SQL(", ").join(
            SQL("(%s::timestamp, %s::date, %s)", *one) for one in crossings
        ),
        facility=facility_query(
            SQL("line.site_path"), SQL("line.picking_type_id"), False
        ),
        partner=contractor.partner_id.id,
        contractor=contractor.id,
        difference=_difference_query(
            SQL("contractor_id = %s AND product_id IS NOT NULL", contractor.id)
        ),
    )


def held_query(statement, scopes, rows):
    """Return the entries that hold the CoC status of a difference back (2.4).

    ``rows`` are tuples of material and held mass (tonnes). What is held counts as
    Non-CoC input in place of CoC input, where the contractor's site is.
    """
    contractor = statement.contractor_id
    return SQL(
        """
        WITH root AS (%(root)s),
        line AS (
            SELECT given.material, given.mass, site.parent_path AS site_path,
                   site.company_id, NULL::int AS own_activity_id,
                   NULL::boolean AS liquid, NULL::int AS picking_type_id
              FROM (VALUES %(rows)s) AS given (material, mass)
        CROSS JOIN (
                   SELECT location.parent_path, location.company_id
                     FROM stock_location location
                    WHERE location.id = ANY(%(locations)s)
                 ORDER BY location.id
                    LIMIT 1
                 ) AS site
        ),
        expected AS (
            SELECT %(scope)s AS scope_id, line.company_id, %(date)s::date AS date,
                   found.facility_id, found.activity_id, 'input' AS flow,
                   part.status, line.material, NULL::int AS product_id,
                   NULL::int AS lot_id, NULL::int AS uom_id, NULL::int AS form_id,
                   %(partner)s AS partner_id, %(contractor)s AS contractor_id,
                   part.sign * line.mass AS mass, NULL::numeric AS quantity
              FROM line
        CROSS JOIN (VALUES ('coc', -1), ('non_coc', 1)) AS part (status, sign)
        CROSS JOIN LATERAL (%(facility)s) AS found
        )
        %(difference)s
        """,
        root=root_query(scopes),
        rows=SQL(", ").join(SQL("(%s, %s::numeric)", *row) for row in rows),
        locations=contractor.location_ids.ids,
        scope=contractor.scope_id.id,
        date=statement.date_end,
        partner=contractor.partner_id.id,
        contractor=contractor.id,
        facility=facility_query(
            SQL("line.site_path"), SQL("line.picking_type_id"), False
        ),
        difference=_difference_query(
            SQL(
                "contractor_id = %s AND product_id IS NULL AND date = %s",
                contractor.id,
                statement.date_end,
            )
        ),
    )


def _difference_query(recorded):
    """What is expected and not on record yet, as rows to post."""
    key = SQL(", ").join(map(SQL.identifier, KEY))
    columns = (*KEY, "mass", "quantity", "corrects_id", "period_id", "late")
    missing = [name for name in COLUMNS if name not in columns]
    types = {
        "reason": "varchar",
        "mass_basis": "varchar",
        "scrap_kind": "varchar",
        "unit_mass": "numeric",
        "value": "numeric",
    }
    return SQL(
        """
        , compared AS (
            SELECT %(key)s, mass, quantity, NULL::int AS entry_id FROM expected
         UNION ALL
            SELECT %(key)s, -mass, -quantity, id
              FROM asi_coc_entry
             WHERE %(recorded)s
        ),
        difference AS (
            SELECT %(key)s, sum(mass)::numeric(16, 6) AS mass,
                   sum(quantity)::numeric(16, 6) AS quantity,
                   max(entry_id) AS corrects_id
              FROM compared
          GROUP BY %(key)s
            HAVING round(sum(mass)::numeric, 6) != 0
        )
        SELECT %(difference)s, period.id AS period_id,
               COALESCE(period.date_start > difference.date, FALSE) AS late,
               %(missing)s
          FROM difference
    CROSS JOIN LATERAL (%(period)s) AS period
        """,
        key=key,
        recorded=recorded,
        difference=SQL(", ").join(
            SQL.identifier("difference", name)
            for name in (*KEY, "mass", "quantity", "corrects_id")
        ),
        missing=SQL(", ").join(
            SQL("NULL::%s AS %s", SQL(types.get(name, "int")), SQL.identifier(name))
            for name in missing
        ),
        period=following_period_query(),
    )
