import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

#: What an issued or verified document no longer lets change.
FROZEN_FIELDS = {
    "name",
    "direction",
    "scope_id",
    "date",
    "issuer_id",
    "issuer_address",
    "issuer_certificate",
    "customer_id",
    "customer_address",
    "customer_certificate",
    "responsible",
    "customer_responsible",
    "line_ids",
    "picking_ids",
    "carbon_footprint",
    "carbon_method",
    "origin_information",
    "recycled_content",
    "performance_status",
    "supplementary_information",
}


class AsiCocDocument(models.Model):
    _name = "asi.coc.document"
    _description = "CoC Document"
    _inherit = ["asi.coc.protected", "mail.thread", "mail.activity.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _coc_protected_fields = frozenset({"state", "verified_by_id", "verified_on"})

    name = fields.Char(
        string="Reference Number",
        readonly=True,
        copy=False,
        index="trigram",
        help="Number that leads back to the material accounting (9.2b). Issued "
        "documents are numbered without a gap per scope.",
    )
    scope_id = fields.Many2one(
        "asi.coc.scope",
        required=True,
        index=True,
        ondelete="restrict",
        help="CoC Certification Scope that issues or receives the document.",
    )
    company_id = fields.Many2one(
        related="scope_id.company_id", store=True, help="Entity of the scope."
    )
    direction = fields.Selection(
        [("issued", "Issued"), ("received", "Received")],
        required=True,
        default="issued",
        help="Issued to a customer (9) or received from a supplier (10).",
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("issued", "Issued"),
            ("verified", "Verified"),
            ("withdrawn", "Verification Withdrawn"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        help="An issued or verified document is frozen.",
    )
    date = fields.Date(
        string="Date of Issue", required=True, help="Date of issue (9.2a)."
    )
    issuer_id = fields.Many2one(
        "res.partner",
        string="Issuing Entity",
        required=True,
        index=True,
        help="Entity that issues the document (9.2c).",
    )
    issuer_address = fields.Text(
        compute="_compute_issuer_address",
        store=True,
        readonly=False,
        help="Address of the issuing entity (9.2c), kept as it was.",
    )
    issuer_certificate = fields.Char(
        string="Issuer's CoC Certificate",
        help="ASI CoC Certification number of the issuing entity (9.2c).",
    )
    customer_id = fields.Many2one(
        "res.partner",
        string="Receiving Customer",
        required=True,
        index=True,
        help="Customer who receives the CoC Material (9.2d).",
    )
    customer_address = fields.Text(
        compute="_compute_customer_address",
        store=True,
        readonly=False,
        help="Address of the receiving customer (9.2d), kept as it was.",
    )
    customer_certificate = fields.Char(
        string="Customer's CoC Certificate",
        help="ASI CoC Certification number of the customer, if certified (9.2d).",
    )
    responsible = fields.Char(
        help="Employee of the issuing entity who can verify the document, with "
        "function (9.2e)."
    )
    customer_responsible = fields.Char(
        help="Contact at the receiving customer, with function."
    )
    line_ids = fields.One2many(
        "asi.coc.document.line",
        "document_id",
        string="Lines",
        copy=True,
        help="One line per form of CoC Material (9.2g to 9.2i).",
    )
    picking_ids = fields.Many2many(
        "stock.picking",
        "asi_coc_document_picking_rel",
        "document_id",
        "picking_id",
        string="Transfers",
        copy=False,
        help="Deliveries or receipts the document goes with (9.1).",
    )
    coc_mass = fields.Float(
        string="CoC Mass (t)",
        digits=(16, 6),
        compute="_compute_masses",
        store=True,
        help="Mass of CoC Material in tonnes (9.2h).",
    )
    total_mass = fields.Float(
        string="Total Mass (t)",
        digits=(16, 6),
        compute="_compute_masses",
        store=True,
        help="Mass of total material in tonnes (9.2i).",
    )
    carbon_footprint = fields.Float(
        string="Carbon Footprint (t CO2e/t)",
        digits=(16, 3),
        help="Average carbon footprint of the CoC Material (9.3a).",
    )
    carbon_method = fields.Char(
        string="Footprint Method",
        help="Method the carbon footprint was calculated with (9.3a).",
    )
    origin_information = fields.Text(
        help="Information on the source of the aluminium, in line with Performance "
        "Standard 9.8 (9.3b)."
    )
    recycled_content = fields.Text(
        help="Recycled content of the CoC Material, pre- and post-consumer, and its "
        "method (9.3c)."
    )
    performance_status = fields.Text(
        string="Performance Standard Status",
        help="Performance Standard certification of a post-casthouse issuer, or its "
        "planned date (9.3d).",
    )
    supplementary_information = fields.Text(
        help="Further statements as printed (9.4): of an issued document those chosen "
        "from the scope's supplementary statements, of a received one what it says."
    )
    verified_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        help="Who verified the received document (10.1, 10.2).",
    )
    verified_on = fields.Datetime(
        readonly=True, copy=False, help="When the received document was verified."
    )

    _issued_number_unique = models.UniqueIndex(
        "(scope_id, name) WHERE direction = 'issued' AND name IS NOT NULL",
        "This scope has issued a CoC Document of that number already (9.2b).",
    )
    _received_number_unique = models.UniqueIndex(
        "(scope_id, issuer_id, name) "
        "WHERE direction = 'received' AND state = 'verified'",
        "A CoC Document of that number from this issuer counts already; a number "
        "counts once (10.2).",
    )

    @api.depends("name", "state")
    def _compute_display_name(self):
        for document in self:
            document.display_name = document.name or self.env._("Draft CoC Document")

    @api.depends("issuer_id")
    def _compute_issuer_address(self):
        for document in self:
            document.issuer_address = document._format_address(document.issuer_id)

    @api.depends("customer_id")
    def _compute_customer_address(self):
        for document in self:
            document.customer_address = document._format_address(document.customer_id)

    @api.depends("line_ids.coc_mass", "line_ids.total_mass")
    def _compute_masses(self):
        for document in self:
            document.coc_mass = sum(document.line_ids.mapped("coc_mass"))
            document.total_mass = sum(document.line_ids.mapped("total_mass"))

    def _check_received_once(self):
        for document in self:
            first = self.search(
                [
                    ("id", "!=", document.id),
                    ("scope_id", "=", document.scope_id.id),
                    ("direction", "=", "received"),
                    ("state", "=", "verified"),
                    ("issuer_id", "=", document.issuer_id.id),
                    ("name", "=", document.name),
                ],
                limit=1,
            )
            if first:
                raise UserError(
                    self.env._(
                        "CoC Document %(number)s of %(issuer)s counts already: it was "
                        "verified for %(pickings)s. A document number from one issuer "
                        "counts once (10.2).",
                        number=document.name,
                        issuer=document.issuer_id.display_name,
                        pickings=", ".join(first.picking_ids.mapped("name")),
                    )
                )

    def write(self, vals):
        frozen = FROZEN_FIELDS & vals.keys()
        if frozen:
            self._check_not_frozen(frozen)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        for document in self.filtered("name"):
            raise UserError(
                self.env._(
                    "CoC Document %(document)s stays on file: numbers are without a "
                    "gap (9.2b). Only a draft can be deleted.",
                    document=document.name,
                )
            )

    def _check_not_frozen(self, field_names):
        labels = [
            self._fields[name]._description_string(self.env)
            for name in sorted(field_names)
        ]
        for document in self.filtered(lambda document: document.state != "draft"):
            raise UserError(
                self.env._(
                    "CoC Document %(document)s is %(state)s; %(fields)s cannot change "
                    "any more.",
                    document=document.name,
                    state=dict(self._fields["state"]._description_selection(self.env))[
                        document.state
                    ],
                    fields=", ".join(labels),
                )
            )

    @api.model
    def _format_address(self, partner):
        address = partner._display_address(without_company=True) if partner else ""
        lines = (line.strip() for line in (address or "").splitlines())
        return "\n".join(filter(None, lines))

    # -- issuing ------------------------------------------------------------
    @api.model
    def _draft_for(self, picking):
        """Draft the CoC Document of a done delivery from its ledger entries (9.2).

        Returns an empty set where the delivery designates nothing.
        """
        # sudo: whoever delivers issues; what the document says is the ledger's
        documents = self.sudo()
        lines = documents.env["asi.coc.document.line"]._prepare_from(picking)
        if not lines:
            return documents
        scope = (
            documents.env["asi.coc.entry"]
            .search([("picking_id", "=", picking.id)], limit=1)
            .scope_id
        )
        return documents.create(documents._prepare_issued(picking.sudo(), scope, lines))

    @api.model
    def _prepare_issued(self, picking, scope, lines):
        day = fields.Datetime.context_timestamp(
            scope.with_context(tz=scope.tz), picking.date_done
        ).date()
        customer = picking.partner_id.commercial_partner_id
        responsible = scope.responsible_id or self.env.user
        certificate = self.env["asi.coc.certificate"]._find(customer, day)
        return {
            "scope_id": scope.id,
            "direction": "issued",
            "date": day,
            "issuer_id": scope.company_id.partner_id.id,
            "issuer_certificate": scope.certificate_id.number,
            "customer_id": customer.id,
            "customer_certificate": certificate.number,
            "responsible": self._format_person(responsible.partner_id),
            "customer_responsible": self._format_person(
                (customer.child_ids or self.env["res.partner"])[:1]
            ),
            "line_ids": [fields.Command.create(line) for line in lines],
            "picking_ids": [fields.Command.set(picking.ids)],
        }

    @api.model
    def _format_person(self, partner):
        return ", ".join(filter(None, [partner.name, partner.function]))

    def _get_missing_to_issue(self):
        """Return labels of what 9.2 asks for and a delivery may not have yet."""
        self.ensure_one()
        for side in ("issuer", "customer"):
            if not self[f"{side}_address"]:
                # entered on the contact since the document was drafted
                self[f"{side}_address"] = self._format_address(self[f"{side}_id"])
        needed = [
            (self.issuer_address, self.env._("the address of the entity (9.2c)")),
            (self.customer_address, self.env._("the address of the customer (9.2d)")),
            (self.responsible, self.env._("the responsible employee (9.2e)")),
        ]
        return [label for present, label in needed if not present]

    def _issue_or_remind(self):
        """Issue the document of a delivery, or have somebody complete it first.

        The truck does not wait for an address; the draft stays on the delivery.
        """
        self.ensure_one()
        missing = self._get_missing_to_issue()
        if not missing or not self.issuer_certificate:
            # Without its certificate the entity makes no claim at all.
            self.action_issue()
            return
        scope = self.scope_id
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Complete and issue the CoC Document"),
            note=self.env._(
                "%(customer)s waits for it. Missing: %(missing)s.",
                customer=self.customer_id.display_name,
                missing=", ".join(missing),
            ),
            user_id=(scope.responsible_id or scope.representative_ids)[:1].id
            or self.env.uid,
        )

    def action_issue(self):
        """Number, freeze and print the drafts (9.1, 9.2).

        Raises UserError when the issuing entity has no certificate number, or
        naming what else the document lacks.
        """
        self.check_access("write")
        for document in self.filtered(lambda document: document.state == "draft"):
            if not document.issuer_certificate:
                raise UserError(
                    self.env._(
                        "A CoC Document for %(customer)s cannot be issued: scope "
                        "%(scope)s has no CoC certificate (9.2c). Record the "
                        "certificate on the scope first.",
                        customer=document.customer_id.display_name,
                        scope=document.scope_id.name,
                    )
                )
            missing = document._get_missing_to_issue()
            if missing:
                raise UserError(
                    self.env._(
                        "The CoC Document for %(customer)s cannot be issued yet. "
                        "Missing: %(missing)s. Complete the contact, or enter it on "
                        "the document.",
                        customer=document.customer_id.display_name,
                        missing=", ".join(missing),
                    )
                )
            # sudo: numbers come from the scope, not from the user's rights
            sequence = document.scope_id.sudo().sequence_id
            number = sequence.with_context(ir_sequence_date=document.date).next_by_id()
            # sudo: numbered and frozen by this action only
            document.sudo().write({"name": number, "state": "issued"})
            document.sudo().activity_unlink(["mail.mail_activity_data_todo"])
            document.sudo()._attach_to_pickings()
        return True

    def _attach_to_pickings(self):
        """Attach the PDF to the document and its deliveries.

        A printer that does not work must not stop the truck: the failure is
        noted on the document, which can be printed later.
        """
        self.ensure_one()
        reports = self.env["ir.actions.report"]
        try:
            with self.env.cr.savepoint():
                content, extension = reports._render_qweb_pdf(
                    "asi_coc.report_document", self.ids
                )
        except Exception as error:
            _logger.warning("CoC Document %s not printed", self.name, exc_info=True)
            self.message_post(
                body=self.env._("The PDF could not be made: %(error)s", error=error)
            )
            return
        name = f"CoC Document {self.name.replace('/', '-')}.{extension}"
        self.env["ir.attachment"].create(
            [
                {"name": name, "raw": content, "res_model": model, "res_id": res_id}
                for model, res_id in [
                    (self._name, self.id),
                    *(("stock.picking", picking.id) for picking in self.picking_ids),
                ]
            ]
        )

    # -- receiving ----------------------------------------------------------
    @api.model
    def _prepare_received(self, picking, scope):
        """Return the values of the document that a receipt claims (10.1)."""
        issuer = picking.partner_id.commercial_partner_id
        day = fields.Datetime.context_timestamp(
            scope.with_context(tz=scope.tz), picking.date_done
        ).date()
        lines = self.env["asi.coc.document.line"]._prepare_claimed(picking)
        return {
            "name": picking.coc_document_reference,
            "scope_id": scope.id,
            "direction": "received",
            "date": day,
            "issuer_id": issuer.id,
            "issuer_certificate": self.env["asi.coc.certificate"]
            ._find(issuer, day)
            .number,
            "customer_id": scope.company_id.partner_id.id,
            "customer_certificate": scope.certificate_id.number,
            "line_ids": [fields.Command.create(line) for line in lines],
            "picking_ids": [fields.Command.set(picking.ids)],
        }

    def _verify(self):
        """Freeze received documents: their mass counts from now on (10.2)."""
        self._check_received_once()
        # sudo: the state is written by these actions only
        self.sudo().write(
            {
                "state": "verified",
                "verified_by_id": self.env.uid,
                "verified_on": fields.Datetime.now(),
            }
        )

    def action_withdraw(self):
        """Take a verification back: the mass becomes Non-CoC inflow again (10.2)."""
        self.check_access("write")
        for document in self.filtered(lambda document: document.state == "verified"):
            # sudo: the state is written by these actions only
            document.sudo().state = "withdrawn"
            # sudo: the officer who withdraws need not be a storekeeper
            pickings = document.picking_ids.sudo()
            pickings.coc_received_document_id = False
            pickings._coc_post_claims()
        return True

    # -- opening ------------------------------------------------------------
    def action_open_entries(self):
        """Open the ledger entries the document stands for."""
        self.ensure_one()
        return self.env["asi.coc.entry"]._action_open(
            # sudo: only ids are read
            [("picking_id", "in", self.sudo().picking_ids.ids)],
            self.env._("Entries of %(document)s", document=self.display_name),
        )
