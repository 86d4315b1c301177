"""``sluice positions``: a recorded drive taken in, where crews are, bad input in one line."""

import json
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from refusal import refusal_of

from app.bootstrap import main
from app.workspace import open_workspace
from gis.crs import to_wgs84


@pytest.fixture
def track(own_demo: Path, tmp_path: Path) -> Path:
    """A minute at a valve, and a moment on the moon."""
    with closing(open_workspace(own_demo)) as workspace:
        devices = workspace.city.network.devices
        lon, lat = to_wgs84(workspace.meta.crs_epsg, np.array([devices.x_m[0]]), np.array([devices.y_m[0]]))
    points = "".join(
        f'<trkpt lat="{y:.8f}" lon="{x:.8f}"><time>2026-03-17T08:00:{second:02d}Z</time></trkpt>'
        for second, x, y in ((0, lon[0], lat[0]), (30, lon[0], lat[0]), (45, -60.0, 0.0))
    )
    path = tmp_path / "drive.gpx"
    path.write_text(f"<gpx><trk><trkseg>{points}</trkseg></trk></gpx>", encoding="utf-8")
    return path


def test_a_drive_is_taken_in_and_what_cannot_be_is_told(
    own_demo: Path, track: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["positions", str(own_demo), "--lang", "en"]) == 0
    assert "No crew was heard of yet." in capsys.readouterr().out
    assert main(["positions", str(own_demo), "--from", str(track), "--crew", "抢03", "--lang", "zh_CN"]) == 0
    out, err = capsys.readouterr()
    assert "抢03：" in out
    assert "过旧，不可采信" in out
    assert err == "抢03 的位置在地图之外，未采用。\n"
    assert main(["positions", str(own_demo), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["crews"]["抢03"]
    assert told["stale"] is True
    assert told["at_ms"] % 60_000 == 30_000


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--from", "mqtt://host"], "address of a server"),
        (["--from", "gone.gpx"], "no track"),
        (["--speed", "0"], "no speed"),
    ],
)
def test_bad_input_is_told_in_one_line(
    demo: Path, arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told in refusal_of(["positions", str(demo), *arguments, "--lang", "en"], capsys)
