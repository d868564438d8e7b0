from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..core.quantity import to_mass


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

    # -- entering -------------------------------------------------------------
    @api.model
    def _draft_received(self, picking):
        """Return the received draft of a receipt, made of what is known if needed.

        What only the paper tells stays empty: the checks name it (10.1).
        """
        # sudo: whoever receives enters the document; only drafts are made here
        picking = picking.sudo()
        draft = picking._coc_get_received_drafts()[:1]
        if not draft:
            draft = self.sudo().create(self._prepare_received(picking))
        return draft.with_env(self.env)

    @api.model
    def _prepare_received(self, picking):
        """Return the values of the document that a receipt claims (10.1)."""
        scope = self.env["asi.coc.scope"]._get_active(picking.company_id)[:1]
        supplier = picking.partner_id.commercial_partner_id
        lines = self.env["asi.coc.document.line"]._prepare_claimed(picking)
        day = scope._get_today()
        return {
            "name": picking.coc_document_reference,
            "scope_id": scope.id,
            "direction": "received",
            "issuer_id": supplier.id,
            "issuer_certificate": self.env["asi.coc.certificate"]
            ._find(supplier, day)
            .number,
            "customer_id": scope.company_id.partner_id.id,
            "customer_certificate": scope.certificate_id.number,
            "line_ids": [Command.create(line) for line in lines],
            "picking_ids": [Command.set(picking.ids)],
        }

    def _refresh_claimed(self):
        """Take typed drafts' masses from what their receipts claim now (10.1)."""
        lines = self.env["asi.coc.document.line"]
        for document in self.filtered(lambda one: not one.machine_read):
            document.name = (
                document.name
                or document.picking_ids.filtered("coc_document_reference")[
                    :1
                ].coc_document_reference
            )
            claimed = [
                values
                for picking in document.picking_ids
                for values in lines._prepare_claimed(picking)
            ]
            document.line_ids = [
                Command.clear(),
                *(Command.create(values) for values in claimed),
            ]

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

    def _describe_failed(self, failed):
        labels = dict(failed._fields["code"]._description_selection(self.env))
        return self.env._(
            "CoC Document %(document)s of %(receipts)s cannot be verified; its mass "
            "stays Non-CoC (10.2):\n%(failed)s\nComplete the document, or open an "
            "error record with the supplier (10.4).",
            document=self.display_name,
            receipts=", ".join(self.sudo().picking_ids.mapped("name")),
            failed="\n".join(
                f"• {check.criterion} {labels[check.code]}: {check.message}"
                for check in failed
            ),
        )

    def _verify(self):
        """Freeze received documents and reclassify their mass (10.2)."""
        for document in self:
            # sudo: the state is written by these actions only
            own = document.sudo()
            own._replace_received()
            own._claim()
            own.write(
                {
                    "state": "verified",
                    "verified_by_id": self.env.uid,
                    "verified_on": fields.Datetime.now(),
                }
            )
            own.activity_unlink(["mail.mail_activity_data_todo"])
            own.picking_ids.coc_received_document_id = own
            own.picking_ids._coc_post_claims()

    def _replace_received(self):
        """Take out the document that this one replaces: mass counts once (10.4)."""
        if not self.replaces_number:
            return
        replaced = self.search(
            [
                ("scope_id", "=", self.scope_id.id),
                ("direction", "=", "received"),
                ("state", "=", "verified"),
                ("issuer_id", "=", self.issuer_id.id),
                ("name", "=", self.replaces_number),
            ]
        )
        replaced._stop_counting("replaced")
        replaced.replaced_by_id = self
        self.replaces_id = replaced[:1]

    def _claim(self):
        """Write on the receipts' moves what the document claims, in tonnes (10.1)."""
        if not self.machine_read:
            return
        moves = self._get_received_moves()
        moves.coc_claimed_mass = 0
        for product, mass in self._get_claimed_by_product("coc_mass").items():
            for move in moves.filtered(
                lambda move, product=product: move.product_id == product
            ):
                part = min(mass, to_mass(move._coc_get_accounted_mass()))
                move.coc_claimed_mass = float(part)
                mass -= part

    def _try_verify(self):
        """Verify what was read by machine where all checks pass, silently (10.2)."""
        for document in self:
            # sudo: the checks are no matter of the user's rights
            failed = document.sudo()._run_checks()
            if not failed and document._may_verify():
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
