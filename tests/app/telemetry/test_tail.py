from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_streams import START_MS, Sample, batch

from app.telemetry import tail
from app.telemetry.readings import Readings, joined, settled
from app.telemetry.tail import Tail

CHANNELS = 5
streams = st.lists(
    st.lists(
        st.builds(
            Sample, st.integers(1, CHANNELS), st.integers(START_MS, START_MS + 30), st.just(START_MS), st.integers(0, 3)
        ),
        min_size=1,
        max_size=6,
    ),
    max_size=25,
)


@pytest.fixture
def small() -> Iterator[None]:
    """Sorted and packed after a few readings."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("_SMALL", 12), ("_BATCHES", 3), ("_LARGE", 30), ("_SHELVES", 3)):
            patch.setattr(tail, name, value)
        yield


def told(readings: Readings) -> list[tuple[int, ...]]:
    one = settled(readings)
    return list(
        zip(one.channel.tolist(), one.source_ms.tolist(), one.count.tolist(), one.quality.tolist(), strict=True)
    )


def wanted(batches: list[list[Sample]], channel: int, start_ms: int, end_ms: int) -> list[tuple[int, ...]]:
    """By going through all."""
    everything = joined(batch(each) for each in batches)
    is_meant = (everything.channel == channel) & (everything.source_ms >= start_ms) & (everything.source_ms < end_ms)
    return told(everything.take(is_meant))


@given(streams, st.integers(0, CHANNELS + 3), st.integers(-2, 32), st.integers(0, 34))
@pytest.mark.usefixtures("small")
def test_what_came_is_found_however_it_is_kept(
    batches: list[list[Sample]], channel: int, first: int, width: int
) -> None:
    held = Tail()
    for key, each in enumerate(batches, 1):
        held.add(key, batch(each))
        span = (channel, START_MS + first, START_MS + first + width)
        assert told(held.of(*span)) == wanted(batches[:key], *span)


@given(streams, st.integers(0, 30))
@pytest.mark.usefixtures("small")
def test_forgetting_leaves_what_came_later(batches: list[list[Sample]], before: int) -> None:
    """What was laid together with it may stay; what comes afterwards is kept as ever."""
    held = Tail()
    for key, each in enumerate(batches, 1):
        held.add(key, batch(each))
    held.forget(before)
    for key in range(1, 4):
        held.add(len(batches) + key, batch([Sample(1, START_MS + 100 + key, START_MS, key)]))
    for channel in range(1, CHANNELS + 1):
        span = (channel, START_MS, START_MS + 99)
        stayed = {row[:2] for row in told(held.of(*span))}
        assert stayed >= {row[:2] for row in wanted(batches[max(0, before - 1) :], *span)}
        assert stayed <= {row[:2] for row in wanted(batches, *span)}
    assert len(held.of(1, START_MS + 100, START_MS + 200)) == 3


def test_little_is_held_of_what_is_gone_and_little_of_what_is_packed() -> None:
    """Two hundred thousand readings and more are packed together: four seconds of a line that is busy indeed."""
    held, draw, channels = Tail(), np.random.default_rng(3), 500
    number = np.arange(1, channels + 1)
    for key in range(1, 2_001):
        source = np.full(channels, START_MS + key * 50)
        count = np.rint(30_000 + draw.normal(0, 1.5, channels)).astype(np.int64)
        held.add(key, Readings(number, source, source + 7, count, np.zeros_like(number)))
    packed = sum(len(body) for part in held._packed for body in part._shelves)
    assert len(held._packed) == 4
    assert 0 < packed < 2 * 800_000, "bytes of 800,000 readings and more, 40 each unpacked"
    assert len(held.of(7, START_MS, START_MS + 10**6)) == 2_000
    held.forget(2_001)
    assert len(held.of(7, START_MS, START_MS + 10**6)) == 0
