import json
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_streams import told
from soak import soak_examples

from app.feeds.inbox import Message
from app.telemetry.alarms import Change, Limit, Limits, Side
from app.telemetry.channels import Alias, Channel, Channels
from app.telemetry.history import History
from app.telemetry.json_messages import opened
from app.telemetry.live import Standing
from app.telemetry.quantities import Quantity
from app.telemetry.recorder import Recorder

NOW = 1_767_200_000_000
SHANGHAI = ZoneInfo("Asia/Shanghai")
CHANNELS = Channels(
    (
        Channel("PT-1", "", Quantity.PRESSURE, "MPa", interval_s=10.0, aliases=(Alias("mqtt", "rtu7/p"),)),
        Channel("FT-1", "", Quantity.FLOW, "m3/h", interval_s=60.0),
    )
)
LIMITS = Limits((Limit("PT-1 low", 0, Side.LOW, 18.36, priority=2), Limit("FT-1 silent", 1, Side.SILENT)))


def recorder(path: Path) -> Recorder:
    openers = {"mqtt": lambda message: opened(message, SHANGHAI)}
    return Recorder(CHANNELS, LIMITS, History.create(path), openers, NOW)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Recorder]:
    made = recorder(tmp_path / "history.sqlite")
    yield made
    made.history.close()


def come(body: object, at_ms: int = NOW, name: str = "city/x") -> Message:
    return Message("mqtt", name, body if isinstance(body, bytes) else json.dumps(body).encode(), at_ms)


def test_a_turn_writes_judges_and_tells(desk: Recorder) -> None:
    seen = desk.take([come({"ts": NOW - 500, "values": {"rtu7/p": 0.31, "FT-1": 709}})], NOW)
    assert seen.values == pytest.approx([31.611, 709 / 3600], abs=0.005)
    assert seen.standings.tolist() == [Standing.GOOD, Standing.GOOD]
    number, _ = desk.history.channels()["PT-1"]
    assert told(desk.history.readings(number, NOW - 1000, NOW)) == [(NOW - 500, 3161, 0)]


def test_an_alarm_is_raised_by_what_came(desk: Recorder) -> None:
    desk.take([come({"id": "PT-1", "ts": NOW, "v": 0.31}), come({"id": "FT-1", "ts": NOW, "v": 5})], NOW)
    seen = desk.take([come({"id": "PT-1", "ts": NOW + 10_000, "v": 0.17})], NOW + 10_000)
    assert [(one.alarm, one.change) for one in seen.transitions] == [(0, Change.RAISED)]


def test_silence_is_told_without_any_message(desk: Recorder) -> None:
    desk.take([come({"id": "PT-1", "ts": NOW, "v": 0.31})], NOW)
    assert desk.take([], NOW + 31_000).standings.tolist() == [Standing.STALE, Standing.MISSING]


def test_a_clock_set_back_does_not_turn_time_round(desk: Recorder) -> None:
    desk.take([], NOW + 60_000)
    assert desk.take([], NOW - 3_600_000).at_ms == NOW + 60_000


def test_what_cannot_be_read_or_named_is_kept_with_its_bytes(desk: Recorder) -> None:
    desk.take([come(b"{"), come({"values": {"PT-9": 1, "PT-1": 0.3}, "ts": NOW}), come({"ts": NOW})], NOW)
    letters = desk.history.dead_letters()
    assert [(reason, body[:1]) for _, _, reason, body in letters] == [
        ("no_value", b"{"),
        ("no_channel", b"{"),
        ("not_json", b"{"),
    ]
    (stranger,) = desk.strangers.values()
    assert (stranger.name, stranger.times, stranger.value) == ("PT-9", 1, 1.0)


def test_devices_that_are_lost_are_named(desk: Recorder) -> None:
    def word(device: str, seq: int, kind: str) -> Message:
        return come({"type": kind, "device": device, "seq": seq, "metrics": []})

    desk.take([word("A", 0, "birth"), word("A", 1, "data"), word("B", 0, "birth"), word("B", 7, "data")], NOW)
    assert desk.lost_devices() == ("B",)
    assert list(desk.devices) == [("mqtt", "A"), ("mqtt", "B")]
    desk.take([word("A", 2, "death"), word("B", 0, "birth")], NOW)
    assert desk.lost_devices() == ("A",)


