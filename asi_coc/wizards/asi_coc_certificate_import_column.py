from odoo import fields, models


class AsiCocCertificateImportColumn(models.TransientModel):
    _name = "asi.coc.certificate.import.column"
    _description = "Column of a Certification List"
    _order = "position"

    import_id = fields.Many2one(
        "asi.coc.certificate.import",
        required=True,
        index=True,
        ondelete="cascade",
        help="Import this column belongs to.",
    )
    position = fields.Integer(help="Position of the column in the file, from 0.")
    heading = fields.Char(readonly=True, help="Heading of the column in the file.")
    sample = fields.Char(readonly=True, help="First value of the column.")
    target = fields.Selection(
        [
            ("number", "Certificate Number"),
            ("entity", "Certified Entity"),
            ("vat", "VAT Number"),
            ("standard", "Standard"),
            ("activities", "Supply Chain Activities"),
            ("scope_description", "Certification Scope"),
            ("date_start", "Valid From"),
            ("date_end", "Valid Until"),
            ("status", "Status"),
            ("status_date", "Status Effective On"),
        ],
        string="Is",
        help="What the column is. Columns without are not read.",
    )

    def _get_target_label(self):
        self.ensure_one()
        return dict(self._fields["target"]._description_selection(self.env))[
            self.target
        ]
