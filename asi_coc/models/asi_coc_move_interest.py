from odoo import models
from odoo.exceptions import UserError


class AsiCocMoveInterest(models.AbstractModel):
    """Receipts of production that a legal interest makes ours (3.1a to 6.1a)."""

    _name = "asi.coc.move.interest"
    _description = "Receipt under a Legal Interest"

    def _coc_get_legal_interest(self):
        """Return the interest the move is taken under, or an empty set.

        The purchase order line names it; where there is none, the receipt.
        """
        self.ensure_one()
        # sudo: whoever receives need not read orders
        line = self.sudo().purchase_line_id
        owner = line or self.sudo().picking_id
        return owner.coc_legal_interest_id

    def _coc_check_interest_kept(self):
        """Refuse to name another interest once a document is verified (10.2)."""
        # sudo: the document is not the buyer's to read
        for picking in self.sudo().picking_id:
            document = picking.coc_received_document_id
            if document:
                raise UserError(
                    self.env._(
                        "CoC Document %(document)s of %(picking)s is verified: the "
                        "legal interest that it was taken under cannot change (3.1a to "
                        "6.1a). Withdraw the verification first.",
                        document=document.name,
                        picking=picking.name,
                    )
                )
