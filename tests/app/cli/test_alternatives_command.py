"""``sluice alternatives``: the plans to choose from and every fallback; each refusal a clear sentence, never a hang."""

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from refusal import refusal_of

from app.bootstrap import main
from app.messages import LANGUAGES, load_words
from app.operations.alternatives import Alternatives, alternatives_of, as_record
from app.operations.alternatives_words import as_text, why_none
from app.operations.isolate import Desk, parse_query
from app.plan_requests import CostOf, PlansWeighed
from app.workspace import open_workspace
from network.alternatives.records import WhyNone
from network.answers import CannotIsolate, PipeTarget
from network.supply import SupplyModel, prepare


def alternatives(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["alternatives", *arguments, "--json"]) == 0
    out, err = capsys.readouterr()
    assert not err
    return json.loads(out)


@pytest.fixture(scope="module")
def model(demo: Path) -> SupplyModel:
    with closing(open_workspace(demo)) as workspace:
        return prepare(workspace.city, workspace.states)


@pytest.fixture(scope="module")
def pipe(model: SupplyModel) -> str:
    """A pipe with several plans to choose from."""
    desk, ids = Desk(model), model.city.network.pipes.ids
    for row, name in enumerate(ids):
        plan = desk.answer(parse_query({"pipe": name})).plan
        if plan.feasible and len(plan.close) >= 3:
            told = alternatives_of(model, PipeTarget(row), CostOf.VALVES)
            if len(told.weighed.options) > 1:
                return name
    raise AssertionError("the demo city has no such pipe")


