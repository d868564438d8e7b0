from odoo import fields, models
from odoo.tools import SQL

from .asi_coc_activity import MATERIALS
from .asi_coc_document_check import CHECKS
from .located_query import certificate_holds
from .stock_picking import RECEIVING_CODES

PROBLEMS = [
    ("no_document", "No document entered"),
    ("unchecked", "Not checked yet"),
    ("to_verify", "An officer has to verify"),
    *CHECKS,
]

#: How long something has been waiting.
AGE_CLASSES = [
    ("week", "0–7 days"),
    ("month", "8–30 days"),
    ("quarter", "31–90 days"),
    ("older", "More than 90 days"),
]


class AsiCocUnverifiedReceipt(models.Model):
    """Received without a verified document: Non-CoC until it has one (10.2).

    One row per done receipt move of CoC Material that claims some, was ordered as
    CoC Material, or came from a supplier certified on that day.
    """

    _name = "asi.coc.unverified.receipt"
    _description = "Received without a Verified Document"
    _auto = False
    _rec_name = "picking_id"
    _order = "date, id"
    _depends = {
        "stock.move": [
            "state",
            "coc_claimed_mass",
            "picking_id",
            "product_id",
            "location_dest_id",
            "location_id",
            "purchase_line_id",
        ],
        "stock.picking": [
            "coc_received_document_id",
            "company_id",
            "date_done",
            "partner_id",
            "picking_type_id",
        ],
        "stock.picking.type": ["code"],
        "stock.location": ["usage", "company_id"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["coc_material", "coc_form_id"],
        "purchase.order.line": ["coc_ordered_qty"],
        "res.partner": ["commercial_partner_id"],
        "asi.coc.certificate": [
            "partner_id",
            "standard",
            "date_start",
            "date_end",
            "company_id",
        ],
        "asi.coc.certificate.status": ["certificate_id", "status", "date"],
        "asi.coc.scope": ["company_id", "state", "tz", "active"],
        "asi.coc.entry": ["activity_id", "move_id", "flow", "mass"],
        "asi.coc.document": ["direction", "state", "picking_ids"],
        "asi.coc.document.check": ["document_id", "code", "passed", "message"],
    }

    picking_id = fields.Many2one(
        "stock.picking", string="Receipt", readonly=True, help="Receipt of the goods."
    )
    partner_id = fields.Many2one(
        "res.partner", string="Supplier", readonly=True, help="Who delivered."
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, help="Product that was received."
    )
    material = fields.Selection(MATERIALS, readonly=True, help="Its CoC Material.")
    activity_id = fields.Many2one(
        "asi.coc.activity",
        readonly=True,
        help="Supply chain activity that the goods came in for.",
    )
    form_id = fields.Many2one("asi.coc.form", readonly=True, help="Its form.")
    date = fields.Date(
        string="Received On", readonly=True, help="Day on which the goods came."
    )
    received_mass = fields.Float(
        string="Received (t)",
        digits=(16, 6),
        readonly=True,
        help="Net mass that came, in tonnes, as the ledger counted it.",
    )
    claimed_mass = fields.Float(
        string="Claimed CoC (t)",
        digits=(16, 6),
        readonly=True,
        help="Tonnes claimed as CoC Material on the receipt; Non-CoC inflow until the "
        "document is verified (10.2).",
    )
    age = fields.Integer(
        string="Age (days)",
        readonly=True,
        aggregator="max",
        help="Days since the goods came.",
    )
    age_class = fields.Selection(
        AGE_CLASSES,
        string="Age",
        readonly=True,
        help="How long the mass has been waiting for its document.",
    )
    document_id = fields.Many2one(
        "asi.coc.document",
        readonly=True,
        help="Draft of the CoC Document that was entered for the receipt.",
    )
    problem = fields.Selection(
        PROBLEMS, readonly=True, help="What stands in the way: the first failed check."
    )
    finding = fields.Char(
        readonly=True, help="What the check found, and what to do about it."
    )
    scope_id = fields.Many2one(
        "asi.coc.scope", readonly=True, help="CoC Certification Scope that received."
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, help="Entity that received."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT waiting.*,
                   CASE WHEN age <= 7 THEN 'week' WHEN age <= 30 THEN 'month'
                        WHEN age <= 90 THEN 'quarter' ELSE 'older' END AS age_class
              FROM (%s) AS waiting
            """,
            self._get_waiting_query(),
        )

    def _get_waiting_query(self):
        day = SQL("(picking.date_done AT TIME ZONE 'UTC' AT TIME ZONE scope.tz)::date")
        return SQL(
            """
            SELECT move.id, picking.id AS picking_id, picking.partner_id,
                   move.product_id, template.coc_material AS material,
                   template.coc_form_id AS form_id, %(day)s AS date,
                   COALESCE(entered.mass, 0) AS received_mass,
                   COALESCE(move.coc_claimed_mass, 0) AS claimed_mass,
                   (%(now)s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE scope.tz)::date
                       - %(day)s AS age,
                   entered.activity_id, draft.id AS document_id,
                   CASE WHEN draft.id IS NULL THEN 'no_document'
                        WHEN draft.code IS NOT NULL THEN draft.code
                        WHEN draft.is_checked THEN 'to_verify'
                        ELSE 'unchecked' END AS problem,
                   draft.message AS finding, scope.id AS scope_id,
                   picking.company_id
              FROM stock_move move
              JOIN stock_picking picking ON picking.id = move.picking_id
              JOIN stock_picking_type kind ON kind.id = picking.picking_type_id
              JOIN stock_location source ON source.id = move.location_id
              JOIN stock_location place ON place.id = move.location_dest_id
              JOIN product_product product ON product.id = move.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN LATERAL (
                       SELECT own.id, own.tz
                         FROM asi_coc_scope own
                        WHERE own.company_id = picking.company_id
                          AND own.state = 'active' AND own.active
                     ORDER BY own.id
                        LIMIT 1
                   ) AS scope ON TRUE
         LEFT JOIN res_partner supplier ON supplier.id = picking.partner_id
         LEFT JOIN purchase_order_line ordered ON ordered.id = move.purchase_line_id
         LEFT JOIN LATERAL (
                       SELECT sum(entry.mass) AS mass,
                              max(entry.activity_id) AS activity_id
                         FROM asi_coc_entry entry
                        WHERE entry.move_id = move.id AND entry.flow = 'input'
                   ) AS entered ON TRUE
         LEFT JOIN LATERAL (%(draft)s) AS draft ON TRUE
             WHERE move.state = 'done'
               AND template.coc_material IS NOT NULL
               AND picking.coc_received_document_id IS NULL
               -- what a customer returns came with no document
               AND source.usage != 'customer'
               AND kind.code = ANY(%(codes)s)
               AND place.usage IN ('internal', 'transit')
               AND place.company_id IS NOT NULL
               AND (move.coc_claimed_mass > 0
                    OR ordered.coc_ordered_qty > 0
                    OR EXISTS (%(certified)s))
            """,
            day=day,
            now=fields.Datetime.now(),
            draft=self._get_draft_query(),
            codes=list(RECEIVING_CODES),
            certified=SQL(
                """
                SELECT FROM asi_coc_certificate certificate
                 WHERE certificate.partner_id = supplier.commercial_partner_id
                   AND certificate.standard = 'chain_of_custody'
                   AND (certificate.company_id IS NULL
                        OR certificate.company_id = picking.company_id)
                   AND %s
                """,
                certificate_holds(day),
            ),
        )

    def _get_draft_query(self):
        """The receipt's draft with the first check that failed."""
        return SQL(
            """
            SELECT document.id, failed.code, failed.message,
                   EXISTS (SELECT FROM asi_coc_document_check made
                            WHERE made.document_id = document.id) AS is_checked
              FROM asi_coc_document_picking_rel carried
              JOIN asi_coc_document document ON document.id = carried.document_id
         LEFT JOIN LATERAL (
                       SELECT made.code, made.message
                         FROM asi_coc_document_check made
                        WHERE made.document_id = document.id
                          AND made.passed IS NOT TRUE
                     ORDER BY made.id
                        LIMIT 1
                   ) AS failed ON TRUE
             WHERE carried.picking_id = picking.id
               AND document.direction = 'received' AND document.state = 'draft'
          ORDER BY document.id
             LIMIT 1
            """
        )

    def action_open_receipt(self):
        """Open the receipt, where its document is entered."""
        self.ensure_one()
        return self.picking_id.get_formview_action()
