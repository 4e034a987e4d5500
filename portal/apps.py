from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = "工作台"

    def ready(self):
        from portal import department_measures  # noqa: F401  # adds its numbers to duty reports
