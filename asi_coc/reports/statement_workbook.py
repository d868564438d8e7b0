"""The statement of a period as a workbook, in constant memory."""

from datetime import date, datetime

import xlsxwriter

#: Figures in reading order: a section and its fields of the balance.
SECTIONS = (
    (
        "in",
        (
            "coc_input",
            "non_coc_inflow",
            "intra_entity_inflow",
            "intra_entity_in",
            "inflow_percentage",
        ),
    ),
    (
        "limits",
        ("conversion_yield", "entitlement", "total_outflow", "share_limit"),
    ),
    (
        "out",
        (
            "coc_output",
            "intra_entity_outflow",
            "intra_entity_out",
            "outflow_percentage",
            "output_percentage",
        ),
    ),
    (
        "positive_balance",
        (
            "positive_balance_brought",
            "positive_balance_used",
            "positive_balance_expired",
            "positive_balance_carried",
            "coc_taken_back",
        ),
    ),
    ("overdraw", ("overdraw_brought", "overdraw", "available", "headroom")),
    ("scrap", ("scrap_outflow", "eligible_scrap_output", "eligible_scrap_limit")),
    ("dross", ("own_dross", "other_dross_brought", "other_dross_carried")),
)
#: What may still be designated: nothing, once the period is closed.
LIVE_FIGURES = ("available", "headroom")
#: What an XLSX sheet holds below its header, with a little to spare.
SHEET_ROWS = 1_000_000
#: What an XLSX cell holds.
CELL_CHARACTERS = 32_767


def get_sections(state):
    """Return ``(section, figures)`` that a statement shows in this state (8.4)."""
    return [
        (
            section,
            [name for name in names if state != "closed" or name not in LIVE_FIGURES],
        )
        for section, names in SECTIONS
    ]


