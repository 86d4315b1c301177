"""Rounds worked out by PyVRP, of which this is the one importer."""

from __future__ import annotations

import numpy as np
from pyvrp import Client, Depot, Location, ProblemData, VehicleType, solve
from pyvrp.stop import MaxIterations, MaxRuntime, MultipleCriteria

from app.dispatch.tours import DAY_S, Tour, TourCrew, Tours, Visit, WhyLeft, able, alone, tour_of
from network.columns import Bool, Float64

MOST_ITERATIONS, MOST_S = 3_000, 60.0
"""When the search ends: the same question has the same answer unless the machine is too slow for the first."""

_NEVER_S = 10 * DAY_S
"""A way longer than any shift: what a crew cannot do is that far away for it."""

_WORTH = 4 * DAY_S
"""What a visit of weight 1 is worth in seconds of driving: no drive within a shift is too long for one."""


def plan_tours(
    visits: tuple[Visit, ...], crews: tuple[TourCrew, ...], travel_s: Float64, *, iterations: int = MOST_ITERATIONS
) -> Tours:
    """The rounds that do the most visits with the least driving.

    Args:
        visits: What is to be done.
        crews: Who is there to do it.
        travel_s: Shape (visits + crews, visits + crews), the way from each place to each: visits, then bases.
        iterations: How long is searched.

    Raises:
        ValueError: *travel_s* has another shape.
    """
    count = len(visits) + len(crews)
    if travel_s.shape != (count, count):
        raise ValueError(f"travel times {travel_s.shape} for {len(visits)} visits and {len(crews)} crews")
    skilled = able(visits, crews)
    possible = skilled & alone(visits, crews, travel_s[: len(visits), len(visits) :])
    rows = np.flatnonzero(possible.any(axis=1))
    rounds = _rounds(visits, crews, travel_s, possible, rows, iterations) if len(rows) else {}
    tours = tuple(_tour(crews, visits, travel_s, crew, rounds.get(crew, [])) for crew in range(len(crews)))
    done = {row for way in rounds.values() for row in way}
    left = [row for row in range(len(visits)) if row not in done]
    return Tours(tours, tuple((visits[row].id, _why(skilled[row], possible[row])) for row in left))


def _why(skilled: Bool, possible: Bool) -> WhyLeft:
    if not skilled.any():
        return WhyLeft.SKILL
    return WhyLeft.NO_TIME if possible.any() else WhyLeft.WINDOW


def _tour(crews: tuple[TourCrew, ...], visits: tuple[Visit, ...], travel_s: Float64, crew: int, way: list[int]) -> Tour:
    base = len(visits) + crew
    places = [base, *way, base]
    return tour_of(crews[crew], tuple(visits[row] for row in way), travel_s[places[:-1], places[1:]])


def _rounds(
    visits: tuple[Visit, ...],
    crews: tuple[TourCrew, ...],
    travel_s: Float64,
    possible: Bool,
    rows: np.ndarray,
    iterations: int,
) -> dict[int, list[int]]:
    """Rows of visits in the order of each crew's round, by crew."""
    asked = [visits[row] for row in rows.tolist()]
    places = np.concatenate([rows, np.arange(len(visits), len(visits) + len(crews))])
    # Rounded up: a round that just fits by whole seconds fits by real ones.
    whole_s = np.ceil(travel_s[np.ix_(places, places)]).astype(np.int64)
    durations = []
    for crew in range(len(crews)):
        own = whole_s.copy()
        own[:, : len(rows)][:, ~possible[rows, crew]] = _NEVER_S
        np.fill_diagonal(own, 0)
        durations.append(own)
    positions = [(one.x_m, one.y_m) for one in (*asked, *crews)]
    data = ProblemData(
        locations=[Location(round(x_m), round(y_m)) for x_m, y_m in positions],
        clients=[
            Client(
                place,
                service_duration=round(visit.work_s),
                tw_early=round(visit.from_s),
                tw_late=round(visit.to_s),
                prize=round(_WORTH * visit.weight),
                required=False,
            )
            for place, visit in enumerate(asked)
        ],
        depots=[Depot(len(asked) + crew) for crew in range(len(crews))],
        vehicle_types=[
            VehicleType(
                start_depot=number,
                end_depot=number,
                tw_early=round(crew.from_s),
                tw_late=round(crew.to_s),
                profile=number,
            )
            for number, crew in enumerate(crews)
        ],
        distance_matrices=[np.minimum(own, _NEVER_S) for own in durations],
        duration_matrices=durations,
    )
    stop = MultipleCriteria([MaxIterations(iterations), MaxRuntime(MOST_S)])
    found = solve(data, stop, seed=1, collect_stats=False, display=False)
    if not found.is_feasible():
        return {}
    return {
        route.vehicle_type(): [int(rows[activity.idx]) for activity in route if activity.is_client()]
        for route in found.best.routes()
    }
