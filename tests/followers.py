"""Laptops that follow a hub as life has it: clocks are wrong, answers get lost, bundles come twice and out of order.

Who had seen what is recorded here when somebody writes, from what lay in his log, and never from anything that the code
under test works out. `contradictions` then holds everything that the journal promises against that record.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from random import Random
from typing import Any, Protocol

from app.errors import AppError
from app.journal import assets, causality, clock, valves
from app.journal.events import HUB_ORDER, NO_HASH, Event, EventKey, canonical, devices_in, hash_of
from app.journal.fold import DEVICE_CONTINUED, State, feature_states, fold, from_json, to_json, valve_states
from app.journal.reading import Portion
from app.journal.writing import FreeText
from app.sync.exchange import exchange_whole

VALVES = ("V1", "V2")
PIPE = "asset/pipe/P1"
DAY_MS = 86_400_000


def refusal_of(push: Callable[[], object]) -> str:
    """Code of what *push* is refused with; "" where it is taken."""
    try:
        push()
    except AppError as error:
        return error.code
    return ""


@dataclass
class ModelHub:
    """The rules of ``push`` once more, in the test's own words."""

    order: list[Event] = field(default_factory=list)

    def top(self) -> int:
        return len(self.order)

    def pull(self, since: int) -> Portion:
        return Portion(tuple(self.order[since:]))

    def push(self, events: Iterable[Event], texts: Iterable[FreeText] = ()) -> int:  # noqa: ARG002 - a model of events
        told = list(events)
        for dev in sorted({event.dev for event in told}):
            own = sorted({event for event in told if event.dev == dev}, key=lambda event: event.dev_seq)
            for one, other in pairwise(own):
                if one.dev_seq == other.dev_seq:
                    raise AppError("journal.forked", device=dev, number=one.dev_seq)
            self.take([event for event in self.order if event.dev == dev], own)
        return len(self.order)

    def take(self, held: list[Event], told: list[Event]) -> None:
        """Take what is *told* of one device of whom *held* is known: all that is new, or nothing."""
        chain = list(held)
        for event in told:
            if event.dev_seq <= len(chain):
                if event.dev_seq < 1 or chain[event.dev_seq - 1].hash != event.hash:
                    raise AppError("journal.forked", device=event.dev, number=event.dev_seq)
                continue
            before = chain[-1] if chain else None
            if event.dev_seq > len(chain) + 1:
                raise AppError("hub.gap", device=event.dev, number=event.dev_seq)
            whole = event.body.startswith("{") and event.hash == hash_of(event)
            if event.prev_hash != (before.hash if before else NO_HASH) or not whole:
                raise AppError("journal.broken_chain", device=event.dev, number=event.dev_seq)
            if event.base > len(self.order):
                raise AppError("hub.base_ahead", device=event.dev, number=event.dev_seq)
            if before is not None and event.base < before.base:
                raise AppError("journal.broken_chain", device=event.dev, number=event.dev_seq)
            chain.append(event)
        self.order += [
            replace(event, hub_seq=number) for number, event in enumerate(chain[len(held) :], len(self.order) + 1)
        ]


class Laptop(Protocol):
    """A journal that somebody writes into: in memory, or on disk."""

    def write(self, kind: str, entity: str, body: Mapping[str, object], at_ms: int) -> tuple[Event, ...]:
        """Write one event; what was written, with what the journal itself put before it."""

    def copied(self) -> Laptop:
        """A copy, which goes on as another device."""

    def device(self) -> str: ...

    def forget_device(self) -> None:
        """Go on as another device."""

    def events(self, after: Mapping[str, int] | None = None) -> Iterable[Event]: ...

    def heads(self) -> dict[str, int]: ...

    def reach(self) -> int: ...

    def placed(self, hub_seq: int) -> Event | None: ...

    def pending(self) -> list[Event]: ...

    def texts(self, events: Iterable[Event]) -> tuple[FreeText, ...]: ...

    def take_in(self, events: Iterable[Event], texts: Iterable[FreeText] = ()) -> int: ...


