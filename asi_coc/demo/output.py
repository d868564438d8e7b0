"""What the demo leaves behind: CoC Documents, statements, and a table."""

from datetime import date
from pathlib import Path

from .progress import say

STATEMENT = "asi_coc.report_statement"
#: The guidance's figures: file name, entity that issues, day.
FIGURES = {
    "Figure 11": ("Acme Alumina", date(2025, 7, 11)),
    "Figure 12": ("The 1886 Smelting Company", date(2025, 7, 29)),
}
LAST_DAY = date(2025, 12, 31)
COLUMNS = (
    ("inflow %", "inflow_percentage", 2),
    ("entitlement", "entitlement", 0),
    ("CoC output", "coc_output", 0),
    ("brought", "positive_balance_brought", 0),
    ("used", "positive_balance_used", 0),
    ("expired", "positive_balance_expired", 0),
    ("carried", "positive_balance_carried", 0),
    ("overdraw", "overdraw", 0),
    ("made up", "overdraw_brought", 0),
    ("available", "available", 0),
)


def write_files(env, scopes, output_folder):
    """Write every CoC Document and every period's statement."""
    folder = Path(output_folder)
    for scope in scopes:
        say(f"Writing the files of {scope.name}")
        _write_documents(env, scope, folder)
        for period in get_periods(scope):
            write_statement(env, period, _folder(folder, scope, "statements"))


def get_periods(scope):
    """Return the periods the chain lived through, oldest first."""
    periods = scope.period_ids.sorted("date_start")
    return periods.filtered(lambda period: period.date_end <= LAST_DAY)


def find_figure(env, figure):
    """Return the CoC Document that shows ``figure`` of the guidance."""
    issuer, day = FIGURES[figure]
    return env["asi.coc.document"].search(
        [
            ("direction", "=", "issued"),
            ("scope_id.name", "=", issuer),
            ("date", "=", day),
        ]
    )


def _folder(folder, scope, name):
    target = folder / scope.name / name
    target.mkdir(parents=True, exist_ok=True)
    return target


def _write_documents(env, scope, folder):
    """Write the PDF that was attached when the document was issued."""
    target = _folder(folder, scope, "documents")
    documents = env["asi.coc.document"].search(
        [("scope_id", "=", scope.id), ("direction", "=", "issued")]
    )
    shown = {find_figure(env, figure): figure for figure in FIGURES}
    attached = env["ir.attachment"].search(
        [("res_model", "=", documents._name), ("res_id", "in", documents.ids)]
    )
    if len(attached) < len(documents):
        say("Some CoC Documents could not be printed; their messages say why.")
    for attachment in attached:
        document = documents.browse(attachment.res_id)
        name = f"{document.date} {attachment.name}"
        (target / name).write_bytes(attachment.raw)
        if document in shown:
            name = f"{shown[document]} {attachment.name}"
            (folder / name).write_bytes(attachment.raw)


def write_statement(env, period, target):
    """Write the statement of ``period`` as PDF and XLSX."""
    statements = env["asi.coc.statement"]
    name = statements._get_filename(period)
    content, extension = env["ir.actions.report"]._render_qweb_pdf(
        STATEMENT, period.ids
    )
    (target / f"{name}.{extension}").write_bytes(content)
    statements._write_xlsx(period, str(target / f"{name}.xlsx"))


def print_summary(scopes):
    """Print the balances of all periods: tonnes, and percent for the inflow."""
    rows = [["Tonnes", *(head for head, _name, _digits in COLUMNS)]]
    for scope in scopes:
        rows.append([scope.name])
        rows += [
            _cells(balance)
            for balance in get_periods(scope).balance_ids.sorted(
                lambda one: (one.sequence, one.period_id.date_start)
            )
        ]
    full = [row for row in rows if len(row) > 1]
    widths = [max(map(len, column)) for column in zip(*full, strict=True)]
    say()
    for row in rows:
        if len(row) == 1:
            say()
        say(_line(row, widths))
    say()


def _cells(balance):
    period = balance.period_id
    label = f"  {balance.activity_id.name}, {_window(period)}"
    if period.state != "closed":
        label += " (open)"
    figures = [f"{balance[name]:,.{digits}f}" for _head, name, digits in COLUMNS]
    if period.state == "closed":
        # The last column: nothing more can be designated.
        figures[-1] = ""
    return [label, *figures]


def _window(period):
    return f"{period.date_start:%Y-%m} to {period.date_end:%m}"


def _line(cells, widths):
    label = cells[0].ljust(widths[0])
    figures = [
        cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=False)
    ]
    return "  ".join([label, *figures]).rstrip()
