"""Drills: copies of a city whose recorded readings are played as if they were of now."""

import shutil
import time
from collections.abc import Callable
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest
from demo_town import MINUTE, NOW, set_up

from app.bootstrap import main
from app.errors import AppError
from app.feeds.inbox import Link
from app.operations.demo_history import make_demo_history
from app.operations.drill import DrillPlan, make_drill
from app.telemetry.demo import Happening
from app.telemetry.history import History
from app.telemetry.live import Standing
from app.telemetry.recording import Recording
from app.telemetry.recordings import in_parquet_child
from app.telemetry.replay_faults import Fault
from app.telemetry.setup import FOLDER, HISTORY, Feed, FeedKind, read_setup, write_setup
from app.workspace import open_workspace

WAIT_S = 90.0
LATER = NOW + 100 * 24 * 60 * MINUTE
"""The drill is held in June."""


@pytest.fixture(scope="module")
def city(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town that has recorded a day, with a burst in the last twenty minutes."""
    folder = Path(shutil.copytree(demo, tmp_path_factory.mktemp("drills") / "town"))
    set_up(folder, Happening(1, NOW - 20 * MINUTE, NOW + 300 * MINUTE))
    make_demo_history(folder, NOW, 1, lambda *_: None)
    return folder


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def clock() -> Callable[[], int]:
    began = time.monotonic()
    return lambda: LATER + round((time.monotonic() - began) * 1000)


def test_the_burst_of_march_is_an_alarm_again_in_june(city: Path, tmp_path: Path) -> None:
    target = tmp_path / "drill"
    plan = DrillPlan(None, NOW - 21 * MINUTE, 0.2, 240.0, (Fault.DOUBLED, Fault.DAMAGED), 4)
    steps: list[str] = []
    readings = make_drill(city, target, plan, lambda step, _share=None: steps.append(step))
    assert readings > 300
    assert steps == ["drill_recording", "saving", "saving"]
    (feed,) = read_setup(target).feeds
    assert (feed.kind, feed.speed, feed.faults) == (FeedKind.REPLAY, 240.0, ("doubled", "damaged"))
    with closing(open_workspace(target)) as copy:
        assert len(copy.city.network.pipes) > 0
    before = (city / HISTORY).read_bytes()
    recording = Recording(target, clock())
    until(lambda: recording.present().links["drill"].link is Link.ENDED)
    until(lambda: "PT-0002 low" in {event.alarm for event in recording.events(LATER - MINUTE, LATER + 60 * MINUTE)})
    present = recording.present()
    assert present.standings[1] == Standing.GOOD
    assert present.values[2] < 22.0
    recording.close()
    with closing(History.open(target / HISTORY, readonly=True)) as history:
        number, _ = history.channels()["PT-0002"]
        kept = history.readings(number, LATER - MINUTE, LATER + 60 * MINUTE)
        assert len(kept) == 72
        assert {reason for _, _, reason, _ in history.dead_letters()} == {"not_json"}
    assert (city / HISTORY).read_bytes() == before


def test_a_drill_is_made_by_command_from_a_file_as_well(
    city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "hour.csv"
    file.write_text("time,channel,value\n2026-03-01T08:00:00+08:00,PT-0001,0.3\n", encoding="utf-8")
    order = ["feed", "drill", str(city), "--out"]
    assert main([*order, str(tmp_path / "a"), "--recording", str(file), "--faults", "all", "--lang", "en"]) == 0
    assert "plays 1 reading " in capsys.readouterr().out
    assert read_setup(tmp_path / "a").feeds[0].faults == tuple(fault.value for fault in Fault)
    assert main([*order, str(tmp_path / "b"), "--from", "2026-03-12T14:00", "--hours", "0.25", "--lang", "zh_CN"]) == 0
    assert "当作此刻的读数回放" in capsys.readouterr().out


@pytest.mark.skipif(find_spec("pyarrow") is None, reason="pyarrow is not installed")
def test_a_file_of_the_archive_is_played_sixty_times_as_fast(city: Path, tmp_path: Path) -> None:
    file, target, span_ms = tmp_path / "three.parquet", tmp_path / "drill", 3 * MINUTE
    channels = [("PT-0001", "MPa", 101.97)]
    in_parquet_child("write_archive", str(city / HISTORY), channels, NOW - span_ms, NOW, str(file))
    readings = make_drill(city, target, DrillPlan(file, speed=60.0), lambda *_: None)
    assert (readings, read_setup(target).feeds[0].path) == (18, f"{FOLDER}/{file.name}")
    with closing(History.open(city / HISTORY, readonly=True)) as history:
        number, _ = history.channels()["PT-0001"]
        was = history.readings(number, NOW - span_ms, NOW)
    recording = Recording(target, clock())
    until(lambda: recording.present().links["drill"].link is Link.UP)
    began = time.monotonic()
    until(lambda: recording.present().links["drill"].link is Link.ENDED)
    took_s = time.monotonic() - began
    recording.close()
    with closing(History.open(target / HISTORY, readonly=True)) as history:
        number, _ = history.channels()["PT-0001"]
        came = history.readings(number, LATER - MINUTE, LATER + 60 * MINUTE)
    assert abs(came.count - was.count).max() <= 1
    assert abs(came.source_ms - came.source_ms[0] - (was.source_ms - was.source_ms[0]) / 60.0).max() <= 1
    assert took_s >= 0.8 * (was.source_ms[-1] - was.source_ms[0]) / 60_000.0


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--from", "2026-03-12T14:00", "--faults", "lost"], "lost is no fault"),
        (["--from", "2026-03-12T14:00", "--hours", "0"], "more than 0 and at most 240"),
        (["--from", "2020-03-12T14:00"], "there is nothing to play"),
        (["--recording", "gone.csv"], "no readings can be read"),
    ],
)
def test_what_cannot_be_played_is_said_in_one_sentence_and_nothing_is_written(
    city: Path, tmp_path: Path, more: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["feed", "drill", str(city), "--out", str(tmp_path / "drill"), *more, "--lang", "en"]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.rstrip().count("\n") == 0
    assert not (tmp_path / "drill").exists()


def test_recorded_readings_are_never_played_beside_live_ones(city: Path, tmp_path: Path) -> None:
    setup = read_setup(city)
    replay = Feed("old", FeedKind.REPLAY, path="telemetry/recording.csv")
    write_setup(tmp_path, type(setup)(setup.channels, setup.limits, (replay, Feed("scada", FeedKind.HTTP, url="x"))))
    with pytest.raises(AppError, match=r"feed\.replay_alone"):
        Recording(tmp_path, clock())


def test_a_recording_that_is_gone_is_told_by_the_feed(city: Path, tmp_path: Path) -> None:
    target = tmp_path / "drill"
    make_drill(city, target, DrillPlan(None, NOW - 10 * MINUTE, 0.1), lambda *_: None)
    (target / FOLDER / "recording.csv").unlink()
    recording = Recording(target, clock())
    until(lambda: recording.present().links["drill"].link is Link.REFUSED)
    state = recording.present().links["drill"]
    assert state.code == "feed.no_recording"
    assert "recording.csv" in state.reason
    recording.close()
