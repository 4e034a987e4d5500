"""What a place is and how it says no; pure."""

import fnmatch
import re
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices

ENDINGS = (".xlsx", ".xls", ".ods", ".csv", ".et", ".xlsm")
MOST_NAMES = 500
_KNOWN = {"year": "%Y", "month": "%m", "yy": "%y"}
_FIELD = re.compile(r"\{(\w*)\}")


class Protocol(TextChoices):
    FOLDER = "folder", "服务器上的文件夹"
    SFTP = "sftp", "SFTP"
    WEB = "web", "网址（一个文件）"
    WEBDAV = "webdav", "WebDAV 文件夹"


class PlaceRefused(Exception):
    """The place cannot be reached or gives no list; one Chinese sentence with the remedy."""


@dataclass(frozen=True)
class Place:
    """One configured place. `secret` is never shown; `host_key` is the SFTP server's own."""

    protocol: str
    address: str
    pattern: str = "*"
    username: str = ""
    secret: str = ""
    host_key: str = ""

    def __repr__(self):
        return f"Place({self.protocol}, {self.address})"

    def wants(self, name: str, month: date) -> bool:
        """Is this file one of that month's lists by its name?"""
        if not name.lower().endswith(ENDINGS) or name.startswith(("~", ".")):
            return False
        return fnmatch.fnmatch(name, filled(self.pattern, month))


def filled(text: str, month: date) -> str:
    """{year}, {month} and {yy} put in; `{year}年{month}月*.xls` -> `2021年03月*.xls`."""
    return _FIELD.sub(
        lambda found: month.strftime(_KNOWN[found[1]]) if found[1] in _KNOWN else found[0], text
    )


def unknown_fields(text: str) -> list[str]:
    """Fields in braces that mean nothing."""
    return [name for name in _FIELD.findall(text) if name not in _KNOWN]
