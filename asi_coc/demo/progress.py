"""What the demo tells the person who waits for it."""

import sys


def say(line=""):
    """Print ``line`` at once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
