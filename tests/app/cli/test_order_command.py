"""``sluice order``: the programme of a shutdown as JSON and in words; bad input told in one line."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from refusal import refusal_of

from app.bootstrap import main
from app.operations.isolate import Desk, parse_query
from app.workspace import open_workspace
from network.assets import DeviceKind
from network.supply import prepare


def order(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["order", *arguments, "--json"]) == 0
    out, err = capsys.readouterr()
    assert not err
    return json.loads(out)


@pytest.fixture(scope="module")
def pipe(demo: Path) -> str:
    """A pipe whose plan closes three valves or more and drains something."""
    with closing(open_workspace(demo)) as workspace:
        desk = Desk(prepare(workspace.city, workspace.states))
        for name in workspace.city.network.pipes.ids:
            plan = desk.answer(parse_query({"pipe": name})).plan
            if plan.feasible and len(plan.close) >= 3 and plan.isolated.length_m > 100.0:
                return name
    raise AssertionError("the demo city has no such pipe")


def test_every_step_has_its_valve_turns_crew_and_time(
    demo: Path, pipe: str, capsys: pytest.CaptureFixture[str]
) -> None:
    record = order(capsys, str(demo), "--pipe", pipe, "--start", "2026-03-17T22:00", "--work-hours", "4")
    kinds = [step["kind"] for step in record["steps"]]
    assert record["feasible"] is True
    assert kinds.index("check_stopped") < kinds.index("work") < kinds.index("fill") < kinds.index("open")
    assert kinds[-1] == "confirm"
    assert record["travel"] == {"basis": "road", "starts_known": False}
    assert record["proven"] is True
    closed = [step for step in record["steps"] if step["kind"] == "close"]
    assert main(["isolate", str(demo), "--pipe", pipe, "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert {step["valve"] for step in closed} >= set(plan["close"])
    assert closed[0]["begins"] == "2026-03-17T22:00:00+08:00"
    assert all(step["turns"] > 0 and step["crew"] == 1 for step in closed)
    begins = [step["begins"] for step in record["steps"] if step["begins"]]
    assert begins == sorted(begins)
    assert {row["valve"] for row in record["refilling"]["valves"]} == {step["valve"] for step in closed}
    assert record["draining"]["volume_m3"] > 0


def test_more_crews_stop_the_water_sooner(demo: Path, pipe: str, capsys: pytest.CaptureFixture[str]) -> None:
    one, three = (order(capsys, str(demo), "--pipe", pipe, "--crews", count) for count in ("1", "3"))
    assert three["water_stops_min"] < one["water_stops_min"]
    assert three["crews"] == 3


def test_crews_drive_from_where_they_stand(demo: Path, pipe: str, capsys: pytest.CaptureFixture[str]) -> None:
    here = order(capsys, str(demo), "--pipe", pipe)
    with closing(open_workspace(demo)) as workspace:
        nodes = workspace.city.network.nodes
        corner = f"{nodes.x_m.min()},{nodes.y_m.min()}"
    away = order(capsys, str(demo), "--pipe", pipe, "--from", corner)
    assert away["travel"]["starts_known"] is True
    assert away["water_stops_min"] > here["water_stops_min"]


def test_planned_work_holds_one_valve_until_customers_know(
    demo: Path, pipe: str, capsys: pytest.CaptureFixture[str]
) -> None:
    record = order(capsys, str(demo), "--pipe", pipe, "--planned")
    kinds = [step["kind"] for step in record["steps"]]
    told = kinds.index("tell_customers")
    assert record["steps"][told + 1]["valve"] == record["held_open"]
    assert record["steps"][told + 1]["held"] is True
    assert "close" not in kinds[told + 2 :]
    assert record["customers_kept_by_it"] >= 0


def test_a_branch_valve_is_the_whole_programme(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(open_workspace(demo)) as workspace:
        customers, devices = workspace.city.customers, workspace.city.network.devices
        rows = [row for row, valve in enumerate(customers.branch_valve.tolist()) if valve >= 0]
        row = next(row for row in rows if devices.kind[customers.branch_valve[row]] == DeviceKind.SERVICE)
        name, valve = customers.ids[row], devices.ids[int(customers.branch_valve[row])]
    record = order(capsys, str(demo), "--customer", name)
    assert valve in {step["valve"] for step in record["steps"]}
    assert record["refilling"]["feed"] is None


def test_for_a_reader_there_are_words_in_both_languages(
    demo: Path, pipe: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, stops, work in (("zh_CN", "止水", "抢修（施工）作业"), ("en", "The water stops", "do the work")):
        told = ["order", str(demo), "--pipe", pipe, "--planned", "--lang", language]
        assert main(told) == 0
        blind = capsys.readouterr().out
        assert stops in blind.splitlines()[0]
        assert work in blind
        assert main([*told, "--start", "2026-03-17T23:30", "--work-hours", "2"]) == 0
        timed = capsys.readouterr().out
        assert "23:30–" in timed
        assert "03-18 " in timed
        assert "{" not in blind + timed


def test_a_target_without_water_gets_one_sentence(demo: Path, pipe: str, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(open_workspace(demo)) as workspace:
        devices = workspace.city.network.devices
        gates = np.isin(devices.kind, (DeviceKind.ISOLATION, DeviceKind.BOUNDARY)).nonzero()[0]
        sources = [f"--closed={devices.ids[row]}" for row in gates.tolist()]
    assert main(["order", str(demo), "--pipe", pipe, "--lang", "en", *sources[:2000]]) == 0
    assert capsys.readouterr().out.count("\n") == 1
    record = order(capsys, str(demo), "--pipe", pipe, *sources[:2000])
    assert record["steps"] == []
    assert record["reason"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--pipe", "nowhere"], "There is no pipe with id nowhere"),
        (["--crews", "7", "--pipe", "P1"], "7 is no number of crews"),
        (["--crews", "0", "--pipe", "P1"], "0 is no number of crews"),
        (["--crews", "2", "--from", "1,2", "--pipe", "P1"], "There are 2 crews, but places for 1"),
        (["--from", "0,0", "--pipe", "P0003"], "from the nearest valve: write where the crew stands"),
        (["--start", "tomorrow", "--pipe", "P1"], "tomorrow is no time"),
        (["--work-hours", "-1", "--pipe", "P1"], "-1 is no time in hours"),
        (["--work-hours", "long", "--pipe", "P1"], "long is no time in hours"),
        ([], "one of these is needed"),
    ],
)
def test_bad_input_ends_with_one_line(
    demo: Path, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sentence in refusal_of(["order", str(demo), *arguments, "--lang", "en"], capsys)
