"""``sluice hydrant``: water drawn from hydrants from a terminal."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from dispatch_room import make_city

from app.bootstrap import main
from app.times import CITY_TIME


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_city(tmp_path_factory.mktemp("city") / "w")


def test_it_is_drawn_listed_ended_and_withdrawn_and_bad_input_is_a_sentence(
    city: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*typed: str, language: str = "en") -> tuple[int, str, str]:
        code = main(["hydrant", str(city), *typed, "--lang", language])
        out, err = capsys.readouterr()
        return code, out, err

    assert run("list")[1] == "No water is drawn from hydrants.\n"
    told = ("--purpose", "street", "--flow", "18", "--told-by", "Li", "--note", "sweeper 4", "--who", "Wang")
    code, out, _ = run("draw", "--hydrant", "H1", *told, "--json")
    assert code == 0
    drawn = json.loads(out)
    assert (drawn["number"], drawn["stage"], drawn["hydrant"]) == ("Y1", "running", "H1")
    assert (drawn["flow_m3_h"], drawn["told_by"], drawn["until"], drawn["author"]) == (18.0, "Li", None, "Wang")
    line = run("list")[1].rstrip("\n").split("\t")
    assert [*line[:4], *line[5:]] == ["Y1", "running", "H1", "street cleaning", "18 m³/h", "Li", "sweeper 4"]
    assert line[4].endswith("– open")
    assert "环卫" in run("list", language="zh_CN")[1]
    assert run("runs", "Y1")[0] == 0
    assert "31 days" in run("end", "Y1", "--until", "2199-01-01T00:00")[2]
    assert json.loads(run("end", "Y1", "--json")[1])["stage"] == "ended"
    place = ("--at", f"{drawn['place_m'][0]},{drawn['place_m'][1]}")
    began = datetime.now(CITY_TIME) - timedelta(days=9)
    past = ("--from", f"{began:%Y-%m-%dT%H:%M}", "--until", f"{began + timedelta(hours=2):%Y-%m-%dT%H:%M}")
    assert run("draw", *place, "--purpose", "fire", *past, "--note", "old")[0] == 0
    assert "old" not in run("list")[1]
    assert "old" in run("list", "--all")[1]
    assert run("withdraw", "Y1", "--note", "by mistake")[1].split("\t")[1] == "taken back"
    refused = {
        ("draw", "--hydrant", "H1"): "--purpose",
        ("draw", "--hydrant", "H7", "--purpose", "fire"): "There is no hydrant H7.",
        ("draw", "--purpose", "fire"): "Say which hydrant, or where.",
        ("draw", "--hydrant", "H1", "--purpose", "fire", "--flow", "5000"): "at most 1000 m³/h",
        ("draw", "--hydrant", "H1", "--purpose", "fire", "--until", "2020-01-01T00:00"): "before it begins",
        ("end", "Y9"): "There is no hydrant use Y9.",
        ("end",): "There is no hydrant use",
        ("end", "Y1"): "taken back already",
    }
    for typed, words in refused.items():
        code, _, err = run(*typed)
        assert code == 2, typed
        assert words in err
        assert err.count("\n") == 1
