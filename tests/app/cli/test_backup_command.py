from pathlib import Path

import pytest

from app.bootstrap import main


def test_a_backup_is_a_workspace_that_answers_as_the_first(
    demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copy = tmp_path / "copy"
    assert main(["backup", str(demo), "--out", str(copy)]) == 0
    assert str(copy) in capsys.readouterr().out
    faults: list[str] = []
    for folder in (demo, copy):
        assert main(["check", str(folder), "--json"]) == 0
        faults.append(capsys.readouterr().out)
    assert faults[0] == faults[1]


def test_nothing_is_copied_over_something(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "note.txt").write_text("mine")
    assert main(["backup", str(demo), "--out", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["note.txt"]