class MemoryLaptop:
    """The journal of a workspace in memory, in the test's own words: thousands of them cost nothing."""

    made = 0

    def __init__(self, log: Mapping[EventKey, Event] | None = None) -> None:
        type(self).made += 1
        self.dev = f"dev{self.made:05d}"
        self.log = dict(log or {})

    def write(self, kind: str, entity: str, body: Mapping[str, object], at_ms: int) -> tuple[Event, ...]:
        own = [event for event in self.pending() + self._placed() if event.dev == self.dev]
        first = not own and bool(self.log)
        told = [(DEVICE_CONTINUED, "", {"held": devices_in(self.heads())})] if first else []
        return tuple(self._append(*one, at_ms) for one in (*told, (kind, entity, body)))

    def _append(self, kind: str, entity: str, body: Mapping[str, object], at_ms: int) -> Event:
        own = max((event for event in self.log.values() if event.dev == self.dev), key=_number, default=None)
        latest = max((event.hlc for event in self.log.values()), default=clock.BEGINNING)
        number, chained = (own.dev_seq, own.hash) if own else (0, NO_HASH)
        event = Event(
            self.dev, number + 1, self.base(), clock.tick(latest, at_ms), at_ms, "a", "", kind, 1, entity,
            canonical(body), chained, "",
        )  # fmt: skip
        self.log[event.key] = replace(event, hash=hash_of(event))
        return self.log[event.key]

    def base(self) -> int:
        return self.reach()

    def device(self) -> str:
        return self.dev

    def forget_device(self) -> None:
        type(self).made += 1
        self.dev = f"dev{self.made:05d}"

    def copied(self) -> MemoryLaptop:
        return type(self)(self.log)

    def _placed(self) -> list[Event]:
        return [event for event in self.log.values() if event.hub_seq is not None]

    def events(self, after: Mapping[str, int] | None = None) -> Iterable[Event]:
        known = after or {}
        new = [event for event in self.log.values() if event.dev_seq > known.get(event.dev, 0)]
        placed = [event for event in self._placed() if (event.hub_seq or 0) > known.get(HUB_ORDER, 0)]
        return [*new, *placed]

    def heads(self) -> dict[str, int]:
        found: dict[str, int] = {HUB_ORDER: self.reach()} if self.reach() else {}
        for dev, dev_seq in self.log:
            found[dev] = max(found.get(dev, 0), dev_seq)
        return found

    def reach(self) -> int:
        return max((event.hub_seq or 0 for event in self.log.values()), default=0)

    def placed(self, hub_seq: int) -> Event | None:
        return next((event for event in self.log.values() if event.hub_seq == hub_seq), None)

    def pending(self) -> list[Event]:
        return sorted((event for event in self.log.values() if event.hub_seq is None), key=lambda event: event.key)

    def texts(self, _events: Iterable[Event]) -> tuple[FreeText, ...]:
        return ()

    def take_in(self, events: Iterable[Event], texts: Iterable[FreeText] = ()) -> int:  # noqa: ARG002 - as above
        told = {event.key: event for event in events}
        new = len(told.keys() - self.log.keys())
        self.log |= told
        return new


def _number(event: Event) -> int:
    return event.dev_seq


