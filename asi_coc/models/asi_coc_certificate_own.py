from odoo import api, fields, models
from odoo.fields import Domain


class AsiCocCertificate(models.Model):
    """Which certificates the entity's own documents and facilities rest on."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.certificate"

    is_own = fields.Boolean(
        string="Of the Entity",
        compute="_compute_is_own",
        search="_search_is_own",
        help="Whether an entity with a scope in force holds it, or its scope or "
        "facilities name it: issued CoC Documents rest on it (1.6, 3.1b, 9.2c).",
    )

    def _compute_is_own(self):
        own = self.search(Domain("id", "in", self.ids) & self._get_own_domain())
        for certificate in self:
            certificate.is_own = certificate in own

    def _search_is_own(self, operator, value):
        if operator != "in":
            return NotImplemented
        domain = Domain.FALSE
        if True in value:
            domain |= self._get_own_domain()
        if False in value:
            domain |= ~self._get_own_domain()
        return domain

    @api.model
    def _get_own_domain(self):
        # sudo: scopes of any company, archived ones and facilities too
        scopes = self.env["asi.coc.scope"].sudo().with_context(active_test=False)
        scopes = scopes.search([("state", "!=", "draft")])
        named = scopes.certificate_id | scopes.earlier_certificate_ids
        facilities = scopes.facility_ids
        named |= facilities.certificate_id | facilities.earlier_certificate_ids
        held = Domain("partner_id", "in", scopes.company_id.partner_id.ids)
        begun = Domain("date_start", "<=", fields.Date.context_today(self))
        return Domain("id", "in", named.ids) | (held & begun)
