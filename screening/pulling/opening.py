"""One way to look into any place and to take a file from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Protocol as Shape

from screening.pulling import folders, sftp, web
from screening.pulling.place import Place, Protocol

_OPENERS = {
    Protocol.FOLDER: folders.open_folder,
    Protocol.SFTP: sftp.open_sftp,
    Protocol.WEB: web.open_web,
    Protocol.WEBDAV: web.open_webdav,
}


class Opened(Shape):
    """A place that was reached."""

    def names(self, month: date) -> list[str]:
        """Names of the month's files. Raises PlaceRefused."""

    def fetch(self, name: str) -> bytes:
        """The whole file. Raises PlaceRefused when it is too large, cut short or no file."""


@contextmanager
def open_place(place: Place) -> Iterator[Opened]:
    """Reach the place. Raises PlaceRefused, whatever went wrong on the way."""
    with _OPENERS[Protocol(place.protocol)](place) as opened:
        yield opened
