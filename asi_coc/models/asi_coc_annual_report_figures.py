from datetime import date
from decimal import Decimal

from odoo import models
from odoo.fields import Domain

from ..core.annual_report import (
    BALANCE_LINES,
    Group,
    Row,
    balance_groups,
    flow_groups,
    report_windows,
    sort_groups,
)
from ..core.annual_transfers import (
    Reported,
    coc_of_transfers,
    puts_out_several,
    transfer_groups,
)
from ..core.flows import FlowCollector
from ..core.quantity import Ratio, to_mass
from .annual_report_query import get_flows, get_transfers, windows_domain

#: What is a number in a row or group, exact.
NUMBERS = ("mass", "late", "whole", "percentage")


class AsiCocAnnualReport(models.Model):
    """Works out what is reported for a calendar year (1.7 a to g)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.annual.report"

    def _get_report(self):
        """Return the report as a plain dict (1.7 a to g).

        Masses are tonnes (bauxite: dry tonnes) and shares percent, as Decimal; zero
        is zero. Figures are live for a draft, and as frozen once submitted::

            {
                "scope", "entity", "certificate": str, "year": int,
                "state": code, "due": date,
                "submitted_by", "explanation": str or "",
                "submitted_on": datetime in UTC or None, "version": int or None,
                "activities": [code],  # upstream first
                "periods": [{"id": int, "name": str, "date_start", "date_end": date,
                             "is_closed": bool, "version": int or None}],
                "asks_for_g": bool,
                "groups": [{  # in the order of the parts
                    "key", "part", "line", "material": code, "largest": bool,
                    "mass", "late": Decimal,  # what its rows come to
                    "rows": [{"key", "activity": code, "counterpart", "kind": code
                              or None, "period": id or None, "mass", "late": Decimal,
                              "whole", "percentage": Decimal or None}],
                }],
                "transfers": [{"period": id, "origin", "target": code,
                               "mass", "coc_mass": Decimal}],
                "gaps": [{"key", "text": str, "is_note": bool,
                          "model": str, "domain": list}],
            }

        Raises AccessError when the user may not read the report.
        """
        self.ensure_one()
        self.check_access("read")
        version = self.version_id
        figures = self._thaw(version.figures) if version else self._compute_figures()
        if version:
            figures["gaps"] = figures["gaps"] + self._get_changes(figures)
        scope = self.scope_id
        return {
            "scope": scope.name,
            "entity": self.company_id.name,
            "certificate": scope.certificate_id.number or "",
            "year": self.year,
            "state": self.state,
            "due": self.due_date,
            # sudo: only the name
            "submitted_by": version.sudo().submitted_by_id.name or "",
            "submitted_on": version.submitted_on or None,
            "version": version.version or None,
            "explanation": (version.explanation or "") if version else "",
            **figures,
        }

    # -- live ---------------------------------------------------------------
    def _compute_figures(self):
        """Work out the figures as they are now, whatever was submitted."""
        self.ensure_one()
        first_day = date(self.year, 1, 1)
        domain = self._get_entries_domain()
        flows = get_flows(self.env, domain, first_day)
        transfers, dross = get_transfers(self.env, domain, first_day)
        earlier = self._get_reported_earlier()
        periods = self._get_periods()
        materials = self._get_materials(
            periods,
            {flow.activity for flow in flows}
            | {code for one in transfers for code in (one.origin, one.target)},
        )
        shares = self._get_shares(
            {one.period for one in transfers} | {key[0] for key in earlier}
        )
        groups = (
            flow_groups(materials, flows)
            + balance_groups(materials, self._get_closing_figures(periods))
            + transfer_groups(materials, transfers, shares, earlier)
            + self._get_dross_groups(dross)
        )
        return {
            "activities": list(materials),
            "periods": [self._describe_period(period) for period in periods],
            "asks_for_g": puts_out_several(materials),
            "groups": [self._to_dict(group) for group in sort_groups(groups)],
            "transfers": self._list_transfers(transfers, shares, earlier),
            "gaps": self._get_gaps(periods),
        }

    @staticmethod
    def _list_transfers(transfers, shares, earlier):
        """Return intra-entity flows per period, as a later year asks for them."""
        reported = coc_of_transfers(transfers, shares, earlier)
        return [
            {
                "period": period,
                "origin": origin,
                "target": target,
                "mass": one.mass,
                "coc_mass": one.coc_mass,
            }
            for (period, origin, target), one in sorted(reported.items())
        ]

    def _get_submitted(self):
        """Return ``{year: last entry taken in}`` of the scope's submitted reports."""
        # sudo: other years count, whatever the reader sees of them
        versions = self.env["asi.coc.annual.report.version"].sudo()
        groups = versions._read_group(
            [("report_id.scope_id", "=", self.scope_id.id), ("state", "=", "valid")],
            ["report_id"],
            ["last_entry:max"],
        )
        return {report.year: last for report, last in groups}

    def _get_entries_domain(self):
        """Return the domain of all ledger entries that this report takes in."""
        windows = report_windows(self.year, self._get_submitted())
        return Domain("scope_id", "=", self.scope_id.id) & windows_domain(windows)

    def _get_periods(self):
        """Return the periods that have a day in the year, first one first."""
        return self.env["asi.coc.period"].search(
            [
                ("scope_id", "=", self.scope_id.id),
                ("date_start", "<=", date(self.year, 12, 31)),
                ("date_end", ">=", date(self.year, 1, 1)),
            ],
            order="date_start",
        )

    def _get_materials(self, periods, codes):
        """Return ``{activity code: (input, output material)}``, upstream first."""
        activities = (
            self.scope_id.supply_chain_activity_ids | periods.balance_ids.activity_id
        )
        found = self.env["asi.coc.activity"].search([("code", "in", list(codes))])
        return {
            activity.code: (activity.input_material, activity.output_material)
            for activity in (activities | found).sorted("sequence")
        }

    def _get_closing_figures(self, periods):
        """Return ``{period id: {activity: {figure: tonnes}}}`` of what ends (1.7 d–f).

        As frozen by its closing; live while the period is not closed.
        """
        last = date(self.year, 12, 31)
        names = [name for _part, name, _largest in BALANCE_LINES]
        return {
            period.id: {
                code: {name: to_mass(figures[name]) for name in names}
                for code, figures in period._get_figures().items()
            }
            for period in periods
            if period.date_end <= last
        }

    def _get_shares(self, period_ids):
        """Return ``{(period id, origin, target): CoC share}`` of what went on (8.4)."""
        shares = {}
        for period in self.env["asi.coc.period"].browse(sorted(period_ids)):
            figures = period._get_figures()
            totals = self.env["asi.coc.total"]._get_totals(period)
            collected = FlowCollector(totals, period._get_materials()).flows({})
            for origin, flows in collected.items():
                own = figures.get(origin, {})
                share = Ratio(
                    to_mass(own.get("intra_entity_out")),
                    to_mass(own.get("intra_entity_outflow")),
                )
                for target in flows.intra_entity_outflow:
                    shares[period.id, origin, target] = share
        return shares

    def _get_reported_earlier(self):
        """Return what earlier years said of intra-entity flows, per period (1.7g).

        Nothing unless the year before is submitted: what was provisional is made
        good once, in the first year that is not.
        """
        if self.year - 1 not in self._get_submitted():
            return {}
        # sudo: other years count, whatever the reader sees of them
        versions = self.env["asi.coc.annual.report.version"].sudo()
        earlier = versions.search(
            [
                ("report_id.scope_id", "=", self.scope_id.id),
                ("report_id.year", "<", self.year),
                ("state", "=", "valid"),
            ]
        )
        reported = {}
        for key, (mass, coc_mass) in earlier._get_reported():
            before = reported.get(key, Reported())
            reported[key] = Reported(
                before.mass + Decimal(mass), before.coc_mass + Decimal(coc_mass)
            )
        return reported

    def _get_dross_groups(self, dross):
        """Return own dross that was re-melted: Eligible Scrap that stays in (4.2c)."""
        rows = [
            Row(activity=origin, counterpart=target, mass=mass)
            for (origin, target), mass in sorted(dross.items())
            if mass
        ]
        if not rows:
            return []
        return [Group(part="g", line="own_dross", material="scrap", rows=rows)]

    def _describe_period(self, period):
        closing = period._get_closing()
        return {
            "id": period.id,
            "name": period.name,
            "date_start": period.date_start,
            "date_end": period.date_end,
            "is_closed": period.state == "closed",
            "version": closing.version or None,
        }

    @staticmethod
    def _to_dict(group):
        return {
            "key": group.key,
            "part": group.part,
            "line": group.line,
            "material": group.material,
            "largest": group.largest,
            "mass": group.mass,
            "late": group.late,
            "rows": [
                {
                    "key": row.key,
                    "activity": row.activity,
                    "counterpart": row.counterpart,
                    "kind": row.kind,
                    "period": row.period,
                    **{name: getattr(row, name) for name in NUMBERS},
                }
                for row in group.rows
            ],
        }

    # -- frozen -------------------------------------------------------------
    @classmethod
    def _freeze(cls, value):
        """Return figures as JSON has them: numbers with all digits, days as text."""
        if isinstance(value, dict):
            return {key: cls._freeze(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return [cls._freeze(one) for one in value]
        if isinstance(value, Decimal | date):
            return str(value)
        return value

    @staticmethod
    def _thaw(figures):
        """Return frozen figures with their numbers and days."""

        def numbers(values, names):
            return values | {
                name: Decimal(values[name])
                for name in names
                if values.get(name) is not None
            }

        return figures | {
            "periods": [
                period
                | {
                    name: date.fromisoformat(period[name])
                    for name in ("date_start", "date_end")
                }
                for period in figures["periods"]
            ],
            "groups": [
                numbers(group, NUMBERS)
                | {"rows": [numbers(row, NUMBERS) for row in group["rows"]]}
                for group in figures["groups"]
            ],
            "transfers": [
                numbers(one, ("mass", "coc_mass")) for one in figures["transfers"]
            ],
        }

    @staticmethod
    def _get_missing(figures):
        """Return the gaps that an explanation has to be given for."""
        return [gap for gap in figures["gaps"] if not gap["is_note"]]
