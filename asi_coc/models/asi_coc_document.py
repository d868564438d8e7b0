from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: What an issued or verified document no longer lets change.
FROZEN_FIELDS = {
    "name",
    "direction",
    "scope_id",
    "date",
    "issuer_id",
    "issuer_name",
    "issuer_address",
    "issuer_certificate",
    "customer_id",
    "customer_name",
    "customer_address",
    "customer_certificate",
    "responsible",
    "customer_responsible",
    "line_ids",
    "picking_ids",
    "conformance",
    "shipment_date",
    "trader_id",
    "replaces_number",
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
    _coc_protected_fields = frozenset(
        {
            "state",
            "verified_by_id",
            "verified_on",
            "payload",
            "pdf_attachment_id",
            "pdf_sha256",
            "verification_token",
            "replaces_id",
            "replaced_by_id",
            "voided_on",
            "voided_by_id",
            "internal",
            "sent_on",
        }
    )

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
            ("void", "Void"),
            ("replaced", "Replaced"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        help="An issued or verified document is frozen. After an error it is void, "
        "or void and replaced by another one; both stay on file (9.6).",
    )
    date = fields.Date(string="Date of Issue", help="Date of issue (9.2a).")
    issuer_id = fields.Many2one(
        "res.partner",
        string="Issuing Entity",
        required=True,
        index=True,
        help="Entity that issues the document (9.2c).",
    )
    issuer_name = fields.Char(
        string="Issuing Entity as Written",
        compute="_compute_issuer_name",
        store=True,
        readonly=False,
        help="Name of the issuing entity on the document, kept as it was (9.2c).",
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
    customer_name = fields.Char(
        string="Receiving Customer as Written",
        compute="_compute_customer_name",
        store=True,
        readonly=False,
        help="Name of the customer on the document, kept as it was (9.2d).",
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
    internal = fields.Boolean(
        readonly=True,
        copy=False,
        help="Goes with a transfer between two activities of the scope. Optional "
        "(9.1): the account does not depend on it.",
    )
    payload = fields.Text(
        string="Frozen Content",
        readonly=True,
        copy=False,
        help="What the document says, as JSON, frozen when it was issued. The same is "
        "embedded in the PDF.",
    )
    pdf_attachment_id = fields.Many2one(
        "ir.attachment",
        string="PDF",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The PDF as it was issued. It cannot be changed or deleted.",
    )
    pdf_sha256 = fields.Char(
        string="SHA-256 of the PDF",
        readonly=True,
        copy=False,
        help="Tells a PDF somebody holds from one that was changed.",
    )
    verification_token = fields.Char(
        readonly=True,
        copy=False,
        groups="asi_coc.group_officer",
        index="btree_not_null",
        help="Secret part of the address at which holders of the document check it.",
    )
    replaces_id = fields.Many2one(
        "asi.coc.document",
        string="Replaces",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Document with an error that this one replaces (9.6).",
    )
    replaced_by_id = fields.Many2one(
        "asi.coc.document",
        string="Replaced By",
        readonly=True,
        copy=False,
        ondelete="restrict",
        help="Document that stands in for this one since an error was found (9.6).",
    )
    voided_on = fields.Datetime(
        readonly=True, copy=False, help="When the document became void (9.6)."
    )
    voided_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, help="Who declared it void (9.6)."
    )
    sent_on = fields.Datetime(
        string="Sent", readonly=True, copy=False, help="When it was last e-mailed."
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
    def _compute_issuer_name(self):
        for document in self.filtered(lambda one: not one.machine_read):
            document.issuer_name = document.issuer_id.name

    @api.depends("customer_id")
    def _compute_customer_name(self):
        for document in self.filtered(lambda one: not one.machine_read):
            document.customer_name = document.customer_id.name

    @api.depends("issuer_id")
    def _compute_issuer_address(self):
        for document in self.filtered(lambda one: not one.machine_read):
            document.issuer_address = document._format_address(document.issuer_id)

    @api.depends("customer_id")
    def _compute_customer_address(self):
        for document in self.filtered(lambda one: not one.machine_read):
            document.customer_address = document._format_address(document.customer_id)

    @api.constrains("date", "state")
    def _check_date(self):
        for document in self:
            is_open = document.state in ("draft", "issued")
            if document.direction == "issued" and is_open and not document.date:
                raise ValidationError(
                    self.env._(
                        "CoC Document %(document)s needs its date of issue (9.2a).",
                        document=document.display_name,
                    )
                )

    @api.depends("line_ids.coc_mass", "line_ids.total_mass")
    def _compute_masses(self):
        for document in self:
            document.coc_mass = sum(document.line_ids.mapped("coc_mass"))
            document.total_mass = sum(document.line_ids.mapped("total_mass"))

    def write(self, vals):
        frozen = FROZEN_FIELDS & vals.keys()
        if frozen:
            self._check_not_frozen(frozen)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_numbered(self):
        for document in self.filtered(lambda document: document.state != "draft"):
            raise UserError(
                self.env._(
                    "CoC Document %(document)s stays on file: numbers are without a "
                    "gap (9.2b). Only a draft can be deleted.",
                    document=document.name,
                )
            )

    def _check_not_frozen(self, field_names):
        """Refuse to change what a document says once it is out (9.2, 10.1)."""
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

    # -- opening ------------------------------------------------------------
    def action_open_entries(self):
        """Open the ledger entries the document stands for."""
        self.ensure_one()
        self.check_access("read")
        return self.env["asi.coc.entry"]._action_open(
            # sudo: only ids are read
            [("picking_id", "in", self.sudo().picking_ids.ids)],
            self.env._("Entries of %(document)s", document=self.display_name),
        )
