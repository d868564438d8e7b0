from odoo import models

from ..core.quantity import to_mass
from .asi_coc_closing_check import Obstacle


class AsiCocClosing(models.Model):
    """Asks for what was allocated under legal interests (3.1a to 6.1a)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.closing"

    def _get_missing(self, period):
        return super()._get_missing(period) + [
            Obstacle(
                self.env._(
                    "Nothing is recorded of what %(interest)s allocates for the period "
                    "(%(criterion)s). Record production, share and allocated mass; "
                    "zero where there is none.",
                    interest=interest.display_name,
                    criterion=interest._get_criterion(),
                ),
                "asi.coc.legal.interest",
                [("id", "=", interest.id)],
            )
            for interest in self._get_interests(period)
            if period not in interest.allocation_ids.period_id
        ]

    def _get_broken_limits(self, period):
        rows = self._get_interests(period).allocation_ids
        return super()._get_broken_limits(period) + [
            Obstacle(
                row._describe_exceeded(),
                "asi.coc.legal.interest",
                [("id", "=", row.interest_id.id)],
            )
            for row in rows.filtered(lambda one: one.period_id == period)
            if to_mass(row.received_mass) > to_mass(row.allocated_mass)
        ]

    def _get_interests(self, period):
        """Return the legal interests in force at some time of the period."""
        # sudo: the check is over all interests of the entity
        interests = self.env["asi.coc.legal.interest"].sudo()
        return interests.with_context(active_test=False).search(
            [
                ("scope_id", "=", period.scope_id.id),
                ("state", "=", "active"),
                ("date_start", "<=", period.date_end),
                "|",
                ("date_end", "=", False),
                ("date_end", ">=", period.date_start),
            ]
        )
