from odoo import api, models
from odoo.exceptions import ValidationError


class AsiCocFacility(models.Model):
    """A contractor's site is in the scope with the contractor's record (2.1)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.facility"

    @api.constrains("contractor_id", "activity_id")
    def _check_no_toll(self):
        """Who changes the type of material must be certified itself (2.1)."""
        for facility in self.filtered("contractor_id"):
            activity = facility.activity_id
            if activity.input_material != activity.output_material:
                raise ValidationError(
                    self.env._(
                        "%(contractor)s cannot be an outsourcing contractor for "
                        "%(activity)s at facility %(facility)s: that changes the type "
                        "of material, so whoever does it needs a CoC certificate of "
                        "its own (2.1). Sell the material to it and buy the product, "
                        "or leave the contractor empty for a site of your own.",
                        contractor=facility.contractor_id.display_name,
                        activity=activity.name,
                        facility=facility.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        facilities = super().create(vals_list)
        facilities._record_contractors()
        return facilities

    def write(self, vals):
        result = super().write(vals)
        names = {"contractor_id", "location_id", "storage_location_ids", "scope_id"}
        if names & vals.keys():
            self._record_contractors()
        return result

    def _record_contractors(self):
        """Give every contractor with a site a record, in draft (2.1)."""
        # sudo: whoever sets up the facility, the contractor is recorded
        contractors = self.env["asi.coc.contractor"].sudo()
        for facility in self:
            for partner, sites in facility._get_contractor_sites().items():
                contractor = contractors.search(
                    [
                        ("scope_id", "=", facility.scope_id.id),
                        ("partner_id", "=", partner.id),
                    ]
                ) or contractors.create(
                    {"scope_id": facility.scope_id.id, "partner_id": partner.id}
                )
                if sites - contractor.location_ids:
                    contractor.location_ids |= sites

    def _get_contractor_sites(self, strict=True):
        """Return ``{contractor's company: locations}`` of the facility's places.

        All of them are the contractor's whom the facility names; otherwise
        subcontracting locations are their subcontractor's. Raises ValidationError
        where it is unknown whose one is, unless not ``strict``.
        """
        self.ensure_one()
        roots = self._get_root_locations()
        if self.contractor_id:
            return {self.contractor_id.commercial_partner_id: roots}
        found = {}
        # sudo: subcontracting locations are configured by the warehouse
        for root in roots.sudo().filtered(lambda one: one.is_subcontract()):
            partner = self._find_subcontractor(root, strict)
            if partner:
                found[partner] = found.get(partner, root.browse()) | root
        return found

    def _find_subcontractor(self, root, strict):
        contractors = self.env["asi.coc.contractor"]
        if contractor := contractors._find_at(root).get(root):
            return contractor.partner_id if root in contractor.location_ids else None
        # sudo: only who works there
        partners = self.env["res.partner"].sudo().with_company(self.company_id)
        owners = partners.search([("property_stock_subcontractor", "=", root.id)])
        owner = owners.commercial_partner_id
        if len(owner) == 1 and root != self.company_id.subcontracting_location_id:
            return owner
        if strict:
            raise ValidationError(
                self.env._(
                    "%(location)s at facility %(facility)s is a subcontracting "
                    "location, and it is not known which contractor works there "
                    "(2.1). Give the contractor a subcontracting location of its own "
                    "on its contact, or add the location to the contractor's sites.",
                    location=root.complete_name,
                    facility=self.name,
                )
            )
        return None
