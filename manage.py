#!/usr/bin/env python
"""Django's command line; brings its own database and queue when none is configured."""

import os
import sys

from embedded import services


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingfeng_monitor.settings")
    os.environ.setdefault("QF_PROCESS", "web" if "runserver" in sys.argv else "command")
    services.ensure()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
