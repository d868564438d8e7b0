"""Results of two runs of one test suite, and what is different."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from xml.etree import ElementTree

from . import console

# From best to worst: of a test with several results the worst counts.
OUTCOMES = ("passed", "skipped", "failed", "error")
BAD = ("failed", "error")
TAGS = {"failure": "failed", "error": "error", "skipped": "skipped"}


@dataclass(frozen=True)
class Result:
    """What became of a test, and why."""

    outcome: str
    message: str = ""


NOT_RUN = Result("not run")


def read(file: Path) -> dict[str, Result]:
    """``{test: result}`` of a file that pytest wrote."""
    results = {}
    for case in ElementTree.parse(file).iter("testcase"):
        # Where Odoo lies does not matter: from the module's name on.
        where = case.get("classname").rpartition("addons.")[2]
        test = f"{where}.{case.get('name')}"
        for result in results_of(case):
            earlier = results.get(test, result)
            results[test] = max(earlier, result, key=badness)
    return results


def results_of(case: ElementTree.Element) -> Iterator[Result]:
    told = [child for child in case if child.tag in TAGS]
    if not told:
        yield Result("passed")
    for child in told:
        lines = (child.get("message") or "no message").splitlines()
        yield Result(TAGS[child.tag], lines[0] if lines else "")


def badness(result: Result) -> int:
    return OUTCOMES.index(result.outcome)


def read_known(file: Path) -> set[str]:
    """The tests that fail without us too: a line each, remarks after ``#``."""
    lines = [line.partition("#")[0].strip() for line in file.read_text().splitlines()]
    return set(filter(None, lines))


class Comparison:
    """One suite, without and with the add-on."""

    def __init__(
        self, suite: str, without: Path, with_addon: Path, known: set[str], entries: int
    ):
        self.suite = suite
        self.log = with_addon.with_suffix(".log")
        self.without = read(without)
        self.with_addon = read(with_addon)
        self.known = known
        self.entries = entries

    @cached_property
    def added(self) -> list[str]:
        """Passes without the add-on only; or fails with it only, whatever it was."""
        return [
            test
            for test in sorted(self.without.keys() | self.with_addon.keys())
            if test not in self.known
            and not self.is_bad(self.without, test)
            and (self.is_bad(self.with_addon, test) or self.is_lost(test))
        ]

    @cached_property
    def gone(self) -> list[str]:
        """Fails without the add-on and not with it."""
        return [
            test
            for test in sorted(self.without)
            if self.is_bad(self.without, test)
            and not self.is_bad(self.with_addon, test)
        ]

    @cached_property
    def unknown(self) -> list[str]:
        """Fails without the add-on and is not in the list."""
        bad = [test for test in self.without if self.is_bad(self.without, test)]
        return sorted(set(bad) - self.known)

    def is_bad(self, results: dict[str, Result], test: str) -> bool:
        return results.get(test, NOT_RUN).outcome in BAD

    def is_lost(self, test: str) -> bool:
        """Skipped or not there any more."""
        before = self.without.get(test, NOT_RUN)
        after = self.with_addon.get(test, NOT_RUN)
        return before.outcome == "passed" and after.outcome != "passed"

    def show(self) -> None:
        """Each test that makes a difference."""
        for test in self.added:
            result = self.with_addon.get(test, NOT_RUN)
            console.say(f"ADDED {test}: {result.outcome} {result.message}")
        for test in self.gone:
            console.say(f"fails without the add-on only: {test}")
        for test in self.unknown:
            console.say(f"fails without the add-on, not in the list: {test}")
        if self.added:
            console.say(f"see {self.log}")

    def summary(self) -> str:
        return (
            f"{self.suite}: without {figures(self.without)}; with "
            f"{figures(self.with_addon)}, {self.entries} ledger entries; "
            f"{len(self.added)} added, {len(self.gone)} gone"
        )


def figures(results: dict[str, Result]) -> str:
    """Like ``34 passed, 2 failed``."""
    counts = Counter(result.outcome for result in results.values())
    return ", ".join(f"{counts[name]} {name}" for name in OUTCOMES if counts[name])
