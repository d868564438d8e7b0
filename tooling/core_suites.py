"""``make test-odoo``: Odoo's own test suites, without and with the add-on.

With it, every company has an active scope and every product is CoC Material, so
that each move of Odoo's tests goes through the hooks and into the ledger.
"""

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from . import console, databases, environment, locking, odoo, odoo_source, paths
from .test_results import Comparison, read_known

# The quick ones first: they tell soonest.
SUITES = (
    "stock_account",
    "mrp_subcontracting",
    "mrp_account",
    "sale_stock",
    "purchase_stock",
    "stock",
    "mrp",
)
RESULTS = paths.CACHE / "suites"
EVERYWHERE = paths.ROOT / "tests/everywhere"
KNOWN = paths.ROOT / "tests/odoo_failures.txt"
PREPARED = "asi_coc_suites"
NICENESS = 10
# Pytest's exit codes: all passed, some failed.  Others mean it did not run.
RAN = (0, 1)
# What makes Odoo's own products CoC Material: one piece is one tonne.
DEFAULTS = """
env["ir.default"].set("product.template", "coc_material", "aluminium")
env["ir.default"].set("product.product", "coc_net_mass", 1)
env.cr.commit()
"""
NOT_THE_PROGRAM = {"tests", "i18n", "__pycache__", "description"}


def test(names: list[str], addon: Path, plain: bool, again: bool) -> int:
    """Run the suites on both sides; 1 when the add-on makes a test fail."""
    unknown = sorted(set(names) - set(SUITES))
    if unknown:
        raise console.Failure(
            f"no suite {', '.join(unknown)}: choose from {', '.join(SUITES)}"
        )
    with locking.locked("suites"):
        ready = odoo.ensure()
        os.nice(NICENESS)
        without, with_addon = Without(ready), With(ready, addon, plain)
        if again:
            shutil.rmtree(with_addon.results, ignore_errors=True)
        known = read_known(KNOWN)
        compared = []
        for name in [name for name in SUITES if name in (names or SUITES)]:
            runs = without.run(name), with_addon.run(name)
            compared.append(Comparison(name, *runs, known, with_addon.entries(name)))
            compared[-1].show()
        with_addon.drop()
    return conclude(compared)


def conclude(compared: list[Comparison]) -> int:
    """What all of it comes to; the exit code."""
    console.say("")
    for one in compared:
        console.say(one.summary())
    added = sum(len(one.added) for one in compared)
    if added:
        console.say(f"{added} tests of Odoo's fail because of the add-on")
        return 1
    console.say("the add-on makes no test of Odoo's fail")
    return 0


@dataclass
class Side:
    """A database to run suites on, and where their results are kept."""

    odoo: odoo.Odoo

    title = ""
    database = ""
    plugins = ()

    @property
    def results(self) -> Path:
        """One folder for all that decides what comes out: old results are kept."""
        raise NotImplementedError

    @property
    def source(self) -> str:
        """The database that runs get copies of."""
        raise NotImplementedError

    def run(self, suite: str) -> Path:
        """The suite's results: an earlier run's, or those of one now."""
        result = self.results / f"{suite}.xml"
        if not result.is_file():
            self.results.mkdir(parents=True, exist_ok=True)
            databases.copy(self.odoo, self.source, self.database)
            new = result.with_suffix(".new")
            self.pytest(suite, new)
            self.note(suite)
            databases.drop(self.odoo, self.database)
            # Last: results that are there are whole.
            new.rename(result)
        return result

    def pytest(self, suite: str, result: Path) -> None:
        """Outside ``odoo/addons``, where pytest would import the wrong things."""
        command = [environment.PYTHON, "-m", "pytest", "-v", "--tb=short"]
        command += ["-p", "no:cacheprovider", f"--rootdir={paths.ROOT}"]
        command += [f"--odoo-config={self.odoo.config}", "--odoo-log-level=warn"]
        command += [f"--odoo-database={self.database}", f"--junitxml={result}"]
        command += self.plugins
        console.run(
            f"{suite} {self.title}",
            [*command, folder_of(self.odoo, suite)],
            result.with_suffix(".log"),
            detail=Progress(),
            accepted=RAN,
            cwd=paths.ROOT,
            env={**self.odoo.environment, "PYTHONPATH": str(EVERYWHERE)},
        )

    def note(self, suite: str) -> None:
        """Keep what else the run's database tells."""


