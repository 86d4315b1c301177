"""What the window asks about the whole city, or about pressures, and what comes back. Frozen, picklable, no Qt.

Each of these runs in a process of its own, which opens the workspace for itself: the desk goes on answering meanwhile.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from network.answers import IsolationPlan
from network.columns import Bool, Float64, Int32, Int64
from network.topology import DeviceStates
from network.ways import LongSection, Route


@dataclass(frozen=True)
class RankCity:
    """Rank all segments and valves under the states on record. Answer: :class:`CityRanked`.

    Some figures are then lower bounds; with *exact* every one is traced. What stands in the cache is not worked out
    again.
    """

    folder: Path
    now: datetime
    exact: bool = False


@dataclass(frozen=True)
class CityRanked:
    """The ranking stands in the workspace's cache (:func:`app.rank_tables.open_ranking`).

    Attributes:
        stamp: State of the workspace that it was made from.
        exact: Whether no figure is a lower bound any more.
    """

    cache: Path
    stamp: str
    exact: bool


@dataclass(frozen=True)
class ExportRanking:
    """Write the ranking that stands in the cache. Answer: :class:`RankingExported`.

    Attributes:
        what: ``segments_csv``, ``valves_csv``, ``exercise_csv`` or ``ranking_xlsx``.
    """

    folder: Path
    what: str
    path: Path
    language: str


@dataclass(frozen=True)
class RankingExported:
    """The file is on disk."""

    path: Path


@dataclass(frozen=True, eq=False)
class Subject:
    """A plan whose pressures are asked.

    Attributes:
        folder: The workspace.
        plan: As it was made.
        states: Device states that it was made under, suppositions included.
        now: The moment; its hour is the present one, its year gives pipes their age.
        calibration: An EPANET model whose figures count where its names are those of the city, or None.
    """

    folder: Path
    plan: IsolationPlan
    states: DeviceStates
    now: datetime
    calibration: Path | None = None


@dataclass(frozen=True, eq=False)
class FindPressures:
    """Pressures before and with a plan, at the present hour and the peak hour. Answer: :class:`PressuresFound`."""

    subject: Subject


@dataclass(frozen=True, eq=False)
class FindDay:
    """Pressures through a day, with the plan in force for some hours of it. Answer: :class:`DayFound`.

    Attributes:
        rows: Customers whose curves are wanted.
        begin_hour: Hour of the day at which the day begins.
        start_h, end_h: The outage, hours after that.
    """

    subject: Subject
    rows: tuple[int, ...]
    begin_hour: float
    start_h: float
    end_h: float


@dataclass(frozen=True, eq=False)
class Pressures:
    """What a plan does at one hour. Arrays as in :class:`~network.hydraulic_effect.HourEffect`.

    Attributes:
        hour: Of the day.
        low: Rows of customers newly low, lowest pressure first.
        low_before_mpa, low_mpa: Shape (low,), at their meters before and with the plan.
        already_low: How many were low before.
        reversed, forward: Rows of pipes whose water turns round; whether it then runs as the pipe is drawn.
        stirred: Rows of pipes whose water may stir what has settled.
        fastest_m_s: Greatest velocity with the plan, NaN where nothing flows.
        wanted_m3_h, delivered_m3_h: With the plan.
        tank_hours_before, tank_hours: Shape (sources,).
        pump_trouble: Device rows, and the value of a :class:`~network.hydraulic_records.PumpState`.
        warnings: Values of :class:`~network.hydraulic_records.HydraulicWarning`.
    """

    hour: float
    low: Int32
    low_before_mpa: Float64
    low_mpa: Float64
    already_low: int
    reversed: Int32
    forward: Bool
    stirred: Int32
    fastest_m_s: float
    wanted_m3_h: float
    delivered_m3_h: float
    tank_hours_before: Float64
    tank_hours: Float64
    pump_trouble: tuple[tuple[int, str], ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class PressuresFound:
    """Both hours.

    Attributes:
        affected: Rows of the customers whose pressure falls most, for whom curves are worth drawing.
        matched: Of a calibrated model, how many of its nodes and links were found, and how many it has; None without.
    """

    present: Pressures
    peak: Pressures
    low_mpa: float
    affected: tuple[int, ...]
    matched: tuple[int, int] | None
    elapsed_s: float


@dataclass(frozen=True, eq=False)
class Curves:
    """One run through a day.

    Attributes:
        at_h: Shape (n,), hours after the beginning; twice the same where the outage begins and ends.
        pressure_mpa: Shape (n, rows), of the customers asked for; NaN while one has no water.
        low: Shape (n,), how many customers with water are low.
        tank_share: Shape (n, sources), how full each tank is, 0 to 1; NaN for other sources.
        broken_off: Whether EPANET stopped before the end.
    """

    at_h: Float64
    pressure_mpa: Float64
    low: Int64
    tank_share: Float64
    broken_off: bool


@dataclass(frozen=True, eq=False)
class DayFound:
    """A day without and with the outage; the request says when."""

    rows: tuple[int, ...]
    begin_hour: float
    start_h: float
    end_h: float
    before: Curves
    after: Curves
    warnings: tuple[str, ...]
    elapsed_s: float


@dataclass(frozen=True, eq=False)
class FindHeads:
    """The pressure line along a way at one hour, from one run of the model. Answer: :class:`HeadsFound`.

    Attributes:
        folder: The workspace.
        route: The way.
        states: Device states now, suppositions included.
        now: The moment; its hour is the one that is worked out, its year gives pipes their age.
    """

    folder: Path
    route: Route
    states: DeviceStates
    now: datetime


@dataclass(frozen=True, eq=False)
class HeadsFound:
    """A long section with its pressure line.

    Attributes:
        section: With heads; NaN where a main has no water.
        hour: Of the day.
    """

    section: LongSection
    hour: float


SweepRequest = RankCity | ExportRanking | FindPressures | FindDay | FindHeads
SweepReply = CityRanked | RankingExported | PressuresFound | DayFound | HeadsFound

SWEEPS = (RankCity, ExportRanking, FindPressures, FindDay, FindHeads)
"""Requests that run in a process of their own and tell their progress where they were asked for."""
