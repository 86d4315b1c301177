"""``sluice export``: layers on disk, what was shortened said, bad input in one line."""

from pathlib import Path

import pytest

from app.bootstrap import main


def test_layers_are_written_and_counted(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "city"
    assert main(["export", str(demo), "--out", str(out), "--layers", "pipe,valve", "--lang", "en"]) == 0
    assert (tmp_path / "city.gpkg").is_file()
    assert "features written" in capsys.readouterr().out


def test_shortened_columns_are_named(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["export", str(demo), "--out", str(tmp_path / "shp"), "--format", "shp", "--encoding", "gbk"]
    assert main([*asked, "--layers", "customer", "--lang", "zh_CN"]) == 0
    assert "图层 customer 的字段 demand_m3_d 在文件中名为 demand_m3_" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--layers", "streets"], "There is no layer streets"),
        (["--crs", "EPSG:999999"], "is no coordinate system"),
    ],
)
def test_bad_input_is_one_line(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: list[str], said: str
) -> None:
    assert main(["export", str(demo), "--out", str(tmp_path / "x.gpkg"), "--lang", "en", *more]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
