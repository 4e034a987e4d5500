from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "后台任务"

    def ready(self):
        # The web process must know the handlers too: it asks them for the queue of a job.
        autodiscover_modules("tasks")
