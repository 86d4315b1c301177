"""From what an operator wishes to print to the sheets that it takes, or the reason why it cannot be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np

from app.errors import AppError
from app.messages import Words
from app.requests import WorkspaceOpened
from app.ui.map.content import MapContent
from app.ui.map.furniture import LegendEntry
from app.ui.map.words import MapWords
from app.ui.paper.layout import SheetLayout
from app.ui.paper.legend import entries_of, rows_in
from app.ui.paper.words import PaperWords
from app.ui.sheet.sheet import SheetMaterial
from gis.map_book import BookSheet, along, named, tiles
from gis.paper import COARSEST_SCALE, FINEST_SCALE, Paper, customary_scale
from gis.scene.lines import Polylines
from gis.scene.scene import DnClass
from gis.scene.view import Bounds
from network.columns import Float64

SINGLE, TILES, ALONG, DMAS = "", "grid", "along", "dma"
BOOKS: Final = (SINGLE, TILES, ALONG, DMAS)
WAY_SCALE: Final = 1_000
"""Of a book along a way, where none is chosen: valves and taps can be told apart."""
_TILES_ACROSS = 3.0
"""So many tiles stand side by side where no scale is chosen."""
_AROUND_DMA_M = 20.0
_AROUND_CITY = 0.02


@dataclass(frozen=True, eq=False)
class PrintWish:
    """What somebody wants on paper; nothing in it changes, so that any thread may work on it.

    Attributes:
        workspace: What the city is called, whether it is real, and how far its journal goes.
        content: City and plan as they are on screen.
        words, paper_words, map_words: Words of one language.
        at: When it was asked for.
        title: Stands first in the title block.
        paper: Size of the sheets.
        area: What is to be seen, project CRS.
        scale: Denominator; None for the largest customary one that fits.
        must_fit: Whether all of *area* has to be on the sheet; else the scale goes before it.
        book: One of :data:`BOOKS`.
        way_m: Shape (n, 2): what a book goes along.
        grid: Whether the coordinate grid is drawn.
        plan: The plan whose tables follow the map, or None.
    """

    workspace: WorkspaceOpened
    content: MapContent
    words: Words
    paper_words: PaperWords
    map_words: MapWords
    at: datetime
    title: str
    paper: Paper
    area: Bounds
    scale: int | None = None
    must_fit: bool = True
    book: str = SINGLE
    way_m: Float64 | None = None
    grid: bool = True
    plan: SheetMaterial | None = None


@dataclass(frozen=True, eq=False)
class PrintOrder:
    """What is printed.

    Attributes:
        wish: What was asked for.
        layout: How every sheet is divided.
        overview: The first sheet of a book, which shows where the others lie.
        sheets: The maps.
    """

    wish: PrintWish
    layout: SheetLayout
    overview: BookSheet | None
    sheets: tuple[BookSheet, ...]

    @property
    def maps(self) -> tuple[BookSheet, ...]:
        """All sheets with a map, the overview first."""
        return self.sheets if self.overview is None else (self.overview, *self.sheets)

    def page_of(self, number: int) -> int:
        """The page on which the map of a number stands."""
        return number + (self.overview is not None)

    def legend(self, sheet: BookSheet) -> list[LegendEntry]:
        """The legend of one map."""
        view = self.layout.view(sheet.bounds, sheet.scale)
        return entries_of(view, self.wish.content, self.wish.map_words, self.wish.paper_words)


def order_of(wish: PrintWish) -> PrintOrder:
    """Divide the sheets and choose what each shows.

    A legend with many rows leaves the map less room, so the sheets are chosen twice.

    Raises:
        AppError: ``print.too_small``, ``print.bad_scale``, ``print.no_way``, ``print.no_dmas``, ``print.nothing``.
        GisError: ``print.too_many_sheets``.
    """
    if wish.scale is not None and not FINEST_SCALE <= wish.scale <= COARSEST_SCALE:
        raise AppError("print.bad_scale", scale=wish.scale, finest=FINEST_SCALE, coarsest=COARSEST_SCALE)
    content = replace(wish.content, backdrop=None)
    if wish.book == ALONG and wish.way_m is not None and len(wish.way_m):
        content = replace(content, marked=Polylines.of([wish.way_m]))
    wish = replace(wish, content=content)
    first = _ordered(wish, SheetLayout(wish.paper))
    width = first.layout.cells[1].width()
    rows = max(rows_in(width, first.legend(sheet)) for sheet in first.maps)
    return _ordered(wish, SheetLayout(wish.paper, rows))


def _ordered(wish: PrintWish, layout: SheetLayout) -> PrintOrder:
    if wish.book == SINGLE:
        return PrintOrder(wish, layout, None, (_single(wish, layout),))
    sheets = _book(wish, layout)
    if not sheets:
        raise AppError("print.nothing")
    around = sheets[0].bounds
    for sheet in sheets[1:]:
        around = around.union(sheet.bounds)
    frame = layout.frame
    scale = frame.fitting_scale(around)
    return PrintOrder(wish, layout, BookSheet(0, "", frame.ground(around.centre, scale), scale), sheets)


def _single(wish: PrintWish, layout: SheetLayout) -> BookSheet:
    frame = layout.frame
    scale = wish.scale or frame.fitting_scale(wish.area)
    if wish.must_fit and not frame.fits(wish.area, scale):
        ground = frame.ground(wish.area.centre, scale)
        across = (wish.area.x_max - wish.area.x_min) / (ground.x_max - ground.x_min)
        up = (wish.area.y_max - wish.area.y_min) / (ground.y_max - ground.y_min)
        needed = frame.fitting_scale(wish.area)
        sheets = int(np.ceil(across) * np.ceil(up))
        raise AppError("print.too_small", paper=wish.paper.size, scale=scale, needed_scale=needed, sheets=sheets)
    return BookSheet(1, "", frame.ground(wish.area.centre, scale), scale)


def _book(wish: PrintWish, layout: SheetLayout) -> tuple[BookSheet, ...]:
    frame, content = layout.frame, wish.content
    if wish.book == ALONG:
        if wish.way_m is None or not len(wish.way_m):
            raise AppError("print.no_way")
        return along(wish.way_m, frame, wish.scale or WAY_SCALE)
    if wish.book == DMAS:
        areas = dma_bounds(content)
        if not areas:
            raise AppError("print.no_dmas")
        return named(areas, frame, wish.scale)
    scale = wish.scale or customary_scale(frame.needed_scale(wish.area) / _TILES_ACROSS)
    return tiles(wish.area, frame, scale, lambda bounds: has_mains(content, bounds))


def city_area(content: MapContent) -> Bounds:
    """The whole network with a little around it, so that no main ends in the frame's line."""
    extent = content.scene.extent
    longest_m = max(extent.x_max - extent.x_min, extent.y_max - extent.y_min)
    return extent.grown(_AROUND_CITY * longest_m)


