from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    name = "assistance"
    verbose_name = "监测帮扶"

    def ready(self):
        # Registers the guards of clearing and the section on the case page.
        from assistance import case_section, clearing  # noqa: F401
