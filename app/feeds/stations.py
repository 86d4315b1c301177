"""Stations that call in over TCP and send frames: we listen, and answer each frame when its readings are safe.

What a frame looks like is not known here: a :class:`Framing` cuts the stream and writes receipts. One thread serves all
connections. A station whose line is cut calls again and sends again what it got no receipt for.
"""

from __future__ import annotations

import errno
import selectors
import socket
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from app.feeds.inbox import Inbox, Link, Message
from app.feeds.own_thread import ThreadFeed

_AGAIN_S: Final = 5.0
_LOOK_S: Final = 0.2
_AT_ONCE: Final = 65_536
_SILENT_S: Final = 60
"""After so long a silence the system asks a station's end of the line whether it is still there."""
_NO_ROOM: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
MOST_STATIONS: Final = 2_000
MOST_WITHOUT_RECEIPT: Final = 100_000


class Framing(Protocol):
    """What frames look like."""

    def cut(self, stream: bytes) -> tuple[list[bytes], bytes]:
        """Whole frames of a *stream*, and what is left to be continued."""

    def receipt(self, frame: bytes) -> bytes:
        """The answer that tells the sender that *frame* is safe; empty where it expects none."""


@dataclass
class _Line:
    """A connection, where it comes from, when something came last, and what has come of the next frame."""

    connection: socket.socket
    peer: str
    heard_s: float
    rest: bytes = b""


class StationFeed(ThreadFeed):
    """Listens at an address; every frame is one message under its sender's address.

    Args:
        name: Of the feed.
        host: The interface that is listened at.
        port: 0 for a free one, which :attr:`port` tells.
        framing: What frames look like.
        inbox: Where they go.
    """

    def __init__(self, name: str, host: str, port: int, framing: Framing, inbox: Inbox) -> None:
        super().__init__(name, inbox)
        self._host, self._framing = host, framing
        self.port = port
        self._lock = threading.Lock()
        self._waiting: dict[int, tuple[_Line, bytes]] = {}
        self._next = 1

    def done(self, messages: Iterable[Message]) -> None:
        """Send the receipts of *messages*, which are safe here."""
        for message in messages:
            with self._lock:
                line, receipt = self._waiting.pop(message.token, (None, b""))
            if line is not None and receipt:
                try:
                    line.connection.sendall(receipt)
                except OSError:
                    # Its line was cut meanwhile: it sends the frame again, which changes nothing.
                    continue

    def _run(self) -> None:
        while not self._end.is_set():
            try:
                with socket.create_server((self._host, self.port)) as server:
                    self.port = server.getsockname()[1]
                    self._inbox.tell(self._name, Link.UP)
                    self._serve(server)
            except OSError as error:
                where = f"{self._host}:{self.port} {error.strerror or error}"
                self._inbox.tell(self._name, Link.DOWN, "feed.cannot_listen", where)
                self._end.wait(_AGAIN_S)

    def _serve(self, server: socket.socket) -> None:
        with selectors.DefaultSelector() as selector:
            server.setblocking(False)
            selector.register(server, selectors.EVENT_READ)
            try:
                while not self._end.is_set():
                    # Callers last: the line that has to make room for one has then said nothing in this round either.
                    ready = sorted((key for key, _ in selector.select(_LOOK_S)), key=lambda key: key.data is None)
                    for key in ready:
                        if key.data is None:
                            self._accept(server, selector)
                        else:
                            self._hear(key.data, selector)
            finally:
                lines = [key.data for key in selector.get_map().values() if key.data is not None]
                for line in lines:
                    line.connection.close()

    def _accept(self, server: socket.socket, selector: selectors.BaseSelector) -> None:
        try:
            connection, address = server.accept()
            _notice_silence(connection)
        except OSError as error:
            if error.errno in _NO_ROOM:
                # The caller stays at the door, and select would tell of it again at once.
                self._end.wait(_LOOK_S)
            # Otherwise whoever called has hung up already.
            return
        if len(selector.get_map()) > MOST_STATIONS:
            # Most likely its station has long called again over another line.
            lines = (key.data for key in selector.get_map().values() if key.data is not None)
            _hang_up(min(lines, key=lambda line: line.heard_s), selector)
        connection.settimeout(_LOOK_S)
        line = _Line(connection, f"{address[0]}:{address[1]}", time.monotonic())
        selector.register(connection, selectors.EVENT_READ, line)

    def _hear(self, line: _Line, selector: selectors.BaseSelector) -> None:
        try:
            came = line.connection.recv(_AT_ONCE)
        except TimeoutError:
            return
        except OSError:
            came = b""
        if not came:
            _hang_up(line, selector)
            return
        line.heard_s = time.monotonic()
        frames, line.rest = self._framing.cut(line.rest + came)
        for frame in frames:
            self._put(line, frame)

    def _put(self, line: _Line, frame: bytes) -> None:
        """Into the inbox; without room there no receipt is sent, and the station tries again."""
        with self._lock:
            token, self._next = self._next, self._next + 1
            if len(self._waiting) < MOST_WITHOUT_RECEIPT:
                self._waiting[token] = (line, self._framing.receipt(frame))
        if not self._inbox.put(self._name, line.peer, frame, token=token):
            with self._lock:
                self._waiting.pop(token, None)


def _notice_silence(connection: socket.socket) -> None:
    """Have a station that was switched off, or whose line was lost without a word, count as gone in the end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if hasattr(socket, "TCP_KEEPIDLE"):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _SILENT_S)


def _hang_up(line: _Line, selector: selectors.BaseSelector) -> None:
    selector.unregister(line.connection)
    line.connection.close()
