from odoo import models

from ..formatting import format_day


class AsiCocDocument(models.Model):
    """Checks the issuer's certification, and who stands between (10.3)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"

    def _check_certification(self):
        """Return ``(code, message or False)`` about the issuer's certification."""
        certificate = self._find_certificate()
        return [
            ("certificate_known", not certificate and self._describe_unknown()),
            ("certificate_valid", self._find_invalidity(certificate)),
            ("certificate_covers", self._find_uncovered(certificate)),
            ("certificate_checked", self._find_due_check(certificate)),
            ("source", self._find_unknown_source()),
        ]

    def _get_shipment_day(self):
        return self.shipment_date or self.date or self.scope_id._get_today()

    def _find_certificate(self):
        """Return the issuer's CoC certificate of the number that is given.

        A renewal has the same number: the one valid on the shipment day counts.
        """
        certificates = self.env["asi.coc.certificate"].search(
            [
                ("partner_id", "=", self.issuer_id.commercial_partner_id.id),
                ("standard", "=", "chain_of_custody"),
                ("number", "=", self.issuer_certificate),
                ("company_id", "in", (self.company_id.id, False)),
            ],
            order="date_end desc",
        )
        return certificates._choose(self._get_shipment_day(), self.company_id)

    def _describe_unknown(self):
        return self.env._(
            "Certificate %(number)s of %(issuer)s is not on file. Look it up with ASI "
            "and record it.",
            number=self.issuer_certificate or "–",
            issuer=self.issuer_name or self.issuer_id.display_name,
        )

    def _find_invalidity(self, certificate):
        day = self._get_shipment_day()
        if not certificate or certificate._is_valid_on(day):
            return False
        return self.env._(
            "Certificate %(number)s of %(issuer)s was not valid on %(day)s, when the "
            "goods were shipped: the material is Non-CoC.",
            number=certificate.number,
            issuer=self.issuer_id.display_name,
            day=format_day(self.env, day),
        )

    def _find_uncovered(self, certificate):
        materials = set(self.line_ids.mapped("material")) - {False}
        return certificate and certificate._describe_uncovered(materials)

    def _find_due_check(self, certificate):
        return certificate and certificate._get_due_check(
            self.scope_id, self.scope_id._get_today()
        )

    def _find_unknown_source(self):
        """Say what is missing where a trader stands between (3–6 c ii)."""
        issuer = self.issuer_id.commercial_partner_id
        day = self._get_shipment_day()
        for trader in self._get_traders():
            accepted = trader._coc_has_due_diligence(day, self.company_id)
            obstacles = trader._coc_find_trade_obstacles(issuer, accepted)
            if obstacles:
                return obstacles[0]
        return False

    def _get_traders(self):
        """Return who stands between: named so, or supplier without being the issuer.

        Nobody is left out by not being named.
        """
        suppliers = self.picking_ids.partner_id.commercial_partner_id
        issuer = self.issuer_id.commercial_partner_id
        return (suppliers | self.trader_id.commercial_partner_id) - issuer
