"""One way to look into any place and to take a file from it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Protocol as Shape

from screening.pulling.place import Place, Protocol


class Opened(Shape):
    """A place that was reached."""

    def names(self, month: date) -> list[str]:
        """Names of the month's files. Raises PlaceRefused."""

    def fetch(self, name: str) -> bytes:
        """The whole file. Raises PlaceRefused when it is too large, cut short or no file."""


@contextmanager
def open_place(place: Place) -> Iterator[Opened]:
    """Reach the place. Raises PlaceRefused, whatever went wrong on the way."""
    from screening.pulling import folders, sftp, web  # heavy: only who fetches loads them

    open_there = {
        Protocol.FOLDER: folders.open_folder,
        Protocol.SFTP: sftp.open_sftp,
        Protocol.WEB: web.open_web,
        Protocol.WEBDAV: web.open_webdav,
    }[Protocol(place.protocol)]
    with open_there(place) as opened:
        yield opened
