"""Pressures of the demo city, from the command line."""

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from refusal import refusal_of

from app.bootstrap import main
from app.operations.hydraulics import inputs_of
from app.workspace import open_workspace
from network.hydraulic_effect import Snapshot, snapshot
from network.supply import prepare


def a_pipe(demo: Path) -> str:
    with closing(open_workspace(demo)) as workspace:
        pipes = workspace.city.network.pipes
        return pipes.ids[int(np.argmax(pipes.length_m))]


def test_a_plan_has_its_pressures(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = a_pipe(demo)
    assert main(["hydraulics", str(demo), "--pipe", pipe, "--hour", "3", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["present"]["hour"], told["peak"]["hour"]) == (3.0, 7.0)
    before, after = told["present"]["before"], told["present"]["after"]
    assert 0.0 < after["wanted_m3_h"] <= before["wanted_m3_h"] < told["peak"]["before"]["wanted_m3_h"]
    assert main(["hydraulics", str(demo), "--pipe", pipe, "--hour", "7", "--lang", "en"]) == 0
    out = capsys.readouterr().out
    assert "close (" in out
    assert "\nAt 7:00 (demand " in out
    assert "150 m from a live one" in out


@pytest.mark.parametrize(
    "more",
    [
        ["--pipe", "no such pipe"],
        ["--pipe", "?", "--calibration", "absent.inp"],
        ["--pipe", "?", "--hour", "25"],
        ["--pipe", "?", "--fire-reach-m", "-1"],
    ],
)
def test_bad_input_is_one_line_and_status_2(demo: Path, more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["hydraulics", str(demo), *(a_pipe(demo) if word == "?" else word for word in more)]
    try:
        status: object = main(arguments)
    except SystemExit as refused:
        status = refused.code
    assert status == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_calibration_that_epanet_rejects_is_named(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "broken.inp"
    broken.write_text("[JUNCTIONS]\n J1 0\n[PIPES]\n P1 J1 J9 100 100 100\n[END]\n")
    arguments = ["hydraulics", str(demo), "--pipe", a_pipe(demo), "--calibration", str(broken), "--lang", "en"]
    assert "broken.inp" in refusal_of(arguments, capsys)


def test_the_demo_city_has_the_pressures_of_a_city(demo: Path) -> None:
    with closing(open_workspace(demo)) as workspace:
        model = prepare(workspace.city, workspace.states)
        inputs = inputs_of(workspace, model, year=datetime(2024, 6, 1, tzinfo=UTC).year)
        found = snapshot(model, inputs, inputs.peak_hour(workspace.city))
    assert isinstance(found, Snapshot)
    meters_mpa = found.customer_pressure_mpa[~np.isnan(found.customer_pressure_mpa)]
    assert ((meters_mpa > 0.15) & (meters_mpa < 0.6)).mean() > 0.75
    assert (meters_mpa < 0.18).mean() < 0.05
    assert found.delivered_m3_h > 0.98 * found.wanted_m3_h
