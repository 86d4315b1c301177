"""Tiles for every map window of a console: one thread paints them, one cache keeps them."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtGui import QImage

from app.ui.map.backdrop import Backdrop
from app.ui.map.content import MapContent
from app.ui.map.gate import Gate
from app.ui.map.overview import OverviewKey
from app.ui.map.shades import PipeShades
from app.ui.map.tile_cache import TileCache
from app.ui.map.tile_files import TileFiles
from app.ui.map.tile_painter import TilePainter, TileSheet
from app.ui.map.tile_process import TileProcess
from app.ui.map.tiles import AheadKey, PictureKey, TileKey
from app.ui.map.view_parts import PartKey
from app.ui.theme import Theme
from gis.scene.map_style import MapStyle
from gis.scene.scene import Scene
from network.topology import DeviceStates

_MOST_STYLES = 6


@dataclass(frozen=True)
class TileStyle:
    """Everything that a tile's picture depends on beside its place. Arrays count as equal only where they are one."""

    scene: Scene
    states: DeviceStates
    style: MapStyle
    shades: PipeShades | None
    backdrop: Backdrop | None
    theme: Theme

    @classmethod
    def of(cls, content: MapContent, theme: Theme) -> TileStyle:
        """What the tiles of *content* depend on: not its plan, which is painted over them."""
        return cls(content.scene, content.states, content.style, content.shades, content.backdrop, theme)


class TileStore(QObject):
    """Shared by the maps of one console: what one has painted, the others show.

    Signals:
        painted: (PictureKey) was painted.
        failed: (CodedError) Tiles cannot be kept on the disk: once for each workspace.
    """

    painted = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.gate = Gate(self)
        self.cache = TileCache()
        self.overviews: dict[OverviewKey, QImage] = {}
        self.parts: dict[PartKey, QImage] = {}
        self._held: dict[int, tuple[PartKey, ...]] = {}
        self._laid: set[TileKey] = set()
        self._in_use: dict[int, int] = {}
        self._painter = TilePainter(self, self.gate)
        self._painter.painted.connect(self._keep)
        self._painter.failed.connect(self.failed)
        self._files: TileFiles | None = None
        self._styles: OrderedDict[int, TileStyle] = OrderedDict()
        self._numbers = itertools.count()
        self.destroyed.connect(self._painter.finish)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._painter.finish)

    def style(self, content: MapContent, theme: Theme) -> int:
        """The number under which tiles of *content* in *theme* are kept."""
        style = TileStyle.of(content, theme)
        number = next((known for known, other in self._styles.items() if other == style), None)
        if number is None:
            number = next(self._numbers)
            self._styles[number] = style
            self._keep_styles(list(self._styles)[-_MOST_STYLES:])
        self._styles.move_to_end(number)
        return number

    def keep_in(self, files: TileFiles | None) -> None:
        """Keep tiles that are painted from now on in *files* too; None: only in memory."""
        self._files = files

    def paint_apart(self) -> None:
        """Let a process of its own paint the tiles of workspaces from now on: the window then moves more smoothly."""
        if self._painter.elsewhere is None:
            self._painter.elsewhere = TileProcess(self._painter.failed.emit)

    def drop_others(self, scene: Scene | None) -> None:
        """Forget the tiles and overviews of every city but *scene*."""
        self._keep_styles([number for number, style in self._styles.items() if style.scene is scene])

    def _keep_styles(self, numbers: Sequence[int]) -> None:
        """Forget all others: a style holds on to the states of every device."""
        self._styles = OrderedDict((number, self._styles[number]) for number in numbers)
        self.cache.keep_only(self._styles)
        self.overviews = {key: image for key, image in self.overviews.items() if key.revision in self._styles}
        self._laid = {key for key in self._laid if key.revision in self._styles}

    def hold(self, client: object, parts: tuple[PartKey, ...]) -> None:
        """Replace the parts that are kept for *client* (a map) when they are painted; it draws the first ones first."""
        if self._held.get(id(client), ()) != parts:
            self._held[id(client)] = parts
            if not parts:
                del self._held[id(client)]
            held = set().union(*self._held.values())
            self.parts = {key: image for key, image in self.parts.items() if key in held}

    def parts_of(self, client: object) -> dict[PartKey, QImage]:
        """The pictures of those parts that there are; empty ones where the disk has the tiles."""
        return {key: self.parts[key] for key in self._held.get(id(client), ()) if key in self.parts}

    def ahead(self, keys: Sequence[TileKey], content: MapContent) -> list[PictureKey]:
        """What is still to be painted of *keys*, tiles of far views with the coarsest first.

        The coarsest stay in memory, where they stand in for all others. Those of other scales are laid on the disk, a
        few milliseconds away: in memory they would take more than everything that is looked at.
        """
        coarsest = [key for key in keys if key.m_per_px == keys[0].m_per_px]
        missing: list[PictureKey] = [*self.cache.missing(coarsest)]
        if self._files is None or content.backdrop is not None:
            return missing
        finer = self.cache.missing(keys[len(coarsest) :])
        return [*missing, *(AheadKey(key) for key in finer if key not in self._laid)]

    def want(
        self,
        client: object,
        keys: Sequence[PictureKey],
        content: MapContent,
        theme: Theme,
        *,
        in_use: int | None = None,
    ) -> None:
        """Replace what *client* (a map) wants painted, most urgent first.

        Where it is now it asks for *in_use* tiles, there or not (None: as before). There is always room for these, or
        maps would push out each other's and ask for them again and again.
        """
        if in_use is not None:
            self._in_use[id(client)] = in_use
            self.cache.hold(sum(self._in_use.values()))
        self._painter.want(keys, TileSheet(content, theme, self._files), id(client))

    def rest(self, client: object) -> None:
        """Paint nothing more for *client*, and wait for the tile in hand."""
        self.hold(client, ())
        self._in_use.pop(id(client), None)
        self._painter.rest(id(client))

    def _keep(self, key: PictureKey, image: QImage) -> None:
        if key.revision not in self._styles:
            return  # Of a city that was closed, or of states long past.
        if isinstance(key, OverviewKey):
            self.overviews[key] = image
        elif isinstance(key, PartKey):
            if any(key in held for held in self._held.values()):
                self.parts[key] = image
        elif isinstance(key, AheadKey):
            # Also where the disk takes none: once is enough.
            self._laid.add(key.tile)
        else:
            self.cache.put(key, image)
        self.painted.emit(key)
