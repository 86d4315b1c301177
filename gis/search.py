"""Look things up by id, road, address, place or name: Chinese, pinyin, pinyin initials, English road words.

Ids are found through their sorted order, names through a small table with their pinyin, addresses by scanning the one
buffer that holds them all; a scan of a million addresses costs less than keeping a second copy of them in an index.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pypinyin import Style, lazy_pinyin

from gis.layers import LayerSet
from gis.search_hit import Hit
from network.columns import CodedColumn, Float64, IdColumn, Int32, TextColumn
from network.topology import City
from network.units import diameter_text

_MOST_CANDIDATES = 5000
"""Addresses looked at for a question of several words before giving up (one word may occur in all of them)."""

_ROAD_WORDS = {"rd", "road", "st", "street", "ave", "avenue", "community", "estate", "lu", "jie"}


@dataclass(frozen=True, eq=False)
class NameTable:
    """Named things that are few: roads, places, stations, sources.

    Attributes:
        pinyin: Full pinyin without tones or spaces.
        initials: First letters of the pinyin.
        row: Shape (n,), row in the city's table or -1.
        x_m, y_m: Shape (n,), a point on or in it.
    """

    kind: CodedColumn
    id: TextColumn
    name: TextColumn
    pinyin: TextColumn
    initials: TextColumn
    row: Int32
    x_m: Float64
    y_m: Float64

    def __len__(self) -> int:
        return len(self.row)


def name_table(layers: LayerSet, city: City) -> NameTable:
    """Collect the names of *layers* and *city*. A road of many pieces is one entry, at its middle piece."""
    found = [*_layer_names(layers, "road"), *_layer_names(layers, "place"), *_layer_names(layers, "dma")]
    stations = city.stations
    found += [
        ("station", stations.ids[row], stations.name[row], row, stations.x_m[row], stations.y_m[row])
        for row in range(len(stations))
    ]
    sources = layers.get("source")
    for name, identity in zip(sources.text("name"), sources.text("id"), strict=True):
        row = city.network.sources.ids.find(str(identity))
        if row >= 0:
            table = city.network.sources
            found.append(("source", str(identity), str(name) or str(identity), row, table.x_m[row], table.y_m[row]))
    syllables = [[part.casefold() for part in lazy_pinyin(entry[2], style=Style.NORMAL)] for entry in found]
    return NameTable(
        kind=CodedColumn.of(entry[0] for entry in found),
        id=TextColumn.of(entry[1] for entry in found),
        name=TextColumn.of(entry[2] for entry in found),
        pinyin=TextColumn.of("".join(parts) for parts in syllables),
        initials=TextColumn.of("".join(part[:1] if part.isalpha() else part for part in parts) for parts in syllables),
        row=np.array([entry[3] for entry in found], dtype=np.int32),
        x_m=np.array([entry[4] for entry in found], dtype=np.float64),
        y_m=np.array([entry[5] for entry in found], dtype=np.float64),
    )


def _layer_names(layers: LayerSet, kind: str) -> Iterator[tuple[str, str, str, int, float, float]]:
    layer = layers.get(kind)
    pieces: dict[str, list[int]] = {}
    for at, name in enumerate(layer.text("name")):
        if name and layer.geometry[at] is not None:
            pieces.setdefault(str(name), []).append(at)
    for name, rows in pieces.items():
        # Places may share a name and be far apart; roads of one name are one road.
        for at in [rows[len(rows) // 2]] if kind == "road" else rows:
            point = layer.geometry[at].representative_point()
            yield kind, str(layer.columns["id"][at]), name, -1, point.x, point.y


class SearchIndex:
    """Answers :meth:`find`. Holds one copy of the addresses as plain bytes, made on the first scan."""

    def __init__(self, city: City, names: NameTable) -> None:
        self._city = city
        self._names = names
        shapes = city.shapes
        self._pipe_middle = (shapes.offsets[:-1] + shapes.offsets[1:]) // 2

    def find(self, text: str, limit: int = 20) -> tuple[Hit, ...]:
        """Best results first: exact ids, names, ids that begin so, addresses. An empty question finds nothing."""
        wanted = " ".join(unicodedata.normalize("NFKC", text).split())
        if not wanted or limit < 1:
            return ()
        hits: dict[tuple[str, int, str], Hit] = {}
        for hit in self._in_order(wanted, limit):
            hits.setdefault((hit.kind, hit.row, hit.id), hit)
            if len(hits) >= limit:
                break
        return tuple(hits.values())

    def _in_order(self, wanted: str, limit: int) -> Iterator[Hit]:
        yield from self._ids(wanted, limit, exact=True)
        yield from self._named(wanted)
        yield from self._ids(wanted, limit, exact=False)
        yield from self._addresses(wanted.split(" "), limit)

    @cached_property
    def _tables(self) -> tuple[tuple[str, IdColumn], ...]:
        network = self._city.network
        return (
            ("valve", network.devices.ids),
            ("pipe", network.pipes.ids),
            ("hydrant", self._city.hydrants.ids),
            ("customer", self._city.customers.ids),
            ("source", network.sources.ids),
            ("station", self._city.stations.ids),
            ("junction", network.nodes.ids),
        )

    def _ids(self, wanted: str, limit: int, *, exact: bool) -> Iterator[Hit]:
        for kind, ids in self._tables:
            for spelling in dict.fromkeys((wanted, wanted.upper())):
                if exact:
                    row = ids.find(spelling)
                    rows = [row] if row >= 0 else []
                else:
                    rows = ids.find_prefix(spelling, limit)
                for row in rows:
                    yield self._asset(kind, row)

    def _asset(self, kind: str, row: int) -> Hit:
        city, network = self._city, self._city.network
        label, detail = "", ""
        match kind:
            case "pipe":
                identity, dn_mm = network.pipes.ids[row], int(network.pipes.dn_mm[row])
                size = diameter_text(dn_mm, outside=bool(network.pipes.outside[row]))
                detail = f"{size} {network.pipes.material[row]}".strip()
                x_m, y_m = city.shapes.xy_m[int(self._pipe_middle[row])]
            case "valve":
                devices = network.devices
                identity, x_m, y_m = devices.ids[row], devices.x_m[row], devices.y_m[row]
                dn_mm, where = int(devices.dn_mm[row]), devices.landmark[row] or devices.chamber[row]
                detail = " ".join(part for part in (diameter_text(dn_mm, outside=False), where) if part)
            case "customer":
                customers = city.customers
                identity, x_m, y_m = customers.ids[row], customers.x_m[row], customers.y_m[row]
                label, detail = customers.name[row], customers.address[row]
            case "junction":
                identity, x_m, y_m = network.nodes.ids[row], network.nodes.x_m[row], network.nodes.y_m[row]
            case "source":
                identity, x_m, y_m = network.sources.ids[row], network.sources.x_m[row], network.sources.y_m[row]
            case _:
                table = city.hydrants if kind == "hydrant" else city.stations
                identity, x_m, y_m, label = table.ids[row], table.x_m[row], table.y_m[row], table.name[row]
        return Hit(kind, row, identity, label or identity, detail, float(x_m), float(y_m))

    @cached_property
    def _spellings(self) -> list[tuple[str, str, str]]:
        names = self._names
        return [(names.name[at].casefold(), names.pinyin[at], names.initials[at]) for at in range(len(names))]

    def _named(self, wanted: str) -> list[Hit]:
        key = wanted.casefold()
        latin = "".join(word for word in re.split(r"[ .']+", key) if word not in _ROAD_WORDS)
        ranked = []
        for at, (name, pinyin, initials) in enumerate(self._spellings):
            rank = _rank(key, latin, name, pinyin, initials)
            if rank is not None:
                ranked.append((rank, len(name), at))
        return [self._name_hit(at) for _, _, at in sorted(ranked)]

    def _name_hit(self, at: int) -> Hit:
        names = self._names
        return Hit(
            names.kind[at],
            int(names.row[at]),
            names.id[at],
            names.name[at],
            "",
            float(names.x_m[at]),
            float(names.y_m[at]),
        )

    @cached_property
    def _address_bytes(self) -> bytes:
        return self._city.customers.address.data.tobytes()

    @cached_property
    def _name_bytes(self) -> bytes:
        return self._city.customers.name.data.tobytes()

    def _addresses(self, words: list[str], limit: int) -> Iterator[Hit]:
        """Customers whose address, or else name, holds every word; pinyin initials stand for road and place names."""
        choices = [self._meanings(word) for word in words]
        # The longest word is the rarest: scan for it and look the others up in what it finds.
        lead = max(range(len(words)), key=lambda at: len(words[at]))
        customers = self._city.customers
        for column, buffer in ((customers.address, self._address_bytes), (customers.name, self._name_bytes)):
            found = 0
            for row in self._scan(column, buffer, choices[lead]):
                text = f"{customers.address[row]} {customers.name[row]}".casefold()
                if all(any(meaning.casefold() in text for meaning in choice) for choice in choices):
                    yield self._asset("customer", row)
                    found += 1
                    if found >= limit:
                        break

    def _meanings(self, word: str) -> list[str]:
        if not word.isascii() or not word.isalpha():
            return [word]
        key = word.casefold()
        names = [name for name, pinyin, initials in self._spellings if initials == key or pinyin.startswith(key)]
        return [word, *names[:8]]

    @staticmethod
    def _scan(column: TextColumn, buffer: bytes, words: list[str]) -> Iterator[int]:
        for word in words:
            needle, at, seen = word.encode(), 0, 0
            while seen < _MOST_CANDIDATES:
                at = buffer.find(needle, at)
                if at < 0:
                    break
                row = int(np.searchsorted(column.offsets, at, side="right")) - 1
                end = int(column.offsets[row + 1])
                # Two neighbouring texts may make the word between them by chance.
                if at + len(needle) <= end:
                    seen += 1
                    yield row
                at = end


def _rank(key: str, latin: str, name: str, pinyin: str, initials: str) -> int | None:
    """How well a name answers, 0 best; None where it does not."""
    if key == name:
        return 0
    if name.startswith(key):
        return 1
    if latin and latin.isascii() and (latin in (initials, pinyin)):
        return 2
    if key in name:
        return 3
    if len(latin) >= 2 and latin.isascii() and (initials.startswith(latin) or pinyin.startswith(latin)):
        return 4
    return None
