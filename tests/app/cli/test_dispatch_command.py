"""``sluice incident``, ``crew``, ``orders`` and ``log``: a night at the terminal, in both languages."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import handmade
import openpyxl
import pytest
from pypdf import PdfReader

from app import resources
from app.bootstrap import main
from app.dispatch.rule_pack import STANDARD
from app.times import CITY_TIME
from app.workspace import create_workspace


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small city in which one leak is being mended."""
    folder = tmp_path_factory.mktemp("night") / "city"
    create_workspace(folder, handmade.noded(), sources=[], now=datetime.now(UTC), actor="a")
    assert main(["crew", str(folder), "--add", "抢03", "--skills", "leak,weld", "--shift", "00:00-23:59"]) == 0
    assert main(["incident", str(folder), "新", "漏", "!2", "银杏路1号", "@-20"]) == 0
    assert main(["crew", str(folder), "send", "3", "W1", "@-15", "--who", "王"]) == 0
    assert main(["crew", str(folder), "到", "抢03", "@-3"]) == 0
    assert main(["incident", str(folder), "记", "W1", "=水从井口", "冒出"]) == 0
    assert main(["orders", str(folder), "令", "抢03", "V3", "W1", "关闭", "V3"]) == 0
    assert main(["orders", str(folder), "复诵", "W1"]) == 0
    return folder