@dataclass
class Field:
    """Laptops, their hub, and the record of who had seen what.

    Attributes:
        hub: Takes and gives; only its surface is used.
        states: What each laptop has folded so far, bit by bit.
    """

    hub: Any
    laptops: list[Laptop]
    states: list[State]
    seen: dict[EventKey, frozenset[EventKey]] = field(default_factory=dict)

    @classmethod
    def of(cls, hub: Any, make: Callable[[], Laptop], size: int) -> Field:
        return cls(hub, [make() for _ in range(size)], [State()] * size)

    def held(self, who: int) -> frozenset[EventKey]:
        return frozenset(event.key for event in self.laptops[who].events())

    def write(self, who: int, kind: str, entity: str, body: Mapping[str, object], at_ms: int) -> None:
        before = self.held(who)
        for event in self.laptops[who].write(kind, entity, body, at_ms):
            self.seen[event.key] = before
            before |= {event.key}

    def live(self, random: Random, steps: int) -> None:
        """Some *steps* of a life."""
        for _ in range(steps):
            who = random.randrange(len(self.laptops))
            random.choice(_STEPS)(self, who, random)

    def settle(self) -> None:
        """Everybody sends and fetches until all have everything."""
        for _ in range(2):
            for laptop in self.laptops:
                exchange_whole(laptop, self.hub)
        for who in range(len(self.laptops)):
            self.catch_up(who)

    def catch_up(self, who: int) -> None:
        state = self.states[who]
        self.states[who] = fold(state, self.laptops[who].events(state.heads))


def _observe(it: Field, who: int, random: Random) -> None:
    body: dict[str, object] = {"position": random.choice(["open", "closed"])}
    known = sorted(it.seen)
    if known and random.random() < 0.15:
        # Now and then it names what its author has not seen, and then it corrects nothing.
        body["corrects"] = [list(random.choice(known))]
    # Clocks are wrong by days, and what was seen earlier is entered late.
    it.write(who, "valve.observed", f"valve/{random.choice(VALVES)}", body, random.randrange(0, 9) * DAY_MS)


def _edit(it: Field, who: int, random: Random) -> None:
    body = {"edit": f"e{len(it.seen)}", "origin": "window", "fields": {"dn_mm": random.choice([100, 200])}}
    it.write(who, "asset.set", PIPE, body, random.randrange(0, 9) * DAY_MS)


def _exchange(it: Field, who: int, _random: Random) -> None:
    exchange_whole(it.laptops[who], it.hub)


def _send_a_part(it: Field, who: int, random: Random) -> None:
    """A bundle that holds any part of what is pending, in any order, things twice; the answer gets lost."""
    pending = it.laptops[who].pending()
    some = random.sample(pending, random.randint(0, len(pending)))
    some += some[: random.randint(0, 2)]
    assert refusal_of(lambda: it.hub.push(some)) in {"", "hub.gap"}


def _send_a_beginning(it: Field, who: int, random: Random) -> None:
    pending = it.laptops[who].pending()
    it.hub.push(pending[: random.randint(0, len(pending))])


def _send_again(it: Field, who: int, random: Random) -> None:
    """A bundle of long ago comes once more."""
    known = [event for event in it.laptops[who].events() if event.hub_seq is not None]
    it.hub.push(random.sample(known, random.randint(0, len(known))))


def _fetch_a_part(it: Field, who: int, random: Random) -> None:
    laptop = it.laptops[who]
    events = it.hub.pull(laptop.reach()).events
    laptop.take_in(events[: random.randint(0, len(events))])


def _copy(it: Field, who: int, random: Random) -> None:
    if len(it.laptops) < 5:
        it.laptops.append(it.laptops[who].copied())
        it.states.append(State())


def _catch_up(it: Field, who: int, _random: Random) -> None:
    it.catch_up(who)


_STEPS = (
    _observe, _observe, _observe, _edit, _edit, _exchange, _send_a_part, _send_a_beginning, _send_again, _fetch_a_part,
    _fetch_a_part, _copy, _catch_up, _catch_up,
)  # fmt: skip


