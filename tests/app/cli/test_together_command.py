"""``sluice together``: a file of shutdowns in, intervals and conflicts out; bad files told in one line."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from refusal import answer_of

from app.bootstrap import main
from app.dispatch.acts import Act, Done, TakeReport, Turn
from app.dispatch.entries import IncidentKind
from app.messages import LANGUAGES, load_words
from app.operations.dispatch import carry_out, open_dispatch
from app.operations.dispatch_rules import standards_of
from app.operations.edit import Author
from app.operations.isolate import Desk, parse_query
from app.operations.proposals import Observed, decide, propose
from app.operations.running_beside import Beside
from app.operations.together_words import as_lines
from app.workspace import open_workspace
from network.assets import is_gate
from network.supply import prepare
from network.together_records import Conflict, ConflictKind, Interval, JointEffect, Together

TOML = """
[[shutdown]]
id = "检修 1"
start = 2026-06-01T22:00:00+08:00
end = 2026-06-02T04:00:00+08:00
pipe = "P0010"
crew = "抢03"

[[shutdown]]
id = "second"
start = "2026-06-01T23:00:00+08:00"
end = "2026-06-02T05:00:00+08:00"
pipe = "P0500"
crew = "抢03"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shutdowns.toml"


def written(file: Path, text: str) -> Path:
    file.write_text(text, encoding="utf-8")
    return file


