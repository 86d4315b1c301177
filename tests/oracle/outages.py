"""Several shutdowns at once, by following water atom by atom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from oracle.brute import Brute, leaks, supplies
from oracle.town import Aim, Town
from oracle.water import Atom, Link


@dataclass(frozen=True)
class Works:
    """A shutdown as it is written down: hours from and to, a target or none, valves closed (the plan's if none)."""

    id: str
    start: int
    end: int
    aim: Aim | None
    close: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Known:
    """What it means: everything that is closed, the target and the region."""

    works: Works
    close: frozenset[str]
    target: frozenset[Atom]
    region: frozenset[Atom]


class Moved(Brute):
    """A town in which some valves are closed and some open, whatever their record says; both: no supply."""

    def __init__(self, town: Town) -> None:
        self.closed: frozenset[str] = frozenset()
        self.opened: frozenset[str] = frozenset()
        super().__init__(town)

    def _spread(self, starts: set[Atom], region: frozenset[Atom], other: frozenset[Atom]) -> set[Atom]:
        def passes(link: Link, atom: Atom) -> bool:
            far, name = link.far(atom), link.thing.id if link.thing else ""
            if far in region or far in other or name in self.closed:
                return False
            return name in self.opened or supplies(link, atom)

        return self.water.flood(starts, passes)


class Outages:
    """Questions about several shutdowns in one town."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.brute = Moved(town)
        self.before = self.brute.before.supplied

    def known(self, works: Works) -> Known | str:
        """What a shutdown means, or why it cannot be: ``cannot`` or ``fed``."""
        nothing = frozenset[Atom]()
        if works.aim is None:
            return Known(works, works.close, nothing, nothing)
        target, useless = self.brute._target(works.aim)
        if not works.close:
            verdict = self.brute.ask(works.aim)
            if not verdict.feasible:
                return "cannot"
            if not target & self.before:
                return Known(works, frozenset(), nothing, nothing)
            region = self.brute.region(target, useless)
            return Known(works, verdict.close | verdict.drain_back, frozenset(target), region)
        region = self._leaking(target, works.close, works.open)
        if any(region.intersection(legs) for legs in self.brute.water.legs_of.values()):
            return "fed"
        return Known(works, works.close, frozenset(target), region)

    def _leaking(self, target: Iterable[Atom], closed: frozenset[str], opened: frozenset[str]) -> frozenset[Atom]:
        def passes(link: Link, atom: Atom) -> bool:
            name = link.thing.id if link.thing else ""
            if name in opened:
                return True
            return name not in closed and leaks(link, link.far(atom), closed=False)

        return frozenset(self.brute.water.flood(target, passes))

    def effect(
        self, active: Iterable[Known], also: frozenset[str] = frozenset()
    ) -> tuple[frozenset[str], frozenset[str], float]:
        """Customers out, on storage, and metres dry."""
        active = list(active)
        region = frozenset(atom for one in active for atom in one.region)
        away = frozenset(
            name for one in active for name in one.close if not one.region.intersection(self.brute.water.sides[name])
        )
        self.brute.opened = frozenset(name for one in active for name in one.works.open)
        self.brute.closed = away | also | (self.brute.opened & frozenset(n for one in active for n in one.close))
        fed = self.brute.feed(region, frozenset())
        self.brute.opened = self.brute.closed = frozenset()
        dry, stored = self.before - fed.either, self.before & fed.stored
        people = self.brute._people(dry, stored)
        return people["out"], people["stored"], sum(self.brute._lengths(dry).values())

    def water_comes(self, one: Known, active: Iterable[Known], kept: frozenset[str] = frozenset()) -> bool:
        """Whether water gets to the target of *one*."""
        active = list(active)
        opened = frozenset(name for other in active for name in other.works.open) - kept
        closed = frozenset(name for other in active for name in other.close) | kept
        reached = self._leaking(one.target, closed, opened) - one.region
        begins = {leg for legs in self.brute.water.legs_of.values() for leg in legs}
        return bool(reached & (begins | set(self.brute._behind_pumps(set()))))
