"""SFTP by fsspec; the server must show the key that was written down for it."""

import base64
import hashlib
from contextlib import contextmanager
from urllib.parse import urlsplit

import paramiko
from fsspec.implementations.sftp import SFTPFileSystem

from screening.pulling import measure
from screening.pulling.folders import Folder
from screening.pulling.hosts import check_host
from screening.pulling.place import Place, PlaceRefused

PORT = 22


class _KnownKey(paramiko.MissingHostKeyPolicy):
    """Accepts one key only: a stranger in between would be sent the password."""

    def __init__(self, host_key: str):
        self.host_key = host_key.strip()

    def missing_host_key(self, client, hostname, key):
        if fingerprint(key) != self.host_key:
            raise PlaceRefused(
                f"SFTP 服务器的指纹是 {fingerprint(key)}，与登记的不一致，没有登录；"
                "请与对方核对，无误后由系统管理员改登记的指纹"
            )


def fingerprint(key: paramiko.PKey) -> str:
    """As ssh-keygen prints it: SHA256:…"""
    digest = hashlib.sha256(key.asbytes()).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


@contextmanager
def open_sftp(place: Place):
    """A folder of an SFTP server, `sftp://host:port/folder`."""
    url = urlsplit(place.address)
    host, port = url.hostname or "", url.port or PORT
    check_host(host, port)
    system = None
    try:
        system = SFTPFileSystem(
            host, port=port, username=place.username, password=place.secret,
            host_key_policy=_KnownKey(place.host_key), timeout=measure.SILENCE_SECONDS,
            banner_timeout=measure.SILENCE_SECONDS, auth_timeout=measure.SILENCE_SECONDS,
            allow_agent=False, look_for_keys=False, skip_instance_cache=True,
        )  # fmt: skip
        system.ftp.get_channel().settimeout(measure.SILENCE_SECONDS)
        yield Folder(system, url.path, place)
    except paramiko.AuthenticationException as error:
        raise PlaceRefused(f"“{host}”不认用户名或密码，请系统管理员核对") from error
    except FileNotFoundError as error:
        raise PlaceRefused(f"“{host}”上没有“{url.path}”，请系统管理员核对地址") from error
    except TimeoutError as error:
        raise measure.silent(host) from error
    except (paramiko.SSHException, EOFError, OSError) as error:
        raise PlaceRefused(f"与“{host}”的连接中断或没有连上，请稍后再取或核对地址") from error
    finally:
        if system is not None:
            system.client.close()
