import math
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from soak import soak_examples

from app.errors import AppError
from app.telemetry.alarms import (
    EXPLAINS_ON_MS,
    NOBODY,
    Alarms,
    AlarmState,
    Causes,
    Change,
    Feeding,
    Limit,
    Limits,
    Side,
    acknowledged,
    causes,
    in_service,
    reset,
    shelved,
    states,
    tick,
    unshelved,
)
from app.telemetry.live import Standing

S = 1000
HOUR = 3600 * S


@dataclass
class Desk:
    """One channel's alarms, ticked second by second."""

    limits: Limits
    alarms: Alarms = field(init=False)
    now_ms: int = 0
    log: list[tuple[int, Change]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.alarms = Alarms.quiet(len(self.limits), 0)

    def see(self, value: float, standing: Standing = Standing.GOOD, seconds: int = 1) -> list[AlarmState]:
        for _ in range(seconds):
            self.now_ms += S
            self.alarms, changes = tick(
                self.alarms, self.limits, np.array([value]), np.array([int(standing)]), self.now_ms
            )
            self.log += [(change.alarm, change.change) for change in changes]
        return [AlarmState(each) for each in states(self.alarms, self.limits, self.now_ms).tolist()]


def low(alarm_id: str = "PT-1 low", **fields: object) -> Limit:
    return Limit(alarm_id, 0, Side.LOW, 18.0, **fields)  # type: ignore[arg-type]


def desk(*limits: Limit) -> Desk:
    return Desk(Limits(limits or (low(),)))


def test_the_life_of_an_alarm() -> None:
    one = desk()
    assert one.see(20.0) == [AlarmState.NORMAL]
    assert one.see(17.0) == [AlarmState.UNACKNOWLEDGED]
    one.alarms = acknowledged(one.alarms, [0], one.now_ms)
    assert one.see(17.0) == [AlarmState.ACKNOWLEDGED]
    assert one.see(19.0) == [AlarmState.NORMAL]
    assert one.see(17.0) == [AlarmState.UNACKNOWLEDGED]
    assert one.see(19.0) == [AlarmState.RETURNED_UNACKNOWLEDGED]
    one.alarms = acknowledged(one.alarms, [0], one.now_ms)
    assert one.see(19.0) == [AlarmState.NORMAL]
    assert one.log == [(0, Change.RAISED), (0, Change.CLEARED)] * 2


def test_delays_pass_over_what_is_short() -> None:
    one = desk(low(on_delay_ms=5 * S, off_delay_ms=10 * S))
    one.see(17.0, seconds=5)
    assert one.see(19.0) == [AlarmState.NORMAL], "gone before its delay"
    assert one.see(17.0, seconds=6) == [AlarmState.UNACKNOWLEDGED]
    one.see(19.0, seconds=9)
    assert one.see(17.0) == [AlarmState.UNACKNOWLEDGED], "back before its delay"
    assert one.see(19.0, seconds=11) == [AlarmState.RETURNED_UNACKNOWLEDGED]


def test_a_deadband_keeps_it_from_chattering() -> None:
    one = desk(low(deadband=1.0))
    one.see(17.9)
    for value in (18.1, 18.9, 17.9, 18.5):
        assert one.see(value) == [AlarmState.UNACKNOWLEDGED]
    assert one.see(19.0) == [AlarmState.RETURNED_UNACKNOWLEDGED]


@pytest.mark.parametrize("standing", [Standing.BAD, Standing.STALE, Standing.MISSING])
def test_what_cannot_be_relied_on_neither_raises_nor_clears(standing: Standing) -> None:
    one = desk()
    assert one.see(2.0, standing) == [AlarmState.NORMAL]
    one.see(17.0)
    assert one.see(30.0, standing, seconds=60) == [AlarmState.UNACKNOWLEDGED]
    assert one.see(np.nan, Standing.GOOD) == [AlarmState.UNACKNOWLEDGED]
    assert one.see(30.0) == [AlarmState.RETURNED_UNACKNOWLEDGED]


def test_what_is_suspect_raises_an_alarm_and_never_clears_one() -> None:
    one = desk()
    assert one.see(17.0, Standing.SUSPECT) == [AlarmState.UNACKNOWLEDGED], "a burst looks like a fault at first"
    assert one.see(30.0, Standing.SUSPECT, seconds=60) == [AlarmState.UNACKNOWLEDGED]
    assert one.see(30.0) == [AlarmState.RETURNED_UNACKNOWLEDGED]


def test_silence_is_watched_like_a_value() -> None:
    one = desk(Limit("PT-1 silent", 0, Side.SILENT, on_delay_ms=60 * S))
    one.see(20.0, Standing.STALE, seconds=60)
    assert one.see(20.0, Standing.STALE) == [AlarmState.UNACKNOWLEDGED]
    assert one.see(20.0) == [AlarmState.RETURNED_UNACKNOWLEDGED]


def test_a_latch_holds_until_it_is_reset() -> None:
    one = desk(low(latches=True))
    one.see(17.0)
    one.alarms = acknowledged(one.alarms, [0], one.now_ms)
    assert one.see(20.0) == [AlarmState.LATCHED]
    one.alarms = reset(one.alarms, [0])
    assert one.see(20.0) == [AlarmState.NORMAL]
    one.see(17.0)
    one.alarms = reset(one.alarms, [0])
    one.alarms = acknowledged(one.alarms, [0], one.now_ms)
    assert one.see(20.0) == [AlarmState.LATCHED], "what is still active cannot be reset beforehand"


def test_an_acknowledged_alarm_asks_again() -> None:
    one = desk(low(re_alarm_ms=60 * S))
    one.see(17.0)
    one.alarms = acknowledged(one.alarms, [0], one.now_ms)
    assert one.see(17.0, seconds=59) == [AlarmState.ACKNOWLEDGED]
    assert one.see(17.0) == [AlarmState.UNACKNOWLEDGED]
    assert one.log[-1] == (0, Change.ASKED_AGAIN)


def test_what_is_explained_by_another_is_folded_under_it() -> None:
    trip = Limit("pump trip", 0, Side.LOW, 5.0)
    one = desk(trip, low(unless=0))
    assert one.see(2.0) == [AlarmState.UNACKNOWLEDGED, AlarmState.SUPPRESSED]
    assert one.see(10.0) == [AlarmState.RETURNED_UNACKNOWLEDGED, AlarmState.UNACKNOWLEDGED], (
        "the cause is gone, it is not"
    )


STOP = Limit("ST-B1 off", 0, Side.LOW, 0.5, priority=1)
OTHER = Limit("ST-B2 off", 1, Side.LOW, 0.5, priority=1)
BELOW = Limit("PT-1 low", 2, Side.LOW, 18.0, on_delay_ms=30 * S)
BESIDE = Limit("PT-2 low", 3, Side.LOW, 18.0, on_delay_ms=30 * S)
HILL = Limits((STOP, OTHER, BELOW, BESIDE), (Feeding(2, 0, True), Feeding(3, 1, False), Feeding(3, 0, False)))
UNSEEN, SEEN, FOLDED = AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED, AlarmState.SUPPRESSED


@dataclass
class Hill(Desk):
    """Two pumps, a pressure that the first alone feeds, and one that both feed."""

    limits: Limits = field(default_factory=lambda: HILL)

    def run(self, seconds: int, first: int = 1, second: int = 1, below: float = 25.0, beside: float = 25.0) -> Causes:
        for _ in range(seconds):
            self.now_ms += S
            values = np.array([first, second, below, beside], dtype=np.float64)
            self.alarms, changes = tick(self.alarms, self.limits, values, np.zeros(4, dtype=np.int64), self.now_ms)
            self.log += [(change.alarm, change.change) for change in changes]
        return causes(self.alarms, self.limits, self.now_ms)

    def states(self) -> list[AlarmState]:
        return [AlarmState(one) for one in states(self.alarms, self.limits, self.now_ms).tolist()]


def test_what_falls_after_a_pump_stops_comes_from_it_and_is_silent_where_it_alone_feeds() -> None:
    hill = Hill()
    hill.run(5)
    found = hill.run(40, first=0, below=10.0, beside=10.0)
    assert found.head.tolist() == [NOBODY, NOBODY, 0, 0]
    assert hill.states() == [UNSEEN, AlarmState.NORMAL, FOLDED, UNSEEN], "where others feed it, it is heard of"


def test_what_fell_before_the_pump_stopped_had_another_cause() -> None:
    hill = Hill()
    hill.run(95, below=10.0)
    found = hill.run(40, first=0, below=10.0)
    assert found.head[2] == NOBODY
    assert hill.states()[2] is UNSEEN
    # A minute may lie between two instruments' clocks.
    close = Hill()
    close.run(55, below=10.0)
    assert close.run(10, first=0, below=10.0).head[2] == 0


def test_of_two_pumps_the_one_that_stopped_first_is_the_cause() -> None:
    hill = Hill()
    hill.run(10, second=0)
    assert hill.run(40, first=0, second=0, beside=10.0).head[3] == 1


def test_pressures_that_come_back_after_the_pump_need_nobody() -> None:
    hill = Hill()
    hill.run(40, first=0, below=10.0)
    found = hill.run(60, below=10.0)
    assert found.is_explained[2], "the pump runs again, the hill fills"
    hill.run(1)
    assert hill.states()[:3] == [AlarmState.RETURNED_UNACKNOWLEDGED, AlarmState.NORMAL, AlarmState.NORMAL]
    assert hill.log[-2:] == [(2, Change.CLEARED), (2, Change.SEEN_WITH_CAUSE)]


def test_a_pressure_that_stays_low_is_heard_of_in_the_end_and_a_new_one_at_once() -> None:
    hill = Hill()
    hill.run(40, first=0, below=10.0)
    hill.run(EXPLAINS_ON_MS // S - 1, below=10.0)
    assert hill.states()[2] is FOLDED
    hill.run(3, below=10.0)
    assert hill.states()[2] is UNSEEN
    later = Hill()
    later.run(40, first=0)
    later.run(5)
    assert later.run(40, below=10.0).head[2] == NOBODY, "it began when the pump ran again"


def test_a_pump_out_of_service_explains_nothing() -> None:
    hill = Hill()
    hill.run(10, first=0)
    hill.alarms = in_service(hill.alarms, [0], is_out=True)
    assert hill.run(40, first=0, below=10.0).head[2] == NOBODY


def test_what_explains_a_stop_by_set_up_stands_over_what_the_water_puts_below() -> None:
    power = Limit("power", 1, Side.LOW, 0.5, priority=1)
    stop = Limit("ST-B1 off", 0, Side.LOW, 0.5, priority=1, unless=0)
    hill = Hill(Limits((power, stop, BELOW), (Feeding(2, 1, True),)))
    assert hill.run(40, first=0, second=0, below=10.0).head.tolist() == [NOBODY, 0, 0]


def test_the_shelf_has_an_end_and_a_reason() -> None:
    one = desk()
    one.see(17.0)
    one.alarms = shelved(one.alarms, one.limits, [0], one.now_ms + 60 * S, "换表", one.now_ms)
    assert one.see(17.0, seconds=59) == [AlarmState.SHELVED]
    assert one.see(17.0) == [AlarmState.UNACKNOWLEDGED]
    assert one.log[-1] == (0, Change.UNSHELVED)
    one.alarms = unshelved(shelved(one.alarms, one.limits, [0], one.now_ms + 60 * S, "换表", one.now_ms), [0])
    assert one.see(17.0) == [AlarmState.UNACKNOWLEDGED]


@pytest.mark.parametrize(
    ("priority", "until_ms", "reason", "code"),
    [
        (3, HOUR, " ", "alarms.shelve_reason"),
        (3, 0, "x", "alarms.shelve_until"),
        (3, 25 * HOUR, "x", "alarms.shelve_until"),
        (1, HOUR, "x", "alarms.shelve_first"),
    ],
)
def test_what_may_not_be_shelved(priority: int, until_ms: int, reason: str, code: str) -> None:
    one = desk(low(priority=priority))
    with pytest.raises(AppError) as refused:
        shelved(one.alarms, one.limits, [0], until_ms, reason, 0)
    assert refused.value.code == code


def test_out_of_service_and_back() -> None:
    one = desk()
    one.alarms = in_service(one.alarms, [0], is_out=True)
    assert one.see(17.0) == [AlarmState.OUT_OF_SERVICE]
    one.alarms = in_service(one.alarms, [0], is_out=False)
    assert one.see(17.0) == [AlarmState.UNACKNOWLEDGED], "what happened meanwhile is not forgotten"


@pytest.mark.parametrize(
    ("records", "code"),
    [
        ((low(), low()), "alarms.twice"),
        ((low(priority=5),), "alarms.bad_limit"),
        ((low(deadband=-1.0),), "alarms.bad_limit"),
        ((low(on_delay_ms=-1),), "alarms.bad_limit"),
        ((Limit("x", 0, Side.LOW, float("nan")),), "alarms.bad_limit"),
        ((low("a", unless=1), low("b", unless=0)), "alarms.explains_itself"),
        ((low("a", unless=0),), "alarms.explains_itself"),
        ((low("c", unless=1), low("a", unless=2), low("b", unless=1)), "alarms.explains_itself"),
    ],
)
def test_alarms_that_cannot_be_are_refused(records: tuple[Limit, ...], code: str) -> None:
    with pytest.raises(AppError) as refused:
        Limits(records)
    assert refused.value.code == code


# Against one alarm at a time, followed by plain ifs


@dataclass
class Walker:
    """The life of one alarm, told apart from the arrays."""

    limit: Limit
    beyond: bool = False
    since: int = 0
    active: bool = False
    seen: bool = True
    seen_at: int = 0
    held: bool = False

    def step(self, value: float, standing: Standing, now: int) -> None:
        was = self.beyond
        if self.limit.side is Side.SILENT:
            self.beyond = standing in {Standing.BAD, Standing.STALE, Standing.MISSING}
        elif standing in {Standing.GOOD, Standing.SUSPECT} and not math.isnan(value):
            over_by = value - self.limit.limit if self.limit.side is Side.HIGH else self.limit.limit - value
            if over_by > 0:
                self.beyond = True
            elif over_by <= -self.limit.deadband and standing is Standing.GOOD:
                self.beyond = False
        if self.beyond != was:
            self.since = now
        if self.active and self.seen and self.limit.re_alarm_ms and now - self.seen_at >= self.limit.re_alarm_ms:
            still = self.beyond or now - self.since < self.limit.off_delay_ms
            self.seen = not still
        if self.beyond and not self.active and now - self.since >= self.limit.on_delay_ms:
            self.active, self.seen, self.held = True, False, False
        elif not self.beyond and self.active and now - self.since >= self.limit.off_delay_ms:
            self.active, self.held = False, self.held or self.limit.latches

    def acknowledge(self, now: int) -> None:
        if not self.seen:
            self.seen, self.seen_at = True, now

    def state(self) -> AlarmState:
        if self.active:
            return AlarmState.ACKNOWLEDGED if self.seen else AlarmState.UNACKNOWLEDGED
        if not self.seen:
            return AlarmState.RETURNED_UNACKNOWLEDGED
        return AlarmState.LATCHED if self.held else AlarmState.NORMAL


DELAYS = st.sampled_from([0, 2 * S, 5 * S])
LIMITS = st.builds(
    Limit,
    st.just(""),
    st.integers(0, 2),
    st.sampled_from(Side),
    limit=st.integers(0, 6).map(float),
    deadband=st.sampled_from([0.0, 1.0, 2.0]),
    on_delay_ms=DELAYS,
    off_delay_ms=DELAYS,
    latches=st.booleans(),
    unless=st.just(NOBODY),
    re_alarm_ms=st.sampled_from([0, 0, 3 * S]),
)
MOMENTS = st.tuples(
    st.lists(st.integers(0, 6).map(float) | st.just(float("nan")), min_size=3, max_size=3),
    st.lists(st.sampled_from(Standing), min_size=3, max_size=3),
    st.sampled_from([S, 2 * S, 7 * S]),
    st.booleans(),
)


@soak_examples(5_000, usual=60)
@given(st.lists(LIMITS, min_size=1, max_size=4), st.lists(MOMENTS, min_size=1, max_size=25))
def test_the_arrays_say_what_each_alarm_says_alone(drawn: list[Limit], moments: list[tuple]) -> None:
    records = tuple(
        Limit(str(number), one.channel, one.side, one.limit, one.deadband, one.on_delay_ms, one.off_delay_ms,
              latches=one.latches, re_alarm_ms=one.re_alarm_ms)
        for number, one in enumerate(drawn)
    )  # fmt: skip
    limits = Limits(records)
    alarms = Alarms.quiet(len(limits), 0)
    walkers = [Walker(record) for record in records]
    now = 0
    for values, standings, step, is_seen in moments:
        now += step
        alarms, _ = tick(alarms, limits, np.array(values), np.array([int(one) for one in standings]), now)
        for walker in walkers:
            walker.step(values[walker.limit.channel], standings[walker.limit.channel], now)
        assert states(alarms, limits, now).tolist() == [int(walker.state()) for walker in walkers]
        if is_seen:
            alarms = acknowledged(alarms, range(len(limits)), now)
            for walker in walkers:
                walker.acknowledge(now)


READINGS = st.lists(
    st.tuples(st.integers(0, 6).map(float), st.sampled_from([Standing.GOOD, Standing.SUSPECT, Standing.BAD])),
    max_size=25,
)
DOUBTS = st.lists(
    st.tuples(st.integers(0, 25), st.integers(0, 6).map(float), st.sampled_from(list(Standing)[1:])), max_size=8
)


@soak_examples(5_000, usual=100)
@given(LIMITS, READINGS, DOUBTS)
def test_a_reading_in_doubt_that_is_put_in_between_clears_nothing(
    limit: Limit, readings: list[tuple[float, Standing]], doubts: list[tuple[int, float, Standing]]
) -> None:
    """Where an alarm stands without it, it stands with it: whatever it says, and whatever comes before and after."""
    side = Side.LOW if limit.side is Side.SILENT else limit.side
    limits = Limits((Limit("", 0, side, limit.limit, limit.deadband, limit.on_delay_ms, limit.off_delay_ms),))
    plain = doubted = Alarms.quiet(1, 0)
    for number, (value, standing) in enumerate(readings):
        now = (number + 1) * 10 * S
        for within, (place, other, doubt) in enumerate(doubts):
            if place == number:
                seen = np.array([other]), np.array([int(doubt)])
                doubted, _ = tick(doubted, limits, *seen, now - 9 * S + within * S)
                plain = _told_again(plain, limits, readings[number - 1] if number else None, now - 9 * S + within * S)
                assert doubted.is_active[0] or not plain.is_active[0]
        now_seen = np.array([value]), np.array([int(standing)])
        plain, _ = tick(plain, limits, *now_seen, now)
        doubted, _ = tick(doubted, limits, *now_seen, now)
        assert doubted.is_active[0] or not plain.is_active[0]


def _told_again(alarms: Alarms, limits: Limits, last: tuple[float, Standing] | None, now_ms: int) -> Alarms:
    """A turn in which nothing came: the last reading stands."""
    value, standing = (float("nan"), Standing.MISSING) if last is None else last
    return tick(alarms, limits, np.array([value]), np.array([int(standing)]), now_ms)[0]
