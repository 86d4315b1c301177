"""What hangs together with the picked thing: each name is a link that picks and shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from app.messages import formats
from app.messages.describe import Thing, target_of
from app.relation_requests import FindRelations, RelationsFound
from app.requests import Reply
from app.ui import fonts
from app.ui.asking import Latest
from app.ui.inspector.links import Link, LinkLines
from app.ui.look import Look
from app.ui.session import Session
from app.ui.widgets import GAP, PADDING, Align, Label, Panel, Section, clear, column
from gis.scene.along import whole
from network.answers import PipeParts
from network.assets import DeviceKind
from network.columns import NO_INDEX, IdColumn
from network.topology import City

MOST_LINKS = 8
"""So many of a kind are named; of more the rest is counted, and the attribute table has them all."""
_ASK_AFTER_MS = 300
"""The plan for what is clicked goes first."""
_WIDTH = 320


@dataclass(frozen=True)
class Relation:
    """One line: its code, its name, and what stands there."""

    code: str
    name: str
    before: str
    links: tuple[Link, ...]
    after: str = ""


class RelationsSection(Panel):
    """Lines of links. Nearest things are known at once; those of the segment come from the worker.

    Signals:
        shown: A thing that was followed: bring it into view.
        parts_wanted: Stretches of pipe to mark and show.
    """

    shown = Signal(object)
    parts_wanted = Signal(object)

    def __init__(self, look: Look, session: Session) -> None:
        super().__init__(look)
        self._session = session
        self._found: RelationsFound | None = None
        self._asking = Latest(session.client)
        self.lines: dict[str, LinkLines] = {}
        self._section = Section(look)
        self._host = QWidget()
        self._grid = QGridLayout(self._host)
        self._grid.setContentsMargins(PADDING, GAP, PADDING, GAP)
        self._grid.setHorizontalSpacing(GAP)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._section.body.addWidget(self._host)
        column(self, self._section)
        self._timer = QTimer(self, singleShot=True, interval=_ASK_AFTER_MS)
        self._timer.timeout.connect(self._ask)
        session.selection_changed.connect(self._begin)
        session.suppositions_changed.connect(self._begin)
        session.workspace_changed.connect(self._begin)
        self.retranslate()

    @property
    def waiting(self) -> bool:
        """Whether an answer is still to come."""
        return self._timer.isActive() or self._asking.under_way

    def _begin(self) -> None:
        self._found = None
        self._asking.drop()
        self.retranslate()
        chosen = self._session.selection
        if chosen is not None and chosen.kind != "area" and target_of(chosen) is not None:
            self._timer.start()
        else:
            self._timer.stop()

    def _ask(self) -> None:
        chosen = self._session.selection
        target = None if chosen is None else target_of(chosen)
        if target is None or self._session.city is None:
            return

        def take(reply: Reply) -> None:
            if not self._session.is_refusal(reply):
                assert isinstance(reply, RelationsFound)
                self._found = reply
            self.retranslate()

        self._asking.ask(FindRelations(target, self._session.suppositions), take)

    def retranslate(self) -> None:
        chosen, city = self._session.selection, self._session.city
        told = [] if chosen is None or city is None else list(self._relations(chosen, city))
        self.appear(bool(told))
        self._section.header.title.setText(self.tr("Hangs together with"))
        self._section.header.note.set_text("…" if self.waiting else "")
        clear(self._grid)
        self.lines = {}
        for at, relation in enumerate(told):
            line = self.lines[relation.code] = LinkLines(_WIDTH)
            line.write(relation.before, relation.links, relation.after)
            line.followed.connect(self._follow)
            self._grid.addWidget(Label(relation.name, size=fonts.CAPTION, tone="t3"), at, 0, Align.AlignTop)
            self._grid.addWidget(line, at, 1)

    def _follow(self, target: object) -> None:
        if isinstance(target, Thing):
            self._session.pick(target)
            self.shown.emit(target)
        elif isinstance(target, PipeParts):
            self.parts_wanted.emit(target)

    # What there is to tell

    def _relations(self, thing: Thing, city: City) -> Iterator[Relation]:
        yield from self._nearest(thing, city)
        if self._found is not None:
            yield from self._of_segment(self._found, city)

    def _nearest(self, thing: Thing, city: City) -> Iterator[Relation]:
        """What the record itself links the thing to."""
        network, row = city.network, thing.row
        if thing.kind == "pipe":
            ends = (int(network.pipes.from_node[row]), int(network.pipes.to_node[row]))
            yield self._named("ends", self.tr("Ends"), "junction", ends, network.nodes.ids)
        elif thing.kind in {"valve", "pump"} and network.devices.pipe[row] != NO_INDEX:
            on = (int(network.devices.pipe[row]),)
            yield self._named("pipe", self.tr("On pipe"), "pipe", on, network.pipes.ids)
        elif thing.kind in {"customer", "hydrant", "station"}:
            yield from self._tapped(thing, city)

    def _tapped(self, thing: Thing, city: City) -> Iterator[Relation]:
        taps = {"customer": city.customers.tap, "hydrant": city.hydrants.tap, "station": city.stations.tap}
        pipe = int(taps[thing.kind].pipe[thing.row])
        if pipe != NO_INDEX:
            yield self._named("pipe", self.tr("On pipe"), "pipe", (pipe,), city.network.pipes.ids)
        if thing.kind == "customer" and city.customers.station[thing.row] != NO_INDEX:
            station = (int(city.customers.station[thing.row]),)
            yield self._named("station", self.tr("Through station"), "station", station, city.stations.ids)
        if thing.kind != "station":
            branch = int((city.customers if thing.kind == "customer" else city.hydrants).branch_valve[thing.row])
            if branch != NO_INDEX:
                yield self._named("branch", self.tr("Branch valve"), "valve", (branch,), city.network.devices.ids)

    def _of_segment(self, found: RelationsFound, city: City) -> Iterator[Relation]:
        network = city.network
        if not found.segments:
            return
        pipes = np.unique(found.parts.pipe).tolist()
        length = formats.length(found.parts.length_m)
        name = self.tr("Segment") if found.segments == 1 else self.tr("Segments on both sides")
        yield Relation("segment", name, "", (Link(length, found.parts),), "")
        yield self._named("pipes", self.tr("Its pipes"), "pipe", pipes, network.pipes.ids)
        yield Relation("border", self.tr("Bounded by"), *self._devices(found.border, city))
        if found.stop:
            yield self._named("stop", self.tr("Valves do not suffice"), "source", found.stop, network.sources.ids)
        else:
            yield Relation("close", self.tr("To isolate, close"), *self._devices(found.close, city))
        customers = found.customers.tolist()
        if customers:
            yield self._named("customers", self.tr("Customers"), "customer", customers, city.customers.ids)
        if found.hydrants:
            yield self._named("hydrants", self.tr("Hydrants"), "hydrant", found.hydrants, city.hydrants.ids)
        if found.dmas:
            yield Relation("dma", self.tr("DMA"), "", tuple(Link(name, _dma(city, name)) for name in found.dmas))
        if found.zones:
            yield Relation("zone", self.tr("Pressure zone"), ", ".join(found.zones), ())
        if found.sources:
            yield self._named("sources", self.tr("Water from"), "source", found.sources, network.sources.ids)

    def _named(self, code: str, name: str, kind: str, rows: Sequence[int], ids: IdColumn) -> Relation:
        links = tuple(Link(ids[row], Thing(kind, row)) for row in rows[:MOST_LINKS])
        return Relation(code, name, *self._counted(links, len(rows)))

    def _devices(self, rows: Sequence[int], city: City) -> tuple[str, tuple[Link, ...], str]:
        devices = city.network.devices
        links = tuple(Link(devices.ids[row], _device(city, row)) for row in rows[:MOST_LINKS])
        return self._counted(links, len(rows))

    def _counted(self, links: Iterable[Link], count: int) -> tuple[str, tuple[Link, ...], str]:
        """How many there are where it cannot be seen, the links, and how many more."""
        shown = tuple(links)
        if not count:
            return self.tr("none"), (), ""
        if count <= len(shown):
            return "", shown, ""
        return f"{formats.number(count)}:", shown, "…"


def _device(city: City, row: int) -> Thing:
    return Thing("pump" if city.network.devices.kind[row] == DeviceKind.PUMP else "valve", row)


def _dma(city: City, name: str) -> PipeParts:
    """All mains of a DMA."""
    column = city.network.pipes.dma
    code = list(column.vocabulary).index(name)
    return whole(np.flatnonzero(column.codes == code).astype(np.int32), city.network.pipes.length_m)
