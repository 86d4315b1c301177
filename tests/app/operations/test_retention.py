"""Old readings in Parquet files: whole, readable by others, out of the history, and never forgotten unread."""

import os
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from demo_town import CHANNELS, LIMITS, NOW, set_up

from app.bootstrap import main
from app.errors import AppError
from app.operations import retention
from app.operations.retention import month_of, put_away
from app.telemetry import recordings
from app.telemetry.history import DAY_MS, History
from app.telemetry.readings import Quality, Readings
from app.telemetry.recordings import read_recording
from app.telemetry.setup import HISTORY, Setup
from app.times import CITY_TIME

NEEDS_ARROW = pytest.mark.skipif(find_spec("pyarrow") is None, reason="pyarrow is not installed")
SETUP = Setup(CHANNELS, LIMITS, ())
JANUARY = 1_767_225_600_000
"""2026-01-01 00:00 UTC."""
FEBRUARY = JANUARY + 31 * DAY_MS
MARCH = FEBRUARY + 28 * DAY_MS
STEP_MS = 6 * 3_600_000


def readings(number: int, start_ms: int, end_ms: int, quality: int = 0) -> Readings:
    at = np.arange(start_ms, end_ms, STEP_MS, dtype=np.int64)
    rows = np.full(len(at), number, dtype=np.int64)
    return Readings(rows, at, at + 1_000, 3000 + np.arange(len(at)), np.full(len(at), quality))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """PT-0001 from January on, one channel that nobody knows any more, one only in February."""
    with closing(History.create(tmp_path / HISTORY)) as history:
        first, gone, late = (
            history.channel(name, step) for name, step in (("PT-0001", 0.01), ("PT-old", 0.5), ("FT-W1", 1e-5))
        )
        history.append(readings(first, JANUARY, NOW))
        history.append(readings(gone, JANUARY, JANUARY + DAY_MS, int(Quality.STUCK)))
        history.append(readings(late, FEBRUARY, FEBRUARY + DAY_MS))
        history.compact(NOW)
    return tmp_path


def silent(_step: str, _share: float | None = None) -> None:
    """Progress that nobody watches."""


def test_months_are_whole_ones() -> None:
    assert month_of(JANUARY) == month_of(FEBRUARY - 1) == (JANUARY, FEBRUARY)
    assert month_of(MARCH - 1) == (FEBRUARY, MARCH)
    december = month_of(JANUARY - 1)
    assert december == (JANUARY - 31 * DAY_MS, JANUARY)


@NEEDS_ARROW
def test_old_months_are_in_files_and_out_of_the_history(folder: Path) -> None:
    (month,) = put_away(folder, SETUP, 35, NOW, silent)
    assert month.path == folder / "archive" / "readings-2026-01.parquet"
    assert month.readings == 31 * 4 + 4
    told = read_recording(month.path, CITY_TIME)
    assert len(told) == month.readings
    (first, old) = (next(one for one in told if one.channel == name) for name in ("PT-0001", "PT-old"))
    assert (first.source_ms, first.received_ms) == (JANUARY, JANUARY + 1_000)
    assert first.value == pytest.approx(30.0 / 101.97, abs=1e-3), "in the unit sent, MPa"
    assert old.value == 1500.0, "in the unit inside, for nobody knows which was sent"
    with closing(History.open(folder / HISTORY, readonly=True)) as history:
        number, _ = history.channels()["PT-0001"]
        assert len(history.readings(number, 0, FEBRUARY)) == 0
        kept = history.readings(number, FEBRUARY, NOW)
        assert int(kept.source_ms[0]) == FEBRUARY
    assert put_away(folder, SETUP, 35, NOW, silent) == ()
    part = read_recording(month.path, CITY_TIME, (JANUARY + DAY_MS, JANUARY + 2 * DAY_MS))
    assert [one.source_ms for one in part] == list(range(JANUARY + DAY_MS, JANUARY + 2 * DAY_MS, STEP_MS))


@NEEDS_ARROW
def test_what_comes_late_for_a_month_that_is_away_stands_beside_it(folder: Path) -> None:
    put_away(folder, SETUP, 35, NOW, silent)
    with closing(History.open(folder / HISTORY)) as history:
        number, _ = history.channels()["PT-0001"]
        history.append(readings(number, JANUARY + 3_600_000, JANUARY + DAY_MS))
    (month,) = put_away(folder, SETUP, 35, NOW, silent)
    assert (month.path.name, month.readings) == ("readings-2026-01-2.parquet", 4)


def test_nothing_is_forgotten_that_came_while_it_was_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def meanwhile(_function: str, *order: object, **_options: object) -> int:
        """Somebody puts the history in order while the child reads."""
        tries.append(order[-1])
        Path(str(order[-1])).touch()
        with closing(History.open(folder / HISTORY)) as other:
            other.append(readings(1, JANUARY + 60_000 * len(tries), JANUARY + DAY_MS))
            other.compact(NOW)
        return 1

    monkeypatch.setattr(retention, "in_parquet_child", meanwhile)
    with pytest.raises(AppError, match=r"history\.busy"):
        put_away(folder, SETUP, 35, NOW, silent)
    assert len(tries) == 3
    assert list((folder / "archive").iterdir()) == []
    with closing(History.open(folder / HISTORY, readonly=True)) as history:
        assert len(history.readings(1, JANUARY, FEBRUARY)) == 31 * 4 + 3 * 4


