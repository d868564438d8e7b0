from odoo import fields, models
from odoo.exceptions import UserError

from ..formatting import format_number


class AsiCocDocument(models.Model):
    """Voids and replaces issued documents; the ledger follows (9.6)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"

    def action_void(self):
        """Ask what was agreed with the other party after an error (9.6, 10.4).

        An issued document is voided or replaced; of a received one, the
        verification is withdrawn.
        """
        self.ensure_one()
        if self.direction == "issued":
            self._check_voidable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Error in %(document)s", document=self.name),
            "res_model": "asi.coc.document.void",
            "view_mode": "form",
            "target": "new",
            "context": {"default_document_id": self.id},
        }

    def _check_voidable(self):
        for document in self:
            if document.direction != "issued" or document.state != "issued":
                raise UserError(
                    self.env._(
                        "%(document)s is %(state)s: only a document that was issued "
                        "and is in force can be voided or replaced (9.6).",
                        document=document.display_name,
                        state=dict(
                            self._fields["state"]._description_selection(self.env)
                        )[document.state],
                    )
                )

    def _get_delivered_moves(self):
        """Return the done moves of CoC Material that the document goes with."""
        # sudo: the officer who voids need not be a storekeeper
        moves = self.sudo().picking_ids.move_ids
        return moves.filtered(lambda move: move.state == "done")._coc_relevant()

    def _void(self, designations):
        """Declare the document void and let the ledger follow (9.6).

        ``designations`` is ``{stock.move: quantity}`` that stays CoC Material with
        the customer, in the unit of the move; moves left out keep theirs. Raises
        UserError when that is more than the balance has (8.7), or no whole products
        (8.5).
        """
        self.ensure_one()
        self.check_access("write")
        self._check_voidable()
        if not self.internal:
            moves = self._get_delivered_moves()
            moves._coc_redesignate(
                {move: designations[move] for move in moves if move in designations}
            )
        # sudo: the state is written by these actions only
        self.sudo().write(
            {
                "state": "void",
                "voided_on": fields.Datetime.now(),
                "voided_by_id": self.env.uid,
            }
        )
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])

    def _draft_replacement(self):
        """Draft the document that stands in for a void one, from the ledger (9.6).

        Returns an empty set where nothing of it is CoC Material any more.
        """
        self.ensure_one()
        documents = self.sudo()
        if self.internal:
            replacement = documents._draft_internal(documents.picking_ids)
        else:
            replacement = documents._draft_for(documents.picking_ids)
        if replacement:
            # sudo: both documents point at each other, whoever replaces
            replacement.write({**self._get_kept_values(), "replaces_id": self.id})
            documents.write({"state": "replaced", "replaced_by_id": replacement.id})
        return replacement

    def _get_kept_values(self):
        """Return what a replacement takes over: what people entered on the draft."""
        return {
            **{
                name: self[name]
                for name in (
                    "responsible",
                    "customer_responsible",
                    "carbon_footprint",
                    "carbon_method",
                    "cradle_to_gate",
                    "origin_information",
                    "print_recycled_content",
                    "performance_status",
                )
            },
            "statement_ids": [fields.Command.set(self.statement_ids.ids)],
        }

    def _remind_of_returns(self, returns):
        """Have a document voided or replaced after goods came back (9.6)."""
        for document in self._get_contradicted():
            document._remind(
                self.env._("Void or replace the CoC Document"),
                self.env._(
                    "%(returns)s brought goods back: %(reason)s",
                    returns=", ".join(returns.mapped("name")),
                    reason=document._describe_contradiction(),
                ),
            )

    def _check_returned(self):
        """Raise UserError when CoC Material of the document has not come back (9.6)."""
        self.ensure_one()
        left = self._get_ledger_masses()[self.id]
        if left > 0:
            raise UserError(
                self.env._(
                    "%(left)s t of the CoC Material of %(document)s have not come back "
                    "(9.6). Validate the return of the goods first, or choose what was "
                    "agreed for goods that the customer keeps.",
                    left=format_number(self.env, left),
                    document=self.name,
                )
            )
