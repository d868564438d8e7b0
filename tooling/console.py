"""What the person at the terminal sees: progress, and one line when it fails.

All of it goes to stderr: stdout belongs to Odoo, whose output programs read.
"""

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

HEARTBEAT_SECONDS = 10
# What tells why a command failed: apt's and pip's errors, the end of a
# traceback, errors in PostgreSQL's and Odoo's logs.
TELLING = (
    r"^(E: |ERROR)",
    r"^[\w.]+(Error|Exception)\b",
    r"\b(FATAL|CRITICAL|ERROR)\b",
)


class Failure(Exception):
    """One line for the person: the missing thing and the way out."""


def say(text: str) -> None:
    # One call: lines of two processes must not mix.
    sys.stderr.write(f"[asi_coc] {text}\n")
    sys.stderr.flush()


class Step:
    """Announces work that takes more than a moment and shows it is alive."""

    def __init__(self, title: str):
        self.title = title
        self.detail = ""

    def __enter__(self) -> "Step":
        say(f"{self.title} …")
        self._start = time.monotonic()
        self._done = threading.Event()
        threading.Thread(target=self._beat, daemon=True).start()
        return self

    def __exit__(self, kind, error, traceback) -> None:
        self._done.set()
        if kind is None:
            say(f"{self.title}: done in {self._seconds()} s")

    def _seconds(self) -> int:
        return round(time.monotonic() - self._start)

    def _beat(self) -> None:
        while not self._done.wait(HEARTBEAT_SECONDS):
            detail = f", {self.detail}" if self.detail else ""
            say(f"{self.title} … {self._seconds()} s{detail}")


def run(
    title: str,
    command: Sequence[str | os.PathLike],
    log: Path,
    hint: str = "",
    detail: Callable[[str], str | None] | None = None,
    accepted: tuple[int, ...] = (0,),
    **options,
) -> None:
    """Run a command that takes a while; its output goes to ``log``.

    ``detail`` may turn an output line into what the heartbeat shows; ``accepted``
    are the exit codes of success.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    options.setdefault("stdin", subprocess.DEVNULL)
    with Step(title) as step, log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [os.fspath(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            **options,
        )
        try:
            for line in process.stdout:
                output.write(line)
                output.flush()
                if detail and (shown := detail(line)):
                    step.detail = shown
            code = process.wait()
        except BaseException:
            process.terminate()
            raise
    if code not in accepted:
        raise Failure(failed(title, log, hint))


def failed(title: str, log: Path, hint: str = "") -> str:
    """The one line that tells what failed, why, and where to look."""
    return f"{title} failed: {reason(log)} ({hint or 'all of it'}: see {log})"


def reason(log: Path) -> str:
    """The line of a log that most likely says why."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    lines = [line.strip() for line in lines if line.strip()]
    for pattern in TELLING:
        telling = [line for line in lines if re.search(pattern, line)]
        if telling:
            return telling[-1]
    return (lines or ["no output"])[-1]
