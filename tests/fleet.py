"""Several laptops and a hub, with the test's own record of who had seen what when they wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random

from app.journal import clock
from app.journal.events import NO_HASH, Event, EventKey, canonical, hash_of
from app.journal.fold import DEVICE_CONTINUED, VALVE_OBSERVED, State, fold, from_json, to_json

VALVE = "V1"


@dataclass
class Laptop:
    """One device: its log, and how far it holds the hub's."""

    name: str
    log: dict[EventKey, Event] = field(default_factory=dict)
    base: int = 0
    hlc: str = clock.BEGINNING

    @property
    def own(self) -> list[Event]:
        return [event for event in self.log.values() if event.dev == self.name]


@dataclass
class Fleet:
    """Laptops exchange events with the hub only. ``seen`` is kept apart from anything the code under test computes."""

    laptops: list[Laptop]
    hub: list[Event] = field(default_factory=list)
    seen: dict[EventKey, frozenset[EventKey]] = field(default_factory=dict)

    @classmethod
    def of(cls, size: int) -> Fleet:
        return cls([Laptop(f"dev{number}") for number in range(size)])

    def observe(
        self,
        who: int,
        eff_at_ms: int,
        position: str | None,
        condition: str | None = None,
        corrects: tuple[EventKey, ...] = (),
    ) -> Event:
        """*who* writes down an observation; its wall clock may be as wrong as *eff_at_ms* is."""
        facts: dict[str, object] = {}
        facts |= {"position": position} if position else {}
        facts |= {"condition": condition} if condition else {}
        facts |= {"corrects": [list(key) for key in corrects]} if corrects else {}
        return self.write(who, eff_at_ms, VALVE_OBSERVED, facts)

    def write(
        self,
        who: int,
        eff_at_ms: int,
        kind: str,
        facts: Mapping[str, object],
        version: int = 1,
        entity: str = f"valve/{VALVE}",
    ) -> Event:
        laptop = self.laptops[who]
        own = laptop.own
        laptop.hlc = clock.tick(laptop.hlc, eff_at_ms)
        event = Event(
            laptop.name, len(own) + 1, laptop.base, laptop.hlc, eff_at_ms, "a", "", kind, version,
            entity, canonical(facts), own[-1].hash if own else NO_HASH, "",
        )  # fmt: skip
        event = replace(event, hash=hash_of(event))
        self.seen[event.key] = frozenset(laptop.log)
        laptop.log[event.key] = event
        return event

    def copy(self, who: int) -> None:
        """Somebody copies the workspace of *who* to another laptop, which goes on under a device id of its own."""
        first = self.laptops[who]
        held: dict[str, int] = {}
        for dev, dev_seq in first.log:
            held[dev] = max(held.get(dev, 0), dev_seq)
        self.laptops.append(Laptop(f"dev{len(self.laptops)}", dict(first.log), first.base, first.hlc))
        self.write(len(self.laptops) - 1, 0, DEVICE_CONTINUED, {"held": held})

    def push(self, who: int) -> None:
        """Send what is pending; the hub numbers it."""
        at_hub = {event.key for event in self.hub}
        for event in self.laptops[who].own:
            if event.key not in at_hub:
                self.hub.append(replace(event, hub_seq=len(self.hub) + 1))

    def pull(self, who: int, upto: int | None = None) -> None:
        """Fetch the hub's events, all or a first part of them."""
        laptop = self.laptops[who]
        for event in self.hub[: len(self.hub) if upto is None else upto]:
            laptop.log[event.key] = event
            laptop.base = max(laptop.base, event.hub_seq or 0)

    def sync(self) -> None:
        """Everybody sends, then everybody fetches everything."""
        for who in range(len(self.laptops)):
            self.push(who)
        for who in range(len(self.laptops)):
            self.pull(who)


def folded_in_pieces(events: Sequence[Event], random: Random, size: int) -> State:
    """*events* in any order, *size* at a time, what is known put away and taken out again after each."""
    shuffled = random.sample(events, len(events))
    state = State()
    for start in range(0, len(events), size):
        state = fold(state, shuffled[start : start + size])
        state = from_json(json.loads(json.dumps(to_json(state))))
    return state
