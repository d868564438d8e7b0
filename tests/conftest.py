"""Fixtures for what runs outside one Odoo process: real databases and servers."""

import itertools
import json
import os
import socket
import subprocess
import time
import urllib.request
import xmlrpc.client
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest

from tooling import databases, odoo, paths

BIN_ODOO = paths.ROOT / "bin/odoo"
START_SECONDS = 120
numbers = itertools.count(1)


@pytest.fixture(scope="session")
def ready() -> odoo.Odoo:
    """Odoo and its PostgreSQL server, set up."""
    return odoo.ensure()


@pytest.fixture(scope="session")
def installed(ready: odoo.Odoo) -> Iterator[str]:
    """A database with asi_coc that nobody changes: source of the others.

    ``make test`` has made one already and names it.
    """
    name = os.environ.get("ASI_COC_INSTALLED")
    if name and databases.exists(ready, name):
        yield name
        return
    name = f"asi_coc_installed_{os.getpid()}"
    try:
        databases.clone(ready, name)
        yield name
    finally:
        databases.drop(ready, name)


@pytest.fixture
def database(ready: odoo.Odoo, request) -> Iterator[Callable[..., str]]:
    """``database()``: a new database with asi_coc; ``database(bare=True)``: without."""
    made = []

    def make(bare: bool = False) -> str:
        if bare:
            source = databases.template(ready)
        else:
            source = request.getfixturevalue("installed")
        name = f"asi_coc_t{os.getpid()}_{next(numbers)}"
        made.append(name)
        databases.copy(ready, source, name)
        return name

    yield make
    for name in made:
        databases.drop(ready, name)


@pytest.fixture
def pg(ready: odoo.Odoo) -> Iterator[Callable[[str], psycopg2.extensions.connection]]:
    """``pg(dbname)``: a connection of its own, closed after the test."""
    connections = []

    def connect(dbname: str):
        server = ready.server
        connection = psycopg2.connect(
            dbname=dbname, host=server.host, port=server.port, user=server.user
        )
        connections.append(connection)
        return connection

    yield connect
    for connection in connections:
        connection.close()


@pytest.fixture(scope="session")
def shell(ready: odoo.Odoo) -> Callable[[str, str], object]:
    """``shell(db, script)``: run it in ``bin/odoo shell``; what it prints as JSON.

    It is a process of its own: call it from threads to have several at once.
    """

    def run(db: str, script: str) -> object:
        done = subprocess.run(
            [BIN_ODOO, "shell", "-d", db, "--no-http", "--log-level=warn"],
            input=script,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            pytest.fail(f"the script failed in {db}:\n{done.stderr[-5000:]}")
        return json.loads(done.stdout) if done.stdout.strip() else None

    return run


class Server:
    """A running ``bin/odoo``."""

    def __init__(self, db: str, log: Path, arguments: tuple[str, ...]):
        self.db = db
        self.log = log
        self.url = f"http://127.0.0.1:{free_port()}"
        port = self.url.rsplit(":", 1)[1]
        command = [BIN_ODOO, "-d", db, f"--db-filter=^{db}$", f"--http-port={port}"]
        command += ["--max-cron-threads=0", *arguments]
        with log.open("w") as output:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        self.wait()

    def wait(self) -> None:
        """Until it answers."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"{self.url}/web/login", timeout=60).close()
                return
            except OSError:
                time.sleep(0.3)
        self.stop()
        pytest.fail(f"no answer from Odoo:\n{self.log.read_text()[-5000:]}")

    def execute(self, model: str, method: str, *values, user=("admin", "admin"), **kw):
        """Call a method by XML-RPC, as ``user`` (login and password)."""
        login, password = user
        common = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/common")
        uid = common.authenticate(self.db, login, password, {})
        objects = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/object")
        return objects.execute_kw(
            self.db, uid, password, model, method, list(values), kw
        )

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def odoo_server(ready: odoo.Odoo, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """``odoo_server(db, *arguments)``: a server that answers, stopped afterwards."""
    servers = []

    def start(db: str, *arguments: str) -> Server:
        log = tmp_path / f"server-{next(numbers)}.log"
        servers.append(Server(db, log, arguments))
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
