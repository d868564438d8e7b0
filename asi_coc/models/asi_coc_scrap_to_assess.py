from odoo import api, fields, models
from odoo.tools import SQL

from .asi_coc_unverified_receipt import AGE_CLASSES
from .contractor_query import comes_from_contractor


class AsiCocScrapToAssess(models.Model):
    """Received scrap that nobody has assessed: Non-CoC until it is (4.2).

    One row per received move with Non-CoC scrap in the ledger that has not gone
    back to the supplier.
    """

    _name = "asi.coc.scrap.to.assess"
    _description = "Scrap to Assess"
    _auto = False
    _rec_name = "picking_id"
    _order = "date, id"
    _depends = {
        "stock.move": ["origin_returned_move_id", "picking_id", "product_id"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["coc_form_id"],
        "asi.coc.scope": ["tz"],
        "asi.coc.entry": ["move_id", "flow", "material", "status", "mass"],
        "asi.coc.scrap.assessment": ["move_id", "state"],
    }

    move_id = fields.Many2one("stock.move", readonly=True, help="Move that came in.")
    picking_id = fields.Many2one(
        "stock.picking", string="Receipt", readonly=True, help="Receipt of the scrap."
    )
    partner_id = fields.Many2one(
        "res.partner", string="Supplier", readonly=True, help="Who delivered."
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, help="Scrap that was received."
    )
    form_id = fields.Many2one("asi.coc.form", readonly=True, help="Its form.")
    date = fields.Date(
        string="Received On", readonly=True, help="Day on which the scrap came."
    )
    mass = fields.Float(
        string="Non-CoC (t)",
        digits=(16, 6),
        readonly=True,
        help="Tonnes that count as Non-CoC until the scrap is assessed.",
    )
    age = fields.Integer(
        string="Age (days)",
        readonly=True,
        aggregator="max",
        help="Days since the scrap came.",
    )
    age_class = fields.Selection(
        AGE_CLASSES,
        string="Age",
        readonly=True,
        help="How long the scrap has been waiting to be assessed.",
    )
    scope_id = fields.Many2one(
        "asi.coc.scope", readonly=True, help="CoC Certification Scope that received."
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, help="Entity that received."
    )

    @property
    def _table_query(self):
        return self._get_waiting_query()

    @api.model
    def _get_waiting_query(self, moves=None):
        """Return the rows; of ``moves`` only, where given, whatever else there is."""
        return SQL(
            """
            SELECT waiting.*,
                   CASE WHEN age <= 7 THEN 'week' WHEN age <= 30 THEN 'month'
                        WHEN age <= 90 THEN 'quarter' ELSE 'older' END AS age_class
              FROM (
                SELECT move.id, move.id AS move_id, move.picking_id,
                       came.partner_id, move.product_id,
                       template.coc_form_id AS form_id, came.date,
                       came.mass + COALESCE(back.mass, 0) AS mass,
                       (%(now)s::timestamp AT TIME ZONE 'UTC'
                           AT TIME ZONE scope.tz)::date - came.date AS age,
                       came.scope_id, move.company_id
                  FROM (
                    SELECT entry.move_id, entry.scope_id, max(entry.date) AS date,
                           (array_agg(entry.partner_id ORDER BY entry.id) FILTER (
                               WHERE entry.partner_id IS NOT NULL))[1] AS partner_id,
                           sum(entry.mass) AS mass
                      FROM asi_coc_entry entry
                     WHERE entry.flow = 'input' AND entry.material = 'scrap'
                       AND entry.status = 'non_coc' AND %(of_moves)s
                  GROUP BY entry.move_id, entry.scope_id
                    HAVING sum(entry.mass) > 0
                  ) AS came
                  JOIN stock_move move ON move.id = came.move_id
                  JOIN asi_coc_scope scope ON scope.id = came.scope_id
                  JOIN product_product product ON product.id = move.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
             LEFT JOIN LATERAL (
                        SELECT sum(entry.mass) AS mass
                          FROM stock_move returned
                          JOIN asi_coc_entry entry ON entry.move_id = returned.id
                         WHERE returned.origin_returned_move_id = move.id
                           AND entry.flow = 'input' AND entry.status = 'non_coc'
                           AND entry.material = 'scrap'
                       ) AS back ON TRUE
                 WHERE NOT EXISTS (
                        SELECT FROM asi_coc_scrap_assessment assessment
                         WHERE assessment.move_id = move.id
                           AND assessment.state = 'valid')
                   AND came.mass + COALESCE(back.mass, 0) > 0
                   -- counted when it first came in (2.2)
                   AND NOT %(from_contractor)s
              ) AS waiting
            """,
            now=fields.Datetime.now(),
            of_moves=SQL("TRUE")
            if moves is None
            else SQL("entry.move_id = ANY(%s)", moves.ids),
            from_contractor=comes_from_contractor(
                SQL.identifier("move", "location_id")
            ),
        )

    def action_assess(self):
        """Ask what the scrap of these receipts is (4.2)."""
        # sudo: only ids are handed on
        return self.env["asi.coc.scrap.assessment"]._action_assess(self.sudo().move_id)

    @api.model
    def _get_moves(self, pickings):
        """Return the moves of ``pickings`` that wait to be assessed."""
        # sudo: whoever sees the receipt sees what is to do
        moves = pickings.sudo().move_ids
        for name, names in self._depends.items():
            self.env[name].flush_model(names)
        # Not by a search: it would sum up all scrap that ever came.
        rows = self.env.execute_query(
            SQL("SELECT move_id FROM (%s) AS waiting", self._get_waiting_query(moves))
        )
        return moves.browse(move_id for (move_id,) in rows)

    def action_open_receipt(self):
        """Open the receipt of the scrap."""
        self.ensure_one()
        return self.picking_id.get_formview_action()
