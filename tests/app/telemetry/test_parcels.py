import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_streams import START_MS, Sample, batch

from app.telemetry import parcels
from app.telemetry.parcels import Parcels, Sorter, packed_batch, unpacked_batch
from app.telemetry.readings import Readings, joined

CHANNELS = 9
Row = tuple[int, ...]
rows = st.lists(
    st.builds(Sample, st.integers(1, CHANNELS + 3), st.integers(START_MS, START_MS + 9), st.just(START_MS), st.just(4)),
    max_size=20,
)


def rows_of(readings: Readings) -> list[Row]:
    columns = (readings.channel, readings.source_ms, readings.received_ms, readings.count, readings.quality)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


@given(st.lists(rows, max_size=6), st.integers(1, 40), st.integers(1, 40), st.integers(1, 7))
def test_what_is_put_in_comes_out_by_channel(batches: list[list[Sample]], group: int, chunk: int, most: int) -> None:
    """Channels that nobody knew of when it began among them."""
    everything = joined(batch(each) for each in batches)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("GROUP", group), ("_CHUNK", chunk), ("_MOST_AT_ONCE", most)):
            patch.setattr(parcels, name, value)
        held = Parcels(len(everything), CHANNELS)
        for each in batches:
            held.add(batch(each))
        parts = list(held.take_out())
    assert rows_of(joined(parts)) == rows_of(everything)
    groups = [np.unique(np.searchsorted(held._edges, part.channel, side="right")).tolist() for part in parts]
    assert all(len(one) == 1 for one in groups), "a part is of one group of channels"
    assert groups == sorted(groups)
    assert list(held.take_out()) == [], "what was taken out is let go of"


def test_a_channel_that_has_most_of_all_is_taken_out_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "_CHUNK", 10)
    monkeypatch.setattr(parcels, "_MOST_AT_ONCE", 30)
    held = Parcels(100, CHANNELS)
    samples = [Sample(1, START_MS + at, START_MS, at) for at in range(100)]
    for first in range(0, 100, 10):
        held.add(batch(samples[first : first + 10]))
    parts = list(held.take_out())
    assert [len(part) for part in parts] == [30, 30, 30, 10]
    assert joined(parts).count.tolist() == list(range(100)), "in the order in which they came"


def test_a_reading_takes_a_few_bytes_while_it_waits() -> None:
    """As many as come in five minutes at a hundred times the rate."""
    moments, channels = 400, 500
    at = np.arange(moments * channels)
    source, draw = START_MS + at // channels * 100, np.random.default_rng(3)
    count = np.rint(30_000 + draw.normal(0, 1.5, len(at))).astype(np.int64)
    held = Parcels(len(at), channels)
    held.add(Readings(1 + at % channels, source, source + draw.integers(2, 30, len(at)), count, np.zeros_like(at)))
    packed = sum(len(body) for group in held._groups for _, body in group)
    assert 0 < packed < 4 * len(at)
    assert sum(map(len, held.take_out())) == len(at)


def test_a_batch_is_taken_for_what_it_has_that_is_closed() -> None:
    sorter = Sorter(START_MS, 4, CHANNELS)
    closed, still, since = (Sample(1, START_MS + at, START_MS + at, 1) for at in (-1, 5, 9))
    ahead = Sample(2, START_MS + 50, START_MS - 1, 1)
    for key, samples in enumerate([[since], [closed, still], [ahead]], 1):
        sorter.add(key, batch(samples))
    assert (sorter.taken, sorter.has_closed) == ([2, 3], True)
    assert rows_of(joined(sorter.closed())) == rows_of(batch([closed]))
    ((rows, body),) = sorter.still_open()
    assert rows == 2
    assert rows_of(unpacked_batch(body)) == rows_of(batch([still, ahead]))


def test_what_stays_open_is_cut_into_batches_of_some_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parcels, "_OPEN_AT_ONCE", 3)
    sorter = Sorter(START_MS, 7, CHANNELS)
    for key in range(7):
        sorter.add(key, batch([Sample(1, START_MS + key, START_MS - 1, key)]))
    assert [rows for rows, _ in sorter.still_open()] == [3, 3, 1]
    assert not sorter.has_closed


def test_a_batch_is_packed_and_unpacked() -> None:
    samples = batch([Sample(3, START_MS + 5, START_MS + 9, -7, 2), Sample(1, START_MS, START_MS + 1, 2**40)])
    assert rows_of(unpacked_batch(packed_batch(samples))) == rows_of(samples)
