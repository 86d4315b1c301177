"""Rounds of routine work: valves to exercise, tanks to clean, meters to take out. Who visits what, in which order.

A visit has a window of the day, skills and a weight; a crew has a base, a shift and skills. What no round can take is
named with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from network.columns import Bool, Float64

DAY_S = 86_400


@dataclass(frozen=True)
class Visit:
    """A place to be visited.

    Attributes:
        x_m, y_m: Project CRS.
        work_s: How long the work there takes.
        from_s, to_s: When it may begin, seconds of the day.
        weight: How much it is worth against others where there is not time for all.
    """

    id: str
    x_m: float
    y_m: float
    work_s: float
    from_s: float = 0.0
    to_s: float = float(DAY_S)
    skills: frozenset[str] = frozenset()
    weight: float = 1.0


@dataclass(frozen=True)
class TourCrew:
    """A crew for a day's round.

    Attributes:
        x_m, y_m: Where it starts and ends.
        from_s, to_s: Its shift, seconds of the day.
    """

    id: str
    x_m: float
    y_m: float
    from_s: float = 8 * 3600.0
    to_s: float = 17 * 3600.0
    skills: frozenset[str] = frozenset()


class WhyLeft(StrEnum):
    """Why a visit is in no round. Words are made in app.messages."""

    SKILL = "nobody_has_the_skill"
    WINDOW = "nobody_can_be_there_in_its_hours"
    NO_TIME = "no_time_left_today"


@dataclass(frozen=True)
class Stop:
    """A visit in a round: when the crew is there, begins and goes on, seconds of the day."""

    visit: str
    arrives_s: float
    begins_s: float
    leaves_s: float


@dataclass(frozen=True)
class Tour:
    """One crew's round.

    Attributes:
        back_s: When it is at its base again.
        drive_s: Time on the road.
    """

    crew: str
    stops: tuple[Stop, ...]
    back_s: float
    drive_s: float


@dataclass(frozen=True)
class Tours:
    """A day's rounds, and what is in none."""

    tours: tuple[Tour, ...]
    left: tuple[tuple[str, WhyLeft], ...]


def able(visits: tuple[Visit, ...], crews: tuple[TourCrew, ...]) -> Bool:
    """Shape (visits, crews): whether a crew has the skills."""
    fits = [[visit.skills <= crew.skills for crew in crews] for visit in visits]
    return np.array(fits, dtype=np.bool_).reshape(len(visits), len(crews))


def alone(visits: tuple[Visit, ...], crews: tuple[TourCrew, ...], out_s: Float64) -> Bool:
    """Shape (visits, crews): whether a crew that did nothing else could do it between the hours and be back in time.

    *out_s*, of the same shape, is the way from the base, and as long back.
    """
    opens, closes, work = (np.array([getattr(one, name) for one in visits]) for name in ("from_s", "to_s", "work_s"))
    begin, end = (np.array([getattr(one, name) for one in crews]) for name in ("from_s", "to_s"))
    begins = np.maximum(opens[:, None], begin[None, :] + out_s)
    fits = (begins <= closes[:, None]) & (begins + work[:, None] + out_s <= end[None, :])
    return np.asarray(fits, dtype=np.bool_)


def tour_of(crew: TourCrew, visits: tuple[Visit, ...], legs_s: Float64) -> Tour:
    """The round of *crew* through *visits* in their order; *legs_s* holds the way to each, and last the way back."""
    now_s, stops = crew.from_s, []
    for visit, leg_s in zip(visits, legs_s[:-1].tolist(), strict=True):
        arrives_s = now_s + leg_s
        begins_s = max(arrives_s, visit.from_s)
        now_s = begins_s + visit.work_s
        stops.append(Stop(visit.id, arrives_s, begins_s, now_s))
    return Tour(crew.id, tuple(stops), now_s + float(legs_s[-1]), float(legs_s.sum()))
