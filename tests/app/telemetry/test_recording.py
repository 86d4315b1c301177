import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from demo_town import CHANNELS, LIMITS, MINUTE, NOW, Clock, set_up

from app.errors import AppError
from app.feeds.inbox import Link, Message
from app.operations.demo_history import make_demo_history
from app.telemetry.alarm_events import AlarmEvent, Deed
from app.telemetry.alarm_log import AlarmLog
from app.telemetry.alarm_marks import TakenUp
from app.telemetry.alarms import AlarmState, Limit, Limits, Side
from app.telemetry.day_supply import Supplied
from app.telemetry.demo import DAY_MS, Happening
from app.telemetry.history import History
from app.telemetry.live import Standing
from app.telemetry.readings import Readings
from app.telemetry.recorder import Recorder, Snapshot
from app.telemetry.recording import GATHER_S, MOST_A_TURN, Recording
from app.telemetry.setup import HISTORY, read_setup, write_setup
from app.ui.live.strip_ground import StripHead, holes_of
from gis.errors import GisError

WAIT_S = 60.0
BURST = Happening(1, NOW - 20 * MINUTE, NOW + 300 * MINUTE)
TRIP = Happening(0, NOW - 20 * MINUTE, NOW + 300 * MINUTE)


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Recording]]:
    made: list[Recording] = []

    def begin(*script: Happening, setup: bool = True) -> Recording:
        if setup:
            set_up(tmp_path, *script)
        made.append(Recording(tmp_path, Clock()))
        return made[-1]

    yield begin
    for one in made:
        one.close()


def state_of(recording: Recording, alarm: str) -> AlarmState:
    rows = {record.id: row for row, record in enumerate(LIMITS.records)}
    return AlarmState(int(recording.present().alarm_states[rows[alarm]]))


def test_what_instruments_send_is_shown_and_written(start: Callable[..., Recording]) -> None:
    recording = start()
    until(lambda: bool((recording.present().standings[1:] == Standing.GOOD).any()))
    present = recording.present()
    assert present.links["demo"].link is Link.UP
    assert present.trouble is None
    assert 28.0 < present.values[1] < 37.0
    curve = recording.curves([1], NOW - MINUTE, present.at_ms + MINUTE, 600)[0]
    assert len(curve) >= 1
    assert curve.mean[0] == pytest.approx(present.values[1], abs=1.0)


def test_a_recorder_that_broke_does_not_pass_for_one_at_work(
    start: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    broken: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: broken.append(told.exc_value))
    recording = start()
    until(lambda: recording.turn > 1)

    def breaks(*_: object) -> Snapshot:
        raise RuntimeError("burst")

    monkeypatch.setattr(Recorder, "take_at", breaks)
    until(lambda: len(broken) > 0)
    with pytest.raises(AppError, match=r"telemetry\.stopped"):
        until(lambda: recording.turn < 0)
    assert [str(error) for error in broken] == ["burst"]


def test_an_alarm_is_raised_acknowledged_and_known_after_a_restart(
    start: Callable[..., Recording], tmp_path: Path
) -> None:
    recording = start(BURST)
    until(lambda: state_of(recording, "PT-0002 low") is AlarmState.UNACKNOWLEDGED)
    turn = recording.turn
    recording.act(Deed.ACKNOWLEDGED, ["PT-0002 low", "unknown"], "王敏", "已派人查看")
    assert recording.turn > turn
    assert state_of(recording, "PT-0002 low") is AlarmState.ACKNOWLEDGED
    told = [(one.what, one.actor, one.note) for one in recording.events(0, 2**62) if one.alarm == "PT-0002 low"]
    assert told == [(Deed.RAISED, "", ""), (Deed.ACKNOWLEDGED, "王敏", "已派人查看")]
    (raised, _) = [one for one in recording.events(0, 2**62) if one.alarm == "PT-0002 low"]
    assert raised.value == pytest.approx(20.0, abs=4.0)
    recording.close()
    again = Recording(tmp_path, Clock())
    try:
        assert state_of(again, "PT-0002 low") is AlarmState.ACKNOWLEDGED
    finally:
        again.close()


