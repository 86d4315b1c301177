"""Bursts as a screen shows them: plain frozen records, pipes by their ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from app.telemetry.alarms import AlarmState
from app.telemetry.bursts.inflow import InflowTold
from app.telemetry.bursts.known_work import KnownWork
from app.telemetry.bursts.told import BurstTold, Way
from network.columns import Float64, Int64

DAY_MS: Final = 86_400_000


@dataclass(frozen=True)
class OneMore:
    """Where one more logger would shrink the zone most.

    Attributes:
        pipe: Id of the pipe that it would stand at.
        x_m, y_m: Project CRS.
        before, after: Pipes in the zone now, and expected with it.
    """

    pipe: str
    x_m: float
    y_m: float
    before: float
    after: float


@dataclass(frozen=True, eq=False)
class Zone:
    """Where a burst may be.

    Attributes:
        pipes: Ids, the most probable first: the fewest that hold it with four parts in five.
        probability: Shape (pipes,).
        length_m: Of them together; share: of the length of all mains.
        flow_m3_h: How large it is, four times in five between these two.
        one_more: None where no further logger would help.
    """

    pipes: tuple[str, ...]
    probability: Float64
    length_m: float
    share: float
    flow_m3_h: tuple[float, float]
    one_more: OneMore | None


@dataclass(frozen=True, eq=False)
class BurstSeen(BurstTold):
    """A burst with what became of it since.

    Attributes:
        threshold: What its sum had to exceed.
        state: As of an alarm: unseen, seen, over, or explained by known work.
        note: The last word of somebody about it.
        zone: Where it may be; None for one that known work explains.
        inflows: What flow meters say.
        works: Known work nearby at that time.
        lapsed: What runs nearby by the records, for longer than anybody believes: it explained nothing.
        is_at_latest: It began at ``since_ms`` or earlier: until then the watch had its eyes shut after the one before.
    """

    threshold: float
    state: AlarmState
    note: str
    zone: Zone | None
    inflows: tuple[InflowTold, ...]
    works: tuple[KnownWork, ...]
    is_at_latest: bool = False
    lapsed: tuple[KnownWork, ...] = ()


@dataclass(frozen=True)
class WatchFacts:
    """What the watch goes by, for people.

    Attributes:
        since_ms, until_ms: From which time it was learned; used: the share of it that was quiet and read.
        loggers: How many it watches.
        threshold: Sum at which a burst is told.
        tick_ms: Length of a tick.
        budget_s: One false alarm in so long is allowed.
        newer: Pressures that are measured now and were not when it was taught: they are not watched.
        areas: How many metered areas are watched by their inflow.
        newer_areas: Metered areas that it was not taught.
    """

    since_ms: int
    until_ms: int
    used: float
    loggers: int
    threshold: float
    tick_ms: int
    budget_s: float
    newer: int = 0
    areas: int = 0
    newer_areas: int = 0


@dataclass(frozen=True, eq=False)
class BurstsPicture:
    """How the watch stands.

    Attributes:
        turn: Counts up whenever something has changed.
        facts: None where nothing was learned yet.
        bursts: Those that are neither dismissed nor long over, the latest first.
        works: Known work that is felt now: readings near it do not count.
        lapsed: What runs by the records, for longer than anybody believes: readings near it count again.
    """

    turn: int
    facts: WatchFacts | None
    bursts: tuple[BurstSeen, ...] = ()
    works: tuple[KnownWork, ...] = ()
    lapsed: tuple[KnownWork, ...] = ()


@dataclass(frozen=True, eq=False)
class Explained:
    """What a burst rests on, tick by tick; arrays of shape (ticks,) or (ticks, loggers), metres of water.

    Where inflow told it, one area stands in the place of the loggers, its inflow in m³/s.

    Attributes:
        loggers: Ids, the one whose sum crossed first, then those that moved most.
        at_ms: Beginnings of ticks.
        measured_m, expected_m: What was read, and what the neighbours and the time of the week let expect.
        left_m: What is left over of the first logger, beyond what stood before.
        height: Its sum; threshold: what it has to exceed.
        spread_m: Shape (loggers,), how far each strays by chance.
        way: What it was found by; area: whose inflow.
    """

    id: str
    tick_ms: int
    loggers: tuple[str, ...]
    at_ms: Int64
    measured_m: Float64
    expected_m: Float64
    left_m: Float64
    height: Float64
    threshold: float
    spread_m: Float64
    way: Way = Way.PRESSURE
    area: str = ""

    @property
    def apart_ms(self) -> int:
        """From the beginning of one tick to that of the next: nights are a day apart."""
        return DAY_MS if self.way is Way.NIGHT else self.tick_ms
