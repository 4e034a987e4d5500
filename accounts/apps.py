from importlib import import_module

from django.apps import AppConfig
from django.apps import apps as installed
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "用户与岗位"

    def ready(self):
        # Django's own way for first rows (as for permissions); it also refills a flushed database.
        post_migrate.connect(_plant, sender=self)


def _plant(apps=installed, **kwargs):
    try:
        apps.get_model("accounts", "Department")
    except LookupError:
        return  # migrated back to before the first migration
    import_module("accounts.seed").plant(apps)
