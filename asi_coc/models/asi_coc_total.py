from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..core.flows import Total
from .asi_coc_activity import MATERIALS
from .asi_coc_entry import FLOWS, STATUSES


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
        # The text keeps all digits: psycopg hands numeric over as float.
        self.env.cr.execute(
            SQL(
                """
                SELECT activity.code, counterpart.code, total.facility_id,
                       total.product_id, total.flow, total.material, total.status,
                       total.mass::text
                  FROM asi_coc_total total
                  JOIN asi_coc_activity activity ON activity.id = total.activity_id
             LEFT JOIN asi_coc_activity counterpart
                    ON counterpart.id = total.counterpart_activity_id
                 WHERE total.period_id = %s
                """,
                period.id,
            )
        )
        return [Total(*row[:-1], Decimal(row[-1])) for row in self.env.cr.fetchall()]

    @api.model
    def _find_differences(self):
        """Compare the totals with the ledger; both must agree to the gram.

        Returns a list of dicts with the total's key, ``total`` and ``ledger``
        (tonnes) where they do not (8.1).
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT period_id, activity_id, flow, status, material,
                       counterpart_activity_id, facility_id, product_id,
                       sum(total) AS total, sum(ledger) AS ledger
                  FROM (
                        SELECT period_id, activity_id, flow, status, material,
                               counterpart_activity_id, facility_id, product_id,
                               mass AS total, 0 AS ledger
                          FROM asi_coc_total
                     UNION ALL
                        SELECT period_id, activity_id, flow, status, material,
                               counterpart_activity_id, facility_id, product_id,
                               0, mass
                          FROM asi_coc_entry
                         WHERE period_id IS NOT NULL AND status != 'unclassified'
                       ) AS both_sides
              GROUP BY period_id, activity_id, flow, status, material,
                       counterpart_activity_id, facility_id, product_id
                HAVING sum(total) != sum(ledger)
                """
            )
        )
        return self.env.cr.dictfetchall()
