"""What opening a set of closed valves does, traced by the rules of isolation while a plan stays carried out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from network.answers import IsolationPlan
from network.assets import Condition, DeviceKind
from network.columns import Bool, Int32
from network.cutoff import CutOff
from network.flood import flood
from network.passage import CLOSABLE
from network.resupply_records import Join, JoinedAt, ResupplyOption
from network.supply import SupplyModel
from network.zones import SegmentAreas


@dataclass(frozen=True, eq=False)
class Trace:
    """A plan whose region is taken out, ready to have valves opened beside it."""

    model: SupplyModel
    plan: IsolationPlan
    cut: CutOff
    areas: SegmentAreas

    def is_doubtful(self, device: int) -> bool:
        """Whether nobody knows if the valve can be worked."""
        return bool(self.model.merged.condition[device] == Condition.UNKNOWN)

    def joins(self, device: int) -> tuple[Join, ...]:
        """What opening the valve would join that is kept apart."""
        segmentation = self.model.structure.segmentation
        one, other = int(segmentation.side_a[device]), int(segmentation.side_b[device])
        boundary = self.model.structure.network.devices.kind[device] == DeviceKind.BOUNDARY
        dma = _differ(self.areas.dma(one), self.areas.dma(other))
        zone = _differ(self.areas.zone(one), self.areas.zone(other))
        told = ((Join.BOUNDARY_VALVE, boundary), (Join.DMA, dma), (Join.ZONE, zone))
        return tuple(join for join, holds in told if holds)

    def customers_lost(self, lost: Int32) -> Int32:
        """Customers whom *lost* segments leave out or on storage, none of whose taps is in the region."""
        taps = self.model.structure.customer_taps
        return np.setdiff1d(taps.on(lost), taps.on(self.plan.isolated_segments), assume_unique=True)

    def option(self, opened: Iterable[int], fed: Int32, *, exact: bool) -> ResupplyOption:
        """The option of opening the valves *opened*, by which the segments *fed* have supply that had none."""
        city, taps = self.model.city, self.model.structure.customer_taps
        valves = self.by_id(opened)
        again = np.intersect1d(fed, self.cut.lost, assume_unique=True)
        still = taps.on(np.setdiff1d(self.cut.lost, again, assume_unique=True))
        back = np.setdiff1d(self.customers_lost(again), still, assume_unique=True)
        back = back[np.argsort(city.customers.ids.data[back], kind="stable")]
        also_close, relies_on = self._on_the_border(valves)
        return ResupplyOption(
            open=valves,
            also_close=also_close,
            relies_on=relies_on,
            joined=tuple(JoinedAt(device, self.joins(device)) for device in valves if self.joins(device)),
            unknown_condition=tuple(filter(self.is_doubtful, (*valves, *also_close))),
            segments=again,
            customers=back,
            critical=back[city.customers.critical[back]],
            people=int(city.customers.people[back].sum()),
            length_m=self.model.structure.segmentation.stretches(again).length_m,
            exact=exact,
        )

    def by_id(self, devices: Iterable[int]) -> tuple[int, ...]:
        """Device rows in the order of their ids."""
        ids = self.model.structure.network.devices.ids.data
        return tuple(sorted(devices, key=lambda device: bytes(ids[device])))

    def _on_the_border(self, opened: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Valves of the dead side to close, and devices newly relied on, with *opened* open."""
        links = self.model.structure.links
        sights = links.sights.gather(self.cut.region)
        beyond = links.beyond[sights]
        sights = sights[~self.cut.in_region[beyond] & ~self.cut.wet(beyond)]
        passable = self.model.floods_open.copy()
        for link in links.rows_of(np.array(opened)).tolist():
            passable[[link, link + len(links)]] = True
        arrives = {far: self._arrives(far, passable) for far in set(links.beyond[sights].tolist())}
        wet = np.array([arrives[far] for far in links.beyond[sights].tolist()], dtype=np.bool_)
        link = sights[wet] % max(len(links), 1)
        closable = (self.model.bits[link] & CLOSABLE) > 0
        to_close = set(links.device[link[closable]].tolist()) - set(self.plan.drain_back)
        return self.by_id(to_close), self.by_id(set(links.device[link[~closable]].tolist()))

    def _arrives(self, far: int, passable: Bool) -> bool:
        """Whether water gets to *far*, outside the region, by anything that lets it to a leak.

        Outside the region every leg of a source that runs is supplied or on storage: water comes from there alone.
        """
        links = self.model.structure.links
        pool = flood(links, passable, np.array([far]), self.cut.in_region | self.cut.supplied | self.cut.stored)
        sights = links.sights.gather(pool)
        beyond = links.beyond[sights[passable[sights]]]
        return bool(self.cut.wet(beyond).any())


def _differ(one: int, other: int) -> bool:
    return one != other and min(one, other) >= 0
