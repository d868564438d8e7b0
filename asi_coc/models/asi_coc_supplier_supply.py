from odoo import api, fields, models
from odoo.tools import SQL

from .asi_coc_activity import MATERIALS
from .due_diligence_query import order_day

#: Purchases of so long before the decision, or until today, are shown.
VALUE_OVER = "12 months"


class AsiCocSupplierSupply(models.Model):
    """A material that a supplier supplies: what, from where, for how much (7.2)."""

    _name = "asi.coc.supplier.supply"
    _description = "Material Supplied"
    _inherit = ["asi.coc.protected"]
    _order = "assessment_id, id"

    assessment_id = fields.Many2one(
        "asi.coc.supplier.assessment",
        required=True,
        index=True,
        ondelete="cascade",
        help="Assessment of the supplier.",
    )
    company_id = fields.Many2one(
        related="assessment_id.company_id",
        store=True,
        precompute=True,
        help="Entity that buys.",
    )
    currency_id = fields.Many2one(
        related="assessment_id.currency_id", help="Currency of the entity."
    )
    material = fields.Selection(
        MATERIALS, required=True, help="Material that is supplied."
    )
    kind = fields.Selection(
        [
            ("non_coc", "Non-CoC Material"),
            ("trader", "CoC Material through a Trader"),
            ("scrap", "Recyclable Scrap Material"),
        ],
        required=True,
        default="non_coc",
        help="Why due diligence is due: what kind of material it is (7.2).",
    )
    form_id = fields.Many2one(
        "asi.coc.form",
        string="Type",
        domain="[('material', '=', material)]",
        ondelete="restrict",
        help="Form or type of the material, such as post-consumer scrap.",
    )
    source = fields.Char(
        help="Where the supplier has it from: mine, plant, dealer, collection.",
    )
    country_id = fields.Many2one(
        "res.country",
        string="Country of Origin",
        ondelete="restrict",
        help="Country of origin. Of scrap: where it arose, or was first collected "
        "after use.",
    )
    value = fields.Monetary(
        string="Purchased (12 months)",
        compute="_compute_value",
        help="Value of confirmed purchase orders of the 12 months before the decision, "
        "or until today, in the entity's currency.",
    )

    @api.depends("material", "assessment_id.partner_id", "assessment_id.decided_on")
    def _compute_value(self):
        values = self._get_values(self.assessment_id)
        for supply in self:
            key = (supply.assessment_id._origin.id, supply.material)
            supply.value = values.get(key, 0)

    @api.model_create_multi
    def create(self, vals_list):
        supplies = super().create(vals_list)
        supplies._check_open()
        return supplies

    def write(self, vals):
        self._check_open()
        result = super().write(vals)
        self._check_open()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._coc_within_retention()._check_open()

    def _check_open(self):
        self.assessment_id._check_open(self._description_of_list())

    def _get_missing_origins(self):
        """Return what is missing of source and country of origin, per material."""
        labels = dict(self._fields["material"]._description_selection(self.env))
        missing = []
        for supply in self:
            names = [
                self._fields[name]._description_string(self.env)
                for name, value in (
                    ("source", (supply.source or "").strip()),
                    ("country_id", supply.country_id),
                )
                if not value
            ]
            if names:
                missing.append(f"{labels[supply.material]}: {', '.join(names)}")
        return missing

    def _description_of_list(self):
        return self.env["asi.coc.supplier.assessment"]._get_label("supply_ids")

    @api.model
    def _get_values(self, assessments):
        """Return ``{(assessment id, material): value}`` of real purchases."""
        asked = [
            (
                assessment._origin.id,
                assessment.partner_id.commercial_partner_id._origin.id,
                assessment.company_id.id,
                assessment.decided_on or assessment.scope_id._get_today(),
            )
            for assessment in assessments
            if assessment._origin and assessment.partner_id
        ]
        if not asked:
            return {}
        ids, partners, companies, days = (
            list(column) for column in zip(*asked, strict=True)
        )
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT asked.id, template.coc_material,
                       sum(ordered.price_subtotal
                           / COALESCE(NULLIF(purchase.currency_rate, 0), 1))
                  FROM unnest(%(ids)s::int[], %(partners)s::int[],
                              %(companies)s::int[], %(days)s::date[])
                       AS asked (id, partner_id, company_id, day)
                  JOIN res_partner supplier
                    ON supplier.commercial_partner_id = asked.partner_id
                  JOIN purchase_order purchase
                    ON purchase.partner_id = supplier.id
                   AND purchase.company_id = asked.company_id
                  JOIN purchase_order_line ordered ON ordered.order_id = purchase.id
                  JOIN product_product product ON product.id = ordered.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                 WHERE purchase.state = 'purchase'
                   AND template.coc_material IS NOT NULL
                   AND %(day)s <= asked.day
                   AND %(day)s > asked.day - %(over)s::interval
              GROUP BY 1, 2
                """,
                ids=ids,
                partners=partners,
                companies=companies,
                days=days,
                day=order_day(),
                over=VALUE_OVER,
            )
        )
        return {(row[0], row[1]): float(row[2]) for row in rows}
