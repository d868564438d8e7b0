import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..core import twin
from ..core.quantity import to_mass
from ..core.twin_messages import TwinError
from ..core.twin_structure import clean_text
from ..formatting import format_number
from ..twin_wording import describe

#: Random bytes of a verification token: nobody guesses 192 bits.
TOKEN_BYTES = 24


class AsiCocDocument(models.Model):
    """Issues documents: complete, numbered without a gap, frozen (9.2)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"

    verification_url = fields.Char(
        string="Verification Page",
        compute="_compute_verification_url",
        help="Public page where anybody who holds the document can check it.",
    )

    @api.depends("verification_token")
    def _compute_verification_url(self):
        for document in self:
            # sudo: whoever may read a document may hand out its page
            token = document.sudo().verification_token
            base = document.get_base_url()
            document.verification_url = token and f"{base}/coc/document/{token}"

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
        missing = [label for present, label in needed if not present]
        return missing + self._find_unwritable()

    def _find_unwritable(self):
        """Return what cannot be written on a document, such as an endless text."""
        try:
            twin.dump(self._get_payload())
        except TwinError as error:
            return [describe(self.env, error)]
        return []

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
        self._remind(
            self.env._("Complete and issue the CoC Document"),
            self.env._(
                "%(customer)s waits for it. Missing: %(missing)s.",
                customer=self.customer_id.display_name,
                missing=", ".join(missing),
            ),
        )

    def _remind(self, summary, note):
        """Give the person responsible for CoC Documents something to do."""
        scope = self.scope_id
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=note,
            user_id=(scope.responsible_id or scope.representative_ids)[:1].id
            or self.env.uid,
        )

    def action_issue(self):
        """Number and freeze the drafts; their PDF is made right after (9.1, 9.2).

        Raises UserError when the issuing entity has no certificate number, or
        naming what else the document lacks.
        """
        self.check_access("write")
        drafts = self.filtered(
            lambda document: document.state == "draft"
            and document.direction == "issued"
        )
        for document in drafts:
            document._check_complete()
            document._check_ledger()
            number = document._take_number()
            # sudo: numbered and frozen by this action only
            document.sudo().write(
                {
                    "name": number,
                    "state": "issued",
                    "verification_token": secrets.token_urlsafe(TOKEN_BYTES),
                }
            )
            document.sudo().payload = document._freeze_payload()
            document.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        drafts._print_soon()
        return True

    def _check_complete(self):
        if not self.issuer_certificate:
            raise UserError(
                self.env._(
                    "A CoC Document for %(customer)s cannot be issued: scope "
                    "%(scope)s has no CoC certificate (9.2c). Record the "
                    "certificate on the scope first.",
                    customer=self.customer_id.display_name,
                    scope=self.scope_id.name,
                )
            )
        missing = self._get_missing_to_issue()
        if missing:
            raise UserError(
                self.env._(
                    "The CoC Document for %(customer)s cannot be issued yet. "
                    "Missing: %(missing)s. Complete the contact, or enter it on "
                    "the document.",
                    customer=self.customer_id.display_name,
                    missing=", ".join(missing),
                )
            )

    def _check_ledger(self):
        """Refuse to issue what the ledger does not say (9.2b)."""
        ledger = self._get_ledger_masses()[self.id]
        if not self.internal and to_mass(self.coc_mass) != to_mass(ledger):
            raise UserError(
                self.env._(
                    "The CoC Document for %(customer)s says %(claimed)s t of CoC "
                    "Material, the ledger %(ledger)s t (9.2b). Delete this draft and "
                    "make a new one from the delivery.",
                    customer=self.customer_id.display_name,
                    claimed=format_number(self.env, self.coc_mass),
                    ledger=format_number(self.env, ledger),
                )
            )

    def _take_number(self):
        """Return the next number of the scope, without a gap (9.2b)."""
        # sudo: numbers come from the scope, not from the user's rights
        sequence = self.scope_id.sudo().sequence_id
        # Odoo's own lock gives up at once; with many issuing at the same time
        # waiting for the row lets one after the other through.
        self.env.cr.execute(
            SQL("SELECT 1 FROM ir_sequence WHERE id = %s FOR UPDATE", sequence.id)
        )
        return sequence.with_context(ir_sequence_date=self.date).next_by_id()

    # -- frozen content -----------------------------------------------------------
    def _freeze_payload(self):
        """Return what the document says as text, as it is kept and embedded."""
        return twin.dump(self._get_payload()).decode()

    def _get_payload(self):
        """Return what the document says, as ``core.twin`` writes it (9.2 to 9.4).

        Masses are tonnes, as text with up to six decimals.
        """
        self.ensure_one()
        # sudo: who may read the document may read what it names
        self = self.sudo()
        content = {
            "schema": "asi-coc-document",
            "version": "1.0",
            "number": self.name or None,
            "date": str(self.date),
            "conformance": twin.CONFORMANCE,
            "issuer": {
                "name": clean_text(self.issuer_name),
                "address": clean_text(self.issuer_address),
                "certificate": clean_text(self.issuer_certificate),
                "responsible": clean_text(self.responsible),
            },
            "customer": {
                "name": clean_text(self.customer_name),
                "address": clean_text(self.customer_address),
                "certificate": clean_text(self.customer_certificate),
                "contact": clean_text(self.customer_responsible),
            },
            "lines": self._get_payload_lines(),
            "shipments": self._get_payload_shipments(),
            "sustainability": self._get_payload_sustainability(),
            "supplementary": self._get_payload_supplementary(),
            "verification_url": self.verification_url or None,
            "replaces": self.replaces_id.name or None,
            "internal": self.internal,
        }
        return self._conceal(content)

    def _get_payload_lines(self):
        lots = self._get_lots_by_line()
        return [
            {
                "material": line.material,
                "form": clean_text(line.form),
                "unit": (
                    twin.DRY_TONNES if line.material == "bauxite" else twin.TONNES
                ),
                "coc_mass": twin.mass_text(line.coc_mass),
                "total_mass": twin.mass_text(line.total_mass),
                "items": int(line.item_count) or None,
                "net_mass_per_item": (
                    twin.mass_text(line.item_mass) if line.item_mass else None
                ),
                "mass_shipped": (
                    twin.mass_text(line.shipped_mass) if line.shipped_mass else None
                ),
                "lots": lots.get((line.material, line.form), []),
            }
            for line in self.line_ids
        ]

    def _get_lots_by_line(self):
        """Return ``{(material, form): lot names}`` of what left as CoC (5.2)."""
        groups = self.env["asi.coc.entry"]._read_group(
            [
                ("picking_id", "in", self.picking_ids.ids),
                ("scope_id", "=", self.scope_id.id),
                ("flow", "=", "output"),
                ("status", "=", "coc"),
                ("lot_id", "!=", False),
            ],
            ["material", "form_id", "product_id", "lot_id"],
            having=[("mass:sum", ">", 0)],
        )
        lots = {}
        for material, form, product, lot in groups:
            key = (material, form.name or product.display_name)
            lots.setdefault(key, []).append(lot.name)
        return {key: sorted(names) for key, names in lots.items()}

    def _get_payload_shipments(self):
        scope = self.scope_id
        return [
            {
                "reference": picking.name,
                "date": picking.date_done and str(scope._get_day(picking.date_done)),
                "order": clean_text(picking.origin),
            }
            for picking in self.picking_ids.sorted("id")
        ]

    def _get_payload_sustainability(self):
        return {
            "carbon_footprint": (
                twin.mass_text(round(self.carbon_footprint, 3))
                if self.carbon_footprint
                else None
            ),
            "carbon_method": clean_text(self.carbon_method),
            "origin": clean_text(self.origin_information),
            "recycled_content": clean_text(self.recycled_content),
            "performance_status": clean_text(self.performance_status),
        }

    def _get_payload_supplementary(self):
        text = clean_text(self.supplementary_information) or ""
        return [line.strip() for line in text.splitlines() if line.strip()]
