"""The PostgreSQL server: the environment's, or a private one of this project.

The private one listens on a socket in a folder only its owner may enter, so it
needs no password and no port.  It is tuned for databases that can be rebuilt.
"""

import getpass
import hashlib
import json
import os
import pwd
import shlex
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import console, environment, locking, paths

ROLE = "odoo"
SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 100  # the kernel allows 107
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "512MB",
    "max_connections": "100",
    "max_wal_size": "4GB",
    "autovacuum_naptime": "5min",
}
WHEEL = paths.ROOT / "requirements/postgres.txt"


@dataclass(frozen=True)
class Server:
    """How to reach the server; a password stays in ``PGPASSWORD``."""

    host: str
    port: str
    user: str

    @property
    def environment(self) -> dict[str, str]:
        """For programs that use libpq: psql, psycopg2, Odoo."""
        return {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}

    def query(self, statement: str, *values: str, database: str = "postgres") -> list:
        """Run one statement outside a transaction; its rows."""
        code = (
            "import json, sys, psycopg2\n"
            "db, statement, *values = sys.argv[1:]\n"
            "connection = psycopg2.connect(dbname=db)\n"
            "connection.autocommit = True\n"
            "cursor = connection.cursor()\n"
            "cursor.execute(statement, values or None)\n"
            "print(json.dumps(cursor.fetchall() if cursor.description else []))\n"
        )
        env = {**os.environ, **self.environment}
        return json.loads(
            environment.output(code, database, statement, *values, env=env)
        )


def ensure() -> Server:
    """A server that answers."""
    if os.environ.get("PGHOST"):
        return named_by_environment()
    cluster = Cluster()
    if not cluster.answers():
        with locking.locked("postgres"):
            if not cluster.answers():
                cluster.start()
    return cluster.server


def named_by_environment() -> Server:
    """The server of ``PGHOST`` and its like."""
    host = os.environ["PGHOST"]
    user = os.environ.get("PGUSER") or getpass.getuser()
    server = Server(host, os.environ.get("PGPORT") or "5432", user)
    if user == "postgres":
        raise console.Failure(
            "Odoo refuses to work as PostgreSQL's user postgres: create a role with "
            "CREATEDB and name it with PGUSER, or unset PGHOST to use a private server"
        )
    try:
        rows = server.query("SELECT rolcreatedb FROM pg_roles WHERE rolname = %s", user)
    except console.Failure as error:
        raise console.Failure(
            f"no answer from the PostgreSQL server PGHOST={host} names ({error}): "
            "start it, or unset PGHOST to use a private server"
        ) from error
    if not rows[0][0]:
        raise console.Failure(
            f"PostgreSQL's role {user} may not create databases: grant it CREATEDB, "
            "or unset PGHOST to use a private server"
        )
    return server


