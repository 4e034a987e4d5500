"""The application that the fault tests' real workers load: ours, with the tests' handlers."""

from celery.signals import worker_init

from qingfeng_monitor.celery import app

__all__ = ["app"]


@worker_init.connect
def load_handlers(**kwargs):
    app.loader.import_task_module("jobs.tests.handlers")


# Beat writes down each tick, so that a test can count them.
app.conf.beat_sync_every = 1
