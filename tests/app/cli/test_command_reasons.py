"""What the command line says of what it cannot use: idle suppositions, the system's reasons, a missing driver."""

import errno
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from foreign_files import line, point, write_layer

from app.bootstrap import main
from gis.cache import open_city
from network.assets import DeviceKind
from network.topology import City


@pytest.fixture(scope="module")
def city(demo: Path) -> City:
    return open_city(demo / "cache")


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line on standard error when *arguments* cannot be used."""
    assert main(list(arguments)) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    return err


def test_what_no_plan_opens_or_closes_cannot_be_supposed(
    demo: Path, city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    devices, pipe = city.network.devices, city.network.pipes.ids[0]
    pump = devices.ids[int(np.flatnonzero(devices.kind == DeviceKind.PUMP)[0])]
    vent = devices.ids[int(np.flatnonzero(devices.kind == DeviceKind.AIR)[0])]
    for option, name in (("--closed", pump), ("--open", vent), ("--inoperable", pump)):
        told = refusal(capsys, "isolate", str(demo), "--pipe", pipe, option, name, "--json", "--lang", "en")
        assert f"{name} (" in told
        assert "nothing to suppose of it" in told
    assert "（加压泵站）不由关阀方案启闭" in refusal(
        capsys, "isolate", str(demo), "--pipe", pipe, "--closed", pump, "--lang", "zh_CN"
    )
    lines = tmp_path / "questions.jsonl"
    lines.write_text(json.dumps({"pipe": pipe}) + "\n" + json.dumps({"pipe": pipe, "closed": [pump]}) + "\n")
    assert "2" in refusal(capsys, "isolate", str(demo), "--targets", str(lines))


def test_a_supposition_on_which_no_plan_relies_is_told_beside_the_answer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_layer(tmp_path / "pipe.geojson", "pipe", [line((0, 0), (100, 0))], {"id": ["P"]})
    valves = {"id": ["on", "off"], "kind": ["isolation"] * 2}
    write_layer(tmp_path / "valve.geojson", "valve", [point(20, 0), point(50, 40)], valves)
    write_layer(tmp_path / "source.geojson", "source", [point(0, 0)], {"id": ["S"], "kind": ["plant"]})
    files = [str(tmp_path / f"{name}.geojson") for name in ("pipe", "valve", "source")]
    assert main(["import", *files, "--out", str(tmp_path / "city"), "--crs", "EPSG:4548"]) == 0
    capsys.readouterr()
    assert main(["isolate", str(tmp_path / "city"), "--pipe", "P", "--closed", "off", "--json", "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["feasible"] is True
    assert err == "sluice: off stands on no pipe: no plan goes by what is supposed of it.\n"


def test_reasons_of_the_system_are_in_the_operator_s_language(
    demo: Path, city: City, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = ("isolate", str(demo), "--targets", str(tmp_path), "--lang")
    assert "这是文件夹，不是文件" in refusal(capsys, *ask, "zh_CN")
    assert "it is a folder, not a file" in refusal(capsys, *ask, "en")
    assert "名称过长" in refusal(capsys, "check", "x" * 300, "--lang", "zh_CN")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/somewhere")

    monkeypatch.setattr(Path, "write_text", full)
    draft = ("import", str(city_file(tmp_path)), "--draft-mapping", str(tmp_path / "map.toml"), "--lang", "zh_CN")
    assert "磁盘已满" in refusal(capsys, *draft)


def city_file(folder: Path) -> Path:
    return write_layer(folder / "pipe.geojson", "pipe", [line((0, 0), (100, 0))], {"id": ["P"]})


def test_the_doctor_speaks_where_the_sqlite_driver_does_not_load(demo: Path) -> None:
    blocked = (
        "import sys; sys.modules['pysqlite3'] = None; from app.bootstrap import main; sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", blocked, "doctor", "--json", "--lang", "en", "--folder", str(demo)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert {row["check"] for row in json.loads(done.stdout)["findings"]} >= {"python", "sqlite", "disk"}
    assert not done.stderr


def test_whoever_reads_may_stop_reading(demo: Path, city: City) -> None:
    """As ``sluice check CITY | head`` does."""
    ask = [sys.executable, "-m", "app", "isolate", str(demo), "--targets", "-"]
    with subprocess.Popen(ask, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as asking:
        assert asking.stdout is not None
        asking.stdout.close()
        question = json.dumps({"pipe": city.network.pipes.ids[0]}) + "\n"
        _, told = asking.communicate(question.encode() * 400, timeout=120)
    assert (told, asking.returncode) == (b"", 0)
