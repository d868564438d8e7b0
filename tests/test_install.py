"""Installing leaves a clean log, uninstalling leaves a working Odoo."""

import re
import subprocess
from pathlib import Path

from tooling import paths

PLANT = (Path(__file__).parent / "scripts/plant.py").read_text()
BIN_ODOO = paths.ROOT / "bin/odoo"


def run(*arguments):
    done = subprocess.run(
        [BIN_ODOO, *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, done.stderr[-5000:]
    return done.stdout + done.stderr


def test_install_log_is_clean(database):
    name = database(bare=True)
    log = run("-d", name, "-i", "asi_coc", "--stop-after-init", "--no-http")
    assert "Module asi_coc loaded" in log
    bad = re.findall(r"^.* (?:WARNING|ERROR|CRITICAL) .*$", log, re.MULTILINE)
    assert bad == []


def test_update_log_is_clean(database):
    log = run("-d", database(), "-u", "asi_coc", "--stop-after-init", "--no-http")
    assert re.findall(r"^.* (?:WARNING|ERROR|CRITICAL) .*$", log, re.MULTILINE) == []


def test_installing_does_not_rewrite_stock(database, shell, pg):
    """Rows of the big tables stay where they are on disk: no rewrite."""
    name = database(bare=True)
    shell(name, PLANT + "validate(receipt(3, 3)); env.cr.commit()")
    places = "SELECT ctid, xmin, id FROM {} ORDER BY id"

    def look():
        connection = pg(name)
        with connection.cursor() as cursor:
            found = {}
            for table in ("stock_move", "stock_move_line"):
                cursor.execute(places.format(table))
                found[table] = cursor.fetchall()
        connection.close()
        return found

    before = look()
    assert all(before.values())
    run("-d", name, "-i", "asi_coc", "--stop-after-init", "--no-http")
    assert look() == before


def test_uninstall_leaves_odoo_working(database, shell, pg):
    name = database()
    # A ledger that was in use, with a document and a closed period.
    shell(
        name,
        PLANT
        + """
arrived = receipt(100, 2, 60)
validate(arrived)
verify(arrived)
validate(delivery(50, 30))
year = datetime.date.today().year - 1
env["asi.coc.period"].create({
    "scope_id": scope.id,
    "date_start": f"{year}-01-01",
    "date_end": f"{year}-12-31",
}).action_close()
env.cr.commit()
""",
    )
    shell(
        name,
        """
env["ir.module.module"].search([("name", "=", "asi_coc")]).button_immediate_uninstall()
""",
    )
    # A new process: what is left of Odoo receives and delivers as before.
    result = shell(
        name,
        PLANT
        + """
import json

assert not INSTALLED
validate(receipt(10, 2))
validate(delivery(5))
print(json.dumps(env["stock.quant"]._get_available_quantity(
    slab, warehouse.lot_stock_id)))
""",
    )
    assert result == 5
    with pg(name).cursor() as cursor:
        cursor.execute(
            "SELECT table_name || '.' || column_name FROM information_schema.columns "
            "WHERE table_name LIKE 'asi_coc%' OR column_name LIKE 'coc\\_%'"
        )
        assert cursor.fetchall() == []
        cursor.execute("SELECT proname FROM pg_proc WHERE proname LIKE 'asi_coc%'")
        assert cursor.fetchall() == []
