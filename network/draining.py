"""How the mains of a plan are emptied: how much water, where it is let out, where air is let in, how long it takes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from network.answers import IsolationPlan, PipeParts
from network.columns import Float64
from network.outlets import Outlet, OutletKind, WaterPace, outlets_in
from network.region_ways import Levels, RegionWays
from network.supply import SupplyModel

_CANDIDATES = 12
"""Of each kind of outlet so many, the lowest, are weighed against each other."""


@dataclass(frozen=True, eq=False)
class Draining:
    """Emptying the isolated mains.

    Ground levels stand for those of the mains, which are seldom recorded.

    Attributes:
        parts: What is to be emptied: the isolated parts.
        volumes_m3: Shape (k,), water in each; NaN where the diameter is not recorded.
        outlets: Where to let the water out, best first; none where there is nothing to open.
        vents: Where to let air in, and out again when the mains are filled.
        left_m3: Water that stays in low places and has to be pumped from the trench; None where levels are not known.
        drains_s: How long it takes; None where there is no outlet.
        lowest_m, highest_m: Ground levels; NaN where none is known.
        levels_known: False where some ground level is not known: outlets are then chosen by those that are, and
            whether they reach all water cannot be said.
    """

    parts: PipeParts
    volumes_m3: Float64
    outlets: tuple[Outlet, ...]
    vents: tuple[Outlet, ...]
    left_m3: float | None
    drains_s: float | None
    lowest_m: float
    highest_m: float
    levels_known: bool

    @property
    def volume_m3(self) -> float:
        """Water in all parts whose diameter is recorded."""
        return float(np.nansum(self.volumes_m3))

    @property
    def unknown_m(self) -> float:
        """Length of the parts whose diameter is not recorded."""
        unknown = np.isnan(self.volumes_m3)
        return float((self.parts.end_m - self.parts.start_m)[unknown].sum())


def drain(model: SupplyModel, plan: IsolationPlan, pace: WaterPace | None = None) -> Draining:
    """How to empty the mains that *plan* isolates; the dead side is not meant.

    Washouts are preferred, the one first that lets out most; hydrants serve where there is none. Further outlets are
    opened as long as each lets out water that would stay otherwise.

    Args:
        model: What *plan* was made from.
        plan: Of :func:`~network.isolation.plan_isolation`.
        pace: House values.
    """
    ways = RegionWays.of(model, plan.isolated_segments)
    return drain_ways(ways, pace or WaterPace())


def drain_ways(ways: RegionWays, pace: WaterPace) -> Draining:
    """The same for mains at hand."""
    found = outlets_in(ways)
    lows = [outlet for outlet in found if outlet.kind is not OutletKind.AIR_VALVE]
    if ways.levels_known:
        outlets, left_m3 = _chosen(ways, lows, pace)
    else:
        outlets, left_m3 = _lowest(lows)[: pace.drains], None
    volume_m3 = float(np.nansum(ways.volume_m3)) - (left_m3 or 0.0)
    flow_m3_s = sum(outlet.drains_m3_s(pace) for outlet in outlets)
    levels, long = np.concatenate([ways.start_z_m, ways.end_z_m]), np.flatnonzero(ways.length_m > 0.0)
    known = levels[~np.isnan(levels)]
    return Draining(
        parts=PipeParts(ways.spans.pipe[long], ways.spans.start_m[long], ways.spans.end_m[long]),
        volumes_m3=ways.volume_m3[long],
        outlets=tuple(outlets),
        vents=tuple(_vents(found, outlets)[: pace.vents]),
        left_m3=left_m3,
        drains_s=volume_m3 / flow_m3_s if outlets else None,
        lowest_m=float(known.min()) if len(known) else math.nan,
        highest_m=float(known.max()) if len(known) else math.nan,
        levels_known=ways.levels_known,
    )


def _height(outlet: Outlet) -> float:
    """Ground level; of an outlet of unknown level above all others."""
    return math.inf if math.isnan(outlet.elevation_m) else outlet.elevation_m


def _lowest(outlets: Sequence[Outlet]) -> list[Outlet]:
    """Of the preferred kind there is, the lowest first, unknown ones last."""
    washouts = [outlet for outlet in outlets if outlet.kind is OutletKind.WASHOUT]
    return sorted(washouts or outlets, key=lambda outlet: (_height(outlet), outlet.row))


def _chosen(ways: RegionWays, outlets: Sequence[Outlet], pace: WaterPace) -> tuple[list[Outlet], float]:
    """The outlets to open, and what stays in the mains; mains of unknown diameter weigh as DN 100."""
    weights_m3 = ways.volume_at_m3(np.where(np.isnan(ways.bore_mm), 100.0, ways.bore_mm))
    by_kind = [
        sorted((o for o in outlets if o.kind is kind), key=lambda o: (_height(o), o.row))[:_CANDIDATES]
        for kind in (OutletKind.WASHOUT, OutletKind.HYDRANT)
    ]
    graph = ways.with_places((outlet.part, outlet.offset_m) for kind in by_kind for outlet in kind)
    levels = np.full((2, len(ways.parts)), np.inf)
    least_m3 = pace.worth_draining * float(weights_m3.sum())
    chosen: list[Outlet] = []
    number = 0
    for kind in by_kind:
        reached: dict[int, Levels] = {}
        for outlet in kind:
            number += 1
            reached[number] = ways.pass_levels(graph, -number, outlet.elevation_m)
        named = dict(zip(reached, kind, strict=True))
        while reached and len(chosen) < pace.drains:
            left_m3 = {n: ways.left_m3(np.minimum(levels, to), weights_m3) for n, to in reached.items()}
            best = min(reached, key=lambda n: (left_m3[n], n))
            if ways.left_m3(levels, weights_m3) - left_m3[best] <= least_m3:
                break
            levels = np.minimum(levels, reached.pop(best))
            chosen.append(named[best])
    return chosen, ways.left_m3(levels, ways.volume_m3)


def _vents(found: Sequence[Outlet], outlets: Sequence[Outlet]) -> list[Outlet]:
    """Air valves, and hydrants higher than all that drain, the highest first; unknown levels last."""
    lowest = max((_height(outlet) for outlet in outlets), default=-math.inf)
    high = [
        outlet
        for outlet in found
        if outlet.kind is OutletKind.AIR_VALVE
        or (outlet.kind is OutletKind.HYDRANT and outlet not in outlets and not outlet.elevation_m <= lowest)
    ]
    return sorted(high, key=lambda o: (-_known(o), o.kind is not OutletKind.AIR_VALVE, o.row))


def _known(outlet: Outlet) -> float:
    return -math.inf if math.isnan(outlet.elevation_m) else outlet.elevation_m
