"""``sluice tours``: rounds as a list, JSON, GPX and GeoJSON; bad tables told in one line."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from app.bootstrap import main
from app.workspace import open_workspace


@pytest.fixture(scope="module")
def tables(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Two crews at valves, and three visits, one of which nobody can do."""
    folder = tmp_path_factory.mktemp("tables")
    with closing(open_workspace(demo)) as workspace:
        devices = workspace.city.network.devices
        at = [f"{devices.x_m[row]:.1f},{devices.y_m[row]:.1f}" for row in (0, 5, 40, 80, 90)]
    crews, visits = folder / "crews.csv", folder / "visits.csv"
    crews.write_text(f"id,x,y,skills\n养护1,{at[0]},\n养护2,{at[1]},tank\n", encoding="utf-8")
    rows = [f"V-7,{at[2]},20,,", f"T-1,{at[3]},60,tank,09:00", f"X-1,{at[4]},10,diver,"]
    visits.write_text("\n".join(["id,x,y,minutes,skills,from", *rows]), encoding="utf-8")
    return crews, visits


def test_rounds_are_told_and_written(
    demo: Path, tables: tuple[Path, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command = ["tours", str(demo), "--crews", str(tables[0]), "--visits", str(tables[1])]
    assert main([*command, "--json", "--out", str(tmp_path / "day.gpx")]) == 0
    told = json.loads(capsys.readouterr().out)
    visited = {stop["visit"]: tour["crew"] for tour in told["tours"] for stop in tour["stops"]}
    assert set(visited) == {"V-7", "T-1"}
    assert visited["T-1"] == "养护2"
    assert told["left"] == [{"visit": "X-1", "why": "nobody_has_the_skill"}]
    assert "<name>T-1</name>" in (tmp_path / "day.gpx").read_text(encoding="utf-8")
    assert main([*command, "--out", str(tmp_path / "day.geojson"), "--lang", "zh_CN"]) == 0
    assert "X-1：没有班组具备所需技能。" in capsys.readouterr().out
    features = json.loads((tmp_path / "day.geojson").read_text(encoding="utf-8"))["features"]
    assert sorted(one["properties"]["visit"] for one in features if one["properties"]["layer"] == "stop") == [
        "T-1",
        "V-7",
    ]


def test_the_largest_valves_are_exercised(
    demo: Path, tables: tuple[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tours", str(demo), "--crews", str(tables[0]), "--valves", "8", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert sum(len(tour["stops"]) for tour in told["tours"]) == 8
    assert told["left"] == []


BAD = [
    ("id,x,y\nV,1,2\n", "no column minutes"),
    ("id,x,y,minutes\nV,1,two,3\n", "line 2: y cannot be two"),
    ("id,x,y,minutes\nV,1,2,-3\n", "line 2: minutes cannot be -3"),
    ("id,x,y,minutes,from\nV,1,2,3,25:00\n", "line 2: from cannot be 25:00"),
    ("id,x,y,minutes\nV,1,2,3\nV,1,2,3\n", "line 3: V stands there twice"),
    ("id,x,y,minutes\nV,1,2,3\n", "nearest valve"),
]


@pytest.mark.parametrize(("table", "told"), BAD)
def test_a_table_that_cannot_be_used_is_told_in_one_line(
    demo: Path, tables: tuple[Path, Path], tmp_path: Path, table: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    visits = tmp_path / "visits.csv"
    visits.write_text(table, encoding="utf-8")
    command = ["tours", str(demo), "--crews", str(tables[0]), "--visits", str(visits), "--lang", "en"]
    assert main(command) == 2
    err = capsys.readouterr().err
    assert told in err
    assert err.count("\n") == 1
