from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    name = "assistance"
    verbose_name = "监测帮扶"

    def ready(self):
        # Registers the guards of clearing, the section on the case page and what follows its end.
        from assistance import case_section, clearing, followers  # noqa: F401