def contradictions(it: Field) -> list[str]:
    """What the journal promises and does not keep, once everybody has everything, by name."""
    log = {event.key: event for event in it.hub.pull(0).events}
    found = []
    if set(log) != set(it.seen):
        found.append("lost or invented")
    if [event.hub_seq for event in it.hub.pull(0).events] != list(range(1, len(log) + 1)):
        found.append("gaps in the order")
    if any(it.held(who) != frozenset(it.seen) for who in range(len(it.laptops))):
        found.append("not everywhere")
    whole = [fold(State(), laptop.events()) for laptop in it.laptops]
    if any(state != whole[0] for state in whole):
        found.append("states differ")
    if it.states != whole:
        found.append("bit by bit differs from whole")
    if any(list(laptop.events(state.heads)) for laptop, state in zip(it.laptops, whole, strict=True)):
        found.append("old news")
    if any(fold(state, laptop.events()) != state for laptop, state in zip(it.laptops, it.states, strict=True)):
        found.append("replaying changes something")
    if any(from_json(json.loads(json.dumps(to_json(state)))) != state for state in whole):
        found.append("a snapshot differs")
    return found + _knowledge(it, log, whole[0]) + _values(it, log, it.states[0])


def _knowledge(it: Field, log: Mapping[EventKey, Event], state: State) -> list[str]:
    standing = {
        key: causality.Standing(event.dev, event.dev_seq, event.base, event.hub_seq) for key, event in log.items()
    }
    wrong = any(
        causality.knew(standing[one], standing[two], state.lineage) != (two in it.seen[one])
        for one in log
        for two in log
        if one != two and one in it.seen
    )
    return ["who knew what"] if wrong else []


def _values(it: Field, log: Mapping[EventKey, Event], state: State) -> list[str]:
    """No silent overwrite: what stands is what nobody who had seen it overwrote, and rivals are told."""
    found = []
    writes = {key: event for key, event in log.items() if event.entity == PIPE}
    heads = {one for one in writes if not any(one in it.seen[two] for two in writes)}
    told = assets.registers_of(state.assets.get(PIPE, ()), state.lineage)
    fates = dict(told["dn_mm"].fates) if told else {}
    if {key for key, fate in fates.items() if fate is not assets.Fate.SUPERSEDED} != heads:
        found.append("a field's heads")
    if (len({log[key].facts["fields"]["dn_mm"] for key in heads}) > 1) != any(
        fate is assets.Fate.CONFLICT for fate in fates.values()
    ):
        found.append("a silent conflict")
    if heads and told and told["dn_mm"].value != _first_by_hub(log, heads).facts["fields"]["dn_mm"]:
        found.append("another than the first holds")
    for valve in VALVES:
        found += _valve(
            it, {key: event for key, event in log.items() if event.entity == f"valve/{valve}"}, state, valve
        )
    # What other programs are told must be what was worked out bit by bit and whole alike.
    again = fold(State(), log.values())
    same = valve_states(again) == valve_states(state) and feature_states(again, [PIPE]) == feature_states(state, [PIPE])
    return found if same else [*found, "what the layers are told"]


def _first_by_hub(log: Mapping[EventKey, Event], keys: Iterable[EventKey]) -> Event:
    return min((log[key] for key in keys), key=lambda event: event.hub_seq or 0)


def _valve(it: Field, log: Mapping[EventKey, Event], state: State, valve: str) -> list[str]:
    """The rule of facts said over: newest by those who had seen the others, corrections whatever their time."""
    corrected = {
        (dev, seq)
        for key, event in log.items()
        for dev, seq in event.facts.get("corrects", ())
        if (dev, seq) in log and (dev, seq) in it.seen[key]
    }
    live = {key: event for key, event in log.items() if key not in corrected}
    heads = {
        one
        for one in live
        if not any(one in it.seen[two] and live[two].eff_at_ms >= live[one].eff_at_ms for two in live)
        and not any(two in it.seen[one] and live[two].eff_at_ms > live[one].eff_at_ms for two in live)
    }
    told = valves.position_of(state.valves.get(valve, ()), state.lineage)
    stands = {key for key, status in told.statuses if status in {valves.Status.CURRENT, valves.Status.DISPUTED}}
    found = [] if stands == heads else ["a fact's heads"]
    if told.disputed != (len({log[key].facts["position"] for key in heads}) > 1):
        found.append("a silent dispute")
    return found if {key for key, _ in told.statuses} == set(log) else [*found, "a fact without a fate"]
