"""One run of one job: claim, heartbeat, handler, outcome. Any number of deliveries, one run."""

import logging
import os
import socket
import threading
from pathlib import Path

from celery.exceptions import SoftTimeLimitExceeded
from django.core.files import File
from django.db import InterfaceError, OperationalError, connection
from django.db.models import F
from django.db.models.functions import Now

from jobs import registry
from jobs.models import Job, State, result_path
from jobs.registry import JobLost, JobRefused

logger = logging.getLogger(__name__)

BEAT_SECONDS = 1.0  # progress is written at most this often
SILENT_BEATS = 10  # and a heartbeat at least every so many beats
LONGEST_MESSAGE = 300
CRASHED = "程序出错，任务没有完成；请把任务编号告诉系统管理员"


class JobHandle:
    """What a handler sees of its job."""

    def __init__(self, job: Job):
        self.id = job.pk
        self.args = job.args
        self.by = job.created_by
        self.attempt = job.attempts
        self.result: dict = {}
        self.done, self.total, self.message = 0, 0, ""
        self.file, self.file_name = "", ""
        self.is_lost = threading.Event()

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Say how far the work is. Costs nothing: the heartbeat thread writes it at its pace.

        Raises JobLost when the job was cancelled or given to another worker: stop at once.
        """
        self.done, self.total = done, total
        self.message = message[:LONGEST_MESSAGE]
        if self.is_lost.is_set():
            raise JobLost(str(self.id))

    def save_file(self, path: str | Path, name: str) -> None:
        """Keep the file at `path` as the result; `name` is what people see. Last one wins."""
        storage = Job._meta.get_field("file").storage
        with open(path, "rb") as source:
            self.file = storage.save(result_path(Job(id=self.id), name), File(source))
        self.file_name = Path(name).name

    @property
    def facts(self) -> dict:
        return {"done": self.done, "total": self.total, "message": self.message}

    @property
    def run(self):
        """The row, as long as this run still owns it."""
        return Job.objects.filter(pk=self.id, state=State.RUNNING, attempts=self.attempt)


def run(job_id: str, *, is_watched: bool = True) -> bool:
    """Run the job if it is free; False if somebody else has it or it is over.

    `is_watched` starts the heartbeat thread, which needs the row to be committed.
    """
    job = _claim(job_id)
    if job is None:
        return False
    handle = JobHandle(job)
    pulse = Pulse(handle)
    if is_watched:
        pulse.start()
    try:
        ending = _ending(registry.find(job.kind), handle)
    finally:
        pulse.stop()
    kept = handle.run.update(finished_at=Now(), heartbeat_at=Now(), **ending) if ending else 0
    if not kept:
        logger.warning("job %s: the run %d ended without effect", job_id, handle.attempt)
    return bool(kept)


def _ending(handler: registry.Handler, handle: JobHandle) -> dict | None:
    """Do the work; returns how the row ends, or None when it is left to the sweeper."""
    try:
        handler.function(handle)
    except JobRefused as refused:
        return {**handle.facts, "state": State.FAILED, "message": str(refused)[:LONGEST_MESSAGE]}
    except SoftTimeLimitExceeded:
        minutes = max(1, handler.seconds // 60)
        message = f"超过 {minutes} 分钟仍未完成，已停止；请缩小范围后重试"
        return {**handle.facts, "state": State.FAILED, "message": message}
    except JobLost:
        return None
    except (OperationalError, InterfaceError):
        # The database went away: the row cannot be written now, the sweeper finds it silent.
        logger.exception("job %s lost the database", handle.id)
        connection.close()
        return None
    except Exception:
        logger.exception("job %s failed", handle.id)
        return {**handle.facts, "state": State.FAILED, "message": CRASHED}
    return {
        **handle.facts,
        "state": State.DONE,
        "result": handle.result,
        "file": handle.file,
        "file_name": handle.file_name[:200],
    }


def _claim(job_id: str) -> Job | None:
    """Take the job by a conditional UPDATE: of five deliveries exactly one gets it."""
    _free_from_dead_neighbour(job_id)
    taken = Job.objects.filter(pk=job_id, state=State.QUEUED).update(
        state=State.RUNNING,
        started_at=Now(),
        heartbeat_at=Now(),
        attempts=F("attempts") + 1,
        worker=_me(),
    )
    return Job.objects.select_related("created_by").get(pk=job_id) if taken else None


def _free_from_dead_neighbour(job_id: str) -> None:
    """A killed child's message returns within seconds; no need to await the sweeper then."""
    job = Job.objects.filter(pk=job_id, state=State.RUNNING).first()
    if job is None:
        return
    place, _, pid = job.worker.rpartition(":")
    if place == _place() and not _is_alive(int(pid)):
        if job.attempts >= registry.find(job.kind).attempts:
            return  # the sweeper says why it ends
        Job.objects.filter(pk=job_id, state=State.RUNNING, attempts=job.attempts).update(
            state=State.QUEUED
        )


def _me() -> str:
    return f"{_place()}:{os.getpid()}"


def _place() -> str:
    """Where process numbers mean the same: machine and, of several containers, which one."""
    return f"{socket.gethostname()}:{os.stat('/proc/self/ns/pid').st_ino}"


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Pulse(threading.Thread):
    """Writes heartbeat and progress over a connection of its own, whatever the handler does."""

    def __init__(self, handle: JobHandle):
        super().__init__(name=f"pulse-{handle.id}", daemon=True)
        self.handle = handle
        self.stopping = threading.Event()

    def run(self) -> None:
        written, silence = None, 0
        try:
            while not self.stopping.wait(BEAT_SECONDS):
                facts, silence = self.handle.facts, silence + 1
                if facts == written and silence < SILENT_BEATS:
                    continue
                if self._write(facts):
                    written, silence = facts, 0
        finally:
            connection.close()

    def _write(self, facts: dict) -> bool:
        try:
            owned = self.handle.run.update(heartbeat_at=Now(), **facts)
        except (OperationalError, InterfaceError):
            connection.close()  # try again at the next beat
            return False
        if not owned:
            self.handle.is_lost.set()
            self.stopping.set()
        return True

    def stop(self) -> None:
        self.stopping.set()
        if self.is_alive():
            self.join()
