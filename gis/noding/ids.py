"""One id for every feature: null ids are made from the geometry, repeated ones are told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby, pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.fault_log import FaultLog
from gis.faults import Action, FaultKind
from gis.layers import LAYERS, Layer
from network.columns import Bool, Float64, Int64

_MADE = {"pipe": "@p", "valve": "@v", "pump": "@u", "source": "@q", "customer": "@c", "service": "@s", "hydrant": "@h"}


@dataclass(frozen=True, eq=False)
class SettledIds:
    """Ids that are unique within their layer.

    Attributes:
        ids: Shape (features,), object.
        kept: Shape (features,), False for a record that is there twice, id and geometry.
    """

    ids: NDArray[np.object_]
    kept: Bool


@dataclass(frozen=True)
class _Record:
    """The features (parts) of one record, with the digest of each part's geometry."""

    digests: tuple[str, ...]
    rows: tuple[int, ...]


def settle_ids(name: str, layer: Layer, source_row: Int64, log: FaultLog) -> SettledIds:
    """Unique ids for the features of *layer*, the layer called *name*, as they were recorded ("" for null).

    A null id becomes ``@`` with a digest of the geometry, whichever way it was drawn. Of records that share an id the
    first by geometry keeps it, the others become ``ID#2``, ``ID#3`` …; the second, third … part of a multipart record
    (its parts share *source_row*) becomes ``ID!2``, ``ID!3`` …. None of it depends on the order of the features.
    A record that repeats another in everything that the layer holds of our columns is dropped.
    """
    geometry = layer.geometry
    ids = layer.text("id").copy()
    null = ids == ""
    if null.any():
        ids[null] = _made_ids(_MADE.get(name, f"@{name}-"), geometry[null])
        _report_null(name, ids, null, geometry, log)
    kept = np.ones(len(ids), dtype=bool)
    taken = set(ids.tolist())
    if len(taken) < len(ids):
        target = _Target(name, layer, ids, kept, taken, null)
        for shared, records in _shared_ids(ids, geometry, source_row):
            _tell_apart(shared, records, target, log)
    return SettledIds(ids, kept)


def digests(geometry: NDArray[np.object_]) -> list[str]:
    """A short name for each geometry, equal for lines drawn either way; to the millimetre."""
    xy, index = shapely.get_coordinates(geometry, return_index=True)
    # Adding zero makes -0.0 plain 0.0, whose bytes would differ.
    rounded = np.round(xy, 3) + 0.0
    bounds = np.searchsorted(index, np.arange(len(geometry) + 1))
    return [_digest(rounded[start:end]) for start, end in pairwise(bounds.tolist())]


def _digest(xy_m: Float64) -> str:
    drawn, reverse = xy_m.tobytes(), xy_m[::-1].tobytes()
    return blake2b(min(drawn, reverse), digest_size=6).hexdigest()


def _made_ids(prefix: str, geometry: NDArray[np.object_]) -> list[str]:
    return [prefix + digest for digest in digests(geometry)]


def _report_null(
    layer: str, ids: NDArray[np.object_], null: Bool, geometry: NDArray[np.object_], log: FaultLog
) -> None:
    """Null ids one by one; as one fault where no feature of the layer has an id."""
    if null.all():
        log.count(FaultKind.NULL_ID, layer, len(ids), Action.REPAIRED)
        return
    centre = shapely.get_coordinates(shapely.centroid(geometry[null]))
    log.each(FaultKind.NULL_ID, layer, ids[null], centre, Action.REPAIRED)


def _shared_ids(
    ids: NDArray[np.object_], geometry: NDArray[np.object_], source_row: Int64
) -> Iterator[tuple[str, list[_Record]]]:
    """Ids that several features carry, and their records in the order of their geometry."""
    counts = Counter(ids.tolist())
    rows = np.array([row for row, value in enumerate(ids) if counts[value] > 1])
    digest = dict(zip(rows.tolist(), digests(geometry[rows]), strict=True))
    ordered = sorted(rows.tolist(), key=lambda row: (ids[row], source_row[row], row))
    for shared, same_id in groupby(ordered, key=lambda row: str(ids[row])):
        records = [
            _Record(tuple(digest[row] for row in parts), parts)
            for parts in (tuple(group) for _, group in groupby(same_id, key=lambda row: int(source_row[row])))
        ]
        yield shared, records


@dataclass(frozen=True, eq=False)
class _Target:
    """What telling apart reads and writes to."""

    name: str
    layer: Layer
    ids: NDArray[np.object_]
    kept: Bool
    taken: set[str]
    null: Bool

    def at(self, row: int) -> tuple[float, float]:
        """A point on feature *row*."""
        centre = shapely.centroid(self.layer.geometry[row])
        return centre.x, centre.y

    def free(self, stem: str, mark: str, number: int) -> str:
        """The first of ``stem mark number``, ``stem mark number+1`` … that no feature has; it is taken then."""
        while f"{stem}{mark}{number}" in self.taken:
            number += 1
        self.taken.add(f"{stem}{mark}{number}")
        return f"{stem}{mark}{number}"

    def record(self, row: int) -> tuple[str, ...]:
        """What our columns hold of feature *row*, its id apart; a file's own numbering does not make two records."""
        ours = LAYERS[self.name].columns if self.name in LAYERS else self.layer.columns
        return tuple(str(self.layer.columns[key][row]) for key in ours if key != "id" and key in self.layer.columns)


def _tell_apart(shared: str, records: list[_Record], target: _Target, log: FaultLog) -> None:
    seen: set[tuple[tuple[str, ...], tuple[str, ...]]] = set()
    number = 1
    for record in sorted(records, key=lambda record: (record.digests, target.record(record.rows[0]))):
        first = record.rows[0]
        same = (record.digests, target.record(first))
        if same in seen and not target.null[first]:
            log.add(FaultKind.DUPLICATE_FEATURE, target.name, shared, target.at(first), Action.SKIPPED, other=shared)
            target.kept[list(record.rows)] = False
            continue
        stem = target.free(shared, "#", number) if number > 1 else shared
        if number > 1 and not target.null[first]:
            log.add(FaultKind.DUPLICATE_ID, target.name, stem, target.at(first), Action.REPAIRED, other=shared)
        seen.add(same)
        number += 1
        target.ids[first] = stem
        for part, row in enumerate(record.rows[1:], start=2):
            target.ids[row] = target.free(stem, "!", part)
