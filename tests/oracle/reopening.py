"""What opening closed valves brings back while a plan is carried out, by following water atom by atom."""

from __future__ import annotations

from itertools import combinations

from oracle.brute import CLOSABLE, Brute, leaks, may_close, shut, supplies
from oracle.town import Aim, Customer, Thing, Town
from oracle.water import Atom, Link


class Reopened(Brute):
    """A town in which some valves are open, whatever their record says."""

    def __init__(self, town: Town) -> None:
        self.opened: frozenset[str] = frozenset()
        super().__init__(town)

    def _spread(self, starts: set[Atom], region: frozenset[Atom], other: frozenset[Atom]) -> set[Atom]:
        def passes(link: Link, atom: Atom) -> bool:
            far = link.far(atom)
            open_now = link.thing is not None and link.thing.id in self.opened
            return far not in region and far not in other and (open_now or supplies(link, atom))

        return self.water.flood(starts, passes)


class Reopening:
    """One plan, and every set of closed valves that might be opened beside it."""

    def __init__(self, town: Town, aim: Aim) -> None:
        self.town = town
        self.brute = Reopened(town)
        self.target, useless = self.brute._target(aim)
        self.region = self.brute.region(self.target, useless)
        legs_of = self.brute.water.legs_of
        self.stop = frozenset(name for name, legs in legs_of.items() if self.region.intersection(legs))
        self.before = self.brute.before.supplied
        self.after = self.brute.feed(self.region, self.stop)
        self.lost = self.before - self.region - self.after.supplied
        self.valves = sorted(name for name, thing in self.brute.water.standing.items() if self._may_open(thing))

    def _may_open(self, thing: Thing) -> bool:
        closed = thing.kind in CLOSABLE and thing.position != "open" and thing.condition in ("operable", "unknown")
        return closed and not self.region.intersection(self.brute.water.sides[thing.id])

    def supplied(self, opened: frozenset[str]) -> frozenset[Atom]:
        """What is supplied with the plan carried out and *opened* open."""
        self.brute.opened = opened
        found = self.brute.feed(self.region, self.stop).supplied
        self.brute.opened = frozenset()
        return found

    def taps(self, customer: Customer) -> set[Atom]:
        tap = self.brute._tap_of(customer)
        return set(self.brute.water.place(tap.pipe, tap.offset_m))

    def lost_outside(self) -> frozenset[str]:
        """Customers out or on storage, no tap in the region."""
        return frozenset(
            customer.id
            for customer in self.town.customers
            if self.taps(customer) & self.lost and not self.taps(customer) & self.region & self.before
        )

    def regained(self, opened: frozenset[str]) -> frozenset[str]:
        """Those of them who are supplied again."""
        dry = self.lost - self.supplied(opened)
        return frozenset(c.id for c in self.town.customers if c.id in self.lost_outside() and not self.taps(c) & dry)

    def unbeaten(self, most: int) -> dict[int, tuple[int, set[frozenset[str]]]]:
        """By number of valves up to *most*, the customers regained and every set that does so, where more do more."""
        front: dict[int, tuple[int, set[frozenset[str]]]] = {}
        best = 0
        for size in range(1, most + 1):
            every = {
                frozenset(names): len(self.regained(frozenset(names))) for names in combinations(self.valves, size)
            }
            most_here = max(every.values(), default=0)
            if most_here > best:
                best = most_here
                front[size] = best, {names for names, count in every.items() if count == best}
        return front

    def length_m(self, atoms: frozenset[Atom]) -> float:
        return sum(self.brute._lengths(atoms).values())

    # -- whether the target stays dry ---------------------------------------------------------------------------

    def reached_by(self, closed: frozenset[str], opened: frozenset[str]) -> set[Atom]:
        """From where water gets to the target over anything that lets it to a leak."""

        def passes(link: Link, atom: Atom) -> bool:
            thing = link.thing
            if thing is not None and thing.id in closed:
                return False
            return (thing is not None and thing.id in opened) or leaks(link, link.far(atom), closed=False)

        return self.brute.water.flood(self.target, passes)

    def is_fed(self, reached: set[Atom]) -> bool:
        """Whether *reached* holds a leg of a source that runs, or of a pump's own tank outside the region."""
        legs = {leg for name, of_one in self.brute.water.legs_of.items() if name not in self.stop for leg in of_one}
        pumps = set(self.brute._behind_pumps(set(self.after.supplied))) - self.region
        return bool(reached & (legs | pumps))

    def plan(self, aim: Aim) -> frozenset[str]:
        """What the plan closes."""
        verdict = self.brute.ask(aim)
        return verdict.close | verdict.drain_back

    def dead_side(self) -> frozenset[str]:
        """Valves of the border that nothing feeds from outside."""
        return frozenset(thing.id for thing, far in self._border() if may_close(thing) and far not in self.after.either)

    def relied_on(self) -> frozenset[str]:
        """Closed valves and check valves of the border behind which there was no water."""
        return frozenset(
            thing.id
            for thing, far in self._border()
            if far not in self.after.either and (shut(thing) or thing.kind == "check")
        )

    def behind(self, name: str) -> Atom:
        return next(far for thing, far in self._border() if thing.id == name)

    def _border(self) -> list[tuple[Thing, Atom]]:
        return [
            (link.thing, link.one if link.other in self.region else link.other)
            for link in self.brute.water.links
            if link.thing is not None and (link.one in self.region) != (link.other in self.region)
        ]

    def arrives(self, place: Atom, opened: frozenset[str]) -> bool:
        """Whether water gets to *place* without passing the region."""

        def passes(link: Link, atom: Atom) -> bool:
            far = link.far(atom)
            if far in self.region:
                return False
            return (link.thing is not None and link.thing.id in opened) or leaks(link, far, closed=False)

        return self.is_fed(self.brute.water.flood([place], passes))
