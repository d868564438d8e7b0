from odoo import api, fields, models
from odoo.tools.misc import split_every

from ..formatting import format_day, format_moment, format_number
from .statement_workbook import StatementWorkbook, get_sections

ACTIVITIES_PER_TABLE = 3


class ReportStatement(models.AbstractModel):
    _name = "report.asi_coc.report_statement_pages"
    _description = "Statement of a Period as Printed"

    @api.model
    def _get_report_values(self, docids, data=None):
        periods = self.env["asi.coc.period"].browse(docids)
        return {
            "docs": periods,
            "pages": [self._get_page(period) for period in periods],
        }

    @api.model
    def _get_page(self, period):
        """Return what a statement prints, as text: tonnes and percent."""
        statement = self.env["asi.coc.statement"]._get_statement(period)
        return {
            "id": period.id,
            "title": statement["scope"],
            "entity": statement["entity"],
            "facts": self._get_facts(statement),
            "is_final": statement["state"] == "closed",
            "explanation": statement["explanation"],
            "tables": self._get_tables(statement),
            "flows": [
                self._get_flows(activity) for activity in statement["activities"]
            ],
            "printed": format_moment(self.env, fields.Datetime.now()),
        }

    def _get_facts(self, statement):
        """Return ``(label, text)`` of the statement's head."""
        states = self.env["asi.coc.period"]._fields["state"]
        state = dict(states._description_selection(self.env))[statement["state"]]
        if statement["closed_on"]:
            state = self.env._(
                "%(state)s by %(user)s on %(moment)s, version %(version)s",
                state=state,
                user=statement["closed_by"],
                moment=format_moment(self.env, statement["closed_on"]),
                version=statement["version"],
            )
        return [
            (self.env._("Entity"), statement["entity"]),
            (self.env._("CoC Certification Scope"), statement["scope"]),
            (self.env._("CoC certificate"), statement["certificate"] or "–"),
            (
                self.env._("Material Accounting Period"),
                self.env._(
                    "%(start)s to %(end)s",
                    start=format_day(self.env, statement["date_start"]),
                    end=format_day(self.env, statement["date_end"]),
                ),
            ),
            (self.env._("State"), state),
        ]

    def _get_tables(self, statement):
        """Return the balance as tables of as many activities as fit the page."""
        return [
            {
                "activities": [activity["name"] for activity in activities],
                "sections": self._get_sections(statement["state"], activities),
            }
            for activities in split_every(ACTIVITIES_PER_TABLE, statement["activities"])
        ]

    def _get_sections(self, state, activities):
        """Return the figures, one row each with a cell per activity."""
        titles = {
            "in": self.env._("Inflow"),
            "limits": self.env._("Entitlement and limits"),
            "out": self.env._("Outflow"),
            "positive_balance": self.env._("Positive balance"),
            "overdraw": self.env._("Internal overdraw"),
            "scrap": self.env._("Pre-consumer scrap"),
            "dross": self.env._("Own dross"),
        }
        labels = StatementWorkbook.get_figure_labels(self.env, state)
        return [
            {
                "title": titles[section],
                "rows": [
                    {
                        "label": labels[name],
                        "cells": [
                            self._format_figure(name, activity["figures"][name])
                            for activity in activities
                        ],
                    }
                    for name in names
                ],
            }
            for section, names in get_sections(state)
        ]

    def _format_figure(self, name, figure):
        if name.endswith("_percentage"):
            return format_number(self.env, figure, 2, at_least=2)
        return format_number(self.env, figure)

    def _get_flows(self, activity):
        """Return the flows of an activity by flow, material, form and status."""
        entries = self.env["asi.coc.entry"]._fields
        flows, materials, statuses = (
            dict(entries[name]._description_selection(self.env))
            for name in ("flow", "material", "status")
        )
        rows = [
            {
                "flow": flows[row["flow"]],
                "what": self._join(materials[row["material"]], row["form"]),
                "status": statuses[row["status"]],
                "mass": format_number(self.env, row["mass"]),
            }
            for key in ("inputs", "manufacturing", "outputs")
            for row in activity[key]
        ]
        rows += [
            {
                "flow": flows[key],
                "what": row["name"],
                "status": self.env._(
                    "%(mass)s t CoC", mass=format_number(self.env, row["coc_mass"])
                ),
                "mass": format_number(self.env, row["mass"]),
            }
            for key in ("intra_entity_in", "intra_entity_out")
            for row in activity[key]
        ]
        return {"activity": activity["name"], "rows": rows}

    @staticmethod
    def _join(material, form):
        return material if form in ("", material) else f"{material} · {form}"