def test_the_front_ends_with_the_plan_and_each_valve_has_its_fallback(
    demo: Path, pipe: str, capsys: pytest.CaptureFixture[str]
) -> None:
    record = alternatives(capsys, str(demo), "--pipe", pipe)
    assert main(["isolate", str(demo), "--pipe", pipe, "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    front = record["front"]
    assert record["reason"] is None
    assert front[-1]["close"] == plan["close"]
    assert front[-1]["customers_out"] == len(plan["customers"]["out"])
    assert [point["valves"] for point in front] == sorted({point["valves"] for point in front})
    assert [point["customers_out"] for point in front] == sorted(
        {point["customers_out"] for point in front}, reverse=True
    )
    assert all(point["area_km2"] > 0.0 for point in front)
    stages = record["stages"]
    assert sorted({*stages["close_now"], *stages["then_close"]} - {*stages["then_reopen"]}) == plan["close"]
    assert stages["customers_first"] > stages["customers_then"]
    assert [back["valve"] for back in record["fallbacks"]] == [*plan["close"], *plan["drain_back"]]
    for back in record["fallbacks"]:
        assert back["valve"] not in back["close"]
        assert main(["isolate", str(demo), "--pipe", pipe, "--inoperable", back["valve"], "--json"]) == 0
        assert back["close"] == json.loads(capsys.readouterr().out)["close"]


def test_a_cost_in_time_counts_the_crew_s_way(demo: Path, pipe: str, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(open_workspace(demo)) as workspace:
        nodes = workspace.city.network.nodes
        corner = f"{nodes.x_m.min()},{nodes.y_m.min()}"
    here = alternatives(capsys, str(demo), "--pipe", pipe, "--cost", "time")
    away = alternatives(capsys, str(demo), "--pipe", pipe, "--cost", "time", "--from", corner)
    assert here["cost"] == "minutes"
    assert all(point["cost"] > 0.0 for point in here["front"])
    assert away["front"][0]["cost"] > here["front"][0]["cost"]


def test_a_valve_without_a_fallback_names_the_source_to_stop(model: SupplyModel, pipe: str) -> None:
    told = alternatives_of(model, PipeTarget(model.city.network.pipes.ids.find(pipe)), CostOf.VALVES)
    back = told.fallbacks[0]
    never = replace(back, answer=CannotIsolate(replace(back.plan, stop=(0,)), ()))
    source = model.city.network.sources.ids[0]
    stuck = replace(told, fallbacks=(never,))
    assert as_record(model, stuck)["fallbacks"][0]["stop"] == [source]
    assert f"{source} would have to be stopped" in as_text(model, stuck, load_words("en"))


def test_for_a_reader_there_are_words(demo: Path, pipe: str, capsys: pytest.CaptureFixture[str]) -> None:
    for language, head, fallbacks in (("zh_CN", "可选方案", "若某阀关不动"), ("en", "Plans to choose", "If a valve")):
        assert main(["alternatives", str(demo), "--pipe", pipe, "--cost", "time", "--lang", language]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert lines[0].startswith(head)
        assert lines[1].startswith("  A  ")
        assert any(line.startswith(fallbacks) for line in lines)
        assert not any("{" in line for line in lines)


@pytest.mark.parametrize("why", list(WhyNone))
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_is_one_clear_sentence(model: SupplyModel, why: WhyNone, language: str) -> None:
    told = Alternatives(None, PlansWeighed(CostOf.VALVES, why=why), ())
    sentence = why_none(model, told, load_words(language))
    assert sentence
    assert "\n" not in sentence
    assert as_record(model, told)["front"] == []


def test_a_target_that_is_not_in_the_city_is_no_fault(model: SupplyModel) -> None:
    told = alternatives_of(model, PipeTarget(10**9), CostOf.VALVES)
    assert told.given is None
    assert told.weighed.why is WhyNone.UNKNOWN_TARGET


@pytest.fixture(scope="module")
def dry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of two mains without any source."""
    folder = tmp_path_factory.mktemp("dry")
    features = [
        {
            "type": "Feature",
            "properties": {"id": name, "dn_mm": 200},
            "geometry": {"type": "LineString", "coordinates": [[500_000 + x, 4_060_000], [500_100 + x, 4_060_000]]},
        }
        for name, x in (("P1", 0), ("P2", 100))
    ]
    (folder / "pipe.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    city = folder / "city"
    assert main(["import", str(folder / "pipe.geojson"), "--crs", "EPSG:4548", "--out", str(city)]) == 0
    return city


@pytest.mark.parametrize(
    "command",
    [[name, "--pipe", "P1"] for name in ("alternatives", "order", "isolate", "resupply")] + [["rank"]],
)
def test_a_network_without_a_source_says_so(dry: Path, command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    assert main([command[0], str(dry), *command[1:], "--lang", "en"]) == 0
    assert capsys.readouterr().out.startswith("The network has no source: nothing counts as supplied")
    assert main([command[0], str(dry), *command[1:], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["reason"]


@pytest.mark.parametrize(
    ("language", "why", "cover"),
    [("en", "the network has no source", "Fire cover: 0 hydrants out"), ("zh_CN", "没有水源", "消防：停用消火栓 0 只")],
)
def test_a_network_without_a_source_has_no_pressures_but_fire_cover(
    dry: Path, language: str, why: str, cover: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    asked = ["hydraulics", str(dry), "--pipe", "P1", "--fire-reach-m", "80", "--lang", language]
    assert main(asked) == 2
    out, err = capsys.readouterr()
    assert err.count("\n") == 1
    assert why in err
    assert cover in out
    assert "80 m" in out
    assert main([*asked, "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert (told["present"], told["peak"]) == (None, None)
    assert told["fire"] == {"reach_m": 80.0, "hydrants_out": [], "uncovered": []}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--pipe", "nowhere"], "There is no pipe with id nowhere"),
        (["--valve", "none"], "There is no valve or pump with id none"),
        (["--at", "0,0"], "There is no pipe within"),
        (["--pipe", "P0001", "--inoperable", "none"], "There is no valve or pump with id none"),
        (["--pipe", "P0001", "--cost", "money"], "is no choice for --cost"),
        (["--pipe", "P0001", "--from", "1,2"], "--from goes with --cost time only"),
        (["--pipe", "P0001", "--cost", "time", "--from", "here"], "here is no place"),
        ([], "one of these is needed"),
    ],
)
def test_bad_input_ends_with_one_line(
    demo: Path, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentence in refusal_of(["alternatives", str(demo), *arguments, "--lang", "en"], capsys)
