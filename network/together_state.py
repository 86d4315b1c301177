"""What some shutdowns do when they are carried out at once (rules: docs/isolation-rules.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from network.assets import Condition, Position
from network.columns import Bool, Int8, Int32, Int64
from network.cutoff import taken_out
from network.flood import flood
from network.grouping import distinct
from network.impact import customers_affected
from network.outage import segment_lengths_m
from network.resupply import records_of
from network.supply import SupplyModel
from network.together_records import JointEffect, Shutdown


@dataclass(frozen=True, eq=False)
class Settled:
    """A shutdown with what it means for the city.

    Attributes:
        close, open: Valves closed and opened, device rows; of a valve recorded twice that which stands for both.
        target: Segments that must stay dry; none for valves closed for another reason.
        region: Segments from which water still reaches the target with *close* closed.
        cut_off: Customers without water because their own branch valve is closed.
    """

    shutdown: Shutdown
    close: tuple[int, ...]
    open: tuple[int, ...]
    target: Int32
    region: Int32
    cut_off: Int32

    @property
    def id(self) -> str:
        """What it is called."""
        return self.shutdown.id


@dataclass(frozen=True, eq=False)
class Ground:
    """The city without any of the shutdowns.

    Attributes:
        recorded: Where each valve stands with what runs by now, as :class:`~network.assets.Position`.
    """

    model: SupplyModel
    recorded: Int8

    @cached_property
    def length_m(self) -> np.ndarray:
        """Shape (segments,), metres of mains."""
        return segment_lengths_m(self.model.structure.segmentation)

    def links_of(self, devices: Sequence[int]) -> Int64:
        """Links of the valves *devices*, whichever of their records is named."""
        stands_for = self.model.structure.segmentation.placement.stands_for
        rows = [stands_for.get(device, device) for device in devices]
        return self.model.structure.links.rows_of(np.array(rows, dtype=np.int64))

    def tight(self, devices: Sequence[int]) -> tuple[int, ...]:
        """Those of the valves *devices* that, closed, keep water from a leak: the others let it pass."""
        condition = self.model.merged.condition
        return tuple(device for device in devices if condition[device] != Condition.PASSING)

    def effect(self, settled: Sequence[Settled], also_closed: tuple[int, ...] = ()) -> JointEffect:
        """Who has no water with all of *settled*, and the valves *also_closed*, carried out.

        Regions are taken out; valves that are closed elsewhere, and those opened, take their new positions. One that is
        to be open and closed at once does not supply.
        """
        base = self.model
        region = distinct(np.concatenate([np.empty(0, dtype=np.int32), *(one.region for one in settled)]))
        cut = taken_out(self._moved(settled, also_closed), region)
        dry = np.flatnonzero(base.supplied & ~cut.supplied & ~cut.stored)
        stored = np.flatnonzero(base.supplied & ~cut.supplied & cut.stored)
        out, on_storage = customers_affected(base.structure, dry.astype(np.int32), stored.astype(np.int32))
        out = distinct(np.concatenate([out, *(one.cut_off for one in settled)]))
        on_storage = np.setdiff1d(on_storage, out, assume_unique=True)
        return JointEffect(out, on_storage, float(self.length_m[dry].sum()))

    def _moved(self, settled: Sequence[Settled], also_closed: tuple[int, ...]) -> SupplyModel:
        closed = {device for one in settled for device in one.close if not self._touches(one, device)}
        closed.update(also_closed)
        opened = {device for one in settled for device in one.open}
        wanted = {device for one in settled for device in one.close}
        both = opened & (wanted | closed)
        if not closed and not opened:
            return self.model
        states = self.model.states
        for devices, position in ((closed, Position.CLOSED), (opened, Position.OPEN), (both, Position.DISPUTED)):
            states = states.with_positions(records_of(self.model, tuple(devices)), position)
        return self.model.with_states(states)

    def _touches(self, one: Settled, device: int) -> bool:
        """Whether a valve stands on the region, which is taken out anyhow."""
        links = self.model.structure.links
        link = self.links_of((device,))
        return bool(np.isin([links.side_a[link], links.side_b[link]], one.region).any())

    def water_comes(self, one: Settled, settled: Sequence[Settled], kept_shut: tuple[int, ...] = ()) -> bool:
        """Whether water gets to the target of *one* with all of *settled* carried out.

        By anything that lets it to a leak; a valve that is to be open and closed at once lets it pass.

        Args:
            one: Whose target it is.
            settled: What is carried out, *one* among them.
            kept_shut: Valves, device rows, of those to be opened that are not.
        """
        links, segmentation = self.model.structure.links, self.model.structure.segmentation
        passable: Bool = self.model.floods_open.copy()
        self._set(passable, self.tight([device for other in settled for device in other.close]), open_=False)
        self._set(passable, [device for other in settled for device in other.open], open_=True)
        self._set(passable, self.tight(kept_shut), open_=False)
        reached = flood(links, passable, one.target, np.zeros(segmentation.count, dtype=np.bool_))
        begins = np.concatenate([segmentation.source_legs.values, self.model.tank_pumps.discharge])
        return bool(np.isin(np.setdiff1d(reached, one.region, assume_unique=True), begins).any())

    def _set(self, passable: Bool, devices: Sequence[int], *, open_: bool) -> None:
        link = self.links_of(devices)
        passable[link] = passable[link + len(self.model.structure.links)] = open_
