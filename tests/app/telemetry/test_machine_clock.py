"""Clocks that are set, and machines that sleep."""

import time

import pytest
from demo_town import NOW

from app.feeds.inbox import Message
from app.telemetry.machine_clock import SET_MS, MachineClock, Moment, by_the_clock, looks_at

HOUR = 3_600_000


class Machine:
    """Its clock, and how long it has been on."""

    def __init__(self) -> None:
        self.wall_ms, self.steady_ms = 946_684_800_000, 5_000

    def passes(self, by_ms: int) -> None:
        self.wall_ms += by_ms
        self.steady_ms += by_ms


def test_the_clock_shows_what_it_was_told_and_goes_with_the_machine_s() -> None:
    machine = Machine()
    clock = MachineClock(NOW, lambda: machine.wall_ms, lambda: machine.steady_ms)
    assert clock() == NOW
    machine.passes(8 * HOUR)
    assert clock() == NOW + 8 * HOUR
    assert clock.look() == Moment(NOW + 8 * HOUR), "a machine that slept has a clock that is right"


@pytest.mark.parametrize("by_ms", [HOUR, -HOUR, SET_MS + 1, -SET_MS - 1, 26 * 365 * 24 * HOUR])
def test_a_clock_that_was_set_is_told_once(by_ms: int) -> None:
    machine = Machine()
    clock = MachineClock(NOW, lambda: machine.wall_ms, lambda: machine.steady_ms)
    machine.passes(1_000)
    machine.wall_ms += by_ms
    assert clock.look() == Moment(NOW + 1_000 + by_ms, by_ms)
    machine.passes(1_000)
    assert clock.look() == Moment(NOW + 2_000 + by_ms)


def test_a_clock_that_runs_a_little_fast_is_not_set_however_long_it_does() -> None:
    machine = Machine()
    clock = MachineClock(NOW, lambda: machine.wall_ms, lambda: machine.steady_ms)
    for _ in range(100):
        machine.passes(100)
        machine.wall_ms += 50
        assert clock.look().set_by_ms == 0
    assert clock() == NOW + 15_000


def test_by_itself_it_is_the_machine_s_clock() -> None:
    before = time.time_ns() // 1_000_000
    clock = MachineClock(before)
    moment = clock.look()
    assert moment.set_by_ms == 0
    assert before <= moment.now_ms <= clock() <= before + 60_000


@pytest.mark.parametrize("by_ms", [HOUR, -HOUR])
def test_what_waited_while_the_clock_was_set_came_just_now(by_ms: int) -> None:
    waited, fresh = Message("line", "t", b"", NOW - 90), Message("line", "t", b"", NOW + by_ms - 10)
    moment = Moment(NOW + by_ms, by_ms)
    assert [one.received_ms for one in by_the_clock([waited, fresh], moment)] == [NOW + by_ms - 90, NOW + by_ms - 10]
    assert by_the_clock([waited], Moment(NOW)) == [waited]


def test_a_clock_that_cannot_tell_was_never_set() -> None:
    assert looks_at(lambda: NOW)() == Moment(NOW)
    machine = Machine()
    clock = MachineClock(NOW, lambda: machine.wall_ms, lambda: machine.steady_ms)
    machine.wall_ms += HOUR
    assert looks_at(clock)() == Moment(NOW + HOUR, HOUR)
