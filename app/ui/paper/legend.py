"""What a printed map's legend tells: everything that is on that very map, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter

from app.ui.map.base import main_width_px
from app.ui.map.content import MapContent
from app.ui.map.furniture import LegendEntry, Swatch, legend_entries
from app.ui.map.lettering import lettering, paint_text
from app.ui.map.qtdraw import colour, pen
from app.ui.map.symbols import (
    paint_check,
    paint_hydrant,
    paint_pump,
    paint_regulator,
    paint_sensor,
    paint_source,
    paint_station,
    paint_tank_station,
)
from app.ui.map.words import MapWords
from app.ui.paper.layout import LEGEND_HEAD, LEGEND_ROW
from app.ui.paper.words import PaperWords
from app.ui.theme import Theme
from gis.scene.cells import take
from gis.scene.detail import Detail, MapLayer, detail_at
from gis.scene.lines import Lines
from gis.scene.scene import DnClass, OutlineClass
from gis.scene.view import Bounds, MapView
from network.assets import DeviceKind, SourceKind

SWATCH = 24.0
_PADDING = 10.0
_GAP = 10.0
_REGULATING = (DeviceKind.PRV, DeviceKind.PSV, DeviceKind.FCV)


def entries_of(view: MapView, content: MapContent, map_words: MapWords, words: PaperWords) -> list[LegendEntry]:
    """The legend of one map."""
    return [
        *legend_entries(view, content, map_words),
        *_mains(view, content, words),
        *_things(view, content, words),
        *_outlines(view, content, words),
    ]


def _mains(view: MapView, content: MapContent, words: PaperWords) -> Iterator[LegendEntry]:
    """Mains by diameter, where no other figure colours them."""
    if content.shades is not None:
        return
    scene, bounds = content.scene, view.relative_to(*content.scene.origin_m).bounds
    detail = detail_at(view.m_per_px)
    for dn_class in DnClass:
        if _crosses(scene.mains_at(view.m_per_px), bounds, dn_class):
            yield LegendEntry(words.main(dn_class), _main(dn_class, detail))


def _crosses(lines: Lines, bounds: Bounds, of_class: int) -> bool:
    """Whether a segment of a class has a box that touches *bounds*."""
    xy_m = take(lines.xy_m, lines.near(bounds, of_class))
    if not len(xy_m):
        return False
    low, high = np.minimum(xy_m[:, :2], xy_m[:, 2:]), np.maximum(xy_m[:, :2], xy_m[:, 2:])
    inside = (low <= [bounds.x_max, bounds.y_max]) & (high >= [bounds.x_min, bounds.y_min])
    return bool(inside.all(axis=1).any())


def _things(view: MapView, content: MapContent, words: PaperWords) -> Iterator[LegendEntry]:
    scene, detail, scale = content.scene, detail_at(view.m_per_px), view.m_per_px
    bounds = view.relative_to(*scene.origin_m).bounds
    sources = content.city.network.sources.kind[scene.sources.within(bounds).row]
    kinds = content.city.network.devices.kind[:0]
    if detail.valves and content.shows(MapLayer.VALVES, scale):
        kinds = content.city.network.devices.kind[scene.devices.within(bounds).row]
    stored = content.city.stations.storage_m3[:0]
    if detail.stations and content.shows(MapLayer.STATIONS, scale):
        stored = np.nan_to_num(content.city.stations.storage_m3[scene.stations.within(bounds).row])
    choices: tuple[tuple[bool, str, Swatch], ...] = (
        (bool((sources != SourceKind.TANK).any()), words.plant, _source(SourceKind.PLANT)),
        (bool((sources == SourceKind.TANK).any()), words.tank, _source(SourceKind.TANK)),
        (bool((kinds == DeviceKind.CHECK).any()), words.check_valve, _check),
        (bool(np.isin(kinds, _REGULATING).any()), words.regulating, paint_regulator),
        (bool((kinds == DeviceKind.PUMP).any()), words.pump, paint_pump),
        (
            detail.hydrants and content.shows(MapLayer.HYDRANTS, scale) and len(scene.hydrants.within(bounds)) > 0,
            words.hydrant,
            paint_hydrant,
        ),
        (bool((stored > 0).any()), words.tank_station, paint_tank_station),
        (bool((stored <= 0).any()), words.station, paint_station),
        (
            detail.sensors and content.shows(MapLayer.SENSORS, scale) and len(scene.sensors.within(bounds)) > 0,
            words.sensor,
            paint_sensor,
        ),
        (
            detail.customers and content.shows(MapLayer.CUSTOMERS, scale) and len(scene.customers.within(bounds)) > 0,
            words.customer,
            _customer,
        ),
    )
    yield from (LegendEntry(text, swatch) for shown, text, swatch in choices if shown)


def _outlines(view: MapView, content: MapContent, words: PaperWords) -> Iterator[LegendEntry]:
    bounds = view.relative_to(*content.scene.origin_m).bounds
    for layer, outline, text, on_off in (
        (MapLayer.DMAS, OutlineClass.DMA, words.dma, (9.0, 5.0)),
        (MapLayer.ZONES, OutlineClass.ZONE, words.zone, (2.0, 5.0)),
    ):
        if content.shows(layer, view.m_per_px) and _crosses(content.scene.outlines, bounds, outline):
            yield LegendEntry(text, _dashed(*on_off))


def columns_in(width: float, entries: Sequence[LegendEntry]) -> int:
    """How many columns of *entries* stand side by side in *width*."""
    widest = max((lettering(entry.text, 12).width for entry in entries), default=0.0)
    return max(1, int((width - 2 * _PADDING + _GAP) // (SWATCH + 8.0 + widest + _GAP)))


def rows_in(width: float, entries: Sequence[LegendEntry]) -> int:
    """How many rows the legend takes in *width*."""
    return -(-len(entries) // columns_in(width, entries))


def paint_entries(
    painter: QPainter, left: float, top: float, width: float, entries: Sequence[LegendEntry], theme: Theme
) -> None:
    """Paint the legend's entries in columns, from top to bottom."""
    columns = columns_in(width, entries)
    rows = max(1, -(-len(entries) // columns))
    each = (width - 2 * _PADDING) / columns
    for at, entry in enumerate(entries):
        x = left + _PADDING + at // rows * each
        y = top + LEGEND_HEAD + (at % rows + 0.5) * LEGEND_ROW
        text = lettering(entry.text, 12)
        entry.swatch(painter, x + SWATCH / 2, y, theme)
        paint_text(painter, x + SWATCH + 8.0 + text.width / 2, y, text, QColor(theme.t1))


def _main(dn_class: DnClass, detail: Detail) -> Swatch:
    def paint(painter: QPainter, x: float, y: float, theme: Theme) -> None:
        painter.setPen(pen(theme.map_pipe, main_width_px(dn_class, detail, theme), cap=Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(x - SWATCH / 2, y), QPointF(x + SWATCH / 2, y))

    return paint


def _dashed(on: float, off: float) -> Swatch:
    def paint(painter: QPainter, x: float, y: float, theme: Theme) -> None:
        stroke = pen(colour(theme.t2, 0.7), 1.0, cap=Qt.PenCapStyle.FlatCap)
        stroke.setDashPattern([on, off])
        painter.setPen(stroke)
        painter.drawLine(QPointF(x - SWATCH / 2, y), QPointF(x + SWATCH / 2, y))

    return paint


def _source(kind: SourceKind) -> Swatch:
    def paint(painter: QPainter, x: float, y: float, theme: Theme) -> None:
        paint_source(painter, x, y, kind, theme)

    return paint


def _check(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    paint_check(painter, x, y, 0.0, theme)


def _customer(painter: QPainter, x: float, y: float, theme: Theme) -> None:
    painter.setPen(pen(theme.t3, 3.0))
    painter.drawPoint(QPointF(x, y))
