"""What is fed by what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from network.assets import DeviceKind, SourceKind
from network.columns import Bool, Int32, Int64
from network.passage import CLOSABLE, LEAK_AB, LEAK_BA, SUPPLY_AB, SUPPLY_BA, UInt8, merged_states, passage_bits
from network.structure import Structure
from network.supply_tree import SupplyTree
from network.topology import City, DeviceStates


@dataclass(frozen=True, eq=False)
class TankPumps:
    """Pumps of known direction with a tank of their own.

    Attributes:
        device: Shape (k,), device rows.
        suction, discharge: Shape (k,), segments.
    """

    device: Int32
    suction: Int32
    discharge: Int32


@dataclass(frozen=True, eq=False)
class SupplyModel:
    """A city made ready for questions: segments, the segment-valve graph, what is supplied now.

    Attributes:
        states: As they were given; :attr:`merged` has duplicates made one.
        bits: Shape (links,), see :mod:`network.passage`.
        floods_hard: Shape (2 * links,), per sight: water comes from beyond even if the plan closes what it may.
        floods_open: Shape (2 * links,), per sight: water comes from beyond while everything a plan may close is open.
        feeds: Shape (2 * links,), per sight: what is beyond is supplied from here.
        tree: Supply from plants and reservoirs. Vertices are the segments, then the sources, then one root.
        supplied: Shape (segments,), what is supplied before any plan.
    """

    city: City
    states: DeviceStates
    structure: Structure
    merged: DeviceStates
    bits: UInt8
    floods_hard: Bool
    floods_open: Bool
    feeds: Bool
    tank_pumps: TankPumps
    tree: SupplyTree
    supplied: Bool

    def with_states(self, states: DeviceStates) -> SupplyModel:
        """The same city under other device states.

        Segments are not found again; nor is supply where no gate moved, as when a valve is found stuck.
        """
        return _model(self.structure, states, self)

    def floods_open_but(self, devices: NDArray[np.integer]) -> Bool:
        """Shape (2 * links,), like :attr:`floods_open` with *devices* (rows) closed."""
        links = self.structure.links
        closed = links.rows_of(devices)
        passable = self.floods_open.copy()
        passable[closed] = False
        passable[closed + len(links)] = False
        return passable

    def source_vertices(self, sources: NDArray[np.integer]) -> Int64:
        """Vertices of *sources* (rows) in the supply tree."""
        return np.asarray(sources, dtype=np.int64) + self.structure.segmentation.count


def prepare(city: City, states: DeviceStates) -> SupplyModel:
    """Find segments and supply. Slow part (whole city): run it in a worker."""
    return supplied(Structure.of(city), states)


def supplied(structure: Structure, states: DeviceStates) -> SupplyModel:
    """Find supply under *states*, where segments have been found. Whole city: a third of the work."""
    return _model(structure, states)


def _model(structure: Structure, states: DeviceStates, like: SupplyModel | None = None) -> SupplyModel:
    """A model for *states*, with the supply of *like* where that is the same."""
    segmentation, links, devices = structure.segmentation, structure.links, structure.network.devices
    merged = merged_states(states, segmentation.placement.stands_for)
    bits = passage_bits(devices, segmentation.placement.direction, merged, links.device)
    supply = SUPPLY_AB | SUPPLY_BA
    if like is not None and np.array_equal(bits & supply, like.bits & supply):
        tree = like.tree
    else:
        tree = _supply_tree(structure, bits)
    closable = (bits & CLOSABLE) > 0
    from_b, from_a = (bits & LEAK_BA) > 0, (bits & LEAK_AB) > 0
    return SupplyModel(
        city=structure.city,
        states=states,
        structure=structure,
        merged=merged,
        bits=bits,
        floods_hard=np.concatenate([from_b & ~closable, from_a & ~closable]),
        floods_open=np.concatenate([from_b, from_a]),
        feeds=np.concatenate([(bits & SUPPLY_AB) > 0, (bits & SUPPLY_BA) > 0]),
        tank_pumps=_tank_pumps(structure, bits),
        tree=tree,
        supplied=tree.position[: segmentation.count] >= 0,
    )


def supply_arcs(structure: Structure, bits: UInt8) -> tuple[Int32, Int32]:
    """Arcs of supply, tails and heads: through devices, sources to legs, legs to tanks, the root to what it feeds."""
    links, segmentation = structure.links, structure.segmentation
    ahead, back = (bits & SUPPLY_AB) > 0, (bits & SUPPLY_BA) > 0
    legs = segmentation.source_legs
    owner = np.repeat(np.arange(len(legs), dtype=np.int32), np.diff(legs.offsets))
    into_tank = structure.network.sources.kind[owner] == SourceKind.TANK
    vertex = owner + np.int32(segmentation.count)
    roots = np.flatnonzero(structure.is_root).astype(np.int32) + np.int32(segmentation.count)
    root = np.full(len(roots), segmentation.count + len(legs), dtype=np.int32)
    tail = (links.side_a[ahead], links.side_b[back], vertex, legs.values[into_tank], root)
    head = (links.side_b[ahead], links.side_a[back], legs.values, vertex[into_tank], roots)
    return np.concatenate(tail), np.concatenate(head)


def _supply_tree(structure: Structure, bits: UInt8) -> SupplyTree:
    tail, head = supply_arcs(structure, bits)
    root = structure.segmentation.count + len(structure.segmentation.source_legs)
    return SupplyTree.grown(tail, head, vertices=root + 1, root=root)


def _tank_pumps(structure: Structure, bits: UInt8) -> TankPumps:
    devices, links = structure.network.devices, structure.links
    stored_m3 = devices.storage_m3[links.device].copy()
    for duplicate, device in structure.segmentation.placement.stands_for.items():
        at = links.rows_of(np.array([device]))
        stored_m3[at] = np.minimum(stored_m3[at], devices.storage_m3[duplicate])
    with_tank = (devices.kind[links.device] == DeviceKind.PUMP) & (stored_m3 > 0.0)
    rows = np.flatnonzero(with_tank & ((bits & (SUPPLY_AB | SUPPLY_BA)) > 0))
    ahead = (bits[rows] & SUPPLY_AB) > 0
    side_a, side_b = links.side_a[rows], links.side_b[rows]
    return TankPumps(links.device[rows], np.where(ahead, side_a, side_b), np.where(ahead, side_b, side_a))
