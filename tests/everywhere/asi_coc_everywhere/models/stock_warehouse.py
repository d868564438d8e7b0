from datetime import date

from odoo import SUPERUSER_ID, Command, api, fields, models

YEARS_BEFORE, YEARS_AFTER = 8, 2
QUIET = {"tracking_disable": True, "mail_create_nolog": True}


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
                "period_ids": self._coc_prepare_periods(),
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
        is_first = not scope.facility_ids
        code = "post_casthouse" if len(scope.facility_ids) % 2 else "casthouse"
        contractors = self.company_id.subcontracting_location_id
        self.env["asi.coc.facility"].create(
            {
                "name": self.name,
                "scope_id": scope.id,
                "activity_id": self.env.ref(f"asi_coc.activity_{code}").id,
                "location_id": self.view_location_id.id,
                "storage_location_ids": [
                    Command.set(contractors.ids if is_first else [])
                ],
            }
        )
        if scope.state == "draft":
            scope.action_activate()
