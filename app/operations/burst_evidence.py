"""What a burst rests on, and where it may be: a proposal of the watch beside what the watch was taught."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np

from app.operations.burst_flows import area_row, metered_of
from app.telemetry.bursts.learned import Learned
from app.telemetry.bursts.picture import Explained, OneMore, Zone
from app.telemetry.bursts.places import Metered, Places, Signatures, by_chance, next_logger, place, size_by_meters
from app.telemetry.bursts.proposals import Proposal, levels_before
from app.telemetry.bursts.told import Way
from app.telemetry.bursts.watch import beyond_levels, hold_ms
from network.columns import Float64, Int64

BESIDE: Final = 3
"""So many loggers that moved most stand beside the first in what explains a burst."""

ELSEWHERE: Final = 0.1
"""So much less likely a burst that an area's own inflow told is in any other; settled with what
:mod:`app.telemetry.bursts.places` goes by."""
LEAST_ELSEWHERE: Final = 1e-6
"""House value: two hundred m³/h more than usual, give or take one, are no chance; but an area may draw water for
another reason at the time of a burst."""


def explained(learned: Learned, one: Proposal, told: Iterable[Proposal], at_ms: Int64, head_m: Float64) -> Explained:
    """What *one* of those *told* rests on over *at_ms*; see :class:`~app.telemetry.bursts.picture.Explained`."""
    rule, near = learned.rule, learned.rule.neighbours
    rest_m, height = beyond_levels(rule, levels_before(told, one, hold_ms(rule)), at_ms, head_m)
    left_m = near.left_over(at_ms, head_m)
    first = learned.loggers.index(one.logger)
    moved = np.nan_to_num(np.abs(np.array(one.shift_m, dtype=np.float64)) / near.spread_m)
    rows = [first, *(row for row in np.argsort(-moved, kind="stable").tolist() if row != first)][: BESIDE + 1]
    return Explained(
        id=one.id,
        tick_ms=learned.tick_ms,
        loggers=tuple(learned.loggers[row] for row in rows),
        at_ms=at_ms,
        measured_m=head_m[:, rows],
        expected_m=(head_m - left_m)[:, rows],
        left_m=rest_m[:, first],
        height=height[:, first],
        threshold=rule.threshold,
        spread_m=near.spread_m[rows],
    )


def places_of(learned: Learned, one: Proposal) -> Places:
    """How probable a burst is on each pipe of *learned*, by pressures and by what meters say of it."""
    meters, row = metered_of(learned, one), area_row(learned, one)
    near = learned.signatures if row is None else _near(learned, row, _elsewhere(one, meters, row))
    places = place(near, one.evidence(learned.rule), metered=meters)
    if meters is None or row is None:
        return places
    # What an area's own meters say beats what heads far away let expect of so large a burst.
    return replace(places, size_m3_h=size_by_meters(meters, row) or places.size_m3_h)


def zone_of(learned: Learned, one: Proposal) -> Zone | None:
    """Where a burst may be; None where no pipe explains what was seen."""
    places = places_of(learned, one)
    rows = places.zone()
    if not len(rows):
        return None
    length_m = float(learned.signatures.weight[rows].sum())
    return Zone(
        pipes=tuple(learned.pipes[row] for row in rows.tolist()),
        probability=places.probability[rows],
        length_m=length_m,
        share=length_m / float(learned.signatures.weight.sum()),
        flow_m3_h=places.size_m3_h,
        one_more=_one_more(learned, places),
    )


def _near(learned: Learned, row: int, elsewhere: float) -> Signatures:
    """Signatures where the inflow of the area *row* told a burst: it is so much less likely *elsewhere*."""
    weight = learned.signatures.weight * np.where(learned.area_of_pipe == row, 1.0, elsewhere)
    return replace(learned.signatures, weight=weight)


def _elsewhere(one: Proposal, meters: Metered | None, row: int) -> float:
    """How much less likely a burst is in an area other than *row*: the less, the less its inflow can be chance.

    What a night told is measured by the inflow of all hours since, which another leak may have raised: there it stays.
    """
    if meters is None or one.way is not Way.BALANCE:
        return ELSEWHERE
    return max(LEAST_ELSEWHERE, ELSEWHERE * by_chance(meters, row))


def _one_more(learned: Learned, places: Places) -> OneMore | None:
    candidates = learned.candidates
    found = next_logger(places, candidates.drop, float(np.median(learned.rule.neighbours.spread_m)))
    if found is None or not found.helps:
        return None
    x_m, y_m = candidates.places_m[found.candidate].tolist()
    return OneMore(candidates.pipes[found.candidate], x_m, y_m, found.zone_before, found.zone_after)