@NEEDS_ARROW
@pytest.mark.parametrize("late", ["PT-0001", "PT-new"])
def test_what_is_put_in_order_while_the_child_reads_is_in_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    """January comes late, of a known channel or a new one, while February is being written."""
    with closing(History.create(tmp_path / HISTORY)) as history:
        history.append(readings(history.channel("PT-0001", 0.01), FEBRUARY, FEBRUARY + DAY_MS))
    tries = []

    def meanwhile(function: str, *order: object, **_options: object) -> object:
        written = recordings.in_parquet_child(function, *order)
        if not tries:
            with closing(History.open(tmp_path / HISTORY)) as other:
                other.append(readings(other.channel(late, 0.01), JANUARY, JANUARY + DAY_MS))
                other.append(readings(other.channel(late, 0.01), FEBRUARY + DAY_MS, FEBRUARY + 2 * DAY_MS))
                other.compact(NOW + 60 * DAY_MS)
        tries.append(order)
        return written

    monkeypatch.setattr(retention, "in_parquet_child", meanwhile)
    done = put_away(tmp_path, SETUP, 35, NOW + 60 * DAY_MS, silent)
    assert [(month.path.name, month.readings) for month in done] == [
        ("readings-2026-01.parquet", 4),
        ("readings-2026-02.parquet", 8),
    ]
    assert len(tries) == 3


def test_a_second_run_is_refused_while_one_is_at_work(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = []

    def meanwhile(_function: str, *order: object, **_options: object) -> int:
        with pytest.raises(AppError, match=r"history\.archiving") as second:
            put_away(folder, SETUP, 35, NOW, silent)
        refused.append(second.value.code)
        return 1

    monkeypatch.setattr(retention, "in_parquet_child", meanwhile)
    assert len(put_away(folder, SETUP, 35, NOW, silent)) == 1
    assert refused == ["history.archiving"]
    assert put_away(folder, SETUP, 35, NOW, silent) == (), "the lock goes with the run"


@NEEDS_ARROW
def test_a_file_that_is_there_is_not_replaced(folder: Path) -> None:
    path = folder / "readings-2026-01.parquet"
    path.write_text("kept", encoding="utf-8")
    order = (str(folder / HISTORY), [("PT-0001", "", 1.0)], JANUARY, FEBRUARY, str(path))
    with pytest.raises(AppError, match="cannot_write_file"):
        recordings.in_parquet_child("write_archive", *order)
    assert path.read_text(encoding="utf-8") == "kept"
    assert list(folder.glob(".partial-*")) == []


@NEEDS_ARROW
def test_the_name_of_a_file_is_on_the_disk_when_it_is_written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.telemetry.arrow_files import write_archive  # noqa: PLC0415

    synced = []
    monkeypatch.setattr("app.telemetry.arrow_files.sync_folder", lambda place: synced.append((place, path.exists())))
    path = folder / "january.parquet"
    assert write_archive(str(folder / HISTORY), [("PT-0001", "", 1.0)], JANUARY, FEBRUARY, str(path)) == 31 * 4
    assert synced == [(folder, True)]


@NEEDS_ARROW
def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(tmp_path)
    with closing(History.create(tmp_path / HISTORY)) as history:
        history.append(readings(history.channel("PT-0001", 0.01), JANUARY, JANUARY + DAY_MS))
    order = ["feed", "archive", str(tmp_path), "--keep-days"]
    assert main([*order, "40", "--out", str(tmp_path / "old"), "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "4 readings put away" in out
    assert (tmp_path / "old" / "readings-2026-01.parquet").exists()
    assert main([*order, "40", "--lang", "zh_CN"]) == 0
    assert "未归档" in capsys.readouterr().out
    assert main([*order, "7", "--lang", "en"]) == 2
    assert "At least 35 days" in capsys.readouterr().err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_changes_nothing(folder: Path) -> None:
    locked = folder / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(AppError, match="cannot_write_file"):
        put_away(folder, SETUP, 35, NOW, silent, locked)


def test_a_file_in_the_way_of_the_folder_is_told(folder: Path) -> None:
    (folder / "file").write_text("", encoding="utf-8")
    with pytest.raises(AppError, match="cannot_write_file"):
        put_away(folder, SETUP, 35, NOW, silent, folder / "file" / "archive")
    with closing(History.open(folder / HISTORY, readonly=True)) as history:
        assert len(history.readings(1, JANUARY, FEBRUARY)) == 31 * 4


def test_without_the_library_of_parquet_that_is_said_and_nothing_is_lost(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "find_spec", lambda _name: None)
    with pytest.raises(AppError, match=r"feed\.no_parquet"):
        put_away(folder, SETUP, 35, NOW, silent)
    with pytest.raises(AppError, match=r"feed\.no_parquet"):
        read_recording(folder / "x.parquet", CITY_TIME)
    with closing(History.open(folder / HISTORY, readonly=True)) as history:
        assert len(history.readings(1, JANUARY, FEBRUARY)) == 31 * 4
