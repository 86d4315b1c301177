from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_streams import START_MS, Sample, batch, expected, expected_minutes, told
from servers import Postgres
from soak import soak_examples

from app.errors import AppError
from app.telemetry.chunks import HOUR_MS
from app.telemetry.history import DAY_MS, OPEN_FOR_MS, STRETCH_MS, Compacted, History
from app.telemetry.history_server import create_shared, open_shared
from app.telemetry.readings import Quality, no_readings
from gis.stores import sqlite
from network.errors import CodedError

HOUR = 3_600_000
END_MS = START_MS + 3 * DAY_MS


@dataclass(frozen=True)
class Place:
    """Where a history lies: how it is made, and how another process opens it."""

    create: Callable[[], History]
    open: Callable[[], History]


@pytest.fixture(params=["file", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "file":
        path = tmp_path / "history.sqlite"
        return Place(lambda: History.create(path), lambda: History.open(path, readonly=True))
    address = request.getfixturevalue("database")
    return Place(lambda: create_shared(address), lambda: open_shared(address))


@pytest.fixture
def history(place: Place) -> Iterator[History]:
    made = place.create()
    yield made
    made.close()


def written(path: Path, statement: str, *values: bytes) -> None:
    connection = sqlite.connect(path, create=True)
    connection.execute(statement, values)
    connection.close()


def regular(channel: int, hours: float, step_ms: int = 10_000, start_ms: int = START_MS) -> list[Sample]:
    stamps = range(start_ms, start_ms + int(hours * HOUR), step_ms)
    return [Sample(channel, at, at + 700, 31_000 + (at // step_ms) % 17) for at in stamps]


def test_what_is_appended_is_there_at_once_and_after_opening_again(history: History, place: Place) -> None:
    samples = regular(1, 0.2)
    history.append(batch(samples))
    again = place.open()
    for each in (history, again):
        assert told(each.readings(1, START_MS, END_MS)) == expected(samples, 1, START_MS, END_MS)
    again.close()


def test_an_empty_batch_leaves_no_row(history: History) -> None:
    history.append(no_readings())
    assert history.compact(END_MS).batches == 0


def test_hours_then_days_are_closed_and_say_the_same(history: History) -> None:
    samples = regular(1, 50) + regular(7, 50, step_ms=60_000)
    history.append(batch(samples))
    done = history.compact(START_MS + 26 * HOUR)
    assert (done.batches, done.hours > 40, done.days) == (1, True, 2)
    done = history.compact(END_MS + DAY_MS)
    assert done.days == 4, "two further days of two channels"
    for channel in (1, 7):
        kept = expected(samples, channel, START_MS + 5 * HOUR, START_MS + 30 * HOUR)
        assert told(history.readings(channel, START_MS + 5 * HOUR, START_MS + 30 * HOUR)) == kept


def test_what_comes_late_goes_into_its_closed_day(history: History) -> None:
    samples = regular(1, 30)
    late = [Sample(1, START_MS + 5_000 + HOUR, START_MS + 40 * HOUR, 99_000)]
    history.append(batch(samples))
    history.compact(END_MS)
    history.append(batch(late))
    whole = expected(samples + late, 1, START_MS, END_MS)
    for _ in range(2):
        assert told(history.readings(1, START_MS, END_MS)) == whole
        minutes = history.minutes(1, START_MS, END_MS)
        assert minutes.high.max() == 99_000
        assert expected_minutes(whole) == [
            (start, low, high, number)
            for start, low, high, number in zip(
                minutes.start_ms.tolist(),
                minutes.low.tolist(),
                minutes.high.tolist(),
                minutes.readings.tolist(),
                strict=True,
            )
            if start >= START_MS // 60_000 * 60_000
        ]
        history.compact(END_MS + HOUR)


def test_a_reader_follows_the_writer_through_a_compaction(history: History, place: Place) -> None:
    reader = place.open()
    samples = regular(1, 2)
    for first in range(0, len(samples), 100):
        history.append(batch(samples[first : first + 100]))
        if first == 400:
            history.compact(START_MS + 2 * HOUR)
        assert told(reader.readings(1, START_MS, END_MS)) == expected(samples[: first + 100], 1, START_MS, END_MS)
    reader.close()


def test_batches_are_appended_and_read_between_the_steps_of_a_compaction(
    history: History, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.telemetry.history._WRITTEN_AT_ONCE", 100)
    reader = place.open()
    samples = regular(1, 3) + regular(2, 3) + regular(3, 30)
    history.append(batch(samples))
    steps = 0
    for at, _ in enumerate(history.compaction(END_MS)):
        late = Sample(2, START_MS + 5 + at, START_MS + 40 * HOUR, 7)
        samples.append(late)
        history.append(batch([late]))
        for channel in (1, 2, 3):
            assert told(reader.readings(channel, START_MS, END_MS)) == expected(samples, channel, START_MS, END_MS)
        steps += 1
    assert steps > 20, "a step holds up nobody for long"
    reader.close()


def test_an_hour_is_written_once_however_many_batches_it_came_in(
    history: History, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A channel's hour is read, joined and packed whole each time: with each batch anew it would never end."""
    for name, value in (("history._READ_AT_ONCE", 1_000), ("history._DROPPED_AT_ONCE", 10), ("parcels._CHUNK", 100)):
        monkeypatch.setattr(f"app.telemetry.{name}", value)
    numbers = [history.channel(f"PT-{at}", 0.01) for at in range(4)]
    reader, samples = place.open(), [one for number in numbers for one in regular(number, 2)]
    samples.sort(key=lambda one: one.source_ms)
    for first in range(0, len(samples), 20):
        history.append(batch(samples[first : first + 20]))
    hours = {(one.channel, one.source_ms // HOUR) for one in samples}
    assert len(reader.readings(numbers[0], START_MS, END_MS)) == 720
    first, steps, begun_anew = reader._first, [], 0
    for step in history.compaction(END_MS - DAY_MS):
        steps.append(step)
        assert told(reader.readings(numbers[0], START_MS, END_MS)) == expected(samples, numbers[0], START_MS, END_MS)
        begun_anew += reader._first != first
        first = reader._first
    assert sum(step.hours for step in steps) == len(hours)
    assert sum(step.batches for step in steps) == -(-len(samples) // 20)
    assert max(step.batches for step in steps) <= 10
    assert begun_anew == 1, "readers take in again what is left when the oldest batch goes"
    reader.close()


def test_a_compaction_cut_off_anywhere_is_done_again(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("_READ_AT_ONCE", 1_500), ("_WRITTEN_AT_ONCE", 60), ("_DROPPED_AT_ONCE", 2)):
        monkeypatch.setattr(f"app.telemetry.history.{name}", value)
    samples: list[Sample] = []
    for cut in range(25):
        at_ms = START_MS + cut * STRETCH_MS
        news = [one for channel in (1, 2) for one in regular(channel, 1 / 12, start_ms=at_ms)]
        for first in range(0, len(news), 10):
            history.append(batch(news[first : first + 10]))
        samples += news
        for _ in islice(history.compaction(at_ms + STRETCH_MS), cut):
            pass
        for channel in (1, 2):
            assert told(history.readings(channel, START_MS, END_MS)) == expected(samples, channel, START_MS, END_MS)
    history.compact(END_MS)
    with history._store.reading():
        assert history._rows.batch_sizes(0, 2**62) == []
    for channel in (1, 2):
        assert told(history.readings(channel, START_MS, END_MS)) == expected(samples, channel, START_MS, END_MS)


@pytest.mark.parametrize("taken_in_again", [0, 10**6])
def test_after_a_compaction_a_reader_takes_in_again_only_a_little(
    history: History, place: Place, monkeypatch: pytest.MonkeyPatch, taken_in_again: int
) -> None:
    """Where millions are still open, to take them in again would hold up whoever looks for seconds."""
    for name, value in (("history._TAKEN_IN_AGAIN", taken_in_again), ("tail._SMALL", 50), ("tail._LARGE", 120)):
        monkeypatch.setattr(f"app.telemetry.{name}", value)
    reader, samples, tails = place.open(), [], []
    for minute in range(40):
        at_ms = START_MS + minute * 60_000
        samples += regular(1, 1 / 60, step_ms=5_000, start_ms=at_ms)
        history.append(batch(samples[-12:]))
        assert told(reader.readings(1, START_MS, END_MS)) == expected(samples, 1, START_MS, END_MS)
        tails.append(reader._tail)
        history.compact(at_ms + 60_000)
        assert len(reader._tail.of(1, START_MS, END_MS)) <= 12 * 8 + 120
    begun_anew = sum(before is not after for before, after in pairwise(tails))
    assert begun_anew == 0 if taken_in_again == 0 else begun_anew >= 6
    reader.close()


def test_what_is_open_is_left_alone_or_laid_together(history: History) -> None:
    """What came since the end stays as it came; a clock that is a day ahead leaves no row for each of its messages."""
    first_ms, ahead_ms = START_MS // STRETCH_MS * STRETCH_MS + STRETCH_MS, 20 * HOUR
    samples = [Sample(1, first_ms - 1, first_ms - 1, 7)]
    samples += [Sample(2, first_ms + ahead_ms + at, first_ms - 1, 7) for at in range(30)]
    late = [Sample(1, first_ms + at, first_ms + at + 5, 8) for at in range(3)]
    for one in samples + late:
        history.append(batch([one]))
    with history._store.reading():
        came = [key for key, _ in history._rows.batch_sizes(0, 2**62)]
    done = history.compact(first_ms + OPEN_FOR_MS)
    with history._store.reading():
        left = history._rows.batch_sizes(0, 2**62)
    assert (done.batches, done.hours) == (31, 1)
    assert [key for key, _ in left[:3]] == came[-3:]
    assert [rows for _, rows in left] == [1, 1, 1, 30]
    for channel in (1, 2):
        assert told(history.readings(channel, START_MS, END_MS)) == expected(samples + late, channel, START_MS, END_MS)
    assert history.compact(first_ms + OPEN_FOR_MS).batches == 0, "nothing has been closed since"


def test_hours_of_days_are_looked_for_when_there_may_be_some(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []
    close_days = History._close_days

    def counted(mine: History, day_end: int, old: int) -> Iterator[Compacted]:
        looks.append(day_end)
        yield from close_days(mine, day_end, old)

    monkeypatch.setattr(History, "_close_days", counted)
    for minute in range(0, 60, 10):
        history.append(batch(regular(1, 1 / 60, start_ms=START_MS + DAY_MS + minute * 60_000)))
        history.compact(START_MS + DAY_MS + (minute + 10) * 60_000)
    assert len(looks) == 1
    history.append(batch([Sample(1, START_MS, START_MS + DAY_MS, 5)]))
    done = history.compact(START_MS + DAY_MS + HOUR)
    assert (done.hours, done.days, len(looks)) == (1, 1, 2), "it came late, for a day that was closed"
    assert (history.compact(START_MS + DAY_MS + HOUR + STRETCH_MS).days, len(looks)) == (0, 2)
    assert (history.compact(START_MS + 3 * DAY_MS).days, len(looks)) == (1, 3)


def test_a_compaction_that_another_has_overtaken_ends(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it holds in memory may have been put away for good meanwhile: it must not come back."""
    monkeypatch.setattr("app.telemetry.history._WRITTEN_AT_ONCE", 100)
    numbers = [history.channel(name, 0.01) for name in ("PT-1", "PT-2")]
    history.append(batch([one for number in numbers for one in regular(number, 2)]))
    steps = history.compaction(END_MS + DAY_MS)
    next(steps)
    history.compact(END_MS + DAY_MS)
    assert history.forget(END_MS // DAY_MS * DAY_MS, history.generation())
    assert list(steps) == []
    assert [len(history.readings(number, START_MS, END_MS)) for number in numbers] == [0, 0]


def test_short_stretches_leave_little_for_memory_and_hold_up_no_archive(history: History, place: Place) -> None:
    """Every five minutes what is older than two goes into its hour; nothing old is touched by that."""
    reader = place.open()
    for minute in range(30):
        at_ms = START_MS + minute * 60_000
        history.append(batch(regular(1, 1 / 60, step_ms=1_000, start_ms=at_ms)))
        history.compact(at_ms + 60_000)
        assert len(reader.readings(1, START_MS, END_MS)) == 60 * (minute + 1)
        assert len(reader._tail.of(1, START_MS, END_MS)) <= 60 * 8
    assert history.generation() == 0
    reader.close()


def test_what_had_arrived_by_an_instant(history: History) -> None:
    at_once = Sample(1, START_MS, START_MS + 900, 5)
    late = Sample(1, START_MS + 1000, START_MS + 2 * HOUR, 6)
    history.append(batch([at_once, late]))
    for _ in range(2):
        known = history.as_known_at(1, START_MS, END_MS, START_MS + HOUR)
        assert known.count.tolist() == [5], "at that hour nobody could have seen the other"
        history.compact(END_MS)


def test_minutes_leave_out_what_is_no_evidence(history: History) -> None:
    good = Sample(1, START_MS, START_MS, 10)
    bad = Sample(1, START_MS + 1, START_MS, 65_535, int(Quality.OUT_OF_RANGE))
    spike = Sample(1, START_MS + 2, START_MS, 700, int(Quality.SPIKE))
    history.append(batch([good, bad, spike]))
    minutes = history.minutes(1, START_MS, START_MS + 10)
    assert (minutes.low.tolist(), minutes.high.tolist(), minutes.readings.tolist()) == ([10], [700], [2])


def test_coarser_steps_keep_extremes_and_means(history: History) -> None:
    samples = regular(1, 5)
    history.append(batch(samples))
    minutes = history.minutes(1, START_MS, END_MS)
    hours = minutes.coarser(HOUR)
    assert len(hours) == 6
    assert hours.readings.sum() == len(samples)
    assert (hours.low.min(), hours.high.max()) == (minutes.low.min(), minutes.high.max())
    assert np.abs(hours.mean - np.mean([sample.count for sample in samples])).max() < 2


def test_channels_keep_their_numbers_and_resolutions(history: History) -> None:
    first = history.channel("PT-0712", 0.01)
    assert history.channel("PT-0712", 0.01) == first
    assert history.channel("FT-0701", 0.1) != first
    assert history.channels()["FT-0701"][1] == 0.1
    with pytest.raises(AppError) as refused:
        history.channel("PT-0712", 0.001)
    assert refused.value.code == "history.other_resolution"


def test_thousands_of_new_channels_are_one_write_to_the_disk(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    first = history.channel("PT-0001", 0.01)
    begun = []
    transaction = type(history._store).transaction
    monkeypatch.setattr(type(history._store), "transaction", lambda store: begun.append(store) or transaction(store))
    names = [f"PT-{at:04}" for at in range(1, 500)]
    numbers = history.numbers((name, 0.01) for name in names)
    assert len(begun) == 1
    assert numbers[0] == first
    assert [history.channels()[name][0] for name in names] == numbers
    with pytest.raises(AppError, match=r"history\.other_resolution"):
        history.numbers([("PT-new", 0.01), ("PT-0001", 0.5)])
    assert "PT-new" not in history.channels(), "all or none"


def test_dead_letters_keep_their_bytes(history: History) -> None:
    history.keep_dead_letter("mqtt", 5, "not JSON", b"\xff{")
    assert history.dead_letters() == [("mqtt", 5, "not JSON", b"\xff{")]
    assert history.newest_dead_letter() == 1


def test_a_second_one_is_not_made_over_the_first(history: History, place: Place) -> None:
    with pytest.raises(AppError) as refused:
        place.create()
    assert refused.value.code == "history.exists"


def test_other_files_are_refused(tmp_path: Path) -> None:
    written(tmp_path / "other.sqlite", "CREATE TABLE t (a)")
    with pytest.raises(AppError) as refused:
        History.open(tmp_path / "other.sqlite")
    assert refused.value.code == "history.not_a_history"


def test_a_newer_format_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    History.create(path).close()
    written(path, "PRAGMA user_version=9")
    with pytest.raises(AppError) as refused:
        History.open(path)
    assert refused.value.code == "history.newer_schema"


def test_a_row_that_is_not_whole_is_told(tmp_path: Path) -> None:
    path = tmp_path / "history.sqlite"
    made = History.create(path)
    made.append(batch(regular(1, 0.1)))
    made.close()
    for body in (b"no such thing", b"x\x9c\x03\x00\x00\x00\x00\x01"):
        written(path, "UPDATE batch SET body = ?", body)
        opened = History.open(path)
        with pytest.raises(CodedError) as told_so:
            opened.readings(1, START_MS, END_MS)
        opened.close()
        assert told_so.value.code == "history.damaged"


@pytest.mark.parametrize("late_hours", [0, 2])
def test_a_day_that_another_closes_meanwhile_keeps_its_readings(
    history: History, monkeypatch: pytest.MonkeyPatch, late_hours: int
) -> None:
    samples = regular(1, 24, step_ms=60_000)
    history.append(batch(samples))
    history.compact(START_MS + 24 * HOUR)
    close_day = History._close_day

    def after_another(mine: History, day_key: int, hours: list[int]) -> int:
        """The other one closed the first hours, or all, after mine had listed them."""
        close_day(mine, day_key, hours[: len(hours) - late_hours])
        return close_day(mine, day_key, hours)

    monkeypatch.setattr(History, "_close_day", after_another)
    history.compact(END_MS)
    assert told(history.readings(1, START_MS, END_MS)) == expected(samples, 1, START_MS, END_MS)


def test_a_clock_set_back_loses_nothing(history: History) -> None:
    """What comes late for a day before one that is closed stays an hour of its own until the clock is there again."""
    first, late, last = START_MS, START_MS + DAY_MS // 2, START_MS + DAY_MS + DAY_MS // 2
    history.append(batch([Sample(1, first, first + 500, 1, 0), Sample(1, last, last + 500, 3, 0)]))
    history.compact(last + 2 * DAY_MS)
    history.append(batch([Sample(1, late, late + 500, 2, 0)]))
    history.compact(late + 2 * HOUR_MS)
    assert [count for _, count, _ in told(history.readings(1, first, last + 1))] == [1, 2, 3]
    assert [count for _, count, _ in told(history.readings(1, late, last))] == [2]


def test_months_are_forgotten_that_were_read(history: History) -> None:
    numbers = [history.channel(name, 0.01) for name in ("PT-1", "PT-2")]
    samples = [one for number in numbers for one in regular(number, 50, step_ms=600_000)]
    history.append(batch(samples))
    history.compact(END_MS)
    oldest, generation = history.oldest_ms(), history.generation()
    assert oldest == START_MS // DAY_MS * DAY_MS
    assert not history.forget(oldest + DAY_MS, generation - 1)
    assert history.forget(oldest + DAY_MS, generation)
    for channel in numbers:
        assert told(history.readings(channel, START_MS, END_MS)) == expected(samples, channel, oldest + DAY_MS, END_MS)


# Whatever the order, the repetitions and the pauses in between

COUNTS = st.integers(-5, 5) | st.integers(-(2**40), 2**40)
QUALITIES = st.sampled_from([0, 0, 0, int(Quality.SENT_BAD), int(Quality.SPIKE), int(Quality.STUCK)])
INSTANTS = st.integers(START_MS, START_MS + 60_000) | st.integers(START_MS, END_MS - 1)


@st.composite
def streams(draw: st.DrawFn) -> list[Sample]:
    samples = draw(
        st.lists(st.builds(Sample, st.integers(1, 3), INSTANTS, st.just(0), COUNTS, QUALITIES), min_size=1, max_size=30)
    )
    return [Sample(one.channel, one.source_ms, one.source_ms + 500, one.count, one.quality) for one in samples]


@soak_examples(2_000, usual=40)
@given(st.data())
def test_any_order_and_any_repetition_give_the_same_history(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    history = History.create(tmp_path_factory.mktemp("stream") / "history.sqlite")
    check_stream(history, data)


@soak_examples(200, usual=6)
@given(st.data())
def test_likewise_on_a_server(postgres_server: Postgres, data: st.DataObject) -> None:
    with postgres_server.empty("each") as address:
        check_stream(create_shared(address), data)


def check_stream(history: History, data: st.DataObject) -> None:
    samples = data.draw(streams())
    again = data.draw(st.lists(st.sampled_from(samples), max_size=10))
    sent = data.draw(st.permutations(samples + again))
    cuts = sorted(data.draw(st.sets(st.integers(0, len(sent)), max_size=4)))
    for first, last in zip([0, *cuts], [*cuts, len(sent)], strict=True):
        history.append(batch(sent[first:last]))
        if data.draw(st.booleans()):
            history.compact(data.draw(st.integers(START_MS, END_MS + DAY_MS)))
    for channel in (1, 2, 3):
        kept = expected(samples, channel, START_MS, END_MS)
        assert told(history.readings(channel, START_MS, END_MS)) == kept
        minutes = history.minutes(channel, START_MS, END_MS)
        columns = (minutes.start_ms, minutes.low, minutes.high, minutes.readings)
        assert list(zip(*(column.tolist() for column in columns), strict=True)) == expected_minutes(kept)
    history.close()
