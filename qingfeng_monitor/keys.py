"""The four secrets. Production sets them; elsewhere they are made once and kept."""

import base64
import json
import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

NAMES = ("QF_SECRET_KEY", "QF_ID_KEY", "QF_INDEX_KEY", "QF_AUDIT_KEY")
KEY_BYTES = 32


def load(folder: Path, *, is_production: bool) -> dict[str, str]:
    """Each secret by name: environment first, then the kept file."""
    given = {name: os.environ[name] for name in NAMES if os.environ.get(name)}
    missing = [name for name in NAMES if name not in given]
    if missing and is_production:
        raise ImproperlyConfigured(f"Set in the environment: {', '.join(missing)}")
    kept = _kept(folder / "secrets.json") if missing else {}
    values = kept | given
    if len(base64.b64decode(values["QF_ID_KEY"])) != KEY_BYTES:
        raise ImproperlyConfigured(f"QF_ID_KEY must be {KEY_BYTES} bytes in base64")
    return values


def _kept(path: Path) -> dict[str, str]:
    """Losing this file makes every stored ID number unreadable, so it is never overwritten."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = {name: base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode() for name in NAMES}
        draft = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
        try:
            os.link(draft, path)  # of two processes at once, the first one's keys stay
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return json.loads(path.read_text())
