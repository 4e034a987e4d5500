from django.apps import AppConfig
from django.core import checks


class LedgersConfig(AppConfig):
    name = "ledgers"
    verbose_name = "台账档案"

    def ready(self):
        # Declares every ledger, in the order in which they are listed.
        from ledgers import (  # noqa: F401
            annex2,
            case_section,  # noqa: F401
            duty_ledgers,
            help_ledgers,
            lead_ledgers,
            list_ledgers,
            national_ledger,
            relief_ledgers,
        )
        from ledgers.checks import chinese_font

        checks.register(chinese_font)
