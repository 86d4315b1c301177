"""How far crews reach, as the desk shows it: who counts, and what is told. The search itself is in app.dispatch.reach.

Nothing here needs the libraries of the search: the window, which only shows it, does not wait for them to load.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.dispatch.crews import STALE_S, CrewState
from app.dispatch.reach_raster import ReachGrid
from app.dispatch.view import CrewRow, DispatchView, QueueRow

STEP_M = 250.0
"""House: a crew that has moved less than so far reaches as far as before."""

ASSUMED_S = 5_400.0
"""House: where nothing is forecast of a job, it is taken to be over so long after it was last heard of."""
LONGER_SHARE = 0.1
"""House: a job that outlasts that is taken to last so much of its silence longer."""

Spot = tuple[int, int]


@dataclass(frozen=True)
class Gap:
    """Places that nobody reaches in time.

    Attributes:
        places, people: How many.
        worst_m: The place that is reached last, x and y; None where there is no gap.
        worst_s: When it is reached; infinite where nobody is left to come.
    """

    places: int
    people: float
    worst_m: tuple[float, float] | None
    worst_s: float


@dataclass(frozen=True)
class Standby:
    """A crew that could be sent.

    Attributes:
        place_m: Where it is, or will be when its job is over; project CRS.
        wait_s: Until it is free.
        assumed: Whether that is the house's assumption, because nothing is forecast of its job.
    """

    crew: str
    place_m: tuple[float, float]
    wait_s: float
    assumed: bool = False

    @property
    def spot(self) -> Spot:
        """Its place as far as it matters."""
        return round(self.place_m[0] / STEP_M), round(self.place_m[1] / STEP_M)


@dataclass(frozen=True, eq=False)
class Reach:
    """How far the crews reach.

    Attributes:
        crews: Names of those that count.
        assumed: Those of them that count from an assumption (:data:`ASSUMED_S`).
        share: Of the people whom a crew reaches in time; of the places where nobody is known to live.
        gap: Who is not reached in time now.
        if_sent: What sending each crew would leave uncovered besides.
        grid: Minutes to every place, for the map.
    """

    crews: tuple[str, ...]
    assumed: tuple[str, ...]
    limit_s: float
    share: float
    gap: Gap
    if_sent: Mapping[str, Gap]
    grid: ReachGrid


def standing_by(view: DispatchView) -> tuple[Standby, ...]:
    """Crews on shift whose place is known and not stale: at work until nine of ten such jobs are over."""
    found = []
    for row in view.crews:
        job = None if row.incident is None else view.row(row.incident)
        place_m = _place(row, job, view.now_ms)
        if place_m is not None and (row.on_shift and row.state is not CrewState.OFF):
            found.append(Standby(row.crew, place_m, *_wait(job, view)))
    return tuple(found)


def _place(row: CrewRow, job: QueueRow | None, now_ms: int) -> tuple[float, float] | None:
    if job is not None:
        return None if job.x_m is None or job.y_m is None else (job.x_m, job.y_m)
    if row.place_m is None or row.place_ms is None:
        return row.base_m
    return row.place_m if now_ms - row.place_ms <= STALE_S * 1000 else None


def _wait(job: QueueRow | None, view: DispatchView) -> tuple[float, bool]:
    """Seconds until a job is over, and whether that is assumed: once customers have water nothing is forecast."""
    if job is None or not job.is_open:
        return 0.0, False
    foreseen = [view.clocks[place].forecast for place in job.clocks]
    over_ms = max((one.p90_ms for one in foreseen if one is not None), default=None)
    if over_ms is not None:
        return max(0.0, (over_ms - view.now_ms) / 1000), False
    silent_s = max(0.0, (view.now_ms - job.last_ms) / 1000)
    return max(ASSUMED_S - silent_s, LONGER_SHARE * silent_s), True
