"""``sluice coverage``: shares, bands and gaps as JSON, in words and as points; bad input in one line."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from refusal import answer_of, refusal_of

from app.bootstrap import main
from app.messages import LANGUAGES
from app.workspace import open_workspace


@pytest.fixture(scope="module")
def stands(demo: Path) -> list[str]:
    """Two places among the city's valves, as they are typed."""
    with closing(open_workspace(demo)) as workspace:
        devices = workspace.city.network.devices
        return [f"{devices.x_m[row]:.1f},{devices.y_m[row]:.1f}" for row in (0, len(devices.x_m) // 2)]


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    return answer_of(["coverage", *arguments], capsys)


def test_bands_hold_everyone_and_peaks_reach_less_far(
    demo: Path, stands: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    out = tmp_path / "minutes.geojson"
    options = [str(demo), "--from", stands[0], "--from", stands[1], "--within", "2"]
    night = asked(capsys, *options, "--hour", "3", "--out", str(out))
    peak = asked(capsys, *options, "--hour", "8")
    assert (night["hour"], night["speeds_learned"]) == (3, False)
    assert night["people"] > 0
    assert sum(band["people"] for band in night["bands"]) == night["people"]
    assert sum(band["places"] for band in night["bands"]) == night["places"]
    assert 0 < peak["share_in_time"] < night["share_in_time"]
    assert set(night["if_sent"]) == {"1", "2"}
    features = json.loads(out.read_text(encoding="utf-8"))["features"]
    assert len(features) == night["places"]
    assert all(feature["properties"]["minutes"] >= 1.5 for feature in features)


def test_the_gap_is_told_in_both_languages(demo: Path, stands: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    for language in LANGUAGES:
        assert main(["coverage", str(demo), "--from", stands[0], "--hour", "8", "--lang", language]) == 0
        said = capsys.readouterr().out
        assert {"en": "If crew 1 is sent, nobody is left for", "zh_CN": "若派出班组 1，"}[language] in said
    assert main(["coverage", str(demo), "--lang", "en"]) == 0
    assert "Nobody is there for" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [("--within", "0", "minutes"), ("--hour", "24", "hour"), ("--from", "9e7,9e7", "nearest valve")],
)
def test_bad_input_is_told_in_one_line(
    demo: Path, option: str, value: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in refusal_of(["coverage", str(demo), option, value, "--lang", "en"], capsys)
