"""What the window asks of the recorder's process about live readings, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.alarm_feeding import Feeders
from app.telemetry.alarm_figures import AlarmFigures
from app.telemetry.alarms import Limit
from app.telemetry.channels import Channels
from app.telemetry.curves import Band, Curve
from app.telemetry.findings import Finding, FindingKind
from app.telemetry.live import NEVER_MS
from app.telemetry.present import Present
from app.telemetry.replay_faults import Fault
from app.telemetry.setup import Setup
from network.columns import Float64


@dataclass(frozen=True)
class WatchLive:
    """Begin to record what comes for a workspace; one that is recorded already goes on. Answer: :class:`LiveOpened`.

    Attributes:
        folder: The workspace.
        now_ms: The window's clock, UTC: the recorder goes on from it.
    """

    folder: Path
    now_ms: int


@dataclass(frozen=True)
class LookLive:
    """How everything stands. Answer: :class:`LiveShown`, or :class:`LiveQuiet` where nothing has changed.

    Attributes:
        since: The turn that the window has seen; -1 for none.
        known: The turn of the set-up that it knows; -1 for none.
    """

    since: int = -1
    known: int = -1


@dataclass(frozen=True)
class LookBack:
    """How everything stood for a screen at a moment of the past. Answer: :class:`LiveShown`.

    Attributes:
        at_ms: UTC milliseconds; what arrived later is left out.
        known: As of :class:`LookLive`.
    """

    at_ms: int
    known: int = -1


@dataclass(frozen=True)
class WriteCurves:
    """Readings of channels by position into a CSV or Parquet file. Answer: :class:`CurvesWritten`.

    A job: a year of every instrument takes minutes, in which the recorder has to tell of alarms.

    Attributes:
        folder: The workspace.
        start_ms, end_ms: UTC milliseconds.
    """

    folder: Path
    rows: tuple[int, ...]
    start_ms: int
    end_ms: int
    path: Path


@dataclass(frozen=True)
class ReadCurves:
    """Curves of channels by position. Answer: :class:`CurvesRead`.

    Attributes:
        start_ms, end_ms: UTC milliseconds.
        columns: Pixels to draw on.
        bands: Whether what was usual is wanted as well.
        known_ms: What had arrived by then; None: all that is known today.
    """

    rows: tuple[int, ...]
    start_ms: int
    end_ms: int
    columns: int
    bands: bool = True
    known_ms: int | None = None


@dataclass(frozen=True)
class DoAlarms:
    """Do something to alarms. Answer: :class:`LiveShown`.

    Attributes:
        alarms: Ids.
        note: Comment or reason.
        until_ms: Of a shelving, UTC milliseconds.
        known: As of :class:`LookLive`.
    """

    deed: Deed
    alarms: tuple[str, ...]
    note: str = ""
    until_ms: int = NEVER_MS
    known: int = -1


@dataclass(frozen=True)
class SeeTo:
    """Somebody has decided about an instrument that drifted, or whose unit looked mistaken. Answer: :class:`LiveShown`.

    Attributes:
        channel: Its id.
        note: What was done, or why; not empty.
        known: As of :class:`LookLive`.
        kind: ``DRIFT`` or ``UNIT``.
    """

    channel: str
    note: str
    known: int = -1
    kind: FindingKind = FindingKind.DRIFT


@dataclass(frozen=True)
class RehearseLimit:
    """When a limit would have been raised in the last 30 days. Answer: :class:`LimitRehearsed`."""

    limit: Limit


@dataclass(frozen=True)
class ChangeLimit:
    """Watch another limit under the same id, or a new one, and say why. Answer: :class:`LimitChanged`.

    Attributes:
        channel: Where it is a new one, the id of its channel.
    """

    limit: Limit
    note: str = ""
    channel: str = ""


@dataclass(frozen=True)
class RemoveLimit:
    """Watch an alarm no more, and say why. Answer: :class:`LimitChanged`."""

    alarm: str
    note: str = ""


@dataclass(frozen=True)
class ShowAlarmFigures:
    """How well the alarms serve. Answer: :class:`AlarmFiguresShown`."""

    days: int


@dataclass(frozen=True)
class FindFeeders:
    """Which instruments stand below which pumps and plants; for the desk process. Answer: :class:`FeedersFound`."""

    channels: Channels


@dataclass(frozen=True)
class TakeFeeders:
    """What the network says of pumps and plants, for the recorder. Answer: :class:`LiveOpened`."""

    feeders: Feeders


@dataclass(frozen=True)
class CheckLine:
    """What is wrong with instruments and lines. Answer: :class:`LineChecked`, of some more channels each time."""


@dataclass(frozen=True, eq=False)
class ShadePipes:
    """Pressure of every main from what instruments read; asked of the desk process. Answer: :class:`PipesShaded`.

    Attributes:
        places_m: Shape (n, 2), project CRS.
        pressure_m: Shape (n,), metres of head.
        revision: Of the city whose rows are meant.
    """

    places_m: Float64
    pressure_m: Float64
    revision: str


@dataclass(frozen=True)
class SetUpDemo:
    """Put the demo's instruments into a workspace, with so many days of history. Answer: :class:`DemoSetUp`."""

    folder: Path
    now_ms: int
    days: int = 30


