"""The attribute table: what is known of every pipe, valve, customer … in columns over the city's arrays.

The window reads single rows from these columns; whole columns (to sort, filter, choose by an area, export) are read by
the worker alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.messages import Words
from network.assets import Condition, DeviceKind, Position
from network.columns import Bool, CodedColumn, IdColumn, TextColumn
from network.topology import City, DeviceStates

_Column = IdColumn | TextColumn | CodedColumn | NDArray[Any]
Cell = str | int | float | None


@dataclass(frozen=True, eq=False)
class Attribute:
    """One column.

    Attributes:
        code: Key of its title in the section ``attribute``.
        values: The city's column.
        enum: What the numbers of *values* mean, if they are codes; *section* has the words.
        blank: The number that stands for "not recorded" (NaN always does).
        decimals: Of a real figure.
    """

    code: str
    values: _Column
    enum: type[IntEnum] | None = None
    section: str = ""
    blank: float | None = None
    decimals: int = 0

    @property
    def number(self) -> bool:
        """Whether it is a figure, set to the right."""
        return isinstance(self.values, np.ndarray) and self.enum is None and self.values.dtype.kind != "b"

    def cell(self, row: int, words: Words) -> Cell:
        """The value of one row: text, a figure, or None where nothing is recorded."""
        value: Any = self.values[row]
        if self.enum is not None:
            return words.say(self.section, self.enum(int(value)).name.lower())
        if isinstance(value, str):
            return words.name(self.section, value) if self.section and value else value
        if isinstance(value, np.bool_):
            return words.say("attribute", "yes") if value else ""
        figure = float(value)
        if not np.isfinite(figure) or figure == self.blank:
            return None
        return round(figure, self.decimals) if self.decimals else int(figure)

    def ranks(self) -> NDArray[Any]:
        """Shape (n,), what rows are sorted by; what is not recorded comes last."""
        values = self.values
        if isinstance(values, IdColumn):
            return values.data
        if isinstance(values, CodedColumn):
            order = np.argsort(np.argsort(values.vocabulary.data))
            return order[values.codes]
        if isinstance(values, TextColumn):
            return np.array([text.encode()[:48] for text in values])
        found: NDArray[Any] = np.where(values == self.blank, np.nan, values) if self.blank is not None else values
        return found

    def holding(self, text: str, words: Words) -> Bool:
        """Shape (n,), the rows whose cell has *text* (folded) in it."""
        values = self.values
        if isinstance(values, IdColumn):
            return np.asarray(np.char.find(np.char.lower(values.data), text.encode()) >= 0)
        if isinstance(values, CodedColumn):
            said = [words.name(self.section, word) if self.section and word else word for word in values.vocabulary]
            return np.array([text in word.casefold() for word in said], dtype=np.bool_)[values.codes]
        if isinstance(values, TextColumn):
            return _texts_holding(values, text)
        if self.enum is not None:
            meant = [kind for kind in self.enum if text in words.say(self.section, kind.name.lower()).casefold()]
            return np.isin(values, meant)
        return np.zeros(len(values), dtype=np.bool_)


def _texts_holding(column: TextColumn, text: str) -> Bool:
    """Found in one run over all texts: a million of them are not made into strings."""
    buffer, needle = column.data.tobytes(), text.encode()
    held = np.zeros(len(column), dtype=np.bool_)
    at = buffer.find(needle)
    while at >= 0:
        row = int(np.searchsorted(column.offsets, at, side="right")) - 1
        # Two neighbouring texts may make the word between them by chance.
        held[row] |= at + len(needle) <= column.offsets[row + 1]
        at = buffer.find(needle, at + 1)
    return held


def _pipes(city: City, _states: DeviceStates | None) -> tuple[Attribute, ...]:
    pipes = city.network.pipes
    return (
        Attribute("id", pipes.ids),
        Attribute("dn_mm", pipes.dn_mm, blank=0),
        Attribute("material", pipes.material),
        Attribute("year", pipes.year, blank=0),
        Attribute("length_m", pipes.length_m, decimals=1),
        Attribute("depth_m", pipes.depth_m, decimals=2),
        Attribute("dma", pipes.dma),
    )


def _valves(city: City, states: DeviceStates | None) -> tuple[Attribute, ...]:
    devices = city.network.devices
    now = states or DeviceStates.recorded(devices)
    return (
        Attribute("id", devices.ids),
        Attribute("kind", devices.kind, DeviceKind, "device_kind"),
        Attribute("dn_mm", devices.dn_mm, blank=0),
        Attribute("position", now.position, Position, "position"),
        Attribute("condition", now.condition, Condition, "condition"),
        Attribute("turns", devices.turns, decimals=1),
        Attribute("depth_m", devices.depth_m, decimals=2),
        Attribute("landmark", devices.landmark),
        Attribute("chamber", devices.chamber),
        Attribute("assumed", devices.assumed),
    )


def _customers(city: City, _states: DeviceStates | None) -> tuple[Attribute, ...]:
    customers = city.customers
    return (
        Attribute("id", customers.ids),
        Attribute("name", customers.name),
        Attribute("address", customers.address),
        Attribute("category", customers.category, section="category"),
        Attribute("critical", customers.critical),
        Attribute("households", customers.households),
        Attribute("people", customers.people),
    )


def _hydrants(city: City, _states: DeviceStates | None) -> tuple[Attribute, ...]:
    return (Attribute("id", city.hydrants.ids), Attribute("name", city.hydrants.name))


def _stations(city: City, _states: DeviceStates | None) -> tuple[Attribute, ...]:
    table = city.stations
    return (
        Attribute("id", table.ids),
        Attribute("name", table.name),
        Attribute("storage_m3", table.storage_m3, blank=0, decimals=1),
        Attribute("demand_m3_h", table.demand_m3_h, decimals=1),
    )


def _junctions(city: City, _states: DeviceStates | None) -> tuple[Attribute, ...]:
    nodes = city.network.nodes
    return (Attribute("id", nodes.ids), Attribute("elevation_m", nodes.elevation_m, decimals=2))


_TABLES: Mapping[str, Callable[[City, DeviceStates | None], tuple[Attribute, ...]]] = MappingProxyType(
    {
        "pipe": _pipes,
        "valve": _valves,
        "customer": _customers,
        "hydrant": _hydrants,
        "station": _stations,
        "junction": _junctions,
    }
)
KINDS = tuple(_TABLES)


def attributes_of(city: City, kind: str, states: DeviceStates | None = None) -> tuple[Attribute, ...]:
    """The columns of a kind; *states* of devices where they are other than recorded."""
    return _TABLES[kind](city, states)
