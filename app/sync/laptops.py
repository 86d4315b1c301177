"""What the journal says of laptops that took a workspace along, and of who signs bundles.

The public keys are events: so every console that follows the hub knows every laptop.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.journal.bodies import Bodies, Entry, are_names, is_count, is_name
from app.journal.causality import Standing, knew
from app.journal.events import Draft, Event
from app.journal.hub_laptops import JOINED, READMITTED, WITHDRAWN
from app.sync.keys import id_of


class LaptopKind(StrEnum):
    """Kinds of events about laptops."""

    TAKEN = "laptop.taken"
    BROUGHT = "laptop.brought"
    BEGAN = "laptop.began"
    JOINED = JOINED
    WITHDRAWN = WITHDRAWN
    READMITTED = READMITTED


_BODIES = Bodies(
    {
        LaptopKind.TAKEN: (
            {"key": is_name, "console": is_name, "until_ms": is_count, "reach": is_count, "area": is_name},
            ("key", "console", "until_ms", "reach"),
        ),
        LaptopKind.BROUGHT: (
            {"devices": are_names, "reach": is_count, "events": is_count, "photos": is_count},
            ("devices", "reach"),
        ),
        LaptopKind.BEGAN: ({"order": is_name}, ("order",)),
        LaptopKind.JOINED: ({}, ()),
        LaptopKind.WITHDRAWN: ({}, ()),
        LaptopKind.READMITTED: ({}, ()),
    }
)


class AboutEntities(Protocol):
    """What of a journal is needed here."""

    def about(self, entity: str) -> Iterable[Event]:
        """All events about *entity*, by device and number."""

    def beginning(self, prefix: str) -> Iterable[Event]:
        """All events about entities whose names begin with *prefix*, by device and number."""


@dataclass(frozen=True)
class Withdrawal:
    """That a laptop shall bring nothing more.

    Attributes:
        at_ms: Since when, UTC.
        by: Who said so.
        why: Id of the words that say why; they may have been erased.
    """

    at_ms: int
    by: str
    why: str


@dataclass(frozen=True)
class Laptop:
    """A laptop as the journal knows it.

    Attributes:
        key: Its public key, hexadecimal digits.
        console: Public key of the console that handed it out.
        until_ms: How long it may be written.
        devices: Devices whose events it brought so far, and those with which it joined a hub.
        reach: How far it held the order when it last brought something.
        order: Id of the order by which it was taken, which its bundles name ever after; "" where nobody wrote it down.
        taken_ms: When it was taken, UTC.
        area: The district or file that it was taken for; "" for the whole city.
        holder: Id of the words that say who took it; "" for none.
        withdrawn: Since when nothing more is taken from it; None where it is.
    """

    id: str
    key: str
    console: str
    until_ms: int
    devices: frozenset[str]
    reach: int
    order: str = ""
    taken_ms: int = 0
    area: str = ""
    holder: str = ""
    withdrawn: Withdrawal | None = None


def taken(key: str, console: str, until_ms: int, reach: int, area: str, holder: str) -> Draft:
    """A laptop goes out with a journal that reaches at least so far; *holder* may be erased, the rest stays."""
    body = {"key": key, "console": console, "until_ms": until_ms, "reach": reach} | ({"area": area} if area else {})
    return _BODIES.drafted(LaptopKind.TAKEN, f"laptop/{id_of(key)}", body, {"holder": holder})


def brought(laptop: str, devices: Iterable[str], reach: int, events: int, photos: int) -> Draft:
    """A laptop's bundle is taken in."""
    body = {"devices": sorted(devices), "reach": reach, "events": events, "photos": photos}
    return _BODIES.drafted(LaptopKind.BROUGHT, f"laptop/{laptop}", body)


def began(laptop: str, order: str) -> Draft:
    """A laptop's journal follows *order*; the centre may come to follow another that goes on from there."""
    return _BODIES.drafted(LaptopKind.BEGAN, f"laptop/{laptop}", {"order": order})


def joined(laptop: str) -> Draft:
    """Whichever device writes this is the laptop's, and follows a hub from now on."""
    return _BODIES.drafted(LaptopKind.JOINED, f"laptop/{laptop}", {})


def withdrawn(laptop: str, why: str) -> Draft:
    """The laptop is in wrong hands, or nobody knows in whose: nothing more is taken from it."""
    return _BODIES.drafted(LaptopKind.WITHDRAWN, f"laptop/{laptop}", {}, {"why": why})


def readmitted(laptop: str, why: str) -> Draft:
    """The laptop is in the right hands again."""
    return _BODIES.drafted(LaptopKind.READMITTED, f"laptop/{laptop}", {}, {"why": why})


def laptop_of(journal: AboutEntities, laptop: str) -> Laptop | None:
    """The laptop with that id; None where none was taken."""
    told = list(_entries(journal, f"laptop/{laptop}"))
    first = next((one for _, one in told if one.kind is LaptopKind.TAKEN and id_of(one.facts["key"]) == laptop), None)
    if first is None:
        return None
    came = [one.facts for _, one in told if one.kind is LaptopKind.BROUGHT]
    own = {event.dev for event, one in told if one.kind is LaptopKind.JOINED}
    devices = frozenset(own.union(*(facts["devices"] for facts in came)))
    reach = max(facts["reach"] for facts in (first.facts, *came))
    order = next((one.facts["order"] for _, one in told if one.kind is LaptopKind.BEGAN), "")
    facts = first.facts
    return Laptop(
        laptop, facts["key"], facts["console"], facts["until_ms"], devices, reach, order,
        first.eff_at_ms, facts.get("area", ""), first.texts.get("holder", ""), _withdrawal(told),
    )  # fmt: skip


def laptops_in(journal: AboutEntities) -> tuple[Laptop, ...]:
    """All laptops that were taken, by when."""
    ids = {event.entity.partition("/")[2] for event in journal.beginning("laptop/")}
    found = [laptop for one in ids if (laptop := laptop_of(journal, one)) is not None]
    return tuple(sorted(found, key=lambda laptop: (laptop.taken_ms, laptop.id)))


def whole_id(journal: AboutEntities, beginning: str) -> str:
    """The one laptop whose id begins so; *beginning* itself where there is none or several."""
    ids = {event.entity.partition("/")[2] for event in journal.beginning("laptop/")}
    alike = [one for one in ids if one.startswith(beginning)]
    return alike[0] if len(alike) == 1 else beginning


_Told = tuple[Event, Entry[LaptopKind]]


def _withdrawal(told: Iterable[_Told]) -> Withdrawal | None:
    """The first withdrawal that nobody who knew of it took back."""
    known = [(_standing(event), one) for event, one in told]
    back = [standing for standing, one in known if one.kind is LaptopKind.READMITTED]
    for standing, one in sorted(known, key=lambda pair: pair[1].rank):
        # Without lineage: a copy that goes on as another device says so anew. In doubt the laptop stays withdrawn.
        if one.kind is LaptopKind.WITHDRAWN and not any(knew(later, standing, {}) for later in back):
            return Withdrawal(one.eff_at_ms, one.actor, one.texts.get("why", ""))
    return None


def _standing(event: Event) -> Standing:
    return Standing(event.dev, event.dev_seq, event.base, event.hub_seq)


def _entries(journal: AboutEntities, entity: str) -> Iterator[_Told]:
    for event in journal.about(entity):
        entry = _BODIES.entry_of(event)
        if entry is not None:
            yield event, entry
