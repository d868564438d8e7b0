from odoo import fields, models

KINDS = [
    ("missing", "Missing on the Chain"),
    ("chain", "Seal Does Not Follow"),
    ("head", "Chain Ends Elsewhere"),
    ("entry_missing", "Entry Is Gone"),
    ("entry_changed", "Entry Changed"),
    ("entry_hash", "Entry Does Not Fit Its Seal"),
    ("not_sealed", "Entry Without Its Seal"),
    ("closing_missing", "Closing Is Gone"),
    ("closing_changed", "Closed Figures Changed"),
    ("figures", "Closed Figures Are Not the Ledger's"),
    ("after_closing", "Posted After Its Period Was Closed"),
    ("total", "Running Total Is Not the Ledger's"),
    ("unverified", "Could Not Be Verified"),
    ("unconfirmed", "Renamed Before It Was Sealed"),
]
#: Tells something, and is no sign of a change.
REMARK = "unconfirmed"


class AsiCocLedgerVerificationFinding(models.Model):
    _name = "asi.coc.ledger.verification.finding"
    _description = "Finding in the CoC Ledger"
    _log_access = False
    _order = "number, id"
    _rec_name = "kind"

    verification_id = fields.Many2one(
        "asi.coc.ledger.verification",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Verification that found it.",
    )
    kind = fields.Selection(
        KINDS, required=True, readonly=True, help="What is not as it was sealed."
    )
    number = fields.Integer(
        string="Seal", readonly=True, help="Number on the chain; 0 for what has none."
    )
    entry_id = fields.Many2one(
        "asi.coc.entry",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Ledger entry concerned.",
    )
    closing_id = fields.Many2one(
        "asi.coc.closing",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="Closing concerned.",
    )
    subject = fields.Char(
        readonly=True, help="What the entry, closing or total is, as far as known."
    )
    field = fields.Char(readonly=True, help="What of it differs.")
    expected = fields.Char(
        string="As Sealed", readonly=True, help="What was posted and sealed."
    )
    found = fields.Char(readonly=True, help="What the database says now.")
