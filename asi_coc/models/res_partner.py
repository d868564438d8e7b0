from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    coc_batch_documents = fields.Boolean(
        string="Batch CoC Documents",
        help="Deliveries to this customer get no CoC Document each; one is made for "
        "several of them, from the list of deliveries (9.1).",
    )
