"""Rank every segment and valve of a city by what is lost with it: as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np

from app.operations.past_outages import PastOutages
from network.assets import DeviceKind
from network.columns import Float64, Int64
from network.losses import Losses
from network.outage import Weights
from network.passage import CLOSABLE
from network.rank import Ranking, rank_outages
from network.rank_refine import Progress, refine, settle_valves
from network.supply import SupplyModel

EXERCISE_FROM_DN_MM = 100
"""Smaller valves are not put on the list of those to exercise first."""


@dataclass(frozen=True, eq=False)
class Ranked:
    """A ranking with what it was made from."""

    model: SupplyModel
    weights: Weights
    ranking: Ranking


def rank_city(model: SupplyModel, *, trace: bool, progress: Progress = lambda _: None) -> Ranked:
    """Rank *model*; with *trace* every figure is made exact, else some say "at least"."""
    weights = Weights.of(model.structure)
    ranking = settle_valves(rank_outages(model, weights))
    if trace:
        ranking = refine(model, weights, ranking, progress=progress)
    return Ranked(model, weights, ranking)


def as_record(
    ranked: Ranked, past: PastOutages, chance: Float64, reason: str | None, most: int | None = None
) -> dict[str, Any]:
    """The ranking as one JSON object; *most* rows a list where it is given.

    *chance*: see :func:`exercise_first`.
    """
    return {
        "reason": reason,
        "outages": {"since": past.since.isoformat(), "counted": past.outages, "per_customer": _mean(past)},
        "segments": list(islice(_segments(ranked, past), most)),
        "valves": list(islice(_valves(ranked, ranked.ranking.valves.worst_first()), most)),
        "exercise_first": list(islice(_valves(ranked, exercise_first(ranked, chance)), most)),
    }


def exercise_first(ranked: Ranked, chance: Float64) -> Int64:
    """Rows of the ranking's valves worth exercising: DN 100 and more, closable.

    First those whose failure is expected to cost most: what is lost more if they fail, times their chance to fail.

    Args:
        ranked: The ranking.
        chance: Shape (devices,), of each to close when a crew turns it.
    """
    model, ranking = ranked.model, ranked.ranking
    expected = Losses(ranking.more().table * (1.0 - chance[ranking.device]))
    order = np.lexsort((-expected.table[4], -expected.table[2], -expected.table[0])).astype(np.int64)
    wanted = (model.bits & CLOSABLE) > 0
    wanted &= model.city.network.devices.dn_mm[ranking.device] >= EXERCISE_FROM_DN_MM
    return order[wanted[order]]


def _mean(past: PastOutages) -> float:
    return round(float(past.by_customer.mean()), 4) if len(past.by_customer) else 0.0


def _segments(ranked: Ranked, past: PastOutages) -> Iterator[dict[str, Any]]:
    """Segments with mains that are supplied, worst first."""
    ranking, segmentation = ranked.ranking, ranked.model.structure.segmentation
    pipes = ranked.model.city.network.pipes.ids
    often = outages_by_segment(ranked, past)
    for row in ranking.segments.worst_first().tolist():
        stretches = segmentation.stretches(np.array([row]))
        if not len(stretches) or not ranked.model.supplied[row]:
            continue
        yield {
            "pipes": sorted(pipes.take(stretches.pipes)),
            **_figures(ranking.segments, row),
            "exact": bool(ranking.segments_exact[row]),
            "feasible": bool(ranking.segments_feasible[row]),
            "outages_per_customer": round(float(often[row]), 4),
        }


def outages_by_segment(ranked: Ranked, past: PastOutages) -> Float64:
    """Shape (segments,), mean outages of the customers whose taps hang on each; 0 where there are none."""
    weights, count = ranked.weights, ranked.model.structure.segmentation.count
    taps = np.bincount(weights.segment, minlength=count)
    outages = np.bincount(weights.segment, weights=past.by_customer[weights.owner], minlength=count)
    return outages / np.maximum(taps, 1)


def _valves(ranked: Ranked, rows: Int64) -> Iterator[dict[str, Any]]:
    ranking, devices = ranked.ranking, ranked.model.city.network.devices
    more, more_exact = ranking.more(), ranking.more_exact()
    for row in rows.tolist():
        device = int(ranking.device[row])
        yield {
            "valve": devices.ids[device],
            "kind": DeviceKind(int(devices.kind[device])).name.lower(),
            "dn_mm": int(devices.dn_mm[device]),
            **_figures(ranking.valves, row),
            "exact": bool(ranking.valves_exact[row]),
            "more_if_it_fails": {**_figures(more, row), "exact": bool(more_exact[row])},
        }


def _figures(losses: Losses, row: int) -> dict[str, Any]:
    customers, households, people, critical, length_m = losses.table[:, row].tolist()
    counts = zip(
        ("customers", "households", "people", "critical"), (customers, households, people, critical), strict=True
    )
    return {**{name: round(count) for name, count in counts}, "length_m": round(length_m, 3)}
