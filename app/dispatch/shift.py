"""What a shift leaves to the next: handovers as the journal has them, and valves off their normal position."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.dispatch.entries import Entry, EntryKind
from app.dispatch.facts import as_corrected
from app.dispatch.incidents import Incident
from app.dispatch.life import TurnedValve, valves_turned
from app.journal.causality import Standing
from app.journal.events import EventKey, key_from


@dataclass(frozen=True)
class Handed:
    """A handover that who leaves has signed, and who comes has not.

    Attributes:
        key: Its event, which who comes signs for.
        by, to: Who leaves, who comes.
        at_ms: When it was signed.
        note: What was written for who comes: its id, or its text once that was looked up; "" where nothing was.
    """

    key: EventKey
    by: str
    to: str
    at_ms: int
    note: str


@dataclass(frozen=True)
class Shift:
    """Where the shift stands.

    Attributes:
        since_ms: When the last handover that both signed was given; None before any.
        waiting: What waits for who comes, on whichever console; None where nothing does.
        given: The event of that last handover: what its author had not seen is to be told. Its time would not do: what
            a console that was alone wrote before it arrives after it.
    """

    since_ms: int | None = None
    waiting: Handed | None = None
    given: Standing | None = None


@dataclass(frozen=True)
class ValveOff:
    """A valve off its normal position, and the entity of the incident for which it was turned."""

    incident: str
    turned: TurnedValve


def shift_of(entries: Iterable[Entry]) -> Shift:
    """The shift as *entries* of the desk leave it, in any order; who hands over again takes the earlier one back."""
    told = sorted((one for one in entries if one.kind is EntryKind.HANDED_OVER), key=lambda one: one.rank)
    signed = {key_from(one.facts["taken"]) for one in told if "taken" in one.facts}
    given = [one for one in told if "to" in one.facts]
    both = [at for at, one in enumerate(given) if one.key in signed]
    held = given[both[-1]] if both else None
    later = given[both[-1] + 1 :] if both else given
    waiting = None
    if later:
        last = later[-1]
        waiting = Handed(last.key, last.actor, last.facts["to"], last.eff_at_ms, last.texts.get("note", ""))
    return Shift(waiting=waiting) if held is None else Shift(held.eff_at_ms, waiting, held.standing)


def valves_off(incidents: Iterable[Incident]) -> tuple[ValveOff, ...]:
    """Valves that were last turned away from normal, by incident; left for a reason or not."""
    found: dict[str, ValveOff] = {}
    for incident in incidents:
        for valve, turned in valves_turned(as_corrected(incident.facts)).items():
            if valve not in found or found[valve].turned.at_ms <= turned.at_ms:
                found[valve] = ValveOff(incident.entity, turned)
    away = (one for one in found.values() if one.turned.position != one.turned.normal)
    return tuple(sorted(away, key=lambda one: (one.incident, one.turned.valve)))
