"""`make run`: database, queue, web server, worker and beat in one terminal."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from embedded import services, static_files

ROOT = services.ROOT
PYTHON = sys.executable
STOP_SECONDS = 15
START_SECONDS = 180  # a busy or old machine; a start is as fast as it is
RESTARTS = 3  # in a row; a part that lived longer than a minute starts counting anew
MINUTE = 60


@dataclass
class Part:
    """One process of the system, started again when it falls."""

    name: str
    command: list[str]
    role: str
    process: subprocess.Popen = None
    started_at: float = 0
    falls: int = 0
    printer: threading.Thread = field(default=None, repr=False)

    def start(self) -> None:
        # If we are killed outright, the kernel tells the parts to end.
        tie = ["setpriv", "--pdeathsig", "TERM"] if shutil.which("setpriv") else []
        self.process = subprocess.Popen(
            [*tie, *self.command],
            cwd=ROOT,
            env=os.environ | {"QF_PROCESS": self.role, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,  # Ctrl-C reaches only us, and we stop the parts in order
        )
        self.started_at = time.monotonic()
        self.printer = threading.Thread(target=self._print_lines, daemon=True)
        self.printer.start()

    def may_restart(self) -> bool:
        lived = time.monotonic() - self.started_at
        self.falls = 1 if lived > MINUTE else self.falls + 1
        return self.falls <= RESTARTS

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def end(self, deadline: float) -> None:
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)

    def _print_lines(self) -> None:
        for line in self.process.stdout:
            print(f"{self.name:6} | {line}", end="", flush=True)


def main() -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        services.ensure()
        _prepare()
        parts = _parts()
        for part in parts:
            part.start()
    except KeyboardInterrupt:
        return 130
    try:
        _wait_until_up(parts)
        _print_welcome()
        return _watch(parts)
    except KeyboardInterrupt:
        print("\nStopping …", flush=True)
        return 0
    finally:
        _stop(parts)


def _prepare() -> None:
    print("Bringing the database up to date …", flush=True)
    _manage("migrate", "--no-input", "--verbosity=0")
    _manage("load_schedule", capture=True)
    if static_files.have_changed():
        print("Collecting static files …", flush=True)
        _manage("collectstatic", "--no-input", "--verbosity=0")
        static_files.remember()
    if _demo_accounts_file().exists():
        return
    if "seed_demo" in _manage("help", "--commands", capture=True).split():
        print("First use: loading the demo county …", flush=True)
        _manage("seed_demo")
    else:
        print("No demo county in this version; create an account with manage.py.", flush=True)


def _manage(*arguments: str, capture: bool = False) -> str:
    done = subprocess.run(
        [PYTHON, "manage.py", *arguments],
        cwd=ROOT,
        env=os.environ | {"QF_PROCESS": "command"},
        stdout=subprocess.PIPE if capture else None,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"manage.py {arguments[0]} failed; nothing was started.")
    return done.stdout or ""


def _parts() -> list[Part]:
    # A demo machine may well run as root; the container does not.
    calm = ["-W", "ignore:You're running the worker with superuser"]
    celery = [PYTHON, *calm, "-m", "celery", "--quiet", "--app", "qingfeng_monitor"]
    return [
        Part(
            "web",
            [
                PYTHON, "-m", "gunicorn", "qingfeng_monitor.wsgi",
                "--config", "deploy/gunicorn.conf.py", "--bind", f"{_host()}:{_port()}",
            ],
            role="web",
        ),
        Part(
            "worker",
            [
                *celery, "worker", "--concurrency", "2", "--loglevel", "WARNING",
                "--queues", "interactive,import,export,periodic", "--without-gossip",
                "--without-mingle", "--max-tasks-per-child", "200",
            ],
            role="worker",
        ),
        Part(
            "beat",
            [*celery, "beat", "--loglevel", "WARNING", "--pidfile="],
            role="worker",
        ),
    ]  # fmt: skip


def _wait_until_up(parts: list[Part]) -> None:
    address = f"http://127.0.0.1:{_port()}/healthz/"
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if parts[0].process.poll() is not None:
            raise SystemExit("The web server did not start; its last lines are above.")
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit(f"No answer from {address} within {START_SECONDS} s.")


def _print_welcome() -> None:
    print(f"\n  清丰县防贫预警监测系统   http://{_host()}:{_port()}/\n")
    if _demo_accounts_file().exists():
        for account in json.loads(_demo_accounts_file().read_text()):
            print(f"  {account['role']}   {account['username']}   {account['password']}")
    print("\n  Ctrl-C stops everything.\n", flush=True)


def _watch(parts: list[Part]) -> int:
    while True:
        time.sleep(0.5)
        for part in parts:
            code = part.process.poll()
            if code is None:
                continue
            if not part.may_restart():
                print(f"{part.name} ended {RESTARTS + 1} times (code {code}); stopping all.")
                return 1
            print(f"{part.name} ended with code {code}; starting it again.", flush=True)
            part.start()


def _stop(parts: list[Part]) -> None:
    deadline = time.monotonic() + STOP_SECONDS
    for part in parts:
        part.stop()
    for part in parts:
        part.end(deadline)


def _demo_accounts_file() -> Path:
    return services.data_folder() / "demo_accounts.json"


def _host() -> str:
    return os.environ.get("HOST") or "127.0.0.1"


def _port() -> str:
    return os.environ.get("PORT") or "8000"


def _interrupt(signum, frame):
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
