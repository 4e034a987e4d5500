"""PostgreSQL and Redis for this process: the configured ones, or our own under QF_VAR.

Any number of processes may share the embedded servers. Each holds a shared lock on one file
while it lives, so the kernel forgets a killed one; the last to leave stops the servers.
"""

import atexit
import contextlib
import fcntl
import hashlib
import os
import tempfile
from pathlib import Path

from embedded.postgres import Postgres
from embedded.redis import Redis

ROOT = Path(__file__).resolve().parent.parent
LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107 bytes

_held = None  # keeps the shared lock's file open until this process ends


def data_folder() -> Path:
    """Where everything that lives while the system runs is kept."""
    return Path(os.environ.get("QF_VAR") or ROOT / "var").resolve()


def ensure() -> None:
    """Put DATABASE_URL and REDIS_URL in the environment, starting servers where needed."""
    global _held
    servers = _servers()
    if not servers:
        return
    folder = data_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with _door(folder):
        if _held is None:
            _held = (folder / "services.users").open("a")
            fcntl.flock(_held, fcntl.LOCK_SH)
            atexit.register(_leave, os.getpid())
        for variable, server in servers.items():
            if not server.is_answering():
                server.start()
            os.environ[variable] = server.url


def _servers() -> dict:
    """The embedded servers that this environment does not replace, by their variable."""
    folder = data_folder()
    sockets = socket_folder(folder)
    kinds = {"DATABASE_URL": Postgres, "REDIS_URL": Redis}
    return {
        variable: kind(folder, sockets / kind.__name__.lower())
        for variable, kind in kinds.items()
        if not os.environ.get(variable)
    }


def _leave(owner: int) -> None:
    """Let go; stop the servers if nobody else uses them."""
    if os.getpid() != owner:
        return  # a forked child ends here too, and the parent still works
    folder = data_folder()
    with _door(folder):
        _held.close()
        with (folder / "services.users").open("a") as users:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            sockets = socket_folder(folder)
            for kind in (Redis, Postgres):
                server = kind(folder, sockets / kind.__name__.lower())
                if server.is_answering():
                    server.stop()


@contextlib.contextmanager
def _door(folder: Path):
    """Only one process at a time starts, joins or stops."""
    with (folder / "services.door").open("a") as door:
        fcntl.flock(door, fcntl.LOCK_EX)
        yield


def socket_folder(folder: Path) -> Path:
    """Beside the data where the path is short enough, otherwise in the temporary folder."""
    usual = folder / "sockets"
    if len(os.fsencode(usual / "postgres" / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH:
        return usual
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"qingfeng-{name}"
