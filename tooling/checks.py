"""``make test`` and ``make lint``."""

import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree

from . import console, databases, environment, locking, odoo, odoo_source, paths

INSTALLED = "asi_coc_installed"
DATABASE = "asi_coc_test"
NOTHING_COLLECTED = 5
LINTED = ("asi_coc", "tests", "tooling", "bin/odoo", "setup.py")


def test(arguments: list[str]) -> int:
    """The tests inside Odoo, then those that look at it from outside."""
    with locking.locked("test"):
        ready = odoo.ensure(browser=True)
        databases.clone(ready, INSTALLED)
        databases.copy(ready, INSTALLED, DATABASE)
        codes = [
            pytest("asi_coc", ["--odoo-http", *inside(DATABASE)], arguments),
            pytest("tests", ["-p", "no:odoo"], arguments),
        ]
    return verdict(codes)


def inside(database: str) -> list[str]:
    """What makes pytest run tests inside Odoo, in this database."""
    return [
        "--odoo-log-level=warn",
        f"--odoo-config={odoo.CONFIG}",
        f"--odoo-database={database}",
    ]


def pytest(folder: str, options: list, arguments: list) -> int | None:
    """Run pytest on one folder; None when the arguments name only other files."""
    files = [word for word in arguments if is_path(word)]
    here = [word for word in files if Path(word).parts[0] == folder]
    if files and not here:
        return None
    console.say(f"Testing {folder}/")
    others = [word for word in arguments if word not in files]
    command = [environment.PYTHON, "-m", "pytest", *options, *others]
    env = {**os.environ, "ASI_COC_INSTALLED": INSTALLED}
    return subprocess.call([*command, *(here or [folder])], cwd=paths.ROOT, env=env)


def is_path(word: str) -> bool:
    return not word.startswith("-") and (paths.ROOT / word.split("::")[0]).exists()


def verdict(codes: list[int | None]) -> int:
    """Passed when no run failed and one of them tested something."""
    ran = [code for code in codes if code is not None]
    if all(code == NOTHING_COLLECTED for code in ran):
        return NOTHING_COLLECTED
    return next((code for code in ran if code not in (0, NOTHING_COLLECTED)), 0)


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