class Cluster:
    """The private server and its data."""

    def __init__(self) -> None:
        self.owner = owner()
        self.folder = cluster_folder(self.owner)
        self.data = self.folder / "data"
        self.socket = socket_folder(self.folder)
        self.server = Server(str(self.socket), "5432", ROLE)

    def answers(self) -> bool:
        """Whether a server of ours listens."""
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(str(self.socket / SOCKET_NAME))
            except OSError:
                return False
        return (self.folder / "ready").is_file() and self.accepts_sessions()

    def accepts_sessions(self) -> bool:
        """Whether start-up, perhaps after a crash, is over."""
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def start(self) -> None:
        """Start the server, creating what is not there yet."""
        make_owned(self.folder, self.owner)
        make_owned(self.socket, self.owner)
        programs = self.programs()
        if not (self.folder / "ready").is_file():
            shutil.rmtree(self.data, ignore_errors=True)
            self.initialise(programs)
        self.forget_dead_server()
        self.control(programs, "start")
        self.as_owner("Creating the database role", self.role_command(programs))
        (self.folder / "ready").touch()

    def initialise(self, programs: Path) -> None:
        """Create the data folder."""
        command = [programs / "initdb", "-D", self.data, "-U", "postgres"]
        command += ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        self.as_owner("Creating the PostgreSQL data folder", command)
        (self.folder / "programs").write_text(str(programs))

    def control(self, programs: Path, action: str) -> None:
        """Start or stop with pg_ctl, which waits until it is so."""
        settings = {**SETTINGS, "unix_socket_directories": str(self.socket)}
        # On the command line, not in a file: a copy of the project's folder must
        # not listen where the original does.
        options = " ".join(
            "-c " + shlex.quote(f"{name}={value}") for name, value in settings.items()
        )
        command = [programs / "pg_ctl", "-D", self.data, "--wait", "--timeout=120"]
        if action == "start":
            command += ["-l", self.folder / "server.log", "-o", options]
        else:
            command += ["--mode=fast"]
        try:
            self.as_owner(f"PostgreSQL: {action}", [*command, action])
        except console.Failure as error:
            raise console.Failure(
                f"{error}; to begin anew: make stop, then remove {self.folder}"
            ) from error

    def role_command(self, programs: Path) -> list:
        """Odoo works without a superuser's rights, as it does in production."""
        statement = (
            f"DO $$ BEGIN CREATE ROLE {ROLE} LOGIN CREATEDB; "
            "EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
        to = ["-h", self.socket, "-U", "postgres", "-d", "postgres"]
        return [programs / "psql", *to, "-qc", statement]

    def as_owner(self, title: str, command: list) -> None:
        """Run a command of PostgreSQL's as the owner of the data."""
        log = paths.CACHE / "log/postgres.log"
        console.run(title, command, log, cwd="/", **self.owner.process_options)

    def programs(self) -> Path:
        """The folder of initdb, postgres, pg_ctl and psql."""
        used = self.folder / "programs"
        if (self.folder / "ready").is_file() and used.is_file():
            folder = Path(used.read_text())
            if (folder / "postgres").is_file():
                return folder
            raise console.Failure(
                f"the PostgreSQL that made {self.data} is gone from {folder}: install "
                f"it again, or remove {self.folder} to begin anew"
            )
        return debian_programs() or self.wheel_programs()

    def wheel_programs(self) -> Path:
        """Programs of a Python package, where the owner of the data can run them."""
        target = self.folder / "programs-of-wheel"
        if not target.is_dir():
            new = target.with_name("programs.new")
            shutil.rmtree(new, ignore_errors=True)
            arguments = ["--no-deps", "--target", new, "--requirement", WHEEL]
            environment.install(arguments, "Installing PostgreSQL's programs")
            who = f"{self.owner.uid}:{self.owner.gid}"
            subprocess.run(["chown", "-R", who, new], check=True)
            new.rename(target)
        folders = sorted(target.glob("*/pginstall*/bin"), key=version_in_path)
        if not folders:
            raise console.Failure(
                "no PostgreSQL server: install Debian's package postgresql, or name "
                "a server with PGHOST"
            )
        return folders[-1]

    def forget_dead_server(self) -> None:
        """Remove the lock files a crashed or copied server left.

        PostgreSQL does so itself unless another process has the old number by now.
        """
        pid_file = self.data / "postmaster.pid"
        if not pid_file.is_file():
            return
        number = pid_file.read_text().split("\n", 1)[0].strip()
        if not serves(number, self.data):
            pid_file.unlink()
            (self.socket / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)

    def stop(self) -> bool:
        """Stop the server; False when it was not running."""
        if not self.answers():
            return False
        self.control(self.programs(), "stop")
        return True


@dataclass(frozen=True)
class Owner:
    """Who owns the data and runs the server."""

    uid: int
    gid: int

    @property
    def process_options(self) -> dict:
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def may_enter(self, folder: Path) -> bool:
        """Whether this user reaches what is inside ``folder``."""
        done = subprocess.run(
            ["test", "-x", folder], cwd="/", **self.process_options, check=False
        )
        return done.returncode == 0


def owner() -> Owner:
    """PostgreSQL refuses to run as root: then it is somebody without rights."""
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return Owner(user.pw_uid, user.pw_gid)
    raise console.Failure(
        "PostgreSQL does not run as root and there is no user postgres or nobody: "
        "run as another user, or name a server with PGHOST"
    )


def cluster_folder(who: Owner) -> Path:
    """In the cache folder, if the owner of the data can get there."""
    paths.CACHE.mkdir(exist_ok=True)
    if who.may_enter(paths.CACHE):
        return paths.CACHE / "postgres"
    return Path("/var/tmp") / paths.PROJECT_KEY


def socket_folder(cluster: Path) -> Path:
    """A folder whose path is short enough for a socket."""
    folder = cluster / "socket"
    if len(os.fsencode(folder / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return folder
    key = hashlib.sha256(os.fsencode(cluster)).hexdigest()[:12]
    return Path("/tmp") / f"asi_coc-{key}"


def make_owned(folder: Path, who: Owner) -> None:
    """A folder that only its owner enters: whoever enters needs no password."""
    folder.mkdir(mode=0o700, exist_ok=True)
    status = folder.lstat()
    if folder.is_symlink() or status.st_uid not in (who.uid, os.geteuid()):
        raise console.Failure(f"{folder} belongs to somebody else: remove it")
    if status.st_uid != who.uid:
        os.chown(folder, who.uid, who.gid)
    folder.chmod(0o700)


def debian_programs() -> Path | None:
    """The newest server Debian's packages installed."""
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    folders = [folder for folder in installed if (folder / "initdb").is_file()]
    folders = [folder for folder in folders if (folder / "postgres").is_file()]
    return max(folders, key=version_in_path, default=None)


def version_in_path(folder: Path) -> int:
    """15 of /usr/lib/postgresql/15/bin, 18 of …/pginstall18/bin."""
    digits = "".join(filter(str.isdigit, folder.parent.name))
    return int(digits or 0)


def serves(number: str, data: Path) -> bool:
    """Whether process ``number`` is a PostgreSQL server of this data folder."""
    try:
        working_folder = os.readlink(f"/proc/{number}/cwd")
        name = Path(f"/proc/{number}/comm").read_text().strip()
    except OSError:
        return False
    return name == "postgres" and working_folder == str(data)
