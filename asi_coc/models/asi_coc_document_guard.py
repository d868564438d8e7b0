from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from .asi_coc_document import FROZEN_FIELDS
from .asi_coc_document import AsiCocDocument as Document

#: What people still choose on a document that was read from a file: which of our
#: records it means.
CHOSEN_FIELDS = {"issuer_id", "trader_id", "picking_ids", "line_ids"}
#: Nobody makes one kind of document of another.
FIXED_FIELDS = {"direction", "scope_id"}


class AsiCocDocument(models.Model):
    """What people may change on a received document, and what not (10.1)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"
    _coc_protected_fields = Document._coc_protected_fields | {
        "machine_read",
        "source_attachment_id",
        "source_sha256",
        "issuer_page",
    }

    @api.constrains("picking_ids", "direction", "scope_id")
    def _check_receipts(self):
        for document in self.filtered(lambda one: one.direction == "received"):
            # sudo: who enters a document need not be a storekeeper
            for picking in document.sudo().picking_ids:
                if (
                    picking.company_id != document.company_id
                    or not picking._coc_may_have_document()
                ):
                    raise ValidationError(
                        self.env._(
                            "CoC Document %(document)s cannot cover %(transfer)s: it "
                            "is no receipt of CoC Material of %(company)s (10.1).",
                            document=document.display_name,
                            transfer=picking.name,
                            company=document.company_id.name,
                        )
                    )

    def write(self, vals):
        if not self.env.su:
            self._check_fixed(vals)
            self._check_as_read(vals)
        return super().write(vals)

    def _check_fixed(self, vals):
        for document in self:
            changed = [
                name
                for name in sorted(FIXED_FIELDS & vals.keys())
                if vals[name]
                != document._fields[name].convert_to_write(document[name], document)
            ]
            if changed:
                raise UserError(
                    self.env._(
                        "%(fields)s of CoC Document %(document)s cannot change. Delete "
                        "the draft, and enter another one.",
                        fields=self._name_fields(changed),
                        document=document.display_name,
                    )
                )

    def _check_as_read(self, vals):
        """Refuse to change what the issuer's file says (10.1)."""
        changed = FROZEN_FIELDS & vals.keys() - CHOSEN_FIELDS
        read = self.filtered(lambda one: one.machine_read and one.state == "draft")
        if changed and read:
            raise UserError(
                self.env._(
                    "CoC Document %(document)s was read from the issuer's file; "
                    "%(fields)s cannot change. If the document is wrong, ask the "
                    "issuer for a correct one (10.4).",
                    document=read[0].display_name,
                    fields=self._name_fields(sorted(changed)),
                )
            )

    def _name_fields(self, names):
        return ", ".join(
            self._fields[name]._description_string(self.env) for name in names
        )
