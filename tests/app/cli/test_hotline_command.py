"""``sluice hotline`` and ``sluice calls`` on a real workspace."""

import json
from datetime import datetime
from pathlib import Path

import handmade
import pytest
from refusal import refusal_of

from app.bootstrap import main
from app.times import CITY_TIME
from app.workspace import create_workspace


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