def has_mains(content: MapContent, bounds: Bounds) -> bool:
    """Whether a main has a corner, or the middle of a piece, in *bounds* (project CRS)."""
    scene = content.scene
    x_m, y_m = scene.origin_m
    box = Bounds(bounds.x_min - x_m, bounds.y_min - y_m, bounds.x_max - x_m, bounds.y_max - y_m)
    for dn_class in DnClass:
        for run in scene.mains.near(box, dn_class):
            ends = scene.mains.xy_m[run]
            for x, y in (ends[:, 0:2].T, ends[:, 2:4].T, ((ends[:, 0:2] + ends[:, 2:4]) / 2).T):
                if ((x >= box.x_min) & (x <= box.x_max) & (y >= box.y_min) & (y <= box.y_max)).any():
                    return True
    return False


def dma_bounds(content: MapContent) -> Mapping[str, Bounds]:
    """The rectangle round the mains of each DMA, project CRS."""
    column, lines = content.city.network.pipes.dma, content.pipes.lines
    code = np.repeat(column.codes, np.diff(lines.offsets))
    count = len(column.vocabulary)
    low, high = np.full((2, count), np.inf), np.full((2, count), -np.inf)
    for axis in (0, 1):
        np.minimum.at(low[axis], code, lines.xy_m[:, axis])
        np.maximum.at(high[axis], code, lines.xy_m[:, axis])
    return {
        name: Bounds(*low[:, at].tolist(), *high[:, at].tolist()).grown(_AROUND_DMA_M)
        for at, name in enumerate(column.vocabulary)
        if name and np.isfinite(low[0, at])
    }
