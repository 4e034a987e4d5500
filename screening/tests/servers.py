"""Real servers on loopback for the tests of pulling: the web with WebDAV, and SFTP."""

import base64
import http.server
import os
import socket
import threading
import time
from contextlib import contextmanager
from urllib.parse import quote, unquote

import paramiko

LOGIN = b"<!DOCTYPE html><html><form><input type='password'></form></html>"


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        """Quiet."""

    def do_GET(self):
        self.server.asked.append((self.path, self.headers.get("Authorization", "")))
        path = unquote(self.path)
        if not self._may():
            return self._answer(401, b"")
        if path == "/hang":
            time.sleep(self.server.silence)
            return self._answer(200, b"late")
        if path == "/elsewhere":
            return self._answer(302, b"", Location=self.server.elsewhere)
        if path == "/round":
            return self._answer(302, b"", Location="/round")
        if path == "/login.xlsx":
            return self._answer(200, LOGIN)
        if path == "/error.xlsx":
            return self._answer(500, b"")
        content = self.server.files.get(path)
        if content is None:
            return self._answer(404, b"")
        if path.startswith("/cut"):
            self.close_connection = True
            return self._answer(200, content[:10], length=len(content))
        return self._answer(200, content)

    def do_PROPFIND(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self._may():
            return self._answer(401, b"")
        entries = ["<d:response><d:href>/dav/</d:href><d:propstat><d:prop><d:resourcetype>"
                   "<d:collection/></d:resourcetype></d:prop></d:propstat></d:response>"]  # fmt: skip
        entries += [
            f"<d:response><d:href>{quote(path)}</d:href><d:propstat><d:prop><d:resourcetype/>"
            "</d:prop></d:propstat></d:response>"
            for path in self.server.files
            if path.startswith("/dav/")
        ]
        listing = (
            f'<?xml version="1.0"?><d:multistatus xmlns:d="DAV:">{"".join(entries)}</d:multistatus>'
        )
        return self._answer(207, listing.encode())

    def _may(self):
        known = self.server.login
        if known is None:
            return True
        sent = base64.b64encode(":".join(known).encode()).decode()
        return self.headers.get("Authorization") == f"Basic {sent}"

    def _answer(self, status, content, *, length=None, **headers):
        self.send_response(status)
        self.send_header("Content-Length", str(len(content) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def web_server(files=None, login=None):
    """An HTTP server with these files (path -> content); `login` is (user, password)."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.files, server.login = dict(files or {}), login
    server.asked, server.silence, server.elsewhere = [], 2, ""
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Login(paramiko.ServerInterface):
    def __init__(self, login):
        self.login = login

    def check_auth_password(self, username, password):
        right = (username, password) == self.login
        return paramiko.AUTH_SUCCESSFUL if right else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username):
        return "password"

    def check_channel_request(self, kind, chanid):
        return paramiko.OPEN_SUCCEEDED


class _Handle(paramiko.SFTPHandle):
    def stat(self):
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class _Files(paramiko.SFTPServerInterface):
    root = ""

    def _at(self, path):
        return self.root + self.canonicalize(path)

    def list_folder(self, path):
        try:
            with os.scandir(self._at(path)) as entries:
                return [paramiko.SFTPAttributes.from_stat(e.stat(), e.name) for e in entries]
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def stat(self, path):
        try:
            return paramiko.SFTPAttributes.from_stat(os.stat(self._at(path)))
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    lstat = stat

    def open(self, path, flags, attr):
        try:
            file = open(self._at(path), "rb")  # noqa: SIM115 (the handle closes it)
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)
        handle = _Handle(flags)
        handle.readfile = file
        return handle


@contextmanager
def sftp_server(root, login=("yibao", "secret")):
    """An SFTP server over a folder; gives (port, its key)."""
    key = paramiko.ECDSAKey.generate()
    files = type("_RootedFiles", (_Files,), {"root": str(root)})
    listening = socket.create_server(("127.0.0.1", 0))
    transports, is_open = [], True

    def serve():
        while is_open:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transports.append(transport)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, files)
            try:
                transport.start_server(server=_Login(login))
            except (paramiko.SSHException, EOFError):
                continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1], key
    finally:
        is_open = False
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for transport in transports:
            transport.close()
        thread.join(5)
