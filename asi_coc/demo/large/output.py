"""The statement's files, and the summary of what was lived through."""

from pathlib import Path

from ..output import write_statement
from ..progress import say

#: Label, model, and which of its records are counted.
OPERATIONS = (
    ("Purchase orders", "purchase.order", []),
    ("Receipts", "stock.picking", [("picking_type_code", "=", "incoming")]),
    ("Manufacturing orders", "mrp.production", []),
    ("Internal transfers", "stock.picking", [("picking_type_code", "=", "internal")]),
    ("Sales orders", "sale.order", []),
    ("Deliveries", "stock.picking", [("picking_type_code", "=", "outgoing")]),
    ("Inventory adjustments", "stock.move", [("is_inventory", "=", True)]),
    ("CoC Documents issued", "asi.coc.document", [("direction", "=", "issued")]),
    ("CoC Documents verified", "asi.coc.document", [("direction", "=", "received")]),
    ("Lots", "stock.lot", []),
    ("Stock move lines", "stock.move.line", []),
    ("Ledger entries", "asi.coc.entry", []),
)
BALANCE = (
    ("inflow %", "inflow_percentage"),
    ("yield", "conversion_yield"),
    ("entitlement", "entitlement"),
    ("outflow", "total_outflow"),
    ("share limit", "share_limit"),
    ("intra-entity CoC", "intra_entity_out"),
    ("CoC output", "coc_output"),
    ("carried", "positive_balance_carried"),
)
#: opening + in + produced + gained − consumed − out − lost = closing
RECONCILIATION = (
    ("opening", "opening_mass"),
    ("in", "input_mass"),
    ("produced", "production_mass"),
    ("gained", "gain_mass"),
    ("consumed", "consumption_mass"),
    ("out", "output_mass"),
    ("lost", "loss_mass"),
    ("closing", "closing_mass"),
    ("difference", "difference_mass"),
)


def write_files(env, period, output_folder):
    """Write the statement of ``period`` as PDF and XLSX, and the audit pack."""
    say("Writing the statement")
    folder = Path(output_folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_statement(env, period, folder)
    say("Making the audit pack")
    write_audit_pack(period, folder / "audit-pack.zip")


def write_audit_pack(period, target):
    """Have the pack of ``period`` made, step by step as the scheduled job does."""
    pack = period.env["asi.coc.audit.pack"]._request(
        period.scope_id, period.date_start, period.date_end
    )
    while pack.state in ("requested", "running"):
        # sudo: as the scheduled job, whoever asked
        pack.sudo()._take_step()
    with target.open("wb") as archive:
        for part in pack.sudo()._get_parts():
            archive.write(part.raw)


# -- what was lived through -----------------------------------------------------
def count_operations(year):
    """Return ``{label: number of records}``."""
    company = [("company_id", "=", year.scope.company_id.id)]
    return {
        label: year.env[model].search_count(company + domain)
        for label, model, domain in OPERATIONS
    }


def read_balances(year):
    """Return ``{activity: figures}`` in tonnes, as ``BALANCE`` names them."""
    return {
        balance.activity_id.name: tuple(balance[name] for _head, name in BALANCE)
        for balance in year.period.balance_ids.sorted("sequence")
        if balance.total_outflow
    }


def read_reconciliation(year):
    """Return ``{product: masses}`` in tonnes, as ``RECONCILIATION`` names them."""
    groups = year.env["asi.coc.reconciliation"]._read_group(
        [("period_id", "=", year.period.id)],
        ["product_id"],
        [f"{name}:sum" for _head, name in RECONCILIATION],
    )
    return {product.name: tuple(masses) for product, *masses in groups}


def count_differences(year):
    """Return ``{label: number}`` of what should not be: zero each."""
    env, scope = year.env, year.scope
    rows = env["asi.coc.reconciliation"].search([("period_id", "=", year.period.id)])
    entries = env["asi.coc.entry"]
    own = [("scope_id", "=", scope.id)]
    return {
        "Products and lots that differ from stock": len(
            rows.filtered(lambda row: row.difference_mass or row.difference_quantity)
        ),
        "Drift of the ledger": env["asi.coc.drift"].search_count(own),
        "Totals that differ from the ledger": len(
            env["asi.coc.total"]._find_differences()
        ),
        "Entries unclassified": entries.search_count(
            [*own, ("is_unclassified", "=", True)]
        ),
        "Entries late": entries.search_count([*own, ("late", "=", True)]),
    }


# -- the summary ----------------------------------------------------------------
def print_summary(year, days):
    """Print what happened, how long it took, and that it reconciles to zero."""
    counts = count_operations(year)
    seconds = year.seconds_lived
    say()
    _print_table(
        [(label, f"{count:,}") for label, count in counts.items()]
        + [
            ("Days", f"{days:,}"),
            ("Seconds", f"{seconds:,.0f}"),
            ("Seconds a day", f"{seconds / days:,.2f}"),
        ]
    )
    _print_figures(
        f"Tonnes, {year.period.name} ({year.period.state})",
        BALANCE,
        read_balances(year),
    )
    _print_figures(
        "Stock and ledger, tonnes", RECONCILIATION, read_reconciliation(year)
    )
    _print_table(
        [(label, f"{count:,}") for label, count in count_differences(year).items()]
    )


def _print_figures(title, columns, figures):
    rows = [(title, *(head for head, _name in columns))]
    rows += [
        (label, *(f"{figure:,.6f}".rstrip("0").rstrip(".") for figure in row))
        for label, row in figures.items()
    ]
    _print_table(rows)


def _print_table(rows):
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for label, *cells in rows:
        padded = [
            cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True)
        ]
        say("  ".join([label.ljust(widths[0]), *padded]))
    say()
