"""The process that paints tiles for a console's maps: Python runs one thread at a time, and the window's needs it.

It maps the same arrays as the window, paints one tile after the other as it is asked, and keeps them on the disk while
nobody asks. It holds nothing that would be missed.
"""

from __future__ import annotations

import ctypes
import signal
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from pathlib import Path

from PySide6.QtGui import QImage

from app.early_city import data_of
from app.ui.map.content import MapContent
from app.ui.map.gate import stand_back
from app.ui.map.overview import OverviewKey
from app.ui.map.shades import PipeShades
from app.ui.map.tile_files import MOST_UNKEPT, TileFiles
from app.ui.map.tiles import TILE_PX, AheadKey, PictureKey, TileKey, paint_tile, tiles_of
from app.ui.map.view_parts import PART_PIXELS, PartKey
from app.ui.theme import Theme
from gis.cache import open_city, open_tables
from gis.given_back import give_back
from gis.scene.map_style import MapStyle
from gis.scene.scene import Scene
from network.errors import CodedError
from network.topology import City, DeviceStates

SHELF_PICTURES = 2
"""So many pictures may be on their way at a time: one is painted while the one before it is taken."""
_PICTURE_BYTES = 4 * max(TILE_PX**2, PART_PIXELS)
TURN_AT = SHELF_PICTURES * _PICTURE_BYTES
"""Where on the shelf the window tells which turn it is: but for parts, what was asked for in another is given up."""
SHELF_BYTES = TURN_AT + 1
_IDLE_S = 0.1
"""Where nothing is asked for so long, tiles are written down: the next is asked for a moment after one is there."""


@dataclass(frozen=True, eq=False)
class TileLook:
    """What the tiles that are asked for from now on are painted from.

    Attributes:
        cache: The workspace's folder of arrays and tiles.
        data: Names what it has to hold (:func:`app.early_city.data_of`).
        style: Which layers are on, in which order, how strong, as :meth:`~gis.scene.map_style.MapStyle.text` tells it.
        states, shades, theme: As in :class:`~app.ui.map.store.TileStyle`.
    """

    cache: Path
    data: str
    states: DeviceStates
    style: str
    shades: PipeShades | None
    theme: Theme


@dataclass(frozen=True)
class PaintedElsewhere:
    """An answer; the picture itself lies on the shelf, memory that both processes see.

    A pipe takes a picture in five pieces, and for each the window's end would need Python's lock anew.

    Attributes:
        width, height: Device pixels; 0 where the tile cannot be painted here.
        at: Where its bytes begin on the shelf; they stay until two more pictures were asked for.
        failed: Why tiles are not kept on the disk, once.
        needless: A part whose tiles are all on the disk, which are there sooner; or a tile that was only to lie there.
        overtaken: It was given up, see :data:`TURN_AT`.
    """

    width: int = 0
    height: int = 0
    at: int = 0
    failed: CodedError | None = None
    needless: bool = False
    overtaken: bool = False


class _OvertakenError(Exception):
    """What is in hand is no longer urgent."""


def serve_tiles(pipe: Connection, shelf: ctypes.Array[ctypes.c_ubyte]) -> None:
    """Say that all is loaded, then paint what is asked for onto *shelf* until the window's end of *pipe* closes."""
    # Ctrl+C in the terminal reaches the whole process group; only the window decides when to end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    stand_back()
    easel = _Easel(memoryview(shelf).cast("B"))
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):  # the window is gone, and with it the task
        pipe.send(PaintedElsewhere())
        while True:
            while easel.unsettled and not pipe.poll(_IDLE_S):
                easel.settle()
            easel.take(pipe.recv(), pipe.send)


@dataclass(eq=False)
class _Easel:
    """The look in force and what is painted from it."""

    shelf: memoryview
    painted: int = 0
    look: TileLook | None = None
    content: MapContent | None = None
    files: TileFiles | None = None
    opened: tuple[Path, str, City, Scene] | None = None
    failed: CodedError | None = None
    unsettled: bool = False
    unkept: deque[tuple[TileKey, QImage, TileFiles, MapContent, Theme]] = field(
        default_factory=lambda: deque(maxlen=MOST_UNKEPT)
    )

    def take(self, asked: TileLook | tuple[PictureKey, int], send: Callable[[PaintedElsewhere], None]) -> None:
        """Take a new look, or answer with one tile that was asked for in a turn."""
        if isinstance(asked, TileLook):
            self._change(asked)
            return
        self.unsettled = True
        try:
            image = self._picture(*asked)
        except _OvertakenError:
            send(PaintedElsewhere(overtaken=True))
            return
        failed, self.failed = self.failed, None
        if image is None or image.sizeInBytes() > _PICTURE_BYTES:
            send(PaintedElsewhere(failed=failed))
            return
        if image.isNull():
            send(PaintedElsewhere(failed=failed, needless=True))
            return
        at = self.painted % SHELF_PICTURES * _PICTURE_BYTES
        self.shelf[at : at + image.sizeInBytes()] = image.constBits()
        self.painted += 1
        send(PaintedElsewhere(image.width(), image.height(), at, failed))

    def settle(self) -> None:
        """Write down the tile that has waited longest for it; after the last one give back what painting has taken."""
        if self.unkept:
            key, image, files, content, theme = self.unkept.popleft()
            self.failed = files.write(key, image, content, theme) or self.failed
        else:
            give_back()
            self.unsettled = False

    def _change(self, look: TileLook) -> None:
        self.look, self.content = look, None
        if self.files is None or self.opened is None or self.opened[:2] != (look.cache, look.data):
            self.files = TileFiles(look.cache, look.data)
        # What cannot be painted here is painted by the window, which tells what is wrong.
        with suppress(CodedError):
            city, scene = self._mapped(look)
            style = MapStyle.of_text(look.style) or MapStyle()
            self.content = replace(MapContent.of(city, scene, look.states), style=style, shades=look.shades)

    def _mapped(self, look: TileLook) -> tuple[City, Scene]:
        if self.opened is None or self.opened[:2] != (look.cache, look.data):
            self.opened = None
            city, scene = open_city(look.cache, verify=False), open_tables(look.cache, "scene", Scene, verify=False)
            self.opened = look.cache, look.data, city, scene
            # Looked at when both are mapped: an edit may have put others in their place meanwhile.
            if data_of(look.cache) != look.data:
                self.opened = None
                raise CodedError("cache.stale")
        return self.opened[2:]

    def _picture(self, key: PictureKey, turn: int) -> QImage | None:
        def look_up() -> None:
            if self.shelf[TURN_AT] != turn:
                raise _OvertakenError

        if self.look is None or self.content is None or self.files is None:
            return None
        if isinstance(key, OverviewKey):
            return paint_tile(key, self.content, self.look.theme, look_up)
        if isinstance(key, PartKey):
            kept = self.files.keeps(tiles_of(key.inner_view, key.revision), self.content, self.look.theme)
            return QImage() if kept else paint_tile(key, self.content, self.look.theme)
        if isinstance(key, AheadKey):
            self.failed = self.files.lay(key, self.content, self.look.theme, look_up) or self.failed
            return QImage()
        image = self.files.read(key, self.content, self.look.theme)
        if image is None:
            image = paint_tile(key, self.content, self.look.theme, look_up)
            self.unkept.append((key, image, self.files, self.content, self.look.theme))
        return image
