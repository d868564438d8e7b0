"""``make test`` and ``make lint``."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from . import console, databases, environment, locking, odoo, odoo_source, paths

INSTALLED = "asi_coc_installed"
DATABASE = "asi_coc_test"
NOTHING_COLLECTED = 5
# Its own memory of what failed last: both runs write theirs.
OUTSIDE = ["-p", "no:odoo", "-o", "cache_dir=.pytest_cache/outside"]
LINTED = ("asi_coc", "tests", "tooling", "bin/odoo", "setup.py")


def test(arguments: list[str]) -> int:
    """The tests inside Odoo, and beside them those that look at it from outside."""
    with locking.locked("test"):
        ready = odoo.ensure(browser=True)
        databases.clone(ready, INSTALLED)
        databases.copy(ready, INSTALLED, DATABASE)
        commands = [
            pytest_command("asi_coc", ["--odoo-http", *inside(DATABASE)], arguments),
            pytest_command("tests", OUTSIDE, arguments),
        ]
        console.say("Testing; what tests/ says follows at the end")
        return verdict(call([command for command in commands if command]))


def call(commands: list[list]) -> list[int]:
    """Run commands at once; the first has the terminal, the others print after it."""
    options = {
        "cwd": paths.ROOT,
        "env": {**os.environ, "ASI_COC_INSTALLED": INSTALLED},
    }
    with contextlib.ExitStack() as stack:
        beside = [
            stack.enter_context(printed_later(one, options)) for one in commands[1:]
        ]
        codes = [subprocess.call(one, **options) for one in commands[:1]]
        return codes + [process.wait() for process in beside]


@contextlib.contextmanager
def printed_later(command: list, options: dict) -> Iterator[subprocess.Popen]:
    """A process that runs meanwhile, and whose output is printed at the end."""
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, **options
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait()
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout)


def inside(database: str) -> list[str]:
    """What makes pytest run tests inside Odoo, in this database."""
    return [
        "--odoo-log-level=warn",
        f"--odoo-config={odoo.CONFIG}",
        f"--odoo-database={database}",
    ]


def pytest_command(folder: str, options: list, arguments: list) -> list | None:
    """pytest on one folder; None when the arguments name only other files."""
    files = [word for word in arguments if is_path(word)]
    here = [word for word in files if Path(word).parts[0] == folder]
    if files and not here:
        return None
    others = [word for word in arguments if word not in files]
    command = [environment.PYTHON, "-m", "pytest", *options, *others]
    return [*command, *(here or [folder])]


def is_path(word: str) -> bool:
    return not word.startswith("-") and (paths.ROOT / word.split("::")[0]).exists()


def verdict(codes: list[int]) -> int:
    """Passed when no run failed and one of them tested something."""
    if all(code == NOTHING_COLLECTED for code in codes):
        return NOTHING_COLLECTED
    return next((code for code in codes if code not in (0, NOTHING_COLLECTED)), 0)


def lint() -> int:
    """All checkers, so that one call shows everything."""
    environment.ensure(odoo_source.ensure())
    paths_to_lint = [name for name in LINTED if (paths.ROOT / name).exists()]
    programs = environment.FOLDER / "bin"
    checks = {
        "ruff": [programs / "ruff", "check", *paths_to_lint],
        "ruff format": [programs / "ruff", "format", "--check", *paths_to_lint],
        "pylint": [programs / "pylint", "--rcfile=.pylintrc", *paths_to_lint],
        "module": [programs / "oca-checks-odoo-module", "asi_coc"],
    }
    translations = sorted(map(str, paths.ADDON.rglob("*.po*")))
    if translations:
        po = [programs / "oca-checks-po", "--disable=po-pretty-format"]
        checks["translations"] = [*po, *translations]
    failed = []
    for title, command in checks.items():
        console.say(title)
        env = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
        if subprocess.call(command, cwd=paths.ROOT, env=env):
            failed.append(title)
    console.say("xml")
    failed += ["xml"] * bool(broken_xml())
    console.say(f"not clean: {', '.join(failed)}" if failed else "clean")
    return 1 if failed else 0


def broken_xml() -> int:
    """Print and count the XML files that are not well-formed."""
    broken = 0
    for file in sorted(paths.ADDON.rglob("*.xml")):
        try:
            ElementTree.parse(file)
        except ElementTree.ParseError as error:
            console.say(f"{file.relative_to(paths.ROOT)}: {error}")
            broken += 1
    return broken
