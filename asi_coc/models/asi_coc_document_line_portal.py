from odoo import api, models

#: All that users of the portal read of a line, whatever they ask for.
PORTAL_FIELDS = {
    "id",
    "display_name",
    "document_id",
    "material",
    "form",
    "coc_mass",
    "total_mass",
}


class AsiCocDocumentLine(models.Model):
    """Shows customers in the portal what the documents made out to them say."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document.line"

    @api.model
    def _has_field_access(self, field, operation):
        allowed = super()._has_field_access(field, operation)
        if allowed and not self.env.su and self.env.user._is_portal():
            return operation == "read" and field.name in PORTAL_FIELDS
        return allowed
