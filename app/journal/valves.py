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

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

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
    told = tuple(observations)
    return _register(told, {one.key: one.position for one in told}, lineage, lambda _: int(Position.DISPUTED))


def condition_of(observations: Iterable[Observation], lineage: Lineage) -> Register:
    """The condition register; the worse where current observations differ."""
    told = tuple(observations)
    return _register(told, {one.key: one.condition for one in told}, lineage, _worse)


def _worse(values: set[int]) -> int:
    return int(next(condition for condition in WORSE_FIRST if condition in values))


def _register(
    told: tuple[Observation, ...],
    values: Mapping[EventKey, int | None],
    lineage: Lineage,
    settle: Callable[[set[int]], int],
) -> Register:
    void = _retracted(told, lineage)
    speaking = [one for one in told if values[one.key] is not None]
    standing = [one for one in speaking if one.key not in void]
    corrected = {
        key
        for one in standing
        for key in one.corrects
        if any(two.key == key and _knew(one, two, lineage) for two in told)
    }
    live = [one for one in standing if one.key not in corrected]
    superseded = {
        one.key for one in live for two in live if _knew(two, one, lineage) and two.eff_at_ms >= one.eff_at_ms
    }
    earlier = {one.key for one in live for two in live if _knew(one, two, lineage) and two.eff_at_ms > one.eff_at_ms}
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


def _retracted(told: tuple[Observation, ...], lineage: Lineage) -> set[EventKey]:
    """Observations that a retraction takes back, unless that retraction is itself taken back."""
    pure = [one for one in told if one.corrects and one.position is None and one.condition is None]

    def taken_back(one: Observation) -> bool:
        # Knowledge has no circles, so this ends.
        return any(one.key in by.corrects and _knew(by, one, lineage) and not taken_back(by) for by in pure)

    return {one.key for one in told if taken_back(one)}


def _knew(later: Observation, earlier: Observation, lineage: Lineage) -> bool:
    return knew(later.standing, earlier.standing, lineage)
