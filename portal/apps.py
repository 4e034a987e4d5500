import gc

from django.apps import AppConfig

# Garbage is looked for after so many new objects (Python: 700): tables of 20,000 rows are not garbage.
NEW_OBJECTS = 50_000


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "工作台"

    def ready(self):
        from portal import department_measures  # noqa: F401  # adds its numbers to duty reports

        # What is loaded by now stays for good and need not be looked through again.
        gc.freeze()
        gc.set_threshold(NEW_OBJECTS, 20, 20)
