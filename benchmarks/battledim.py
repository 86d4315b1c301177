"""Money by the rules of the contest BattLeDIM 2020 (leaks of L-Town), for benchmarks of the search for bursts.

A detection that lies within 300 m along the pipes of a leak that stands saves the water that would have run out from
then on, at 0.80 €/m³, less up to 500 € by its distance. The first one counts; others of the same leak cost nothing. One
that is near no standing leak costs 500 €. Of several leaks nearby that nobody has told yet it belongs to the nearest.
(Vrachimis et al., Battle of the Leakage Detection and Isolation Methods, J. Water Resour. Plann. Manage. 148, 2022.)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

EUROS_PER_M3, EUROS_CREW, REACH_M = 0.80, 500.0, 300.0


@dataclass(frozen=True)
class ScoredLeak:
    """A leak as the contest knows it.

    Attributes:
        begins_s, ends_s: When it stands.
        lost_m3: What runs out from a moment (s) to its end.
    """

    begins_s: float
    ends_s: float
    lost_m3: Callable[[float], float]


@dataclass(frozen=True)
class Told:
    """A detection.

    Attributes:
        at_s: When.
        away_m: Length along the pipes to each leak, from middle to middle.
    """

    at_s: float
    away_m: Sequence[float]


@dataclass(frozen=True)
class Account:
    """What a list of detections is worth.

    Attributes:
        euros: In all; of_told: of each detection, by time.
        found, false, missed: Leaks found, detections near none, leaks not found.
    """

    euros: float
    of_told: tuple[float, ...]
    found: int
    false: int
    missed: int


def account(told: Sequence[Told], leaks: Sequence[ScoredLeak]) -> Account:
    """What *told* is worth."""
    known: set[int] = set()
    worth = []
    false = 0
    for one in sorted(told, key=lambda each: each.at_s):
        near = [
            at
            for at, leak in enumerate(leaks)
            if leak.begins_s <= one.at_s <= leak.ends_s and one.away_m[at] <= REACH_M
        ]
        fresh = [at for at in near if at not in known]
        if fresh:
            nearest = min(fresh, key=lambda at: one.away_m[at])
            known.add(nearest)
            saved = EUROS_PER_M3 * leaks[nearest].lost_m3(one.at_s)
            worth.append(saved - EUROS_CREW * one.away_m[nearest] / REACH_M)
        else:
            false += not near
            worth.append(0.0 if near else -EUROS_CREW)
    return Account(sum(worth), tuple(worth), len(known), false, len(leaks) - len(known))
