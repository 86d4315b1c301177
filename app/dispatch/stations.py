"""Secondary pump stations that an incident hits: who is dry, who lives on storage and how long, and what to do there.

Before water is stopped tanks are filled, and pumps that draw straight from the main (叠压) are stopped: they would draw
a vacuum. A tank's inlet stays shut until the main was flushed, or it fills with what the flushing should carry away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.dispatch.facts import Fact, FactKind, as_corrected
from app.journal.events import EventKey


class Chore(StrEnum):
    """What is done at a station. Words are made in app.messages."""

    FILL_TANK = "fill_tank"
    SHUT_INLET = "shut_inlet"
    OPEN_INLET = "open_inlet"
    STOP_PUMPS = "stop_pumps"
    START_PUMPS = "start_pumps"


UNDONE_BY = {Chore.SHUT_INLET: Chore.OPEN_INLET, Chore.STOP_PUMPS: Chore.START_PUMPS}
"""What must follow, or the customers stay dry."""

AFTER_FLUSHING = frozenset(UNDONE_BY.values())

_AT_TANK = (Chore.FILL_TANK, Chore.SHUT_INLET, Chore.OPEN_INLET)
_AT_MAIN = (Chore.STOP_PUMPS, Chore.START_PUMPS)


@dataclass(frozen=True)
class StationHit:
    """A station that an incident hits.

    Attributes:
        direct: It pumps straight from the main and is out at once.
        storage_m3: What its tank holds; 0 without one.
        lasts_s: How long that lasts at the recorded demand; None where that is not recorded, 0 without a tank.
        customers, households: Of those that it serves and that are hit.
        critical: Ids of critical customers among them.
    """

    station: str
    name: str
    direct: bool
    storage_m3: float
    lasts_s: float | None
    customers: int
    households: int
    critical: tuple[str, ...]


@dataclass(frozen=True)
class ChoreState:
    """One entry of the checklist; *done* is the event that says so, None while it is open."""

    chore: Chore
    station: str
    done: EventKey | None


def checklist(hits: Iterable[StationHit], facts: Iterable[Fact]) -> tuple[ChoreState, ...]:
    """What is to be done at each station, in order, and what has been."""
    held = as_corrected(facts)
    done = {
        (str(fact.values.get("chore")), str(fact.values.get("station"))): fact.key
        for fact in held
        if fact.kind is FactKind.CHORE_DONE
    }
    return tuple(
        ChoreState(chore, hit.station, done.get((chore, hit.station))) for hit in hits for chore in chores_at(hit)
    )


def chores_at(hit: StationHit) -> tuple[Chore, ...]:
    """What is to be done at a station before and after its main is without water, in order."""
    return _AT_MAIN if hit.direct else _AT_TANK


def left_shut(facts: Iterable[Fact]) -> tuple[tuple[Chore, str], ...]:
    """Stations whose inlet was shut or whose pumps were stopped, and not opened or started since."""
    last: dict[tuple[Chore, str], bool] = {}
    undoing = {after: chore for chore, after in UNDONE_BY.items()}
    for fact in as_corrected(facts):
        if fact.kind is not FactKind.CHORE_DONE:
            continue
        chore, station = Chore(str(fact.values["chore"])), str(fact.values["station"])
        if chore in UNDONE_BY:
            last[chore, station] = True
        elif chore in undoing:
            last[undoing[chore], station] = False
    return tuple((UNDONE_BY[chore], station) for (chore, station), shut in sorted(last.items()) if shut)


def known_chore(word: object) -> bool:
    """Whether *word* names a chore."""
    return word in {chore.value for chore in Chore}
