from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..core.balance import SHORT_TERM_NEGATIVE

#: Kinds of transfers that suppliers' goods come in with; a contractor gets
#: components by dropship.
RECEIVING_CODES = ("incoming", "dropship")


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "asi.coc.protected"]
    _coc_protected_fields = frozenset(
        {
            "coc_received_document_id",
            "coc_document_ids",
            "coc_short_term_reason",
            "coc_short_term_user_id",
        }
    )

    coc_document_reference = fields.Char(
        string="Supplier's CoC Document",
        copy=False,
        help="Reference number of the CoC Document that came with the material "
        "(9.2b, 10.1).",
    )
    coc_received_document_id = fields.Many2one(
        "asi.coc.document",
        string="Verified CoC Document",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Verified document: with it the claimed mass counts as CoC input (10.2).",
    )
    coc_claim_state = fields.Selection(
        [("to_verify", "To Verify"), ("verified", "Verified")],
        string="CoC Claim",
        compute="_compute_coc_claim_state",
        search="_search_coc_claim_state",
        help="Until an officer has verified the document, the claimed mass is Non-CoC "
        "inflow (10.2).",
    )
    coc_claim_move_ids = fields.One2many(
        "stock.move",
        "picking_id",
        string="Claimed Moves",
        help="The transfer's moves, once more: on the page where their claims are "
        "entered.",
    )
    coc_document_ids = fields.Many2many(
        "asi.coc.document",
        "asi_coc_document_picking_rel",
        "picking_id",
        "document_id",
        string="CoC Documents",
        copy=False,
        help="CoC Documents that go with this transfer (9.1).",
    )
    coc_document_count = fields.Integer(
        compute="_compute_coc_document_count", help="Number of its CoC Documents."
    )
    coc_is_relevant = fields.Boolean(
        compute="_compute_coc_is_relevant",
        help="Some product of the transfer is accounted as a CoC Material.",
    )
    coc_is_designated = fields.Boolean(
        string="Designates CoC Material",
        compute="_compute_coc_is_designated",
        help="The done delivery carries CoC Material, so it has a CoC Document (9.1).",
    )
    coc_counts_expected = fields.Boolean(
        string="Follows the Short-term Negative Policy",
        compute="_compute_coc_counts_expected",
        help="The scope lets a manager count expected CoC input for a delivery (8.2).",
    )
    coc_short_term_reason = fields.Text(
        string="Reason for a Short-term Negative Balance",
        readonly=True,
        copy=False,
        help="A manager lets confirmed purchase orders of certified suppliers count "
        "for this delivery, and says why (8.2).",
    )
    coc_short_term_user_id = fields.Many2one(
        "res.users",
        string="Short-term Negative Balance Allowed By",
        readonly=True,
        copy=False,
        help="Management Representative who gave the reason.",
    )

    @api.depends("move_ids.coc_claimed_mass", "coc_received_document_id", "state")
    def _compute_coc_claim_state(self):
        for picking in self:
            # sudo: whoever sees the receipt sees whether its claim is verified
            if picking.sudo().coc_received_document_id:
                picking.coc_claim_state = "verified"
            elif picking.state == "done" and picking._coc_get_claims():
                picking.coc_claim_state = "to_verify"
            else:
                picking.coc_claim_state = False

    def _search_coc_claim_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        to_verify = Domain(
            [
                ("state", "=", "done"),
                ("picking_type_code", "in", RECEIVING_CODES),
                ("coc_received_document_id", "=", False),
                ("move_ids.coc_claimed_mass", ">", 0),
            ]
        )
        verified = Domain("coc_received_document_id", "!=", False)
        domain = Domain.FALSE
        if "to_verify" in value:
            domain |= to_verify
        if "verified" in value:
            domain |= verified
        if False in value:
            domain |= ~(to_verify | verified)
        return domain

    def _compute_coc_document_count(self):
        for picking in self:
            # sudo: the count is shown to whoever sees the transfer
            picking.coc_document_count = len(picking.sudo().coc_document_ids)

    @api.depends("move_ids.product_id")
    def _compute_coc_is_relevant(self):
        for picking in self:
            picking.coc_is_relevant = any(
                picking.move_ids.product_id.mapped("coc_material")
            )

    @api.depends("move_ids.coc_designated_qty", "move_ids.state")
    def _compute_coc_is_designated(self):
        for picking in self:
            picking.coc_is_designated = any(
                move.coc_designated_qty
                and move.state == "done"
                and not move.location_dest_id._should_be_valued()
                for move in picking.move_ids
            )

    @api.depends("company_id")
    def _compute_coc_counts_expected(self):
        for picking in self:
            scopes = self.env["asi.coc.scope"]._get_active(picking.company_id)
            policies = scopes.mapped("availability_policy")
            picking.coc_counts_expected = SHORT_TERM_NEGATIVE in policies

    def _action_done(self):
        # What Odoo redates on the way does not stop the warehouse: a day in a
        # closed period is accounted late (8.2).
        result = super(
            StockPicking, self.with_context(coc_validating=True)
        )._action_done()
        self._coc_issue_documents()
        self._coc_follow_returns()
        self._coc_verify_received()
        return result

    # -- deliveries -----------------------------------------------------------
    def _coc_issue_documents(self):
        """Issue the CoC Documents of what was just designated (9.1)."""
        for picking in self:
            if picking.state != "done" or not picking.coc_is_designated:
                continue
            # A batch document is drafted later, for several deliveries.
            if not picking._coc_get_customers()[:1].coc_batch_documents:
                document = self.env["asi.coc.document"]._draft_for(picking)
                if document.scope_id.issue_automatically:
                    document._issue_or_remind()

    def _coc_get_live_documents(self):
        """Return the issued documents in force, or drafted, of deliveries (9.1)."""
        return self.coc_document_ids.filtered(
            lambda document: document.direction == "issued"
            and document.state in ("draft", "issued")
        )

    def _coc_follow_returns(self):
        """Have the documents of what came back voided or replaced (9.6)."""
        for picking in self.filtered(lambda picking: picking.state == "done"):
            moves = picking.move_ids.filtered("coc_designated_qty")
            # sudo: whoever receives goods back need not read documents
            origins = moves.origin_returned_move_id.picking_id.sudo()
            origins._coc_get_live_documents()._remind_of_returns(picking)

    def _coc_may_count_expected(self):
        """Tell whether a manager let expected input count for all of these (8.2)."""
        return bool(self) and all(
            picking.coc_short_term_reason for picking in self.sudo()
        )

    def action_coc_document(self):
        """Draft the CoC Document of the delivery, or open what is there (9.1)."""
        self.ensure_one()
        # sudo: whoever delivers need not read documents
        live = self.sudo()._coc_get_live_documents()
        if not live and (self.coc_is_designated or not self.coc_document_count):
            self.check_access("write")
            self._coc_draft_document()
            self.invalidate_recordset(["coc_document_ids", "coc_document_count"])
        return self._coc_open_documents()

    def _coc_draft_document(self):
        documents = self.env["asi.coc.document"]
        if self.picking_type_code == "internal":
            return documents._draft_internal(self)
        return documents._draft_batch(self)

    def action_coc_batch_document(self):
        """Draft one CoC Document for the selected deliveries to one customer (9.1)."""
        self.check_access("write")
        document = self.env["asi.coc.document"]._draft_batch(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("CoC Document"),
            "res_model": "asi.coc.document",
            "view_mode": "form",
            "res_id": document.id,
        }

    def _coc_open_documents(self):
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("CoC Documents"),
            "res_model": "asi.coc.document",
            "view_mode": "list,form",
            "domain": [("picking_ids", "in", self.ids)],
        }
        # sudo: only ids are read
        documents = self.sudo().coc_document_ids
        if len(documents) == 1:
            action |= {"view_mode": "form", "res_id": documents.id}
        return action

    def action_coc_short_term_negative(self):
        """Ask a manager for the reason to count expected input (8.2)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Allow a Short-term Negative Balance"),
            "res_model": "asi.coc.short.term.negative",
            "view_mode": "form",
            "target": "new",
            "context": {"default_picking_id": self.id},
        }

    def _coc_check_short_term_policy(self):
        for picking in self:
            if not picking.coc_counts_expected:
                raise UserError(
                    self.env._(
                        "The CoC Certification Scope of %(company)s does not follow "
                        "the short-term negative policy (8.2); expected input cannot "
                        "count for %(picking)s.",
                        company=picking.company_id.name,
                        picking=picking.name,
                    )
                )
