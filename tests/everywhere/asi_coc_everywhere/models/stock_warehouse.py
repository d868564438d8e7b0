from datetime import date

from odoo import SUPERUSER_ID, Command, api, fields, models

YEARS_BEFORE, YEARS_AFTER = 8, 2
QUIET = {"tracking_disable": True, "mail_create_nolog": True}

#: Activities of the warehouses, in turn.
CODES = ("casthouse", "post_casthouse")


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    @api.model_create_multi
    def create(self, vals_list):
        warehouses = super().create(vals_list)
        warehouses._coc_enter_scope()
        return warehouses

    def _coc_enter_scope(self):
        """Make each warehouse a facility of its company's scope."""
        for warehouse in self.with_user(SUPERUSER_ID).with_context(**QUIET):
            warehouse._coc_create_facility(warehouse._coc_get_scope())

    def _coc_get_scope(self):
        """Return the company's scope, if need be a new one."""
        scopes = self.env["asi.coc.scope"]
        return scopes.search(
            [("company_id", "=", self.company_id.id)], limit=1
        ) or scopes.create(
            {
                "name": self.company_id.name,
                "company_id": self.company_id.id,
                "membership_class": "production_transformation",
                "member_since": "2015-01-01",
                "representative_ids": [
                    Command.set(self.env.ref("base.user_admin").ids)
                ],
                "tz": "UTC",
                "certificate_id": self._coc_certify("chain_of_custody").id,
                "period_ids": self._coc_prepare_periods(),
            }
        )

    def _coc_certify(self, standard):
        """Return the company's certificate, if need be a new one (3 to 6 a, b)."""
        certificates = self.env["asi.coc.certificate"]
        partner = self.company_id.partner_id
        domain = [("partner_id", "=", partner.id), ("standard", "=", standard)]
        return certificates.search(domain, limit=1) or certificates.create(
            {
                "number": f"{standard[0].upper()}{partner.id:05}",
                "standard": standard,
                "partner_id": partner.id,
                "company_id": self.company_id.id,
                "date_start": "2015-01-01",
                "date_end": "2039-12-31",
                "supply_chain_activity_ids": [
                    Command.set(
                        [self.env.ref(f"asi_coc.activity_{code}").id for code in CODES]
                    )
                ],
            }
        )

    def _coc_prepare_periods(self):
        year = fields.Date.today().year
        return [
            Command.create(
                {"date_start": date(one, 1, 1), "date_end": date(one, 12, 31)}
            )
            for one in range(year - YEARS_BEFORE, year + YEARS_AFTER + 1)
        ]

    def _coc_create_facility(self, scope):
        """Casthouse and mill in turn: goods between warehouses are a flow."""
        code = CODES[len(scope.facility_ids) % 2]
        self.env["asi.coc.facility"].create(
            {
                "name": self.name,
                "scope_id": scope.id,
                "activity_id": self.env.ref(f"asi_coc.activity_{code}").id,
                "location_id": self.view_location_id.id,
                "certificate_id": self._coc_certify("performance").id,
            }
        )
        if scope.state == "draft":
            scope.action_activate()
