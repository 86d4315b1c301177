from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.telemetry.bursts.grid import TICKS_MS, means, tick_for, ticks_between, without
from app.telemetry.history import History
from app.telemetry.readings import Readings

MINUTE = 60_000
DAY = 1440 * MINUTE


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    """A channel that is read every ten minutes, with a gap of an hour."""
    made = History.create(tmp_path / "history.sqlite")
    number = made.channel("PT-1", 0.01)
    at_ms = np.arange(0, DAY, 10 * MINUTE, dtype=np.int64)
    at_ms = at_ms[(at_ms < 300 * MINUTE) | (at_ms >= 360 * MINUTE)]
    zeros = np.zeros(len(at_ms), dtype=np.int64)
    made.append(Readings(zeros + number, at_ms, at_ms, np.arange(len(at_ms)) + 3000, zeros))
    yield made
    made.close()


def test_ticks_are_whole_and_inside() -> None:
    assert ticks_between(100, 400, 100).tolist() == [100, 200, 300]
    assert ticks_between(101, 399, 100).tolist() == [200]
    assert ticks_between(400, 100, 100).tolist() == []


def test_means_of_ticks_leave_gaps_open_and_know_no_strangers(history: History) -> None:
    at_ms = ticks_between(240 * MINUTE, 480 * MINUTE, TICKS_MS[2])
    found = means(history, ("PT-1", "nobody"), at_ms, TICKS_MS[2])
    assert np.isnan(found[:, 1]).all()
    assert np.isnan(found[1, 0])
    assert found[0, 0] == pytest.approx(30.26, abs=0.011)
    assert means(history, ("PT-1",), at_ms[:0], TICKS_MS[2]).shape == (0, 1)


def test_a_tick_is_as_short_as_readings_allow(history: History) -> None:
    assert tick_for(history, ("PT-1",), 0, DAY) == 900_000
    assert tick_for(history, ("nobody",), 0, DAY) == TICKS_MS[-1]


def test_disturbed_times_are_taken_for_missing() -> None:
    at_ms = np.arange(5, dtype=np.int64)
    kept = without(at_ms, np.ones((5, 2)), ((1, 2), (4, 9)))
    assert np.isnan(kept).all(axis=1).tolist() == [False, True, True, False, True]
