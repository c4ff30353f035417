"""Lines of a sensor that may be unplugged: a named pipe, a device such as /dev/ttyUSB0, or a socket of this machine.

Standard library only. `open` waits for the sensor; the lines end when it goes, and `ended` then says why.
"""

import os
import select
import socket
import stat
import time


class Absent(Exception):
    """The sensor is not there, and why."""


class LiveLines:
    """One source: PATH of a pipe or device, unix:PATH or tcp:PORT, where programs of this machine connect."""

    def __init__(self, place, silence, stopping):
        self.place, self.silence, self.stopping = place, silence, stopping
        self.ended = None
        self.server = None
        kind, _, where = place.partition(":")
        if kind in ("unix", "tcp") and where:
            self.server = _server(kind, where)
            self.path = where if kind == "unix" else None

    def open(self):
        """Lines as they come. @raises Absent where there is nothing to open."""
        self.ended = None
        if self.server is not None:
            return self._connected()
        try:
            handle = os.open(self.place, os.O_RDONLY | os.O_NONBLOCK | getattr(os, "O_NOCTTY", 0))
        except OSError as error:
            raise Absent(f"{self.place}: {error.strerror}") from error
        if stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise Absent(f"{self.place} is a file with an end; scripts/stream.py reads those")
        return self._lines(handle, lambda: os.read(handle, 65536), lambda: os.close(handle))

    def _connected(self):
        while not self.stopping():
            if select.select([self.server], [], [], 0.2)[0]:
                connection = self.server.accept()[0]
                return self._lines(connection.fileno(), lambda: connection.recv(65536), connection.close)
        return iter(())

    def _lines(self, handle, read, close):
        rest, heard = b"", time.monotonic()
        try:
            while not self.stopping():
                if not select.select([handle], [], [], 0.2)[0]:
                    if time.monotonic() - heard > self.silence:
                        self.ended = f"no sample for {self.silence:g} s"
                        return
                    continue
                try:
                    data = read()
                except BlockingIOError:
                    continue
                except OSError as error:
                    self.ended = f"the source failed: {error.strerror}"
                    return
                if not data:
                    self.ended = "the source ended"
                    return
                heard = time.monotonic()
                *whole, rest = (rest + data).split(b"\n")
                if len(rest) > 1 << 20:
                    self.ended = "the source sends no lines"
                    return
                for line in whole:
                    yield line.decode("utf-8", "replace").lstrip("\ufeff")
        finally:
            close()

    def close(self):
        if self.server is not None:
            self.server.close()
            if self.path is not None and os.path.exists(self.path):
                os.unlink(self.path)


def _server(kind, where):
    server = socket.socket(socket.AF_UNIX if kind == "unix" else socket.AF_INET, socket.SOCK_STREAM)
    try:
        if kind == "tcp":
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            server.bind(("127.0.0.1", int(where)))
        else:
            _remove_stale(where)
            server.bind(where)
        server.listen(1)
    except BaseException:
        server.close()
        raise
    return server


def _remove_stale(path):
    """Removes the socket of a program that was killed; one that answers stays."""
    if not os.path.exists(path) or not stat.S_ISSOCK(os.stat(path).st_mode):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        if probe.connect_ex(path) != 0:
            os.unlink(path)
