from odoo import api, fields, models
from odoo.tools import SQL


class AsiCocCashCheck(models.Model):
    """One row per entity and scrap supplier, updated whenever cash is checked.

    Two transactions that pay the same supplier update the same row: the second one
    waits, fails to serialize and starts again with what the first one paid (4.3b).
    """

    _name = "asi.coc.cash.check"
    _description = "Cash Checks of a Scrap Supplier"
    _log_access = False
    _order = "id"

    partner_id = fields.Many2one(
        "res.partner",
        string="Supplier",
        required=True,
        ondelete="cascade",
        index=True,
        help="Supplier of Recyclable Scrap Material that was paid in cash.",
    )
    company_id = fields.Many2one(
        "res.company",
        string="Entity",
        required=True,
        ondelete="cascade",
        help="Entity that paid.",
    )
    checks = fields.Integer(
        required=True, help="How often its cash payments were held to the limit."
    )

    _key = models.Constraint(
        "UNIQUE (partner_id, company_id)",
        "Cash checks of a supplier are counted once per entity.",
    )

    @api.model
    def _take(self, places):
        """Let other transactions that pay in the same ``places`` wait for this one.

        ``places`` are pairs of the ids of a supplier and an entity.
        """
        suppliers, entities = zip(*sorted(places), strict=True)
        # In one order, so that no two wait for each other.
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO asi_coc_cash_check (partner_id, company_id, checks)
                     SELECT place.supplier_id, place.entity_id, 1
                       FROM unnest(%s::int[], %s::int[])
                            AS place (supplier_id, entity_id)
                ON CONFLICT (partner_id, company_id)
              DO UPDATE SET checks = asi_coc_cash_check.checks + 1
                """,
                list(suppliers),
                list(entities),
            )
        )
        self.invalidate_model(["checks"])
