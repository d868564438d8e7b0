import hashlib

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import escape_psql

from ..core import pdf_twin, twin
from ..core.twin_messages import TwinError
from ..twin_wording import describe


class AsiCocDocument(models.Model):
    """Reads the file in an issuer's PDF into a received document (10.1)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"

    source_attachment_id = fields.Many2one(
        "ir.attachment",
        string="Received File",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The file the document was read from, as it was received.",
    )
    source_sha256 = fields.Char(
        string="SHA-256 of the File",
        readonly=True,
        copy=False,
        help="Compare it on the issuer's verification page.",
    )

    @api.model
    def _read_upload(self, picking, name, content):
        """Make the received document of a receipt from an uploaded file (10.1).

        ``content`` are the bytes of a PDF with a twin inside, or of the twin
        itself. Raises UserError saying what is wrong with the file; nothing is
        changed then. Returns the draft, or the document it became if it was
        verified at once.
        """
        payload = self._parse_upload(name, content)
        # sudo: whoever receives enters the document; only drafts are made here
        documents = self.sudo()
        picking = picking.sudo()
        documents._check_may_be_entered(picking, payload)
        values = documents._prepare_from_payload(picking, payload)
        documents._check_issuer(picking, values["issuer_id"])
        document = documents.new(values)
        drafts = document._get_same_number("draft").filtered("machine_read")
        # A batch document covers every receipt it is dropped on.
        pickings = picking | (drafts | document._get_replaced()).picking_ids
        rejected = (drafts | picking._coc_get_received_drafts())._discard()
        values["picking_ids"] = [Command.set(pickings.ids)]
        document = documents.create(values)
        rejected._replace_in_errors(document)
        document._keep_source(name, content)
        if payload["number"]:
            picking.coc_document_reference = payload["number"]
        document.with_env(self.env)._try_verify()
        return document.with_env(self.env)

    def _parse_upload(self, name, content):
        try:
            return pdf_twin.read_upload(name, content)
        except TwinError as error:
            reason = describe(self.env, error)
            raise UserError(
                self.env._(
                    "%(file)s cannot be read as a CoC Document: %(reason)s Enter the "
                    "document by hand, or ask the issuer for its file (10.1).",
                    file=name,
                    reason=reason,
                )
            ) from error

    def _check_may_be_entered(self, picking, payload):
        if not picking._coc_may_have_document():
            raise self._get_no_receipt_error(picking)
        verified = picking.coc_received_document_id
        if verified and payload["replaces"] != verified.name:
            raise UserError(
                self.env._(
                    "%(receipt)s has CoC Document %(verified)s already, and "
                    "%(document)s does not replace it (10.4). Withdraw the "
                    "verification first if it is wrong.",
                    receipt=picking.name,
                    verified=verified.name,
                    document=payload["number"] or "–",
                )
            )
        if not self.env["asi.coc.scope"]._get_active(picking.company_id):
            raise UserError(
                self.env._(
                    "%(company)s has no active CoC Certification Scope; the CoC "
                    "Document of %(receipt)s cannot be entered.",
                    company=picking.company_id.name,
                    receipt=picking.name,
                )
            )

    @api.model
    def _get_no_receipt_error(self, picking):
        return UserError(
            self.env._(
                "%(transfer)s takes no CoC Document of a supplier: it is no receipt of "
                "CoC Material (10.1). Choose the receipt the goods came with.",
                transfer=picking.name,
            )
        )

    def _keep_source(self, name, content):
        self.source_attachment_id = self.env["ir.attachment"].create(
            {
                "name": name,
                "raw": content,
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        self.source_sha256 = hashlib.sha256(content).hexdigest()

    # -- what the file says -----------------------------------------------------
    def _prepare_from_payload(self, picking, payload):
        """Return the values of a received draft; all text is the issuer's."""
        values = self._prepare_received(picking)
        issuer, customer = payload["issuer"], payload["customer"]
        partner = self._find_issuer(picking, issuer)
        supplier = picking.partner_id.commercial_partner_id
        data = payload["sustainability"]
        return values | {
            "machine_read": True,
            "name": payload["number"],
            "date": payload["date"],
            "shipment_date": max(
                filter(None, (one["date"] for one in payload["shipments"])),
                default=payload["date"],
            ),
            "conformance": "conformance" not in twin.find_missing(payload),
            "payload": twin.dump(payload).decode(),
            "issuer_id": partner.id,
            "issuer_name": issuer.get("name"),
            "issuer_address": issuer.get("address"),
            "issuer_certificate": issuer.get("certificate"),
            "responsible": issuer.get("responsible"),
            "customer_name": customer.get("name"),
            "customer_address": customer.get("address"),
            "customer_certificate": customer.get("certificate"),
            "customer_responsible": customer.get("contact"),
            "trader_id": supplier.id if supplier and supplier != partner else False,
            "issuer_page": payload["verification_url"],
            "replaces_number": payload["replaces"],
            "line_ids": [
                Command.create(self._prepare_line(line)) for line in payload["lines"]
            ],
            "carbon_footprint": float(data.get("carbon_footprint") or 0),
            "carbon_method": data.get("carbon_method"),
            "origin_information": data.get("origin"),
            "recycled_content": data.get("recycled_content"),
            "performance_status": data.get("performance_status"),
            "supplementary_information": "\n".join(payload["supplementary"]),
        }

    def _find_issuer(self, picking, issuer):
        """Return who issued the document: by certificate, by name, or the supplier."""
        certificates = self.env["asi.coc.certificate"].search(
            [
                ("number", "=", issuer["certificate"]),
                ("standard", "=", "chain_of_custody"),
                ("company_id", "in", (picking.company_id.id, False)),
            ]
        )
        holders = certificates.partner_id
        if len(holders) == 1:
            return holders
        named = self.env["res.partner"].search(
            [
                # a name may hold what a pattern is made of
                ("name", "=ilike", escape_psql(issuer["name"] or "")),
                ("parent_id", "=", False),
                ("company_id", "in", (picking.company_id.id, False)),
            ]
        )
        supplier = picking.partner_id.commercial_partner_id
        return named if len(named) == 1 else supplier

    def _prepare_line(self, line):
        return {
            "material": line["material"],
            "form": line["form"],
            "unit": line["unit"],
            "coc_mass": float(line["coc_mass"] or 0),
            "total_mass": float(line["total_mass"] or 0),
        }
