from ast import literal_eval

from odoo import fields, models

from .asi_coc_readiness import SOURCE


class AsiCocReadinessEvidence(models.Model):
    """One kind of records that show how a scope stands on a criterion."""

    _name = "asi.coc.readiness.evidence"
    _description = "Evidence of the Readiness for an Audit"
    _inherit = ["asi.coc.protected"]
    _order = "readiness_id, id"
    _rec_name = "label"

    readiness_id = fields.Many2one(
        "asi.coc.readiness",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        help="Criterion that these records belong to.",
    )
    company_id = fields.Many2one(
        related="readiness_id.company_id",
        store=True,
        precompute=True,
        help="Entity of the scope.",
    )
    label = fields.Char(
        required=True, readonly=True, translate=True, help="What the records are."
    )
    res_model = fields.Char(
        string="Model", required=True, readonly=True, help="Model of the records."
    )
    domain = fields.Char(
        required=True, readonly=True, help="Which records of the model they are."
    )
    count = fields.Integer(string="Records", readonly=True, help="How many there are.")

    def _keep(self, found):
        """Let rows have just what was found: ``{row: [Evidence]}``.

        Records are kept where there is something of that label already: an open page
        goes on to work.
        """
        earlier = {(one.readiness_id, one.label): one for one in self}
        created = []
        for row, evidence in found.items():
            for one in evidence:
                record = earlier.pop((row, one.label), None)
                if record:
                    record.write(one._asdict())
                else:
                    created.append({"readiness_id": row.id, **one._asdict()})
        self.browse([one.id for one in earlier.values()]).unlink()
        self.create(created)

    def _translate(self, evidence, translated):
        """Label records of a row in the reader's language.

        ``translated`` is ``evidence`` as it was found in that language.
        """
        labels = {
            one.label: other.label
            for one, other in zip(evidence, translated, strict=True)
        }
        for record in self:
            record.label = labels[record.with_context(lang=SOURCE).label]

    def action_open(self):
        """Open the records, with the reader's own rights."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.label,
            "res_model": self.res_model,
            "view_mode": "list,form",
            "domain": literal_eval(self.domain),
            "context": {"create": False},
        }
