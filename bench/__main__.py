"""`python -m bench [part …]`: parts are register, leads, pages, first_page, search, papers, sheet; all unless named.

Needs minutes: the whole synthetic county is loaded once under QF_VAR/bench and kept.
"""

import os
import sys
from pathlib import Path

from embedded import services

PARTS = ("register", "leads", "pages", "first_page", "search", "papers", "sheet")


def main(names):
    unknown = set(names) - set(PARTS)
    if unknown:
        raise SystemExit(f"No such part: {', '.join(sorted(unknown))}. Parts: {', '.join(PARTS)}")
    os.environ["QF_VAR"] = str(Path(os.environ.get("QF_VAR") or "var").resolve() / "bench")
    os.environ["QF_PROCESS"] = "command"
    os.environ["QF_LOG_LEVEL"] = "ERROR"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingfeng_monitor.settings")
    services.ensure()
    import django

    django.setup()
    from bench import counties, first_page, leads, pages, papers, register, search, sheet

    modules = {
        "register": register,
        "leads": leads,
        "pages": pages,
        "first_page": first_page,
        "search": search,
        "papers": papers,
        "sheet": sheet,
    }
    counties.full()
    for part in names or PARTS:
        modules[part].run()


if __name__ == "__main__":
    main(sys.argv[1:])