def test_what_has_piled_up_is_taken_in_turns(start: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    take = Recorder.take

    def counted(recorder: Recorder, messages: Iterable[Message], now_ms: int) -> Snapshot:
        held = list(messages)
        sizes.append(len(held))
        return take(recorder, held, now_ms)

    monkeypatch.setattr(Recorder, "take", counted)
    recording = start()
    for _ in range(3 * MOST_A_TURN):
        assert recording._inbox.put("demo", "gateway", b"[]")
    until(lambda: recording.present().received >= 3 * MOST_A_TURN)
    assert max(sizes) <= MOST_A_TURN


def test_a_busy_line_is_not_a_write_to_the_disk_for_each_message(
    start: Callable[..., Recording], tmp_path: Path
) -> None:
    recording, began_s, messages, begin_ms = start(), time.monotonic(), 200, NOW - 20_000_000
    for at in range(messages):
        body = json.dumps({"ts": begin_ms + at * 1_000, "values": {"PT-0001": 0.3}}).encode()
        assert recording._inbox.put("demo", "gateway", body)
        time.sleep(0.002)
    until(lambda: recording.present().received >= messages)
    turns = (time.monotonic() - began_s) / GATHER_S
    with closing(History.open(tmp_path / "history.sqlite", readonly=True)) as history, history._store.reading():
        assert history._rows.last_batch() <= turns + 2


def test_a_burst_of_ten_thousand_messages_is_whole_in_the_history(
    start: Callable[..., Recording], tmp_path: Path
) -> None:
    recording, burst, begin_ms = start(), 10_000, NOW - 20_000_000
    for at in range(burst):
        body = json.dumps({"ts": begin_ms + at * 1_000, "values": {"PT-0001": 0.3}}).encode()
        assert recording._inbox.put("demo", "gateway", body)
    with closing(History.open(tmp_path / "history.sqlite", readonly=True)) as history:
        span = (history.channels()["PT-0001"][0], begin_ms, begin_ms + burst * 1_000)
        # The demo's own instruments send meanwhile: what was taken in is not counted.
        until(lambda: len(history.readings(*span)) >= burst)
        found = history.readings(*span)
    assert recording.present().turned_away == 0
    assert found.source_ms.tolist() == list(range(begin_ms, begin_ms + burst * 1_000, 1_000))


def test_while_the_disk_is_full_no_more_is_taken_than_can_be_held(
    start: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    take = Recorder.take

    def full(recorder: Recorder, messages: Iterable[Message], now_ms: int) -> Snapshot:
        sizes.append(len(list(messages)))
        raise GisError("store.disk_full", path="x")

    monkeypatch.setattr("app.telemetry.recording.AGAIN_S", 0.01)
    monkeypatch.setattr(Recorder, "take", full)
    recording = start()
    for _ in range(10 * MOST_A_TURN):
        recording._inbox.put("demo", "gateway", b"[]")
    tried = len(sizes)
    until(lambda: len(sizes) > tried + 20)
    assert max(sizes) <= MOST_A_TURN
    assert recording.present().trouble == ("store.disk_full", {"path": "x"})
    monkeypatch.setattr(Recorder, "take", take)
    until(lambda: recording.present().received >= 10 * MOST_A_TURN)
    assert recording.present().trouble is None


def test_where_the_day_s_supply_cannot_be_read_the_rest_is_shown_and_says_why(
    start: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(*_: object) -> dict[int, Supplied]:
        raise GisError("store.damaged", path="x", reason="y")

    recording = start()
    until(lambda: 3 in recording.present().supplied)
    with monkeypatch.context() as broken:
        broken.setattr("app.telemetry.recording.day_supply", unreadable)
        until(lambda: recording.present().trouble is not None)
        present = recording.present()
    assert present.trouble == ("store.damaged", {"path": "x", "reason": "y"})
    assert present.supplied == {}
    assert (present.standings[1:] == Standing.GOOD).any()
    until(lambda: recording.present().trouble is None)
    assert 3 in recording.present().supplied


def test_a_look_takes_in_what_was_written_and_says_where_that_cannot_be_done(
    start: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever opens the desk after hours does not wait for what nobody asked for until then."""

    def unreadable(_: History) -> None:
        raise GisError("store.damaged", path="x", reason="y")

    recording = start()
    until(lambda: recording.present().received > 20)
    assert recording._reading._seen > 0, "nobody has asked for a curve"
    with monkeypatch.context() as broken:
        broken.setattr(History, "catch_up", unreadable)
        assert recording.present().trouble == ("store.damaged", {"path": "x", "reason": "y"})
    assert recording.present().trouble is None


def test_an_alarm_that_could_not_be_logged_is_logged_later(
    start: Callable[..., Recording], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused: list[AlarmEvent] = []
    write = AlarmLog.write

    def full(log: AlarmLog, events: Iterable[AlarmEvent], taken: TakenUp | None = None) -> None:
        held = list(events)
        if held and len(refused) < 3:
            refused.extend(held)
            raise GisError("store.disk_full", path="x")
        write(log, held, taken)

    monkeypatch.setattr("app.telemetry.recording.AGAIN_S", 0.01)
    monkeypatch.setattr(AlarmLog, "write", full)
    recording = start(BURST)
    until(lambda: state_of(recording, "PT-0002 low") is AlarmState.UNACKNOWLEDGED)
    until(lambda: any(one.alarm == "PT-0002 low" for one in recording.events(0, 2**62)))
    logged = recording.events(0, 2**62)
    assert refused, "it was tried"
    for one in refused:
        assert logged.count(one) == 1


def test_a_trip_explains_the_low_pressures_below_it(start: Callable[..., Recording]) -> None:
    recording = start(TRIP)
    until(lambda: state_of(recording, "PT-0001 low") is AlarmState.SUPPRESSED)
    assert state_of(recording, "ST-B1 off") is AlarmState.UNACKNOWLEDGED


def test_shelving_asks_for_a_reason_and_the_first_priority_stays(start: Callable[..., Recording]) -> None:
    recording = start(BURST)
    until(lambda: state_of(recording, "PT-0002 low") is AlarmState.UNACKNOWLEDGED)
    hour = recording.present().at_ms + 60 * MINUTE
    with pytest.raises(AppError, match=r"alarms\.shelve_reason"):
        recording.act(Deed.SHELVED, ["PT-0002 low"], "op", "", hour)
    with pytest.raises(AppError, match=r"alarms\.shelve_first"):
        recording.act(Deed.SHELVED, ["ST-B1 off"], "op", "x", hour)
    recording.act(Deed.SHELVED, ["PT-0002 low"], "op", "冲洗", hour)
    assert state_of(recording, "PT-0002 low") is AlarmState.SHELVED
    recording.act(Deed.UNSHELVED, ["PT-0002 low"], "op")
    assert state_of(recording, "PT-0002 low") is AlarmState.UNACKNOWLEDGED
    recording.act(Deed.OUT, ["PT-0002 low"], "op")
    assert state_of(recording, "PT-0002 low") is AlarmState.OUT_OF_SERVICE
    recording.act(Deed.BACK, ["PT-0002 low"], "op")
    recording.act(Deed.RESET, ["PT-0002 low"], "op")
    recording.act(Deed.NOTED, ["PT-0002 low"], "op", "看过")
    with pytest.raises(AppError, match=r"alarms\.not_a_deed"):
        recording.act(Deed.RAISED, ["PT-0002 low"], "op")


def test_a_limit_is_changed_while_running_and_kept(start: Callable[..., Recording], tmp_path: Path) -> None:
    recording = start()
    changed = type(LIMITS.records[2])(**{**vars(LIMITS.records[2]), "limit": 40.0})
    recording.change_limit(changed, "op")
    until(lambda: state_of(recording, "PT-0002 low") is AlarmState.UNACKNOWLEDGED)
    assert "26 → 40" in [one.note for one in recording.events(0, 2**62)]
    recording.close()
    again = Recording(tmp_path, Clock())
    try:
        assert again.setup.limits.records[2].limit == 40.0
        with pytest.raises(AppError, match=r"alarms\.no_such_limit"):
            again.change_limit(type(changed)(**{**vars(changed), "id": "none"}), "op")
    finally:
        again.close()


def test_a_limit_changed_on_the_desk_does_not_undo_what_was_put_into_the_file_meanwhile(
    start: Callable[..., Recording], tmp_path: Path
) -> None:
    recording = start()
    kept = read_setup(tmp_path)
    # In another order, as a file edited by hand may have it.
    records = (replace(LIMITS.records[3], priority=4), Limit("PT-0001 low-low", 1, Side.LOW, 21.0), LIMITS.records[2])
    write_setup(tmp_path, kept.with_limits(Limits(records)))
    recording.change_limit(replace(LIMITS.records[2], limit=40.0), "op")
    assert read_setup(tmp_path).limits.records == (*records[:2], replace(records[2], limit=40.0))
    # A moment later all of it counts.
    until(lambda: recording.setup.limits.records == (*records[:2], replace(records[2], limit=40.0)))


def test_a_history_is_made_drawn_and_rehearsed_on(start: Callable[..., Recording], tmp_path: Path) -> None:
    set_up(tmp_path, Happening(1, NOW - 26 * 60 * MINUTE, NOW - 25 * 60 * MINUTE))
    assert make_demo_history(tmp_path, NOW, 16, lambda *_: None) > 5 * 15 * 1440
    recording = start(setup=False)
    week = recording.curves([1, 2], NOW - 7 * DAY_MS, NOW, 500)
    assert week[0].step_ms == 30 * MINUTE
    assert len(week[0]) > 300
    assert week[1].low.min() < 22.0 < week[1].mean.max()
    (band,) = recording.bands([2], NOW - 3_600_000, NOW, 500)
    assert (band.low <= band.high).all()
    assert np.isfinite(band.last_week).any()
    (span,), since_ms = recording.rehearse(LIMITS.records[2])
    assert since_ms is not None
    assert abs(since_ms - (NOW - 16 * 1440 * MINUTE)) < 10 * MINUTE, "no more days were there"
    assert NOW - 27 * 60 * MINUTE < span[0] < span[1] < NOW - 24 * 60 * MINUTE
    figures = recording.figures(7)
    assert figures.worst[0][0] == "PT-0002 low"
    # A fortnight ago the history has a reading in ten minutes: no silence of an instrument that sends by its pace.
    assert recording.figures(16).raised < 20
    assert figures.by_priority[1] >= 1
    with pytest.raises(AppError, match=r"history\.exists"):
        make_demo_history(tmp_path, NOW, 1, lambda *_: None)


@pytest.mark.parametrize(("since_s", "holes"), [(21, 0), (64, 1)], ids=["between two readings", "where none came"])
def test_a_second_between_two_readings_is_no_gap(
    start: Callable[..., Recording], tmp_path: Path, since_s: int, holes: int
) -> None:
    """One reading in ten seconds for a minute, then none."""
    set_up(tmp_path)
    history = History.create(tmp_path / HISTORY)
    number = history.channel("PT-0001", CHANNELS.records[1].step)
    at_ms = NOW - 200_000 + np.arange(0, 60_000, 10_000)
    same = np.ones(len(at_ms), dtype=np.int64)
    history.append(Readings(number * same, at_ms, at_ms + 500, 3000 * same, 0 * same))
    history.close()
    recording = start(setup=False)
    begin_ms = NOW - 200_000 + since_s * 1000 + (40_000 if holes else 0)
    (curve,) = recording.curves([1], begin_ms, begin_ms + 1000, 900)
    head = StripHead(1, "", "", "", "", "", "t1", 1.0, 2, (), 10_000)
    assert len(holes_of(head, curve, curve.pieces(10_000), (begin_ms, begin_ms + 1000), NOW)) == holes
    assert (len(curve) == 0) == bool(holes)
    if not holes:
        assert curve.start_ms.min() < begin_ms < begin_ms + 1000 < curve.start_ms.max(), "the line goes across"
