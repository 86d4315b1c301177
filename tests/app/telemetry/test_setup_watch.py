"""What others put into the set-up counts while a recorder is at work."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from demo_town import CHANNELS, LIMITS, MINUTE, NOW, Clock, set_up, town_day

from app.errors import AppError
from app.feeds.inbox import Link
from app.telemetry.alarm_events import Deed
from app.telemetry.alarms import AlarmState, Limit, Limits, Side
from app.telemetry.channels import Channel, Channels
from app.telemetry.quantities import Quantity
from app.telemetry.recording import Recording
from app.telemetry.setup import DEMO_DAY, FOLDER, SETUP, Feed, FeedKind, Setup, read_setup, write_setup
from app.telemetry.setup_watch import begun_anew, limit_note


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60.0
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


@pytest.fixture
def recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    monkeypatch.setattr("app.telemetry.setup_watch.LOOK_S", 0.02)
    set_up(tmp_path)
    with closing(Recording(tmp_path, Clock())) as made:
        until(lambda: made.present().values[2] > 0)
        yield made


def state_of(recording: Recording, alarm: str) -> AlarmState:
    shown = recording.picture()
    rows = {record.id: row for row, record in enumerate(shown.setup.limits.records)}
    return AlarmState(int(shown.present.alarm_states[rows[alarm]])) if alarm in rows else AlarmState.NORMAL


def told_of(recording: Recording, alarm: str) -> list[tuple[Deed, str, str]]:
    return [(one.what, one.actor, one.note) for one in recording.events(0, 2**62) if one.alarm == alarm]


def test_limits_written_into_the_file_count_without_a_restart(recording: Recording, tmp_path: Path) -> None:
    turn = recording.setup_turn
    kept = read_setup(tmp_path)
    promise = Limit("PT-0002 low-low", 2, Side.LOW, 40.0, 0.5, priority=1)
    write_setup(tmp_path, kept.with_limits(Limits((*kept.limits.records, promise))))
    until(lambda: state_of(recording, "PT-0002 low-low") is AlarmState.UNACKNOWLEDGED)
    assert recording.setup_turn > turn
    until(lambda: (Deed.LIMIT, SETUP, "added 40") in told_of(recording, "PT-0002 low-low"))
    # What is taken away ends with it, so that it begins at rest where it is set up again.
    write_setup(tmp_path, kept)
    ends = [Deed.LIMIT, Deed.RAISED, Deed.CLEARED, Deed.ACKNOWLEDGED, Deed.LIMIT]
    until(lambda: [what for what, _, _ in told_of(recording, "PT-0002 low-low")] == ends)
    assert len(recording.setup.limits) == len(LIMITS)


@pytest.mark.parametrize(
    "harm", [lambda text: text[:-40], lambda text: text.replace('"pressure"', '"pressure", "device": 7')]
)
def test_a_file_that_cannot_be_used_is_told_and_changes_nothing(
    recording: Recording, tmp_path: Path, harm: Callable[[str], str]
) -> None:
    file = tmp_path / FOLDER / SETUP
    whole = file.read_text(encoding="utf-8")
    file.write_text(harm(whole), encoding="utf-8")
    until(lambda: recording.present().trouble is not None)
    assert recording.present().trouble[0] == "telemetry.bad_setup"  # type: ignore[index]
    before = recording.present().received
    until(lambda: recording.present().received > before)
    with pytest.raises(AppError, match=r"telemetry\.bad_setup"):
        recording.change_limit(replace(LIMITS.records[2], limit=1.0), "op")
    assert recording.setup.limits.records[2].limit == 26.0
    file.write_text(whole, encoding="utf-8")
    until(lambda: recording.present().trouble is None)


def test_an_instrument_and_a_feed_are_added_and_taken_away_at_work(recording: Recording, tmp_path: Path) -> None:
    kept = read_setup(tmp_path)
    more = Channel("AA-1", "新测点", Quantity.PRESSURE, "MPa", 10.0)
    # In front of all others: what is known of them moves along.
    channels = Channels((more, *CHANNELS.records))
    limits = tuple(replace(one, channel=one.channel + 1) for one in LIMITS.records)
    day = town_day()
    wider = replace(
        day,
        hourly=day.hourly[[1, *range(5)]],
        noise=day.noise[[1, *range(5)]],
        is_state=day.is_state[[1, *range(5)]],
        effects=day.effects[:, [1, *range(5)]],
    )
    wider.save(tmp_path / FOLDER / DEMO_DAY)
    feeds = (Feed("night", FeedKind.DEMO),)
    write_setup(tmp_path, Setup(channels, Limits(limits), feeds, kept.script))
    until(lambda: len(recording.present().values) == 6)
    until(lambda: 28.0 < recording.present().values[0] < 37.0)
    assert list(recording.present().links) == ["night"]
    assert recording.present().links["night"].link is Link.UP
    with pytest.raises(AppError, match=r"telemetry\.setup_changed"):
        recording.curves([17], NOW, NOW + MINUTE, 10)
    # One that nothing can be made of: the readings that come in go on.
    write_setup(tmp_path, Setup(channels, Limits(limits), (Feed("plant", FeedKind.MODBUS, host="127.0.0.1"),)))
    until(lambda: recording.present().trouble is not None)
    assert recording.present().trouble[0] == "feed.no_names"  # type: ignore[index]
    before = recording.present().received
    until(lambda: recording.present().received > before)


def test_an_alarm_is_set_up_and_taken_away_from_the_desk(recording: Recording, tmp_path: Path) -> None:
    fresh = Limit("PT-0001 high", -1, Side.HIGH, 20.0, priority=2, latches=True)
    recording.change_limit(fresh, "王敏", "试行", "PT-0001")
    until(lambda: state_of(recording, "PT-0001 high") is AlarmState.UNACKNOWLEDGED)
    assert read_setup(tmp_path).limits.records[-1] == replace(fresh, channel=1)
    with pytest.raises(AppError, match=r"alarms\.no_such_channel"):
        recording.change_limit(replace(fresh, id="other"), "王敏", "", "PT-9")
    recording.change_limit(replace(fresh, limit=99.0, deadband=1.0, off_delay_ms=1500, latches=False), "王敏", "夜间")
    note = "20 → 99 · deadband 0 → 1 · off_delay_ms 0 → 1.5 · latches 1 → 0 · 夜间"
    assert (Deed.LIMIT, "王敏", note) in told_of(recording, "PT-0001 high")
    # What it explained before is explained by nothing.
    recording.remove_limit("ST-B1 off", "王敏", "拆除")
    assert [one.id for one in read_setup(tmp_path).limits.records][:2] == ["PT-0001 low", "PT-0002 low"]
    assert read_setup(tmp_path).limits.records[0].unless == -1
    assert told_of(recording, "ST-B1 off")[-1] == (Deed.LIMIT, "王敏", "removed 0.5 · 拆除")
    with pytest.raises(AppError, match=r"alarms\.no_such_limit"):
        recording.remove_limit("ST-B1 off", "王敏", "")


def test_only_feeds_that_are_others_begin_anew() -> None:
    broker, plant, demo = Feed("b", FeedKind.MQTT), Feed("p", FeedKind.MODBUS), Feed("d", FeedKind.DEMO)
    before = Setup(CHANNELS, LIMITS, (broker, plant, demo))
    assert begun_anew(before, before.with_limits(Limits(()))) == ()
    other = replace(broker, host="elsewhere")
    assert begun_anew(before, replace(before, feeds=(other, plant, demo))) == (other,)
    assert begun_anew(before, replace(before, channels=Channels(CHANNELS.records[1:]))) == (plant, demo)


def test_a_note_tells_every_figure_that_changed() -> None:
    was = LIMITS.records[2]
    assert limit_note(was, was) == ""
    assert limit_note(was, replace(was, side=Side.HIGH, on_delay_ms=20_000), "x") == (
        "side low → high · on_delay_ms 0 → 20 · x"
    )
