"""Devices at one place: duplicates become one, different classes stand in series (rules: docs/isolation-rules.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from network.assets import DeviceKind, DeviceTable
from network.columns import Bool, Float64, Int8, Int32
from network.topology import Network

SAME_PLACE_M = 1e-3 + 1e-9
"""Devices closer than this on one leg stand at one place: 1 mm, and what floating point adds to it."""

START_LEG, INSIDE, END_LEG = 0, 1, 2
SLOTS = 3
"""Where on a pipe a cutter stands: on its leg at from_node, inside, on its leg at to_node."""


@dataclass(frozen=True, eq=False)
class CutList:
    """Cuts of pipes.

    Attributes:
        cutter: Shape (cuts,): the row of a device, or the number of devices plus the row of a source.
        pipe: Shape (cuts,), pipe rows.
        measure_m: Shape (cuts,), from the pipe's from_node; 0 and the pipe's length for legs.
        slot: Shape (cuts,), ``START_LEG``, ``INSIDE`` or ``END_LEG``.
    """

    cutter: Int32
    pipe: Int32
    measure_m: Float64
    slot: Int8

    def __len__(self) -> int:
        return len(self.cutter)

    def take(self, rows: NDArray[np.integer] | Bool) -> CutList:
        """The cuts *rows*, in that order."""
        return CutList(self.cutter[rows], self.pipe[rows], self.measure_m[rows], self.slot[rows])

    @classmethod
    def joined(cls, lists: Sequence[CutList]) -> CutList:
        """All cuts of *lists*; a lone list that holds any comes back as it is."""
        filled = [cuts for cuts in lists if len(cuts)] or list(lists[:1])
        if len(filled) == 1:
            return filled[0]
        return cls(
            np.concatenate([cuts.cutter for cuts in filled]),
            np.concatenate([cuts.pipe for cuts in filled]),
            np.concatenate([cuts.measure_m for cuts in filled]),
            np.concatenate([cuts.slot for cuts in filled]),
        )


@dataclass
class Merger:
    """Makes one of duplicates, and keeps what it decided.

    Attributes:
        stands_for: By duplicate device, the device that stands for it.
    """

    devices: DeviceTable
    stands_for: dict[int, int] = field(default_factory=dict)

    def in_series(self, members: Iterable[int]) -> list[int]:
        """Devices that remain of *members* (device rows at one place), in the order of their classes."""
        classes: dict[int, list[int]] = {}
        for device in members:
            classes.setdefault(device_class(int(self.devices.kind[device])), []).append(device)
        return [self._one(classes[key]) for key in sorted(classes)]

    def _one(self, members: list[int]) -> int:
        first, *others = sorted(members, key=lambda device: (self.devices.ids[device].encode(), device))
        self.stands_for.update(dict.fromkeys(others, first))
        return first


def device_class(kind: int) -> int:
    """Isolation and boundary valves are one class; every other kind is its own."""
    return int(DeviceKind.ISOLATION) if kind == DeviceKind.BOUNDARY else kind


def merge_places(network: Network, cuts: CutList, merger: Merger) -> CutList:
    """*cuts*, ascending by pipe and along it, with one cut a class at every place, in the order of their classes."""
    near = _near_next(cuts)
    if not near.any():
        return cuts
    cutter, measure_m = cuts.cutter.copy(), cuts.measure_m.copy()
    kept = np.ones(len(cuts), dtype=np.bool_)
    edges = np.diff(np.concatenate([[False], near, [False]]).astype(np.int8))
    for first, last in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) + 1, strict=True):
        place = range(int(first), int(last))
        order, measures = _merge_place(network, cuts.take(np.arange(first, last)), merger)
        filled = place[: len(order)]
        cutter[filled.start : filled.stop], measure_m[filled.start : filled.stop] = order, measures
        kept[filled.stop : place.stop] = False
    return CutList(cutter, cuts.pipe, measure_m, cuts.slot).take(kept)


def _near_next(cuts: CutList) -> Bool:
    """Whether each cut but the last stands at one place with the next; the two ends of a short pipe never do."""
    near: Bool = (cuts.pipe[1:] == cuts.pipe[:-1]) & (np.diff(cuts.measure_m) <= SAME_PLACE_M)
    if near.any():
        near &= cuts.slot[1:] - cuts.slot[:-1] != END_LEG - START_LEG
    return near


def _merge_place(network: Network, place: CutList, merger: Merger) -> tuple[list[int], list[float]]:
    device_count = len(network.devices)
    cutters = place.cutter.tolist()
    measure_of = dict(zip(cutters, place.measure_m.tolist(), strict=True))
    order = merger.in_series(cutter for cutter in cutters if cutter < device_count)
    order += sorted(
        (cutter for cutter in cutters if cutter >= device_count),
        key=lambda cutter: network.sources.ids[cutter - device_count],
    )
    if _counted_from_end(network, place):
        order.reverse()
    return order, sorted(measure_of[cutter] for cutter in order)


def _counted_from_end(network: Network, place: CutList) -> bool:
    """Whether the nearer end of the pipe, from which classes are counted, is its to_node."""
    if (place.slot != INSIDE).any():
        return bool((place.slot == END_LEG).any())
    pipe = int(place.pipe[0])
    length_m = float(network.pipes.length_m[pipe])
    beyond_middle_m = float(place.measure_m[0] + place.measure_m[-1]) - length_m
    if abs(beyond_middle_m) > 1e-6:
        return beyond_middle_m > 0
    ids = network.nodes.ids
    return ids[int(network.pipes.to_node[pipe])].encode() < ids[int(network.pipes.from_node[pipe])].encode()
