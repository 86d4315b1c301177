"""The window's end of the process that paints tiles."""

from __future__ import annotations

import ctypes
import logging
import multiprocessing
import os
import socket
import struct
import sys
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from PySide6.QtGui import QImage

from app.ui.map.tile_files import same_look
from app.ui.map.tile_painter import OvertakenError, TileSheet
from app.ui.map.tile_server import SHELF_BYTES, TURN_AT, PaintedElsewhere, TileLook, serve_tiles
from app.ui.map.tiles import PictureKey
from network.errors import CodedError

_LOG = logging.getLogger(__name__)
_SPAWN = multiprocessing.get_context("spawn")
_END_WAIT_S = 5.0
_BYTES_A_PIXEL = 4
PATIENCE_S = 10.0
"""A process that neither takes nor gives anything for so long is ended: whoever waits for the thread waits for it."""


class TileProcess:
    """Has tiles painted by a process that starts with the first of a workspace's.

    Until it has loaded what it needs, and for what it cannot paint (a picture beneath the mains, arrays that were
    renewed meanwhile), the caller paints. Where it ends by itself it does not come back: a tile may have ended it.

    Attributes:
        ready: Whether it has loaded what it needs.

    Args:
        told: Called with why tiles are not kept on the disk, from the thread that asks for pictures.
        patience_s: See :data:`PATIENCE_S`.
    """

    def __init__(self, told: Callable[[CodedError], None], patience_s: float = PATIENCE_S) -> None:
        self._told, self._patience_s = told, patience_s
        self._pipe: Connection | None = None
        self._process: BaseProcess | None = None
        self.ready = self._gone = False
        self._sheet: TileSheet | None = None
        self._shelf = memoryview(b"")
        self._turn = 0
        self._awaited: deque[PictureKey | None] = deque()

    @property
    def pid(self) -> int | None:
        """Of the process; None where there is none."""
        return None if self._process is None else self._process.pid

    def picture(self, key: PictureKey, sheet: TileSheet, following: PictureKey | None = None) -> QImage | None:
        """The picture of a tile; None where the caller has to paint it. For one thread at a time.

        *following* will be asked for next, most likely: it is painted while this one is on its way.

        Raises:
            OvertakenError: See :meth:`hurry`.
        """
        if sheet.files is None or sheet.content.backdrop is not None or self._gone:
            return None
        try:
            return self._asked(key, sheet, following) if self._can_paint() else None
        except (EOFError, OSError) as error:
            self._bury(late=isinstance(error, BlockingIOError))
            return None

    def hurry(self) -> None:
        """Let the process give up what it has been asked for so far, but for parts. For the window's thread."""
        shelf = self._shelf
        if shelf:
            self._turn = (self._turn + 1) % 256
            shelf[TURN_AT] = self._turn

    def interrupt(self) -> None:
        """End the process from another thread: what is waited for does not come."""
        self._gone = True
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """End the process."""
        self._gone = True
        if self._process is not None:
            self._process.kill()
            self._process.join(_END_WAIT_S)
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None

    def _can_paint(self) -> bool:
        if self._pipe is None:
            self._start()
        elif not self.ready and self._pipe.poll(0):
            self._pipe.recv()
            self.ready = True
        return self.ready

    def _start(self) -> None:
        self._pipe, theirs = _SPAWN.Pipe()
        shelf = _SPAWN.RawArray(ctypes.c_ubyte, SHELF_BYTES)
        self._shelf = memoryview(shelf).cast("B")
        with theirs:
            _limit(self._pipe, self._patience_s)
            process = _SPAWN.Process(target=serve_tiles, args=(theirs, shelf), name="sluice-tiles", daemon=True)
            process.start()
            self._process = process

    def _asked(self, key: PictureKey, sheet: TileSheet, following: PictureKey | None) -> QImage | None:
        assert self._pipe is not None, "ready means that there is a pipe"
        if self._sheet is None or not _same(self._sheet, sheet):
            self._pipe.send(_look_of(sheet))
            self._sheet = sheet
            # What is still to come is of the look before.
            self._awaited = deque(None for _ in self._awaited)
        if key not in self._awaited:
            self._send(key)
        while self._awaited[0] != key:
            self._received()
        # Never more than two on their way: the shelf has room for two.
        if following is not None and following not in self._awaited:
            self._send(following)
        head, asked = self._received()
        if head.overtaken:
            raise OvertakenError
        return self._taken(head, asked)

    def _send(self, key: PictureKey) -> None:
        assert self._pipe is not None, "there is a pipe wherever something is asked"
        self._pipe.send((key, self._turn))
        self._awaited.append(key)

    def _received(self) -> tuple[PaintedElsewhere, PictureKey | None]:
        """The answer to what was asked for longest ago; None instead of what it shows where it is of no use."""
        assert self._pipe is not None, "there is a pipe wherever something is awaited"
        head: PaintedElsewhere = self._pipe.recv()
        key = self._awaited.popleft()
        if head.failed is not None:
            self._told(head.failed)
        return head, key

    def _taken(self, head: PaintedElsewhere, key: PictureKey | None) -> QImage | None:
        """The picture from the shelf; None where it cannot be painted there, or is of no use."""
        if head.needless and key is not None:
            return QImage()
        if not head.width or key is None:
            return None
        line = head.width * _BYTES_A_PIXEL
        data = self._shelf[head.at : head.at + line * head.height]
        image = QImage(data, head.width, head.height, line, QImage.Format.Format_RGB32).copy()
        image.setDevicePixelRatio(key.view.dpr)
        return image

    def _bury(self, *, late: bool = False) -> None:
        if self._gone:
            self.close()
            return
        code = None
        if self._process is not None:
            self._process.join(0.0 if late else _END_WAIT_S)
            code = self._process.exitcode
        ended = "does not answer" if late else f"ended with {code}"
        _LOG.warning("the process that paints tiles %s; the window's own thread goes on", ended)
        self.close()


def _limit(pipe: Connection, patience_s: float) -> None:
    """Let neither end of a call wait longer than *patience_s*: it then raises BlockingIOError. Not on Windows."""
    if sys.platform != "win32":
        span = struct.pack("ll", int(patience_s), int(patience_s % 1 * 1e6))
        with socket.socket(fileno=os.dup(pipe.fileno())) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, span)
            line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, span)


def _same(one: TileSheet, other: TileSheet) -> bool:
    """True where both give the same tiles from the same files."""
    return one.theme is other.theme and one.files is other.files and same_look(one.content, other.content)


def _look_of(sheet: TileSheet) -> TileLook:
    assert sheet.files is not None, "only tiles of a workspace are painted elsewhere"
    content = sheet.content
    style = content.style.text()
    return TileLook(sheet.files.cache, sheet.files.data, content.states, style, content.shades, sheet.theme)
