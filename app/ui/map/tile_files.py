"""Painted tiles kept on the disk, in the workspace's cache: a map that was seen once is sharp at once the next day.

A tile is kept by everything that it shows: the city's arrays, device states where they can be seen, layers, colours,
the program that painted it. What does not fit is painted anew. Only the painting thread reads and writes here.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import astuple
from functools import lru_cache
from pathlib import Path

from PySide6.QtGui import QImage

import gis.scene
from app.ui.map.content import MapContent
from app.ui.map.tiles import AheadKey, TileKey, paint_tile
from app.ui.theme import Theme
from gis.scene.detail import detail_at
from network.errors import CodedError, os_detail

FOLDER = "tiles"
MOST_UNKEPT = 24
"""Painted tiles that wait to be written; where more come, the oldest are not kept on the disk."""
MOST_BYTES = 256 * 2**20
"""So much is kept of one workspace; beyond it what was shown longest ago goes."""
_LEFT_SHARE = 0.75
_SUFFIX = ".tile"
_BYTES_A_PIXEL = 4
_DIGEST_BYTES = 12


class TileFiles:
    """Tiles of one workspace.

    Args:
        cache: The workspace's folder for what can be made again.
        data: Names the state of the city that is shown, see :func:`app.early_city.data_of`.
        most_bytes: See :data:`MOST_BYTES`.
    """

    def __init__(self, cache: Path, data: str, most_bytes: int = MOST_BYTES) -> None:
        self.cache, self.data = cache, data
        self._root, self._most_bytes = cache / FOLDER, most_bytes
        self._bytes: int | None = None
        self._ended = False
        self._style: tuple[MapContent, Theme, Path, Path] | None = None

    def read(self, key: TileKey, content: MapContent, theme: Theme) -> QImage | None:
        """The picture of a tile; None where it is not here, or damaged."""
        folder = self._folder(key, content, theme)
        if folder is None:
            return None
        path = folder / _name(key)
        side = round(key.view.width_px * key.dpr)
        try:
            data = zlib.decompress(path.read_bytes())
            os.utime(path)
        except FileNotFoundError:
            return None
        except (OSError, zlib.error):
            return None  # Another window has thrown it out, or a power cut tore it: it is painted again.
        if len(data) != side * side * _BYTES_A_PIXEL:
            return None
        image = QImage(data, side, side, side * _BYTES_A_PIXEL, QImage.Format.Format_RGB32).copy()
        image.setDevicePixelRatio(key.dpr)
        return image

    def keeps(self, keys: Sequence[TileKey], content: MapContent, theme: Theme) -> bool:
        """True where each of *keys* has its picture here, damaged or not."""
        places = ((self._folder(key, content, theme), key) for key in keys)
        return all(folder is not None and (folder / _name(key)).exists() for folder, key in places)

    def lay(
        self, key: AheadKey, content: MapContent, theme: Theme, stand_back: Callable[[], object] = lambda: None
    ) -> CodedError | None:
        """See to it that a tile is here, as :meth:`write` does; *stand_back* is called while it is painted."""
        if self._ended or self._folder(key.tile, content, theme) is None or self.keeps([key.tile], content, theme):
            return None
        return self.write(key.tile, paint_tile(key, content, theme, stand_back), content, theme)

    def write(self, key: TileKey, image: QImage, content: MapContent, theme: Theme) -> CodedError | None:
        """Keep a tile. Where that fails nothing more is written, and why is told: once."""
        folder = None if self._ended else self._folder(key, content, theme)
        if folder is None:
            return None
        partial = folder / f"{_name(key)}.{os.getpid()}.partial"
        try:
            # Not their parents: a workspace that was put away does not come back as an empty folder.
            self._root.mkdir(exist_ok=True)
            folder.mkdir(exist_ok=True)
            # The fastest compression: a map has few colours, and the thread has better things to do.
            data = zlib.compress(bytes(image.constBits()), 1)
            partial.write_bytes(data)
            partial.replace(folder / _name(key))
            self._make_room(len(data))
        except OSError as error:
            self._ended = True
            with suppress(OSError):  # of the same kind as the one that is told
                partial.unlink()
            return CodedError("tiles.not_kept", path=str(self._root), **os_detail(error))
        return None

    def _folder(self, key: TileKey, content: MapContent, theme: Theme) -> Path | None:
        """Where a tile of this look is; None where none is kept: a picture beneath can change at any time.

        Far away no valve is drawn: there a look is the same whatever state they are in, or each report of a valve would
        have the whole city painted again.
        """
        if content.backdrop is not None:
            return None
        if self._style is None or not same_look(self._style[0], content) or self._style[1] is not theme:
            far, near = (_digest(self.data, content, theme, states=states) for states in (False, True))
            self._style = content, theme, self._root / far, self._root / near
        _, _, far_folder, near_folder = self._style
        return near_folder if detail_at(key.m_per_px).valves else far_folder

    def _make_room(self, added: int) -> None:
        """Throw out what was shown longest ago, of any look, where there is too much."""
        if self._bytes is not None:
            self._bytes += added
        if self._bytes is not None and self._bytes <= self._most_bytes:
            return
        found = sorted(_sizes(self._root), key=lambda one: one[0])
        self._bytes = sum(size for _, size, _ in found)
        room = self._most_bytes * (_LEFT_SHARE if self._bytes > self._most_bytes else 1.0)
        for _, size, path in found:
            if self._bytes <= room:
                break
            _remove(path)
            self._bytes -= size


def _sizes(root: Path) -> list[tuple[float, int, Path]]:
    """When each tile was shown last, its size and place."""
    found = []
    for path in root.glob(f"*/*{_SUFFIX}*"):
        try:
            told = path.stat()
        except FileNotFoundError:
            continue  # Another window throws out at the same time.
        found.append((told.st_mtime, told.st_size, path))
    return found


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


def _name(key: TileKey) -> str:
    return f"{key.m_per_px.hex()}_{key.dpr:g}_{key.column}_{key.row}{_SUFFIX}"


def same_look(one: MapContent, other: MapContent) -> bool:
    """True where both give the same tiles; arrays count as equal only where they are one."""
    return (one.scene, one.states, one.style, one.shades) == (other.scene, other.states, other.style, other.shades)


def _digest(data: str, content: MapContent, theme: Theme, *, states: bool) -> str:
    """Names everything that the tiles of *content* show."""
    told = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for text in (program(), data, repr(astuple(theme)), content.style.text()):
        told.update(text.encode())
    if states:
        told.update(content.states.position.tobytes())
        told.update(content.states.condition.tobytes())
    if content.shades is not None:
        told.update(content.shades.level.tobytes())
        told.update(f"{content.shades.ramp} {content.shades.widens}".encode())
    return told.hexdigest()


@lru_cache(maxsize=1)
def program() -> str:
    """Names the source that paints: tiles of another version of the program are not shown."""
    told = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    for folder in (Path(__file__).parent, Path(gis.scene.__file__).parent):
        for path in sorted(folder.glob("*.py")):
            told.update(path.read_bytes())
    return told.hexdigest()
