from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

#: An agreed correction is looked at again after this many days (9.6).
REVIEW_DAYS = 90


class AsiCocDocumentVoid(models.TransientModel):
    _name = "asi.coc.document.void"
    _description = "Void or Replace a CoC Document"

    document_id = fields.Many2one(
        "asi.coc.document",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="Document with the error.",
    )
    direction = fields.Selection(
        related="document_id.direction", help="Issued by us, or received."
    )
    course = fields.Selection(
        [
            ("returned", "Goods go back, document void"),
            ("kept", "Goods stay, document void"),
            ("replaced", "Document void and replaced by a correct one"),
        ],
        required=True,
        help="Which of the three courses was agreed (9.6, 10.4). Returned: the CoC "
        "Material is in the issuer's account again. Kept: the goods are Non-CoC "
        "Material from now on. Replaced: what the new document says counts; one that "
        "a supplier sends is dropped on the receipt.",
    )
    kind = fields.Selection(
        selection="_get_kinds",
        required=True,
        default="wrong_mass",
        help="What kind of error it is.",
    )
    found = fields.Text(
        string="What Was Found", required=True, help="The error that was found (9.6)."
    )
    cause = fields.Text(required=True, help="Root cause of the error (9.6).")
    agreed_correction = fields.Text(
        required=True, help="Steps agreed with the customer to correct it (9.6)."
    )
    agreed_with = fields.Char(
        required=True, help="Person at the other party it was agreed with (9.6, 10.4)."
    )
    double_counting = fields.Text(
        string="No Double Counting",
        help="How it is made sure that swapped CoC Material counts once only (10.4).",
    )
    prevention = fields.Text(
        required=True, help="What keeps the error from happening again (9.6)."
    )
    review_date = fields.Date(
        string="Review of Effectiveness",
        required=True,
        default=lambda self: fields.Date.context_today(self)
        + timedelta(days=REVIEW_DAYS),
        help="When to look whether the prevention works (9.6).",
    )
    issue_now = fields.Boolean(
        string="Issue the Replacement Now",
        default=True,
        help="Otherwise it stays a draft in which you correct addresses, form or data; "
        "issue it there.",
    )
    notify = fields.Boolean(
        string="E-mail the Customer",
        default=True,
        help="Tell the customer's contact, with the new PDF if there is one.",
    )
    line_ids = fields.One2many(
        "asi.coc.document.void.line",
        "wizard_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        help="Delivered products, and how much of them stays CoC Material.",
    )

    @api.model
    def _get_kinds(self):
        return (
            self.env["asi.coc.error"]._fields["kind"]._description_selection(self.env)
        )

    @api.depends("document_id")
    def _compute_line_ids(self):
        for wizard in self:
            moves = wizard.document_id._get_delivered_moves()
            wizard.line_ids = [
                fields.Command.clear(),
                *(
                    fields.Command.create(
                        {
                            "move_id": move.id,
                            "corrected_qty": move._coc_get_designated_with_customer(),
                        }
                    )
                    for move in moves
                ),
            ]

    def action_confirm(self):
        """Void the document, let the ledger follow, replace it if agreed (9.6).

        Raises UserError when goods to be returned have not come back, when the
        corrected quantities break a rule (8.5, 8.7), or nothing is left to replace.
        """
        self.ensure_one()
        document = self.document_id
        document.check_access("write")
        if document.direction == "received":
            return self._withdraw().get_formview_action()
        if self.course == "returned" and not document.internal:
            document._check_returned()
        document._void(self._get_designations())
        replacement = document.browse()
        if self.course == "replaced":
            replacement = self._replace()
        error = self._record_error(replacement)
        self._tell_customer(replacement)
        return (replacement or error).get_formview_action()

    def _withdraw(self):
        """Take the verification of a received document back and say why (10.4)."""
        if self.course == "replaced":
            raise UserError(
                self.env._(
                    "Drop the document that replaces %(document)s on its receipt "
                    "%(receipts)s: once it passes all checks, it takes over (10.4).",
                    document=self.document_id.name,
                    receipts=", ".join(
                        # sudo: only the names
                        self.document_id.sudo().picking_ids.mapped("name")
                    ),
                )
            )
        self.document_id.action_withdraw()
        return self._record_error(self.document_id.browse())

    def _get_designations(self):
        """Return ``{stock.move: quantity}`` that stays CoC Material."""
        return {
            # sudo: the officer who voids need not be a storekeeper
            line.move_id.sudo(): (
                line.corrected_qty if self.course == "replaced" else 0
            )
            for line in self.line_ids
        }

    def _replace(self):
        document = self.document_id
        replacement = document._draft_replacement()
        if not replacement:
            raise UserError(
                self.env._(
                    "Nothing of %(document)s is left as CoC Material, so there is "
                    "nothing to replace it with. Choose another course (9.6).",
                    document=document.name,
                )
            )
        if self.issue_now:
            replacement.action_issue()
        else:
            replacement._remind(
                self.env._("Correct and issue the replacement"),
                self.env._(
                    "It replaces CoC Document %(document)s, which is void.",
                    document=document.name,
                ),
            )
        return replacement

    def _record_error(self, replacement):
        """Keep what was found, agreed, corrected and how it is prevented (9.6)."""
        document = self.document_id
        is_issued = document.direction == "issued"
        today = fields.Date.context_today(self)
        return self.env["asi.coc.error"]._record(
            {
                "criterion": "9.6" if is_issued else "10.4",
                "scope_id": document.scope_id.id,
                "partner_id": (
                    document.customer_id if is_issued else document.issuer_id
                ).id,
                "document_id": document.id,
                "replacement_document_id": replacement.id,
                "kind": self.kind,
                "course": self.course,
                "found": self.found,
                "cause": self.cause,
                "agreed_correction": self.agreed_correction,
                "agreed_with": self.agreed_with,
                "agreed_on": today,
                "corrected_on": today,
                "prevention": self.prevention,
                "double_counting": self.double_counting,
                "state": "prevented",
                "review_due": self.review_date,
            }
        )

    def _tell_customer(self, replacement):
        if not self.notify:
            return
        if replacement:
            replacement.sudo().send_after_issue = True
        else:
            self.document_id._send("asi_coc.mail_template_document_void")