class StatementWorkbook:
    """Writes a statement of ``asi.coc.statement`` row by row.

    Used as a context manager; leaving it writes the file. Text is always
    written as text, so that nothing a user typed becomes a formula.
    """

    def __init__(self, env, file):
        self.env = env
        self._book = xlsxwriter.Workbook(file, {"constant_memory": True})
        self._header = self._book.add_format(
            {"bold": True, "bg_color": "#E9EEF1", "bottom": 1, "text_wrap": True}
        )
        self._formats = {
            "mass": self._book.add_format({"num_format": "#,##0.000000"}),
            "factor": self._book.add_format({"num_format": "0.000000"}),
            "percentage": self._book.add_format({"num_format": "0.00"}),
            "money": self._book.add_format({"num_format": "#,##0.00"}),
            "number": None,
            "date": self._book.add_format({"num_format": "yyyy-mm-dd"}),
            "datetime": self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._book.close()

    # -- sheets -------------------------------------------------------------
    def write_balances(self, statement):
        """One row per activity with all figures (tonnes, %)."""
        labels = self.get_figure_labels(self.env, statement["state"])
        states = self._get_labels("asi.coc.period", "state")
        columns = [
            *self._get_period_columns(),
            (self.env._("State"), "text", 10),
            (self.env._("Version"), "number", 8),
            (self.env._("Closed By"), "text", 20),
            (self.env._("Closed On (UTC)"), "datetime", 19),
            (self.env._("Activity"), "text", 26),
            *((label, self._get_kind(name), 18) for name, label in labels.items()),
        ]
        rows = (
            (
                *self._get_period_cells(statement),
                states[statement["state"]],
                statement["version"],
                statement["closed_by"],
                statement["closed_on"],
                activity["name"],
                *(activity["figures"][name] for name in labels),
            )
            for activity in statement["activities"]
        )
        self._write_sheet(self.env._("Balance"), columns, rows)

    def write_flows(self, statement):
        """One row per activity, flow, material, form and status (tonnes)."""
        columns = [
            *self._get_period_columns(),
            (self.env._("Activity"), "text", 26),
            (self.env._("Flow"), "text", 20),
            (self.env._("Other Activity"), "text", 26),
            (self.env._("Material"), "text", 12),
            (self.env._("Form"), "text", 20),
            (self.env._("Status"), "text", 12),
            (self.env._("Mass (t)"), "mass", 20),
            (self.env._("CoC Mass (t)"), "mass", 20),
        ]
        self._write_sheet(self.env._("Flows"), columns, self._get_flow_rows(statement))

    def _get_flow_rows(self, statement):
        flows = self._get_labels("asi.coc.entry", "flow")
        materials = self._get_labels("asi.coc.entry", "material")
        statuses = self._get_labels("asi.coc.entry", "status")
        for activity in statement["activities"]:
            head = (*self._get_period_cells(statement), activity["name"])
            for key in ("inputs", "outputs", "manufacturing"):
                for row in activity[key]:
                    yield (
                        *head,
                        flows[row["flow"]],
                        None,
                        materials[row["material"]],
                        row["form"],
                        statuses[row["status"]],
                        row["mass"],
                        {"coc": row["mass"], "non_coc": 0}.get(row["status"]),
                    )
            for key in ("intra_entity_in", "intra_entity_out"):
                for row in activity[key]:
                    masses = (row["mass"], row["coc_mass"])
                    yield (*head, flows[key], row["name"], None, None, None, *masses)

    def write_ledger(self, entries, currency):
        """Every entry behind the statement, as an iterable of tuples."""
        flows = self._get_labels("asi.coc.entry", "flow")
        statuses = self._get_labels("asi.coc.entry", "status")
        reasons = self._get_labels("asi.coc.entry", "reason")
        materials = self._get_labels("asi.coc.entry", "material")
        yes = self.env._("Yes")
        rows = (
            (
                *entry[:2],
                yes if entry[2] else None,
                flows.get(entry[3]),
                statuses.get(entry[4]),
                reasons.get(entry[5]),
                *entry[6:9],
                materials.get(entry[9]),
                *entry[10:],
            )
            for entry in entries
        )
        columns = self._get_ledger_columns(currency)
        self._write_sheet(self.env._("Ledger"), columns, rows)

    def _get_ledger_columns(self, currency):
        """Labels of what ``asi.coc.statement._ledger_query`` selects."""
        fields = self.env["asi.coc.entry"]._fields
        columns = [
            (self.env._("Entry"), "number", 10),
            ("date", "date", 12),
            ("late", "text", 6),
            ("flow", "text", 20),
            ("status", "text", 12),
            ("reason", "text", 20),
            ("activity_id", "text", 26),
            ("counterpart_activity_id", "text", 26),
            ("facility_id", "text", 20),
            ("material", "text", 12),
            ("form_id", "text", 18),
            (self.env._("Product Code"), "text", 14),
            ("product_id", "text", 26),
            ("lot_id", "text", 18),
            ("mass", "mass", 20),
            ("mass_basis", "text", 20),
            ("quantity", "mass", 20),
            (self.env._("Unit"), "text", 8),
            (self.env._("Value (%(currency)s)", currency=currency), "money", 16),
            ("picking_id", "text", 18),
            ("production_id", "text", 18),
            ("partner_id", "text", 24),
            ("document_id", "text", 20),
            (self.env._("Closing Version"), "number", 8),
            ("corrects_id", "number", 10),
            ("content_hash", "text", 66),
        ]
        return [
            (
                fields[label]._description_string(self.env)
                if label in fields
                else label,
                kind,
                width,
            )
            for label, kind, width in columns
        ]

    # -- parts --------------------------------------------------------------
    @staticmethod
    def get_figure_labels(env, state):
        """Return ``{field of the balance: label}`` in reading order."""
        fields = env["asi.coc.balance"]._fields
        return {
            name: fields[name]._description_string(env)
            for _section, names in get_sections(state)
            for name in names
        }

    def _get_labels(self, model, field):
        return dict(self.env[model]._fields[field]._description_selection(self.env))

    @staticmethod
    def _get_kind(name):
        if name.endswith("_percentage"):
            return "percentage"
        return "factor" if name == "conversion_yield" else "mass"

    def _get_period_columns(self):
        return [
            (self.env._("Entity"), "text", 24),
            (self.env._("Scope"), "text", 24),
            (self.env._("Period"), "text", 14),
            (self.env._("From"), "date", 12),
            (self.env._("To"), "date", 12),
        ]

    def _get_period_cells(self, statement):
        keys = ("entity", "scope", "period", "date_start", "date_end")
        return [statement[key] for key in keys]

    # -- cells --------------------------------------------------------------
    def _write_sheet(self, name, columns, rows):
        """Write rows below a frozen header, on as many sheets as they need."""
        sheet, row_number, number = None, 0, 0
        for cells in rows:
            if sheet is None or row_number == SHEET_ROWS:
                self._end_sheet(sheet, columns, row_number)
                number += 1
                title = name if number == 1 else f"{name} {number}"
                sheet, row_number = self._start_sheet(title, columns), 0
            row_number += 1
            self._write_row(sheet, row_number, columns, cells)
        if sheet is None:
            sheet = self._start_sheet(name, columns)
        self._end_sheet(sheet, columns, row_number)

    def _start_sheet(self, title, columns):
        sheet = self._book.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for column, (label, _kind, width) in enumerate(columns):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, label, self._header)
        return sheet

    def _end_sheet(self, sheet, columns, last_row):
        if sheet:
            sheet.autofilter(0, 0, last_row, len(columns) - 1)

    def _write_row(self, sheet, row, columns, cells):
        for column, ((_label, kind, _width), cell) in enumerate(
            zip(columns, cells, strict=True)
        ):
            if cell is None or cell is False or cell == "":
                continue
            if kind == "text":
                sheet.write_string(row, column, str(cell)[:CELL_CHARACTERS])
            elif isinstance(cell, date | datetime):
                sheet.write_datetime(row, column, cell, self._formats[kind])
            else:
                sheet.write_number(row, column, float(cell), self._formats[kind])
