from odoo import api, fields, models
from odoo.exceptions import UserError


class AsiCocPolicyAcknowledgement(models.TransientModel):
    """Records that a supplier acknowledged the policy by letter or otherwise (7.1)."""

    _name = "asi.coc.policy.acknowledgement"
    _description = "Acknowledgement of the Responsible Sourcing Policy"

    communication_id = fields.Many2one(
        "asi.coc.policy.communication",
        required=True,
        readonly=True,
        ondelete="cascade",
        help="What the supplier was told of.",
    )
    acknowledged_by = fields.Char(
        required=True, help="Person at the supplier who acknowledged the policy."
    )
    acknowledged_on = fields.Datetime(
        required=True,
        default=fields.Datetime.now,
        help="When it was acknowledged.",
    )
    evidence_ids = fields.Many2many(
        "ir.attachment",
        "asi_coc_policy_acknowledgement_file_rel",
        "acknowledgement_id",
        "attachment_id",
        string="Evidence",
        help="Files that show it: a signed copy, a letter, an e-mail.",
    )

    @api.constrains("acknowledged_on")
    def _check_acknowledged_on(self):
        for record in self:
            if record.acknowledged_on > fields.Datetime.now():
                raise UserError(
                    self.env._(
                        "%(supplier)s cannot have acknowledged the policy on %(day)s: "
                        "that is still to come (7.1).",
                        supplier=record.communication_id.partner_id.display_name,
                        day=record.acknowledged_on,
                    )
                )

    def action_confirm(self):
        """Keep the acknowledgement with its evidence; what was not sent was given.

        Raises UserError without evidence, or where it was acknowledged before.
        """
        self.ensure_one()
        communication = self.communication_id
        communication.check_access("write")
        values = {
            "supplier": communication.partner_id.display_name,
            "policy": communication.policy_id.display_name,
        }
        if not self.evidence_ids:
            raise UserError(
                self.env._(
                    "Nothing shows that %(supplier)s acknowledged %(policy)s (7.1). "
                    "Attach the evidence first.",
                    **values,
                )
            )
        if communication.state == "acknowledged":
            raise UserError(
                self.env._(
                    "%(supplier)s has acknowledged %(policy)s already.", **values
                )
            )
        communication.evidence_ids = [
            fields.Command.link(file.id) for file in self.evidence_ids
        ]
        communication.action_given()
        communication._acknowledge(
            self.acknowledged_by, "recorded", self.acknowledged_on
        )
        return True
