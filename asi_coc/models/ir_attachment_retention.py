from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .record_kinds import KINDS, PARTS

RECORDS = {*KINDS, *PARTS}


class IrAttachment(models.Model):
    """Keeps the files of records as long as the records: what was attached to them,
    and what came or went with their messages (1.6).
    """

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "ir.attachment"

    def _coc_check_evidence(self, replaced=False):
        result = super()._coc_check_evidence(replaced)
        # Evidence among them was asked for above, and says what it is evidence for.
        retention = self.env["asi.coc.retention"]
        for records, files in self._coc_find_holders(replaced):
            for record_id, kept in retention._find_files(records).items():
                if lost := files.get(record_id):
                    self._coc_refuse_retained(lost, kept)
        return result

    def _coc_refuse_retained(self, files, kept):
        reason = files._coc_get_own_reason() or self.env._(
            "%(files)s can be neither changed nor deleted.",
            files=", ".join(files.mapped("name")),
        )
        until = self.env["asi.coc.retention"]._describe(kept)
        raise UserError("\n".join([reason, until]))

    def _coc_get_own_reason(self):
        """Return what the files' document says, where they are of one (9.1, 10.1)."""
        try:
            self._coc_check_not_issued()
            if document := self._coc_find_issued():
                (self & document.evidence_ids)[:1]._coc_refuse(document)
        except UserError as error:
            return str(error)
        return ""

    def _coc_find_holders(self, replaced):
        """Return pairs of records, and ``{record id: the files they hold}``.

        A file in a field of the record may be ``replaced``: its model says how.
        """
        holders = {}
        for file in self:
            if file.res_model in RECORDS and file.res_id:
                if not (replaced and file.res_field):
                    own = holders.setdefault(file.res_model, {})
                    own[file.res_id] = own.get(file.res_id, self.browse()) | file
        for model, record_id, file_id in self._coc_find_in_messages():
            own = holders.setdefault(model, {})
            own[record_id] = own.get(record_id, self.browse()) | self.browse(file_id)
        return [
            # sudo: whoever deletes, the same is kept
            (self.env[model].sudo().browse(files).exists(), files)
            for model, files in holders.items()
        ]

    def _coc_find_in_messages(self):
        """Return ``(model, record id, file id)`` of the messages files belong to."""
        if not self.ids:
            return []
        return self.env.execute_query(
            SQL(
                """
                SELECT message.model, message.res_id, held.attachment_id
                  FROM message_attachment_rel held
                  JOIN mail_message message ON message.id = held.message_id
                 WHERE held.attachment_id IN %s
                   AND message.model IN %s
                   AND message.res_id > 0
                """,
                tuple(self.ids),
                tuple(sorted(RECORDS)),
            )
        )
