"""``sluice feed promise`` on a demo city whose instruments somebody set up by hand."""

import re
import time
from pathlib import Path

import numpy as np
import pytest

from app.bootstrap import main
from app.telemetry.alarms import Limit, Limits, Side
from app.telemetry.channels import Channel, Channels
from app.telemetry.quantities import Quantity
from app.telemetry.recording import Recording
from app.telemetry.setup import FOLDER, SETUP, Setup, read_setup, write_setup
from app.workspace import open_workspace
from network.units import M_HEAD_PER_MPA


def test_limits_are_shown_and_change_only_when_told_to(
    own_demo: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = open_workspace(own_demo)
    city = workspace.city
    node = int(city.network.pipes.from_node[city.customers.tap.pipe[0]])
    place = [float(column[node]) for column in (city.network.nodes.x_m, city.network.nodes.y_m)]
    height_m = float(city.network.nodes.elevation_m[node])
    workspace.close()
    assert np.isfinite(height_m)
    main_gauge = Channel("PT-1", "北门", Quantity.PRESSURE, "MPa", x_m=place[0], y_m=place[1], elevation_m=height_m)
    blind = Channel("PT-2", "无高程", Quantity.PRESSURE, "MPa", x_m=place[0], y_m=place[1])
    was = Limit("PT-1 low-low", 0, Side.LOW, 5.0)
    write_setup(own_demo, Setup(Channels((main_gauge, blind)), Limits((was,)), ()))
    file = own_demo / FOLDER / SETUP
    before = file.read_bytes()
    assert main(["feed", "promise", str(own_demo), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert file.read_bytes() == before
    shown = re.search(r"PT-1 北门: 0\.049 MPa → (0\.\d{3}) MPa; no readings to try it on", told)
    assert shown is not None, told
    assert "PT-2 无高程: left out, the set-up does not say how high it stands" in told
    assert "1 to change, 0 right already, 1 left out" in told
    assert "Nothing was changed" in told
    # A recorder that is at work meanwhile watches the new limit by itself.
    monkeypatch.setattr("app.telemetry.setup_watch.LOOK_S", 0.02)
    recording = Recording(own_demo, lambda: 1_773_297_128_000)
    try:
        assert recording.setup.limits.records == (was,)
        assert main(["feed", "promise", str(own_demo), "--apply", "--lang", "zh_CN"]) == 0
        (limit,) = read_setup(own_demo).limits.records
        end_s = time.monotonic() + 30.0
        while recording.setup.limits.records != (limit,):
            assert time.monotonic() < end_s, "it still watches the limit of before"
            time.sleep(0.02)
    finally:
        recording.close()
    assert "限值已写入设置" in capsys.readouterr().out
    assert limit.limit >= 19.8
    assert limit.limit / M_HEAD_PER_MPA == pytest.approx(float(shown[1]), abs=6e-4)
    assert main(["feed", "promise", str(own_demo), "--lang", "en"]) == 0
    assert "0 to change, 1 right already" in capsys.readouterr().out


def test_a_city_without_instruments_is_told_so(demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feed", "promise", str(demo), "--lang", "en"]) == 2
    assert "No readings are set up" in capsys.readouterr().err
