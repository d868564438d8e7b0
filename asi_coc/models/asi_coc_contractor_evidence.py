from base64 import b64decode

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Command


class AsiCocContractor(models.Model):
    """What the acceptance of a contractor rests on stays on file (2.2)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.contractor"
    _coc_evidence_criteria = "2.2a, 2.2b"

    def write(self, vals):
        if vals.get("declaration"):
            self._keep_declaration(vals["declaration"])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        for contractor in self._coc_within_retention()._filter_evidence_kept():
            raise UserError(
                self.env._(
                    "The risk of contractor %(contractor)s was decided on; its record "
                    "stays for audits (2.2c). Leave it as a draft, or assess it again.",
                    contractor=contractor.display_name,
                )
            )

    def _filter_evidence_kept(self):
        return self.filtered(
            lambda one: one.validity_ids
            or any(row.state != "draft" for row in one.assessment_ids)
        )

    def _keep_declaration(self, declaration):
        """Keep what another declaration replaces among the evidence (2.2b)."""
        # sudo: what is replaced is filed by the record itself
        for contractor in self.sudo()._filter_evidence_kept():
            old = contractor.with_context(bin_size=False).declaration
            if old and b64decode(old) != b64decode(declaration):
                name = contractor.declaration_name or self.env._("Declaration")
                contractor.evidence_ids = [
                    Command.create(
                        {"name": f"{contractor.declared_on} {name}", "datas": old}
                    )
                ]
