"""``make demo`` and ``make demo-large``: a year lived through, the first one served."""

import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from . import console, databases, locking, odoo, paths

DATABASE = "asi_coc_demo"
OUTPUT = paths.BUILD / "demo"
FIRST_PORT = 8069
SCRIPT = f"""
from odoo.addons.asi_coc.demo import chain
chain.live(env, {str(OUTPUT)!r})
env.cr.commit()
"""
LARGE_DATABASE = "asi_coc_demo_large"
LARGE_OUTPUT = paths.BUILD / "demo-large"
#: A Material Accounting Period has twelve months at most.
LONGEST = 365
LARGE_SCRIPT = f"""
from odoo.addons.asi_coc.demo.large import year
year.live(env, {str(LARGE_OUTPUT)!r}, %d)
env.cr.commit()
"""


def demo(serve: bool) -> int:
    """Make the demo's database and files, then serve it."""
    with locking.locked("demo"):
        ready = odoo.ensure()
        live(ready, "Living through the chain's year", DATABASE, OUTPUT, SCRIPT)
    return serve_demo(ready) if serve else 0


def demo_large(days: int) -> None:
    """Make the large demo's database and files: ``days`` days of a year."""
    if not 1 <= days <= LONGEST:
        raise console.Failure(f"{days} days: live through 1 to {LONGEST}")
    with locking.locked("demo-large"):
        live(
            odoo.ensure(),
            f"Living through {days} days of a smelter with casthouses",
            LARGE_DATABASE,
            LARGE_OUTPUT,
            LARGE_SCRIPT % days,
        )


def live(
    ready: odoo.Odoo, title: str, database: str, output: Path, script: str
) -> None:
    """Run a demo's script in a fresh database."""
    databases.clone(ready, database)
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    console.say(title)
    shell = ready.command("shell", "-d", database, "--no-http", "--log-level=warn")
    # Unbuffered: what the script prints is its progress.
    env = {**ready.environment, "PYTHONUNBUFFERED": "1"}
    done = subprocess.run(shell, input=script, text=True, env=env)
    if done.returncode:
        raise console.Failure("the demo failed: the lines above say where")
    console.say(f"PDF and XLSX files are in {output}")


def serve_demo(ready: odoo.Odoo) -> int:
    """Serve until the person ends it."""
    port = free_port()
    options = ["-d", DATABASE, f"--db-filter=^{DATABASE}$", "--log-level=warn"]
    options += ["--http-interface=127.0.0.1", f"--http-port={port}"]
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(ready.command(*options), env=ready.environment)
    try:
        with console.Step("Starting Odoo"):
            wait_for(f"{address}/web/login", server)
        console.say(f"{address}  login admin, password admin; Ctrl-C ends")
        return server.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    """The first free port from Odoo's usual one."""
    for port in range(FIRST_PORT, FIRST_PORT + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise console.Failure(f"no free port from {FIRST_PORT} on: stop other servers")


def wait_for(address: str, server: subprocess.Popen) -> None:
    """Return when the page answers."""
    while server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=60):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.5)
    raise console.Failure("Odoo ended before it answered: the lines above say why")
