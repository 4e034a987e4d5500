from importlib import import_module

from django.apps import AppConfig
from django.apps import apps as installed
from django.db.models.signals import post_migrate


class ScreeningConfig(AppConfig):
    name = "screening"
    verbose_name = "部门比对与线索"

    def ready(self):
        # Django's own way for first rows (as for permissions); it also refills a flushed database.
        # The lowest app is the last to be told: by then the departments are there.
        post_migrate.connect(_plant, sender=installed.get_app_config("audit"))
        # Answers that follow a step, and the leads on the pages of household and case.
        import_module("screening.followers")
        import_module("screening.page_sections")
        import_module("screening.agenda_lines")
        # The sheet's hard errors stop the report of the screening ledger.
        import_module("screening.sheet.reporting")


def _plant(apps=installed, **kwargs):
    try:
        apps.get_model("screening", "LeadKind")
    except LookupError:
        return  # migrated back to before the first migration
    import_module("screening.kinds").plant(apps)
