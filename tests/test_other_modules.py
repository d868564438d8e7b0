"""Modules of Odoo that asi_coc does not depend on, next to it."""

import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tooling import checks, environment, paths

SCRIPTS = Path(__file__).parent / "scripts"
PLANT = (SCRIPTS / "plant.py").read_text()
REPAIR = (SCRIPTS / "repair.py").read_text()
MACHINE = "asi_coc/tests/test_ledger_machine.py"
KIT = (SCRIPTS / "kit.py").read_text()


def install(db: str, module: str) -> None:
    command = [paths.ROOT / "bin/odoo", "-d", db, "-i", module]
    done = subprocess.run(
        [*command, "--stop-after-init", "--no-http", "--log-level=warn"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr[-5000:]


@pytest.fixture(scope="module")
def with_repair(ready, installed):
    """A database with asi_coc and Odoo's module for repairs."""
    from tooling import databases

    name = "asi_coc_repair"
    databases.drop(ready, name)
    databases.copy(ready, installed, name)
    try:
        install(name, "repair")
        yield name
    finally:
        databases.drop(ready, name)


@pytest.fixture(scope="module")
def repaired(with_repair, shell):
    """What the ledger says after the repairs of ``scripts/repair.py``."""
    return shell(with_repair, PLANT + REPAIR)


def test_part_used_up_is_lost(repaired):
    """3 t go into the repaired machine: lost, at the casthouse they came from."""
    assert repaired["added"] == [["loss", "pooled", "Casthouse", 3]]


def test_part_taken_out_and_kept_is_gained(repaired):
    """2 t come out of the machine and are put into stock."""
    assert repaired["recycled"] == [["gain", "pooled", "Casthouse", 2]]


def test_part_taken_out_and_thrown_away_never_was_in_stock(repaired):
    assert repaired["removed"] == []


def test_repaired_product_itself_stays(repaired):
    assert repaired["product"] == []


def test_edited_repair_is_corrected(repaired):
    """Afterwards 4 t instead of 3 t were used."""
    assert repaired["edited"] == [["loss", "pooled", "Casthouse", 4]]


def test_books_agree_after_repairs(repaired):
    """10 t received, 4 t used up, 2 t taken out: 8 t."""
    assert repaired["differences"] == []
    assert repaired["ledger"] == repaired["stock"] == 8


def test_repairs_among_all_other_operations(with_repair, tmp_path):
    """The add-on's state machine of all operations, here with its repairs.

    It fails unless each of its operations was done, and repairs are among them
    where the module is installed.
    """
    report = tmp_path / "report.xml"
    command = [environment.PYTHON, "-m", "pytest", *checks.inside(with_repair)]
    done = subprocess.run(
        [*command, MACHINE, f"--junit-xml={report}"],
        cwd=paths.ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    suite = ElementTree.parse(report).find("testsuite")
    results = [suite.get(name) for name in ("tests", "failures", "errors", "skipped")]
    assert results == ["1", "0", "0", "0"]


def test_scrapping_a_kit_fails_with_and_without_the_addon(database, shell):
    """Odoo 19.0 deletes the kit's move and then asks for its product."""
    assert shell(database(bare=True), PLANT + KIT) == "MissingError"
    assert shell(database(), PLANT + KIT) == "MissingError"
