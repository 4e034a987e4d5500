from importlib import import_module

from django.apps import AppConfig
from django.apps import apps as installed
from django.db.models.signals import post_migrate


class PolicyConfig(AppConfig):
    name = "policy"
    verbose_name = "政策参数"

    def ready(self):
        # Django's own way for first rows (as for permissions); it also refills a flushed database.
        post_migrate.connect(_plant, sender=self)


def _plant(sender, apps=installed, **kwargs):
    """Plant what is missing, unless the tables are not there (migrating back to zero)."""
    if "parameter" in apps.all_models["policy"]:
        seed = import_module("policy.seed")
        seed.plant(apps.get_model("policy", "Parameter"), apps.get_model("policy", "CodeItem"))
