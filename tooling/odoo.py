"""Runs Odoo in the project's environment, wherever it is called from."""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from . import console, environment, odoo_source, paths, postgres, programs

CONFIG = paths.CACHE / "odoo.conf"
DATA = paths.CACHE / "data"
ONLY_INSTALL = ("--no-http", "--stop-after-init")


@dataclass(frozen=True)
class Odoo:
    """Odoo, ready to run: its source and the server its databases are on."""

    source: Path
    server: postgres.Server
    config: Path = CONFIG

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.server.environment, "ODOO_RC": str(self.config)}

    def command(self, *arguments: str) -> list[str]:
        """``-P``: a folder named odoo where one happens to be must not count."""
        return [str(environment.PYTHON), "-P", "-m", "odoo", *arguments]

    def exec(self, arguments: list[str]) -> None:
        """Become Odoo: input, output, signals and exit code are its own."""
        os.execve(environment.PYTHON, self.command(*arguments), self.environment)

    def install(self, title: str, database: str, modules: list[str]) -> Path:
        """Install modules; the log, which is kept."""
        log = paths.LOGS / f"install-{database}.log"
        console.run(
            title,
            self.command(*ONLY_INSTALL, "-d", database, "-i", ",".join(modules)),
            log,
            detail=loading,
            env=self.environment,
        )
        missing = self.not_installed(database, modules)
        if missing:
            raise console.Failure(
                f"{title}: {', '.join(missing)} did not get installed (see {log})"
            )
        return log

    def not_installed(self, database: str, modules: list[str]) -> list[str]:
        """Odoo only logs a warning about a module it does not know."""
        rows = self.server.query(
            "SELECT name FROM ir_module_module WHERE state = 'installed'",
            database=database,
        )
        return sorted(set(modules) - {name for (name,) in rows})


def loading(line: str) -> str | None:
    """What the heartbeat shows of Odoo's log: Loading module sale (12/48)."""
    _, found, rest = line.partition("Loading module ")
    return rest.strip() if found else None


def ensure(browser: bool = False) -> Odoo:
    """Set up what is missing."""
    source = odoo_source.ensure()
    environment.ensure(source)
    server = postgres.ensure()
    ensure_programs(browser)
    write_config(source, server, CONFIG, own_addons())
    return Odoo(source, server)


def ensure_programs(browser: bool) -> None:
    """Odoo runs without them: only what prints or browses cannot."""
    try:
        programs.ensure(browser)
    except console.Failure as error:
        if browser:
            raise
        console.say(f"no PDFs: {error}")


def with_addons(ready: Odoo, name: str, folders: list[Path]) -> Odoo:
    """The same Odoo with other folders of add-ons; ``name`` is its options' file."""
    config = paths.CACHE / f"{name}.conf"
    write_config(ready.source, ready.server, config, folders)
    return replace(ready, config=config)


def own_addons() -> list[Path]:
    """The folder of add-ons that this project is."""
    return [paths.ROOT] if (paths.ADDON / "__manifest__.py").is_file() else []


def write_config(
    source: Path, server: postgres.Server, config: Path, folders: list[Path]
) -> None:
    """Options for Odoo, read before those of its command line."""
    addons = [*odoo_source.addons_path(source), *folders]
    options = {
        "addons_path": ",".join(map(str, addons)),
        "data_dir": DATA,
        "db_host": server.host,
        "db_port": server.port,
        "db_user": server.user,
        "http_interface": "127.0.0.1",
    }
    lines = [f"{name} = {value}\n" for name, value in options.items()]
    text = "[options]\n" + "".join(lines)
    if not config.is_file() or config.read_text() != text:
        new = config.with_suffix(f".{os.getpid()}")
        new.write_text(text)
        new.rename(config)
