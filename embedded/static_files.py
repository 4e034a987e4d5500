"""Has any static file changed since they were last collected, hashed and compressed?"""

import hashlib
from pathlib import Path

from embedded import services


def have_changed() -> bool:
    """Collecting takes several seconds, so a start without changes skips it."""
    return _stamp().read_text() != _fingerprint() if _stamp().exists() else True


def remember() -> None:
    _stamp().write_text(_fingerprint())


def _stamp() -> Path:
    # Inside the collected folder: whoever deletes that folder deletes the memory too.
    return services.data_folder() / "static" / ".collected"


def _fingerprint() -> str:
    root = services.ROOT
    digest = hashlib.sha256((root / "requirements.txt").read_bytes())
    of_apps = [path.parent / "static" for path in root.glob("*/apps.py")]
    for folder in sorted([root / "static", *of_apps]):
        for path in sorted(folder.rglob("*")):
            status = path.stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
