from odoo import fields, models
from odoo.fields import Domain


class AsiCocDocument(models.Model):
    """Leads from a CoC Document to its errors and requests for verification."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"

    error_count = fields.Integer(
        compute="_compute_error_count",
        help="Errors found in the document, or corrected by it (9.6, 10.4).",
    )
    verification_request_count = fields.Integer(
        compute="_compute_verification_request_count",
        help="Requests to verify the document (9.5).",
    )

    def _compute_error_count(self):
        errors = self.env["asi.coc.error"].search(self._get_errors_domain())
        for document in self:
            document.error_count = len(
                errors.filtered(
                    lambda one, own=document: (
                        own in one.document_id | one.replacement_document_id
                    )
                )
            )

    def _compute_verification_request_count(self):
        groups = self.env["asi.coc.verification.request"]._read_group(
            [("document_id", "in", self.ids)], ["document_id"], ["__count"]
        )
        counts = {document.id: count for document, count in groups}
        for document in self:
            document.verification_request_count = counts.get(document.id, 0)

    def _get_errors_domain(self):
        return Domain("document_id", "in", self.ids) | Domain(
            "replacement_document_id", "in", self.ids
        )

    def action_open_errors(self):
        """Open the errors found in the document, or corrected by it."""
        self.ensure_one()
        return self.env["asi.coc.error"]._action_open(
            self._get_errors_domain(), default_document_id=self.id
        )

    def action_open_verification_requests(self):
        """Open the requests to verify the document."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "asi_coc.action_asi_coc_verification_request"
        )
        return action | {
            "domain": [("document_id", "=", self.id)],
            "context": {"default_document_id": self.id},
        }
