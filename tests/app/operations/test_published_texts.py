"""What the public reads of a plan that shrank after it was published: said, and replaced by publishing again."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from dispatch_room import copied
from outage_room import HOUR_MS, NOW, START, Room

from app.bootstrap import main
from app.cli.outage_views import outage_lines, outage_record
from app.dispatch.acts import Done
from app.dispatch.facts import FactKind
from app.journal.events import milliseconds
from app.messages import load_words
from app.operations.edit import Author
from app.operations.outage_notices import Published, Sending, earlier_text, published, receipts, send_and_record
from app.operations.outages import open_outages
from app.outages.acts import Rule
from app.outages.entries import Role, Ruling
from app.outages.fates import Audience, Delivery, Fate
from app.outages.file_gateway import FileGateway
from app.outages.templates import NoticeKind

WEB, PLANNED = Audience.WEB, NoticeKind.PLANNED


class Website:
    """A desk, and the folder from which the website is made."""

    def __init__(self, room: Room, folder: Path) -> None:
        self.room, self.folder = room, folder
        folder.mkdir()

    def approve(self) -> None:
        for who, role in (("赵", Role.NETWORK), ("孙", Role.SHIFT_LEAD)):
            assert isinstance(self.room.do(Rule("J1", Ruling.APPROVE, role), who), Done)

    def publish(self, text: str) -> Delivery:
        outage, at_ms = self.room.desk.book["J1"], milliseconds(NOW)
        by = Sending(FileGateway(self.folder), Author("王"), lambda: at_ms, lambda _at, _of: None, WEB)
        done = send_and_record(self.room.desk, outage, PLANNED, text, by)
        self.room.desk = open_outages(self.room.desk.workspace, self.room.desk.standards)
        return done

    def acknowledge(self) -> None:
        for path in self.folder.glob("*.json"):
            if path.name.endswith(".receipts.json"):
                continue
            rows = json.loads(path.read_text(encoding="utf-8"))
            said = [{"id": row["id"], "receipt": "R"} for row in rows]
            path.with_suffix(".receipts.json").write_text(json.dumps(said), encoding="utf-8")

    def texts(self) -> list[str]:
        paths = [path for path in self.folder.glob("*.json") if not path.name.endswith(".receipts.json")]
        return sorted(json.loads(path.read_text(encoding="utf-8"))[0]["text"] for path in paths)

    @property
    def stands(self) -> Published | None:
        return published(self.room.desk, self.room.desk.book["J1"], PLANNED, WEB)


@pytest.fixture
def website(city: Path, tmp_path: Path) -> Iterator[Website]:
    room = Room(copied(city, tmp_path / "w"))
    yield Website(room, tmp_path / "web")
    room.desk.workspace.close()


def test_the_text_of_a_larger_plan_is_named_until_another_is_published(
    website: Website, capsys: pytest.CaptureFixture[str]
) -> None:
    room = website.room
    room.plan()
    website.approve()
    assert website.stands is None
    website.publish("六小时")
    website.acknowledge()
    assert website.publish("六小时").everyone
    assert website.stands is not None
    assert (website.stands.row.fate, website.stands.earlier) == (Fate.TOLD, None)
    # Two hours less: nobody is told anew, but what the website says is no longer so.
    assert isinstance(room.revise(end_ms=milliseconds(START) + 4 * HOUR_MS), Done)
    outage = room.desk.book["J1"]
    assert not outage.plan.grows
    assert website.stands.earlier == 1
    assert "第 1 版" in earlier_text(outage, website.stands, WEB, load_words("zh_CN"))
    assert "plan 1" in earlier_text(outage, website.stands, WEB, load_words("en"))
    assert earlier_text(outage, None, WEB, load_words("en")) == ""
    assert outage_record(room.desk, outage, NOW)["earlier_texts"] == {"web": 1}
    assert sum("第 1 版" in line for line in outage_lines(room.desk, outage, NOW, load_words("zh_CN"))) == 1
    assert [row.receipt for row in receipts(room.desk, outage, PLANNED, WEB)] == ["R"]
    assert main(["outage", str(website.folder.parent / "w"), "receipts", "J1", "--audience", "web", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["earlier_text"] == 1
    website.approve()
    # Handed to the website's folder, and no longer what stood there; acknowledged, it is told.
    assert not website.publish("四小时").everyone
    assert (website.stands.row.fate, website.stands.earlier) == (Fate.HANDED, None)
    website.acknowledge()
    assert website.publish("四小时").everyone
    assert (website.stands.row.fate, website.stands.earlier) == (Fate.TOLD, None)
    assert website.texts() == ["六小时", "四小时"]
    outage = room.desk.book["J1"]
    assert [of for fact, of in outage.facts if fact.kind is FactKind.PUBLIC_TOLD][-1] == outage.plan.key


def test_a_plan_that_grows_leaves_the_old_text_there_until_another_is_published(website: Website) -> None:
    room = website.room
    room.plan()
    website.approve()
    website.publish("六小时")
    assert isinstance(room.revise(end_ms=milliseconds(START) + 7 * HOUR_MS), Done)
    assert room.desk.book["J1"].plan.grows
    assert website.stands is not None
    assert website.stands.earlier == 1
    website.approve()
    website.publish("七小时")
    assert website.stands.earlier is None
