from odoo import fields, models


class StockLocation(models.Model):
    _inherit = "stock.location"

    coc_outside_scope = fields.Boolean(
        string="Outside CoC Scope",
        help="The company's own stock that is not part of its CoC Certification "
        "Scope, with everything below. What comes from here is an input, what goes "
        "here is an output.",
    )
