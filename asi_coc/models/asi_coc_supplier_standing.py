from odoo import api, fields, models
from odoo.tools import SQL

from .due_diligence_query import STANDINGS, latest_query, need_query, standing_on


class AsiCocSupplierStanding(models.Model):
    """How the suppliers stand: from real orders and receipts, and assessments (7.2).

    One row per entity and supplier who supplied material that asks for due
    diligence, is a trader of CoC Material, or was assessed.
    """

    _name = "asi.coc.supplier.standing"
    _description = "Supplier's Due Diligence"
    _auto = False
    _rec_name = "partner_id"
    _order = "last_on desc, id"
    _depends = {
        "purchase.order": [
            "company_id",
            "currency_rate",
            "date_approve",
            "date_order",
            "partner_id",
            "state",
        ],
        "purchase.order.line": [
            "coc_ordered_qty",
            "order_id",
            "price_subtotal",
            "product_id",
            "product_qty",
        ],
        "stock.move": [
            "coc_claimed_mass",
            "date",
            "is_subcontract",
            "location_id",
            "picking_id",
            "product_id",
            "purchase_line_id",
            "quantity",
            "state",
        ],
        "stock.picking": ["company_id", "partner_id", "picking_type_id"],
        "stock.picking.type": ["code"],
        "stock.location": ["usage"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["coc_material"],
        "res.partner": ["coc_is_trader", "commercial_partner_id"],
        "asi.coc.certificate": [
            "company_id",
            "date_end",
            "date_start",
            "partner_id",
            "standard",
        ],
        "asi.coc.certificate.status": ["certificate_id", "date", "status"],
        "asi.coc.entry": ["flow", "mass", "move_id"],
        "asi.coc.scope": ["active", "company_id", "name", "state", "tz"],
        "asi.coc.supplier.assessment": [
            "company_id",
            "decided_on",
            "overall_result",
            "partner_id",
            "state",
            "valid_until",
        ],
        "asi.coc.supplier.mitigation": [
            "company_id",
            "course",
            "date_start",
            "outcome_on",
            "partner_id",
            "state",
        ],
    }

    partner_id = fields.Many2one(
        "res.partner", string="Supplier", readonly=True, help="Who supplies."
    )
    company_id = fields.Many2one("res.company", readonly=True, help="Entity that buys.")
    scope_id = fields.Many2one(
        "asi.coc.scope", readonly=True, help="CoC Certification Scope of the entity."
    )
    currency_id = fields.Many2one(
        related="company_id.currency_id", help="Currency of the entity."
    )
    material_codes = fields.Char(
        readonly=True, help="Codes of the materials that were ordered or received."
    )
    materials = fields.Char(
        compute="_compute_materials",
        help="Materials that were ordered or received.",
    )
    first_on = fields.Date(
        string="First Supplied",
        readonly=True,
        help="Day of the first order or receipt that asks for due diligence.",
    )
    last_on = fields.Date(
        string="Last Supplied",
        readonly=True,
        help="Day of the latest order or receipt that asks for due diligence.",
    )
    last_order_id = fields.Many2one(
        "purchase.order",
        string="Last Order",
        readonly=True,
        help="Latest purchase order that asks for due diligence.",
    )
    value = fields.Monetary(
        string="Ordered",
        readonly=True,
        help="Value of the orders that ask for due diligence, in the entity's "
        "currency.",
    )
    standing = fields.Selection(
        STANDINGS,
        string="Due Diligence",
        readonly=True,
        help="How the supplier stands today (7.2).",
    )
    valid_until = fields.Date(
        readonly=True, help="Last day for which the due diligence is accepted (7.2)."
    )
    assessment_id = fields.Many2one(
        "asi.coc.supplier.assessment",
        readonly=True,
        help="Assessment that was decided on last, or else the one under way.",
    )
    overall_result = fields.Selection(
        [("low", "Low"), ("medium", "Medium"), ("high", "High")],
        string="Overall Risk",
        readonly=True,
        help="The worst result of that assessment.",
    )

    @property
    def _table_query(self):
        today = SQL(
            "(%s::timestamp AT TIME ZONE 'UTC' AT TIME ZONE scope.tz)::date",
            fields.Datetime.now(),
        )
        partner, company = SQL("known.partner_id"), SQL("known.company_id")
        return SQL(
            """
            WITH needed AS (%(needed)s),
            scope AS (
                SELECT DISTINCT ON (own.company_id) own.id, own.company_id, own.tz
                  FROM asi_coc_scope own
                 WHERE own.state = 'active' AND own.active
              ORDER BY own.company_id, own.id
            ),
            known AS (
                SELECT needed.partner_id, needed.company_id FROM needed
                 UNION
                SELECT made.partner_id, made.company_id
                  FROM asi_coc_supplier_assessment made
                 UNION
                SELECT trader.id, scope.company_id
                  FROM res_partner trader
                  JOIN scope ON TRUE
                 WHERE trader.coc_is_trader AND trader.active
                   AND trader.commercial_partner_id = trader.id
            )
            -- the same from one query to the next, with fewer than 65536 companies
            SELECT known.partner_id::bigint * 65536 + known.company_id AS id,
                   known.partner_id, known.company_id, scope.id AS scope_id,
                   needed.materials AS material_codes, needed.first_on, needed.last_on,
                   needed.last_order_id, needed.value,
                   CASE WHEN judged.standing = 'none' AND needed.partner_id IS NULL
                             AND supplier.coc_is_trader IS NOT TRUE
                        THEN 'not_needed' ELSE judged.standing END AS standing,
                   CASE WHEN decided.state != 'refused' THEN decided.valid_until END
                       AS valid_until,
                   COALESCE(decided.id, started.id) AS assessment_id,
                   shown.overall_result
              FROM known
              JOIN scope ON scope.company_id = known.company_id
              JOIN res_partner supplier ON supplier.id = known.partner_id
        CROSS JOIN LATERAL (SELECT %(standing)s AS standing) AS judged
         LEFT JOIN needed ON needed.partner_id = known.partner_id
                         AND needed.company_id = known.company_id
         LEFT JOIN LATERAL (%(latest)s) AS decided ON TRUE
         LEFT JOIN LATERAL (
                       SELECT max(made.id) AS id
                         FROM asi_coc_supplier_assessment made
                        WHERE made.partner_id = known.partner_id
                          AND made.company_id = known.company_id
                   ) AS started ON TRUE
         LEFT JOIN asi_coc_supplier_assessment shown
                ON shown.id = COALESCE(decided.id, started.id)
            """,
            needed=need_query(),
            standing=standing_on(partner, company, today),
            latest=latest_query(partner, company, today),
        )

    @api.depends("material_codes")
    @api.depends_context("lang")
    def _compute_materials(self):
        field = self.env["asi.coc.supplier.supply"]._fields["material"]
        labels = dict(field._description_selection(self.env))
        for row in self:
            codes = (row.material_codes or "").split(",")
            row.materials = ", ".join(labels[code] for code in codes if code)

    def action_assess(self):
        """Open the supplier's assessment, or start one (7.2).

        Who cannot start one gets to the contact.
        """
        self.ensure_one()
        action = {
            "type": "ir.actions.act_window",
            "res_model": "asi.coc.supplier.assessment",
            "view_mode": "form",
        }
        if self.assessment_id:
            return action | {"res_id": self.assessment_id.id}
        if not self.env["asi.coc.supplier.assessment"].has_access("create"):
            return self.partner_id.get_formview_action()
        return action | {
            "context": {
                "default_partner_id": self.partner_id.id,
                "default_scope_id": self.scope_id.id,
            }
        }
