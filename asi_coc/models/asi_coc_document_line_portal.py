from odoo import models


class AsiCocDocumentLine(models.Model):
    """Shows customers in the portal what the documents made out to them say."""

    _name = "asi.coc.document.line"
    _inherit = ["asi.coc.document.line", "asi.coc.portal"]
    _coc_portal_fields = frozenset(
        {
            "id",
            "display_name",
            "document_id",
            "material",
            "form",
            "coc_mass",
            "total_mass",
        }
    )
