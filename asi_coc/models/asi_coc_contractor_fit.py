from odoo import fields, models


class AsiCocContractor(models.Model):
    """Tells who is no outsourcing contractor, as far as the books show it (2.1)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.contractor"

    warning = fields.Text(
        string="Not a Contractor?",
        compute="_compute_warning",
        help="What speaks against the company being an outsourcing contractor: it is "
        "certified itself, supplies the material, or changes its type (2.1).",
    )

    def _compute_warning(self):
        suppliers = self._get_suppliers()
        tolls = self._get_tolls()
        for contractor in self:
            partner = contractor.partner_id
            warnings = []
            # sudo: whether a company is certified is no secret
            if partner.sudo().coc_certificate_state == "certified":
                warnings.append(
                    self.env._(
                        "%(partner)s holds a CoC certificate, so it need not be in "
                        "your scope (2.1): material goes out to it and comes in from "
                        "it, each with a CoC Document.",
                        partner=partner.name,
                    )
                )
            if (contractor.company_id, partner) in suppliers:
                warnings.append(
                    self.env._(
                        "%(partner)s also supplies material (%(mass)s t so far). A "
                        "supplier cannot be the contractor for its own material: it "
                        "enters your control before it is processed (2.1).",
                        partner=partner.name,
                        mass=round(suppliers[contractor.company_id, partner], 3),
                    )
                )
            for bom in tolls.get(partner, ()):
                warnings.append(bom.coc_toll_warning)
            contractor.warning = "\n".join(warnings)

    def _get_suppliers(self):
        """Return ``{(company, partner): tonnes}`` that partners supplied."""
        # sudo: over the whole account
        groups = (
            self.env["asi.coc.entry"]
            .sudo()
            ._read_group(
                [
                    ("flow", "=", "input"),
                    ("contractor_id", "=", False),
                    ("partner_id", "child_of", self.partner_id.ids),
                    ("move_id.location_id.usage", "=", "supplier"),
                ],
                ["company_id", "partner_id"],
                ["mass:sum"],
            )
        )
        masses = {}
        for company, partner, mass in groups:
            key = (company, partner.commercial_partner_id)
            masses[key] = masses.get(key, 0) + mass
        return {key: mass for key, mass in masses.items() if mass > 0}

    def _get_tolls(self):
        """Return ``{partner: bills of materials that change the type of material}``."""
        # sudo: an officer need not read bills of materials
        boms = (
            self.env["mrp.bom"]
            .sudo()
            .search(
                [
                    ("type", "=", "subcontract"),
                    ("subcontractor_ids", "child_of", self.partner_id.ids),
                ]
            )
        )
        tolls = {}
        for bom in boms.filtered("coc_toll_warning"):
            for partner in bom.subcontractor_ids.commercial_partner_id:
                tolls.setdefault(partner, []).append(bom)
        return tolls
