from odoo import fields, models


class ResPartner(models.Model):
    """Leads from a business partner to the errors found with it."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "res.partner"

    coc_error_count = fields.Integer(
        string="CoC Errors",
        compute="_compute_coc_error_count",
        groups="asi_coc.group_officer,asi_coc.group_auditor",
        help="Errors that this contact is the other party of (2.5, 9.6, 10.4). A "
        "contractor who errs often needs another look at its risk.",
    )

    def _compute_coc_error_count(self):
        groups = self.env["asi.coc.error"]._read_group(
            [("partner_id", "child_of", self.ids)], ["partner_id"], ["__count"]
        )
        self.coc_error_count = 0
        for partner, count in groups:
            while partner:
                if partner in self:
                    partner.coc_error_count += count
                partner = partner.parent_id

    def action_coc_errors(self):
        """Open the errors that the contact is the other party of."""
        self.ensure_one()
        return self.env["asi.coc.error"]._action_open(
            [("partner_id", "child_of", self.id)], default_partner_id=self.id
        )
