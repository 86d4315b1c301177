"""What the journal says of valves: facts, by the rules of facts.

Position and condition are two registers. In each, an observation is exactly one of

* *current*: it stands;
* *superseded*: an author who had seen it observed anew, or corrected it;
* *earlier history*: an older observation entered late, by an author who had already seen a newer one;
* *retracted*: an author who had seen it corrected it without putting a value in its place.

Current observations that differ are concurrent (nobody had seen the other): the register is *disputed* until somebody
who saw both decides, and isolation assumes the worse.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate, groupby

from app.journal.causality import Lineage, Standing, knew
from app.journal.events import EventKey
from network.assets import Condition, Position

WORSE_FIRST = (Condition.PASSING, Condition.INOPERABLE, Condition.UNKNOWN, Condition.OPERABLE)
"""A passing valve lets water by in both positions, an inoperable one only when open."""


@dataclass(frozen=True)
class Observation:
    """One ``valve.observed`` event as far as the fold needs it.

    Attributes:
        position, condition: Values of :class:`Position` and :class:`Condition`; None where nothing was said.
        corrects: Events that this one declares mistaken.
    """

    standing: Standing
    eff_at_ms: int
    position: int | None = None
    condition: int | None = None
    corrects: tuple[EventKey, ...] = ()

    @property
    def key(self) -> EventKey:
        """(dev, dev_seq)."""
        return (self.standing.dev, self.standing.dev_seq)


class Status(StrEnum):
    """What became of an observation; exactly one of these."""

    CURRENT = "current"
    DISPUTED = "disputed"
    SUPERSEDED = "superseded"
    EARLIER = "earlier_history"
    RETRACTED = "retracted"


@dataclass(frozen=True)
class Register:
    """One fact about a valve.

    Attributes:
        value: The value that isolation goes by, None where nobody said anything that stands.
        statuses: Every observation that spoke of it, and what became of it.
    """

    value: int | None
    statuses: tuple[tuple[EventKey, Status], ...]

    @property
    def disputed(self) -> bool:
        """Whether concurrent observations contradict each other."""
        return any(status is Status.DISPUTED for _, status in self.statuses)


def position_of(observations: Iterable[Observation], lineage: Lineage) -> Register:
    """The position register; DISPUTED where current observations differ."""
    told = tuple(sorted(observations, key=lambda one: one.key))
    return _register(told, {one.key: one.position for one in told}, lineage, lambda _: int(Position.DISPUTED))


def condition_of(observations: Iterable[Observation], lineage: Lineage) -> Register:
    """The condition register; the worse where current observations differ."""
    told = tuple(sorted(observations, key=lambda one: one.key))
    return _register(told, {one.key: one.condition for one in told}, lineage, _worse)


def _worse(values: set[int]) -> int:
    return int(next(condition for condition in WORSE_FIRST if condition in values))


def _register(
    told: tuple[Observation, ...],
    values: Mapping[EventKey, int | None],
    lineage: Lineage,
    settle: Callable[[set[int]], int],
) -> Register:
    by_key = {one.key: one for one in told}
    void = _retracted(told, by_key, lineage)
    speaking = [one for one in told if values[one.key] is not None]
    standing = [one for one in speaking if one.key not in void]
    corrected = {key for one in standing for key in one.corrects if _corrects(one, by_key.get(key), lineage)}
    live = [one for one in standing if one.key not in corrected]
    lines = [_Line.of(dev, list(group)) for dev, group in groupby(live, key=lambda one: one.standing.dev)]
    superseded = {one.key for one in live if any(line.latest_after(one, lineage) >= one.eff_at_ms for line in lines)}
    earlier = {one.key for one in live if any(line.latest_before(one, lineage) > one.eff_at_ms for line in lines)}
    heads = {one.key for one in live} - superseded - earlier
    current = {value for key in heads if (value := values[key]) is not None}
    head_status = Status.DISPUTED if len(current) > 1 else Status.CURRENT

    def status(key: EventKey) -> Status:
        if key in void:
            return Status.RETRACTED
        if key in heads:
            return head_status
        # An older observation entered late may be overtaken as well; that it came late is what the reader must know.
        return Status.EARLIER if key in earlier else Status.SUPERSEDED

    value = None if not current else (settle(current) if len(current) > 1 else next(iter(current)))
    return Register(value, tuple(sorted((one.key, status(one.key)) for one in speaking)))


def _retracted(
    told: tuple[Observation, ...], by_key: Mapping[EventKey, Observation], lineage: Lineage
) -> set[EventKey]:
    """Observations that a retraction takes back, unless that retraction is itself taken back."""
    takers: dict[EventKey, list[Observation]] = {}
    for one in told:
        if one.position is None and one.condition is None:
            for key in one.corrects:
                if _corrects(one, by_key.get(key), lineage):
                    takers.setdefault(key, []).append(one)

    # By a list of what is still open, not by recursion: who takes back what may form a chain of any length. Knowledge
    # has no circles, so this ends.
    taken_back: dict[EventKey, bool] = {}
    still_open = list(takers)
    while still_open:
        key = still_open[-1]
        unsettled = [taker.key for taker in takers.get(key, ()) if taker.key not in taken_back]
        if unsettled:
            still_open += unsettled
            continue
        taken_back[key] = any(not taken_back[taker.key] for taker in takers.get(key, ()))
        still_open.pop()
    return {key for key, gone in taken_back.items() if gone}


def _corrects(one: Observation, other: Observation | None, lineage: Lineage) -> bool:
    """Whether the author of *one* may correct *other*: only what he had seen."""
    return other is not None and knew(one.standing, other.standing, lineage)


@dataclass(frozen=True)
class _Line:
    """One device's observations in the order of their numbers.

    An author who knew one of them knew those before it, and who came after one that knew an event knew it as well. So
    what an observation's author knew of a line is a first part of it, and what knew the observation is a last part:
    both are found by bisection.

    Attributes:
        latest_to, latest_from: Latest effective time up to and from each place.
    """

    dev: str
    numbers: list[int]
    bases: list[int]
    hub_numbers: list[float]
    latest_to: list[int]
    latest_from: list[int]

    @classmethod
    def of(cls, dev: str, told: list[Observation]) -> _Line:
        standings = [one.standing for one in told]
        times = [one.eff_at_ms for one in told]
        return cls(
            dev,
            [standing.dev_seq for standing in standings],
            [standing.base for standing in standings],
            [_PENDING if standing.hub_seq is None else standing.hub_seq for standing in standings],
            list(accumulate(times, max)),
            list(accumulate(reversed(times), max))[::-1],
        )

    def latest_after(self, one: Observation, lineage: Lineage) -> float:
        """Latest time among those here whose authors knew *one*; -inf where there are none."""
        standing = one.standing
        if standing.dev == self.dev:
            first = bisect_right(self.numbers, standing.dev_seq)
        elif lineage.get(self.dev, {}).get(standing.dev, 0) >= standing.dev_seq:
            first = 0
        else:
            first = len(self.numbers) if standing.hub_seq is None else bisect_left(self.bases, standing.hub_seq)
        return self.latest_from[first] if first < len(self.numbers) else -_PENDING

    def latest_before(self, one: Observation, lineage: Lineage) -> float:
        """Latest time among those here that the author of *one* knew; -inf where there are none."""
        standing = one.standing
        if standing.dev == self.dev:
            known = bisect_left(self.numbers, standing.dev_seq)
        else:
            held = lineage.get(standing.dev, {}).get(self.dev, 0)
            known = max(bisect_right(self.hub_numbers, standing.base), bisect_right(self.numbers, held))
        return self.latest_to[known - 1] if known else -_PENDING


_PENDING = float("inf")
