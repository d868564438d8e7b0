from odoo import api, fields, models


class AsiCocVerificationRequest(models.Model):
    """Shows who asks the same again and again (9.5)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.verification.request"

    earlier_count = fields.Integer(
        string="Earlier Requests",
        compute="_compute_earlier_count",
        help="Requests for the same document from the same address before.",
    )

    @api.depends("document_id", "document_number", "requester_email", "received_on")
    def _compute_earlier_count(self):
        for request in self:
            request.earlier_count = (
                self.search_count(request._get_earlier_domain())
                if request.requester_email
                else 0
            )

    def _get_earlier_domain(self):
        self.ensure_one()
        return [
            ("id", "!=", self._origin.id),
            ("scope_id", "=", self.scope_id.id),
            ("requester_email", "=", self.requester_email),
            ("document_number", "=", self.document_number),
            ("received_on", "<=", self.received_on),
        ]

    def action_open_earlier(self):
        """Open the earlier requests for the same document from the same address."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "asi_coc.action_asi_coc_verification_request"
        )
        return action | {"domain": self._get_earlier_domain(), "context": {}}
