"""``sluice permit``: leave to enter a chamber, asked for at a terminal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import handmade
import pytest

from app.bootstrap import main
from app.workspace import create_workspace

AIR = ("--oxygen", "20.9", "--combustible", "0", "--h2s", "0", "--co", "0")
PEOPLE = ("--instrument", "X4-0712", "--enters", "李四", "--stands-by", "王五", "--ventilated")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chamber") / "city"
    create_workspace(folder, handmade.noded(), sources=[], now=datetime.now(UTC), actor="a")
    assert main(["incident", str(folder), "新", "漏", "银杏路1号"]) == 0
    return folder


def test_foul_air_is_refused_in_words_and_written_down_and_good_air_lets_in(
    city: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    asked = ["permit", str(city), "W1", "V1", *PEOPLE]
    foul = [*asked, "--oxygen", "18.2", "--combustible", "0", "--h2s", "14.5", "--co", "0", "--lang", "zh_CN"]
    assert main(foul) == 3
    told = capsys.readouterr().out
    assert "V1 阀门井不得进入" in told
    assert "氧含量 18.2 %，低于 19.5 %" in told
    assert "硫化氢 14.5 mg/m³，上限 10" in told
    assert main(["permit", str(city), "W1", "--lang", "zh_CN"]) == 0
    assert "V1\t不得进入\t" in capsys.readouterr().out
    assert main([*asked, *AIR, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"valve": "V1", "given": True, "refused": []}
    assert main(["permit", str(city), "W1", "--json"]) == 0
    (standing,) = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert (standing["state"], standing["oxygen_percent"]) == ("given", 20.9)
    for language, words in (("zh_CN", "阀门井准许进入"), ("en", "may be entered")):
        assert main(["incident", str(city), "--show", "W1", "--lang", language]) == 0
        out = capsys.readouterr().out
        assert words in out
        assert "李四" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["W1", "V1", *PEOPLE, *AIR[:-2]], "--co"),
        (["W9", "V1", *PEOPLE, *AIR], "W9"),
        (["W9"], "W9"),
        (["W1", "V1", *AIR, "--ventilated"], "instrument"),
        (["W1", "V1", *PEOPLE, *AIR, "--read", "2026-03-01T10:00"], "30 minutes"),
        (["W1", "V1", *PEOPLE, "--oxygen", "much"], "much"),
        (["W1", "V1", *PEOPLE, *AIR, "--h2s=14.5"], "twice"),
    ],
)
def test_what_is_missing_or_old_is_said_in_one_line(
    city: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    try:
        code = main(["permit", str(city), *arguments, "--lang", "en"])
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    assert code == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
