"""Demonstration instruments from the command line, on a demo city of its own."""

from pathlib import Path

import numpy as np
import pytest

from app.bootstrap import main
from app.telemetry.channels import Role
from app.telemetry.demo import DemoDay
from app.telemetry.history import History
from app.telemetry.quantities import Quantity
from app.telemetry.setup import DEMO_DAY, FOLDER, FeedKind, read_setup


def test_instruments_stand_where_the_city_has_something_to_measure(
    own_demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["feed", "demo", str(own_demo), "--days", "1", "--lang", "zh_CN"]) == 0
    assert "已设置演示仪表" in capsys.readouterr().out
    setup = read_setup(own_demo)
    records = setup.channels.records
    assert {Quantity.PRESSURE, Quantity.FLOW} <= {record.quantity for record in records}
    # Only what a secondary station's own pumps hold up has no place among the mains.
    assert {record.id[:3] for record in records if record.x_m is None} <= {"PO-"}
    assert {record.role for record in records} >= {Role.CLEAR_WATER, Role.INLET, Role.OUTLET}
    assert Quantity.POWER_FEED in {record.quantity for record in records}
    assert setup.feeds[0].kind is FeedKind.DEMO
    day = DemoDay.load(own_demo / FOLDER / DEMO_DAY)
    bursts = [at for at, name in enumerate(day.names) if name.startswith("burst ")]
    assert bursts
    pressure = np.array([record.quantity is Quantity.PRESSURE for record in records])
    assert day.effects[bursts[0]][pressure].min() < -0.001
    history = History.open(own_demo / "history.sqlite", readonly=True)
    try:
        assert set(history.channels()) == {record.id for record in records}
    finally:
        history.close()
    # A second time only the pace changes: what was measured stays.
    assert main(["feed", "demo", str(own_demo), "--speed", "60"]) == 0
    assert read_setup(own_demo).feeds[0].speed == 60.0
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--broker", "nowhere"], "nowhere is no address of a broker"),
        (["--days", "0"], "0"),
        (["--speed", "0"], "0"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(
    demo: Path, more: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main(["feed", "demo", str(demo), *more, "--lang", "en"])
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 1
    assert status == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert not (demo / FOLDER).exists()


def test_somebody_elses_setup_is_left_alone(own_demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (own_demo / FOLDER).mkdir()
    (own_demo / FOLDER / "setup.json").write_text('{"channels": [], "limits": [], "feeds": []}')
    assert main(["feed", "demo", str(own_demo), "--lang", "en"]) == 2
    assert "has no demonstration instruments" in capsys.readouterr().err
    assert (own_demo / FOLDER / "setup.json").read_text() == '{"channels": [], "limits": [], "feeds": []}'
