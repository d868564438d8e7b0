from odoo import fields, models


class AsiCocCertificateImportLine(models.TransientModel):
    _name = "asi.coc.certificate.import.line"
    _description = "Row of a Certification List"
    _order = "line"

    import_id = fields.Many2one(
        "asi.coc.certificate.import",
        required=True,
        index=True,
        ondelete="cascade",
        help="Import this row belongs to.",
    )
    line = fields.Integer(help="Line of the file.")
    number = fields.Char(help="Certificate number of the row.")
    entity = fields.Char(help="Entity the row names.")
    outcome = fields.Selection(
        [
            ("create", "New"),
            ("update", "Change"),
            ("unchanged", "Unchanged"),
            ("skip", "Left Out"),
            ("error", "Error"),
        ],
        help="What an import would do. Errors keep the whole list from being imported.",
    )
    note = fields.Char(help="What changes, or what is wrong.")