@dataclass
class Without(Side):
    """Odoo as it is: the same whatever becomes of the add-on."""

    title = "without the add-on"
    database = "asi_coc_suite_without"

    @property
    def results(self) -> Path:
        return RESULTS / self.source

    @cached_property
    def source(self) -> str:
        return databases.template(self.odoo)


@dataclass
class With(Side):
    """The add-on, in the scope of every company."""

    addon: Path
    plain: bool

    title = "with the add-on"
    database = "asi_coc_suite_with"
    plugins = ("-p", "ledger_check")

    def __post_init__(self):
        """Others may change the add-on while the suites run: use a copy."""
        if not (self.addon / "__manifest__.py").is_file():
            raise console.Failure(f"{self.addon}/__manifest__.py is missing")
        folder = RESULTS / "addons"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.addon, folder / databases.ADDON)
        self.addon = folder / databases.ADDON
        self.odoo = odoo.with_addons(self.odoo, PREPARED, [folder, EVERYWHERE])

    @cached_property
    def results(self) -> Path:
        content = hashlib.sha256(f"{self.plain} {DEFAULTS}".encode())
        for file in program_files(self.addon), program_files(EVERYWHERE):
            for path, data in file:
                content.update(path.encode() + data)
        modules = databases.required_modules()
        template = databases.template_name(self.odoo, modules)
        return RESULTS / template / f"with-{content.hexdigest()[:10]}"

    @cached_property
    def source(self) -> str:
        """Prepared when the first suite needs it."""
        databases.copy(self.odoo, databases.template(self.odoo), PREPARED)
        modules = [databases.ADDON, "asi_coc_everywhere"]
        self.odoo.install("Installing the add-on everywhere", PREPARED, modules)
        if not self.plain:
            self.script("Making products CoC Material", DEFAULTS)
        return PREPARED

    def script(self, title: str, text: str) -> None:
        """Run a script in the prepared database."""
        command = self.odoo.command("shell", "-d", PREPARED, "--no-http")
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            env=self.odoo.environment,
        )
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1]
            raise console.Failure(f"{title} failed: {last}")

    def note(self, suite: str) -> None:
        """Count ledger entries: a sequence also counts what was rolled back."""
        query = "SELECT last_value FROM asi_coc_entry_id_seq WHERE is_called"
        rows = self.odoo.server.query(query, database=self.database)
        count = rows[0][0] if rows else 0
        (self.results / f"{suite}.entries").write_text(str(count))

    def entries(self, suite: str) -> int:
        return int((self.results / f"{suite}.entries").read_text())

    def drop(self) -> None:
        """What was prepared; results stay."""
        if "source" in self.__dict__:
            databases.drop(self.odoo, PREPARED)


class Progress:
    """Turns pytest's lines into what the heartbeat shows."""

    def __init__(self):
        self.failures = 0

    def __call__(self, line: str) -> str | None:
        found = re.search(r" (PASSED|FAILED|ERROR|SKIPPED).*\[ *(\d+%)\]", line)
        if not found:
            return None
        self.failures += found[1] in ("FAILED", "ERROR")
        return f"{found[2]}, {self.failures} failed"


def folder_of(ready: odoo.Odoo, suite: str) -> Path:
    for folder in odoo_source.addons_path(ready.source):
        if (folder / suite / "tests").is_dir():
            return folder / suite / "tests"
    raise console.Failure(f"{ready.source} has no tests of {suite}: use another Odoo")


def program_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """What an add-on consists of, without what no suite notices."""
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder)
        if file.is_file() and not NOT_THE_PROGRAM & set(path.parts):
            yield str(path), file.read_bytes()
