"""A web address or a WebDAV folder.

With requests, not with fsspec's own client: each redirect must pass the list of hosts before it
is followed, and the size be known before memory is spent.
"""

import re
from contextlib import contextmanager
from datetime import date
from pathlib import PurePosixPath
from urllib.parse import quote, unquote, urljoin, urlsplit

import requests
from defusedxml import ElementTree

from screening.pulling import measure
from screening.pulling.hosts import check_host
from screening.pulling.place import MOST_NAMES, Place, PlaceRefused, filled

MOST_REDIRECTS = 5
HEADERS = {"Accept-Encoding": "identity"}  # the size that is told is the size that comes
CHUNK = 256 * 1024
_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html|<head|<body)", re.IGNORECASE)
_HREF, _COLLECTION = "{DAV:}href", ".//{DAV:}resourcetype/{DAV:}collection"
_DEPTH = {"Depth": "1", "Content-Type": "application/xml"}
_ASKED = b'<?xml version="1.0"?><propfind xmlns="DAV:"><prop><resourcetype/></prop></propfind>'


class _Site:
    """One conversation with one server, its credentials kept from all others."""

    def __init__(self, place: Place):
        self.place = place
        self.session = requests.Session()
        self.session.trust_env = False  # no proxy, no .netrc of this machine
        self.home = urlsplit(place.address)

    @contextmanager
    def ask(self, url: str, method: str = "GET", **more):
        """The answer to one request, its body not read yet. Raises PlaceRefused."""
        host = urlsplit(url).hostname or ""
        try:
            with self._followed(url, method, more) as answer:
                self._check(answer, host)
                yield answer
        except requests.Timeout as error:
            raise measure.silent(host) from error
        except requests.exceptions.SSLError as error:
            raise PlaceRefused(f"“{host}”的证书不对，没有连接，请与对方核对") from error
        except requests.exceptions.ChunkedEncodingError as error:
            raise measure.cut_short(_name(url)) from error
        except (requests.ConnectionError, requests.RequestException) as error:
            if "timed out" in str(error):  # while the body came
                raise measure.silent(host) from error
            raise PlaceRefused(f"与“{host}”的连接中断或没有连上，请稍后再取或核对地址") from error

    def _followed(self, url, method, more):
        headers = more.pop("headers", {})
        for _ in range(MOST_REDIRECTS):
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https"):
                raise PlaceRefused(f"地址转到了“{parts.scheme}:”，不能取，请系统管理员核对地址")
            check_host(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
            answer = self.session.request(
                method, url, auth=self._auth(parts), allow_redirects=False, stream=True,
                timeout=measure.SILENCE_SECONDS, headers=HEADERS | headers, **more,
            )  # fmt: skip
            if not answer.is_redirect:
                return answer
            answer.close()
            url = urljoin(url, answer.headers["Location"])
        raise PlaceRefused("地址一再转向别处，不能取，请系统管理员核对地址")

    def _auth(self, parts):
        same = (parts.scheme, parts.netloc) == (self.home.scheme, self.home.netloc)
        place = self.place
        return (place.username.encode(), place.secret.encode()) if same and place.username else None

    def _check(self, answer, host):
        if answer.status_code in (401, 403):
            raise PlaceRefused(f"“{host}”不认用户名或密码，请系统管理员核对")
        if answer.status_code in (404, 410):
            raise PlaceRefused(f"“{host}”上没有这个文件或文件夹，本月的可能还没有放上去")
        if not answer.ok:
            raise PlaceRefused(f"“{host}”回答有误（{answer.status_code}），请稍后再取")

    def take(self, url: str, name: str) -> bytes:
        """The file at this address, whole."""
        with self.ask(url) as answer:
            size = answer.headers.get("Content-Length", "")
            content = measure.whole(
                answer.iter_content(CHUNK), name, int(size) if size.isdecimal() else None
            )
            kind = answer.headers.get("Content-Type", "").lower()
        if "text/html" in kind or (_PAGE.match(content) and b"password" in content.lower()):
            raise PlaceRefused(
                f"取“{name}”得到的是网页，多半是登录页，不是表格；请系统管理员核对用户名、密码和地址"
            )
        return content


class WebFile(_Site):
    """One address, which may hold the month."""

    def names(self, month: date) -> list[str]:
        self.url = filled(self.place.address, month)
        return [_name(self.url)]

    def fetch(self, name: str) -> bytes:
        return self.take(self.url, name)


class WebFolder(_Site):
    """A WebDAV collection."""

    def names(self, month: date) -> list[str]:
        self.url = filled(self.place.address, month).rstrip("/") + "/"
        with self.ask(self.url, "PROPFIND", data=_ASKED, headers=_DEPTH) as answer:
            content = measure.whole(answer.iter_content(CHUNK), "文件夹清单")
        found = sorted({name for name in _listed(content) if self.place.wants(name, month)})
        return found[:MOST_NAMES]

    def fetch(self, name: str) -> bytes:
        return self.take(urljoin(self.url, quote(name)), name)


@contextmanager
def open_web(place: Place):
    """One file at a web address, `https://host/{year}{month}.xlsx`."""
    site = WebFile(place)
    with site.session:
        yield site


@contextmanager
def open_webdav(place: Place):
    """A WebDAV folder, `https://host/lists/`."""
    site = WebFolder(place)
    with site.session:
        yield site


def _listed(content: bytes) -> list[str]:
    """Names of the files in a PROPFIND answer; nothing but the last part of each address."""
    try:
        tree = ElementTree.fromstring(content)
    except Exception as error:  # whatever the parser and its guards object to
        raise PlaceRefused("对方没有按 WebDAV 回答，请系统管理员核对地址和方式") from error
    names = []
    for response in tree.iterfind("{DAV:}response"):
        href = response.findtext(_HREF) or ""
        if response.find(_COLLECTION) is None:
            names.append(PurePosixPath(unquote(urlsplit(href).path)).name)
    return [name for name in names if name]


def _name(url: str) -> str:
    return PurePosixPath(unquote(urlsplit(url).path)).name or "名单"
