"""What a browser fetches for its first page: kilobytes after gzip, how many requests, how long."""

import gzip
import re
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

from accounts.models import User
from bench import browser
from bench.figures import tell

FETCHED = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="(/static/[^"]+)"')
MOST_KB = 90
MOST_REQUESTS = 12


def run() -> None:
    cadre = Client()
    cadre.force_login(User.objects.get(username="cun"))
    for name, client, url in (("sign_in", Client(), "/sign-in/"), ("village_home", cadre, "/")):
        page = client.get(url, follow=True)
        files = {
            settings.STATIC_ROOT / _relative(found)
            for found in FETCHED.findall(page.content.decode())
        }
        sizes = [len(gzip.compress(page.content)), *map(_zipped, files)]
        tell(f"first_page_kb_{name}", round(sum(sizes) / 1024, 1), MOST_KB)
        tell(f"first_page_requests_{name}", len(sizes), MOST_REQUESTS)
    browser.first_pages()


def _relative(url: str) -> str:
    return urlsplit(url).path.removeprefix(staticfiles_storage.base_url)


def _zipped(path: Path) -> int:
    """As served to a browser that asks for gzip: what collectstatic compressed, else the file."""
    ready = path.with_name(f"{path.name}.gz")
    return (ready if ready.exists() else path).stat().st_size
