"""A notice that leaves the window through a folder: nobody is written twice, and receipts are taken in when due."""

import json
from pathlib import Path

import pytest
from desk_hands import CTRL
from outage_hands import OutageHands, told
from PySide6.QtCore import Qt

from app.bootstrap import main
from app.outage_requests import DoOutage, DraftOutage, ReviseOutage
from app.outages.acts import Rule
from app.outages.entries import Role, Ruling
from app.plan_requests import Subject
from app.telemetry.alarms import Limits
from app.telemetry.channels import Channels
from app.telemetry.setup import Feed, FeedKind, Setup, write_setup
from network.answers import PipeTarget

HOUR_MS = 3_600_000


def send(hands: OutageHands, *gateway: str) -> None:
    hands.press(Qt.Key.Key_F8, CTRL)
    hands.answer(*gateway)
    hands.desk.idle()


def test_a_folder_is_a_gateway_too(hands: OutageHands, tmp_path: Path) -> None:
    room = hands.room
    model, notice, folder = room.model, room.side.pages.notice, tmp_path / "通知"
    start_ms = model.now_ms + 100 * HOUR_MS
    target = PipeTarget(hands.desk.row("pipe", "P-H2-2"))
    model.do(DraftOutage(Subject(target), start_ms, start_ms + 6 * HOUR_MS, model.now_ms))
    hands.desk.idle()
    model.select("J1")
    hands.press(Qt.Key.Key_F8)
    send(hands, str(folder))
    assert str(folder) in told(hands.desk.window.notice.text)
    folder.mkdir()
    send(hands, str(folder))
    assert "尚未批准" in told(hands.desk.window.notice.text)
    assert not list(folder.iterdir()), "nobody is told of a plan that nobody approved"
    for role in (Role.SHIFT_LEAD, Role.NETWORK):
        model.do(DoOutage(Rule("J1", Ruling.APPROVE, role), model.now_ms, "赵"))
        hands.desk.idle()
    for _ in range(2):
        # Asked twice: what waits for its receipt is not written again.
        send(hands, str(folder))
        (written,) = folder.glob("*.json")
        rows = json.loads(written.read_text(encoding="utf-8"))
        assert len(rows) == 8
        assert told(notice.counts) == "已交付，待回执 8"
    acknowledge(folder)
    send(hands, str(folder))
    hands.desk.until(lambda: told(notice.counts) == "已送达 8")
    assert told(room.side.head.stage) == "已告知"
    website_of_a_plan_that_shrinks(hands, tmp_path / "官网", start_ms + 4 * HOUR_MS)


def website_of_a_plan_that_shrinks(hands: OutageHands, website: Path, end_ms: int) -> None:
    """What the website still says of the earlier plan is told beside the recipients."""
    model, notice = hands.room.model, hands.room.side.pages.notice
    website.mkdir()
    hands.press(Qt.Key.Key_F8, CTRL | Qt.KeyboardModifier.ShiftModifier)
    hands.answer(str(website))
    hands.desk.until(lambda: told(notice.published) == "官网：已交付，待回执")
    assert told(notice.earlier) == ""
    model.do(ReviseOutage("J1", model.sheet.outage.plan.key, model.now_ms, end_ms=end_ms))
    hands.desk.until(lambda: told(notice.earlier).startswith("官网：仍为第 2 版计划的文字"))
    assert "现行第 3 版" in told(notice.earlier)
    # Everybody was told, and keeps being; the smaller plan is approved again all the same.
    assert told(hands.room.side.head.stage) == "已告知"
    assert hands.primary() == "登记审批：值班长"
    called_off(hands, website)


def called_off(hands: OutageHands, website: Path) -> None:
    """F9 tells whoever was told, then takes down what the public reads; until then both are said."""
    side, notice, folder = hands.room.side, hands.room.side.pages.notice, website.parent / "通知"
    side.menu.acts["cancel"].trigger()
    hands.answer("暴雨")
    assert told(side.head.stage) == "已取消"
    assert "取消未告知" in hands.list()[0]
    hands.desk.until(lambda: "8 户未告知" in told(notice.earlier) and "官网：仍刊登" in told(notice.earlier))
    assert told(notice.web).startswith("取消停水公告")
    for primary, gateway in (("告知用户已取消", folder), ("公告已取消：官网", website)):
        assert hands.primary() == primary
        hands.press(Qt.Key.Key_F9)
        if gateway is folder:
            hands.answer("")
        hands.answer(str(gateway))
        hands.desk.idle()
        if gateway is folder:
            assert told(notice.counts) == "已交付，待回执 8"
            # No receipts come, and somebody goes from door to door.
            hands.press(Qt.Key.Key_F9)
            hands.answer("14:32")
            hands.desk.until(lambda: "户未告知" not in told(notice.earlier))
    (text,) = [row for path in website.glob("*.json") for row in json.loads(path.read_text()) if "replaces" in row]
    assert text["replaces"] == "J1.2.planned.web/web"
    hands.desk.until(lambda: hands.primary() == "已无待办")
    assert told(notice.earlier) == ""
    assert "取消未告知" not in hands.list()[0]


def acknowledge(folder: Path) -> None:
    for path in folder.glob("*.json"):
        if not path.name.endswith(".receipts.json"):
            rows = json.loads(path.read_text(encoding="utf-8"))
            said = [{"id": row["id"], "receipt": f"R{at}"} for at, row in enumerate(rows)]
            path.with_suffix(".receipts.json").write_text(json.dumps(said), encoding="utf-8")


def test_a_drill_tells_nobody(hands: OutageHands, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model, folder = hands.room.model, tmp_path / "notices"
    folder.mkdir()
    start_ms = model.now_ms + 100 * HOUR_MS
    target = PipeTarget(hands.desk.row("pipe", "P-H2-2"))
    model.do(DraftOutage(Subject(target), start_ms, start_ms + 6 * HOUR_MS, model.now_ms))
    hands.desk.idle()
    model.select("J1")
    town = hands.desk.session.workspace.folder
    write_setup(
        town, Setup(Channels(()), Limits(()), (Feed("drill", FeedKind.REPLAY, path="telemetry/recording.csv"),))
    )
    hands.press(Qt.Key.Key_F8)
    send(hands, str(folder))
    assert "这是演练" in told(hands.desk.window.notice.text)
    order = ["outage", str(town), "send", "J1", "--gateway", str(folder), "--lang", "en"]
    assert main(order) == 2
    assert "This is a drill" in capsys.readouterr().err
    assert not list(folder.iterdir())
