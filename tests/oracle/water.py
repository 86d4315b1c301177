"""A town cut into atoms of water, by brute force: every stretch, junction and gap between two devices is one atom.

Nothing here labels segments, sorts arrays or repairs a reach: it only follows links, one at a time, again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from oracle.town import Main, Origin, Thing, Town

Atom = tuple[str, ...]

CUTTING = ("isolation", "boundary", "check", "prv", "psv", "fcv", "pump")
SAME_PLACE_M = 0.001
_ORDER = {"isolation": 0, "boundary": 0, "check": 1, "prv": 2, "psv": 3, "fcv": 4, "pump": 5}
_WORSE = ("operable", "unknown", "inoperable", "passing")


@dataclass(frozen=True)
class Link:
    """Two atoms that touch; *thing* stands between them, or nothing does. *way* +1 leads from *one* to *other*."""

    one: Atom
    other: Atom
    thing: Thing | None = None
    way: int = 0

    def far(self, atom: Atom) -> Atom:
        return self.other if atom == self.one else self.one

    def allows(self, start: Atom, *, unknown: bool) -> bool:
        """Whether a one-way device lets water go from *start*; *unknown* is the word for one of unknown direction."""
        return unknown if self.way == 0 else (self.way == 1) == (start == self.one)


@dataclass(frozen=True)
class Stretch:
    """Where an atom lies on its pipe."""

    pipe: str
    start_m: float
    end_m: float


def merged(things: Iterable[Thing]) -> list[Thing]:
    """Things at one place: one a class, worst counting, in series order."""
    classes: dict[int, list[Thing]] = {}
    for thing in things:
        classes.setdefault(_ORDER[thing.kind], []).append(thing)
    return [_as_one(classes[rank]) for rank in sorted(classes)]


def _as_one(same: list[Thing]) -> Thing:
    ways = {thing.way for thing in same} - {0}
    positions = {thing.position for thing in same}
    return replace(
        min(same, key=lambda thing: thing.id),
        way=ways.pop() if len(ways) == 1 else 0,
        position=positions.pop() if len(positions) == 1 else "disputed",
        condition=max((thing.condition for thing in same), key=_WORSE.index),
        storage_m3=min(thing.storage_m3 for thing in same),
    )


class Water:
    """The atoms of a town and how they touch."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.mains = {main.id: main for main in town.mains}
        self.links: list[Link] = []
        self.stretches: dict[Atom, Stretch] = {}
        self.at_place: dict[tuple[str, float], list[Atom]] = {}
        self.at_junction: dict[str, list[Atom]] = {}
        self.sides: dict[str, tuple[Atom, Atom]] = {}
        self.standing: dict[str, Thing] = {}
        self.legs_of: dict[str, list[Atom]] = {origin.id: [] for origin in town.origins}
        self.unknown_leg: set[str] = set()
        self.spots: dict[str, tuple[str, ...]] = {}
        self._leg_things: dict[tuple[str, str], list[Thing]] = {}
        self._between: dict[str, list[Thing]] = {}
        self._place_things()
        for junction in town.junctions:
            self._lay_junction(junction.id)
        for main in town.mains:
            self._lay_main(main)

    # -- where things stand -------------------------------------------------------------------------------------

    def legs(self, junction: str) -> list[tuple[str, str]]:
        return [(m.id, end) for m in self.town.mains for end in ("start", "end") if getattr(m, end) == junction]

    def _origins_at(self, junction: str) -> list[Origin]:
        return [origin for origin in self.town.origins if origin.junction == junction]

    def _place_things(self) -> None:
        for thing in self.town.things:
            if thing.kind in CUTTING and thing.junction is None:
                self.spots[thing.id] = (str(thing.pipe), str(thing.offset_m))
            elif thing.kind in CUTTING:
                leg = self.leg_of(thing)
                if leg is not None:
                    self.spots[thing.id] = leg
                    self._leg_things.setdefault(leg, []).append(self._turned(thing, leg))
                elif self._stands_between(thing):
                    self.spots[thing.id] = (thing.junction,)
                    self._between.setdefault(thing.junction, []).append(self._turned_between(thing))
                else:
                    self.unknown_leg.add(thing.id)

    def leg_of(self, thing: Thing) -> tuple[str, str] | None:
        """The leg on which *thing* stands; None where it is not known."""
        assert thing.junction is not None
        legs = self.legs(thing.junction)
        if thing.pipe is not None:
            legs = [leg for leg in legs if leg[0] == thing.pipe]
        return legs[0] if len(legs) == 1 else None

    def _stands_between(self, thing: Thing) -> bool:
        assert thing.junction is not None
        return thing.pipe is None and len(self.legs(thing.junction)) == 2 and not self._origins_at(thing.junction)

    @staticmethod
    def _turned(thing: Thing, leg: tuple[str, str]) -> Thing:
        """*thing* with its way told along the pipe, also where only ``toward`` tells it (leg of a dead end)."""
        if thing.pipe is not None:
            return thing
        into = {"start": 1, "end": -1}[leg[1]]
        return replace(thing, way=into if thing.toward == leg[0] else 0)

    def _turned_between(self, thing: Thing) -> Thing:
        """*thing* with way +1 from the leg of the lower pipe id to the other; 0 where ``toward`` does not tell."""
        assert thing.junction is not None
        one, other = sorted(self.legs(thing.junction))
        if one[0] == other[0] or thing.toward not in {one[0], other[0]}:
            return replace(thing, way=0)
        return replace(thing, way=1 if thing.toward == other[0] else -1)

    # -- atoms and links ----------------------------------------------------------------------------------------

    def _chain(self, name: tuple[str, ...], one: Atom, other: Atom, things: list[Thing], sense: int) -> list[Atom]:
        """Link *one* to *other* through *things* in this order; all atoms met, ends included."""
        if not things:
            self.links.append(Link(one, other))
            return [one, other]
        atoms = [one, *(("gap", *name, str(at)) for at in range(1, len(things))), other]
        for thing, left, right in zip(things, atoms, atoms[1:], strict=False):
            self.links.append(Link(left, right, thing, thing.way * sense))
            self.sides[thing.id] = (left, right)
            self.standing[thing.id] = thing
        return atoms

    def _lay_junction(self, junction: str) -> None:
        stubs: list[Atom] = [("stub", junction, pipe, end) for pipe, end in sorted(self.legs(junction))]
        origins = self._origins_at(junction)
        if origins:
            for origin in origins:
                self.legs_of[origin.id] += stubs
            self.at_junction[junction] = stubs
        elif junction in self._between:
            things = merged(self._between[junction])
            self.at_junction[junction] = self._chain(("between", junction), stubs[0], stubs[1], things, 1)
        else:
            hub: Atom = ("hub", junction)
            self.at_junction[junction] = [hub]
            for stub in stubs:
                self.links.append(Link(hub, stub))

    def _lay_main(self, main: Main) -> None:
        things = [t for t in self.town.things if t.pipe == main.id and t.junction is None and t.kind in CUTTING]
        origins = [origin for origin in self.town.origins if origin.pipe == main.id]
        places = sorted({t.offset_m for t in things} | {o.offset_m for o in origins})
        bounds = [0.0, *places, main.length_m]
        parts: list[Atom] = [("part", main.id, str(at)) for at in range(len(bounds) - 1)]
        for part, start_m, end_m in zip(parts, bounds, bounds[1:], strict=False):
            self.stretches[part] = Stretch(main.id, start_m, end_m)
        self._lay_leg(main, "start", parts[0])
        self._lay_leg(main, "end", parts[-1])
        for at, place in enumerate(places):
            here = [origin for origin in origins if origin.offset_m == place]
            if here:
                for origin in here:
                    self.legs_of[origin.id] += [parts[at], parts[at + 1]]
                self.at_place[main.id, place] = [parts[at], parts[at + 1]]
                continue
            series = merged(thing for thing in things if thing.offset_m == place)
            if self._counted_from_end(main, place):
                series.reverse()
            name = (main.id, str(place))
            self.at_place[main.id, place] = self._chain(name, parts[at], parts[at + 1], series, 1)

    @staticmethod
    def _counted_from_end(main: Main, place_m: float) -> bool:
        middle = main.length_m / 2
        return place_m > middle or (place_m == middle and main.end < main.start)

    def _lay_leg(self, main: Main, end: str, part: Atom) -> None:
        junction = getattr(main, end)
        stub: Atom = ("stub", junction, main.id, end)
        series = merged(self._leg_things.get((main.id, end), []))
        atoms = self._chain((main.id, end), stub, part, series, 1 if end == "start" else -1)
        place = 0.0 if end == "start" else main.length_m
        if junction in self._between:
            atoms += self.at_junction[junction]
        self.at_place[main.id, place] = atoms if series or junction in self._between else [part]

    # -- what lies where ----------------------------------------------------------------------------------------

    def place(self, pipe: str, offset_m: float) -> list[Atom]:
        """Atoms at a place on a pipe: on a device, everything it touches."""
        for (other, place), atoms in self.at_place.items():
            if other == pipe and abs(place - offset_m) <= SAME_PLACE_M:
                return atoms
        return [
            atom for atom, lies in self.stretches.items() if lies.pipe == pipe and lies.start_m < offset_m < lies.end_m
        ]

    def neighbours(self, atom: Atom) -> Iterator[Link]:
        return (link for link in self.links if atom in (link.one, link.other))

    def flood(self, starts: Iterable[Atom], passes: Callable[[Link, Atom], bool]) -> set[Atom]:
        """Everything reached from *starts* over links that *passes* (asked with the atom stood on)."""
        reached, waiting = set(starts), list(starts)
        while waiting:
            atom = waiting.pop()
            for link in self.neighbours(atom):
                far = link.far(atom)
                if far not in reached and passes(link, atom):
                    reached.add(far)
                    waiting.append(far)
        return reached
