"""The commands behind the Makefile and bin/odoo."""

import argparse
import os
import signal
import sys
from pathlib import Path

from . import (
    checks,
    console,
    core_suites,
    databases,
    demo,
    environment,
    odoo,
    paths,
    postgres,
)

OLDEST_PYTHON = (3, 11)


def main(arguments: list[str]) -> int:
    """Run one command; what goes wrong is one line."""
    if sys.version_info < OLDEST_PYTHON:
        console.say("Python 3.11 or newer is missing: install it as python3")
        return 1
    # Ended from outside, we still end what we started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        if arguments[:1] == ["odoo"]:
            # Not for argparse: every option is Odoo's.
            odoo.ensure().exec(arguments[1:])
        return run(arguments)
    except console.Failure as error:
        console.say(f"Error: {error}")
    except OSError as error:
        console.say(f"Error: {error} (is there room and permission?)")
    except KeyboardInterrupt:
        console.say("interrupted")
        return 130
    return 1


def run(arguments: list[str]) -> int:
    """Commands with options of our own."""
    parser = argparse.ArgumentParser(prog="python3 -m tooling")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("odoo", help="run Odoo with any of its arguments")
    commands.add_parser("setup", help="set up everything, template included")
    commands.add_parser("test", help="run the tests; further arguments are pytest's")
    commands.add_parser("lint", help="check the source")
    suites = commands.add_parser(
        "test-odoo", help="Odoo's own suites without and with the add-on, compared"
    )
    suites.add_argument("suites", nargs="*", help="of these modules; else of all")
    suites.add_argument(
        "--addon", type=Path, default=paths.ADDON, help="another copy of asi_coc"
    )
    suites.add_argument(
        "--plain", action="store_true", help="products are no CoC Material by default"
    )
    suites.add_argument(
        "--again", action="store_true", help="forget results with the add-on"
    )
    commands.add_parser("stop", help="stop the private PostgreSQL server")
    show = commands.add_parser("demo", help="live through the demo and serve it")
    show.add_argument("--no-serve", action="store_true", help="end instead of serving")
    large = commands.add_parser("demo-large", help="live through the large demo")
    large.add_argument("--days", type=int, default=365, metavar="N")
    clone = commands.add_parser("clone", help="make a fresh database")
    clone.add_argument("name")
    clone.add_argument("--bare", action="store_true", help="without the add-on")
    drop = commands.add_parser("drop", help="drop a database and its files")
    drop.add_argument("name")
    options, others = parser.parse_known_args(arguments)
    if others and options.command != "test":
        parser.error(f"unknown: {' '.join(others)}")
    return perform(options, others) or 0


def perform(options: argparse.Namespace, others: list[str]) -> int | None:
    """Carry out a command; its exit code."""
    match options.command:
        case "setup":
            databases.template(odoo.ensure(browser=True))
        case "test":
            return checks.test(others)
        case "lint":
            return checks.lint()
        case "test-odoo":
            return core_suites.test(
                options.suites, options.addon.resolve(), options.plain, options.again
            )
        case "demo":
            return demo.demo(serve=not options.no_serve)
        case "demo-large":
            demo.demo_large(options.days)
        case "clone":
            databases.clone(odoo.ensure(), options.name, not options.bare)
        case "drop":
            databases.drop(odoo.ensure(), options.name)
        case "stop":
            stop()
    return None


def stop() -> None:
    """Stop the private server, if one is there."""
    if os.environ.get("PGHOST"):
        raise console.Failure(
            "the server PGHOST names is not ours to stop: unset PGHOST"
        )
    stopped = environment.PYTHON.exists() and postgres.Cluster().stop()
    console.say("PostgreSQL stopped" if stopped else "PostgreSQL was not running")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
