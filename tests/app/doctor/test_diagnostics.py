"""The file with what helps to find a fault: complete, and with nothing in it that is a person's or secret."""

import json
import zipfile
from pathlib import Path

import pytest

from app.doctor.__main__ import main
from app.doctor.diagnostics import masked, write_bundle
from app.errors import AppError

SECRET = (
    "13912345678", "+86 139 1234 5678", "010-12345678", "hunter2", "clerk@water.example.com", "s3cret", "abc.def.ghi",
)  # fmt: skip
QUOTED = ("王伟", "清泉大街 112 号", "屋主说：水从路面涌出", "Müller")
TOLD = f"""
INFO call from {SECRET[0]} ({SECRET[1]}, {SECRET[2]})
WARNING postgresql://console:{SECRET[3]}@hub.example/city refused
INFO sent to {SECRET[4]}; {{"password": "{SECRET[5]}", "user": "x"}}
DEBUG Authorization: Bearer {SECRET[6]}
KeyError: '{QUOTED[0]}'
app.errors.AppError: ('desk.unknown', {{'place': '{QUOTED[1]}', 'id': 'W118'}})
json.decoder.JSONDecodeError: "{QUOTED[2]}" in {{"name": "{QUOTED[3]}"}}
INFO pipe P-20451 DN300, 1234567 m³, 12345.139123456 at 2026-03-12 03:02:11
"""


def test_what_a_log_should_not_have_held_is_masked_and_the_rest_stands() -> None:
    text = masked(TOLD + "/people/wang/data/city", "/people/wang")
    assert [secret for secret in SECRET if secret in text] == []
    assert "pipe P-20451 DN300, 1234567 m³, 12345.139123456 at 2026-03-12 03:02:11" in text
    assert "@hub.example/city refused" in text
    assert text.endswith("~/data/city")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A user's folder with what the console keeps there."""
    for name in ("logs", "crashes", "city"):
        (tmp_path / "home" / name).mkdir(parents=True)
    for name in ("logs/sluice.log", "logs/sluice.log.1", "crashes/crash-1.txt"):
        (tmp_path / "home" / name).write_text(TOLD, encoding="utf-8")
    for name in ("session.json", "console.ini", "city/journal.sqlite"):
        (tmp_path / "home" / name).write_text("half a report of 13912345678", encoding="utf-8")
    return tmp_path / "home"


def test_the_command_bundles_logs_and_reports_and_nothing_else(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SLUICE_HOME", str(home))
    out = tmp_path / "for-support.zip"
    main(["--json", "--folder", str(tmp_path), "--bundle", str(out), "--lang", "zh_CN"])
    told = capsys.readouterr()
    assert json.loads(told.out)["findings"]
    assert "4 个文件" in told.err
    with zipfile.ZipFile(out) as bundle:
        assert bundle.namelist() == ["doctor.json", "logs/sluice.log", "logs/sluice.log.1", "crashes/crash-1.txt"]
        texts = [bundle.read(name).decode() for name in bundle.namelist()]
    assert json.loads(texts[0])["findings"]
    assert [(secret, text) for secret in SECRET + QUOTED for text in texts if secret in text] == []
    assert "KeyError: '•••'" in texts[1]
    assert "'id': 'W118'" in texts[1], "what is nobody's name helps to find the fault"


def test_of_a_huge_log_the_end_is_taken(home: Path, tmp_path: Path) -> None:
    (home / "logs" / "sluice.log").write_text("old\n" + "x" * 3_000_000 + "\nnew", encoding="utf-8")
    write_bundle(tmp_path / "b.zip", "{}", home, "")
    with zipfile.ZipFile(tmp_path / "b.zip") as bundle:
        text = bundle.read("logs/sluice.log").decode()
    assert text.endswith("new")
    assert len(text) == 2_000_000


def test_where_it_cannot_be_written_nothing_is_left(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(AppError) as refused:
        write_bundle(tmp_path / "no" / "b.zip", "{}", home, "")
    assert refused.value.code == "doctor.cannot_bundle"
    monkeypatch.setenv("SLUICE_HOME", str(home))
    assert main(["--bundle", str(tmp_path / "no" / "b.zip"), "--folder", str(tmp_path), "--lang", "en"]) == 2
    assert "cannot be written" in capsys.readouterr().err