def records(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[dict[str, object]]:
    assert main([*arguments, "--json"]) == 0
    out, err = capsys.readouterr()
    assert not err
    return [json.loads(line) for line in out.splitlines()]


def test_what_was_typed_is_what_the_desk_shows(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    (row,) = records(capsys, "incident", str(city))
    assert (row["incident"], row["kind"], row["severity"], row["crews"]) == ("W1", "visible_leak", 2, ["抢03"])
    clocks = row["clocks"]
    assert isinstance(clocks, dict)
    assert clocks["E1"]["state"] == "met"
    (crew,) = records(capsys, "crew", str(city))
    assert (crew["state"], crew["incident"], crew["skills"]) == ("on_scene", "W1", ["leak", "weld"])
    (order,) = records(capsys, "orders", str(city))
    assert (order["about"], order["incident"], order["open"]) == ("valve/V3", "W1", True)
    assert list(order["steps"]) == ["issued", "read_back"]  # type: ignore[call-overload]
    for language in ("zh_CN", "en"):
        assert main(["incident", str(city), "--lang", language]) == 0
        assert "W1\t" in capsys.readouterr().out


def test_an_incident_is_shown_with_its_clauses_and_what_decided_them(
    city: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    (shown,) = records(capsys, "incident", str(city), "--show", "1")
    clocks = {clock["rule"]: clock for clock in shown["clocks"]}  # type: ignore[attr-defined]
    events = {line["event"]: line["code"] for line in shown["lines"]}  # type: ignore[attr-defined]
    assert [events[key] for key in clocks["E1"]["decided_by"]] == ["visible_leak", "crew.on_scene"]
    assert "rule:E5b" in shown["bars"]  # type: ignore[operator]
    assert main(["incident", str(city), "--show", "W1", "--lang", "zh_CN"]) == 0
    told = capsys.readouterr().out
    assert "接到供水管网漏水信息30分钟内赶到事故现场" in told
    assert "=水从井口 冒出" in told
    assert told.index("E1\t到场") < told.index("E5b")
    assert main(["incident", str(city), "--show", "W9", "--lang", "zh_CN"]) == 2
    assert "没有事件 W9" in capsys.readouterr().err


REFUSED = [
    (["incident", "飞", "W1"], "“飞”不是命令"),
    (["incident", "新", "漏", "火星路"], "没有找到“火星路”"),
    (["crew", "派", "抢99", "W1"], "抢99"),
    (["incident", "结", "W1"], "未完成"),
    (["incident", "重开", "W1"], "原因"),
    (["orders", "回报", "W1"], "须先完成“执行”"),
    (["crew", "--add", "a/b"], "不能作班组名"),
    (["crew", "派", "抢03", "--add", "x"], "--add"),
    (["crew", "--add", "x", "--shift", "25:00-8:00"], "不是班次"),
    (["log", "--day", "昨天"], "不是日期"),
]


def test_a_picture_or_sound_goes_with_a_line(city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    picture, sound = tmp_path / "围挡.jpg", tmp_path / "水声.wav"
    picture.write_bytes(b"\xff\xd8picture")
    sound.write_bytes(b"RIFF....WAVE")
    incident = ["incident", str(city)]
    assert main([*incident, "围", "W1", "--file", str(picture)]) == 0
    assert main([*incident, "记", "W1", "听音杆", "--file", str(sound)]) == 0
    capsys.readouterr()
    (shown,) = records(capsys, *incident, "--show", "W1")
    lines = shown["lines"]
    assert isinstance(lines, list)
    assert [name for line in lines for name in ("photo", "sound") if line["values"].get(name)] == ["photo", "sound"]
    assert main([*incident, "--show", "W1", "--lang", "zh_CN"]) == 0
    assert "附照片" in (told := capsys.readouterr().out)
    assert "附录音 · 听音杆" in told
    for line, why in (
        (["围", "W1", "--file", str(sound)], "录音不能作为现场照片"),
        (["派", "抢03", "W1", "--file", str(picture)], "只有备注和完成事项可附文件"),
        (["--file", str(picture)], "只有备注和完成事项可附文件"),
        (["记", "W1", "空", "--file", str(tmp_path / "no.jpg")], "未能保存"),
    ):
        assert main([*incident, *line, "--lang", "zh_CN"]) == 2
        assert why in capsys.readouterr().err


def test_what_cannot_be_done_is_one_sentence_and_writes_nothing(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = records(capsys, "incident", str(city)) if capsys.readouterr() else []
    for (command, *rest), said in REFUSED:
        try:
            status = main([command, str(city), *rest, "--lang", "zh_CN"])
        except SystemExit as refused:
            status = int(str(refused.code))
        out, err = capsys.readouterr()
        assert (status, out) == (2, ""), rest
        assert said in err
        assert err.count("\n") == 1
    assert records(capsys, "incident", str(city)) == before


def test_the_days_log_writes_itself_to_terminal_table_and_paper(
    city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert main(["log", str(city), "--lang", "zh_CN"]) == 0
    told = capsys.readouterr().out
    day = datetime.now(CITY_TIME).date().isoformat()
    assert told.startswith(f"调度日志 {day}\n")
    assert "=水从井口 冒出" in told
    assert "王" in told
    for name in ("日志.csv", "日志.xlsx", "日志.pdf"):
        assert main(["log", str(city), "--out", str(tmp_path / name), "--lang", "zh_CN"]) == 0
    csv = (tmp_path / "日志.csv").read_text(encoding="utf-8-sig")
    assert "'=水从井口 冒出" in csv
    book = openpyxl.load_workbook(tmp_path / "日志.xlsx")
    assert book.active is not None
    assert [cell.value for cell in book.active[1]][:4] == ["时间", "补记时间", "事项", "对象"]
    read = "".join(page.extract_text() for page in PdfReader(tmp_path / "日志.pdf").pages)
    text = unicodedata.normalize("NFKC", read)
    assert "调度日志" in text
    assert "W1" in text
    assert main(["log", str(city), "--day", "2020-01-01", "--out", str(tmp_path / "leer.pdf")]) == 0
    assert main(["log", str(city), "--out", str(tmp_path / "a.doc"), "--lang", "en"]) == 2
    assert "pdf" in capsys.readouterr().err


def test_a_rule_pack_with_an_error_is_refused_and_the_old_one_stays(
    city: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    standard = (resources.folder("rules") / STANDARD).read_text(encoding="utf-8")
    stricter, wrong = tmp_path / "stricter.toml", tmp_path / "wrong.toml"
    stricter.write_text(standard.replace("after_s = 1800", "after_s = 600", 1), encoding="utf-8")
    wrong.write_text(standard.replace('"crew.on_scene"', '"crew.on_mars"', 1), encoding="utf-8")
    capsys.readouterr()
    assert main(["rules", str(city), "--adopt", str(wrong), "--lang", "en"]) == 2
    assert "crew.on_mars" in capsys.readouterr().err
    assert records(capsys, "incident", str(city))[0]["clocks"]["E1"]["state"] == "met"  # type: ignore[index]
    # A stricter limit would make late what was in time: nobody does that by mistake.
    assert main(["rules", str(city), "--adopt", str(stricter), "--lang", "en"]) == 2
    assert "began before today: E1." in capsys.readouterr().err
    assert records(capsys, "incident", str(city))[0]["clocks"]["E1"]["state"] == "met"  # type: ignore[index]
    assert main(["rules", str(city), "--adopt", str(stricter), "--past"]) == 0
    assert main(["rules", str(city), "--adopt", str(wrong)]) == 2
    capsys.readouterr()
    assert records(capsys, "incident", str(city))[0]["clocks"]["E1"]["state"] == "met_late"  # type: ignore[index]
    assert main(["rules", str(city), "--lang", "zh_CN"]) == 0
    told = capsys.readouterr().out
    assert "E1\t到场" in told
    assert next(line for line in told.splitlines() if line.startswith("N1\t")).endswith("按上限 10 个工作日执行。")
    assert next(line for line in told.splitlines() if line.startswith("N7\t")).endswith("按“日”执行。")
    (city / "rules.toml").unlink()


@pytest.mark.expect_log("rules cannot be used")
def test_adopted_rules_that_were_damaged_since_stop_no_clock(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (city / "rules.toml").write_text("[pack", encoding="utf-8")
    assert main(["incident", str(city)]) == 0
    (city / "rules.toml").unlink()
    assert "W1" in capsys.readouterr().out
