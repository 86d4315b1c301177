"""``sluice mend``: the list, one mend, all of them, and all taken back."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely

from app.bootstrap import main
from app.workspace import create_workspace, open_workspace
from gis.layers import Layer, LayerSet
from gis.mending.find import components
from gis.noding import NodingOptions, build_city

LINES = {
    "M": [(0, 0), (100, 0)],
    "B": [(50, 0), (50, 30)],
    "C": [(100.3, 0), (130, 0)],
    "D": [(20, 1.4), (20, 40)],
    "E": [(300, 9), (340, 9)],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines, ids = np.empty(len(LINES), dtype=object), np.empty(len(LINES), dtype=object)
    lines[:] = [shapely.LineString(line) for line in LINES.values()]
    ids[:] = list(LINES)
    owner = np.array([f"crew {row}" for row in range(len(LINES))], dtype=object)
    drawn = LayerSet(4548, {"pipe": Layer(lines, {"id": ids, "OWNER": owner})})
    noded = build_city(drawn, NodingOptions())
    now = datetime(2026, 5, 4, tzinfo=UTC)
    create_workspace(tmp_path / "town", noded, sources=["a"], now=now, actor="t")
    return tmp_path / "town"


def told(capsys: pytest.CaptureFixture[str], command: str, folder: Path, *arguments: str) -> list[dict[str, Any]]:
    assert main([command, str(folder), *arguments, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def parts(folder: Path) -> int:
    with closing(open_workspace(folder)) as workspace:
        return components(workspace.city)[0]


def test_the_list_counts_down_and_every_mend_can_be_taken_back(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert parts(folder) == 5
    *listed, stays, found = told(capsys, "mend", folder, "--preview")
    assert (found["components"], found["mends"], found["stays"]) == (5, 3, 1)
    assert (stays["did"], stays["why"], stays["feature"]) == ("stays", "apart", "E")
    assert {(one["fault"], one["components"], one["components_after"]) for one in listed} == {
        ("end_on_middle", 5, 4),
        ("near_miss_end", 5, 4),
        ("island", 5, 4),
    }
    island = next(one for one in listed if one["fault"] == "island")
    first, done = told(capsys, "mend", folder, "--apply", "--id", island["mend"], "--why", "现场核实")
    assert (first["feature"], done["made"], done["before"], done["after"]) == ("D", 1, 5, 4)
    *rest, _, done = told(capsys, "mend", folder, "--apply")
    assert (len(rest), done["made"], done["after"]) == (2, 2, 2)
    assert parts(folder) == 2
    for made in [*reversed(rest), first]:
        told(capsys, "edit", folder, "--undo", made["edit"])
    assert parts(folder) == 5
    with closing(open_workspace(folder)) as workspace:
        pipe = workspace.store.layers(["pipe"]).get("pipe")
    assert sorted(pipe.columns["id"]) == sorted(LINES)
    assert [list(line.coords) for line in pipe.geometry] == [[*map(tuple, line)] for line in LINES.values()]


def test_what_a_file_brought_along_goes_with_both_parts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "mend", folder, "--apply", "--kind", "end_on_middle")
    with closing(open_workspace(folder)) as workspace:
        pipe = workspace.store.layers(["pipe"]).get("pipe")
    owners = dict(zip(pipe.columns["id"], pipe.columns["OWNER"], strict=True))
    assert owners["M"] == owners["M-2"] == "crew 0"


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        ("en", ("tie the end of pipe D to pipe M, 1.4 m away", "5 parts of the network; 3 mends could be made")),
        ("zh_CN", ("把管道 D 的端点接到管道 M，相距 1.4 m", "管网共 5 个连通分量；可修复 3 项")),
    ],
)
def test_it_speaks_both_languages(
    folder: Path, capsys: pytest.CaptureFixture[str], lang: str, sentences: tuple[str, ...]
) -> None:
    assert main(["mend", str(folder), "--lang", lang]) == 0
    said = capsys.readouterr().out
    assert all(sentence in said for sentence in sentences)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--kind", "leak"], "no kind leak"), (["--apply", "--id", "join:pipe:X:Y"], "no mend join:pipe:X:Y")],
)
def test_what_cannot_be_is_said(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    assert main(["mend", str(folder), *arguments, "--lang", "en"]) == 2
    assert words in capsys.readouterr().err
