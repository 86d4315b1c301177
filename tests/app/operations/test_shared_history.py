"""Readings to a server and back, and onto a laptop: once each, whatever is repeated, and of the district alone."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from demo_town import CHANNELS, NOW, set_up
from dispatch_room import make_city

from app.bootstrap import main
from app.errors import AppError
from app.operations.demo_history import make_demo_history
from app.operations.shared_history import fetch_history, share_history
from app.operations.taking import Along, take
from app.telemetry.history import DAY_MS, History
from app.telemetry.history_server import open_shared
from app.telemetry.setup import HISTORY, read_setup
from gis.errors import GisError

MOMENT = datetime.fromtimestamp(NOW / 1000, UTC)
IDS = [one.id for one in CHANNELS.records]


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city of which three days were recorded."""
    folder = make_city(tmp_path_factory.mktemp("recorded") / "city")
    set_up(folder)
    make_demo_history(folder, NOW, 3, lambda *_: None)
    return folder


def stamps(history: History, name: str, days: int) -> np.ndarray:
    number, _ = history.channels()[name]
    return history.readings(number, NOW - days * DAY_MS, NOW + DAY_MS).source_ms


def test_a_server_has_each_reading_once_and_another_console_fetches_them(
    recorded: Path, database: str, tmp_path: Path
) -> None:
    told: list[float] = []
    count = share_history(recorded, database, 2, NOW, lambda _step, share=None: told.append(share or 0.0))
    assert told[-1] == 1.0
    assert share_history(recorded, database, 2, NOW, lambda *_: None) == count
    other = make_city(tmp_path / "other")
    set_up(other)
    assert fetch_history(other, database, 7, NOW, lambda *_: None) == count
    with (
        closing(History.open(recorded / HISTORY, readonly=True)) as own,
        closing(open_shared(database)) as server,
        closing(History.open(other / HISTORY, readonly=True)) as fetched,
    ):
        assert set(server.channels()) == set(IDS)
        for name in IDS:
            wanted = stamps(own, name, 2)
            assert len(wanted) > 1_000
            assert (stamps(server, name, 9) == wanted).all()
            assert (stamps(fetched, name, 9) == wanted).all()


def test_what_cannot_be_copied_is_told_and_nothing_is_made(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    empty = make_city(tmp_path / "empty")
    with pytest.raises(AppError, match=r"telemetry\.not_set_up"):
        share_history(empty, database, 2, NOW, lambda *_: None)
    set_up(empty)
    with pytest.raises(AppError, match=r"history\.none"):
        share_history(empty, database, 2, NOW, lambda *_: None)
    with pytest.raises(AppError, match=r"history\.not_a_history"):
        fetch_history(empty, database, 2, NOW, lambda *_: None)
    with pytest.raises(GisError, match=r"server\.unreachable"):
        fetch_history(empty, "host=127.0.0.1 port=1 dbname=x", 2, NOW, lambda *_: None)
    assert not (empty / HISTORY).exists()
    assert main(["feed", "share", str(empty), "--to", "password=x host=h", "--lang", "en"]) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert main(["feed", "share", str(empty), "--to", database, "--lang", "zh_CN"]) == 2
    assert "还没有任何读数" in capsys.readouterr().err


def test_the_commands_say_how_many(recorded: Path, database: str, capsys: pytest.CaptureFixture[str]) -> None:
    # The readings are of months ago by the clock of whoever types this.
    span = ["--days", "732", "--lang", "en"]
    assert main(["feed", "share", str(recorded), "--to", database, *span]) == 0
    assert "readings of the span are on owner@" in capsys.readouterr().out
    assert main(["feed", "fetch", str(recorded), "--from", database, *span]) == 0
    assert "readings of the span fetched from owner@" in capsys.readouterr().out


def test_a_laptop_takes_the_readings_of_its_district_along(recorded: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(recorded, tmp_path / "home"))
    near = [one for one in CHANNELS.records if (one.x_m or 0) >= 500_400.0]
    assert 0 < len(near) < len(IDS)
    corners = [[500_300.0, 4_059_000.0], [501_000.0, 4_059_000.0], [501_000.0, 4_061_000.0], [500_300.0, 4_061_000.0]]
    area = tmp_path / "north.geojson"
    area.write_text(json.dumps({"type": "Polygon", "coordinates": [[*corners, corners[0]]]}), encoding="utf-8")
    taken = take(
        home, tmp_path / "laptop", Along("李", 14, polygon=area, readings_days=1), MOMENT, "desk", lambda *_: None
    )
    setup = read_setup(tmp_path / "laptop")
    assert [one.id for one in setup.channels.records] == [one.id for one in near]
    assert (setup.feeds, setup.limits.records) == ((), ())
    with (
        closing(History.open(home / HISTORY, readonly=True)) as own,
        closing(History.open(tmp_path / "laptop" / HISTORY, readonly=True)) as along,
    ):
        assert set(along.channels()) == {one.id for one in near}
        counts = [len(stamps(along, one.id, 9)) for one in near]
        assert counts == [len(stamps(own, one.id, 1)) for one in near]
    assert taken.readings == sum(counts) > 1_000
    without = take(home, tmp_path / "bare", Along("王", 14), MOMENT, "desk", lambda *_: None)
    assert without.readings == 0
    assert not (tmp_path / "bare" / HISTORY).exists()
