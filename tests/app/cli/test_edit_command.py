"""``sluice edit`` from the outside."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from refusal import refusal_of

from app.bootstrap import main
from app.workspace import create_workspace
from gis.noding import NodingOptions, build_city
from oracle.layers import EAST_M, NORTH_M, town_layers
from oracle.town import Junction, Main, Origin, Thing, Town


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    junctions = tuple(Junction(f"J{n}", 100.0 * n, 40.0 * (n % 2)) for n in range(4))
    mains = tuple(Main(f"P{n}", f"J{n}", f"J{n + 1}") for n in range(3))
    town = Town(
        junctions, mains, (Thing("V1", "isolation", pipe="P1", junction="J1"),), (Origin("S", "plant", junction="J0"),)
    )
    made = build_city(town_layers(town), NodingOptions())
    create_workspace(tmp_path / "town", made, sources=["a"], now=datetime(2026, 5, 4, tzinfo=UTC), actor="t")
    return tmp_path / "town"


def told(capsys: pytest.CaptureFixture[str], folder: Path, *arguments: str) -> list[dict[str, Any]]:
    assert main(["edit", str(folder), *arguments, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_field_is_set_and_the_edit_taken_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (made,) = told(capsys, folder, "--set", "pipe", "P0", "dn_mm=300", "material=PE", "--why", "量过", "--who", "李工")
    assert made["did"] == "made"
    assert made["changes"] == [{"asset": "asset/pipe/P0", "what": "set", "fields": {"dn_mm": 300.0, "material": "PE"}}]
    assert (made["before"], made["after"]) == (2, 2)
    (undone,) = told(capsys, folder, "--undo", made["edit"])
    assert undone["did"] == "undone"


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [("en", "2 segments before, 3 after"), ("zh_CN", "关阀单元由 2 个变为 3 个")],
)
def test_a_batch_says_what_it_does_to_segments(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, sentence: str
) -> None:
    at = [EAST_M + 150, NORTH_M + 20]
    batch = tmp_path / "edits.jsonl"
    batch.write_text(json.dumps({"do": "put_valve", "id": "V2", "pipe": "P1", "at": at}) + "\n\n", encoding="utf-8")
    assert main(["edit", str(folder), "--batch", str(batch), "--lang", lang]) == 0
    assert sentence in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ("Line 2:", "There is no pipe P9")), ("zh_CN", ("第 2 行：", "没有"))]
)
def test_a_batch_stops_at_the_line_that_cannot_be_made(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, words: tuple[str, str]
) -> None:
    batch = tmp_path / "edits.jsonl"
    lines = [{"do": "delete", "layer": "valve", "id": "V1"}, {"do": "delete", "layer": "pipe", "id": "P9"}]
    batch.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert main(["edit", str(folder), "--batch", str(batch), "--lang", lang]) == 2
    complaint = capsys.readouterr().err
    assert all(word in complaint for word in words)
    assert main(["edit", str(folder), "--delete", "valve", "V1"]) == 2, "the first line was carried out"


def test_proposals_wait_are_listed_and_decided(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (made,) = told(capsys, folder, "--set", "pipe", "P0", "dn_mm=200", "--propose", "--why", "现场为 DN200")
    (listed,) = told(capsys, folder, "--proposals")
    assert (listed["proposal"], listed["why"]) == (made["proposal"], "现场为 DN200")
    assert main(["edit", str(folder), "--proposals", "--lang", "zh_CN"]) == 0
    assert "口径" in (line := capsys.readouterr().out) and "现场为 DN200" in line  # noqa: PT018 - one line is looked at
    (accepted,) = told(capsys, folder, "--accept", made["proposal"])
    assert accepted["did"] == "accepted"
    assert accepted["edit"]
    assert told(capsys, folder, "--proposals") == []
    assert main(["edit", str(folder), "--refuse", made["proposal"]]) == 2
    (other,) = told(capsys, folder, "--delete", "valve", "V1", "--propose")
    assert told(capsys, folder, "--refuse", other["proposal"]) == [{"did": "refused", "proposal": other["proposal"]}]
    assert main(["edit", str(folder), "--proposals", "--lang", "en"]) == 0
    assert "No proposal waits" in capsys.readouterr().out
    assert main(["edit", str(folder), "--conflicts", "--lang", "en"]) == 0
    assert "Nobody contradicts" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--set", "pipe", "P0", "dn_mm"], "FIELD=VALUE"),
        (["--set", "pipe", "P0", "dn_mm=thick"], "no number"),
        (["--set", "pipe", "P0", "dn_mm=99999"], "lies between 0.5 and 6000"),
        (["--set", "pipe", "P0", "colour=red"], "has no field colour"),
        (["--set", "pipe", "P9", "dn_mm=300"], "There is no pipe P9"),
        (["--set", "pipe", "P0"], "Nothing was said"),
        (["--set", "pipe"], "no layer"),
        (["--set", "zone", "Z", "name=x"], "There is no layer zone"),
        (["--set", "valve", "V1", "current=closed"], "observed on the spot"),
        (["--undo", "nothing"], "no edit nothing"),
        (["--accept", "nothing"], "no proposal nothing"),
        (["--batch", "missing.jsonl"], "missing.jsonl"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], words: str
) -> None:
    complaint = refusal_of(["edit", str(folder), *arguments, "--lang", "en"], capsys)
    assert words in complaint or arguments == ["--set", "pipe"]
