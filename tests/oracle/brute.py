"""The answer to an isolation question by following water atom by atom, written from the rules alone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from shapely import LineString, Point, Polygon

from oracle.drawing import line_of, point_on
from oracle.town import Aim, Customer, Hydrant, Tap, Thing, Town, Verdict
from oracle.water import SAME_PLACE_M, Atom, Link, Water

CLOSABLE = ("isolation", "boundary")
ONE_WAY = ("check", "prv", "psv", "fcv", "pump")


def may_close(thing: Thing) -> bool:
    return thing.kind in CLOSABLE and thing.position != "closed" and thing.condition in ("operable", "unknown")


def shut(thing: Thing) -> bool:
    """A closed valve that holds."""
    return thing.kind in CLOSABLE and thing.position == "closed" and thing.condition != "passing"


def leaks(link: Link, start: Atom, *, closed: bool, useless: frozenset[str] = frozenset()) -> bool:
    """Whether water may go towards a leak over *link* from *start*; *closed*: with all that a plan may close closed."""
    thing = link.thing
    if thing is None:
        return True
    if thing.kind == "check":
        return link.allows(start, unknown=True)
    if thing.kind not in CLOSABLE or thing.id in useless:
        return True
    return not shut(thing) and not (closed and may_close(thing))


def supplies(link: Link, start: Atom) -> bool:
    """Whether customers may count on water over *link* from *start*."""
    thing = link.thing
    if thing is None:
        return True
    if thing.kind in ONE_WAY:
        return link.allows(start, unknown=False)
    return thing.position == "open"


@dataclass(frozen=True)
class Fed:
    """What is supplied, and what lives on storage."""

    supplied: frozenset[Atom]
    stored: frozenset[Atom]

    @property
    def either(self) -> frozenset[Atom]:
        return self.supplied | self.stored


class Brute:
    """Answers questions about one town."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.water = Water(town)
        self.roots = self._roots()
        self.before = self.feed(frozenset(), frozenset())

    def _roots(self) -> set[str]:
        """Plants, reservoirs, and tanks of islands that have neither."""
        origins = self.town.origins
        touching = [Link(legs[0], leg) for legs in self.water.legs_of.values() for leg in legs[1:]]
        known = list(self.water.links)
        self.water.links += touching
        roots = {origin.id for origin in origins if origin.kind != "tank"}
        for origin in origins:
            island = self.water.flood(self.water.legs_of[origin.id], lambda _link, _atom: True)
            if not any(island.intersection(self.water.legs_of[o.id]) for o in origins if o.kind != "tank"):
                roots.add(origin.id)
        self.water.links = known
        return roots

    def feed(self, region: frozenset[Atom], stopped: frozenset[str]) -> Fed:
        """Supply and storage with *region* taken out and some origins stopped."""
        running = [origin.id for origin in self.town.origins if origin.id not in stopped]
        legs = {name: [leg for leg in self.water.legs_of[name] if leg not in region] for name in running}
        supplied: set[Atom] = set()
        feeding = [name for name in running if name in self.roots]
        while feeding:
            starts = {leg for name in feeding for leg in legs[name]} | supplied
            supplied = self._spread(starts, region, frozenset())
            feeding = [
                name for name in running if supplied.intersection(legs[name]) and not supplied.issuperset(legs[name])
            ]
        starts = {leg for name in running if not supplied.intersection(legs[name]) for leg in legs[name]}
        starts |= {far for far in self._behind_pumps(supplied) if far not in region and far not in supplied}
        stored = self._spread(starts, region, frozenset(supplied))
        return Fed(frozenset(supplied), frozenset(stored))

    def _spread(self, starts: set[Atom], region: frozenset[Atom], other: frozenset[Atom]) -> set[Atom]:
        def passes(link: Link, atom: Atom) -> bool:
            far = link.far(atom)
            return far not in region and far not in other and supplies(link, atom)

        return self.water.flood(starts, passes)

    def _behind_pumps(self, supplied: set[Atom]) -> Iterable[Atom]:
        for link in self.water.links:
            if link.thing is not None and link.thing.kind == "pump" and link.thing.storage_m3 > 0 and link.way:
                suction, discharge = (link.one, link.other) if link.way == 1 else (link.other, link.one)
                if suction not in supplied:
                    yield discharge

    # -- the question -------------------------------------------------------------------------------------------

    def ask(self, aim: Aim) -> Verdict:
        """Answer *aim* by the rules."""
        if aim.kind in ("hydrant", "customer"):
            return self._ask_service(aim)
        atoms, useless = self._target(aim)
        return self._isolate(atoms, useless, self._height(aim))

    def _target(self, aim: Aim) -> tuple[set[Atom], frozenset[str]]:
        if aim.kind == "pipe":
            return set(self.water.place(aim.id, self._offset(aim))), frozenset()
        if aim.kind == "junction":
            return set(self.water.at_junction[aim.id]), frozenset()
        if aim.kind == "valve":
            return self._device(aim.id)
        return self._inside(Polygon(aim.ring_m))

    def _offset(self, aim: Aim) -> float:
        return self.water.mains[aim.id].length_m / 2 if aim.offset_m is None else aim.offset_m

    def _device(self, name: str) -> tuple[set[Atom], frozenset[str]]:
        thing = self._standing(name)
        if thing is not None:
            return set(self.water.sides[thing.id]), frozenset({thing.id})
        thing = next(t for t in self.town.things if t.id == name)
        if thing.pipe is None or (thing.junction is not None and self.water.leg_of(thing) is None):
            return set(self.water.at_junction[str(thing.junction)]), frozenset()
        return set(self.water.place(thing.pipe, self._offset_of(thing))), frozenset()

    def _offset_of(self, thing: Thing) -> float:
        main = self.water.mains[str(thing.pipe)]
        if thing.junction is None:
            assert thing.offset_m is not None
            return thing.offset_m
        return 0.0 if main.start == thing.junction else main.length_m

    def _standing(self, name: str) -> Thing | None:
        """The device that stands for *name*: itself, or the one it is a duplicate of."""
        if name in self.water.standing:
            return self.water.standing[name]
        named = next(t for t in self.town.things if t.id == name)
        for thing in self.water.standing.values():
            alike = thing.kind == named.kind or {thing.kind, named.kind} == set(CLOSABLE)
            if alike and self.water.spots[thing.id] == self.water.spots.get(name):
                return thing
        return None

    def _inside(self, area: Polygon) -> tuple[set[Atom], frozenset[str]]:
        atoms: set[Atom] = set()
        for atom, lies in self.water.stretches.items():
            if self._cut(lies.pipe, lies.start_m, lies.end_m).intersects(area):
                atoms.add(atom)
        for junction in self.town.junctions:
            if area.contains(Point(junction.x_m, junction.y_m)):
                atoms.update(self.water.at_junction[junction.id])
        useless = {name for name, thing in self.water.standing.items() if area.contains(self._spot(thing))}
        for name in useless:
            atoms.update(self.water.sides[name])
        return atoms, frozenset(useless)

    def _cut(self, pipe: str, start_m: float, end_m: float) -> LineString:
        return line_of(self.town, self.water.mains[pipe], start_m, end_m)

    def _spot(self, thing: Thing) -> Point:
        if thing.junction is not None:
            junction = next(j for j in self.town.junctions if j.id == thing.junction)
            return Point(junction.x_m, junction.y_m)
        assert thing.offset_m is not None
        return point_on(self.town, self.water.mains[str(thing.pipe)], thing.offset_m)

    def _ask_service(self, aim: Aim) -> Verdict:
        things: tuple[Hydrant | Customer, ...] = self.town.hydrants if aim.kind == "hydrant" else self.town.customers
        asked = next(thing for thing in things if thing.id == aim.id)
        tap = self._tap_of(asked)
        atoms = set(self.water.place(tap.pipe, tap.offset_m))
        valve = next((t for t in self.town.things if t.id == asked.branch_valve), None)
        if valve is None or valve.condition != "operable":
            return self._isolate(atoms, frozenset(), self._elevation(tap.pipe, tap.offset_m))
        alone = frozenset({valve.id})
        held = alone if valve.position == "closed" else frozenset[str]()
        if not atoms & self.before.supplied:
            return Verdict(True, verify_closed=held)
        one = frozenset({asked.id})
        customer = one if aim.kind == "customer" else frozenset[str]()
        return Verdict(
            True,
            close=alone - held,
            verify_closed=held,
            customers_out=customer,
            critical=frozenset(c.id for c in self.town.customers if c.id in customer and c.critical),
            hydrants_out=one - customer,
        )

    def _tap_of(self, asked: Hydrant | Customer) -> Tap:
        if isinstance(asked, Customer) and asked.station is not None:
            return next(s for s in self.town.stations if s.id == asked.station).tap
        return asked.tap

    # -- the plan -----------------------------------------------------------------------------------------------

    def region(self, target: set[Atom], useless: frozenset[str] = frozenset()) -> frozenset[Atom]:
        """From where water still reaches *target* with everything closed that may be."""
        return frozenset(
            self.water.flood(target, lambda link, atom: leaks(link, link.far(atom), closed=True, useless=useless))
        )

    def _isolate(self, target: set[Atom], useless: frozenset[str], height_m: float | None) -> Verdict:
        region = self.region(target, useless)
        stop = frozenset(name for name, legs in self.water.legs_of.items() if region.intersection(legs))
        fed = self.feed(region, stop)
        border = [
            (link.thing, link.one if link.one in region else link.other, link)
            for link in self.water.links
            if link.thing is not None and (link.one in region) != (link.other in region)
        ]
        far_fed = {thing.id: link.far(near) in fed.either for thing, near, link in border}
        verify = frozenset(t.id for t, _, _ in border if shut(t) and far_fed[t.id])
        if not target & self.before.supplied:
            return Verdict(True, verify_closed=verify)
        closable = [(thing, link.far(near)) for thing, near, link in border if may_close(thing)]
        dead = [(thing, far) for thing, far in closable if not far_fed[thing.id]]
        held = frozenset(
            t.id for t, near, link in border if t.kind == "check" and link.allows(near, unknown=False) and far_fed[t.id]
        )
        unintended = self.before.supplied - region - fed.either
        dry, stored = (region & self.before.supplied) | unintended, self.before.supplied & fed.stored
        people = self._people(dry, stored)
        return Verdict(
            feasible=not stop,
            stop=stop,
            close=frozenset(thing.id for thing, _ in closable if far_fed[thing.id]),
            dead_side=frozenset(thing.id for thing, _ in dead),
            drain_back=frozenset(t.id for t, far in dead if self._drains(far, region | fed.either, height_m)),
            verify_closed=verify,
            held_by=held,
            isolated=self._lengths(region & self.before.supplied),
            unintended=self._lengths(unintended),
            on_storage=self._lengths(stored),
            customers_out=people["out"],
            customers_on_storage=people["stored"],
            critical=frozenset(
                c.id for c in self.town.customers if c.critical and c.id in people["out"] | people["stored"]
            ),
            hydrants_out=frozenset(
                h.id for h in self.town.hydrants if dry.intersection(self.water.place(h.tap.pipe, h.tap.offset_m))
            ),
            dry=dry,
        )

    def _lengths(self, atoms: frozenset[Atom]) -> dict[str, float]:
        lengths: dict[str, float] = {}
        for atom in atoms:
            lies = self.water.stretches.get(atom)
            if lies is not None:
                lengths[lies.pipe] = lengths.get(lies.pipe, 0.0) + lies.end_m - lies.start_m
        return lengths

    def _people(self, dry: frozenset[Atom], stored: frozenset[Atom]) -> dict[str, frozenset[str]]:
        tanks = {station.id for station in self.town.stations if station.storage_m3 > 0}
        found: dict[str, set[str]] = {"out": set(), "stored": set()}
        for customer in self.town.customers:
            tap = self._tap_of(customer)
            atoms = self.water.place(tap.pipe, tap.offset_m)
            if dry.intersection(atoms):
                found["stored" if customer.station in tanks else "out"].add(customer.id)
            elif stored.intersection(atoms):
                found["stored"].add(customer.id)
        return {state: frozenset(names) for state, names in found.items()}

    # -- what runs back -----------------------------------------------------------------------------------------

    def _drains(self, far: Atom, closed_off: frozenset[Atom], height_m: float | None) -> bool:
        """Whether the dead water behind a valve would run back into the trench."""

        def passes(link: Link, atom: Atom) -> bool:
            other = link.far(atom)
            return other not in closed_off and leaks(link, other, closed=False)

        behind = self.water.flood([far], passes)
        if height_m is not None and any(h > height_m for atom in behind for h in self._heights(atom)):
            return True
        taps = [station.tap for station in self.town.stations if station.storage_m3 > 0]
        taps += [self._tap_of(c) for c in self.town.customers if c.category == "private_well"]
        return any(behind.intersection(self.water.place(tap.pipe, tap.offset_m)) for tap in taps)

    def _heights(self, atom: Atom) -> list[float]:
        if atom[0] in ("hub", "stub"):
            found = [self._junction_height(atom[1])]
        elif atom[0] == "part":
            lies = self.water.stretches[atom]
            found = [self._elevation(lies.pipe, lies.start_m), self._elevation(lies.pipe, lies.end_m)]
        elif atom[1] == "between":
            found = [self._junction_height(atom[2])]
        else:
            _, pipe, place, _ = atom
            ends = {"start": 0.0, "end": self.water.mains[pipe].length_m}
            found = [self._elevation(pipe, ends[place] if place in ends else float(place))]
        return [height for height in found if height is not None]

    def _junction_height(self, name: str) -> float | None:
        return next(j.elevation_m for j in self.town.junctions if j.id == name)

    def _elevation(self, pipe: str, offset_m: float) -> float | None:
        main = self.water.mains[pipe]
        one, other = self._junction_height(main.start), self._junction_height(main.end)
        if offset_m <= SAME_PLACE_M:
            return one
        if offset_m >= main.length_m - SAME_PLACE_M:
            return other
        if one is None or other is None:
            return None
        return one + (other - one) * offset_m / main.length_m

    def _height(self, aim: Aim) -> float | None:
        if aim.kind == "pipe":
            return self._elevation(aim.id, self._offset(aim))
        if aim.kind == "junction":
            return self._junction_height(aim.id)
        if aim.kind == "valve":
            thing = next(t for t in self.town.things if t.id == aim.id)
            if thing.junction is not None:
                return self._junction_height(thing.junction)
            return self._elevation(str(thing.pipe), self._offset_of(thing))
        heights = [height for atom in self._target(aim)[0] for height in self._heights(atom)]
        return min(heights, default=None)
