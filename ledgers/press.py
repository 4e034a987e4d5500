"""Printing itself, without Django: `python -m ledgers.press` is a child process that turns HTML
into PDF until its input ends. A parent keeps two of them busy and no database connection with
them; when the parent is killed, its children read the end of their input and stop.

Both directions are frames: eight bytes of length, then the content. In: JSON with html and
styles. Out: JSON head (pages or error), then the PDF.
"""

import contextlib
import json
import struct
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent  # where `ledgers` is found
SIZE = struct.Struct(">Q")


class PrintFailed(Exception):
    """The child could not print this document, or died of it."""


def print_pdf(html: str, styles: list[str]) -> tuple[bytes, int]:
    """The PDF of a document and how many pages it has.

    No document fetches anything but its own data: addresses, neither from the network nor from
    a file of this machine.
    """
    from weasyprint import CSS, HTML  # heavy: only processes that print load it
    from weasyprint.urls import URLFetcher

    fetcher = URLFetcher(allowed_protocols=("data",))
    document = HTML(string=html, url_fetcher=fetcher).render(
        stylesheets=[CSS(string=text, url_fetcher=fetcher) for text in styles]
    )
    return document.write_pdf(), len(document.pages)


class Press:
    """One child that prints; `close` it, or use it as a context manager."""

    def __init__(self):
        self.child = None

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def print(self, html: str, styles: list[str]) -> tuple[bytes, int]:
        """As print_pdf, in the child; a child that died is replaced. Raises PrintFailed."""
        if self.child is not None and self.child.poll() is not None:
            self.close()
        if self.child is None:
            self.child = subprocess.Popen(
                [sys.executable, "-m", "ledgers.press"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=HOME,
            )
        try:
            send(self.child.stdin, json.dumps({"html": html, "styles": styles}).encode())
            head = json.loads(receive(self.child.stdout))
            content = receive(self.child.stdout)
        except (OSError, EOFError) as error:
            self.close()
            raise PrintFailed("the printing process died") from error
        if "error" in head:
            raise PrintFailed(head["error"])
        return content, head["pages"]

    def close(self):
        """End the child after its present document."""
        if self.child is not None:
            for pipe in (self.child.stdin, self.child.stdout):
                with contextlib.suppress(OSError):  # what a dead child did not read is lost
                    pipe.close()
            self.child.wait()
            self.child = None


def send(stream, content: bytes) -> None:
    """Write one frame."""
    stream.write(SIZE.pack(len(content)))
    stream.write(content)
    stream.flush()


def receive(stream) -> bytes:
    """Read one frame. Raises EOFError when the other side has gone."""
    size = SIZE.unpack(_exactly(stream, SIZE.size))[0]
    return _exactly(stream, size)


def _exactly(stream, size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content


def serve(source, target) -> None:
    """Print what comes in until nothing more comes."""
    while True:
        try:
            order = json.loads(receive(source))
        except EOFError:
            return
        try:
            content, pages = print_pdf(order["html"], order["styles"])
            head = {"pages": pages}
        except Exception as error:  # noqa: BLE001 - told to the parent, the child goes on
            content, head = b"", {"error": f"{type(error).__name__}: {error}"[:300]}
        send(target, json.dumps(head).encode())
        send(target, content)


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
