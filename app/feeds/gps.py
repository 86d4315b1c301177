"""A satellite receiver on this computer: a serial line, a file that grows, or a server on the network; NMEA 0183.

A thread of its own listens; who wants to know asks for the last word, and nobody waits. A cut line comes back.
"""

from __future__ import annotations

import os
import select
import socket
import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from app.feeds.inbox import Inbox, Link
from app.feeds.nmea import Fix, Receiver, hear
from app.feeds.own_thread import ThreadFeed
from app.typed_paths import typed_path

GPSD_PORT = 2947
_WATCH = b'?WATCH={"enable":true,"nmea":true};\r\n'
"""gpsd hands its receiver's sentences through when asked for them."""
_WAIT_S, _AGAIN_S = 0.3, 2.0
_PORTION, _LONGEST_LINE = 4096, 1024


class GpsFeed(ThreadFeed):
    """Listens to one receiver.

    Args:
        source: Serial line or file, ``gpsd://host[:port]``, ``tcp://host:port``.
        inbox: Its clock, and where the line's state is told.
    """

    def __init__(self, source: str, inbox: Inbox) -> None:
        super().__init__(source, inbox)
        self._source, self._receiver = source, Receiver()

    @property
    def link(self) -> Link:
        """How the line stands."""
        state = self._inbox.links().get(self._name)
        return Link.CONNECTING if state is None else state.link

    @property
    def searching(self) -> bool:
        """Whether the receiver says that it has no place now."""
        return self._receiver.searching

    def latest(self) -> Fix | None:
        """The last place it said; None where it never said one."""
        return self._receiver.fix

    def close(self) -> None:
        """Let the thread end by itself: nobody waits for it."""
        self._end.set()

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                for line in _lines(self._chunks()):
                    self._receiver = hear(self._receiver, line, self._inbox.now_ms())
            except (OSError, ValueError) as error:
                # What was typed may be no address at all: a port of six digits, a name with two dots.
                reason = error.strerror if isinstance(error, OSError) else None
                self._inbox.tell(self._name, Link.DOWN, reason=str(reason or error))
            else:
                self._inbox.tell(self._name, Link.DOWN)
            self._end.wait(_AGAIN_S)

    def _chunks(self) -> Iterator[bytes]:
        parts = urlsplit(self._source)
        if parts.scheme in {"gpsd", "tcp"}:
            yield from self._from_server(parts.hostname or "localhost", parts.port or GPSD_PORT, parts.scheme == "gpsd")
        else:
            yield from self._from_file(typed_path(self._source))

    def _from_server(self, host: str, port: int, is_gpsd: bool) -> Iterator[bytes]:
        with socket.create_connection((host, port), timeout=5.0) as line:
            if is_gpsd:
                line.sendall(_WATCH)
            line.settimeout(_WAIT_S)
            self._inbox.tell(self._name, Link.UP)
            while not self._end.is_set():
                try:
                    portion = line.recv(_PORTION)
                except TimeoutError:
                    continue
                if not portion:
                    return
                yield portion

    def _from_file(self, path: Path) -> Iterator[bytes]:
        # A serial line that nobody talks on must not hold the thread: it is asked whether there is anything to read.
        opened = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
        try:
            waits = not stat.S_ISREG(os.fstat(opened).st_mode)
            self._inbox.tell(self._name, Link.UP)
            while not self._end.is_set():
                if waits and not select.select([opened], [], [], _WAIT_S)[0]:
                    continue
                portion = os.read(opened, _PORTION)
                if portion:
                    yield portion
                elif waits:
                    return
                else:
                    self._end.wait(_WAIT_S)
        finally:
            os.close(opened)


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    """Whole lines; what grows longer than any sentence without an end is thrown away."""
    left = b""
    for portion in chunks:
        *whole, left = (left + portion).split(b"\n")
        left = left[-_LONGEST_LINE:]
        yield from (line.decode("ascii", errors="replace") for line in whole)
