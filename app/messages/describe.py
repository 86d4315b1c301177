"""A thing of the city told in words: what it is called, one line about it, and its facts one by one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.messages import formats
from app.messages.words import Words
from network.answers import (
    AreaTarget,
    CustomerTarget,
    DeviceTarget,
    HydrantTarget,
    JunctionTarget,
    PipesTarget,
    PipeTarget,
    Target,
)
from network.assets import Condition, DeviceKind, LinkMethod, Position, SourceKind, TapTable, Turning
from network.topology import City, DeviceStates

NAMED_IDS = 3
"""Ids named of several things in one line."""

_ARROWS = {Turning.CLOCKWISE: "↻", Turning.COUNTERCLOCKWISE: "↺", Turning.UNKNOWN: ""}


class Fact(NamedTuple):
    """One fact: its code, its name in words, its value in words."""

    code: str
    name: str
    value: str


@dataclass(frozen=True)
class Thing:
    """Something of the city that can be pointed at.

    Attributes:
        kind: pipe, pipes, valve, pump, junction, hydrant, customer, source, station or area.
        row: Row in the city's table of its kind.
        offset_m: Place on a pipe from its from_node; None is its middle.
        ring_m: Corners of an area.
        rows: Several pipes, ascending.
    """

    kind: str
    row: int = -1
    offset_m: float | None = None
    ring_m: tuple[tuple[float, float], ...] = ()
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Card:
    """What is written about one thing.

    Attributes:
        identity: Its id.
        name: What people call it, "" where it has no name.
        summary: One line.
        facts: In the order in which they are read.
    """

    kind: str
    identity: str
    name: str
    summary: str
    facts: tuple[Fact, ...]


def shortened(ids: Sequence[str]) -> str:
    """Ids for one line: of many the first ones, and how many more there are.

    >>> shortened(["P1", "P2", "P3", "P4"])
    'P1, P2, P3 +1'
    """
    more = len(ids) - NAMED_IDS
    return ", ".join(ids[:NAMED_IDS]) + (f" +{more}" if more > 0 else "")


def target_of(thing: Thing) -> Target | None:
    """What a plan for *thing* aims at; None for what cannot be isolated by itself (a source, a station)."""
    makers: Mapping[str, Callable[[], Target]] = {
        "pipe": lambda: PipeTarget(thing.row, thing.offset_m),
        "pipes": lambda: PipesTarget(thing.rows),
        "valve": lambda: DeviceTarget(thing.row),
        "pump": lambda: DeviceTarget(thing.row),
        "junction": lambda: JunctionTarget(thing.row),
        "hydrant": lambda: HydrantTarget(thing.row),
        "customer": lambda: CustomerTarget(thing.row),
        "area": lambda: AreaTarget(thing.ring_m),
    }
    maker = makers.get(thing.kind)
    return maker() if maker else None


class Describer:
    """Words for the things of one city."""

    def __init__(self, city: City, words: Words) -> None:
        self._city = city
        self._words = words

    def card(self, thing: Thing, states: DeviceStates) -> Card:
        """Everything that the record says of *thing*."""
        writers: Mapping[str, Callable[[], Card]] = {
            "pipe": lambda: self._pipe(thing),
            "pipes": lambda: self._pipes(thing.rows),
            "valve": lambda: self._device(thing.row, states),
            "pump": lambda: self._device(thing.row, states),
            "junction": lambda: self._junction(thing.row),
            "hydrant": lambda: self._hydrant(thing.row),
            "customer": lambda: self._customer(thing.row),
            "source": lambda: self._source(thing.row),
            "station": lambda: self._station(thing.row),
            "area": lambda: Card("area", self._words.say("layer", "area"), "", "", ()),
        }
        return writers[thing.kind]()

    def place_of_device(self, row: int) -> str:
        """Where a crew finds device *row*: its landmark, its chamber, or its pipe and measure."""
        devices = self._city.network.devices
        said = " ".join(part for part in (devices.landmark[row], devices.chamber[row]) if part)
        if said or devices.pipe[row] < 0:
            return said
        pipe = self._city.network.pipes.ids[int(devices.pipe[row])]
        return self._words.say("place", "on_pipe", {"pipe": pipe, "offset_m": float(devices.offset_m[row])})

    def turns(self, row: int) -> str:
        """Turns to close and their way, as ``38 ↻``: what of it is recorded; a dash where nothing is."""
        devices = self._city.network.devices
        turns = float(devices.turns[row])
        number = "" if math.isnan(turns) else formats.number(turns, 0 if turns.is_integer() else 1)
        arrow = _ARROWS[Turning(int(devices.closes[row]))]
        return " ".join(part for part in (number, arrow) if part) or formats.NO_VALUE

    def diameter(self, pipe: int) -> str:
        """``DN300``, or ``De560`` for an outside diameter."""
        pipes = self._city.network.pipes
        return formats.nominal_diameter(int(pipes.dn_mm[pipe]), bool(pipes.outside[pipe]))

    def material(self, pipe: int) -> str:
        """What *pipe* is made of; a dash where it is not recorded."""
        found = self._city.network.pipes.material[pipe]
        return self._words.name("material", found) if found else formats.NO_VALUE

    def link(self, tap: TapTable, row: int) -> str:
        """How something was linked to its main, and how far: ``meter table · 12 m``."""
        method = self._words.say("link_method", LinkMethod(int(tap.method[row])).name.lower())
        distance_m = float(tap.distance_m[row])
        return method if math.isnan(distance_m) else f"{method} · {formats.length(distance_m)}"

    def _fact(self, code: str, value: str) -> Fact:
        return Fact(code, self._words.say("fact", code), value or formats.NO_VALUE)

    def _at(self, x_m: float, y_m: float) -> Fact:
        return self._fact("coordinates", formats.coordinate(float(x_m), float(y_m)))

    def _tap(self, tap: TapTable, row: int) -> tuple[Fact, ...]:
        pipe = int(tap.pipe[row])
        main = f"{self._city.network.pipes.ids[pipe]} {self.diameter(pipe)}" if pipe >= 0 else ""
        return self._fact("main", main), self._fact("linked", self.link(tap, row))

    def _pipes(self, rows: tuple[int, ...]) -> Card:
        ids = self._city.network.pipes.ids
        length_m = math.fsum(float(self._city.network.pipes.length_m[row]) for row in rows)
        return Card("pipes", shortened([ids[row] for row in rows]), "", formats.length(length_m), ())

    def _pipe(self, thing: Thing) -> Card:
        pipes, row = self._city.network.pipes, thing.row
        year = str(pipes.year[row]) if pipes.year[row] else ""
        depth = "" if math.isnan(pipes.depth_m[row]) else formats.length(float(pipes.depth_m[row]))
        material = pipes.material[row] and self.material(row)
        summary = " ".join(part for part in (self.diameter(row), material, year) if part)
        at_m = thing.offset_m if thing.offset_m is not None else float(pipes.length_m[row]) / 2
        facts = (
            self._fact("diameter", self.diameter(row)),
            self._fact("material", material),
            self._fact("year", year),
            self._fact("depth", depth),
            self._fact("length", formats.length(float(pipes.length_m[row]))),
            self._fact("dma", pipes.dma[row]),
            self._fact("clicked_at", formats.length(at_m)),
        )
        deep = [self._words.say("place", "depth", {"depth": depth})] if depth else []
        return Card("pipe", pipes.ids[row], "", " · ".join([summary, *deep]), facts)

    def _device(self, row: int, states: DeviceStates) -> Card:
        devices, words = self._city.network.devices, self._words
        kind = words.say("device_kind", DeviceKind(int(devices.kind[row])).name.lower())
        diameter = formats.nominal_diameter(int(devices.dn_mm[row]), False)
        position = words.say("position", Position(int(states.position[row])).name.lower())
        normal = words.say("position", Position(int(devices.normal[row])).name.lower())
        condition = words.say("condition", Condition(int(states.condition[row])).name.lower())
        depth_m = float(devices.depth_m[row])
        facts = (
            self._fact("position", position),
            self._fact("normal", normal),
            self._fact("condition", condition),
            self._fact("turns", self.turns(row)),
            *((self._fact("place", self.place_of_device(row)),) if not devices.landmark[row] else ()),
            *((self._fact("chamber", devices.chamber[row]),) if devices.chamber[row] else ()),
            self._fact("depth", "" if math.isnan(depth_m) else formats.length(depth_m)),
            self._at(devices.x_m[row], devices.y_m[row]),
        )
        summary = " ".join(part for part in (diameter if devices.dn_mm[row] else "", kind) if part)
        if devices.assumed[row]:
            summary += " · " + words.say("place", "assumed")
        kind_code = "pump" if devices.kind[row] == DeviceKind.PUMP else "valve"
        return Card(kind_code, devices.ids[row], devices.landmark[row], summary, facts)

    def _junction(self, row: int) -> Card:
        nodes = self._city.network.nodes
        elevation_m = float(nodes.elevation_m[row])
        height = "" if math.isnan(elevation_m) else formats.length(elevation_m)
        facts = (self._fact("elevation", height), self._at(nodes.x_m[row], nodes.y_m[row]))
        return Card("junction", nodes.ids[row], "", self._words.say("layer", "junction"), facts)

    def _hydrant(self, row: int) -> Card:
        table = self._city.hydrants
        facts = (
            *self._tap(table.tap, row),
            *self._branch(int(table.branch_valve[row])),
            self._at(table.x_m[row], table.y_m[row]),
        )
        return Card("hydrant", table.ids[row], table.name[row], self._words.say("layer", "hydrant"), facts)

    def _branch(self, device: int) -> tuple[Fact, ...]:
        return (self._fact("branch_valve", self._city.network.devices.ids[device]),) if device >= 0 else ()

    def _customer(self, row: int) -> Card:
        table, words = self._city.customers, self._words
        category = words.name("category", table.category[row] or "unrecorded")
        critical = [words.say("place", "critical")] if table.critical[row] else []
        station = int(table.station[row])
        facts = (
            self._fact("address", table.address[row]),
            self._fact("phone", table.phone[row]),
            self._fact("households", formats.number(int(table.households[row])) if table.households[row] else ""),
            self._fact("people", formats.number(int(table.people[row])) if table.people[row] else ""),
            *((self._fact("station", self._city.stations.ids[station]),) if station >= 0 else ()),
            *self._tap(table.tap, row),
            *self._branch(int(table.branch_valve[row])),
        )
        return Card("customer", table.ids[row], table.name[row], " · ".join([category, *critical]), facts)

    def _source(self, row: int) -> Card:
        table = self._city.network.sources
        kind = self._words.say("source_kind", SourceKind(int(table.kind[row])).name.lower())
        volume_m3 = float(table.volume_m3[row])
        facts = (self._fact("volume", self._volume(volume_m3)), self._at(table.x_m[row], table.y_m[row]))
        return Card("source", table.ids[row], "", kind, facts)

    def _station(self, row: int) -> Card:
        table = self._city.stations
        storage_m3 = float(table.storage_m3[row])
        facts = (
            self._fact("volume", self._volume(storage_m3)),
            *self._tap(table.tap, row),
            self._at(table.x_m[row], table.y_m[row]),
        )
        return Card("station", table.ids[row], table.name[row], self._words.say("layer", "station"), facts)

    @staticmethod
    def _volume(volume_m3: float) -> str:
        return f"{formats.number(volume_m3)} m³" if volume_m3 > 0 else ""
