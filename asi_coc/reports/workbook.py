"""What all workbooks of this module share: their look, and how cells are written."""

from datetime import date, datetime

import xlsxwriter

#: What an XLSX cell holds.
CELL_CHARACTERS = 32_767


class CocWorkbook:
    """Writes a workbook row by row, in constant memory.

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

    def _get_labels(self, model, field):
        return dict(self.env[model]._fields[field]._description_selection(self.env))

    def _write_row(self, sheet, row, columns, cells):
        """Write ``cells`` below ``columns``: tuples of label, kind and width."""
        for column, ((_label, kind, _width), cell) in enumerate(
            zip(columns, cells, strict=True)
        ):
            self._write_cell(sheet, row, column, kind, cell)

    def _write_cell(self, sheet, row, column, kind, cell):
        if cell is None or cell is False or cell == "":
            return
        if kind == "text":
            sheet.write_string(row, column, str(cell)[:CELL_CHARACTERS])
        elif isinstance(cell, date | datetime):
            sheet.write_datetime(row, column, cell, self._formats[kind])
        else:
            sheet.write_number(row, column, float(cell), self._formats[kind])
