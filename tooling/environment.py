"""The project's Python environment: exactly what the lock file names."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from . import console, locking, paths, programs

FOLDER = paths.CACHE / "venv"
PYTHON = FOLDER / "bin/python"
LOCK_FILE = paths.ROOT / "requirements/lock.txt"
MARKER = FOLDER / "installed"


def fingerprint() -> str:
    """Changes when the environment has to be built anew.

    Not with the Python that asks: callers with another PATH may have another one.
    """
    content = LOCK_FILE.read_bytes() + str(FOLDER.resolve()).encode()
    return hashlib.sha256(content).hexdigest()


def is_current() -> bool:
    """Whether it holds what the lock file names, and its Python is still there."""
    installed = MARKER.is_file() and PYTHON.exists()
    return installed and MARKER.read_text() == fingerprint()


def ensure(odoo_source: Path) -> Path:
    """The environment's python, which finds Odoo in ``odoo_source``."""
    if not is_current():
        with locking.locked("venv"):
            if not is_current():
                build()
    link_odoo(odoo_source)
    return PYTHON


def build() -> None:
    """Create the environment and install the lock file into it."""
    if importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        programs.install("Python's venv module", [f"python{version}-venv"])
    shutil.rmtree(FOLDER, ignore_errors=True)
    log = paths.CACHE / "log/venv.log"
    console.run(
        "Creating the Python environment", [sys.executable, "-m", "venv", FOLDER], log
    )
    install(["--no-deps", "--requirement", LOCK_FILE])
    MARKER.write_text(fingerprint())


def install(arguments: list, title: str = "Installing Python packages") -> None:
    """Call pip; the heartbeat shows the package it is at."""

    def package(line: str) -> str | None:
        words = line.split()
        if words[:1] == ["Collecting"]:
            return words[1]
        return "installing" if words[:1] == ["Installing"] else None

    console.run(
        title,
        [PYTHON, "-m", "pip", "install", "--disable-pip-version-check", *arguments],
        paths.CACHE / "log/pip.log",
        hint="is a package index reachable?",
        detail=package,
    )


def link_odoo(odoo_source: Path) -> None:
    """Let the environment's python import Odoo, without installing it."""
    folder = site_packages()
    link = folder / "odoo-source.pth"
    text = f"{odoo_source}\n"
    if not link.is_file() or link.read_text() != text:
        new = folder / f"odoo-source.{os.getpid()}.new"
        new.write_text(text)
        new.rename(link)


def site_packages() -> Path:
    return next(FOLDER.glob("lib/python3*/site-packages"))


def output(code: str, *arguments: str, env: dict[str, str] | None = None) -> str:
    """What a snippet prints in the environment; its last error line if it fails."""
    done = subprocess.run(
        [PYTHON, "-c", code, *arguments], capture_output=True, text=True, env=env
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no output"]
        raise console.Failure(lines[-1])
    return done.stdout
