from odoo import api, models
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ..formatting import format_number
from .asi_coc_document_pdf import PRINTED_STATES


class AsiCocDocument(models.Model):
    """Shows customers in the portal the documents made out to them (9.1)."""

    _name = "asi.coc.document"
    _inherit = ["asi.coc.document", "asi.coc.portal"]
    _coc_portal_fields = frozenset(
        {
            "id",
            "display_name",
            "name",
            "direction",
            "date",
            "state",
            "internal",
            "customer_id",
            "issuer_name",
            "customer_name",
            "coc_mass",
            "total_mass",
            "line_ids",
        }
    )

    @api.model
    def _get_portal_domain(self):
        """Return the domain of what was issued to the user's own entity."""
        entity = self.env.user.partner_id.commercial_partner_id
        return (
            Domain("direction", "=", "issued")
            & Domain("internal", "=", False)
            & Domain("state", "in", PRINTED_STATES)
            & Domain("customer_id", "child_of", entity.ids)
        )

    def _get_portal_rows(self):
        """Return what the list shows of each document, as text; masses in tonnes."""
        return [
            {
                "id": document.id,
                "number": document.name,
                "date": format_date(self.env, document.date),
                "issuer": document.issuer_name,
                "state": document.state,
                "label": document._get_portal_state(),
                "coc_mass": format_number(self.env, document.coc_mass),
                "total_mass": format_number(self.env, document.total_mass),
            }
            for document in self
        ]

    def _get_portal_state(self):
        states = self._fields["state"]._description_selection(self.env)
        return dict(states)[self.state]

    def _get_portal_page(self):
        """Return what the customer sees of a document, as text; masses in tonnes."""
        self.ensure_one()
        # sudo: names of transfers, and the documents it replaces or is replaced by
        document = self.sudo()
        shown = self._find_for_portal(
            Domain("id", "in", (document.replaces_id | document.replaced_by_id).ids)
        )
        return {
            **document._get_public_page(),
            "id": document.id,
            "label": self._get_portal_state(),
            "deliveries": document._conceal(
                [
                    " · ".join(filter(None, [picking.name, picking.origin]))
                    for picking in document.picking_ids.sorted("id")
                ]
            ),
            "replaces": document.replaces_id.name or "",
            "links": {other.name: other.id for other in shown},
        }

    def _get_portal_pdf(self):
        """Return the PDF for the customer: nobody downloads a void one unawares."""
        self.ensure_one()
        if self.state == "issued":
            return self._ensure_pdf().raw
        # sudo: who may read the document may have its PDF
        reports = self.env["ir.actions.report"].sudo()
        content, _extension = reports.with_context(
            force_report_rendering=True
        )._render_qweb_pdf("asi_coc.report_document", self.ids)
        return content
