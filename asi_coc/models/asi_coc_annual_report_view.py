from odoo import api, models
from odoo.fields import Domain

from ..annual_report_wording import (
    DRY_TONNES,
    LINES,
    NOT_ASKED,
    NOTES,
    TITLES,
    TONNES,
)
from ..core.annual_comparison import add_lines, compare
from ..core.annual_report import get_largest
from ..core.quantity import ZERO
from ..formatting import format_day, format_moment, format_number

#: Ledger flows that a line of parts a to c adds up, and their CoC status.
FLOW_LINES = {
    "coc_input": ("input", "coc"),
    "eligible_scrap_input": ("input", "coc"),
    "coc_output": ("output", "coc"),
    "eligible_scrap_output": ("output", "coc"),
    "non_coc_input": ("input", "non_coc"),
    "recyclable_scrap_input": ("input", "non_coc"),
    "non_coc_output": ("output", "non_coc"),
    "recyclable_scrap_output": ("output", "non_coc"),
}


class AsiCocAnnualReport(models.Model):
    """Words for the report's figures, and the entries behind each (1.7)."""

    # One file per task keeps them short.
    # pylint: disable-next=consider-merging-classes-inherited
    _inherit = "asi.coc.annual.report"

    @api.readonly
    def read_report(self, compare_id=None):
        """Return the report as text for the screen, compared with another one.

        ``compare_id`` is another report of the scope, ``None`` for the year before
        where there is one, and ``0`` for none. Raises AccessError when the user may
        not read the report.
        """
        self.ensure_one()
        report = self._get_report()
        others = self._get_siblings()
        other = others.filtered(
            lambda one: (
                one.year == self.year - 1
                if compare_id is None
                else one.id == compare_id
            )
        )
        compared = None
        if other:
            others_groups = other._get_report()["groups"]
            compared = compare(report["groups"], others_groups)
            report["groups"] = add_lines(report["groups"], others_groups)
        return {
            "parts": self._get_parts(report, compared),
            "gaps": [
                {name: gap[name] for name in ("key", "text", "is_note")}
                for gap in report["gaps"]
            ],
            "years": [{"id": one.id, "year": one.year} for one in others[::-1]],
            "compare_id": other.id,
            "compare_year": other.year if other else False,
            "year": self.year,
            "state": self.state,
        }

    def _get_parts(self, report, compared=None):
        """Return the report part by part, each with its title, note and groups.

        Every row and sum has its words and its figures as text (tonnes, %).
        """
        labels = self._get_labels()
        periods = {period["id"]: period["name"] for period in report["periods"]}
        parts = []
        for part, title in TITLES.items():
            groups = [
                {
                    "key": group["key"],
                    "title": labels["line"](group),
                    "sum": self._get_row_text(group, "", labels, periods, compared),
                    "largest": group["largest"],
                    "sum_label": (
                        self.env._("Maximum") if group["largest"] else self.env._("Sum")
                    ),
                    "rows": [
                        self._get_row_text(group, row, labels, periods, compared)
                        for row in group["rows"]
                    ],
                }
                for group in report["groups"]
                if group["part"] == part
            ]
            is_asked = part != "g" or report["asks_for_g"]
            parts.append(
                {
                    "part": part,
                    "title": self.env._(title),
                    "note": self.env._(NOTES[part] if is_asked else NOT_ASKED),
                    "groups": groups,
                }
            )
        return parts

    def _get_row_text(self, group, row, labels, periods, compared):
        """Return one row as text; the group's own sum where ``row`` is empty."""
        figures = row or group
        text = {
            "key": row["key"] if row else "",
            "label": labels["row"](row, periods) if row else "",
            "opens": True,
        }
        for name in ("mass", "late", "whole"):
            value = figures.get(name)
            text[name] = "" if value is None else format_number(self.env, value)
        if figures.get("late") == ZERO:
            text["late"] = ""
        share = figures.get("percentage")
        text["percentage"] = (
            "" if share is None else format_number(self.env, share, 2, at_least=2)
        )
        if compared and (group["key"], text["key"]) in compared:
            own, other = compared[group["key"], text["key"]]
            # What one year does not have has no entries to open.
            text["opens"], text["other_opens"] = own is not None, other is not None
            own, other = own or ZERO, other or ZERO
            text["other"] = format_number(self.env, other)
            text["difference"] = format_number(self.env, own - other)
        return text

    # -- words --------------------------------------------------------------
    def _get_labels(self):
        """Return functions that give a group's and a row's words."""
        activities = {
            one.code: one.name for one in self.env["asi.coc.activity"].search([])
        }
        kinds = self._translate("asi.coc.entry", "scrap_kind")
        materials = self._translate("asi.coc.entry", "material")

        def line(group):
            unit = DRY_TONNES if group["material"] == "bauxite" else TONNES
            words = self.env._(LINES[group["line"]])
            return words % {
                "material": materials[group["material"]],
                "unit": self.env._(unit),
            }

        def row(one, periods):
            words = [activities[one["activity"]]]
            if one["counterpart"]:
                words = [f"{words[0]} → {activities[one['counterpart']]}"]
            if one["percentage"] is not None:
                words.append(kinds.get(one["kind"]) or self.env._("Not assessed"))
            if one["period"]:
                words.append(periods.get(one["period"], ""))
            return ", ".join(words)

        return {"line": line, "row": row}

    def _translate(self, model, field):
        return dict(self.env[model]._fields[field]._description_selection(self.env))

    # -- entries ------------------------------------------------------------
    def action_open_entries(self, group_key, row_key=""):
        """Open the ledger entries behind a figure: one row, or a group's sum."""
        self.ensure_one()
        report = self._get_report()
        for group in report["groups"]:
            rows = [one for one in group["rows"] if row_key in ("", one["key"])]
            if group["largest"] and not row_key:
                rows = get_largest(rows)
            if group["key"] == group_key:
                return self.env["asi.coc.entry"]._action_open(
                    list(self._get_rows_domain(report, group, rows)),
                    self.env._(
                        "%(figure)s, %(report)s",
                        figure=self._get_labels()["line"](group),
                        report=self.display_name,
                    ),
                ) | {"views": [[False, "list"], [False, "pivot"], [False, "form"]]}
        return False

    def _get_rows_domain(self, report, group, rows):
        """Return the domain of the entries that ``rows`` add up.

        Balances that are not closed have no entries of their own yet: those of the
        period stand behind them.
        """
        if group["part"] in "def":
            return self._get_balance_domain(report, group, rows)
        domain = self._get_entries_domain()
        if group["part"] == "g":
            return domain & self._get_transfer_domain(group, rows)
        flow, status = FLOW_LINES.get(
            group["line"], ("input", "coc" if group["part"] == "a" else "non_coc")
        )
        own = group["line"] == "own_production"
        domain &= Domain(
            [
                ("flow", "=", flow),
                ("status", "=", status),
                ("material", "=", group["material"]),
            ]
        )
        if flow == "input" and group["material"] != "scrap":
            mined = Domain("production_id", "!=", False) & Domain(
                "activity_id.code", "=", "bauxite_mining"
            )
            domain &= mined if own else ~mined
        return domain & Domain.OR(self._get_row_domain(row) for row in rows)

    def _get_row_domain(self, row):
        domain = Domain("activity_id.code", "=", row["activity"])
        if row["percentage"] is not None:
            domain &= Domain("scrap_kind", "=", row["kind"] or False)
        return domain

    def _get_transfer_domain(self, group, rows):
        is_dross = group["line"] == "own_dross"
        flows = ["intra_entity_out"]
        if is_dross:
            flows = ["intra_entity_in", "intra_entity_out"]
        domain = Domain(
            [
                ("flow", "in", flows),
                ("status", "!=", "unclassified"),
                ("material", "=", group["material"]),
            ]
        )
        if is_dross:
            domain &= Domain("product_id.coc_form_id.scrap_kind", "=", "dross")
        pairs = []
        for row in rows:
            ends = (row["activity"], row["counterpart"])
            # What came back is taken off; of dross, the re-melter's side counts.
            directions = [ends[::-1]] if is_dross else [ends, ends[::-1]]
            pairs += [
                Domain("activity_id.code", "=", origin)
                & Domain("counterpart_activity_id.code", "=", target)
                for origin, target in directions
            ]
        return domain & Domain.OR(pairs)

    def _get_balance_domain(self, report, group, rows):
        closed = {one["id"] for one in report["periods"] if one["is_closed"]}
        return Domain("scope_id", "=", self.scope_id.id) & Domain.OR(
            Domain("period_id", "=", row["period"])
            & Domain("activity_id.code", "=", row["activity"])
            & (
                Domain("flow", "=", group["line"])
                if row["period"] in closed
                else Domain.TRUE
            )
            for row in rows
        )

    def _get_facts(self, report):
        """Return ``(label, text)`` of the report's head, for print and workbook."""
        states = self._translate(self._name, "state")
        state = states[report["state"]]
        if report["submitted_on"]:
            state = self.env._(
                "%(state)s by %(user)s on %(moment)s, version %(version)s",
                state=state,
                user=report["submitted_by"],
                moment=format_moment(self.env, report["submitted_on"]),
                version=report["version"],
            )
        return [
            (self.env._("Entity"), report["entity"]),
            (self.env._("CoC Certification Scope"), report["scope"]),
            (self.env._("CoC certificate"), report["certificate"] or "–"),
            (self.env._("Calendar year"), str(report["year"])),
            (self.env._("Due"), format_day(self.env, report["due"])),
            (
                self.env._("Material Accounting Periods"),
                ", ".join(one["name"] for one in report["periods"]) or "–",
            ),
            (self.env._("State"), state),
        ]
