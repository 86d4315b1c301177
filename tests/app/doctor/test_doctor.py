import json
import re
import sys
from pathlib import Path

import pytest
from keyrings import MemoryKeyring

from app.doctor import Finding, Status, as_json, as_text, checks, healthy
from app.doctor.__main__ import main
from app.doctor.findings import family, system_name
from app.doctor.probe_sqlite import lock_holds
from app.errors import AppError
from app.messages import LANGUAGES, load_words
from app.sounds import SoundWay
from gis.stores.secrets_kept import SystemKeyring

SYSTEMS = ("debian", "fedora", "macos", "windows", "other")


def answering(value):
    return lambda *_: value


def failing(code, **detail):
    def run(*_):
        raise AppError(code, **detail)

    return run


WAYS = (SoundWay("/usr/bin/pw-play"), SoundWay("/usr/bin/aplay", ("-q",)))
CRASH = failing("child_crashed", status=1, last_words="ImportError: libEGL.so.1")


def test_this_machine_is_examined_whole_and_can_work(tmp_path: Path) -> None:
    findings = checks.examine(tmp_path)
    # A machine that runs tests may lack a display and a loudspeaker, and nothing else.
    lacking = [finding for finding in findings if finding.status is not Status.OK]
    assert [finding for finding in lacking if finding.check not in {"display", "sound"}] == []
    assert {finding.check for finding in findings} == {
        "python", "libraries", "sqlite", "spatialite", "epanet", "qt", "fonts", "display", "sound", "keyring",
        "locking", "disk", "memory",
    }  # fmt: skip
    assert healthy(findings)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("finding", "status", "code"),
    [
        (checks.python((3, 10, 4)), Status.BAD, "python_old"),
        (checks.python((3, 12, 0)), Status.OK, "python_ok"),
        (checks.libraries(("numpy", "no-such-library")), Status.BAD, "libraries_missing"),
        (checks.sqlite(CRASH), Status.BAD, "sqlite_missing"),
        (checks.sqlite(failing("store.sqlite_too_old", version="3.45.0")), Status.BAD, "sqlite_old"),
        (checks.spatialite(failing("store.no_spatialite")), Status.BAD, "spatialite_missing"),
        (checks.epanet(CRASH), Status.WARN, "epanet_missing"),
        (checks.qt_and_fonts(CRASH)[0], Status.BAD, "qt_fails"),
        (checks.qt_and_fonts(answering(("6.11", "")))[1], Status.BAD, "fonts_missing"),
        (checks.display({}), Status.WARN, "display_none"),
        (checks.display({"DISPLAY": ":9"}, CRASH), Status.WARN, "display_refused"),
        (checks.display({"DISPLAY": ":9"}, answering(("xcb", "2"))), Status.OK, "display_ok"),
        (checks.sound(()), Status.WARN, "sound_bell"),
        (checks.sound(WAYS, answering(None)), Status.OK, "sound_ok"),
        (checks.sound(WAYS, failing("sound.refused", program="aplay", reason="x")), Status.WARN, "sound_refused"),
        (checks.keyring(MemoryKeyring()), Status.OK, "keyring_ok"),
        (checks.keyring(SystemKeyring("no-such-program")), Status.OK, "keyring_files_ok"),
        (checks.locking(Path(), answering(False)), Status.BAD, "locking_failed"),
        (checks.locking(Path(), failing("store.network_path", file_system="nfs")), Status.BAD, "locking_network"),
        (checks.judge_disk(0.1, Path()), Status.BAD, "disk_full"),
        (checks.judge_disk(2, Path()), Status.WARN, "disk_low"),
        (checks.judge_disk(50, Path()), Status.OK, "disk_ok"),
        (checks.judge_memory(2), Status.WARN, "memory_low"),
        (checks.judge_memory(16), Status.OK, "memory_ok"),
    ],
)
def test_each_trouble_has_its_code(finding: Finding, status: Status, code: str) -> None:
    if sys.platform.startswith("linux") or code != "display_none":
        assert (finding.status, finding.code) == (status, code)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_words_and_every_trouble_a_way_to_mend_it(language: str) -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in Path(checks.__file__).parent.glob("*.py"))
    checked = "python|libraries|sqlite|spatialite|epanet|qt|fonts|display|sound|keyring|locking|disk|memory"
    codes = set(re.findall(rf'"((?:{checked})_[a-z_]+)"', source))
    words = load_words(language)
    assert [code for code in codes if not words.has("doctor", code)] == []
    troubles = [code for code in codes if not code.endswith(("_ok", "_unknown"))]
    assert len(troubles) >= 15
    assert [code for code in troubles if not words.has("mend", code)] == []
    # What no code of the program names any more is nobody's.
    known = codes | {f"{code}_{system}" for code in codes for system in SYSTEMS}
    assert set(words.sections["mend"]) <= known
    assert set(words.sections["doctor"]) <= codes | {"healthy", "not_healthy"}


def test_untried_systems_say_so() -> None:
    english, chinese = load_words("en").sections["mend"], load_words("zh_CN").sections["mend"]
    assert english.keys() == chinese.keys()
    for code in english:
        if code.endswith(("_fedora", "_macos", "_windows")):
            assert english[code].startswith("Not tried")
            assert chinese[code].startswith("未经试验")


def test_the_text_tells_how_to_mend_on_this_very_system() -> None:
    findings = [checks.spatialite(failing("store.no_spatialite")), checks.python((3, 12, 0))]
    text = as_text(findings, load_words("zh_CN"), "debian")
    assert "✗ SpatiaLite: SQLite 无法加载该扩展" in text
    assert "→ sudo apt-get install libsqlite3-mod-spatialite" in text
    assert "✓ Python: 3.12.0" in text
    assert text.endswith("本机不能使用控制台。")


def test_json_has_the_same_for_scripts() -> None:
    answer = json.loads(as_json([checks.qt_and_fonts(CRASH)[0]], load_words("en"), "other"))
    assert answer["healthy"] is False
    (row,) = answer["findings"]
    assert (row["check"], row["status"], row["code"]) == ("qt", "bad", "qt_fails")
    assert "libEGL.so.1" in row["text"]
    assert row["mend"]


def test_the_command_prints_json_and_exits_by_health(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = main(["--json", "--folder", str(tmp_path / "not" / "there" / "yet")])
    assert json.loads(capsys.readouterr().out)["healthy"] is (status == 0)
    assert status == 0


def test_a_lock_is_tried_with_two_processes(tmp_path: Path) -> None:
    assert lock_holds(str(tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks.os, "access", lambda *_: False)
    finding = checks.locking(tmp_path)
    assert (finding.code, finding.detail["folder"]) == ("locking_read_only", str(tmp_path))


@pytest.mark.parametrize(
    ("names", "expected"),
    [({"ubuntu", "debian"}, "debian"), ({"rhel", "fedora"}, "fedora"), ({"arch"}, "other"), (set(), "other")],
)
def test_distributions_are_sorted_into_families(names: set[str], expected: str) -> None:
    assert family(names) == expected


def test_this_system_has_a_name() -> None:
    assert system_name() in SYSTEMS
