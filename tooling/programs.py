"""Programs and fonts that come from Debian: PDFs need some, tests a browser."""

import contextlib
import os
import shutil
import subprocess
from pathlib import Path

from . import console, locking, paths

FONT_FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
FONTS = {
    "fonts-dejavu-core": ("DejaVuSans.ttf",),
    "fonts-wqy-microhei": (
        "wqy-microhei.ttc",
        "wqy-zenhei.ttc",
        "NotoSansCJK*.ttc",
        "NotoSansCJK*.otf",
        "NotoSansSC*.otf",
        "SourceHanSans*.otf",
    ),
}


def has_font(patterns: tuple[str, ...]) -> bool:
    folders = [Path(folder) for folder in FONT_FOLDERS if os.path.isdir(folder)]
    return any(any(folder.rglob(pattern)) for folder in folders for pattern in patterns)


def missing(browser: bool) -> list[str]:
    """Debian packages of what PDFs, and with ``browser`` tests, still need."""
    packages = [package for package, files in FONTS.items() if not has_font(files)]
    if not shutil.which("wkhtmltopdf"):
        packages.append("wkhtmltopdf")
    if browser and not (shutil.which("chromium") or shutil.which("google-chrome")):
        packages.append("chromium")
    return packages


def ensure(browser: bool = False) -> None:
    """Install what is missing, where we may."""
    packages = missing(browser)
    if packages:
        with locking.locked("programs"):
            packages = missing(browser)
            if packages:
                install("Programs and fonts", packages)


def install(what: str, packages: list[str]) -> None:
    """Install Debian packages, or tell which command would."""
    names = " ".join(packages)
    way_out = f"run: sudo apt-get install --no-install-recommends {names}"
    prefix = administrator()
    if prefix is None or not shutil.which("apt-get"):
        raise console.Failure(f"{what} missing ({names}): {way_out}")
    command = [
        *prefix,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-q",
        "-oDPkg::Lock::Timeout=600",
    ]
    log = paths.CACHE / "log/apt-install.log"
    # Lists may be missing or older than what the mirror still has.  One broken
    # archive of several fails this though the packages may still be had.
    with contextlib.suppress(console.Failure):
        console.run("Reading package lists", [*command, "update"], log, way_out)
    console.run(
        f"Installing {names}",
        [*command, "install", "--yes", "--no-install-recommends", *packages],
        log,
        way_out,
    )


def administrator() -> list[str] | None:
    """How to run as root here; None when we may not."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "--non-interactive"]
    if shutil.which("sudo"):
        done = subprocess.run([*sudo, "true"], capture_output=True)
        if done.returncode == 0:
            return sudo
    return None
