from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.flows import Total
from .asi_coc_activity import MATERIALS
from .asi_coc_entry import FLOWS, STATUSES
from .dross_query import dross_query
from .posting_query import TOTAL_KEY


class AsiCocTotal(models.Model):
    """Running totals of the ledger, kept by the statement that posts entries.

    They make a balance cost the same at a thousand and at a million entries.
    """

    _name = "asi.coc.total"
    _description = "Running Total of the CoC Ledger"
    _log_access = False
    _order = "period_id, activity_id, flow, id"

    period_id = fields.Many2one(
        "asi.coc.period",
        required=True,
        ondelete="cascade",
        help="Material Accounting Period of the entries.",
    )
    activity_id = fields.Many2one(
        "asi.coc.activity",
        required=True,
        ondelete="restrict",
        help="Supply chain activity of the entries.",
    )
    counterpart_activity_id = fields.Many2one(
        "asi.coc.activity",
        ondelete="restrict",
        help="The other activity of an intra-entity flow.",
    )
    facility_id = fields.Many2one(
        "asi.coc.facility", ondelete="restrict", help="Facility of the entries."
    )
    product_id = fields.Many2one(
        "product.product", ondelete="restrict", help="Product of the entries."
    )
    flow = fields.Selection(FLOWS, required=True, help="Kind of flow.")
    material = fields.Selection(MATERIALS, required=True, help="Material that flowed.")
    status = fields.Selection(STATUSES, required=True, help="CoC status of the mass.")
    mass = fields.Float(
        string="Mass (t)",
        digits=(24, 6),
        required=True,
        help="Sum of the entries' mass in tonnes.",
    )

    _scrap = models.Index("(period_id) WHERE material = 'scrap'")
    _key = models.UniqueIndex(
        "(period_id, activity_id, flow, status, material, "
        "COALESCE(counterpart_activity_id, 0), COALESCE(facility_id, 0), "
        "COALESCE(product_id, 0))"
    )

    @api.model
    def _get_totals(self, period):
        """Return the period's running totals, in one query (8.1).

        A list of :class:`~..core.flows.Total`, mass in tonnes as Decimal.
        """
        # Whether a product is dross is its form's to say (4.2c).
        for name in ("product.product", "product.template", "asi.coc.form"):
            self.env[name].flush_model()
        # The text keeps all digits: psycopg hands numeric over as float.
        self.env.cr.execute(
            SQL(
                """
                SELECT activity.code, counterpart.code, total.facility_id,
                       total.product_id, total.flow, total.material, total.status,
                       total.mass::text, COALESCE(form.scrap_kind = 'dross', FALSE)
                  FROM asi_coc_total total
                  JOIN asi_coc_activity activity ON activity.id = total.activity_id
             LEFT JOIN asi_coc_activity counterpart
                    ON counterpart.id = total.counterpart_activity_id
             LEFT JOIN product_product product ON product.id = total.product_id
             LEFT JOIN product_template template
                    ON template.id = product.product_tmpl_id
             LEFT JOIN asi_coc_form form ON form.id = template.coc_form_id
                 WHERE total.period_id = %s
                """,
                period.id,
            )
        )
        return [
            Total(*key, Decimal(mass), dross)
            for *key, mass, dross in self.env.cr.fetchall()
        ]

    @api.model
    def _get_dross_totals(self, period):
        """Return what else tells which dross is own, in one query (4.2c).

        Of earlier periods all dross, of this one what came unclassified: a casthouse
        takes in none. A list of :class:`~..core.flows.Total`, as the product's form
        says now.
        """
        for name in ("product.product", "product.template", "asi.coc.form"):
            self.env[name].flush_model()
        self.env.cr.execute(dross_query(period))
        return [
            Total(*codes, None, None, flow, "scrap", status, Decimal(mass), True, day)
            for *codes, flow, status, mass, day in self.env.cr.fetchall()
        ]

    @api.model
    def _find_differences(self, periods=None):
        """Compare the totals with the ledger; both must agree to the gram.

        ``periods`` are all when left out. Returns a list of dicts with the
        total's key, ``total`` and ``ledger`` (tonnes) where they do not (8.1).
        """
        self.env.flush_all()
        self.env.cr.execute(self._difference_query(periods))
        return self.env.cr.dictfetchall()

    @api.model
    def _difference_query(self, periods=None):
        """Return the query for the totals that the ledger does not add up to."""
        of_periods = SQL("TRUE")
        if periods is not None:
            of_periods = SQL("period_id = ANY(%s)", periods.ids)
        key = SQL(", ").join(map(SQL.identifier, TOTAL_KEY))
        return SQL(
            """
            SELECT %(key)s, sum(total) AS total, sum(ledger) AS ledger
              FROM (
                    SELECT %(key)s, mass AS total, 0 AS ledger
                      FROM asi_coc_total
                     WHERE %(of_periods)s
                 UNION ALL
                    SELECT %(key)s, 0, mass
                      FROM asi_coc_entry
                     WHERE %(of_periods)s
                       AND period_id IS NOT NULL AND status != 'unclassified'
                   ) AS both_sides
          GROUP BY %(key)s
            HAVING sum(total) != sum(ledger)
            """,
            key=key,
            of_periods=of_periods,
        )

    @api.model
    def _repair(self, periods):
        """Set the totals of ``periods`` to what the ledger adds up to (8.1).

        Only the drift model calls this, with a manager's reason on file. A
        posting under way makes one of the two start again: it changed a total
        that this statement changes, or waits for the periods.
        """
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM asi_coc_period
                 WHERE id = ANY(%s)
              ORDER BY id
                   FOR UPDATE
                """,
                periods.ids,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO asi_coc_total (%(key)s, mass)
                SELECT %(key)s, ledger FROM (%(differences)s) AS difference
                    ON CONFLICT (
                        period_id, activity_id, flow, status, material,
                        COALESCE(counterpart_activity_id, 0),
                        COALESCE(facility_id, 0), COALESCE(product_id, 0)
                    )
                    DO UPDATE SET mass = EXCLUDED.mass
                """,
                key=SQL(", ").join(map(SQL.identifier, TOTAL_KEY)),
                differences=self._difference_query(periods),
            )
        )
        self.invalidate_model()
        self.env["asi.coc.balance"].invalidate_model()
