"""``sluice hub`` as an administrator types it."""

import json
from pathlib import Path

import pytest

from app.bootstrap import main


def test_a_hub_is_made_looked_at_copied_and_left(
    own_demo: Path, tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(own_demo)
    assert main(["hub", "status", folder]) == 2
    assert "hub join" in capsys.readouterr().err
    assert main(["hub", "init", folder, "--address", f"{database} password=secret-7"]) == 2
    assert "secret-7" not in capsys.readouterr().err
    assert main(["hub", "init", folder, "--address", database]) == 0
    assert main(["hub", "init", folder, "--address", database]) == 2
    assert main(["--lang", "zh_CN", "hub", "join", folder, "--address", database]) == 0
    assert "中心库" in capsys.readouterr().out
    assert main(["hub", "status", folder, "--json"]) == 0
    status = json.loads(capsys.readouterr().out)
    assert (status["pending"], status["devices"], status["top"]) == (0, 1, status["reach"])
    assert main(["hub", "verify", folder]) == 0
    copy = tmp_path / "hub.sqlite"
    assert main(["hub", "backup", folder, "--out", str(copy)]) == 0
    assert main(["hub", "backup", folder, "--out", str(copy)]) == 2
    assert copy.is_file()
    assert main(["hub", "leave", folder]) == 0
    capsys.readouterr()
    assert main(["hub", "leave", folder]) == 2
    assert main(["hub", "join", folder, "--address", "host=/nowhere dbname=x"]) == 2
    assert "/nowhere" in capsys.readouterr().err
