from odoo import api, models

from ..formatting import format_day


class AsiCocCertificate(models.Model):
    """Tells whether material of a source will be able to count (3.1c to 6.1c)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.certificate"

    @api.model
    def _judge_sourcing(self, sourced):
        """Return ``(sourcing, reasons)`` for each of ``sourced``, in their order.

        ``sourced`` are :class:`~.asi_coc_sourcing.Sourced`; ``reasons`` is a list of
        texts, empty where the material will be able to count (3.1c to 6.1c, 10.3).
        The number of queries does not depend on how many are asked.
        """
        # sudo: whoever orders or receives is told, without rights on certificates
        certificates = self.sudo()._find_of(sourced)
        held = certificates.grouped("partner_id")
        chosen = {
            one: held.get(one.issuer, certificates.browse())._choose(
                one.day, one.company, one.material
            )
            for one in sourced
        }
        due = certificates._get_due_of(chosen)
        asked = {one: (one.supplier, one.company, one.day) for one in sourced}
        standings = self.env["res.partner"]._coc_get_standings(set(asked.values()))
        judged = {
            one: certificate._judge(
                one,
                due.get((one.company, certificate.id)),
                standings[asked[one]] == "current",
            )
            for one, certificate in chosen.items()
        }
        return [judged[one] for one in sourced]

    @api.model
    def _find_of(self, sourced):
        """Return the CoC certificates of whoever must issue the document."""
        companies = {one.company.id for one in sourced}
        return self.search(
            [
                ("partner_id", "in", list({one.issuer.id for one in sourced})),
                ("standard", "=", "chain_of_custody"),
                ("company_id", "in", [False, *companies]),
            ],
            order="date_end desc, id desc",
        )

    def _choose(self, day, company, material=None):
        """Return the one of ``self``, latest first, that counts for ``company``.

        The one valid on ``day`` and, of several, one that covers ``material``; the
        latest where none is valid (10.3).
        """
        own = self.filtered(lambda found: found.company_id.id in (False, company.id))
        valid = own.filtered(lambda found: found._is_valid_on(day))
        covering = valid.filtered(lambda found: material and found._covers(material))
        return (covering or valid or own)[:1]

    @api.model
    def _get_due_of(self, chosen):
        """Return ``{(company, certificate id): why its check is due today}`` (10.3)."""
        due = {}
        for company in {one.company for one in chosen}:
            scope = self.env["asi.coc.scope"]._get_active(company)[:1]
            asked = self.browse().union(
                *(found for one, found in chosen.items() if one.company == company)
            )
            if scope:
                reasons = asked._get_due_checks(scope, scope._get_today())
                due.update({(company, key): reasons[key] for key in reasons})
        return due

    def _judge(self, sourced, check_due, has_due_diligence):
        """Return ``(sourcing, reasons)`` of what the holder of ``self`` certifies."""
        issuer, day = sourced.issuer, sourced.day
        supplier = sourced.supplier.sudo().commercial_partner_id
        is_direct = issuer == supplier
        is_traded = not is_direct or (supplier.coc_is_trader and not self)
        is_valid = bool(self) and self._is_valid_on(day)
        reasons = []
        if is_traded:
            reasons += supplier._coc_find_trade_obstacles(issuer, has_due_diligence)
        if is_valid:
            reasons += [self._describe_uncovered([sourced.material]), check_due]
        elif self:
            reasons.append(self._describe_invalidity(day))
        elif not is_traded or not is_direct:
            # Of a trader without a certified source that much is said already.
            reasons.append(self._describe_none(issuer))
        if is_traded:
            sourcing = "trader"
        else:
            sourcing = "direct" if is_valid else "not_certified"
        return sourcing, [reason for reason in reasons if reason]

    # -- in words -----------------------------------------------------------------
    @api.model
    def _describe_none(self, entity):
        return self.env._(
            "%(entity)s has no CoC certificate on file. Look it up with ASI and record "
            "it; otherwise its material is Non-CoC (3.1c to 6.1c).",
            entity=entity.display_name,
        )

    def _describe_invalidity(self, day):
        """Say why the certificate does not hold on ``day`` (10.3)."""
        self.ensure_one()
        row = self._get_status_row(day)
        values = {
            "certificate": self.display_name,
            "day": format_day(self.env, day),
            "start": format_day(self.env, self.date_start),
            "end": format_day(self.env, self.date_end),
            "since": row and format_day(self.env, row.date),
        }
        if row.status == "suspended":
            return self.env._(
                "Certificate %(certificate)s is suspended from %(since)s on, so it is "
                "not valid on %(day)s (10.3). Record the re-certification once ASI "
                "publishes it.",
                **values,
            )
        if row.status == "withdrawn":
            return self.env._(
                "Certificate %(certificate)s is withdrawn from %(since)s on, so it is "
                "not valid on %(day)s (10.3).",
                **values,
            )
        if self.date_end < day:
            return self.env._(
                "Certificate %(certificate)s ends on %(end)s, before %(day)s (10.3). "
                "Record the renewal once ASI publishes it.",
                **values,
            )
        return self.env._(
            "Certificate %(certificate)s begins on %(start)s, after %(day)s (10.3).",
            **values,
        )

    def _describe_uncovered(self, materials):
        """Say which of ``materials`` the certificate does not cover, or none (10.3)."""
        self.ensure_one()
        uncovered = [name for name in materials if not self._covers(name)]
        return uncovered and self.env._(
            "Certificate %(number)s does not cover %(materials)s.",
            number=self.number,
            materials=", ".join(
                self.env["asi.coc.document"]._name_materials(uncovered)
            ),
        )