def test_what_stands_behind_a_device_that_said_good_bye_is_stale_at_once(tmp_path: Path) -> None:
    channels = Channels((Channel("PT-1", "", Quantity.PRESSURE, "MPa", device="A"), CHANNELS.records[1]))
    limits = Limits((Limit("PT-1 low", 0, Side.LOW, 18.36),))
    history = History.create(tmp_path / "history.sqlite")
    desk = Recorder(channels, limits, history, {"mqtt": lambda message: opened(message, SHANGHAI)}, NOW)

    def say(kind: str, seq: int, *metrics: object) -> Message:
        return come({"type": kind, "device": "A", "seq": seq, "timestamp": NOW, "metrics": list(metrics)})

    low = {"name": "PT-1", "value": 0.1}
    seen = desk.take([say("birth", 0), say("data", 1, low), come({"id": "FT-1", "ts": NOW, "v": 5})], NOW)
    assert seen.standings.tolist() == [Standing.GOOD, Standing.GOOD]
    assert [one.change for one in seen.transitions] == [Change.RAISED]
    seen = desk.take([say("death", 2)], NOW)
    assert seen.standings.tolist() == [Standing.STALE, Standing.GOOD]
    assert desk.standing_at(NOW).standings.tolist() == [Standing.STALE, Standing.GOOD]
    # It is silent, not well: the alarm stays as it was.
    assert seen.transitions == ()
    assert desk.take([say("birth", 0, low)], NOW).standings.tolist() == [Standing.GOOD, Standing.GOOD]
    history.close()


@pytest.mark.parametrize("are_named", [True, False])
def test_two_feeds_may_call_their_transmitters_alike(tmp_path: Path, *, are_named: bool) -> None:
    """What one says of itself is nothing about the other's, also where channels go by their ids."""
    east, west = (
        Channel(f"PT-{at}", "", Quantity.PRESSURE, "MPa", device="rtu1", aliases=(Alias(feed, f"p{at}"),) * are_named)
        for at, feed in enumerate(("east", "west"))
    )
    history = History.create(tmp_path / "history.sqlite")
    openers = dict.fromkeys(("east", "west"), lambda message: opened(message, SHANGHAI))
    desk = Recorder(Channels((east, west)), Limits(()), history, openers, NOW)

    def say(feed: str, kind: str, seq: int, *names: str) -> Message:
        metrics = [{"name": name, "value": 0.3, "timestamp": NOW} for name in names]
        body = {"type": kind, "device": "rtu1", "seq": seq, "timestamp": NOW, "metrics": metrics}
        return Message(feed, "x", json.dumps(body).encode(), NOW)

    names = ("p0", "p1") if are_named else ("PT-0", "PT-1")
    births = [say(feed, "birth", 0, name) for feed, name in zip(("east", "west"), names, strict=True)]
    assert desk.take(births, NOW).standings.tolist() == [Standing.GOOD, Standing.GOOD]
    assert desk.take([say("east", "death", 1)], NOW).standings.tolist() == [Standing.STALE, Standing.GOOD]
    assert desk.lost_devices() == ("east · rtu1",)
    # The counts of messages are each feed's own: the west has missed nothing by what the east sent.
    back = [say("east", "birth", 0, names[0]), say("west", "data", 1), say("east", "data", 1)]
    assert desk.take(back, NOW).standings.tolist() == [Standing.GOOD, Standing.GOOD]
    assert desk.lost_devices() == ()
    # Another set-up leaves it as it is, wherever the channels stand in it.
    desk.measure(Channels((west, east)), Limits(()), openers)
    assert desk.take([say("west", "death", 2)], NOW).standings.tolist() == [Standing.STALE, Standing.GOOD]
    history.close()


def test_limits_are_exchanged_while_running(desk: Recorder) -> None:
    desk.take([come({"id": "PT-1", "ts": NOW, "v": 0.17})], NOW)
    desk.watch(Limits((Limit("new", 0, Side.HIGH, 10.0), LIMITS.records[0])))
    seen = desk.take([], NOW + 1000)
    assert [(one.alarm, one.change) for one in seen.transitions] == [(0, Change.RAISED)], "the old one stays raised"
    assert seen.alarms.is_active.tolist() == [True, True]


VALUES = st.sampled_from([0.31, 0.312, 0.17, None, "x", 9e9])
SENT = st.tuples(st.sampled_from(["PT-1", "FT-1", "PT-9"]), st.integers(0, 600), VALUES)


@soak_examples(1_000, usual=25)
@given(st.data(), st.lists(SENT, min_size=1, max_size=15, unique_by=lambda one: one[:2]))
def test_any_order_any_repetition_the_same_history(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, sent: list[tuple[str, int, object]]
) -> None:
    messages = [come({"id": name, "ts": NOW - 1000 * ago, "v": value}) for name, ago, value in sent]
    folder = tmp_path_factory.mktemp("streams")
    straight, shaken = recorder(folder / "a.sqlite"), recorder(folder / "b.sqlite")
    straight.take(messages, NOW)
    extra = data.draw(st.lists(st.sampled_from(messages), max_size=5))
    for message in data.draw(st.permutations(messages + extra)):
        shaken.take([message], NOW)
    shaken.history.compact(NOW + 86_400_000)
    for number, _ in straight.history.channels().values():
        both = [one.history.readings(number, NOW - 10**7, NOW + 1) for one in (straight, shaken)]
        assert told(both[0]) == told(both[1])
    assert np.array_equal(straight.live.count, shaken.live.count)
    straight.history.close()
    shaken.history.close()
