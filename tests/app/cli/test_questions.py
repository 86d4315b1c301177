"""Every command that plans takes the same question and refuses the same ones; the same plan reads the same in all."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import main
from app.operations.isolate import Desk, parse_query
from app.workspace import open_workspace
from network.assets import DeviceKind
from network.supply import prepare

PLANNING = {
    "isolate": [],
    "alternatives": [],
    "order": [],
    "resupply": ["--no-hydraulics"],
    "hydraulics": ["--hour", "3"],
}


@pytest.fixture(scope="module")
def pipe(demo: Path) -> str:
    """A pipe whose plan takes customers and also closes against backflow."""
    with closing(open_workspace(demo)) as workspace:
        desk = Desk(prepare(workspace.city, workspace.states))
        for name in workspace.city.network.pipes.ids:
            answer = desk.answer(parse_query({"pipe": name}))
            if (
                answer.plan.feasible
                and len(answer.plan.close) >= 2
                and answer.plan.drain_back
                and len(answer.impact.out)
            ):
                return name
    raise AssertionError("the demo city has no such pipe")


@pytest.fixture(scope="module")
def pump(demo: Path) -> str:
    with closing(open_workspace(demo)) as workspace:
        devices = workspace.city.network.devices
        return devices.ids[int((devices.kind == DeviceKind.PUMP).argmax())]


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main([*arguments, "--json"]) == 0
    out, err = capsys.readouterr()
    assert not err
    return json.loads(out)


@pytest.mark.parametrize("command", PLANNING)
def test_a_supposition_without_meaning_is_refused_by_every_command(
    demo: Path, pipe: str, pump: str, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, str(demo), "--pipe", pipe, "--inoperable", pump, "--lang", "en", *PLANNING[command]]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.count("\n") == 1
    assert "nothing to suppose of it" in err


def test_one_plan_has_the_same_valves_and_customers_in_every_command(
    demo: Path, pipe: str, capsys: pytest.CaptureFixture[str]
) -> None:
    record = {command: told(capsys, command, str(demo), "--pipe", pipe, *more) for command, more in PLANNING.items()}
    plan = record["isolate"]
    assert all(one["target"] == {"pipe": pipe} for one in record.values())
    tight = record["alternatives"]["front"][-1]
    for other in (tight, record["resupply"], record["hydraulics"]):
        assert sorted([*other["close"], *other["drain_back"]]) == sorted([*plan["close"], *plan["drain_back"]])
    assert tight["customers_out"] == len(plan["customers"]["out"])
    assert record["hydraulics"]["customers"] == plan["customers"]
    closed = {step["valve"] for step in record["order"]["steps"] if step["kind"] == "close"}
    assert closed == {*plan["close"], *plan["drain_back"]}


def test_hydraulics_take_a_customer_and_what_is_supposed(
    demo: Path, pipe: str, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = told(capsys, "isolate", str(demo), "--pipe", pipe)
    stuck = plan["close"][0]
    more = ("--pipe", pipe, "--inoperable", stuck)
    assert stuck not in told(capsys, "hydraulics", str(demo), *more)["close"]
    customer = plan["customers"]["out"][0]
    assert told(capsys, "hydraulics", str(demo), "--customer", customer)["target"] == {"customer": customer}


@pytest.mark.parametrize("more", [["order"], ["alternatives", "--cost", "time"]])
def test_a_crew_in_degrees_is_told_how_far_away_it_stands(
    demo: Path, pipe: str, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    command, *rest = more
    assert main([command, str(demo), "--pipe", pipe, *rest, "--from", "117.1,36.7", "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.count("\n") == 1
    assert "km from the nearest valve" in err
