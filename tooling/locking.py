"""One set-up at a time: callers that come later wait and then find it done."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from . import console, paths


@contextmanager
def locked(name: str) -> Iterator[None]:
    """Hold the project's lock ``name``; the kernel frees it if we die."""
    folder = paths.CACHE / "lock"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.say(f"waiting: another process holds the {name} lock")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