def asked(demo: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    return answer_of(["together", str(demo), str(file)], capsys)


def test_intervals_of_a_file(demo: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = asked(demo, written(file, TOML), capsys)
    assert [(one["start"], one["active"]) for one in record["intervals"]] == [
        ("2026-06-01T14:00:00+00:00", ["检修 1"]),
        ("2026-06-01T15:00:00+00:00", ["检修 1", "second"]),
        ("2026-06-01T20:00:00+00:00", ["second"]),
    ]
    assert set(record["alone"]) == {"检修 1", "second"}
    assert main(["isolate", str(demo), "--pipe", "P0010", "--json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert sorted(record["alone"]["检修 1"]["out"]) == plan["customers"]["out"]
    assert sorted(record["alone"]["检修 1"]["on_storage"]) == plan["customers"]["on_storage"]
    crews = [one for one in record["intervals"][1]["conflicts"] if one["kind"] == "crew_on_two_shutdowns"]
    assert [(one["shutdowns"], one["crew"]) for one in crews] == [(["检修 1", "second"], "抢03")]


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "Over already, reckoned with all the same: late.", "Sat 1 Jun 2024 22:00:00 to Sun 2 Jun 2024 04:00:00"),
        ("zh_CN", "已经结束，仍计算在内：late。", "2024年6月1日 周六 22:00:00 至 2024年6月2日 周日 04:00:00"),
    ],
)
def test_times_are_those_of_the_city_and_what_is_over_is_named(
    demo: Path, file: Path, language: str, first: str, second: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = '[[shutdown]]\nid = "late"\nstart = 2024-06-01T14:00:00Z\nend = 2024-06-02T04:00:00+08:00\npipe = "P0010"\n'
    assert main(["together", str(demo), str(written(file, text)), "--lang", language]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(first)
    assert lines[1].startswith(second)
    assert asked(demo, file, capsys)["over"] == ["late"]


def test_json_says_the_same_as_toml(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    times = {"start": "2026-06-01T14:00:00Z", "end": "2026-06-01T20:00:00Z"}
    listed = [{"id": 7, "pipe": "P0010", **times}]
    plain = asked(demo, written(tmp_path / "a.json", json.dumps(listed)), capsys)
    wrapped = asked(demo, written(tmp_path / "b.json", json.dumps({"shutdown": listed})), capsys)
    toml = asked(demo, written(tmp_path / "c.toml", TOML), capsys)
    assert plain == wrapped
    assert plain["intervals"][0]["active"] == ["7"]
    assert plain["alone"]["7"] == toml["alone"]["检修 1"]


@pytest.mark.parametrize(("language", "words"), [("en", "is called to"), ("zh_CN", "同时被派往")])
def test_a_reader_is_told_in_words(
    demo: Path, file: Path, language: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["together", str(demo), str(written(file, TOML)), "--lang", language]) == 0
    assert words in capsys.readouterr().out


def test_no_shutdowns_are_an_answer(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["together", str(demo), str(written(tmp_path / "none.json", "[]")), "--lang", "en"]) == 0
    assert capsys.readouterr().out == "There are no shutdowns.\n"


def test_a_network_without_a_source_is_told_so(tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ("[JUNCTIONS]", "A 10 0", "B 10 1", "[PIPES]", "P1 A B 100 200 120 0 Open")
    places = ("[COORDINATES]", "A 500000 4060000", "B 500100 4060000", "[END]", "")
    model = written(tmp_path / "dry.inp", "\n".join((*lines, *places)))
    city = tmp_path / "dry"
    assert main(["import", str(model), "--crs", "EPSG:4548", "--out", str(city), "--lang", "en"]) == 0
    capsys.readouterr()
    shutdown = written(file, f"[[shutdown]]\n{GOOD}pipe = 'P1'")
    assert main(["together", str(city), str(shutdown), "--lang", "en"]) == 0
    assert "The network has no source" in capsys.readouterr().out


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_conflict_has_its_sentence(demo: Path, language: str) -> None:
    words = load_words(language)
    with closing(open_workspace(demo)) as workspace:
        model = prepare(workspace.city, workspace.states)
        critical = model.city.customers.critical.nonzero()[0][:1]
        conflicts = [Conflict(kind, ("A", "B"), (0,), critical, crew="crew") for kind in ConflictKind]
        conflicts.append(Conflict(ConflictKind.WATER_AT_TARGET, ("A",)))
        conflicts.append(Conflict(ConflictKind.CUTS_SUPPLY, ("A", "B", "C"), (), critical))
        start, end = (
            datetime.fromisoformat("2026-06-01T14:00:00+00:00"),
            datetime.fromisoformat("2026-06-01T15:00:00+00:00"),
        )
        effect = JointEffect(critical, critical, 1.0)
        interval = Interval(start, end, ("A", "B", "C"), effect, critical, tuple(conflicts))
        lines = list(as_lines(model, Beside(Together((interval,), {})), words, start))
    assert "14:00:00" in lines[0]
    assert lines[2].startswith("   ! C")
    assert len(lines) == 3 + len(conflicts)
    told = "\n".join(lines)
    assert "{" not in told
    assert "—" not in told


GOOD = 'id = "A"\nstart = 2026-06-01T22:00:00Z\nend = 2026-06-02T04:00:00Z\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\n[[shutdown]\n", "is no TOML that can be read; line 2 is wrong."),
        ("shutdown = 3", "no list of shutdowns: write [[shutdown]] above each"),
        ("shutdown = [3]", "No. 1: It must have an id"),
        (f"[[shutdown]]\n{GOOD}", "names neither a target nor valves"),
        (f"[[shutdown]]\n{GOOD}pipe = 'nowhere'", "no pipe with id nowhere"),
        (f"[[shutdown]]\n{GOOD}pip = 'P0010'", "key pip is not known; known: id, start"),
        (f"[[shutdown]]\n{GOOD}closed = ['V0001']", "key closed is not known"),
        (f"[[shutdown]]\n{GOOD}close = 'V0001'", "“V0001” is no value for close"),
        (f"[[shutdown]]\n{GOOD}close = ['nothing', 4]", "no valve or pump with id nothing"),
        (f"[[shutdown]]\n{GOOD}open = [4]", "no valve or pump with id 4"),
        (f"[[shutdown]]\n{GOOD}pipe = 'P0010'\ncrew = 4.5", "“4.5” is no value for crew"),
        ("[[shutdown]]\nid = ''\npipe = 'P0010'", "must have an id, a start and an end"),
        ("[[shutdown]]\n" + GOOD.replace("A", "A\\nB") + "pipe = 'P0010'", "“A B” is no value for id"),
        ("[[shutdown]]\nid = 'A'\npipe = 'P0010'", "must have an id, a start and an end"),
        ("[[shutdown]]\nid = 'A'\nstart = 'noon'\nend = 'one'\npipe = 'P0010'", "noon is no time for start"),
        ("[[shutdown]]\nid = 'A'\nstart = 0001-01-01T00:00:00+23:00\nend = 2026-06-01T22:00:00Z", "no time for start"),
        (
            "[[shutdown]]\nid = 'A'\nstart = 2026-06-01T22:00:00\nend = 2026-06-02T22:00:00\npipe = 'P0010'",
            "lacks its offset",
        ),
        (
            "[[shutdown]]\nid = 'A'\nstart = 2026-06-03T22:00:00Z\nend = 2026-06-02T22:00:00Z\npipe = 'P0010'",
            "does not end after it starts",
        ),
        (f"[[shutdown]]\n{GOOD}pipe = 'P0010'\n[[shutdown]]\n{GOOD}pipe = 'P0020'", "No. 2: A is named twice."),
    ],
)
def test_bad_files_are_told_in_one_line(
    demo: Path, file: Path, text: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["together", str(demo), str(written(file, text)), "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_a_valve_that_closes_no_main_is_named(demo: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(open_workspace(demo)) as workspace:
        devices = workspace.city.network.devices
        pump = devices.ids[int((devices.kind > 6).nonzero()[0][0])]
    text = f"[[shutdown]]\n{GOOD}close = ['{pump}']"
    assert main(["together", str(demo), str(written(file, text)), "--lang", "zh_CN"]) == 2
    assert f"{pump} 不是能截断干管的阀门" in capsys.readouterr().err


def test_files_that_cannot_be_read(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    large = tmp_path / "large.toml"
    with large.open("wb") as opened:
        opened.truncate(17 * 1024 * 1024)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    for name, said in (
        ("absent.toml", "cannot be read"),
        ("bytes.toml", "is not UTF-8 text"),
        ("large.toml", "larger"),
    ):
        assert main(["together", str(demo), str(tmp_path / name), "--lang", "en"]) == 2
        assert said in capsys.readouterr().err


@pytest.fixture
def burst(demo: Path, tmp_path: Path) -> Path:
    """The city with an emergency for which the plan of a main is carried out; it keeps its valves closed.

    Another device that is no gate is closed for it too, and one of its gates can be worked no longer.
    """
    city = Path(shutil.copytree(demo, tmp_path / "city"))
    with closing(open_workspace(city)) as workspace:
        desk = Desk(prepare(workspace.city, workspace.states))
        plan = desk.answer(parse_query({"pipe": "P0500"})).plan
        devices = workspace.city.network.devices
        dispatch = open_dispatch(workspace, standards_of(city))
        first = plan.close[0]
        acts: list[Act] = [TakeReport(IncidentKind.BURST, float(devices.x_m[first]), float(devices.y_m[first]))]
        acts += [Turn("W1", devices.ids[row], "closed", without_order="紧急") for row in plan.close]
        other = next(row for row, kind in enumerate(devices.kind) if not is_gate(kind))
        acts.append(Turn("W1", devices.ids[other], "closed", without_order="紧急"))
        for act in acts:
            dispatch, outcome = carry_out(dispatch, act, Author("王"), datetime.now(UTC))
            assert isinstance(outcome, Done), outcome
    with closing(open_workspace(city)) as workspace:
        seen = Observed(devices.ids[first], condition="inoperable")
        told, proposal = propose(workspace, [], seen, Author("王"), datetime.now(UTC))
        decide(told, proposal, accept=True, author=Author("王"), now=datetime.now(UTC))
    return city


@pytest.mark.parametrize(("language", "words"), [("en", " is an emergency"), ("zh_CN", " 为正在抢修")])
def test_an_emergency_that_keeps_valves_closed_is_reckoned_with(
    demo: Path, burst: Path, file: Path, language: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    start, end = (datetime.now(UTC).replace(microsecond=0) + timedelta(hours=hours) for hours in (-1, 5))
    times = f"start = {start.isoformat()}\nend = {end.isoformat()}"
    written(file, f'[[shutdown]]\nid = "planned"\n{times}\npipe = "P0010"\n')
    capsys.readouterr()
    record = asked(burst, file, capsys)
    (name,) = record["running"]
    assert record["left_out"] == []
    # Beside a city in which neither runs, each takes what it takes there.
    assert main(["isolate", str(demo), "--pipe", "P0500", "--json"]) == 0
    assert sorted(record["alone"][name]["out"]) == json.loads(capsys.readouterr().out)["customers"]["out"]
    assert ["planned", name] in [one["active"] for one in record["intervals"]]
    assert main(["together", str(burst), str(file), "--lang", language]) == 0
    assert name + words in capsys.readouterr().out
    assert main(["together", str(burst), str(file), "--file-alone", "--json"]) == 0
    alone = json.loads(capsys.readouterr().out)
    assert (alone["running"], list(alone["alone"])) == ({}, ["planned"])
    # Named in the file, it is what the file says.
    written(file, f'[[shutdown]]\nid = "{name}"\n{times}\npipe = "P0010"\n')
    named = asked(burst, file, capsys)
    assert named["running"] == {}
    assert [one["active"] for one in named["intervals"]] == [[name]]
