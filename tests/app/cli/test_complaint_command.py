"""``sluice complaint`` on a real workspace: by hand, from files, and over HTTP on the loopback."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import handmade
import openpyxl
import pytest
from loopback import Answers, LoopbackServer, serving
from refusal import refusal_of
from servers import free_port

from app.bootstrap import main
from app.times import CITY_TIME
from app.workspace import create_workspace

NOW = datetime.now(CITY_TIME).replace(microsecond=0)


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("complaints") / "city"
    create_workspace(folder, handmade.noded(), sources=[], now=NOW, actor="a")
    return folder


class Hall(LoopbackServer):
    """Another system: what it hands out, and what was posted to it."""

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.body = b"[]"
        self.posted: list[Any] = []
        self.fails = 0


class _Handler(Answers):
    server: Hall

    def asked(self, body: bytes) -> None:
        if not body:
            self.answer(200, self.server.body)
        elif self.server.fails:
            self.server.fails -= 1
            self.send_error(503)
        else:
            self.server.posted += json.loads(body)
            self.answer(200, b"[]")


@pytest.fixture
def hall() -> Iterator[Hall]:
    with serving(Hall()) as server:
        yield server


def told(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> Any:
    assert main(["complaint", *arguments, "--json"]) == status
    lines = capsys.readouterr().out.splitlines()
    return json.loads(lines[-1]) if lines else None


def rows(*more: dict[str, str]) -> list[dict[str, str]]:
    received = (NOW - timedelta(minutes=30)).strftime("%Y-%m-%d %H:%M:%S")
    first = {"工单号": "GD-1", "诉求类型": "水质发黄", "来电时间": received, "联系电话": "0531-55500001"}
    return [first, {"工单号": "GD-2", "诉求类型": "停水", "来电时间": received, "用水地址": "银杏路 1 号"}, *more]


def test_a_complaint_by_hand(city: Path, capsys: pytest.CaptureFixture[str]) -> None:
    taken = told(capsys, str(city), "take", "--kind", "odour", "--customer", "C2", "--phone", "13912345678")
    number = taken["number"]
    assert (taken["stage"], taken["pipe"], taken["texts"]["phone"]) == ("new", "P3", "****5678")
    assert [clock["rule"] for clock in taken["clocks"]] == ["C1", "C2"]
    told(capsys, str(city), "record", number, "--fact", "customer.contacted")
    told(capsys, str(city), "record", number, "--fact", "reply.given")
    told(capsys, str(city), "record", number, "--fact", "complaint.settled")
    assert told(capsys, str(city), "callbacks")["number"] == number
    assert told(capsys, str(city), "callback", number, "--mood", "satisfied")["stage"] == "closed"
    result = told(capsys, str(city), "callbacks", "--since", f"{NOW:%Y-%m-%d}")
    assert (result["number"], result["rule"], result["mood"]) == (number, "C4", "satisfied")
    called = told(capsys, str(city), "escalate", "--cause", "supply_accident", "--note", "取水口油污")
    assert called["waits_for"] == "shift_lead"
    after = told(capsys, str(city), "record", called["number"], "--fact", "escalation.acknowledged",
                 "--level", "shift_lead")  # fmt: skip
    assert after["waits_for"] == "department"
    assert told(capsys, str(city), "warn")["mains"] == []
    for language in ("zh_CN", "en"):
        for action in (
            ["list"],
            ["callbacks"],
            ["callbacks", "--since", f"{NOW:%Y-%m-%d}"],
            ["warn"],
            ["show", number],
            ["show", called["number"]],
        ):
            assert main(["complaint", str(city), *action, "--lang", language]) == 0
    capsys.readouterr()


def test_what_is_refused(city: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    where = str(city)
    for arguments, word in (
        (["show", "T99"], "T99"),
        (["take"], "--kind"),
        (["take", "--kind", "leak", "--customer", "C9"], "C9"),
        (["record", "T99", "--fact", "reply.given"], "T99"),
        (["callback", "T99"], "--mood"),
        (["export", "--file", str(tmp_path / "x.doc")], "x.doc"),
        (["import", "--file", str(tmp_path / "no.csv")], "no.csv"),
        (["push", "--url", "file:///etc/passwd"], "file:///etc/passwd"),
    ):
        assert word in refusal_of(["complaint", where, *arguments, "--lang", "en"], capsys)
    for name, held in (("a.csv", b"\xff\xfe\x00"), ("b.xlsx", b"no zip"), ("c.json", b"{}"), ("d.json", b"[1]"),
                       ("e.doc", b"")):  # fmt: skip
        (tmp_path / name).write_bytes(held)
        if name != "a.csv":
            assert name in refusal_of(["complaint", where, "import", "--file", str(tmp_path / name)], capsys)


@pytest.mark.parametrize("ending", ["csv", "gbk.csv", "xlsx", "json"])
def test_tickets_from_files(city: Path, ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, mark = tmp_path / f"tickets.{ending}", ending.replace(".", "")
    held = [{**row, "工单号": row["工单号"] + mark} for row in rows({"工单号": "GD-3", "来电时间": "?"})]
    names = list(dict.fromkeys(name for row in held for name in row))
    lines = [names, *([row.get(name, "") for name in names] for row in held)]
    if ending == "xlsx":
        book = openpyxl.Workbook()
        for line in lines:
            book.active.append(line)
        book.save(path)
    elif ending == "json":
        path.write_text(json.dumps({"data": held}, ensure_ascii=False), encoding="utf-8")
    else:
        encoding = "gb18030" if "gbk" in ending else "utf-8"
        path.write_text("\n".join(",".join(line) for line in lines), encoding=encoding)
    first = told(capsys, str(city), "import", "--file", str(path), status=1)
    assert (len(first["taken"]), first["same"], [one["code"] for one in first["refused"]]) == (2, 0, ["no_kind"])
    assert told(capsys, str(city), "show", first["taken"][0])["customer"] == "C2"
    assert told(capsys, str(city), "show", first["taken"][1])["customer"] == "C1"
    # A second time nothing is new; then the other system says that one is settled.
    again = told(capsys, str(city), "import", "--file", str(path), status=1)
    assert (again["taken"], again["same"]) == ([], 2)
    settled = [{"ticket": "GD-1" + mark, "kind": "colour", "settled": NOW.strftime("%Y-%m-%d %H:%M:%S")}]
    later = tmp_path / "later.json"
    later.write_text(json.dumps(settled), encoding="utf-8")
    assert told(capsys, str(city), "import", "--file", str(later))["updated"] == [first["taken"][0]]
    assert main(["complaint", str(city), "import", "--file", str(path), "--lang", "zh_CN"]) == 1
    assert "第 3 行" in capsys.readouterr().out


def test_tickets_go_out_and_can_be_read_again(
    city: Path, hall: Hall, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told(capsys, str(city), "take", "OUT-1", "--kind", "leak", "--customer", "C1", "--note", "=cmd|' /C calc'!A0")
    for name in ("out.json", "out.csv", "out.xlsx"):
        path = tmp_path / name
        assert main(["complaint", str(city), "export", "--file", str(path)]) == 0
        capsys.readouterr()
        assert told(capsys, str(city), "import", "--file", str(path))["taken"] == []
    assert "'=cmd" in (tmp_path / "out.csv").read_text(encoding="utf-8-sig")
    address = hall.address
    hall.fails = 1
    assert main(["complaint", str(city), "push", "--url", address]) == 1
    assert "503" in capsys.readouterr().err
    assert main(["complaint", str(city), "push", "--url", address]) == 0
    (sent,) = [row for row in hall.posted if row["ticket"] == "OUT-1"]
    assert (sent["kind"], sent["customer"], sent["stage"]) == ("leak", "C1", "new")


def test_tickets_are_fetched_again_and_again(city: Path, hall: Hall, capsys: pytest.CaptureFixture[str]) -> None:
    hall.body = json.dumps([{**row, "工单号": row["工单号"] + "-http"} for row in rows()]).encode()
    address = f"{hall.address}/tickets"
    assert len(told(capsys, str(city), "poll", "--url", address, "--every", "20", "--times", "1")["taken"]) == 2
    hall.body = b"<html>"
    assert main(["complaint", str(city), "poll", "--url", address, "--every", "20", "--times", "1"]) == 1
    assert address in capsys.readouterr().err
    gone = f"http://127.0.0.1:{free_port()}/"
    assert main(["complaint", str(city), "poll", "--url", gone, "--every", "0.3", "--times", "1"]) == 1
    assert "127.0.0.1" in capsys.readouterr().err
