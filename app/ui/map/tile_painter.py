"""The one thread that paints tiles or has them painted; fetches from the disk and keeps there what it has painted."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject, QThread, Signal
from PySide6.QtGui import QImage

from app.ui.map.content import MapContent
from app.ui.map.gate import Gate, stand_back
from app.ui.map.overview import OverviewKey
from app.ui.map.rehearsal import rehearse
from app.ui.map.tile_files import MOST_UNKEPT, TileFiles
from app.ui.map.tiles import AheadKey, PictureKey, TileKey, paint_tile, tiles_of
from app.ui.map.view_parts import PartKey
from app.ui.theme import Theme


@dataclass(frozen=True, eq=False)
class TileSheet:
    """What tiles are painted from.

    Attributes:
        content, theme: What they show.
        files: Where they are kept, or None.
    """

    content: MapContent
    theme: Theme
    files: TileFiles | None = None


class OvertakenError(Exception):
    """A tile was given up half painted, for something more urgent."""


class Elsewhere(Protocol):
    """What paints tiles instead of this thread (:class:`app.ui.map.tile_process.TileProcess`)."""

    def picture(self, key: PictureKey, sheet: TileSheet, following: PictureKey | None) -> QImage | None:
        """The picture of a tile; None where this thread has to paint it.

        It is empty for a part that need not be, and for a tile laid ahead.
        *following* will be asked for next.

        Raises:
            OvertakenError: It was asked to hurry meanwhile.
        """

    def hurry(self) -> None:
        """Give up what is in hand unless it is a part: somebody looks elsewhere. Called by another thread."""

    def interrupt(self) -> None:
        """Paint nothing more; called while another thread may wait for a picture."""

    def close(self) -> None:
        """Put everything away; nobody waits any more."""


class TilePainter(QThread):
    """Paints the tiles that are wanted now, or has them painted; what is no longer wanted is never begun.

    The thread ends when nothing is wanted and everything is kept, and starts again when something is. While the window
    paints a frame the thread stands still: see :mod:`app.ui.map.gate`.

    Attributes:
        elsewhere: Asked first; None: this thread paints everything.

    Signals:
        painted: (PictureKey, its picture). That of a part is empty where its tiles are on the disk: those come
            soon. That of a tile laid ahead always is.
        failed: (CodedError) Tiles cannot be kept on the disk: once for each workspace.
    """

    painted = Signal(object, QImage)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None, gate: Gate | None = None) -> None:
        super().__init__(parent)
        rehearse()
        self.gate = Gate(self) if gate is None else gate
        self.elsewhere: Elsewhere | None = None
        self._lock = threading.Lock()
        self._wanted: dict[int, tuple[list[PictureKey], TileSheet]] = {}
        self._asked: dict[int, frozenset[PictureKey]] = {}
        self._under_way: set[PictureKey] = set()
        self._unkept: deque[tuple[TileKey, QImage, TileSheet]] = deque(maxlen=MOST_UNKEPT)
        self._active = False
        self._ended = False
        self.painted.connect(self._arrived)

    def want(self, keys: Iterable[PictureKey], sheet: TileSheet, client: int = 0) -> None:
        """Replace the list of tiles that *client* wants, most urgent first. Clients are served in turn.

        A tile in hand, or painted and on its way to the window, is not painted again.
        """
        asked = list(keys)
        with self._lock:
            jumped = bool(asked) and isinstance(asked[0], PartKey) and asked[0] not in self._asked.get(client, ())
            self._asked[client] = frozenset(asked)
            self._wanted[client] = [key for key in asked if key not in self._under_way], sheet
            begin = bool(self._wanted[client][0]) and not self._active and not self._ended
            self._active = self._active or begin
        if jumped and self.elsewhere is not None:
            self.elsewhere.hurry()
        if begin:
            self.wait()
            self.start(QThread.Priority.LowPriority)

    def rest(self, client: int = 0) -> None:
        """*client* wants nothing any more; wait for the tile in hand where nobody else does."""
        with self._lock:
            self._wanted.pop(client, None)
            self._asked.pop(client, None)
            idle = not any(keys for keys, _ in self._wanted.values())
            if idle:
                self._unkept.clear()
        if idle:
            self.wait()

    def finish(self) -> None:
        """End after the tile in hand; nothing is painted afterwards."""
        with self._lock:
            self._ended = True
            self._wanted.clear()
            self._unkept.clear()
        if self.elsewhere is not None:
            self.elsewhere.interrupt()
        self.wait()
        if self.elsewhere is not None:
            self.elsewhere.close()

    def run(self) -> None:
        """Paint until nothing is wanted, then write down what was painted."""
        stand_back()
        try:
            while (work := self._next()) is not None:
                work()
        except BaseException:
            # Told by sys.excepthook; without this nobody would start the thread again.
            with self._lock:
                self._active = False
                self._under_way.clear()
            raise

    def _next(self) -> Callable[[], None] | None:
        """What to do now. Says under the same lock that nothing is wanted and that the thread ends."""
        with self._lock:
            for client in () if self._ended else list(self._wanted):
                # To the end of the turn, whether it has work or not.
                keys, sheet = self._wanted[client] = self._wanted.pop(client)
                if keys:
                    alone = all(client == other or not wanted for other, (wanted, _) in self._wanted.items())
                    key = keys.pop(0)
                    self._under_way.add(key)
                    return partial(self._paint, key, sheet, keys[0] if keys and alone else None)
            if self._unkept:
                return partial(self._write, *self._unkept.popleft())
            self._active = False
            return None

    def _arrived(self, key: PictureKey, _image: QImage) -> None:
        """In the window's thread, before those who keep the picture hear of it."""
        with self._lock:
            self._under_way.discard(key)

    def _paint(self, key: PictureKey, sheet: TileSheet, following: PictureKey | None) -> None:
        try:
            image = None if self.elsewhere is None else self.elsewhere.picture(key, sheet, following)
        except OvertakenError:
            self._put_back(key)
            return
        if image is not None:
            self.painted.emit(key, image)
            return
        if isinstance(key, AheadKey):
            failed = None if sheet.files is None else sheet.files.lay(key, sheet.content, sheet.theme, self.gate.wait)
            if failed is not None:
                self.failed.emit(failed)
            self.painted.emit(key, QImage())
            return
        if sheet.files is None or isinstance(key, OverviewKey):
            self.painted.emit(key, paint_tile(key, sheet.content, sheet.theme, self.gate.wait))
            return
        if isinstance(key, PartKey):
            kept = sheet.files.keeps(tiles_of(key.inner_view, key.revision), sheet.content, sheet.theme)
            image = QImage() if kept else paint_tile(key, sheet.content, sheet.theme, self.gate.wait)
            self.painted.emit(key, image)
            return
        image = sheet.files.read(key, sheet.content, sheet.theme)
        if image is None:
            image = paint_tile(key, sheet.content, sheet.theme, self.gate.wait)
            with self._lock:
                self._unkept.append((key, image, sheet))
        self.painted.emit(key, image)

    def _put_back(self, key: PictureKey) -> None:
        """A tile that was given up comes after the parts, for those who want it still."""
        with self._lock:
            self._under_way.discard(key)
            for client, (keys, _) in self._wanted.items():
                if key in self._asked[client] and key not in keys:
                    keys.insert(sum(isinstance(other, PartKey) for other in keys), key)

    def _write(self, key: TileKey, image: QImage, sheet: TileSheet) -> None:
        self.gate.wait()
        assert sheet.files is not None, "only tiles of a workspace wait to be kept"
        failed = sheet.files.write(key, image, sheet.content, sheet.theme)
        if failed is not None:
            self.failed.emit(failed)
