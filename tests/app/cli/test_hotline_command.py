"""``sluice hotline`` and ``sluice calls`` on a real workspace."""

import json
from contextlib import closing
from datetime import datetime
from pathlib import Path

import handmade
import numpy as np
import pytest
from demo_town import set_up
from refusal import refusal_of

from app.bootstrap import main
from app.journal.events import milliseconds
from app.telemetry.history import History
from app.telemetry.readings import Readings
from app.telemetry.setup import HISTORY
from app.times import CITY_TIME
from app.workspace import create_workspace
from network.units import M_HEAD_PER_MPA


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hotline") / "city"
    create_workspace(folder, handmade.noded(), sources=[], now=datetime.now(CITY_TIME), actor="a")
    return folder


def test_the_commands(city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hotline", str(city), "第一医院", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["customer"], told["out"], told["causes"]) == ("C1", False, [])
    assert main(["hotline", str(city), "zzzzqqqq", "--lang", "en"]) == 1
    assert "No such customer" in capsys.readouterr().out
    called = tmp_path / "calls.txt"
    called.write_text("C1\n\n", encoding="utf-8")
    assert main(["calls", str(city), str(called), "--json"]) == 0
    first = json.loads(capsys.readouterr().out.splitlines()[0])
    assert first["calls"] == 1
    assert first["pipes"]
    called.write_text("C1\nC9\n", encoding="utf-8")
    assert "C9" in refusal_of(["calls", str(city), str(called), "--lang", "en"], capsys)


def test_pressures_nearby_are_told_as_they_read_now(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "w"
    create_workspace(folder, handmade.noded(), sources=[], now=datetime.now(CITY_TIME), actor="a")
    assert main(["hotline", str(folder), "C1", "--lang", "en"]) == 0
    assert "No pressure is measured nearby." in capsys.readouterr().out
    setup = set_up(folder)
    channel = setup.channels.records[1]
    now_ms = milliseconds(datetime.now(CITY_TIME))
    with closing(History.create(folder / HISTORY)) as history:
        number = history.channel(channel.id, channel.step)
        told = (number, now_ms - 5_000, now_ms - 4_000, round(0.265 * M_HEAD_PER_MPA / channel.step), 0)
        history.append(Readings(*(np.array([one], dtype=np.int64) for one in told)))
    assert main(["hotline", str(folder), "C1", "--json"]) == 0
    near = json.loads(capsys.readouterr().out)["pressures"]
    # The nearest two of those within 2 km; flows, levels and states are none.
    assert [(one["name"], one["mpa"], one["standing"]) for one in near] == [
        ("山大路", 0.265, "good"),
        ("解放路", None, "missing"),
    ]
    assert near[1]["at"] is None
    assert near[0]["away_m"] < near[1]["away_m"] < 2_000
    assert main(["hotline", str(folder), "C1", "--lang", "zh_CN"]) == 0
    out = capsys.readouterr().out
    assert f"山大路，相距 {near[0]['away_m']} m：0.265 MPa，正常" in out
    assert "– MPa" in out
