"""``sluice resupply``: options as JSON and in words, checked by EPANET or said not to be; bad input in one line."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from refusal import answer_of

from app.bootstrap import main
from app.messages import LANGUAGES, load_words
from app.operations.isolate import Desk, Query
from app.operations.resupply import as_record, resupply_options, zones_of
from app.operations.resupply_words import as_lines
from app.workspace import open_workspace
from network.answers import PipeTarget
from network.hydraulic_effect import HydraulicsFailed
from network.hydraulic_records import HydraulicWarning
from network.isolation import plan_isolation
from network.resupply import find_resupply
from network.resupply_pressure import Checked, HourCheck, Safety
from network.resupply_records import Resupply
from network.supply import prepare


@pytest.fixture(scope="module")
def pipe(demo: Path) -> str:
    """The first pipe whose plan leaves customers dry whom a closed valve would feed, one to be closed before."""
    with closing(open_workspace(demo)) as workspace:
        model = prepare(workspace.city, workspace.states)
        for row in range(len(workspace.city.network.pipes)):
            plan = plan_isolation(model, PipeTarget(row))
            answer = find_resupply(model, getattr(plan, "if_stopped", plan))
            if isinstance(answer, Resupply) and answer.options[0].also_close:
                return workspace.city.network.pipes.ids[row]
    raise AssertionError("the demo city has no such pipe")


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return answer_of(["resupply", *arguments], capsys)


def test_options_are_found_and_not_called_safe_unchecked(
    demo: Path, pipe: str, capsys: pytest.CaptureFixture[str]
) -> None:
    record = asked(capsys, str(demo), "--pipe", pipe, "--no-hydraulics")
    assert record["reason"] is record["why_none"] is None
    assert record["exact_to"] == 3
    first = record["options"][0]
    assert first["open"]
    assert first["also_close"]
    assert not set(first["open"]) & set(record["close"])
    assert first["safety"] == "not_checked"
    assert first["hours"] == []
    assert 0 < len(first["customers"]) <= record["within_reach"] <= record["lost_outside"]


def test_customers_brought_back_are_those_of_the_plan_with_the_valves_open(
    demo: Path, pipe: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """``sluice isolate`` with the valve supposed open, and the others supposed shut, dries none of them."""
    first = asked(capsys, str(demo), "--pipe", pipe, "--no-hydraulics")["options"][0]
    supposed = [argument for valve in first["open"] for argument in ("--open", valve)]
    assert main(["isolate", str(demo), "--pipe", pipe, *supposed, "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    affected = {*plan["customers"]["out"], *plan["customers"]["on_storage"]}
    assert not affected & set(first["customers"])
    assert set(first["also_close"]) <= {*plan["close"], *plan["drain_back"]}


def test_options_are_checked_at_the_hour_asked_and_at_the_peak(
    demo: Path, pipe: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first = asked(capsys, str(demo), "--pipe", pipe, "--hour", "3")["options"][0]
    assert [hour["hour"] for hour in first["hours"]] == [3.0, 7.0]
    assert first["safety"] in {"safe", "regains_but_low", "harms_others"}
    assert (first["safety"] == "harms_others") == any(hour["newly_low"] for hour in first["hours"])
    assert first["hours"][0]["lowest_mpa"] >= first["hours"][1]["lowest_mpa"] > 0.0


@pytest.mark.parametrize(("language", "words"), [("en", "Close before"), ("zh_CN", "开启前先关闭")])
def test_a_reader_is_told_in_words(
    demo: Path, pipe: str, language: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["resupply", str(demo), "--pipe", pipe, "--hour", "7", "--lang", language]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert any(line.strip().startswith(words) for line in lines)
    assert not any("{" in line for line in lines)


def test_nothing_to_bring_back_is_an_answer(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(open_workspace(demo)) as workspace:
        ids = workspace.city.network.pipes.ids
        model = prepare(workspace.city, workspace.states)
        row = next(
            row
            for row in range(len(ids))
            if not len(getattr(plan_isolation(model, PipeTarget(row)), "unintended", [1]))
        )
    record = asked(capsys, str(demo), "--pipe", ids[row])
    assert record["options"] == []
    assert record["why_none"]
    assert record["reason"]
    assert main(["resupply", str(demo), "--pipe", ids[row], "--lang", "zh_CN"]) == 0
    assert record["lost_outside"] >= 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reservation_has_its_sentence(demo: Path, pipe: str, language: str) -> None:
    with closing(open_workspace(demo)) as workspace:
        desk = Desk(prepare(workspace.city, workspace.states))
        answer = desk.answer(Query("pipe", pipe))
        told = resupply_options(desk.model, answer, zone=zones_of(workspace))
        assert isinstance(told.found, Resupply)
        option = told.found.options[0]
        valve = option.open[0]
        rows = desk.model.city.customers.critical.nonzero()[0][:1]
        odd = type(option)(
            **{
                **vars(option),
                "relies_on": (valve,),
                "unknown_condition": (valve,),
                "critical": rows,
                "exact": False,
            }
        )
        found = type(told.found)((odd,), 1, 9, 9, more_alike=True)
        nobody = rows[:0]
        hour = HourCheck(7.0, nobody, 0, 0.2, nobody, nobody, nobody, 0.0, (HydraulicWarning.COARSE,))
        failed = Checked(odd, Safety.NOT_CHECKED, (hour,), HydraulicsFailed("hydraulics_no_source"))
        words = load_words(language)
        lines = list(as_lines(desk.model, type(told)(answer, found, (failed,)), words))
        record = as_record(desk.model, type(told)(answer, found, (failed,)), None)
    for code in ("hydraulics_no_source",):
        assert any(words.say("failed", code) in line for line in lines)
    assert lines[-2] == words.say("resupply", "more_alike")
    assert "1" in lines[-1]
    assert any(line.startswith("   !") for line in lines)
    assert "   · " + words.say("hydraulic_warning", "hydraulics_coarse") in lines
    assert record["options"][0]["why_not_checked"] == "hydraulics_no_source"


@pytest.mark.parametrize(
    "more", [["--pipe", "no such pipe"], [], ["--pipe", "?", "--hour", "25"], ["--pipe", "?", "--open", "nothing"]]
)
def test_bad_input_is_one_line_and_status_2(
    demo: Path, pipe: str, more: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status: object = main(["resupply", str(demo), *(pipe if word == "?" else word for word in more)])
    except SystemExit as refused:
        status = refused.code
    assert status == 2
    out, err = capsys.readouterr()
    assert not out
    assert len(err.strip().splitlines()) == 1
