"""What one set of closed valves does, traced by the rules of isolation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from network.alternatives.surroundings import Surroundings
from network.answers import IsolationPlan, PipeTarget
from network.columns import Int32, Int64
from network.cutoff import taken_out
from network.ground import area_km2
from network.grouping import flags
from network.passage import CLOSABLE


@dataclass(frozen=True, eq=False)
class Effect:
    """The effect of giving up a region.

    Attributes:
        region: Segments given up, ascending.
        dry: Segments without water: the region as far as supplied before, and what is lost with it.
        customers_out: Customers without water.
        stops: True where a source has a leg in the region: the valves do not stop the water.
    """

    region: Int32
    dry: Int32
    customers_out: int
    stops: bool


def effect_of(around: Surroundings, region: Int32) -> Effect:
    """Trace the effect of giving up *region*."""
    model = around.model
    cut = taken_out(model, region)
    dry = np.concatenate([region[model.supplied[region]], cut.lost[~cut.stored[cut.lost]]])
    out = model.structure.customer_taps.on(dry)
    return Effect(region, dry, int(np.count_nonzero(~around.saved[out])), len(cut.stop) > 0)


def valves_around(around: Surroundings, region: Int32) -> Int64:
    """Links that a plan may close between *region* and what lies outside, ascending."""
    model = around.model
    links = model.structure.links
    inside = flags(model.structure.segmentation.count, region)
    sights = links.sights.gather(region)
    link = sights[~inside[links.beyond[sights]]] % max(len(links), 1)
    return np.unique(link[(model.bits[link] & CLOSABLE) > 0]).astype(np.int64)


def with_dead_side(around: Surroundings, target: Int32, region: Int32) -> tuple[Int32, Int64]:
    """*region* (the smallest for *target*), joined by what needs no closing off, and the links still to be closed.

    Valves behind which there is no water may stay open, unless some arrives there after all, from a source or a tank on
    whose water customers cannot count or which customers would lose.
    """
    model = around.model
    links = model.structure.links
    cut = taken_out(model, region)
    every = valves_around(around, region)
    far = np.where(cut.in_region[links.side_a[every]], links.side_b[every], links.side_a[every])
    needed = every[cut.wet(far)]
    wider = around.region_of(target, needed)
    joined = np.setdiff1d(wider, region, assume_unique=True)
    fed = np.isin(joined, model.structure.segmentation.source_legs.values)
    return (region, every) if (fed | cut.wet(joined)).any() else (wider, needed)


def ground_km2(around: Surroundings, effect: Effect) -> float:
    """Ground on which mains are out."""
    structure = around.model.structure
    plan = IsolationPlan(PipeTarget(0), isolated=structure.segmentation.stretches(effect.dry))
    return area_km2(structure.city, plan)
