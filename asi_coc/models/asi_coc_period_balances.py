from odoo import models

from ..core.balance import SHORT_TERM_NEGATIVE, STOCK_BACKED
from ..core.dross import REMELTING
from ..core.flows import Total, strike_balances
from ..core.quantity import ZERO, to_mass
from .planned_query import planned_query


class AsiCocPeriod(models.Model):
    """Strikes the balances of a period: as they are, and as they will be."""

    _inherit = "asi.coc.period"

    def _strike(self, count_expected=False, with_policy=True):
        """Strike the balances of the period from its running totals (8.4 to 8.9).

        Returns ``{activity code: Balance}`` of the core, upstream first. Input
        that is only expected counts when ``count_expected`` is set (8.2).
        """
        self.ensure_one()
        return strike_balances(
            self._get_totals(),
            self._get_materials(),
            self._get_settings(count_expected, with_policy),
        )

    def _forecast(self):
        """Strike the balances as they stand at period end once all orders are done.

        Open purchase, production and sales orders, and other planned moves, due
        within the period count with what is left of them. Returns ``{activity
        code: Balance}``; no scope policy counts at period end (8.7).
        """
        self.ensure_one()
        planned = self._get_planned_totals(self._get_planned_moves())
        return strike_balances(
            self._get_totals() + [total for total, _move_ids in planned],
            self._get_materials(),
            self._get_settings(count_expected=False, with_policy=False),
        )

    def _get_totals(self):
        """Return the running totals, and what tells which dross is own (4.2c)."""
        totals = self.env["asi.coc.total"]
        found = totals._get_totals(self)
        if REMELTING in self.balance_ids.activity_id.mapped("code"):
            found += totals._get_dross_totals(self)
        return found

    def _get_planned_moves(self, domain=()):
        """Return the open moves due within the period, overdue ones today."""
        self.ensure_one()
        # sudo: the account counts orders that an officer or salesperson may not read
        return (
            self.env["stock.move"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    (
                        "state",
                        "in",
                        ("waiting", "confirmed", "partially_available", "assigned"),
                    ),
                    ("product_id.coc_material", "!=", False),
                    ("date", "<", self._get_end_moment()),
                    *domain,
                ]
            )
        )

    def _get_planned_totals(self, moves):
        """Return ``(Total, move ids)`` for what planned ``moves`` will add (8.4).

        Moves that cannot be classed are left out.
        """
        if not moves:
            return []
        self.env.flush_all()
        self.env.cr.execute(planned_query(self, moves))
        return [
            (Total(*key, to_mass(mass), dross), ids)
            for *key, mass, dross, ids in self.env.cr.fetchall()
        ]

    def _get_materials(self):
        """Return ``{activity code: (input material, output material)}``."""
        return {
            activity.code: (activity.input_material, activity.output_material)
            for activity in self.balance_ids.activity_id
        }

    def _get_settings(self, count_expected, with_policy):
        """Return what the core needs to know besides the flows, per activity."""
        # A policy bears on what is available, not on an overdraw.
        policy = with_policy and self.scope_id.availability_policy
        overdraws = self._get_provisional_overdraws()
        settings = {
            balance.activity_id.code: {
                "declared_yields": {},
                "allocation": to_mass(balance.allocation)
                if balance.allocation_set
                else None,
                "overdraw_brought": overdraws.get(balance.activity_id.code, to_mass(0)),
            }
            for balance in self.balance_ids
        }
        facilities = self.env["asi.coc.facility"].search_fetch(
            [("scope_id", "=", self.scope_id.id), ("declared_yield", ">", 0)],
            ["activity_id", "declared_yield"],
        )
        for facility in facilities:
            own = settings.setdefault(facility.activity_id.code, {})
            yields = own.setdefault("declared_yields", {})
            yields[facility.id] = to_mass(facility.declared_yield)
        if policy == STOCK_BACKED:
            for code, mass in self.scope_id._get_stock_on_hand().items():
                settings.setdefault(code, {})
                settings[code] |= {"policy": policy, "stock_on_hand": mass}
        elif policy == SHORT_TERM_NEGATIVE and count_expected:
            for code, mass in self._get_expected_input().items():
                settings[code] |= {"policy": policy, "expected_coc_input": mass}
        return settings

    def _get_expected_input(self):
        """Return CoC input that confirmed orders promise within the period (8.2).

        ``{activity code: tonnes}``: what certified suppliers still have to
        deliver as CoC Material.
        """
        ordered = self._get_planned_moves([("purchase_line_id", "!=", False)])
        taken_in = {
            activity.code: activity.input_material
            for activity in self.balance_ids.activity_id
        }
        expected = dict.fromkeys(taken_in, ZERO)
        for total, _move_ids in self._get_planned_totals(ordered):
            kind = (total.flow, total.status, total.material)
            if kind == ("input", "coc", taken_in.get(total.activity)):
                expected[total.activity] += total.mass
        return expected

    def _get_provisional_overdraws(self):
        """Overdraw of an earlier period that is not closed yet binds already."""
        previous = self._get_previous()
        if not previous or previous.state == "closed":
            return {}
        balances = previous._strike(with_policy=False)
        return {code: balance.overdraw for code, balance in balances.items()}

    def _get_figures(self):
        """Return ``{activity code: {figure: number}}`` (tonnes, %).

        Live for an open period; as frozen by the closing for a closed one.
        """
        self.ensure_one()
        if self.state == "closed":
            return self._get_closing().figures
        return {code: balance.figures() for code, balance in self._strike().items()}

    def _get_closing(self):
        """Return the closing that is in force, or an empty set."""
        return self.closing_ids.filtered(lambda closing: closing.state == "valid")
