from django.apps import AppConfig


class AssistanceConfig(AppConfig):
    name = "assistance"
    verbose_name = "监测帮扶"

    def ready(self):
        # Registers the guards of clearing, the sections of the case and household pages, what
        # follows a case's end and what the register learns of payouts and measures.
        from assistance import case_section, clearing, doubt_source, followers  # noqa: F401
        from assistance.relief import household_section  # noqa: F401
