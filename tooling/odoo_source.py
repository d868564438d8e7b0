"""Finds Odoo 19, or unpacks Debian's package of it into the cache folder."""

import importlib.util
import json
import os
import re
import shutil
from pathlib import Path

from . import console, locking, mirror, paths

SERIES = "19.0"
PACKAGE = "odoo-19"
FOLDER = paths.CACHE / "odoo"
PACKAGE_PATH = Path("usr/lib/python3/dist-packages")
# Odoo's package has links to files of these instead of the files.
LINKED_PACKAGES = [
    "fonts-font-awesome",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
]
UNPACK = 'folder=$1; shift; for package do dpkg-deb -x "$package" "$folder"; done'
# Left out of Debian's package though a bundle of mail lists it.  It blurs the
# camera picture in calls; an empty file keeps the log free of a missing asset.
MISSING_FILE = "odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"


def series_of(folder: Path) -> str:
    """The series ("19.0") of the Odoo whose package ``folder`` holds, or ""."""
    release = folder / "odoo/release.py"
    if not release.is_file():
        return ""
    numbers = re.search(r"^version_info = \((\d+), *(\d+)", release.read_text(), re.M)
    return ".".join(numbers.groups()) if numbers else ""


def named_by_environment() -> Path | None:
    """The source folder ``ODOO_HOME`` names."""
    home = os.environ.get("ODOO_HOME")
    if not home:
        return None
    folder = Path(home).expanduser().resolve()
    found = series_of(folder)
    if found != SERIES:
        what = f"Odoo {found}" if found else "no odoo/release.py"
        raise console.Failure(
            f"ODOO_HOME={home} holds {what}: name a source folder of Odoo {SERIES}, "
            "or unset it to use Debian's package"
        )
    return folder


def importable() -> Path | None:
    """The folder of an Odoo 19 this Python can import."""
    try:
        spec = importlib.util.find_spec("odoo")
    except (ImportError, ValueError):
        return None
    for location in (spec and spec.submodule_search_locations) or []:
        if series_of(Path(location).parent) == SERIES:
            return Path(location).resolve().parent
    return None


def unpacked() -> Path | None:
    """What an earlier run unpacked, unless ``ODOO_DEB`` names another package."""
    marker = FOLDER / "unpacked.json"
    if not marker.is_file():
        return None
    wanted = os.environ.get("ODOO_DEB")
    if wanted and json.loads(marker.read_text())["origin"] != identity(wanted):
        return None
    return FOLDER / PACKAGE_PATH


def identity(deb: str) -> str:
    """Tells one local package file from another."""
    file = Path(deb).expanduser().resolve()
    if not file.is_file():
        raise console.Failure(
            f"ODOO_DEB={deb} is not a file: name a copy of Debian's package "
            f"{PACKAGE}, or unset it to fetch one"
        )
    return f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}"


def find() -> Path | None:
    """The folder that holds the package ``odoo``, if there is one already."""
    return named_by_environment() or importable() or unpacked()


def ensure() -> Path:
    """The folder that holds the package ``odoo``."""
    found = find()
    if found:
        return found
    with locking.locked("odoo"):
        return find() or unpack()


def unpack() -> Path:
    """Unpack Debian's package and what it links to, all or nothing."""
    for program in ("apt-get", "dpkg-deb"):
        if not shutil.which(program):
            raise console.Failure(
                f"{program} is missing (this is not Debian): name a source folder "
                f"of Odoo {SERIES} with ODOO_HOME"
            )
    named = os.environ.get("ODOO_DEB")
    origin = identity(named) if named else "mirror"
    apt = mirror.PrivateApt()
    apt.update()
    wanted = LINKED_PACKAGES + ([] if named else [PACKAGE])
    packages = apt.download("Fetching Odoo and what its files link to", wanted)
    if named:
        packages.append(Path(named).expanduser().resolve())
    new = FOLDER.with_name("odoo.new")
    shutil.rmtree(new, ignore_errors=True)
    unpack_packages(packages, new)
    repair(new)
    version = re.search(r"_(.+)_", packages_named(packages, PACKAGE))
    marker = {"origin": origin, "version": version[1] if version else SERIES}
    (new / "unpacked.json").write_text(json.dumps(marker))
    shutil.rmtree(FOLDER, ignore_errors=True)
    new.rename(FOLDER)
    shutil.rmtree(apt.folder)
    return FOLDER / PACKAGE_PATH


def packages_named(packages: list[Path], name: str) -> str:
    """The file name of the package ``name``."""
    return next((file.name for file in packages if file.name.startswith(name)), "")


def unpack_packages(packages: list[Path], folder: Path) -> None:
    """Unpack into one folder: the links are relative, so they meet their files."""
    folder.mkdir(parents=True)
    console.run(
        "Unpacking Odoo",
        ["sh", "-ec", UNPACK, "unpack", folder, *packages],
        paths.CACHE / "log/unpack.log",
        hint="is the disk full?",
    )


def repair(folder: Path) -> None:
    """Make the unpacked files whole."""
    source = folder / PACKAGE_PATH
    if series_of(source) != SERIES:
        raise console.Failure(
            f"the package holds no Odoo {SERIES} but "
            f"{series_of(source) or 'something else'}: name another with ODOO_DEB"
        )
    # Left-overs of the package's build: half copies of modules among them.
    for name in ("addons", "doc", "setup"):
        shutil.rmtree(source / name, ignore_errors=True)
    missing = source / MISSING_FILE
    missing.parent.mkdir(parents=True, exist_ok=True)
    if not missing.exists():
        missing.write_text("// Not part of Debian's package.\n")
    dangling = dangling_links(folder)
    if dangling:
        raise console.Failure(
            f"{len(dangling)} files of Odoo's package link to files no package has, "
            f"such as {dangling[0]}: name an Odoo {SERIES} source folder with ODOO_HOME"
        )


def dangling_links(folder: Path) -> list[Path]:
    """Links below ``folder`` whose file is not there."""
    found = []
    for parent, names, files in os.walk(folder):
        paths_here = (Path(parent, name) for name in names + files)
        found += [
            path for path in paths_here if path.is_symlink() and not path.exists()
        ]
    return found


def version(source: Path) -> str:
    """What a database built with this source depends on."""
    marker = FOLDER / "unpacked.json"
    if source == FOLDER / PACKAGE_PATH and marker.is_file():
        return json.loads(marker.read_text())["version"]
    return f"{SERIES} {source}"


def addons_path(source: Path) -> list[Path]:
    """The folders of Odoo's own modules: two in a source checkout."""
    folders = [source / "addons", source / "odoo/addons"]
    return [folder for folder in folders if folder.is_dir()]
