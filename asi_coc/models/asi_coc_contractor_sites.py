from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import ormcache

from .contractor_query import uncovered_query


class AsiCocContractor(models.Model):
    """Where a contractor holds the entity's material (2.1)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.contractor"

    @api.constrains("location_ids")
    def _check_sites(self):
        for contractor in self:
            # sudo: a site that another contractor of the entity has is taken
            others = self.sudo().search(
                [
                    ("company_id", "=", contractor.company_id.id),
                    ("id", "!=", contractor.id),
                ]
            )
            for other in others:
                for own in contractor.location_ids:
                    taken = other.location_ids.filtered(
                        lambda one, own=own: one._child_of(own) or own._child_of(one)
                    )
                    if taken:
                        raise ValidationError(
                            self.env._(
                                "%(location)s is a site of contractor %(other)s, so it "
                                "cannot be one of %(contractor)s (2.1). Give each "
                                "contractor a subcontracting location of its own.",
                                location=taken[0].complete_name,
                                other=other.display_name,
                                contractor=contractor.display_name,
                            )
                        )

    def _check_history(self, added=(), removed=()):
        """Refuse sites that would give another meaning to what was moved (8.1).

        What moved at a site that is ``added`` while no assessment covered it; all
        that moved at one that is ``removed``: crossings and statements rest on it.
        """
        self.ensure_one()
        none = self.env["stock.location"]
        added, removed = added or none, removed or none
        if not added | removed:
            return
        self.env.flush_all()
        ((count,),) = self.env.execute_query(uncovered_query(self, added, removed))
        if count:
            raise UserError(
                self.env._(
                    "%(locations)s cannot become, or cease to be, a site of contractor "
                    "%(contractor)s: the ledger has %(count)s move lines from there, "
                    "and they would be accounted anew (8.1). Make a new location for "
                    "what moves from now on; the contractor keeps the old one.",
                    locations=", ".join((added | removed).mapped("complete_name")),
                    contractor=self.display_name,
                    count=count,
                )
            )

    def _add_own_sites(self):
        """Take the contractor's subcontracting location and facilities as sites."""
        self.ensure_one()
        company = self.company_id
        # sudo: an officer need not read stock configuration
        place = (
            self.partner_id.with_company(company).sudo().property_stock_subcontractor
        )
        shared = company.sudo().subcontracting_location_id
        facilities = self.scope_id.facility_ids.filtered(
            lambda one: one.contractor_id.commercial_partner_id == self.partner_id
        )
        sites = facilities.mapped(lambda one: one._get_root_locations())
        if place and place != shared:
            sites |= place
        taken = self.sudo().search([("company_id", "=", company.id)]).location_ids
        if missing := sites - taken:
            self.location_ids |= missing

    @api.model
    @ormcache()
    def _get_companies_with_sites(self):
        """Return the ids of companies whose contractors have sites, as a frozenset."""
        # sudo: the same for everybody
        contractors = self.sudo().search([("location_ids", "!=", False)])
        return frozenset(contractors.company_id.ids)

    @api.model
    def _find_at(self, locations):
        """Return ``{location: contractor}`` of the contractors' sites among these."""
        companies = self._get_companies_with_sites() & set(locations.company_id.ids)
        if not companies:
            # Most transfers: no query there.
            return {}
        # sudo: the warehouse is told, whoever may read contractors
        contractors = self.sudo().search(
            [("company_id", "in", list(companies)), ("location_ids", "!=", False)]
        )
        return {
            location: contractor
            for location in locations
            for contractor in contractors
            if any(location._child_of(site) for site in contractor.location_ids)
        }
