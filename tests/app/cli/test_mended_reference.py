"""A real network that hangs together badly: mended as far as rules can tell, a reason for every part that stays."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pypdf import PdfReader

from app.bootstrap import main
from app.workspace import open_workspace
from gis.mending.find import components
from network.columns import IdColumn, Int64

MAPPING = Path(__file__).parents[2] / "mappings" / "nanaimo.toml"
WHY_PARTS_STAY = {"apart", "crosses"}
"""Too far from anything else, or perhaps crossing over it: questions for somebody on the spot."""


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, Any]]:
    assert main([*arguments, "--json"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def parts(folder: Path) -> tuple[Int64, IdColumn]:
    """The part of each main, and the mains' ids."""
    with closing(open_workspace(folder)) as workspace:
        return components(workspace.city)[1], workspace.city.network.pipes.ids


def test_87_parts_become_one_and_51_that_stay_for_a_reason(
    reference_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "nanaimo"
    more = ("--mapping", str(MAPPING), "--assume-valves", "--assume-sources", "--out", str(folder))
    assert main(["import", str(reference_data / "nanaimo"), *more]) == 0
    capsys.readouterr()
    *lines, done = told(capsys, "mend", str(folder), "--apply")
    assert (done["before"], done["after"]) == (87, 52)
    assert done["made"] == sum(line["did"] == "mended" for line in lines)

    of_pipe, ids = parts(folder)
    stays = [line for line in lines if line["did"] == "stays" and line["why"] in WHY_PARTS_STAY]
    rows = ids.find_many(IdColumn.of(line["feature"] for line in stays))
    assert (rows >= 0).all()
    largest = int(np.argmax(np.bincount(of_pipe)))
    explained = of_pipe[rows].tolist()
    assert sorted([*explained, largest]) == list(range(52)), "each part but the largest has its one line"
    assert np.bincount(of_pipe)[largest] > 0.98 * len(of_pipe)
    for line in stays:
        assert line["other"], "the nearest main is named"
        assert line["distance_m"] > 2.0 or line["why"] == "crosses"

    sheet = tmp_path / "nanaimo.pdf"
    assert main(["print", str(folder), "--paper", "A1", "--lang", "en", "--out", str(sheet)]) == 0
    (page,) = PdfReader(sheet).pages
    width_mm, height_mm = (float(side) / 72 * 25.4 for side in page.mediabox[2:])
    assert (round(width_mm), round(height_mm)) == (841, 594)
    text = page.extract_text().replace("\t", " ")
    assert "EPSG:26910" in text
    assert "assumed by rule" in text, "what was not recorded is said on paper too"
