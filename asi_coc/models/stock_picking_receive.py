from odoo import fields, models
from odoo.exceptions import UserError

from .stock_picking import RECEIVING_CODES


class StockPicking(models.Model):
    """Receipts: what they claim, and the supplier's CoC Document (10.1, 10.2)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "stock.picking"

    coc_received_draft_id = fields.Many2one(
        "asi.coc.document",
        string="Entered CoC Document",
        compute="_compute_coc_entered",
        help="Document that was entered for the receipt and does not count yet (10.1).",
    )
    coc_entered_state = fields.Selection(
        [
            ("none", "None entered"),
            ("failed", "Checks failed"),
            ("waiting", "Waits for an officer"),
            ("verified", "Verified"),
        ],
        string="Supplier's Document",
        compute="_compute_coc_entered",
        help="How far the CoC Document of the supplier has come (10.1 to 10.3).",
    )
    coc_failed_check_ids = fields.Many2many(
        "asi.coc.document.check",
        string="Failed Checks",
        compute="_compute_coc_entered",
        help="What keeps the mass Non-CoC, and how to cure it (10.2).",
    )

    def _compute_coc_entered(self):
        for picking in self:
            # sudo: whoever sees the receipt sees how far its document has come
            own = picking.sudo()
            draft = own._coc_get_received_drafts()[:1]
            failed = draft.check_ids.filtered(lambda check: not check.passed)
            if own.coc_received_document_id:
                state = "verified"
            elif failed or draft and not draft.check_ids:
                state = "failed"
            else:
                state = "waiting" if draft else "none"
            picking.coc_received_draft_id = draft.id
            picking.coc_failed_check_ids = failed.ids
            picking.coc_entered_state = state

    def _coc_get_claims(self):
        """Return the done moves into the company's stock that claim CoC Material."""
        return self.move_ids.filtered(
            lambda move: move.coc_claimed_mass
            and move.state == "done"
            and move.picking_code in RECEIVING_CODES
            and move.location_dest_id._should_be_valued()
        )

    def action_coc_claim_as_ordered(self):
        """Claim for each move the CoC mass that was ordered (10.1).

        Raises UserError when nothing was ordered as CoC Material.
        """
        ordered = self.move_ids.filtered("coc_ordered_qty")
        if not ordered:
            raise UserError(
                self.env._(
                    "Nothing on %(picking)s was ordered as CoC Material. Enter the "
                    "mass that the supplier's CoC Document claims.",
                    picking=", ".join(self.mapped("name")),
                )
            )
        for move in ordered:
            move.coc_claimed_mass = move._coc_get_unclaimed_order()
        return True

    def _coc_get_received_drafts(self):
        """Return the received documents of these receipts that do not count yet."""
        return self.coc_document_ids.filtered(
            lambda document: document.direction == "received"
            and document.state == "draft"
        )

    def _coc_may_have_document(self):
        """Tell whether a supplier's CoC Document goes with the transfer (10.1)."""
        return bool(
            self
            and self.picking_type_code in RECEIVING_CODES
            # What a customer returns is ours already; what a supplier sends again
            # for returned goods is not.
            and not (self.return_id and self.location_id.usage == "customer")
            and self.state != "cancel"
            and self.coc_is_relevant
        )

    def _coc_takes_document(self):
        """Tell whether the user may enter a CoC Document for the receipt (10.1)."""
        return bool(
            self.env.user.has_group("asi_coc.group_user")
            and self._coc_may_have_document()
            and self.has_access("write")
            and self.env["asi.coc.scope"]._get_active(self.company_id)
        )

    def _coc_verify_received(self):
        """Let documents count whose goods have come now (10.2).

        What hinders it never stops the warehouse: it is noted on the receipt.
        """
        # A file that can pass has a number; without one nothing is asked.
        numbered = self.filtered("coc_document_reference")
        # sudo: whoever receives goods need not read documents
        drafts = numbered.sudo()._coc_get_received_drafts()
        for draft in drafts.filtered("machine_read"):
            try:
                with self.env.cr.savepoint():
                    draft.with_env(self.env)._try_verify()
            except UserError as error:
                for picking in draft.picking_ids & self:
                    picking.message_post(body=str(error))

    def write(self, vals):
        result = super().write(vals)
        if "coc_document_reference" in vals:
            # sudo: whoever receives need not write documents
            drafts = self.sudo()._coc_get_received_drafts()
            for draft in drafts.filtered(lambda one: not one.machine_read):
                draft.name = vals["coc_document_reference"]
        return result

    def action_coc_received_document(self):
        """Open the receipt's CoC Document to complete it and see its checks (10.1).

        Raises UserError when the transfer is no receipt of CoC Material, or its
        company has no active scope.
        """
        self.ensure_one()
        documents = self.env["asi.coc.document"]
        documents.check_access("read")
        self.check_access("read")
        # sudo: the document that counts is shown to whoever sees the receipt
        document = self.sudo().coc_received_document_id
        if not document and not documents.has_access("write"):
            # whoever only reads opens what was entered
            document = self.sudo()._coc_get_received_drafts()[:1]
            if not document:
                documents.check_access("write")
        elif not document:
            self._coc_check_scope()
            if not self.sudo()._coc_may_have_document():
                raise documents._get_no_receipt_error(self)
            document = documents._draft_received(self)
            document.action_check()
        return document.with_env(self.env).get_formview_action()

    def action_coc_upload(self):
        """Ask for the issuer's PDF, or the file inside it (10.1)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Read the CoC Document"),
            "res_model": "asi.coc.document.upload",
            "view_mode": "form",
            "target": "new",
            "context": {"default_picking_id": self.id},
        }

    def action_coc_verify(self):
        """Verify the claim's document: its mass becomes CoC input (10.1 to 10.3).

        Raises UserError naming the receipt and every check that failed.
        """
        self.check_access("read")
        for picking in self:
            picking._coc_check_claim()
            document = self.env["asi.coc.document"]._draft_received(picking)
            document.action_verify()
        return True

    def _coc_check_claim(self):
        self.ensure_one()
        # sudo: the officer who verifies need not be a storekeeper
        picking = self.sudo()
        if picking.coc_received_document_id:
            raise UserError(
                self.env._(
                    "%(picking)s is verified already, with CoC Document %(document)s.",
                    picking=picking.name,
                    document=picking.coc_received_document_id.name,
                )
            )
        if not (picking._coc_get_claims() and picking.coc_document_reference):
            raise UserError(
                self.env._(
                    "%(picking)s cannot be verified: it needs to be done, with a "
                    "claimed CoC mass and the reference number of the CoC Document "
                    "(10.1).",
                    picking=picking.name,
                )
            )
        self._coc_check_scope()

    def _coc_check_scope(self):
        if not self.env["asi.coc.scope"]._get_active(self.company_id):
            raise UserError(
                self.env._(
                    "%(company)s has no active CoC Certification Scope; the claim of "
                    "%(picking)s cannot be verified.",
                    company=self.company_id.name,
                    picking=self.name,
                )
            )

    def _coc_post_claims(self):
        """Reclassify what the receipts, and returns of them, claim (10.2)."""
        moves = self.move_ids.filtered(lambda move: move.state == "done")
        self.env["asi.coc.entry"]._post_moves(
            (moves | moves.returned_move_ids)._coc_relevant()
        )
