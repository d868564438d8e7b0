from odoo import api, fields, models
from odoo.exceptions import UserError


class AsiCocEvidence(models.AbstractModel):
    """Records that rest on objective evidence: files that whoever reads the
    record may read, the auditor among them.

    Files of records that ``_filter_evidence_kept`` names stay as they are, here and
    in ``ir.attachment``; new ones are added beside.
    """

    _name = "asi.coc.evidence"
    _description = "Record with Evidence"
    #: Criteria that ask for the evidence.
    _coc_evidence_criteria = "1.6"

    evidence_ids = fields.Many2many(
        "ir.attachment",
        string="Evidence",
        copy=False,
        help="Files that show it is so, for the auditor to see: certificates, "
        "calculations, reports (9.4).",
    )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._own_evidence()
        return records

    def write(self, vals):
        if "evidence_ids" not in vals:
            return super().write(vals)
        # sudo: what the user does not see must not get lost either
        kept = [(one, one.evidence_ids) for one in self.sudo()._filter_evidence_held()]
        result = super().write(vals)
        for record, files in kept:
            record._check_not_lost(files - record.evidence_ids)
        self._own_evidence()
        return result

    def _filter_evidence_kept(self):
        """Return the records whose files are evidence in force, which stays (1.6).

        Models say so of records that something was decided on; none otherwise.
        """
        return self.browse()

    def _filter_evidence_held(self):
        """Return the records whose files stay: in force, or under retention (1.6)."""
        kept = self._filter_evidence_kept()._coc_within_retention()
        return kept | self.browse(self.env["asi.coc.retention"]._find_files(self))

    def _check_not_lost(self, files):
        """Refuse to change or take away ``files`` that the record rests on (1.6)."""
        if files:
            reason = self.env._(
                "%(files)s can be neither changed nor deleted: %(kind)s %(record)s "
                "rests on it, and it stays on file (%(criteria)s). Add the new "
                "file beside it, or make a new version.",
                files=", ".join(files.mapped("name")),
                kind=self._description,
                record=self.display_name,
                criteria=self._coc_evidence_criteria,
            )
            retention = self.env["asi.coc.retention"]
            until = map(retention._describe, retention._find(self).values())
            raise UserError("\n".join([reason, *until]))

    def _own_evidence(self):
        """Make uploaded files the record's own; uploads belong to nobody yet.

        Raises AccessError for a file that the user may not read: naming its id
        must not open it to others.
        """
        for record in self:
            files = record.evidence_ids
            files.check_access("read")
            loose = files.filtered(lambda one: not one.res_id)
            loose.write({"res_model": self._name, "res_id": record.id})
