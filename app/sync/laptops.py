"""What the journal says of laptops that took a workspace along, and of who signs bundles.

The public keys are events: so every console that follows the hub knows every laptop.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.journal.bodies import Bodies, Entry, are_names, is_count, is_name
from app.journal.events import Draft, Event
from app.sync.keys import id_of


class LaptopKind(StrEnum):
    """Kinds of events about laptops."""

    TAKEN = "laptop.taken"
    BROUGHT = "laptop.brought"
    BEGAN = "laptop.began"


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
    }
)


class AboutEntities(Protocol):
    """What of a journal is needed here."""

    def about(self, entity: str) -> Iterable[Event]:
        """All events about *entity*, by device and number."""


@dataclass(frozen=True)
class Laptop:
    """A laptop as the journal knows it.

    Attributes:
        key: Its public key, hexadecimal digits.
        console: Public key of the console that handed it out.
        until_ms: How long it may be written.
        devices: Devices whose events it brought so far.
        reach: How far it held the order when it last brought something.
        order: Id of the order by which it was taken, which its bundles name ever after; "" where nobody wrote it down.
    """

    id: str
    key: str
    console: str
    until_ms: int
    devices: frozenset[str]
    reach: int
    order: str = ""


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


def laptop_of(journal: AboutEntities, laptop: str) -> Laptop | None:
    """The laptop with that id; None where none was taken."""
    told = list(_entries(journal, f"laptop/{laptop}"))
    first = next((one for one in told if one.kind is LaptopKind.TAKEN and id_of(one.facts["key"]) == laptop), None)
    if first is None:
        return None
    came = [one.facts for one in told if one.kind is LaptopKind.BROUGHT]
    devices = frozenset(dev for facts in came for dev in facts["devices"])
    reach = max(facts["reach"] for facts in (first.facts, *came))
    order = next((one.facts["order"] for one in told if one.kind is LaptopKind.BEGAN), "")
    return Laptop(laptop, first.facts["key"], first.facts["console"], first.facts["until_ms"], devices, reach, order)


def _entries(journal: AboutEntities, entity: str) -> Iterator[Entry[LaptopKind]]:
    for event in journal.about(entity):
        entry = _BODIES.entry_of(event)
        if entry is not None:
            yield entry
