from odoo import api, models
from odoo.tools import SQL

from .ir_attachment import CONTENT_FIELDS

EVIDENCE = "asi.coc.evidence"
#: What makes an attachment another record's.
OWNER_FIELDS = {"res_model", "res_id", "res_field"}


class IrAttachment(models.Model):
    """Keeps the files that records rest on, as long as the records say (1.6)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "ir.attachment"

    def write(self, vals):
        # An upload that belonged to nothing yet is given to its record.
        moved = self.filtered(
            lambda one: (
                one.res_id
                and not one._coc_is_detached(vals)
                and any(vals[name] != one[name] for name in OWNER_FIELDS & vals.keys())
            )
        )
        moved._coc_check_evidence()
        if vals.keys() & CONTENT_FIELDS:
            changed = self.filtered(lambda one: not one._coc_is_stored_again(vals))
            changed._coc_check_evidence(replaced=True)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_coc_evidence(self):
        self._coc_check_evidence()

    def _coc_check_evidence(self, replaced=False):
        """Refuse to lose evidence in force; see ``_filter_evidence_held``.

        A file in a field of the record may be ``replaced`` once its content is
        kept among the record's evidence.
        """
        for records in self._coc_find_evidenced():
            for record in records._filter_evidence_held():
                lost = self & record.evidence_ids
                lost |= self.filtered(lambda one, own=record: one._coc_is_field_of(own))
                if replaced:
                    kept = set((record.evidence_ids - lost).mapped("checksum"))
                    lost -= lost.filtered(
                        lambda one, kept=kept: one.res_field and one.checksum in kept
                    )
                record._check_not_lost(lost)

    def _coc_is_detached(self, vals):
        """Tell whether a field's file becomes an attachment of the same record.

        As Odoo does with the PDF of an invoice that is reset to draft. A field that
        is evidence keeps its file.
        """
        return (
            OWNER_FIELDS & vals.keys() == {"res_field"}
            and not vals["res_field"]
            and self.res_model
            not in self.env.registry.descendants([EVIDENCE], "_inherit")
        )

    def _coc_is_field_of(self, record):
        owner = (self.res_model, self.res_id)
        return self.res_field and owner == (record._name, record.id)

    def _coc_find_evidenced(self):
        """Return the records that name one of these files, or have it in a field.

        One recordset per model, as superuser: whoever asks, evidence stays on file.
        """
        names = self.env.registry.descendants([EVIDENCE], "_inherit")
        found = {name: set() for name in names if not self.env[name]._abstract}
        for file in self.filtered("res_field"):
            if file.res_model in found:
                found[file.res_model].add(file.res_id)
        if self.ids:
            queries = [self._coc_get_evidenced_query(name) for name in found]
            for name, record_id in self.env.execute_query(
                SQL(" UNION ALL ").join(queries)
            ):
                found[name].add(record_id)
        return [
            # sudo: as the docstring has it
            self.env[name].sudo().browse(ids).exists()
            for name, ids in found.items()
            if ids
        ]

    def _coc_get_evidenced_query(self, name):
        field = self.env[name]._fields["evidence_ids"]
        return SQL(
            "SELECT %s, %s FROM %s WHERE %s IN %s",
            name,
            SQL.identifier(field.column1),
            SQL.identifier(field.relation),
            SQL.identifier(field.column2),
            tuple(self.ids),
        )
