from odoo import models

from ..core.quantity import ZERO, to_mass
from ..formatting import format_day, format_number


class AsiCocDocument(models.Model):
    """Holds receipts under a legal interest to what is allocated (3.1a to 6.1a)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.document"

    def _check_legal_interest(self):
        """Return ``(code, message or False)`` where a receipt names an interest."""
        taken = self._get_taken()
        if not taken:
            return []
        problems = [
            self._find_interest_problem(interest, moves)
            for interest, moves in taken.items()
        ]
        return [("legal_interest", next(filter(None, problems), False))]

    def _get_taken(self):
        """Return ``{legal interest: the document's moves received under it}``."""
        taken = {}
        for move in self._get_received_moves():
            interest = move._coc_get_legal_interest()
            if interest:
                taken[interest] = taken.get(interest, move.browse()) | move
        return taken

    def _find_interest_problem(self, interest, moves):
        for move in moves:
            if unfit := interest._describe_unfit(move):
                return unfit
        entity = interest.partner_id.commercial_partner_id
        values = {
            "interest": interest.display_name,
            "criterion": interest._get_criterion(),
            "issuer": self.issuer_id.display_name,
        }
        if self.issuer_id.commercial_partner_id != entity:
            return self.env._(
                "Issued by %(issuer)s, who does not produce under %(interest)s "
                "(%(criterion)s). Take the interest off the order or the receipt.",
                **values,
            )
        certificate = self._find_certificate()
        activity = interest.activity_id
        if certificate and activity not in certificate.supply_chain_activity_ids:
            return self.env._(
                "Certificate %(number)s of %(issuer)s does not cover %(activity)s, "
                "which %(interest)s is about (%(criterion)s).",
                **values,
                number=certificate.number,
                activity=activity.name,
            )
        return self._find_excess(interest, moves, values)

    def _find_excess(self, interest, moves, values):
        """Say where more would be verified than is allocated for a period."""
        counted = interest._get_received(left_out=self._get_own_moves())
        claims = self._spread_claims()
        for (day, period), claimed in self._sum_by_period(moves, claims).items():
            if not claimed:
                continue
            row = interest.allocation_ids.filtered(
                lambda one, period=period: one.period_id == period
            )
            received = counted.get((interest.id, period.id), ZERO)
            values |= {
                "period": period.display_name or format_day(self.env, day),
                "received": format_number(self.env, received),
                "claimed": format_number(self.env, claimed),
                "sum": format_number(self.env, received + claimed),
                "allocated": format_number(self.env, row.allocated_mass),
            }
            if not row:
                return self.env._(
                    "Nothing is allocated under %(interest)s for %(period)s "
                    "(%(criterion)s). Record the production, the share and the CoC "
                    "Material allocated to us.",
                    **values,
                )
            if received + claimed > to_mass(row.allocated_mass):
                return self.env._(
                    "%(claimed)s t and the %(received)s t verified before make "
                    "%(sum)s t under %(interest)s in %(period)s, more than the "
                    "%(allocated)s t allocated to us (%(criterion)s). Claim less, have "
                    "more allocated, or order the rest outside the interest.",
                    **values,
                )
        return False

    def _sum_by_period(self, moves, claims):
        """Return ``{(first day, period): claimed tonnes}`` of received moves.

        A receipt belongs to the period of its own day, closed or not.
        """
        sums = {}
        for move in moves:
            day = self.scope_id._get_day(move.date)
            period = self.scope_id.period_ids.filtered(
                lambda one, day=day: one.date_start <= day <= one.date_end
            )
            key = (period.date_start or day, period)
            sums[key] = sums.get(key, ZERO) + claims[move]
        return sums

    def _get_own_moves(self):
        """Return the moves whose mass the verification settles anew."""
        pickings = (self | self._get_replaced()).picking_ids
        return pickings.move_ids | pickings.move_ids.returned_move_ids

    def _verify(self):
        for document in self:
            # sudo: who verifies need not read orders
            for interest, moves in document.sudo()._get_taken().items():
                claims = dict.fromkeys(moves, ZERO)
                periods = document.sudo()._sum_by_period(moves, claims)
                interest.allocation_ids.filtered(
                    lambda row, periods=periods: row.period_id
                    in {period for _day, period in periods}
                )._lock()
        return super()._verify()
