"""Installs the add-on as ``odoo.addons.asi_coc``: no addons path is needed."""

import ast
import atexit
import shutil
import tempfile
from pathlib import Path

from setuptools import find_packages, setup

NAME = "odoo.addons.asi_coc"
HERE = Path(__file__).resolve().parent
ADDON = HERE / "asi_coc"
MANIFEST = ast.literal_eval((ADDON / "__manifest__.py").read_text(encoding="utf-8"))
# A build folder that is kept would bring files back that were removed.
BUILD = tempfile.mkdtemp(prefix="asi_coc-build-")
atexit.register(shutil.rmtree, BUILD, ignore_errors=True)
PACKAGES = [NAME, *(f"{NAME}.{name}" for name in find_packages(str(ADDON)))]


def data_files() -> list[str]:
    """All files, also of folders that are no packages: views, migrations, …"""
    files = (path for path in ADDON.rglob("*") if path.is_file())
    return [
        str(path.relative_to(ADDON))
        for path in files
        if "__pycache__" not in path.parts and path.suffix != ".pyc"
    ]


setup(
    name="odoo-addon-asi_coc",
    version=MANIFEST["version"],
    description=MANIFEST["summary"],
    author=MANIFEST["author"],
    license=MANIFEST["license"],
    python_requires=">=3.10",
    # No package odoo or odoo.addons here: both are namespaces Odoo shares.
    packages=PACKAGES,
    package_dir={NAME: "asi_coc"},
    package_data={NAME: data_files()},
    options={"build": {"build_base": BUILD}},
)
