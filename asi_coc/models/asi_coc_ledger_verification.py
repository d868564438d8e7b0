from odoo import api, fields, models
from odoo.exceptions import UserError


class AsiCocLedgerVerification(models.Model):
    """One verification of a scope's ledger: who, when, how much, and what came out.

    Its head is what later verifications, and auditors, hold the chain against.
    """

    _name = "asi.coc.ledger.verification"
    _description = "Verification of the CoC Ledger"
    _inherit = ["asi.coc.protected"]
    _order = "id desc"

    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="CoC Certification Scope whose ledger was verified.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id", store=True, help="Entity of the scope."
    )
    user_id = fields.Many2one(
        "res.users",
        string="Verified By",
        required=True,
        readonly=True,
        ondelete="restrict",
        help="Who had it verified; the system does every night.",
    )
    started_on = fields.Datetime(
        required=True, readonly=True, help="When the verification began."
    )
    finished_on = fields.Datetime(readonly=True, help="When it was done.")
    state = fields.Selection(
        [
            ("running", "Running"),
            ("in_order", "In Order"),
            ("findings", "Findings"),
        ],
        required=True,
        readonly=True,
        default="running",
        help="In order: every entry and closing is what was posted and sealed.",
    )
    target_number = fields.Integer(
        string="Sealed Items",
        required=True,
        readonly=True,
        help="Items on the chain when the verification began: entries, closings, "
        "reopenings.",
    )
    number = fields.Integer(
        string="Verified Items", readonly=True, help="Items verified so far."
    )
    last_hash = fields.Char(
        readonly=True, help="Hash of the last seal that was looked at."
    )
    head_hash = fields.Char(
        readonly=True,
        help="Hash of the last sealed item. Note it down with the number: it proves "
        "later that nothing before it has changed.",
    )
    head = fields.Char(
        compute="_compute_head",
        help="Number and hash of the last sealed item, as the stand-alone script "
        "takes them.",
    )
    unsealed_count = fields.Integer(
        string="Not Sealed Yet",
        readonly=True,
        help="Entries that were waiting for their seal; their content was verified.",
    )
    finding_count = fields.Integer(
        string="Findings", readonly=True, help="What is not as posted and sealed."
    )
    remark_count = fields.Integer(
        string="Remarks",
        readonly=True,
        help="Entries from before contents were kept, whose product code or other "
        "names have changed before they were sealed.",
    )
    finding_ids = fields.One2many(
        "asi.coc.ledger.verification.finding",
        "verification_id",
        string="Findings and Remarks",
        readonly=True,
        help="Where the ledger is not what was posted and sealed.",
    )
    progress = fields.Float(
        compute="_compute_progress", help="Part of the items verified (%)."
    )

    @api.depends("scope_id", "started_on")
    def _compute_display_name(self):
        for one in self:
            one.display_name = self.env._(
                "%(scope)s, %(day)s",
                scope=one.scope_id.name,
                day=fields.Date.to_string(one.started_on),
            )

    @api.depends("target_number", "head_hash")
    def _compute_head(self):
        for one in self:
            known = one.head_hash and one.target_number
            one.head = f"{one.target_number}:{one.head_hash}" if known else False

    @api.depends("target_number", "number", "state")
    def _compute_progress(self):
        for one in self:
            part = one.number / one.target_number if one.target_number else 0
            one.progress = 100 if one.state != "running" else min(100 * part, 99)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(
            self.env._(
                "Verifications of the CoC ledger stay on file: %(names)s is what later "
                "ones hold the chain against (8.1).",
                names=", ".join(self.mapped("display_name")),
            )
        )

    # -- actions --------------------------------------------------------------
    def action_refresh(self):
        """Show how far the verification is."""
        return True

    def action_open_seals(self):
        """Open the hash chain of the scope."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hash Chain of %(scope)s", scope=self.scope_id.name),
            "res_model": "asi.coc.seal",
            "view_mode": "list,form",
            "domain": [("scope_id", "=", self.scope_id.id)],
        }
