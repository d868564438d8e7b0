"""Databases by cloning: what takes minutes to install is installed once."""

import ast
import contextlib
import hashlib
import os
import re
import shutil
from pathlib import Path

from . import console, environment, locking, odoo_source, paths
from .odoo import DATA, Odoo

ADDON = paths.ADDON.name
# What the add-on builds on, as long as it has no manifest.
DEFAULT_MODULES = [
    "sale_stock",
    "purchase_stock",
    "stock_account",
    "mrp_account",
    "mrp_subcontracting",
    "mrp_subcontracting_purchase",
    "mrp_subcontracting_dropshipping",
    "sale_mrp",
    "purchase_mrp",
    "portal",
    "survey",
]


def required_modules() -> list[str]:
    """The modules the add-on depends on."""
    manifest = paths.ADDON / "__manifest__.py"
    if not manifest.is_file():
        return DEFAULT_MODULES
    try:
        return sorted(ast.literal_eval(manifest.read_text())["depends"])
    except (SyntaxError, ValueError, KeyError) as error:
        raise console.Failure(f"{manifest} has no readable depends: {error}") from error


def quoted(name: str) -> str:
    """A database name as SQL identifier; only harmless ones."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]{1,63}", name):
        raise console.Failure(f"database name {name!r}: use letters, digits and _")
    return f'"{name}"'


def exists(odoo: Odoo, name: str) -> bool:
    found = "SELECT 1 FROM pg_database WHERE datname = %s"
    return bool(odoo.server.query(found, name))


def template_name(odoo: Odoo, modules: list[str]) -> str:
    """One template per Odoo, environment and module list."""
    parts = [odoo_source.version(odoo.source), environment.LOCK_FILE.read_text()]
    key = hashlib.sha256("\n".join(parts + modules).encode()).hexdigest()[:10]
    return f"asi_coc_template_{key}"


def template(odoo: Odoo) -> str:
    """The database with everything the add-on needs, but not the add-on."""
    modules = required_modules()
    name = template_name(odoo, modules)
    if not is_complete(odoo, name):
        with locking.locked("template"):
            if not is_complete(odoo, name):
                build_template(odoo, name, modules)
    return name


def is_complete(odoo: Odoo, name: str) -> bool:
    """A copy of the project's folder may have the database but not the files."""
    return filestore(name).is_dir() and exists(odoo, name)


def build_template(odoo: Odoo, name: str, modules: list[str]) -> None:
    """Built under another name: a template that exists is whole."""
    drop(odoo, name)
    new = f"{name}_new"
    drop(odoo, new)
    odoo.install("Building the template database", new, modules)
    odoo.server.query(f"ALTER DATABASE {quoted(new)} RENAME TO {quoted(name)}")
    filestore(new).mkdir(parents=True, exist_ok=True)
    filestore(new).rename(filestore(name))
    # An Odoo that looks into every database must not keep this one busy.
    odoo.server.query(f"ALTER DATABASE {quoted(name)} ALLOW_CONNECTIONS false")


def filestore(name: str) -> Path:
    return DATA / "filestore" / name


def copy(odoo: Odoo, source: str, name: str) -> None:
    """Make ``name`` a copy of ``source``, replacing what was there."""
    drop(odoo, name)
    odoo.server.query(f"CREATE DATABASE {quoted(name)} TEMPLATE {quoted(source)}")
    if filestore(source).is_dir():
        # Odoo never writes into a stored file: hard links are copies to it.
        shutil.copytree(filestore(source), filestore(name), copy_function=link_or_copy)


def link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def drop(odoo: Odoo, name: str) -> None:
    """Drop a database and its files, even when somebody is connected."""
    statement = f"DROP DATABASE IF EXISTS {quoted(name)}"
    if exists(odoo, name):
        end = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
        )
        with contextlib.suppress(console.Failure):
            odoo.server.query(end, name)
        odoo.server.query(statement)
    shutil.rmtree(filestore(name), ignore_errors=True)


def clone(odoo: Odoo, name: str, with_asi_coc: bool = True) -> Path | None:
    """A fresh database ``name``; the log of the add-on's installation."""
    if with_asi_coc and not (paths.ADDON / "__manifest__.py").is_file():
        raise console.Failure(f"{paths.ADDON}/__manifest__.py is missing")
    copy(odoo, template(odoo), name)
    if not with_asi_coc:
        return None
    return odoo.install(f"Installing {ADDON} in {name}", name, [ADDON])
