"""``sluice rank``: one JSON object, worst first, exact unless told not to trace; bad input told in one line."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from refusal import refusal_of

from app.bootstrap import main
from app.operations.past_outages import past_outages
from app.operations.rank_city import as_record, rank_city
from app.workspace import open_workspace, record_plan, record_valve_observed
from network.assets import Position
from network.supply import prepare

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)


def ranked(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["rank", *arguments, "--json"]) == 0
    out, err = capsys.readouterr()
    assert not err
    return json.loads(out)


def test_everything_is_ranked_worst_first_and_exact(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = ranked(capsys, str(demo))
    assert list(record) == ["reason", "outages", "segments", "valves", "exercise_first"]
    assert record["reason"] is None
    for name in ("segments", "valves"):
        rows = record[name]
        assert all(row["exact"] for row in rows)
        assert [row["customers"] for row in rows] == sorted((row["customers"] for row in rows), reverse=True)
        assert rows[0]["customers"] > 0
    assert all(row["dn_mm"] >= 100 for row in record["exercise_first"])
    more = {row["valve"]: row["more_if_it_fails"]["customers"] for row in record["exercise_first"]}
    assert next(iter(more.values())) > 0


def test_a_segment_is_lost_as_a_plan_for_its_pipe_says(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row for row in ranked(capsys, str(demo))["segments"] if len(row["pipes"]) == 1]
    for row in rows[:5]:
        assert main(["isolate", str(demo), "--pipe", row["pipes"][0], "--json"]) == 0
        plan = json.loads(capsys.readouterr().out)
        if plan["isolated"]["pipes"] == row["pipes"]:
            assert len(plan["customers"]["out"]) == row["customers"]


def test_the_first_rows_alone_and_lower_bounds(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    exact, bounds = ranked(capsys, str(demo)), ranked(capsys, str(demo), "--at-least")
    assert all(row["customers"] <= exact["segments"][0]["customers"] for row in bounds["segments"])
    few = ranked(capsys, str(demo), "--most", "3")
    assert few["segments"] == exact["segments"][:3]
    assert len(few["valves"]) == len(few["exercise_first"]) == 3


def test_for_a_reader_there_are_words(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rank", str(demo), "--most", "2", "--lang", "zh_CN"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3 * (1 + 2)
    assert lines[0].startswith("关阀单元")


@pytest.mark.parametrize("arguments", [["nowhere"], [], ["nowhere", "--most", "0"], ["nowhere", "--most", "many"]])
def test_bad_input_ends_with_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert refusal_of(["rank", *arguments], capsys)


def test_a_plan_counts_once_its_valves_were_closed(own_demo: Path) -> None:
    with closing(open_workspace(own_demo)) as opened:
        workspace = opened
        ids, devices = workspace.city.customers.ids, workspace.city.network.devices.ids
        rows = np.flatnonzero(workspace.city.customers.station < 0)[:2]
        customers, valves = ids.take(rows), [devices[0], devices[1]]
        body = {"close": valves, "customers_out": [*customers, "gone"]}
        for at in (NOW - timedelta(days=400), NOW - timedelta(days=3), NOW - timedelta(days=3, hours=-1)):
            workspace, _ = record_plan(workspace, body, now=at, actor="a")
        assert past_outages(workspace, NOW).outages == 0
        closed = NOW - timedelta(days=3, hours=-2)
        for valve in valves:
            assert past_outages(workspace, NOW).outages == 0
            workspace = record_valve_observed(workspace, valve, position=Position.CLOSED, now=closed, actor="a")
        past = past_outages(workspace, NOW)
        assert past.outages == 1, "the plan was made twice, and carried out once"
        assert past.by_customer.sum() == 2
        assert past.by_customer[rows].tolist() == [1, 1]
        assert past_outages(workspace, NOW + timedelta(days=365)).outages == 0
        model = prepare(workspace.city, workspace.states)
        record = as_record(rank_city(model, trace=False), past, np.full(len(devices), 0.9), None)
        assert record["outages"]["counted"] == 1
        assert max(row["outages_per_customer"] for row in record["segments"]) > 0.0
