from odoo import api, fields, models


class AsiCocEvidence(models.AbstractModel):
    """Records that rest on objective evidence: files that whoever reads the
    record may read, the auditor among them.
    """

    _name = "asi.coc.evidence"
    _description = "Record with Evidence"

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
        result = super().write(vals)
        if "evidence_ids" in vals:
            self._own_evidence()
        return result

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
