"""Reaching the places where departments put their lists: a folder, SFTP, a web address, WebDAV."""

from screening.pulling.hosts import check_host
from screening.pulling.opening import open_place
from screening.pulling.place import Place, PlaceRefused, Protocol

__all__ = ["Place", "PlaceRefused", "Protocol", "check_host", "open_place"]
