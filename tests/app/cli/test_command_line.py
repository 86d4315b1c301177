"""The command line as scripts use it: one object an answer, order kept, bad input told in one line with status 2."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import main
from gis.cache import open_city
from network.topology import City

KEYS = [
    "feasible", "reason", "target", "stop", "close", "dead_side", "drain_back", "verify_closed", "held_by",
    "isolated", "unintended", "customers",
]  # fmt: skip


@pytest.fixture(scope="module")
def city(demo: Path) -> City:
    return open_city(demo / "cache")


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["isolate", *arguments, "--json"]) == 0
    out, err = capsys.readouterr()
    assert not err
    return json.loads(out)


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What is told on standard error when *arguments* cannot be used."""
    try:
        status = main(list(arguments))
    except SystemExit as ended:
        status = int(ended.code or 0)
    out, err = capsys.readouterr()
    assert status == 2
    assert not out
    assert err.endswith("\n")
    assert err.count("\n") == 1, f"more than one line: {err!r}"
    return err


def test_an_answer_is_one_object_with_these_keys(demo: Path, city: City, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = city.network.pipes.ids[100]
    given = answer(capsys, str(demo), "--pipe", pipe)
    assert list(given) == KEYS
    assert given["target"] == {"pipe": pipe}
    assert pipe in given["isolated"]["pipes"] or given["reason"]
    for name in ("close", "dead_side", "verify_closed"):
        assert given[name] == sorted(given[name])
    assert set(given["customers"]) == {"out", "on_storage", "critical"}


def test_targets_of_every_kind(demo: Path, city: City, capsys: pytest.CaptureFixture[str]) -> None:
    pipes, nodes = city.network.pipes, city.network.nodes
    pipe = pipes.ids[50]
    whole = answer(capsys, str(demo), "--pipe", pipe)
    half = answer(capsys, str(demo), "--pipe", pipe, "--offset-m", str(float(pipes.length_m[50]) / 2))
    assert {**half, "target": whole["target"]} == whole
    start, end = city.shapes.xy_m[city.shapes.offsets[50] : city.shapes.offsets[50] + 2]
    x_m, y_m = (start + end) / 2
    near = answer(capsys, str(demo), f"--at={x_m},{y_m}")
    assert pipe in near["isolated"]["pipes"]
    assert answer(capsys, str(demo), "--junction", nodes.ids[3])["target"] == {"junction": nodes.ids[3]}
    for kind, ids in (
        ("valve", city.network.devices.ids),
        ("hydrant", city.hydrants.ids),
        ("customer", city.customers.ids),
    ):
        assert answer(capsys, str(demo), f"--{kind}", ids[0])["target"] == {kind: ids[0]}


def test_suppositions_change_the_answer_and_not_the_workspace(
    demo: Path, city: City, capsys: pytest.CaptureFixture[str]
) -> None:
    for row in range(0, len(city.network.pipes), 11):
        pipe = city.network.pipes.ids[row]
        before = answer(capsys, str(demo), "--pipe", pipe)
        if before["feasible"] and before["close"]:
            break
    valve = before["close"][0]
    stuck = answer(capsys, str(demo), "--pipe", pipe, "--inoperable", valve)
    assert valve not in stuck["close"]
    assert set(before["isolated"]["pipes"]) < set(stuck["isolated"]["pipes"])
    shut = answer(capsys, str(demo), "--pipe", pipe, "--closed", valve)
    assert valve in shut["verify_closed"] or valve not in shut["close"]
    assert answer(capsys, str(demo), "--pipe", pipe) == before


def test_many_questions_are_answered_in_their_order(
    demo: Path, city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = [city.network.pipes.ids[row] for row in (200, 3, 150, 3)]
    stuck = answer(capsys, str(demo), "--pipe", ids[0])["close"][:1]
    lines: list[dict[str, Any]] = [{"pipe": name} for name in ids]
    lines[2] |= {"offset_m": 0.0, "inoperable": stuck, "closed": [], "open": []}
    path = tmp_path / "targets.jsonl"
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    assert main(["isolate", str(demo), "--targets", str(path), "--json"]) == 0
    given = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["target"]["pipe"] for line in given] == ids
    assert given[1] == given[3] == answer(capsys, str(demo), "--pipe", ids[1])


BAD_LINES = [
    "not json",
    "[1]",
    "{}",
    '{"pipe": "P1", "valve": "V1"}',
    '{"valve": "V1", "offset_m": 3}',
    '{"pipe": ""}',
    '{"pipe": "no such pipe"}',
    '{"pipe": true}',
    '{"at": [1]}',
    '{"at": "1,x"}',
    '{"at": [0, 0]}',
    '{"pipe": "P1", "inoperable": "V1"}',
    '{"pipe": "P1", "offset_m": NaN}',
    '{"pipe": "P1", "weather": "fine"}',
    "[" * 100_000,
    '{"pipe": ' + "9" * 5000 + "}",
    '{"pipe": "\\ud800"}',
]


@pytest.mark.parametrize("line", BAD_LINES)
def test_a_bad_line_is_named_before_anything_is_answered(
    line: str, demo: Path, city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "targets.jsonl"
    path.write_text(json.dumps({"pipe": city.network.pipes.ids[0]}) + "\n" + line + "\n", encoding="utf-8")
    assert "2" in refusal(capsys, "isolate", str(demo), "--targets", str(path), "--json")


def test_bad_arguments(demo: Path, city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = city.network.pipes.ids[0]
    for arguments in (
        ["isolate"],
        ["isolate", str(demo)],
        ["isolate", str(demo), "--pipe", "nothing"],
        ["isolate", str(demo), "--pipe", pipe, "--valve", "V1"],
        ["isolate", str(demo), "--pipe", pipe, "--offset-m", "1e8"],
        ["isolate", str(demo), "--pipe", pipe, "--offset-m", "-1"],
        ["isolate", str(demo), "--pipe", pipe, "--inoperable", "nothing"],
        ["isolate", str(demo), "--valve", city.network.devices.ids[0], "--offset-m", "1"],
        ["isolate", str(demo), "--at", "1;2"],
        ["isolate", str(tmp_path / "absent"), "--pipe", pipe],
        ["isolate", str(demo), "--targets", str(tmp_path / "absent.jsonl")],
        ["isolate", str(demo), "--targets", str(tmp_path / "absent.jsonl"), "--offset-m", "0"],
        ["isolate", str(demo), "--targets", str(demo / "network.sqlite")],
        ["check", str(tmp_path)],
        ["demo", "--pipes", "many", "--out", str(tmp_path / "x")],
        ["demo", "--pipes", "1000", "--out", str(demo)],
        ["import", str(tmp_path / "absent.gpkg"), "--out", str(tmp_path / "x")],
        ["picture", str(demo), "--out", str(tmp_path / "p.png"), "--size", "big"],
        ["nonsense"],
    ):
        refusal(capsys, *arguments)
    assert list(tmp_path.iterdir()) == []


def test_contradicting_suppositions(demo: Path, city: City, capsys: pytest.CaptureFixture[str]) -> None:
    pipe, valve = city.network.pipes.ids[0], city.network.devices.ids[0]
    told = refusal(capsys, "isolate", str(demo), "--pipe", pipe, "--open", valve, "--closed", valve)
    assert valve in told


def test_refusals_speak_the_operator_s_language(
    demo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    assert "没有" in refusal(capsys, "isolate", str(demo), "--pipe", "P-absent")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert "There is no" in refusal(capsys, "isolate", str(demo), "--pipe", "P-absent")


def test_words_for_people(demo: Path, city: City, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["isolate", str(demo), "--pipe", city.network.pipes.ids[100], "--lang", "en"]) == 0
    assert "Out of water" in capsys.readouterr().out
    assert main(["isolate", str(demo), "--pipe", city.network.pipes.ids[100], "--lang", "zh_CN"]) == 0
    assert "停水" in capsys.readouterr().out


def test_check_tells_what_the_import_found(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(demo), "--lang", "en"]) == 0
    told = capsys.readouterr().out.splitlines()
    assert main(["check", str(demo), "--json"]) == 0
    faults = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(told) == len(faults) + 1
    assert all({"kind", "layer", "feature", "text"} <= set(fault) for fault in faults)


def test_the_installed_command_answers_in_a_process_of_its_own(demo: Path, city: City) -> None:
    command = [sys.executable, "-m", "app", "isolate", str(demo), "--pipe", city.network.pipes.ids[5], "--json"]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    assert list(json.loads(done.stdout)) == KEYS
    assert not done.stderr
