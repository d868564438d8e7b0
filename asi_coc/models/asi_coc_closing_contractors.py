from odoo import models

from .asi_coc_closing_check import Obstacle


class AsiCocClosing(models.Model):
    """A period closes once every contractor's statement is confirmed (2.3, 2.4)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.closing"

    def _check_complete(self, period):
        # What lapsed, or differs, since is in the figures that are closed.
        contractors = self._get_contractors(period)
        contractors._post_crossings()
        contractors.statement_ids.filtered(
            lambda one: one.period_id == period and one.state == "confirmed"
        )._reconcile()
        return super()._check_complete(period)

    def _get_broken_limits(self, period):
        return super()._get_broken_limits(period) + [
            line
            for contractor in self._get_contractors(period)
            for line in self._get_unanswered(contractor, period)
        ]

    def _get_contractors(self, period):
        # sudo: over all contractors of the entity, whoever closes
        return (
            self.env["asi.coc.contractor"]
            .sudo()
            .search(
                [("scope_id", "=", period.scope_id.id), ("validity_ids", "!=", False)]
            )
        )

    def _get_unanswered(self, contractor, period):
        """Return which statements of a contractor are missing or not confirmed."""
        statements = contractor.statement_ids.filtered(
            lambda one: one.period_id == period
        )
        labels = dict(statements._fields["state"]._description_selection(self.env))
        missing = [
            Obstacle(
                self.env._(
                    "%(contractor)s has not reported on %(start)s – %(end)s (2.3). Ask "
                    "for the statement from the contractor's record.",
                    contractor=contractor.display_name,
                    start=start,
                    end=end,
                ),
                "asi.coc.contractor",
                [("id", "=", contractor.id)],
            )
            for start, end in contractor._get_missing_windows(period)
        ]
        return missing + [
            Obstacle(
                self.env._(
                    "The statement of %(statement)s is not confirmed (2.3): %(state)s.",
                    statement=statement.display_name,
                    state=labels[statement.state],
                ),
                "asi.coc.contractor.statement",
                [("id", "=", statement.id)],
            )
            for statement in statements
            if statement.state != "confirmed"
        ]
