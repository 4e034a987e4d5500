"""How much and how long: no place may fill the memory or hold a worker."""

import time
from collections.abc import Iterable

from jobs.workbooks.limits import LEAD_FILE, MB
from screening.pulling.place import PlaceRefused

SILENCE_SECONDS = 20  # between two signs of life
FILE_SECONDS = 120  # for one whole file


def whole(chunks: Iterable[bytes], name: str, size: int | None = None) -> bytes:
    """The chunks together. Raises PlaceRefused when they are too many, too slow or too few."""
    if size is not None and size > LEAD_FILE.file_bytes:
        raise _too_large(name)
    content, ends = bytearray(), time.monotonic() + FILE_SECONDS
    for chunk in chunks:
        content += chunk
        if len(content) > LEAD_FILE.file_bytes:
            raise _too_large(name)
        if time.monotonic() > ends:
            raise PlaceRefused(f"“{name}”传了 {FILE_SECONDS} 秒还没有传完，已停止，请稍后再取")
    if size is not None and len(content) != size:
        raise cut_short(name)
    return bytes(content)


def cut_short(name: str) -> PlaceRefused:
    """The connection ended before the file did."""
    return PlaceRefused(f"“{name}”没有传完就断了，没有接收，请稍后再取")


def silent(host: str) -> PlaceRefused:
    """Nothing came for too long."""
    return PlaceRefused(f"“{host}”{SILENCE_SECONDS} 秒没有回应，已停止，请稍后再取或联系对方核对")


def _too_large(name: str) -> PlaceRefused:
    return PlaceRefused(
        f"“{name}”超过 {LEAD_FILE.file_bytes // MB} MB，没有接收，请部门拆成几个文件"
    )
