from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError


class AsiCocDocument(models.Model):
    """Received documents: entered, verified, withdrawn, replaced (10.1 to 10.4)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"

    conformance = fields.Boolean(
        string="States Conformance",
        help="The document states that its information is in conformance with the ASI "
        "CoC Standard (9.2f).",
    )
    shipment_date = fields.Date(
        help="Day on which the issuer shipped the goods; empty, the date of issue "
        "counts. The issuer's certificate must be valid on it (10.3)."
    )
    trader_id = fields.Many2one(
        "res.partner",
        string="Through Trader",
        index="btree_not_null",
        ondelete="restrict",
        help="Who delivered the goods, when that is not the issuing entity. The "
        "document names the certified source (3 to 6 c ii).",
    )
    machine_read = fields.Boolean(
        readonly=True,
        copy=False,
        help="Read from the file inside the issuer's PDF, not typed.",
    )
    issuer_page = fields.Char(
        string="Issuer's Verification Page",
        readonly=True,
        copy=False,
        help="Public page of the issuer that tells whether the document is in force.",
    )
    replaces_number = fields.Char(
        copy=False,
        help="Number of the void document that this one replaces (10.4).",
    )

    other_draft_id = fields.Many2one(
        "asi.coc.document",
        string="Entered Before",
        compute="_compute_other_draft_id",
        help="Draft of the same number and issuer that another receipt has. A document "
        "that covers both receipts is one.",
    )

    may_verify = fields.Boolean(
        compute="_compute_may_verify",
        help="The user may let the document count once all checks pass (10.2).",
    )

    def _compute_may_verify(self):
        for document in self:
            document.may_verify = bool(document.scope_id) and document._may_verify()

    def _compute_other_draft_id(self):
        for document in self:
            drafts = self.browse()
            if document.direction == "received" and document.state == "draft":
                drafts = document._get_same_number("draft")
            document.other_draft_id = drafts.filtered(
                lambda other, own=document: other.id < own._origin.id
            )[:1]

    @api.onchange("issuer_id")
    def _onchange_issuer_id(self):
        if self.direction == "received" and not self.machine_read:
            self.issuer_certificate = self._guess_certificate(self.issuer_id)

    # -- entering -------------------------------------------------------------
    @api.model
    def _draft_received(self, picking):
        """Return the received draft of a receipt, made of what is known if needed.

        What only the paper tells stays empty: the checks name it (10.1). Raises
        UserError when the receipt names no supplier.
        """
        # sudo: whoever receives enters the document; only drafts are made here
        picking = picking.sudo()
        draft = picking._coc_get_received_drafts()[:1]
        if not draft:
            values = self._prepare_received(picking)
            self._check_issuer(picking, values["issuer_id"])
            draft = self.sudo().create(values)
        elif not draft.line_ids:
            draft._refresh_claimed()
        return draft.with_env(self.env)

    @api.model
    def _prepare_received(self, picking):
        """Return the values of the document that a receipt claims (10.1)."""
        scope = self.env["asi.coc.scope"]._get_active(picking.company_id)[:1]
        lines = self.env["asi.coc.document.line"]._prepare_claimed(picking)
        return {
            "name": picking.coc_document_reference,
            "scope_id": scope.id,
            "direction": "received",
            **self._prepare_issuer(picking),
            "customer_id": scope.company_id.partner_id.id,
            "customer_certificate": scope.certificate_id.number,
            "line_ids": [Command.create(line) for line in lines],
            "picking_ids": [Command.set(picking.ids)],
        }

    @api.model
    def _prepare_issuer(self, picking):
        """Return who issues the document of a receipt, and through whom it comes.

        Through a trader, the certified source that the order named (3 to 6 c ii).
        """
        supplier = picking.partner_id.commercial_partner_id
        issuer = picking.coc_source_id.commercial_partner_id or supplier
        return {
            "issuer_id": issuer.id,
            "issuer_certificate": self._guess_certificate(issuer),
            "trader_id": supplier.id if supplier != issuer else False,
        }

    @api.model
    def _guess_certificate(self, issuer):
        """Return the number of the issuer's latest CoC certificate on file."""
        certificates = self.env["asi.coc.certificate"].search(
            [
                ("partner_id", "=", issuer.commercial_partner_id.id),
                ("standard", "=", "chain_of_custody"),
            ],
            limit=1,
        )
        return certificates.number

    def _check_issuer(self, picking, issuer_id):
        if not issuer_id:
            raise UserError(
                self.env._(
                    "%(receipt)s has no supplier, so nobody can have issued its CoC "
                    "Document (9.2c). Enter the supplier on the receipt first.",
                    receipt=picking.name,
                )
            )

    def _refresh_claimed(self):
        """Take typed drafts' number and masses from what their receipts claim (10.1).

        Whoever changes a claim on the receipt has looked at the paper last.
        """
        lines = self.env["asi.coc.document.line"]
        for document in self.filtered(
            lambda one: one.direction == "received"
            and one.state == "draft"
            and not one.machine_read
        ):
            references = document.picking_ids.mapped("coc_document_reference")
            document.name = next(filter(None, references), document.name)
            document.line_ids = [
                Command.clear(),
                *map(Command.create, lines._prepare_claimed(document.picking_ids)),
            ]

    def action_join_drafts(self):
        """Make one document of two drafts with one number: it covers all receipts.

        Raises UserError when no receipt entered the number before.
        """
        self.ensure_one()
        self.check_access("write")
        other = self.other_draft_id
        if not other:
            raise UserError(
                self.env._(
                    "No other receipt has a draft of CoC Document %(document)s.",
                    document=self.display_name,
                )
            )
        # sudo: users do not delete documents; the draft's receipts go along.
        # What was read from a file stays.
        kept, gone = (self, other) if self.machine_read else (other, self)
        pickings = gone.sudo().picking_ids
        gone.sudo().unlink()
        kept.sudo().picking_ids |= pickings
        kept.sudo()._refresh_claimed()
        kept.action_check()
        return kept.get_formview_action()

    # -- verifying ------------------------------------------------------------
    def _may_verify(self):
        """Tell whether the user may let the document count (10.2).

        What was read by machine and passes all checks needs no second person,
        unless the scope asks for one.
        """
        self.ensure_one()
        is_officer = self.env.user.has_group("asi_coc.group_officer")
        may_receive = self.env.user.has_group("asi_coc.group_user")
        automatic = self.scope_id.sudo().verify_automatically
        return (
            self.env.su
            or is_officer
            or (may_receive and automatic and self.machine_read)
        )

    def action_verify(self):
        """Let received documents count: their mass becomes CoC input (10.2).

        Raises UserError naming every check that failed.
        """
        self.check_access("read")
        for document in self.filtered(
            lambda one: one.direction == "received" and one.state == "draft"
        ):
            if not document._may_verify():
                raise AccessError(
                    self.env._(
                        "Only a compliance officer verifies CoC Document %(document)s, "
                        "which was typed (10.2).",
                        document=document.display_name,
                    )
                )
            # sudo: who verifies need neither be an officer nor a storekeeper
            failed = document.sudo()._run_checks()
            if failed:
                raise UserError(document._describe_failed(failed))
            document._verify()
        return True

    def _describe_read(self):
        """Say on the receipt what became of a file that was dropped on it."""
        self.ensure_one()
        # sudo: whoever sees the receipt is told
        document = self.sudo()
        if document.state == "verified":
            return self.env._(
                "CoC Document %(document)s passes all checks: its mass counts as CoC "
                "input (10.2).",
                document=document.display_name,
            )
        failed = document.check_ids.filtered(lambda check: not check.passed)
        if failed:
            return document.with_env(self.env)._describe_failed(failed)
        return self.env._(
            "CoC Document %(document)s passes all checks; an officer verifies it "
            "(10.2).",
            document=document.display_name,
        )

    def _describe_failed(self, failed):
        return self.env._(
            "CoC Document %(document)s of %(receipts)s cannot be verified; its mass "
            "stays Non-CoC (10.2):\n%(failed)s\nComplete the document, or open an "
            "error record with the supplier (10.4).",
            document=self.display_name,
            receipts=", ".join(self.sudo().picking_ids.mapped("name")),
            failed=self._describe_checks(failed),
        )

    def _describe_checks(self, failed):
        """Return one line per failed check: criterion, what was checked, finding."""
        labels = dict(failed._fields["code"]._description_selection(self.env))
        return "\n".join(
            f"• {check.criterion} {labels[check.code]}: {check.message}"
            # sudo: whoever receives is told
            for check in failed.sudo()
        )

    def _verify(self):
        """Freeze received documents and reclassify their mass (10.2)."""
        for document in self:
            # sudo: the state is written by these actions only
            own = document.sudo()
            own._replace_received()
            own.write(
                {
                    "state": "verified",
                    "verified_by_id": self.env.uid,
                    "verified_on": fields.Datetime.now(),
                }
            )
            own._claim()
            own.activity_unlink(["mail.mail_activity_data_todo"])
            own.picking_ids.write(
                {
                    "coc_document_reference": own.name,
                    "coc_received_document_id": own.id,
                }
            )
            own.picking_ids._coc_post_claims()

    def _replace_received(self):
        """Take out the document that this one replaces: mass counts once (10.4)."""
        for replaced in self._get_replaced():
            replaced._stop_counting("replaced")
            replaced.replaced_by_id = self
            self.replaces_id = replaced

    def _get_replaced(self):
        """Return the verified document that this one names as void."""
        if not self.replaces_number:
            return self.browse()
        return self.search(
            [
                *self._get_received_domain("verified"),
                *self._get_issuer_domain(),
                ("name", "=", self.replaces_number),
            ]
        )

    def _try_verify(self):
        """Check, and verify what was read by machine and passes, silently (10.2)."""
        for document in self:
            # sudo: the checks are no matter of the user's rights
            failed = document.sudo()._run_checks()
            if not failed and document.machine_read and document._may_verify():
                document._verify()

    # -- taking back ------------------------------------------------------------
    def action_withdraw(self):
        """Take a verification back: the mass becomes Non-CoC inflow again (10.2)."""
        self.check_access("write")
        verified = self.filtered(
            lambda one: one.direction == "received" and one.state == "verified"
        )
        # sudo: the state is written by these actions only
        verified.sudo()._stop_counting("withdrawn")
        return True

    def _stop_counting(self, state):
        for document in self:
            document.state = state
            document.picking_ids.coc_received_document_id = False
            document.picking_ids._coc_post_claims()
