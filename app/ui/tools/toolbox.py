"""The tools of the map, put together: traces, long sections, measuring, choosing by an area, bookmarks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.messages import formats
from app.messages.describe import Thing, target_of
from app.requests import Failed, FindRoute, NetworkTraced, Reply, RouteFound, TraceNetwork
from app.ui.asking import Latest
from app.ui.look import Look
from app.ui.map.chosen import Chosen
from app.ui.map_pane import MapPane
from app.ui.session import Session
from app.ui.table_pane.pane import TablePane
from app.ui.tools.layer import ToolLayer
from app.ui.tools.section_pane import SectionPane
from app.ui.tools.sketch import Sketch
from gis.places import places_of
from gis.scene.along import whole
from gis.scene.lines import Polylines
from gis.scene.view import Bounds
from network.answers import PipeParts, Target
from network.columns import Int32
from network.ways import Route

_MOST_MARKED = 1_000
"""Rows drawn over the map one by one with every frame; more of them are painted in slices, see app.ui.map.chosen."""

Ring = tuple[tuple[float, float], ...]


class Toolbox(QObject):
    """Commands of the tools, and what they draw.

    Attributes:
        way: The way of the long section on screen, or None.

    Signals:
        said: A sentence for the status bar.
        section_wanted: The long section is ready and wants its place on screen.
        put_away: Nothing of the tools is on screen any more.
    """

    said = Signal(str)
    section_wanted = Signal()
    put_away = Signal()

    def __init__(
        self, window: QWidget, look: Look, session: Session, pane: MapPane, now: Callable[[], datetime]
    ) -> None:
        super().__init__(window)
        self._window, self._look, self._session, self._pane = window, look, session, pane
        self._canvas = pane.canvas
        self.layer = ToolLayer(look, self._canvas)
        self.sketch = Sketch(self._canvas, self.layer)
        self.section = SectionPane(look, session, now)
        self.table = TablePane(look, session)
        self._start: Thing | None = None
        self._choosing = False
        self._asking = Latest(session.client)
        self.way: Route | None = None
        self.menu = QMenu(window)
        self._actions: dict[str, Callable[[], str]] = {}
        self._fill_menu()
        self.sketch.finished.connect(self._sketched)
        self.section.closed.connect(self.clear)
        self.section.pointed.connect(self._show_along)
        self.section.picked.connect(lambda row: session.pick(Thing("valve", row)))
        self.table.closed.connect(self._table_closed)
        self.table.chosen.connect(self._show_row)
        self.table.rows_changed.connect(self._mark_rows)
        session.selection_changed.connect(self._selection_changed)
        session.workspace_changed.connect(self.clear)
        session.city_changed.connect(self.clear)
        look.language_changed.connect(self.retranslate)
        self.retranslate()

    def _fill_menu(self) -> None:
        for key, name, do in (
            ("Ctrl+U", lambda: self.tr("Trace upstream"), lambda: self.trace("upstream")),
            ("Ctrl+J", lambda: self.tr("Trace downstream"), lambda: self.trace("downstream")),
            ("Ctrl+K", lambda: self.tr("Long section: choose two ends"), self.start_section),
            ("Ctrl+M", lambda: self.tr("Measure a length"), self.measure_length),
            ("Ctrl+Shift+M", lambda: self.tr("Measure an area"), self.measure_area),
            ("Ctrl+T", lambda: self.tr("Attribute table"), self.show_table),
            ("Ctrl+Shift+E", lambda: self.tr("Choose things by an area"), self.choose_area),
            ("", lambda: self.tr("Put the tools' drawings away"), self.clear),
        ):
            action = self.menu.addAction("")
            if key:
                action.setShortcut(QKeySequence(key))
                self._window.addAction(action)
            action.triggered.connect(lambda _checked=False, do=do: do())
            action.setProperty("order", len(self._actions))
            self._actions[str(len(self._actions))] = name

    def retranslate(self) -> None:
        """Write every word again."""
        self.menu.setTitle(self.tr("Tools"))
        for action, name in zip(self.menu.actions(), self._actions.values(), strict=True):
            action.setText(name())

    # Traces and sections

    def trace(self, way: str) -> None:
        """Trace from the selection."""
        target = self._target()
        if target is not None:
            self._ask(TraceNetwork(target, way))

    def start_section(self) -> None:
        """Take the selection as one end; the next thing picked is the other."""
        if self._target() is not None:
            self._start = self._session.selection
            self.said.emit(self.tr("Click the other end of the section, or type it: section …. Esc leaves."))

    def section_to(self, thing: Thing) -> None:
        """The long section from the selection before to *thing*."""
        start, goal = self._start or self._session.selection, target_of(thing)
        self._start = None
        begin = target_of(start) if start is not None else None
        if begin is None or goal is None:
            self.said.emit(self.tr("Choose where the section begins first."))
            return
        self._ask(FindRoute(begin, goal))

    def _target(self) -> Target | None:
        thing = self._session.selection
        target = target_of(thing) if thing is not None and thing.kind != "area" else None
        if target is None:
            self.said.emit(self.tr("Choose a pipe, valve, junction, hydrant or customer first."))
        return target

    def _ask(self, request: TraceNetwork | FindRoute) -> None:
        def take(reply: Reply) -> None:
            if isinstance(reply, Failed):
                self._session.refused.emit(reply)
            elif isinstance(reply, NetworkTraced):
                self._show_trace(reply)
            elif isinstance(reply, RouteFound):
                self._show_route(reply)

        self._asking.ask(request, take)

    def _show_trace(self, found: NetworkTraced) -> None:
        self._draw_parts(found.parts)
        words = self._look.words
        self.said.emit(
            self.tr("{way}: {length} of main, {devices} devices, {customers} customers ({critical} critical)").format(
                way=words.say("verb", found.way),
                length=formats.length(found.parts.length_m),
                devices=formats.number(len(found.devices)),
                customers=formats.number(len(found.customers)),
                critical=formats.number(found.critical),
            )
        )

    def _show_route(self, found: RouteFound) -> None:
        route = self.way = found.route
        low, high = np.minimum(route.from_m, route.to_m), np.maximum(route.from_m, route.to_m)
        self._draw_parts(PipeParts(route.pipe, low, high))
        self.section.show_route(found)
        self.table.hide()
        # What was asked for is done; how long the way is stands in the pane.
        self.said.emit("")
        self.section_wanted.emit()

    def _draw_parts(self, parts: PipeParts) -> None:
        content = self._canvas.content
        if content is None:
            return
        many = len(parts.pipe) > _MOST_MARKED
        lines = Polylines.of([]) if many else content.pipes.stretches(parts)
        self.layer.show_drawing(traced=lines, sketch=np.empty((0, 2)), notes=())
        self._canvas.show_chosen(Chosen.of_pipes(parts.pipe, len(content.city.network.pipes)) if many else None)
        drawn = content.pipes.lines
        seen_m = drawn.xy_m[drawn.offsets[parts.pipe]] if many else lines.xy_m
        if len(seen_m):
            low, high = seen_m.min(axis=0), seen_m.max(axis=0)
            self._canvas.zoom_to(Bounds(*low.tolist(), *high.tolist()).grown(60.0))

    def _show_along(self, pipe: int, offset_m: float) -> None:
        content = self._canvas.content
        if content is None or pipe < 0:
            self.layer.show_drawing(along=None)
            return
        xy_m, _ = content.pipes.places(np.array([pipe]), np.array([offset_m]))
        self.layer.show_drawing(along=(float(xy_m[0, 0]), float(xy_m[0, 1])))

    def _selection_changed(self) -> None:
        chosen = self._session.selection
        if self._start is not None and chosen is not None and chosen != self._start:
            self.section_to(chosen)

    # Sketches

    def measure_length(self) -> None:
        """Begin to measure a line; corners snap to pipes."""
        self._begin(closed=False)

    def measure_area(self) -> None:
        """Begin to measure an area."""
        self._begin(closed=True)

    def choose_area(self) -> None:
        """Begin an area in which things are chosen."""
        self._begin(closed=True)
        self._choosing = True

    def _begin(self, *, closed: bool) -> None:
        if self._canvas.content is not None:
            self._choosing = False
            self.sketch.start(closed=closed)
            self.said.emit(
                self.tr("Click corners (they snap to pipes). Double click or Enter ends, Backspace takes one back.")
            )

    def _sketched(self, corners: Ring) -> None:
        if self._choosing:
            self._choosing = False
            self.show_table()
            self.table.show_in_area(corners)

    # The table

    def show_table(self) -> None:
        """Open the attribute table under the map."""
        if self._session.city is None:
            return
        self.section.hide()
        self.table.show()
        if not self.table.model.columns:
            self.table.show_kind("pipe")

    def _table_closed(self) -> None:
        self.table.hide()
        self.clear()

    def _show_row(self, thing: Thing) -> None:
        self._session.pick(thing)
        self._pane.show_thing(thing)

    def _mark_rows(self, kind: str, rows: Int32) -> None:
        """Mark what a filter or an area left over: lines of pipes, points of all else."""
        content = self._canvas.content
        if content is None:
            return
        lines, points, chosen = Polylines.of([]), np.empty((0, 2)), None
        if kind == "pipe" and len(rows) <= _MOST_MARKED:
            lines = content.pipes.stretches(whole(rows, content.pipes.length_m))
        elif kind == "pipe":
            chosen = Chosen.of_pipes(rows, len(content.city.network.pipes))
        else:
            points = places_of(content.city, kind, rows)
            if len(points) > _MOST_MARKED:
                points, chosen = np.empty((0, 2)), Chosen.of_points(points)
        self.layer.show_drawing(traced=lines, points=points, sketch=np.empty((0, 2)), notes=())
        self._canvas.show_chosen(chosen)

    # Leaving

    def step_back(self) -> bool:
        """Esc: leave the innermost thing of the tools; False where there is none."""
        if self.sketch.active:
            self.sketch.leave()
        elif self._start is not None:
            self._start = None
            self.said.emit("")
        elif self.shows_something:
            self.clear()
        else:
            return False
        return True

    @property
    def shows_something(self) -> bool:
        """Whether anything of the tools is drawn."""
        drawing, content = self.layer.drawing, self._canvas.content
        many = content is not None and content.chosen is not None
        return many or bool(len(drawing.traced) or len(drawing.sketch) or len(drawing.points))

    def clear(self) -> None:
        """Put every drawing away."""
        self._start = self.way = None
        self.sketch.leave()
        self.layer.clear()
        self.layer.show_drawing(traced=Polylines.of([]))
        self._canvas.show_chosen(None)
        self.section.view.show_section(None)
        self.put_away.emit()
