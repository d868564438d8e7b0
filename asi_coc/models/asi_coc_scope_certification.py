from odoo import fields, models
from odoo.fields import Command

from .asi_coc_scope_drift import AsiCocScope as Scope
from .ledger_guard import get_changes

#: What the certification of all facilities rests on.
CERTIFYING_FIELDS = {"certificate_id", "earlier_certificate_ids", "member_since"}


class AsiCocScope(models.Model):
    """Comes into force with certified facilities only (3 to 6 a, b)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.scope"
    _coc_protected_fields = Scope._coc_protected_fields | {"certification_since"}

    earlier_certificate_ids = fields.Many2many(
        "asi.coc.certificate",
        "asi_coc_scope_earlier_certificate_rel",
        "scope_id",
        "certificate_id",
        string="Earlier CoC Certificates",
        domain="[('standard', '=', 'chain_of_custody')]",
        copy=False,
        help="Certificates with other numbers that the entity had before; each counts "
        "on its own days, until the one that took its place begins. Renewals of one "
        "number count without being named.",
    )

    certification_since = fields.Date(
        string="Facility Certificates Asked Since",
        readonly=True,
        copy=False,
        help="Before this day the ledger did not ask for the certificates of "
        "facilities: what was claimed then stands. Set by the upgrade that brought the "
        "rule; empty: always asked.",
    )

    def write(self, vals):
        returning = self.filtered(lambda one: get_changes(one, vals, {"active"}))
        replaced = [
            (scope, scope.certificate_id)
            for scope in self
            if vals.get("certificate_id")
            and scope.certificate_id
            and scope.certificate_id.id != vals["certificate_id"]
        ]
        result = super().write(vals)
        for scope, certificate in replaced:
            scope.earlier_certificate_ids = [Command.link(certificate.id)]
        returning.facility_ids._check_admitted()
        if CERTIFYING_FIELDS & vals.keys():
            self._get_all_facilities()._follow_certificates()
        return result

    def action_activate(self):
        """Put the scope into force (1.1, 1.4, 3 to 6 a, b)."""
        result = super().action_activate()
        # Certificates may have changed while the ledger followed nothing.
        self._get_all_facilities()._follow_certificates()
        return result

    def _get_missing_for_activation(self):
        missing = super()._get_missing_for_activation()
        uncertified = self.facility_ids._describe_uncertified()
        return missing + [text.rstrip(".") for text in uncertified]

    def _get_uncertified_today(self, facility_ids):
        """Return ``{facility id: why}`` of those that are not certified today."""
        facilities = (
            self.env["asi.coc.facility"]
            .sudo()
            .browse(sorted(filter(None, facility_ids)))
        )
        return {
            facility_id: certification.reason
            for facility_id, certification in facilities._get_certifications().items()
            if not certification.until
        }

    def _get_all_facilities(self):
        """Return the facilities, archived ones too: the ledger has what they did."""
        # sudo: the account is the whole entity's
        return self.sudo().with_context(active_test=False).facility_ids
