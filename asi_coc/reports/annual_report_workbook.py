"""The report to the ASI Secretariat as a workbook: one sheet per part (1.7)."""

from xlsxwriter.utility import xl_rowcol_to_cell

from .workbook import CELL_CHARACTERS, CocWorkbook

#: Columns of a part's sheet.
MASS, LATE, SHARE, WHOLE = 2, 3, 4, 5
#: Rows above the table: the part's title, what it means, and a blank one.
HEAD_ROWS = 3


class AnnualReportWorkbook(CocWorkbook):
    """Writes what ``asi.coc.annual.report`` reports.

    Sums are formulas, with their values beside them for whoever does not
    calculate. Words come from ``_get_parts``, figures from ``_get_report``.
    """

    def __init__(self, env, file):
        super().__init__(env, file)
        self._title = self._book.add_format({"bold": True, "font_size": 14})
        self._muted = self._book.add_format({"font_color": "#555555"})
        self._bold = self._book.add_format({"bold": True})
        self._wrap = self._book.add_format({"text_wrap": True, "valign": "top"})
        self._sum = self._book.add_format(
            {"bold": True, "top": 1, "num_format": "#,##0.000000"}
        )
        self._sum_text = self._book.add_format({"bold": True, "top": 1})

    # -- sheets -------------------------------------------------------------
    def write_overview(self, title, facts, explanation):
        sheet = self._add_sheet(self.env._("Overview"), (34, 90), 1)
        sheet.write_string(0, 0, title, self._title)
        for row, (label, text) in enumerate(facts, HEAD_ROWS):
            sheet.write_string(row, 0, label, self._bold)
            sheet.write_string(row, 1, text[:CELL_CHARACTERS], self._wrap)
        row = HEAD_ROWS + len(facts) + 1
        if explanation:
            sheet.write_string(row, 0, self.env._("Explanation"), self._bold)
            sheet.write_string(row, 1, explanation[:CELL_CHARACTERS], self._wrap)
            row += 2
        sheet.write_string(
            row,
            0,
            self.env._(
                "Masses are tonnes of net material (bauxite: dry tonnes), shares are "
                "percent of mass."
            ),
            self._muted,
        )

    def write_part(self, part, groups):
        """One sheet: every row of a part, and what each group comes to.

        ``part`` has the words, ``groups`` the figures, in the same order.
        """
        labels = [
            self.env._("Line"),
            self.env._("Activity"),
            self.env._("Mass (t)"),
            self.env._("Of Earlier Years (t)"),
            *([self.env._("Share (%)")] if part["part"] in "bc" else []),
            *(["", self.env._("All Mass (t)")] if part["part"] == "g" else []),
        ]
        sheet = self._start_part(part, labels)
        row = HEAD_ROWS + 1
        for words, group in zip(part["groups"], groups, strict=True):
            row = self._write_group(sheet, row, words, group) + 1

    def write_gaps(self, gaps):
        sheet = self._add_sheet(self.env._("Gaps"), (12, 120), HEAD_ROWS + 1)
        sheet.write_string(0, 0, self.env._("What is missing"), self._title)
        if not gaps:
            sheet.write_string(1, 0, self.env._("Nothing is missing."))
        for column, label in enumerate((self.env._("Kind"), self.env._("What"))):
            sheet.write_string(HEAD_ROWS, column, label, self._header)
        for row, gap in enumerate(gaps, HEAD_ROWS + 1):
            kind = self.env._("Note") if gap["is_note"] else self.env._("Missing")
            sheet.write_string(row, 0, kind)
            sheet.write_string(row, 1, gap["text"][:CELL_CHARACTERS], self._wrap)

    def write_comparison(self, rows, year, other_year):
        """Two years side by side; ``rows`` are (part, line, activity, own, other)."""
        sheet = self._add_sheet(
            self.env._("Comparison"), (6, 52, 44, 20, 20, 20), HEAD_ROWS + 1
        )
        title = self.env._("Comparison with %(year)s", year=other_year)
        sheet.write_string(0, 0, title, self._title)
        labels = (
            self.env._("Part"),
            self.env._("Line"),
            self.env._("Activity"),
            self.env._("%(year)s (t)", year=year),
            self.env._("%(year)s (t)", year=other_year),
            self.env._("Difference (t)"),
        )
        for column, label in enumerate(labels):
            sheet.write_string(HEAD_ROWS, column, label, self._header)
        for row, (part, line, activity, own, other) in enumerate(rows, HEAD_ROWS + 1):
            for column, text in enumerate((part, line, activity)):
                self._write_cell(sheet, row, column, "text", text)
            self._write_cell(sheet, row, 3, "mass", own)
            self._write_cell(sheet, row, 4, "mass", other)
            sheet.write_formula(
                row,
                5,
                f"={_cell(row, 3)}-{_cell(row, 4)}",
                self._formats["mass"],
                float(own - other),
            )

    # -- parts --------------------------------------------------------------
    def _start_part(self, part, labels):
        widths = (52, 44, 20, 20, 12, 20)[: len(labels)]
        sheet = self._add_sheet(
            f"1.7 {part['part']}", widths, HEAD_ROWS + 1, part["title"]
        )
        sheet.write_string(1, 0, part["note"], self._muted)
        for column, label in enumerate(labels):
            if label:
                sheet.write_string(HEAD_ROWS, column, label, self._header)
        return sheet

    def _write_group(self, sheet, row, words, group):
        """Write a group's rows and their sum; return the row after it."""
        first = row
        # The formulas of shares name the rows of their activity.
        spans = _get_spans([one["activity"] for one in group["rows"]], first)
        for text, one in zip(words["rows"], group["rows"], strict=True):
            self._write_cell(sheet, row, 0, "text", words["title"])
            self._write_cell(sheet, row, 1, "text", text["label"])
            self._write_cell(sheet, row, MASS, "mass", one["mass"])
            self._write_cell(sheet, row, LATE, "mass", one["late"])
            if one["percentage"] is not None:
                self._write_share(sheet, row, spans[one["activity"]], one)
            if one["whole"] is not None:
                self._write_cell(sheet, row, WHOLE, "mass", one["whole"])
            row += 1
        sheet.write_string(row, 0, words["title"], self._sum_text)
        sheet.write_string(row, 1, words["sum_label"], self._sum_text)
        sheet.write_formula(
            row, MASS, _total(group, first), self._sum, float(group["mass"])
        )
        late = f"=SUM({_span(first, row - 1, LATE)})" if group["rows"] else "=0"
        sheet.write_formula(row, LATE, late, self._sum, float(group["late"]))
        return row + 1

    def _write_share(self, sheet, row, span, one):
        whole = f"SUM({_span(*span, MASS)})"
        sheet.write_formula(
            row,
            SHARE,
            f"=IF({whole}=0,0,{_cell(row, MASS)}/{whole}*100)",
            self._formats["percentage"],
            float(one["percentage"]),
        )

    def _add_sheet(self, name, widths, frozen_rows, title=""):
        sheet = self._book.add_worksheet(name[:31])
        sheet.freeze_panes(frozen_rows, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        if frozen_rows > 1:
            sheet.repeat_rows(0, frozen_rows - 1)
        sheet.set_footer("&L&A&R&P / &N")
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        if title:
            sheet.write_string(0, 0, title, self._title)
        return sheet


def _cell(row, column):
    return xl_rowcol_to_cell(row, column)


def _span(first, last, column):
    return f"{_cell(first, column)}:{_cell(last, column)}"


def _get_spans(activities, first):
    """Return the first and last row of each activity."""
    spans = {}
    for row, activity in enumerate(activities, first):
        spans[activity] = (spans.get(activity, (row,))[0], row)
    return spans


def _total(group, first):
    """Return the formula of a group's total: a sum, or the largest of the periods'."""
    rows = group["rows"]
    if not rows:
        return "=0"
    last = first + len(rows) - 1
    if not group["largest"]:
        return f"=SUM({_span(first, last, MASS)})"
    spans = _get_spans([row["period"] for row in rows], first)
    sums = ",".join(f"SUM({_span(*span, MASS)})" for span in spans.values())
    return f"=MAX({sums})"