@dataclass(frozen=True)
class MakeDrill:
    """Make a copy of a city in which its own readings of the past are played. Answer: WorkspaceMade.

    Attributes:
        target: Folder of the copy, which does not exist yet.
        start_ms, hours: From when and how long; UTC milliseconds.
        speed: How many times faster than it was.
        faults: What the line does to the messages.
    """

    folder: Path
    target: Path
    start_ms: int
    hours: float
    speed: float
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, eq=False)
class LiveOpened:
    """What is measured and watched, and which turn of the set-up that is."""

    setup: Setup
    setup_turn: int = 0


@dataclass(frozen=True, eq=False)
class LiveShown:
    """How everything stands, and what became of alarms in the last hours, the oldest first.

    Attributes:
        setup: Where it is another one than the window knows: by whose positions *present* is to be read.
    """

    present: Present
    events: tuple[AlarmEvent, ...] = ()
    setup: Setup | None = None
    setup_turn: int = 0


@dataclass(frozen=True)
class LiveQuiet:
    """Nothing has changed."""

    turn: int


@dataclass(frozen=True, eq=False)
class CurvesRead:
    """Curves and bands in the order of ``asked.rows``; no bands where none were asked for."""

    asked: ReadCurves
    curves: tuple[Curve, ...]
    bands: tuple[Band, ...]


@dataclass(frozen=True)
class CurvesWritten:
    """The file is there; *lines* of readings or minutes stand in it."""

    path: Path
    lines: int


@dataclass(frozen=True)
class LimitRehearsed:
    """When it would have been raised and cleared; *since_ms* is the first reading it was tried on, None for none.

    All of it UTC milliseconds.
    """

    limit: Limit
    spans: tuple[tuple[int, int], ...]
    since_ms: int | None


@dataclass(frozen=True)
class LimitChanged:
    """It is watched from now on, or no more; the next look brings the set-up."""


@dataclass(frozen=True, eq=False)
class PipesShaded:
    """Classes of all mains, :func:`gis.pressure_map.levels_of`; *revision* as asked."""

    level: NDArray[np.uint8]
    revision: str


@dataclass(frozen=True)
class LineChecked:
    """What was found; *looked* of all channels have been looked at so far."""

    findings: tuple[Finding, ...]
    looked: int


@dataclass(frozen=True)
class FeedersFound:
    """By the network as it is now."""

    feeders: Feeders


@dataclass(frozen=True)
class AlarmFiguresShown:
    """Figures of the last *days*."""

    days: int
    figures: AlarmFigures


@dataclass(frozen=True)
class DemoSetUp:
    """The instruments are there."""

    folder: Path
    channels: int


LIVE_REQUESTS = (
    WatchLive,
    LookLive,
    LookBack,
    ReadCurves,
    DoAlarms,
    RehearseLimit,
    ChangeLimit,
    RemoveLimit,
    SeeTo,
    ShowAlarmFigures,
    TakeFeeders,
    CheckLine,
)
"""What the recorder's own process answers."""
LiveRequest = (
    WatchLive
    | LookLive
    | LookBack
    | ReadCurves
    | WriteCurves
    | DoAlarms
    | RehearseLimit
    | ChangeLimit
    | RemoveLimit
    | SeeTo
    | ShowAlarmFigures
    | TakeFeeders
    | CheckLine
    | FindFeeders
    | ShadePipes
    | SetUpDemo
    | MakeDrill
)
LiveReply = (
    LiveOpened
    | LiveShown
    | LiveQuiet
    | CurvesRead
    | CurvesWritten
    | LimitRehearsed
    | LimitChanged
    | AlarmFiguresShown
    | PipesShaded
    | FeedersFound
    | LineChecked
    | DemoSetUp
)
