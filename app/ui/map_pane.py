"""The middle of the window: the map, fed from the session, and the session fed from its clicks."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, Signal

from app.early_city import data_of
from app.messages.describe import Thing, target_of
from app.requests import Failed, ValveExplained
from app.ui.look import Look
from app.ui.map.backdrop import Backdrop, OpenBasemap
from app.ui.map.canvas import MapCanvas
from app.ui.map.colouring import shades_by
from app.ui.map.shades import PipeShades
from app.ui.map.store import TileStore
from app.ui.map.tile_files import TileFiles
from app.ui.plan_facts import PlanFacts
from app.ui.session import Session
from app.ui.valve_rows import in_closing_order
from app.ui.widgets import Panel, column
from gis.cache import open_tables
from gis.faults import Fault
from gis.graticule import Graticule
from gis.places import FEATURES, ids_of
from gis.scene.along import PipeLines
from gis.scene.hits import MapHit
from gis.scene.lines import Polylines
from gis.scene.map_style import ColourBy, MapStyle
from gis.scene.plan_picture import PlanPicture, draw_path, draw_plan, place_of
from gis.scene.scene import Scene
from gis.scene.view import Bounds
from gis.search_hit import Hit
from network.answers import PipeParts, SupplyPath
from network.assets import DeviceKind
from network.errors import CodedError
from network.topology import City, DeviceStates

_HIT_KINDS = {"device": "valve", "node": "junction"}
_THING_KINDS = {"valve": "device", "pump": "device", "junction": "node"}
_AROUND_PARTS_M = 120.0
SHOWN_FROM_M_PER_PX = {"road": 2.0, "place": 2.0, "dma": 4.0}


class MapPane(Panel):
    """The map and what it shows of the session.

    Signals:
        pointed: Where the pointer is: x_m, y_m.
        valve_pointed: The pointer is on a valve that the plan closes: its device row.
    """

    pointed = Signal(float, float)
    valve_pointed = Signal(int)

    def __init__(self, look: Look, session: Session, store: TileStore | None = None) -> None:
        super().__init__(look)
        self._session = session
        self._picture: PlanPicture | None = None
        self._year = 0
        self._style = MapStyle()
        self._instead: PlanFacts | None = None
        self._closing: tuple[int, ...] = ()
        self._closing_instead: tuple[int, ...] = ()
        self._ranked: PipeShades | None = None
        self._backdrop: Backdrop | None = None
        self.open_basemap: OpenBasemap | None = None
        self.canvas = MapCanvas(theme=look.theme, store=store)
        # A further window shares the tiles of the first one, which sees to their files.
        self._keeps_tiles = store is None
        if self._keeps_tiles:
            self.canvas.store.failed.connect(self._refuse)
        column(self, self.canvas)
        self.canvas.picked.connect(self._take_click)
        self.canvas.areaDrawn.connect(self._take_area)
        self.canvas.pointerMoved.connect(self.pointed)
        self.canvas.hoverChanged.connect(self._take_hover)
        look.theme_changed.connect(self._take_theme)
        session.early_changed.connect(self._show_early)
        session.workspace_changed.connect(self._show_city)
        session.city_changed.connect(self._renew_city)
        session.suppositions_changed.connect(self._show_states)
        session.selection_changed.connect(self._show_selection)
        session.selection_changed.connect(self._unmark)
        session.plan_changed.connect(self._show_plan)
        session.explained.connect(self._show_path)

    def retranslate(self) -> None:
        self.canvas.retranslate()
        self._colour()

    def _take_theme(self) -> None:
        # A method: Qt forgets it with the pane, which may be closed long before the console.
        self.canvas.set_theme(self.look.theme)

    # What the operator has chosen of it

    def set_style(self, style: MapStyle, year: int) -> None:
        """Show layers, and mains by colour, as chosen; *year* is the present one, for ages."""
        self._style, self._year = style, year
        self.canvas.set_style(style)
        self._colour()

    def set_ranked(self, shades: PipeShades | None) -> None:
        """Colour mains by what a ranking says of them; None: by what is chosen."""
        self._ranked = shades
        self._colour()

    def _colour(self) -> None:
        """The legend's words are those of the language in force: made anew when it changes."""
        content = self.canvas.content
        if content is None:
            return
        by = self._style.colour_by
        chosen = shades_by(by, content.city, content.states, self._year, self._style.rules.get(by))
        self.canvas.set_shades(chosen if self._ranked is None else self._ranked)

    # From the session to the map

    def _show_early(self) -> None:
        """A city whose workspace is still being opened can be looked at; nothing of it can be picked yet."""
        early = self._session.early
        if early is None:
            self.canvas.clear_city()
        else:
            self._put_city(early.cache, early.data, early.city, early.scene, early.states)
            self._show_basemap(early.folder, early.cache)

    def _put_city(self, cache: Path, data: str, city: City, scene: Scene, states: DeviceStates) -> None:
        if self._keeps_tiles:
            self.canvas.store.keep_in(TileFiles(cache, data))
        self.canvas.set_city(city, scene, states)
        self._ranked = None
        self._colour()

    def _show_city(self) -> None:
        session, shown = self._session, self.canvas.content
        # Its rows may be those of another city.
        self._instead = None
        if shown is not None and shown.city is session.city:
            # It was shown before it was open: who has begun to look around goes on from there.
            self.canvas.set_states(session.states)
            return
        if session.workspace is None or session.city is None:
            self.canvas.clear_city()
            return
        cache = session.workspace.cache
        try:
            data = data_of(cache)
            scene = open_tables(cache, "scene", Scene, verify=False)
        except CodedError as error:
            self.canvas.clear_city()
            self._refuse(error)
            return
        self._put_city(cache, data, session.city, scene, session.states)
        self._show_basemap(session.workspace.folder, cache)

    def _renew_city(self) -> None:
        """The same city after an edit: the operator goes on looking at the same place."""
        view = self.canvas.view
        self._show_city()
        self.canvas.look_at(view)

    def _show_basemap(self, folder: Path, cache: Path) -> None:
        """The pictures in the workspace's folder, if there are any; the thread that paints opens them."""
        if self.open_basemap is None:
            return
        with suppress(CodedError):  # without its graticule the city has no place under which a picture could lie
            graticule = open_tables(cache, "graticule", Graticule, verify=False)
            source = self.open_basemap(folder, graticule)
            self._backdrop = None if source is None else Backdrop(source)
            if self._backdrop is not None:
                self._backdrop.failed.connect(self._refuse, Qt.ConnectionType.QueuedConnection)
                self._backdrop.named.connect(self._show_names, Qt.ConnectionType.QueuedConnection)
            self.canvas.set_backdrop(self._backdrop)

    def _refuse(self, error: CodedError) -> None:
        self._session.refused.emit(Failed(error.code, error.detail))

    def _show_names(self) -> None:
        """Tiles under the map have told their names: they are written with the others."""
        if self.canvas.content is not None and self.canvas.content.backdrop is self._backdrop:
            self.canvas.set_backdrop(self._backdrop)

    def show_session(self) -> None:
        """Show what the session holds already: for a map that opens later than the workspace."""
        self._show_city()
        self._show_plan()
        self._show_selection()

    def _show_states(self) -> None:
        if self._session.city is not None:
            self.canvas.set_states(self._session.states)
            if self._style.colour_by is ColourBy.CONDITION:
                self._colour()

    def show_instead(self, facts: PlanFacts | None, closing: tuple[int, ...] = ()) -> None:
        """Show another plan than the session's, valves numbered as in *closing*; the session's comes back with None."""
        if facts is not self._instead or closing != self._closing_instead:
            self._instead, self._closing_instead = facts, closing
            self._show_plan()

    def _show_plan(self) -> None:
        facts, content = self._instead or self._session.plan, self.canvas.content
        if facts is None or content is None:
            self._picture = None
            self.canvas.clear_plan()
            return
        made = facts.made
        closing = self._closing if self._instead is None else self._closing_instead
        order = in_closing_order(facts, closing)
        picture = draw_plan(facts.city, content.pipes, facts.states, made.answer, made.impact, order)
        self._picture = replace(picture, stuck=facts.bypassed)
        self.canvas.show_plan(self._picture)
        self._show_selection()
        self._bring_into_view(self._picture)

    def _bring_into_view(self, picture: PlanPicture) -> None:
        """Zoom only where the plan would not be seen: an operator's view is not moved without need."""
        bounds, view = picture.bounds, self.canvas.view
        if bounds is None:
            return
        seen = view.bounds
        inside = bounds.x_min >= seen.x_min and bounds.x_max <= seen.x_max
        inside = inside and bounds.y_min >= seen.y_min and bounds.y_max <= seen.y_max
        wide_px = max(bounds.x_max - bounds.x_min, bounds.y_max - bounds.y_min) / view.m_per_px
        if not inside or wide_px < 60:
            self.zoom_to_plan()

    def zoom_to_plan(self) -> None:
        """Show the plan as large as it fits."""
        if self._picture is not None and self._picture.bounds is not None:
            self.canvas.zoom_to(self._picture.bounds.grown(80.0))

    def show_parts(self, parts: PipeParts) -> None:
        """Mark stretches of mains and bring them into view."""
        content = self.canvas.content
        if content is None or not len(parts):
            return
        lines = content.pipes.stretches(parts)
        self.canvas.mark_lines(lines)
        low, high = lines.xy_m.min(axis=0), lines.xy_m.max(axis=0)
        self.canvas.zoom_to(Bounds(*low.tolist(), *high.tolist()).grown(_AROUND_PARTS_M))

    def _unmark(self) -> None:
        """What was marked is not what is picked any more."""
        self.canvas.mark_lines(None)

    def _show_path(self, explained: ValveExplained) -> None:
        self.show_path(explained.path)

    def show_path(self, path: SupplyPath | None) -> None:
        """Draw the way that water would take, or none."""
        content = self.canvas.content
        if self._picture is None or content is None:
            return
        lines = Polylines.of([]) if path is None else draw_path(content.pipes, path)
        self.canvas.show_plan(replace(self._picture, path=lines))

    def show_restorable(self, parts: PipeParts | None) -> None:
        """Draw the mains that an option of re-supply brings back, or none."""
        content = self.canvas.content
        if self._picture is not None and content is not None:
            lines = Polylines.of([]) if parts is None else content.pipes.stretches(parts)
            self.canvas.show_plan(replace(self._picture, restorable=lines))

    def show_order(self, closing: tuple[int, ...]) -> None:
        """Number the valves of the session's plan as they are closed."""
        self._closing = closing
        facts = self._session.plan
        if self._picture is not None and facts is not None and self._instead is None:
            self._picture = replace(self._picture, close=in_closing_order(facts, closing))
            self.canvas.show_plan(self._picture)

    def _take_hover(self, hit: MapHit | None) -> None:
        if hit is not None and hit.kind == "device" and self._picture is not None:
            self.valve_pointed.emit(hit.row)

    def _show_selection(self) -> None:
        thing, city, content = self._session.selection, self._session.city, self.canvas.content
        # The plan's own mark says where its target is.
        told_by_plan = thing is not None and self._session.plan is not None and thing == self._session.target
        if thing is None or city is None or content is None or thing.kind == "area" or told_by_plan:
            self.canvas.select(None)
            return
        place = place_of_thing(city, thing, content.pipes)
        if place is None:
            self.canvas.select(None)
            return
        kind = _THING_KINDS.get(thing.kind, thing.kind)
        self.canvas.select(MapHit(kind, thing.row, thing.offset_m, *place, 0.0))

    def show_thing(self, thing: Thing) -> None:
        """Bring a thing of the city into the middle."""
        city, content = self._session.city, self.canvas.content
        place = place_of_thing(city, thing, content.pipes) if city is not None and content is not None else None
        if place is not None:
            self.canvas.zoom_to_point(*place)

    def place_of(self, kind: str, name: str) -> tuple[float, float] | None:
        """Where the thing called *name* stands, project CRS; None for what is unknown or has no one place."""
        city, content = self._session.city, self.canvas.content
        if city is None or content is None or kind not in {*FEATURES, "junction"}:
            return None
        row = int(ids_of(city, kind).find(name))
        return place_of_thing(city, Thing(kind, row), content.pipes) if row >= 0 else None

    def show_hit(self, hit: Hit) -> None:
        """Bring a search result into the middle; roads and places from a little farther away."""
        self.canvas.zoom_to_point(hit.x_m, hit.y_m, SHOWN_FROM_M_PER_PX.get(hit.kind, 0.6))
        if hit.kind == "coordinate":
            self.canvas.select(MapHit(hit.kind, hit.row, None, hit.x_m, hit.y_m, 0.0))

    def show_fault(self, fault: Fault) -> None:
        """Bring a fault's place into the middle and mark it, where it has one."""
        if fault.x_m is not None and fault.y_m is not None:
            self.canvas.zoom_to_point(fault.x_m, fault.y_m, 0.3)
            self.canvas.select(MapHit("fault", -1, None, fault.x_m, fault.y_m, 0.0))

    # From the map to the session

    def _take_click(self, hits: list[MapHit]) -> None:
        if self._session.city is None:
            self._session.told.emit("still_opening", {})
            return
        if not hits:
            self._session.pick(None)
            return
        thing = self._thing(hits[0])
        self._session.pick(thing)
        # A leak is reported on a pipe: the click alone asks for the plan. Anything else is shown first.
        if thing.kind == "pipe" and self._session.clicks_plan:
            self._session.make_plan(thing)

    def _thing(self, hit: MapHit) -> Thing:
        kind = _HIT_KINDS.get(hit.kind, hit.kind)
        city = self._session.city
        if kind == "valve" and city is not None and city.network.devices.kind[hit.row] == DeviceKind.PUMP:
            kind = "pump"
        return Thing(kind, hit.row, hit.offset_m)

    def _take_area(self, ring_m: tuple[tuple[float, float], ...]) -> None:
        if self._session.city is None:
            self._session.told.emit("still_opening", {})
            return
        thing = Thing("area", ring_m=ring_m)
        self._session.pick(thing)
        self._session.make_plan(thing)


def place_of_thing(city: City, thing: Thing, pipes: PipeLines) -> tuple[float, float] | None:
    """Where *thing* is, project CRS; None where it has no one place."""
    target = target_of(thing)
    if target is not None:
        return place_of(city, pipes, target)
    table = city.network.sources if thing.kind == "source" else city.stations
    return float(table.x_m[thing.row]), float(table.y_m[thing.row])
