"""A folder on the server, below the inbox: a mounted share, or what another program fills."""

from contextlib import contextmanager
from pathlib import PurePosixPath

import fsspec
from django.conf import settings

from screening.pulling.measure import whole
from screening.pulling.place import MOST_NAMES, Place, PlaceRefused


class Folder:
    """Any file system of fsspec with a folder in it."""

    def __init__(self, system, root: str, place: Place):
        self.system, self.root, self.place = system, root.rstrip("/"), place

    def names(self, month) -> list[str]:
        entries = self.system.ls(self.root or "/", detail=True)
        found = [PurePosixPath(e["name"]).name for e in entries if e["type"] == "file"]
        return sorted(name for name in found if self.place.wants(name, month))[:MOST_NAMES]

    def fetch(self, name: str) -> bytes:
        path = f"{self.root}/{name}"
        size = self.system.info(path)["size"]
        with self.system.open(path, "rb", block_size=256 * 1024) as stream:
            return whole(iter(lambda: stream.read(256 * 1024), b""), name, size)


@contextmanager
def open_folder(place: Place):
    """The address is relative to the inbox: nobody reads the rest of the disk by a form."""
    parts = PurePosixPath(place.address).parts
    if ".." in parts or place.address.startswith("/"):
        raise PlaceRefused(f"文件夹“{place.address}”应写成收件目录下的名字，请系统管理员改正")
    system, root = fsspec.core.url_to_fs(f"{settings.QF_INBOX}/{place.address}")
    try:
        if not system.isdir(root):
            raise PlaceRefused(f"收件目录下没有文件夹“{place.address}”，请核对名称或先建好文件夹")
        yield Folder(system, root, place)
    except OSError as error:
        raise PlaceRefused(f"文件夹“{place.address}”读不了，请系统管理员核对权限") from error
