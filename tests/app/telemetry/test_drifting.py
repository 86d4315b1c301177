"""An instrument that drifts is suspect, whatever it reads, until somebody has seen to it."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from asker import Asker
from demo_town import MINUTE, NOW, Clock

from app.errors import AppError
from app.live_requests import LiveShown, LookLive, WatchLive
from app.telemetry.alarm_events import Deed
from app.telemetry.alarms import AlarmState, Limit, Limits, Side
from app.telemetry.channels import Channel, Channels
from app.telemetry.demo import HOURS, DemoDay
from app.telemetry.findings import FindingKind
from app.telemetry.history import DAY_MS, History
from app.telemetry.line_check import LineCheck
from app.telemetry.live import Standing
from app.telemetry.quantities import Quantity, counts_of
from app.telemetry.readings import Quality, Readings
from app.telemetry.recording import Recording
from app.telemetry.setup import DEMO_DAY, FOLDER, HISTORY, Feed, FeedKind, Setup, write_setup
from gis.errors import GisError

CHANNELS = Channels(tuple(Channel(f"PT-{at}", "", Quantity.PRESSURE, "MPa", 10.0) for at in range(7)))
LEVEL = 0.30 + np.arange(7) / 100
ODD = 2
OFF_MPA = 0.02
LOW = Limits((Limit("PT-2 low", ODD, Side.LOW, 26.0),))


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60.0
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.002)


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Seven pressures that are as ever but for one, which reads two metres more since yesterday."""
    write_setup(tmp_path, Setup(CHANNELS, LOW, (Feed("demo", FeedKind.DEMO),)))
    hourly = np.repeat((LEVEL + OFF_MPA * (np.arange(7) == ODD))[:, None], HOURS, axis=1)
    none = np.zeros((0, 7, HOURS))
    DemoDay(hourly, np.full(7, 0.0005), np.zeros(7, dtype=bool), none, ()).save(tmp_path / FOLDER / DEMO_DAY)
    before = np.arange(NOW - 10 * DAY_MS, NOW - DAY_MS, 10 * MINUTE, dtype=np.int64)
    today = np.arange(NOW - DAY_MS, NOW, MINUTE, dtype=np.int64)
    with closing(History.create(tmp_path / HISTORY)) as history:
        for row, channel in enumerate(CHANNELS.records):
            number = history.channel(channel.id, channel.step)
            for at_ms, off in ((before, 0.0), (today, OFF_MPA if row == ODD else 0.0)):
                value = LEVEL[row] + off + 0.0005 * np.sin(at_ms / 1000.0 * (row + 1))
                counts = counts_of(value, CHANNELS.multiply[row], channel.step)
                same = np.ones(len(at_ms), dtype=np.int64)
                history.append(Readings(number * same, at_ms, at_ms, counts, 0 * same))
    return tmp_path


def stands(recording: Recording, row: int = ODD) -> Standing:
    recording.check_instruments()
    return Standing(int(recording.present().standings[row]))


def drifts_told(recording: Recording) -> list[str]:
    return [one.where for one in recording.check_line()[0] if one.kind is FindingKind.DRIFT]


def test_what_drifts_is_suspect_until_somebody_has_seen_to_it(town: Path) -> None:
    clock = Clock()
    with closing(Recording(town, clock)) as recording:
        until(lambda: stands(recording) is Standing.SUSPECT)
        assert recording.present().quality[ODD] & int(Quality.DRIFT)
        until(lambda: stands(recording, 1) is Standing.GOOD)
        (found,) = [one for one in recording.events(0, 2**62) if one.what is Deed.DRIFTS]
        assert (found.alarm, found.actor) == ("PT-2", "")
        assert found.value == pytest.approx(2.04, abs=0.1)
        found_ms = clock.now_ms
    # A console that starts again knows it before it has looked at anything.
    with closing(Recording(town, clock)) as recording:
        until(lambda: recording.present().standings[ODD] in {Standing.GOOD, Standing.SUSPECT})
        assert recording.present().standings[ODD] == Standing.SUSPECT
        assert drifts_told(recording) == ["PT-2"]
        with pytest.raises(AppError, match=r"alarms\.see_to_reason"):
            recording.see_to("PT-2", "王敏", " ")
        with pytest.raises(AppError, match=r"alarms\.no_such_channel"):
            recording.see_to("PT-9", "王敏", "x")
        assert stands(recording) is Standing.SUSPECT
        recording.see_to("PT-2", "王敏", "已校准")
        until(lambda: stands(recording) is Standing.GOOD)
        # What it read before is no measure of it any more: it is not found again.
        clock.now_ms += 2 * MINUTE
        recording.check_instruments()
        until(lambda: drifts_told(recording) == [])
        told = [(one.what, one.actor, one.note) for one in recording.events(0, 2**62) if one.alarm == "PT-2"]
        assert told == [(Deed.DRIFTS, "", ""), (Deed.SEEN_TO, "王敏", "已校准")]
        # Looking back shows what was known then.
        assert recording.look_back(found_ms).present.quality[ODD] & int(Quality.DRIFT)
        assert not recording.look_back(clock.now_ms).present.quality[ODD] & int(Quality.DRIFT)


def test_the_recorder_s_own_process_finds_what_drifts_while_nobody_looks_at_the_list(town: Path) -> None:
    """The window asks how everything stands, and nothing else."""
    asking = Asker()
    try:
        asking.ask(WatchLive(town, NOW))

        def stands_there() -> int:
            shown = asking.ask(LookLive())
            assert isinstance(shown, LiveShown)
            return int(shown.present.standings[ODD])

        until(lambda: stands_there() == Standing.SUSPECT)
    finally:
        asking.client.close()


def test_what_cannot_be_looked_at_is_told_and_stops_nothing(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable(*_: object) -> int:
        raise GisError("store.damaged", path="x", reason="y")

    with closing(Recording(town, Clock())) as recording:
        monkeypatch.setattr(LineCheck, "look", unreadable)
        recording.check_instruments()
        assert recording.present().trouble == ("store.damaged", {"path": "x", "reason": "y"})
        until(lambda: stands(recording) is Standing.GOOD)


def test_what_drifts_clears_no_alarm(town: Path) -> None:
    """The alarm stood when the drift was found; that it reads well above its limit does not end it."""
    setup = Setup(CHANNELS, Limits((Limit("PT-2 low", ODD, Side.LOW, 100.0),)), (Feed("demo", FeedKind.DEMO),))
    write_setup(town, setup)
    with closing(Recording(town, Clock())) as recording:
        until(lambda: recording.present().alarm_states[0] == AlarmState.UNACKNOWLEDGED)
        until(lambda: stands(recording) is Standing.SUSPECT)
        recording.change_limit(LOW.records[0], "op")
        before = recording.present().received
        until(lambda: recording.present().received > before + 3)
        assert recording.present().alarm_states[0] == AlarmState.UNACKNOWLEDGED
        recording.see_to("PT-2", "op", "PRV set higher")
        until(lambda: recording.present().alarm_states[0] == AlarmState.RETURNED_UNACKNOWLEDGED)
