"""Which machines may be asked at all: those the operator of the server has listed."""

import ipaddress
import socket

from django.conf import settings

from screening.pulling.place import PlaceRefused


def check_host(host: str, port: int) -> None:
    """Pass a listed host; refuse others, and inside addresses that are not listed as such.

    `QF_PULL_HOSTS` holds names, addresses and ranges. A listed name that leads to an inside
    address (private, loopback, link-local) is refused unless that address is listed, too: who
    controls a name must not be able to point it at the machines around this server.
    """
    names, ranges = _listed()
    host = host.strip("[]").rstrip(".").lower()
    addresses = _addresses(host, port)
    if host not in names and not all(_is_in(address, ranges) for address in addresses):
        raise PlaceRefused(
            f"“{host}”不在允许取数的主机里，请系统管理员先在服务器上登记（QF_PULL_HOSTS）"
        )
    for address in addresses:
        if not address.is_global and not _is_in(address, ranges):
            raise PlaceRefused(
                f"“{host}”指向内部地址 {address}，没有登记，请系统管理员在服务器上登记这个地址后再取"
            )


def _listed() -> tuple[set[str], list]:
    names, ranges = set(), []
    for entry in settings.QF_PULL_HOSTS:
        try:
            ranges.append(ipaddress.ip_network(entry, strict=False))
        except ValueError:
            names.add(entry.lower())
    return names, ranges


def _addresses(host: str, port: int) -> list:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise PlaceRefused(f"找不到主机“{host}”，请核对地址") from error
    return [ipaddress.ip_address(entry[4][0].partition("%")[0]) for entry in found]


def _is_in(address, ranges) -> bool:
    return any(address.version == r.version and address in r for r in ranges)
