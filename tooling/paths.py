"""Where things live: everything fetched or built stays inside the project."""

import hashlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
BUILD = ROOT / "build"
LOGS = BUILD / "log"
ADDON = ROOT / "asi_coc"

# Names things outside the project folder that belong to this copy of it only.
PROJECT_KEY = "asi_coc-" + hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]
