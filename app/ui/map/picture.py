"""The map as a picture, for the command line and for paper: the same painting, without a widget."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QImage, QPainter

from app.ui.map.asset_labels import asset_steps
from app.ui.map.base import paint_base
from app.ui.map.chosen import chosen_steps
from app.ui.map.content import MapContent
from app.ui.map.furniture import arrange, paint_furniture
from app.ui.map.incident_marks import incident_steps
from app.ui.map.labels import name_steps
from app.ui.map.landmarks import landmark_steps
from app.ui.map.overlay import plan_steps
from app.ui.map.placing import Box, Placer
from app.ui.map.plan_lines import paint_marked
from app.ui.map.pressure_marks import paint_pressure_marks
from app.ui.map.qtdraw import painting
from app.ui.map.reach_marks import reach_steps
from app.ui.map.words import MapWords
from app.ui.theme import Theme
from gis.scene.view import Bounds, MapView

_PLAN_MARGIN_M = 120.0


def paint_map(painter: QPainter, view: MapView, content: MapContent, theme: Theme, words: MapWords) -> None:
    """Paint the whole map onto any painter whose unit is one logical pixel of *view*, from (0, 0) on."""
    painter.save()
    painter.setClipRect(0, 0, view.width_px, view.height_px)
    paint_base(painter, view, content, theme)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
    paint_over(painter, view, content, theme, words)
    painter.restore()


def paint_over(painter: QPainter, view: MapView, content: MapContent, theme: Theme, words: MapWords) -> None:
    """Paint what lies over the quiet map: the plan, names, and what stands in the corners."""
    placer = Placer(view.width_px, view.height_px)
    furniture = arrange(view, content, words, placer)
    for _ in _over(painter, view, content, theme, words, placer):
        pass
    paint_furniture(painter, view, furniture, theme, words)


def over_steps(
    painter: QPainter,
    view: MapView,
    content: MapContent,
    theme: Theme,
    words: MapWords,
    kept_free: tuple[Box, ...] = (),
    names_clear: tuple[Box, ...] = (),
) -> Iterator[None]:
    """Paint plan and names without the corners, in steps of about a millisecond.

    Who claims room first keeps it: *kept_free*, plan, landmarks, roads and communities, then diameters and numbers.
    These names keep out of *names_clear* as well, where instruments read.
    """
    placer = Placer(view.width_px, view.height_px)
    placer.take(*kept_free)
    yield from _over(painter, view, content, theme, words, placer, names_clear)


def _over(
    painter: QPainter,
    view: MapView,
    content: MapContent,
    theme: Theme,
    words: MapWords,
    placer: Placer,
    names_clear: tuple[Box, ...] = (),
) -> Iterator[None]:
    if content.reach is not None:
        yield from reach_steps(painter, view, content.reach, theme, placer)
    if content.chosen is not None:
        yield from chosen_steps(painter, view, content.scene, content.chosen, theme)
    if content.marked is not None:
        paint_marked(painter, view, content.marked, theme)
        yield
    yield from plan_steps(painter, view, content, theme, words, placer)
    if content.pressures is not None:
        paint_pressure_marks(painter, view, content.city, content.pipes, content.pressures, theme)
        yield
    if content.incidents:
        yield from incident_steps(painter, view, content.incidents, theme, placer)
    yield from landmark_steps(painter, view, content, theme, placer)
    placer.take(*names_clear)
    yield from name_steps(painter, view, content, theme, placer)
    yield from asset_steps(painter, view, content, theme, placer)


def view_for(content: MapContent, width_px: int, height_px: int, bounds: Bounds | None = None) -> MapView:
    """The view for a picture: *bounds*, else the plan with its surroundings, else the whole city."""
    if bounds is None and content.plan is not None and content.plan.bounds is not None:
        bounds = content.plan.bounds.grown(_PLAN_MARGIN_M)
    return MapView.fitting(bounds or content.scene.extent, width_px, height_px)


def paint_picture(
    content: MapContent,
    width_px: int,
    height_px: int,
    theme: Theme,
    *,
    words: MapWords | None = None,
    bounds: Bounds | None = None,
    dpr: float = 1.0,
) -> QImage:
    """A picture of the city, with the plan that *content* holds.

    Args:
        content: City, scene, states and plan.
        width_px: Logical pixels.
        height_px: Logical pixels.
        theme: Colours.
        words: Words on the map; those of the language installed now where None.
        bounds: What to show, project CRS; the plan or the whole city where None.
        dpr: Device pixels in a logical one.
    """
    image = QImage(round(width_px * dpr), round(height_px * dpr), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(dpr)
    with painting(image) as painter:
        paint_map(painter, view_for(content, width_px, height_px, bounds), content, theme, words or MapWords.current())
    return image
