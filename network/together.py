"""Several outages at once: who loses water only by the combination, and where shutdowns contradict each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np

from network.columns import Int32
from network.grouping import distinct
from network.supply import SupplyModel
from network.together_records import (
    Conflict,
    ConflictKind,
    Interval,
    JointEffect,
    Refused,
    Shutdown,
    Together,
    WhyRefused,
)
from network.together_settle import ground_of, settle
from network.together_state import Ground, Settled

_ORDER = list(ConflictKind)


def outages_together(model: SupplyModel, shutdowns: Sequence[Shutdown]) -> Together | tuple[Refused, ...]:
    """What *shutdowns* do together, from each change to the next.

    Args:
        model: The city as it stands. Valves of *shutdowns* that have been moved already are taken as they normally
            stand: effects are told beside a city in which none of them runs.
        shutdowns: In any order.

    Returns:
        Intervals in the order of time; or every shutdown that cannot be reckoned with.
    """
    ground = ground_of(model, shutdowns)
    settled = [settle(ground, one, place) for place, one in enumerate(shutdowns)]
    ids = [one.id for one in shutdowns]
    twice = [Refused(name, at, WhyRefused.SAME_ID) for at, name in enumerate(ids) if name in ids[:at]]
    refused = [*(one for one in settled if isinstance(one, Refused)), *twice]
    if refused:
        return tuple(sorted(refused, key=lambda one: one.place))
    reckoning = _Reckoning(ground, [one for one in settled if isinstance(one, Settled)])
    return Together(
        intervals=tuple(reckoning.intervals()),
        alone={one.id: reckoning.effect((place,)) for place, one in enumerate(reckoning.settled)},
    )


class _Reckoning:
    """The work, in which no combination is traced twice. Shutdowns are known by their place."""

    def __init__(self, ground: Ground, settled: list[Settled]) -> None:
        self.ground = ground
        self.settled = settled
        self._effects: dict[tuple[int, ...], JointEffect] = {}
        self._contradictions: dict[tuple[int, ...], tuple[Conflict, ...]] = {}

    def effect(self, active: tuple[int, ...]) -> JointEffect:
        """What *active* do together."""
        if active not in self._effects:
            self._effects[active] = self.ground.effect(self._of(active))
        return self._effects[active]

    def _of(self, active: Sequence[int]) -> list[Settled]:
        return [self.settled[place] for place in active]

    def intervals(self) -> Iterator[Interval]:
        """From each change to the next, where anything runs."""
        changes = sorted({at for one in self.settled for at in (one.shutdown.start, one.shutdown.end)})
        for start, end in pairwise(changes):
            active = tuple(
                place
                for place, one in enumerate(self.settled)
                if one.shutdown.start <= start and one.shutdown.end >= end
            )
            if active:
                yield Interval(
                    start=start,
                    end=end,
                    active=tuple(self.settled[place].id for place in active),
                    effect=self.effect(active),
                    lost_together=self._lost_together(active),
                    conflicts=self._conflicts(active),
                )

    def _lost_together(self, active: tuple[int, ...]) -> Int32:
        """Customers out together whom none puts out alone."""
        lost = self.effect(active).out
        for place in active:
            lost = np.setdiff1d(lost, self.effect((place,)).out, assume_unique=True)
        return lost

    # -- conflicts ----------------------------------------------------------------------------------------------

    def _conflicts(self, active: tuple[int, ...]) -> tuple[Conflict, ...]:
        if active not in self._contradictions:
            found = [
                *self._water_at_targets(active),
                *(conflict for pair in combinations(active, 2) for conflict in self._at_valves(*pair)),
                *self._supply_cut(active),
                *(conflict for pair in combinations(active, 2) for conflict in self._crews(*pair)),
            ]
            found.sort(key=lambda conflict: _ORDER.index(conflict.kind))
            self._contradictions[active] = tuple(found)
        return self._contradictions[active]

    def _water_at_targets(self, active: tuple[int, ...]) -> Iterator[Conflict]:
        """Targets to which water comes, and which opened valves let it."""
        every = self._of(active)
        for one in every:
            if not len(one.target) or not self.ground.water_comes(one, every):
                continue
            if self.ground.water_comes(one, [one]):
                yield Conflict(ConflictKind.WATER_AT_TARGET, (one.id,), self._by_id(one.open))
                continue
            others = [other for other in every if other is not one]
            opened = self._by_id({device for other in others for device in other.open})
            alone = tuple(device for device in opened if not self.ground.water_comes(one, every, (device,)))
            valves = alone or opened
            by = tuple(other.id for other in others if set(other.open) & set(valves))
            yield Conflict(ConflictKind.WATER_AT_TARGET, (one.id, *by), valves)

    def _at_valves(self, a: int, b: int) -> Iterator[Conflict]:
        """Valves that one shutdown moves back, or moves the other way, while the other needs them."""
        first, second = sorted(self._of((a, b)), key=lambda one: one.shutdown.end)
        shared = self._by_id(set(first.close) & set(second.close))
        if shared and first.shutdown.end < second.shutdown.end:
            yield Conflict(ConflictKind.REOPENED_EARLY, (first.id, second.id), shared)
        for closes, opens in ((a, b), (b, a)):
            both = self._by_id(set(self.settled[closes].close) & set(self.settled[opens].open))
            if both:
                yield Conflict(ConflictKind.BOTH_WAYS, (self.settled[closes].id, self.settled[opens].id), both)

    def _supply_cut(self, active: tuple[int, ...]) -> Iterator[Conflict]:
        """Pairs that together take the supply of customers who lose it only by the combination."""
        lost = unexplained = self._lost_together(active)
        if not len(lost):
            return
        for pair in combinations(active, 2):
            by_both = np.intersect1d(lost, self._lost_together(pair), assume_unique=True)
            unexplained = np.setdiff1d(unexplained, by_both, assume_unique=True)
            if len(by_both):
                for closes, counts_on in (pair, pair[::-1]):
                    valves = self._needed_open(closes, counts_on, by_both)
                    ids = (self.settled[closes].id, self.settled[counts_on].id)
                    yield Conflict(ConflictKind.CUTS_SUPPLY, ids, valves, by_both)
        if len(unexplained):
            every = tuple(one.id for one in self._of(active))
            yield Conflict(ConflictKind.CUTS_SUPPLY, every, (), unexplained)

    def _needed_open(self, closes: int, counts_on: int, customers: Int32) -> tuple[int, ...]:
        """Valves of *closes* of which each, closed alone beside *counts_on*, takes some of *customers*; else all."""
        closed = self._by_id(self.settled[closes].close)
        beside = self._of((counts_on,))
        alone = (device for device in closed if np.isin(customers, self.ground.effect(beside, (device,)).out).any())
        return tuple(alone) or closed

    def _crews(self, a: int, b: int) -> Iterator[Conflict]:
        crew = self.settled[a].shutdown.crew
        if crew and crew == self.settled[b].shutdown.crew:
            yield Conflict(ConflictKind.CREW_TWICE, (self.settled[a].id, self.settled[b].id), crew=crew)

    def _by_id(self, devices: Sequence[int] | set[int]) -> tuple[int, ...]:
        rows = distinct(np.array(sorted(devices), dtype=np.int32))
        ids = self.ground.model.structure.network.devices.ids.data
        return tuple(rows[np.argsort(ids[rows], kind="stable")].tolist())
