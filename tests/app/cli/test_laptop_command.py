"""``sluice take``, ``bundle`` and ``merge`` as somebody at the centre and somebody in the field type them."""

import json
from pathlib import Path

import pytest

from app.bootstrap import main


def test_a_laptop_goes_out_and_comes_home(own_demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    city, laptop, stick = str(own_demo), str(tmp_path / "laptop"), str(tmp_path / "home.sluice")
    for typed in (["--all", "--days", "0"], ["--all", "--dma", "D"], []):
        with pytest.raises(SystemExit, match="2"):
            main(["take", city, "--out", laptop, "--for", "李", *typed])
    capsys.readouterr()
    assert main(["take", city, "--dma", "D99", "--out", laptop, "--for", "李"]) == 2
    assert "D0001" in capsys.readouterr().err
    assert main(["--lang", "zh_CN", "take", city, "--dma", "D0001", "--out", laptop, "--for", "李"]) == 0
    said = capsys.readouterr().out
    assert "笔记本" in said
    assert "区外" in said
    assert main(["incident", laptop, "新 漏 DN300"]) in {0, 2}
    assert main(["edit", laptop, "--set", "x"]) == 2
    capsys.readouterr()
    assert main(["bundle", laptop, "--out", stick]) == 0
    assert main(["bundle", city, "--out", stick]) == 2
    assert "--for" in capsys.readouterr().err
    assert main(["merge", laptop, stick]) == 2
    assert main(["merge", city, city]) == 2
    capsys.readouterr()
    assert main(["take", city, "--all", "--out", str(tmp_path / "second"), "--for", "王", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["masked"], told["reached"]) == (0, True)
    answer = str(tmp_path / "answer.sluice")
    assert main(["bundle", city, "--for", told["laptop"][:8], "--out", answer, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pictures"] == 0
    assert main(["merge", str(tmp_path / "second"), answer]) == 2
    assert "before" in capsys.readouterr().err
    lost = ["laptop", "withdraw", city, told["laptop"][:8], "--why", "被盗"]
    with pytest.raises(SystemExit, match="2"):
        main(lost[:-2])
    assert main(["laptop", "list", city, "--json"]) == 0
    capsys.readouterr()
    assert main(["--lang", "zh_CN", *lost]) == 0
    assert "已停用" in capsys.readouterr().out
    assert main(lost) == 2
    assert main(["bundle", city, "--for", told["laptop"][:8], "--out", stick]) == 2
    capsys.readouterr()
    assert main(["--lang", "zh_CN", "laptop", "list", city]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert "李\tD0001" in first
    assert second.startswith(f"{told['laptop']}\t王\t")
    assert second.endswith("停用：被盗")
    assert main(["laptop", "readmit", city, told["laptop"], "--why", "found", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["withdrawn"] is False
