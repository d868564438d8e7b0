"""Fetches Debian packages without installing them.

apt does the work, with lists and cache of our own, so that it authenticates
what it fetches and the machine's own package lists stay as they are.  The
mirror is the one the machine is configured with.
"""

import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from . import console, paths

APT_FOLDER = Path("/etc/apt")
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
# Odoo 19 is in sid only.  What its files link to is taken from bookworm where
# it is there: sid's newer packages no longer hold all of these files.
SUITES = ("bookworm", "sid")


@dataclass(frozen=True)
class Source:
    """One archive of apt's configuration."""

    uri: str
    suites: list[str] = field(default_factory=list)
    components: list[str] = field(default_factory=list)
    signed_by: str = ""

    @property
    def is_debian_main(self) -> bool:
        """Whether this is a mirror of Debian itself, not updates or others."""
        by_debian = not self.signed_by or "debian-archive" in self.signed_by
        return "main" in self.components and by_debian and self.has_release

    @property
    def has_release(self) -> bool:
        """Leaves out security, updates and other archives' suites."""
        names = {"bookworm", "trixie", "forky", "duke", "sid", "unstable"}
        names |= {"oldstable", "stable", "testing"}
        return bool(names.intersection(self.suites))


def parse_one_line(text: str) -> list[Source]:
    """``deb [options] uri suite components…`` lines (sources.list)."""
    sources = []
    for line in text.splitlines():
        words = line.split("#")[0].split()
        if not words or words[0] != "deb":
            continue
        options = []
        if words[1:] and words[1].startswith("["):
            end = next((i for i, word in enumerate(words) if word.endswith("]")), 1)
            options = " ".join(words[1 : end + 1]).strip("[] ").split()
            words = [words[0], *words[end + 1 :]]
        if len(words) < 3:
            continue
        settings = dict(o.split("=", 1) for o in options if "=" in o)
        signed_by = settings.get("signed-by", "")
        sources.append(Source(words[1], [words[2]], words[3:], signed_by))
    return sources


def parse_deb822(text: str) -> list[Source]:
    """``Types: … URIs: …`` paragraphs (*.sources)."""
    sources = []
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for paragraph in "\n".join(lines).split("\n\n"):
        fields = paragraph_fields(paragraph)
        if fields.get("enabled", "yes").lower() in ("no", "false", "0"):
            continue
        if "deb" not in fields.get("types", "").split():
            continue
        suites = fields.get("suites", "").split()
        components = fields.get("components", "").split()
        # A key may also be given in place of a file; ours is not that one.
        signed_by = fields.get("signed-by", "").strip()
        signed_by = signed_by if signed_by.startswith("/") else ""
        for uri in fields.get("uris", "").split():
            sources.append(Source(uri, suites, components, signed_by))
    return sources


def paragraph_fields(paragraph: str) -> dict[str, str]:
    """Names (lower case) and values; indented lines continue a value."""
    fields: dict[str, str] = {}
    name = ""
    for line in paragraph.splitlines():
        if line[:1].isspace():
            fields[name] = fields.get(name, "") + " " + line.strip()
        elif ":" in line:
            name, value = line.split(":", 1)
            name = name.strip().lower()
            fields[name] = value.strip()
    return fields


def configured_sources(folder: Path = APT_FOLDER) -> list[Source]:
    """All archives the machine is configured with, in apt's order."""
    files = [folder / "sources.list", *sorted((folder / "sources.list.d").glob("*"))]
    sources = []
    for file in files:
        if file.suffix == ".list" and file.is_file():
            sources += parse_one_line(file.read_text(errors="replace"))
        elif file.suffix == ".sources" and file.is_file():
            sources += parse_deb822(file.read_text(errors="replace"))
    return sources


def debian_mirror(folder: Path = APT_FOLDER) -> Source:
    """The mirror of Debian's main archive this machine uses."""
    found = [source for source in configured_sources(folder) if source.is_debian_main]
    # Others sometimes use Debian's suite names too: Debian's path comes first.
    found.sort(key=lambda source: not source.uri.rstrip("/").endswith("debian"))
    if not found:
        raise console.Failure(
            f"no Debian mirror in {folder}: add one to sources.list, or name an "
            "Odoo 19 with ODOO_HOME (source folder)"
        )
    return found[0]


class PrivateApt:
    """apt with its lists, cache and sources inside our cache folder."""

    def __init__(self) -> None:
        self.folder = paths.CACHE / "apt"
        self.mirror = debian_mirror()

    def command(self, *arguments: str) -> list[str]:
        folder = self.folder
        options = {
            "Dir::State::Lists": folder / "lists",
            "Dir::Cache": folder,
            "Dir::Etc::SourceList": folder / "sources.list",
            "Dir::Etc::SourceParts": "-",
            "Dir::Etc::Preferences": "-",
            "Dir::Etc::PreferencesParts": "-",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
            # apt's own user cannot write below somebody's home folder.
            "APT::Sandbox::User": "root",
        }
        set_options = [f"-o{name}={value}" for name, value in options.items()]
        return ["apt-get", "-q", *set_options, *arguments]

    def update(self) -> None:
        (self.folder / "lists/partial").mkdir(parents=True, exist_ok=True)
        (self.folder / "archives/partial").mkdir(parents=True, exist_ok=True)
        keyring = self.mirror.signed_by or (str(KEYRING) if KEYRING.exists() else "")
        option = f"[signed-by={keyring}] " if keyring else ""
        lines = [f"deb {option}{self.mirror.uri} {suite} main\n" for suite in SUITES]
        (self.folder / "sources.list").write_text("".join(lines))
        console.run(
            "Reading Debian's package lists",
            self.command("update"),
            paths.CACHE / "log/apt-update.log",
            hint="mend the mirror, or name an Odoo 19 source folder with ODOO_HOME",
        )

    def suite_of(self, package: str) -> str:
        """The first of our suites that has the package."""
        command = self.command("madison", package)
        command[0:2] = ["apt-cache"]
        listed = subprocess.run(command, capture_output=True, text=True).stdout
        for suite in SUITES:
            if f" {suite}/main" in listed:
                return suite
        raise console.Failure(
            f"the Debian mirror {self.mirror.uri} has no package {package}: use "
            "another mirror, or name an Odoo 19 with ODOO_HOME (source folder)"
        )

    def download(self, title: str, packages: list[str]) -> list[Path]:
        """Fetch packages; apt checks their signatures and sums."""
        folder = self.folder / "download"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        wanted = [f"{package}/{self.suite_of(package)}" for package in packages]
        console.run(
            title,
            self.command("download", *wanted),
            paths.CACHE / "log/apt-download.log",
            cwd=folder,
        )
        return sorted(folder.glob("*.deb"))
