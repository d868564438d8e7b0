from odoo import api, models
from odoo.tools import SQL

#: What says when and for what a certificate holds, and whose it is.
CERTIFYING_FIELDS = {
    "number",
    "partner_id",
    "standard",
    "supply_chain_activity_ids",
    "date_start",
    "date_end",
    "company_id",
}


class AsiCocCertificate(models.Model):
    """The entity's own certificates bear on the ledger as soon as they change."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.certificate"

    @api.model_create_multi
    def create(self, vals_list):
        certificates = super().create(vals_list)
        certificates._get_certified_facilities()._follow_certificates()
        return certificates

    def write(self, vals):
        if not CERTIFYING_FIELDS & vals.keys():
            return super().write(vals)
        before = self._get_certified_facilities()
        result = super().write(vals)
        (before | self._get_certified_facilities())._follow_certificates()
        return result

    def unlink(self):
        facilities = self._get_certified_facilities()
        result = super().unlink()
        facilities.exists()._follow_certificates()
        return result

    def _get_certified_facilities(self):
        """Return the facilities whose certification these bear on, in one query.

        Those that name the certificate, or one of the same holder and number; a
        scope names it for all its facilities.
        """
        # sudo: whoever records a certificate, the account follows
        facilities = self.env["asi.coc.facility"].sudo()
        if not self:
            return facilities
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH named AS (
                    SELECT named.id
                      FROM asi_coc_certificate named
                      JOIN asi_coc_certificate changed
                        ON changed.partner_id = named.partner_id
                       AND changed.number = named.number
                       AND changed.standard = named.standard
                     WHERE changed.id = ANY(%s)
                )
                SELECT facility.id
                  FROM asi_coc_facility facility
                  JOIN asi_coc_scope entity ON entity.id = facility.scope_id
                 WHERE facility.certificate_id IN (SELECT id FROM named)
                    OR entity.certificate_id IN (SELECT id FROM named)
                    OR EXISTS (
                        SELECT FROM asi_coc_facility_earlier_certificate_rel earlier
                         WHERE earlier.facility_id = facility.id
                           AND earlier.certificate_id IN (SELECT id FROM named))
                    OR EXISTS (
                        SELECT FROM asi_coc_scope_earlier_certificate_rel earlier
                         WHERE earlier.scope_id = entity.id
                           AND earlier.certificate_id IN (SELECT id FROM named))
              ORDER BY facility.id
                """,
                self.ids,
            )
        )
        return facilities.browse(row[0] for row in rows)
