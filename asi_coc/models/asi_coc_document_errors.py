from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: The kind of error that a failed check most likely is; else a field is missing.
KINDS_OF_CHECKS = {
    "issuer_agrees": "wrong_party",
    "customer_agrees": "wrong_party",
    "material_agrees": "wrong_material",
    "form_agrees": "wrong_material",
    "unit_agrees": "wrong_material",
    "coc_mass_agrees": "wrong_mass",
    "total_mass_agrees": "wrong_mass",
    "certificate_valid": "certificate_lapsed",
    "date_agrees": "other",
    "once": "other",
    "certificate_known": "other",
    "certificate_covers": "other",
    "certificate_checked": "other",
    "source": "other",
}


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

    def action_report_error(self):
        """Record what failed in a received draft as an error, or open that (10.4).

        Raises UserError where no check failed.
        """
        self.ensure_one()
        self.check_access("read")
        errors = self.env["asi.coc.error"]
        # sudo: who receives runs into errors, and need not keep the register
        document = self.sudo()
        error = errors.search([("document_id", "=", self.id)], limit=1)
        if not error:
            self.check_access("write")
            failed = document.check_ids.filtered(lambda check: not check.passed)
            if document.direction != "received" or not failed:
                raise UserError(
                    self.env._(
                        "No check of CoC Document %(document)s failed, so there is no "
                        "error to record (10.4). Check it again, or withdraw its "
                        "verification.",
                        document=self.display_name,
                    )
                )
            error = errors._record(self._prepare_reported(failed))
        return error.with_env(self.env).get_formview_action()

    def _prepare_reported(self, failed):
        kinds = [KINDS_OF_CHECKS.get(check.code) for check in failed]
        return {
            "criterion": "10.4",
            "document_id": self.id,
            "scope_id": self.scope_id.id,
            "partner_id": self.issuer_id.id,
            # sudo: only named
            "picking_id": self.sudo().picking_ids[:1].id,
            "kind": next(filter(None, kinds), "missing_information"),
            "found": self._describe_checks(failed),
            "found_by_id": self.env.uid,
        }

    def _discard(self):
        """Make room for a better document of the same receipts (10.4).

        A draft that an error was recorded for stays on file, void.
        """
        kept = self.filtered("error_count")
        (self - kept).unlink()
        kept.write(
            {
                "state": "void",
                "voided_on": fields.Datetime.now(),
                "voided_by_id": self.env.uid,
            }
        )
        return kept

    def _replace_in_errors(self, document):
        """Note the correct document in the open errors of these (10.4)."""
        errors = self.env["asi.coc.error"].search(
            [
                ("document_id", "in", self.ids),
                ("replacement_document_id", "=", False),
                ("state", "!=", "reviewed"),
            ]
        )
        errors.filtered(
            lambda one: one.scope_id == document.scope_id
        ).replacement_document_id = document

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
