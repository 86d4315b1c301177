"""Whoever was told of an outage that will not be his is told so, once: called off, moved, or left out by its plan."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import shapely
from dispatch_room import STANDARDS, copied
from handmade import EAST, NORTH, objects, points
from notice_office import Office, office
from outage_room import HOUR_MS, NOW, START, Room

from app.bootstrap import main
from app.cli.outage_views import outage_lines
from app.dispatch.acts import Done, No
from app.dispatch.facts import FactKind
from app.errors import AppError
from app.journal.events import milliseconds
from app.messages import load_words
from app.operations.desk_cache import made_search
from app.operations.dispatch import open_dispatch
from app.operations.edit import Author
from app.operations.hotline import Hotline
from app.operations.outage_notices import Sending, ground_of, names_of, notice_text, published, send_and_record
from app.operations.outage_sheet import outage_sheet, outages_view
from app.operations.outages import customers_of, judged, open_outages, stage
from app.operations.told_otherwise import concerned, tell_otherwise, text_revision, to_be_told
from app.outages.acts import Happened, Rule
from app.outages.book import Revision, Stage, announced
from app.outages.entries import BODIES, OutageKind, Role, Ruling, outage_entity
from app.outages.fates import Audience, Delivery, Fate
from app.outages.gateway import Answer, Gateway, HttpGateway, Message, NoAnswer
from app.outages.judge import Standing
from app.outages.templates import NoticeForm, NoticeKind
from app.public.found import CauseKind
from app.public.words import cause_text
from app.ui.outages.notice_page import kind_due
from app.ui.outages.present import outage_line
from app.workspace import append, create_workspace
from gis.layers import Layer, LayerSet
from gis.noding import NodingOptions, build_city
from gis.search import SearchIndex

PLANNED, OFF, WEB = NoticeKind.PLANNED, NoticeKind.CALLED_OFF, Audience.WEB
NEAR = [f"N{at:03d}" for at in range(130)]
FAR = [f"F{at:03d}" for at in range(70)]
"""Customers on P2, and behind it on P3: who closes V1 takes the water from both, who closes V2 from these alone."""
PHONE = {one: f"0531-{at:08d}" for at, one in enumerate((*NEAR, *FAR), 1)}
PHONE |= {"N001": "", "F001": "", "F002": PHONE["N002"], "N004": PHONE["N003"]}


@pytest.fixture(scope="module")
def street(tmp_path_factory: pytest.TempPathFactory) -> Path:
    mains = objects(*(shapely.LineString([(EAST + x, NORTH), (EAST + x + 200, NORTH)]) for x in (0, 200, 400)))
    places = (*((205 + 1.4 * at, 10) for at in range(len(NEAR))), *((405 + 2.6 * at, 10) for at in range(len(FAR))))
    people = {
        "id": objects(*NEAR, *FAR),
        "name": objects(*NEAR, *FAR),
        "phone": objects(*(PHONE[one] for one in (*NEAR, *FAR))),
        "category": objects(*["residential"] * (len(NEAR) + len(FAR))),
    }
    valves = {"id": objects("V1", "V2"), "kind": objects("isolation", "isolation")}
    layers = {
        "pipe": Layer(mains, {"id": objects("P1", "P2", "P3"), "dn_mm": np.array([300.0, 300.0, 300.0])}),
        "valve": Layer(points((195, 0), (395, 0)), valves),
        "source": Layer(points((0, 0)), {"id": objects("S1"), "kind": objects("plant")}),
        "customer": Layer(points(*places), people),
    }
    noded = build_city(LayerSet(4548, layers, name="一条街", synthetic=True), NodingOptions())
    folder = tmp_path_factory.mktemp("called-off") / "city"
    create_workspace(folder, noded, sources=[], now=NOW, actor="a")
    return folder


class Planning(Room):
    """A planner who has everybody told."""

    def approve(self) -> None:
        for who, role in (("赵", Role.NETWORK), ("孙", Role.SHIFT_LEAD)):
            assert isinstance(self.do(Rule("J1", Ruling.APPROVE, role), who), Done)

    def cancel(self, now: datetime = NOW) -> None:
        assert isinstance(self.do(Rule("J1", Ruling.CANCEL, Role.NETWORK, reason="改期另行安排"), now=now), Done)

    def say(self, kind: NoticeKind, form: NoticeForm, plan: Revision | None = None, language: str = "zh_CN") -> str:
        outage, ground = self.desk.book["J1"], ground_of(self.desk.workspace)
        names = names_of(self.desk, plan or outage.plan, ground)
        return notice_text(self.desk, outage, kind, form, names, load_words(language), "", plan)

    def send(self, gateway: Gateway, kind: NoticeKind, audience: Audience = Audience.CUSTOMERS) -> Delivery:
        outage, at_ms = self.desk.book["J1"], milliseconds(NOW)
        by = Sending(gateway, Author("王"), lambda: at_ms, lambda _at, _of: None, audience)
        form = NoticeForm.SMS if audience is Audience.CUSTOMERS else NoticeForm.WEB
        if kind is OFF:
            done = tell_otherwise(self.desk, outage, lambda plan: self.say(kind, form, plan), by)
        else:
            done = send_and_record(self.desk, outage, kind, self.say(kind, form), by)
        self.desk = open_outages(self.desk.workspace, self.desk.standards)
        return done

    def send_all(self, server: Office, kind: NoticeKind, audience: Audience = Audience.CUSTOMERS) -> Delivery:
        """As often as it takes."""
        for _ in range(300):
            done = self.send(HttpGateway(server.address, timeout_s=0.3), kind, audience)
            if done.finished:
                return done
        raise AssertionError(done)

    @property
    def owed(self) -> int:
        return concerned(self.desk, self.desk.book["J1"]).owed


@pytest.fixture
def room(street: Path, tmp_path: Path) -> Iterator[Planning]:
    made = Planning(copied(street, tmp_path / "w"))
    made.plan("P2")
    made.approve()
    yield made
    made.desk.workspace.close()


def phones(*some: Sequence[str]) -> Counter[str]:
    """One message to every phone of *some*."""
    return Counter({PHONE[one]: 1 for ids in some for one in ids if PHONE[one]})


def received(server: Office, word: str) -> Counter[str]:
    return Counter(one["to"] for one in server.sent if word in one["text"])


@pytest.mark.parametrize("seed", [4, 5])
def test_who_is_left_out_and_who_is_called_off_hears_it_once(room: Planning, seed: int) -> None:
    with office(random.Random(seed)) as server:
        room.send_all(server, PLANNED)
        assert room.desk.book["J1"].happened(FactKind.EVERYONE_TOLD) is None, "two have no phone"
        assert isinstance(room.do(Happened("J1", FactKind.EVERYONE_TOLD)), Done)
        assert room.owed == 0
        # The same night, but V2 is closed instead of V1: who lives on P2 keeps his water, and does not know it.
        room.plan("P3", number="J1", after=room.desk.book["J1"].plan.key)
        plan = room.desk.book["J1"].plan
        assert not plan.grows
        assert set(customers_of(room.desk, plan)["out"]) == set(FAR)
        # Who shares a phone with a home that stays without water is not told "called off": it would be heard of both.
        gone = [one for one in NEAR if one != "N002"]
        assert room.owed == len(gone)
        with pytest.raises(AppError, match="not_approved"):
            room.send(HttpGateway(server.address), OFF)
        room.approve()
        left_out = room.send_all(server, OFF)
        assert left_out.counts[Fate.NO_PHONE] == 1
        assert received(server, "取消停水") == phones(gone)
        assert room.owed == 1, "N001 has no phone"
        room.cancel()
        assert room.owed == 2 + len(FAR)
        room.send_all(server, OFF)
        assert received(server, "取消停水") == phones(NEAR, FAR)
        assert received(server, "停水通知") == phones(NEAR, FAR)
        before = len(server.sent)
        room.send_all(server, OFF)
        assert len(server.sent) == before
    rows = concerned(room.desk, room.desk.book["J1"]).rows
    assert {row.recipient for row in rows if row.fate is not Fate.TOLD} == {"N001", "F001"}
    assert all(row.receipt for row in rows if row.fate is Fate.TOLD)
    assert [row.owes_word for row in outages_view(room.desk, NOW, room.taken).rows] == [True]
    assert isinstance(room.do(Happened("J1", FactKind.CALLING_OFF_TOLD)), Done)
    assert room.owed == 0
    assert [row.owes_word for row in outages_view(room.desk, NOW, room.taken).rows] == [False]


def told_to(room: Planning, name: str) -> list[tuple[CauseKind, str]]:
    """What the hotline says to somebody: the reasons, and each in words."""
    workspace = room.desk.workspace
    dispatch = open_dispatch(workspace, STANDARDS)
    search = SearchIndex(workspace.city, made_search(workspace))
    (found,) = Hotline.ready(room.model, search, room.desk, dispatch, NOW).look_up(name)
    assert found.standing is None
    words = load_words("zh_CN")
    return [(cause.kind, cause_text(cause, words, lambda at_ms: f"{at_ms}")) for cause in found.causes]


def test_the_hotline_knows_what_was_promised(room: Planning) -> None:
    with office() as server:
        room.send_all(server, PLANNED)
    assert [kind for kind, _ in told_to(room, "N010")] == [CauseKind.AHEAD]
    # Planned anew at another time, and not approved: what he was told of is named, and that it changes.
    later = {"start_ms": milliseconds(START) + 24 * HOUR_MS, "end_ms": milliseconds(START) + 30 * HOUR_MS}
    assert isinstance(room.revise(**later), Done)
    ((kind, said),) = told_to(room, "N010")
    assert kind is CauseKind.CHANGING
    assert f"曾通知 {milliseconds(START)} 至" in said
    room.approve()
    assert [kind for kind, _ in told_to(room, "N010")] == [CauseKind.AHEAD]
    # A plan that leaves him out, and one that takes it from nobody.
    room.plan(
        "P3", number="J1", after=room.desk.book["J1"].plan.key, start_ms=later["start_ms"], end_ms=later["end_ms"]
    )
    room.approve()
    assert [kind for kind, _ in told_to(room, "N010")] == [CauseKind.CALLED_OFF]
    assert [kind for kind, _ in told_to(room, "F010")] == [CauseKind.AHEAD]
    room.cancel()
    assert [kind for kind, _ in told_to(room, "N010")] == [CauseKind.CALLED_OFF]
    ((kind, said),) = told_to(room, "F010")
    assert kind is CauseKind.CALLED_OFF
    assert "现已取消" in said


class FirstHundred:
    """A gateway that goes away after its first hundred messages."""

    largest = 100

    def __init__(self) -> None:
        self.heard: list[Message] = []

    def send(self, messages: Sequence[Message]) -> Sequence[Answer] | NoAnswer:
        if self.heard:
            return NoAnswer(True, "away")
        self.heard += messages
        return [Answer(one.id, "R") for one in messages]

    def taken(self, ids: Sequence[str]) -> Sequence[Answer]:
        return [Answer(one.id, "R") for one in self.heard if one.id in set(ids)]


def test_who_never_heard_of_it_does_not_hear_that_it_is_off(room: Planning) -> None:
    gateway = FirstHundred()
    room.send(gateway, PLANNED)
    heard = Counter(one.to for one in gateway.heard)
    assert len(heard) == 100
    room.cancel()
    with office() as server:
        done = room.send_all(server, OFF)
    assert done.everyone
    assert server.messages == heard
    assert room.desk.book["J1"].happened(FactKind.CALLING_OFF_TOLD) is not None
    assert room.owed == 0


def test_a_notice_of_another_time_names_the_one_that_it_replaces(room: Planning) -> None:
    with office() as server:
        room.send_all(server, PLANNED)
        assert "此前" not in server.sent[0]["text"]
        assert isinstance(room.revise(start_ms=milliseconds(START) + 24 * HOUR_MS,
                                      end_ms=milliseconds(START) + 30 * HOUR_MS), Done)  # fmt: skip
        room.approve()
        assert room.owed == 0, "they are told of the new time by its notice"
        assert "此前2026年3月17日（周二）22:00起停水的通知作废" in room.say(PLANNED, NoticeForm.SMS)
        assert "replaces the notice of an outage from" in room.say(PLANNED, NoticeForm.WEB, language="en")
        # Called off before anybody heard of the new time: the one that they know is named.
        room.cancel()
        room.send_all(server, OFF)
    off = [one["text"] for one in server.sent if "取消停水" in one["text"]]
    assert len(off) == len(phones(NEAR, FAR))
    assert set(off) == {"【取消停水】原定2026年3月17日（周二）22:00起因改造的停水已取消，您处届时不停水。（J1）"}


def test_what_the_public_reads_is_replaced_and_taken_down(room: Planning, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(room.desk.workspace.folder)
    with office() as server:
        room.send_all(server, PLANNED, WEB)
        assert isinstance(room.revise(end_ms=milliseconds(START) + 7 * HOUR_MS), Done)
        found = published(room.desk, room.desk.book["J1"], PLANNED, WEB)
        assert found is not None
        assert found.earlier == 1, "the plan has grown, and its old text stands there"
        room.approve()
        room.send_all(server, PLANNED, WEB)
        room.cancel()
        sheet = outage_sheet(room.desk, "J1", NOW)
        assert sheet is not None
        assert (sheet.still_announced, sheet.owed) == ((WEB,), 0)
        assert any("官网：仍刊登" in line for line in _lines(room)), _lines(room)
        with pytest.raises(AppError, match="nobody_told"):
            room.send(HttpGateway(server.address), OFF)
        room.send_all(server, OFF, WEB)
    assert [one.get("replaces", "") for one in server.sent] == ["", "J1.1.planned.web/web", "J1.2.planned.web/web"]
    assert server.sent[-1]["text"].startswith("取消停水公告：换阀")
    sheet = outage_sheet(room.desk, "J1", NOW)
    assert sheet is not None
    assert sheet.still_announced == ()
    assert main(["outage", folder, "show", "J1", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["still_announced"], said["told_otherwise"]) == ([], {"owed": 0})


def _lines(room: Planning) -> list[str]:
    return list(outage_lines(room.desk, room.desk.book["J1"], NOW, load_words("zh_CN")))


def test_by_command(room: Planning, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, table = str(room.desk.workspace.folder), tmp_path / "who.csv"
    with office() as server:
        room.send_all(server, PLANNED)
        room.cancel()
        assert any("198" in line for line in _lines(room)), _lines(room)
        assert main(["outage", folder, "recipients", "J1", "--kind", "called_off", "--out", str(table)]) == 0
        assert main(["outage", folder, "notice", "J1", "--kind", "called_off", "--form", "sms"]) == 0
        text = capsys.readouterr().out.splitlines()[-1]
        assert main(["outage", folder, "send", "J1", "--kind", "called_off", "--gateway", server.address]) == 0
        assert {one["text"] for one in server.sent[-3:]} == {text}
    written = table.read_text(encoding="utf-8-sig").splitlines()[1:]
    # Who has no phone was not told, unless somebody recorded that he was.
    assert {line.split(",")[0] for line in written} == {*NEAR, *FAR} - {"N001", "F001"}
    assert list(to_be_told(room.desk, room.desk.book["J1"], PLANNED))
    assert main(["outage", folder, "receipts", "J1", "--kind", "called_off"]) == 0
    assert len(capsys.readouterr().out.splitlines()) >= len(written)


def test_what_cannot_be_called_off(room: Planning) -> None:
    assert text_revision(room.desk, room.desk.book["J1"]) == room.desk.book["J1"].plan
    early = room.do(Happened("J1", FactKind.CALLING_OFF_TOLD))
    assert isinstance(early, No)
    assert early.code == "not_called_off"
    assert isinstance(room.do(Happened("J1", FactKind.WATER_OFF, despite="抢修"), now=START), Done)
    # The water is off: it can only come back.
    refused = room.do(Rule("J1", Ruling.CANCEL, Role.NETWORK, reason="不做了"), now=START)
    assert isinstance(refused, No)
    assert refused.code == "over_already"


class Meanwhile:
    """A gateway that tells everybody; somebody else does something while it does."""

    largest = 100

    def __init__(self, folder: Path, do: Callable[[Planning], object]) -> None:
        self._folder, self._do = folder, do

    def send(self, messages: Sequence[Message]) -> Sequence[Answer]:
        other = Planning(self._folder)
        try:
            self._do(other)
        finally:
            other.desk.workspace.close()
        return [Answer(one.id, "R") for one in messages]

    def taken(self, ids: Sequence[str]) -> Sequence[Answer]:
        raise AssertionError(ids)


def test_what_grows_while_it_is_told_is_not_told(room: Planning) -> None:
    longer = milliseconds(START) + 8 * HOUR_MS
    gateway = Meanwhile(room.desk.workspace.folder, lambda other: other.revise(end_ms=longer))
    assert room.send(gateway, PLANNED, WEB).everyone
    outage = room.desk.book["J1"]
    assert (outage.plan.number, outage.plan.grows) == (2, True)
    assert {fact.kind for fact, of in outage.facts if of == outage.revisions[0].key} >= {FactKind.PUBLIC_TOLD}
    # The public has read of the shorter one.
    assert announced(outage).told == ()
    finding = judged(room.desk, outage, NOW).finding("P0")
    assert finding is not None
    assert finding.standing is Standing.OPEN


def test_who_is_called_off_while_others_are_told_is_still_to_be_told(room: Planning) -> None:
    room.send(FirstHundred(), PLANNED)
    room.plan("P3", number="J1", after=room.desk.book["J1"].plan.key)
    room.approve()
    assert 0 < room.owed < 100
    gateway = Meanwhile(room.desk.workspace.folder, lambda other: other.cancel(NOW + timedelta(minutes=1)))
    moments = iter([milliseconds(NOW)])
    later = milliseconds(NOW + timedelta(minutes=5))
    by = Sending(gateway, Author("王"), lambda: next(moments, later), lambda _at, _of: None)
    assert tell_otherwise(room.desk, room.desk.book["J1"], lambda _plan: "取消停水", by).everyone
    room.desk = open_outages(room.desk.workspace, room.desk.standards)
    assert room.desk.book["J1"].cancelled is not None
    # Behind V2 F001 has no phone, and N002 shares one with F002.
    assert room.owed == len({*FAR, "N002"} - {"F001"})
    assert [row.owes_word for row in outages_view(room.desk, NOW, room.taken).rows] == [True]


def test_once_its_time_is_over_nobody_is_to_be_told(room: Planning) -> None:
    with office() as server:
        room.send_all(server, PLANNED)
        room.send_all(server, PLANNED, WEB)
    room.cancel()
    for at, waits in ((START + timedelta(hours=5), True), (START + timedelta(hours=6), False)):
        sheet = outage_sheet(room.desk, "J1", at)
        assert sheet is not None
        assert (sheet.owed > 0, sheet.still_announced) == ((True, (WEB,)) if waits else (False, ()))
        assert [row.owes_word for row in outages_view(room.desk, at, room.taken).rows] == [waits]


def test_water_that_went_off_is_off_though_somebody_called_it_off(room: Planning) -> None:
    with office() as server:
        room.send_all(server, PLANNED)
    assert isinstance(room.do(Happened("J1", FactKind.WATER_OFF, despite="抢修"), now=START), Done)
    # As it comes from a console that did not know, or from an earlier version.
    body = {"ruling": "cancel", "role": "network_department", "revision": list(room.desk.book["J1"].plan.key)}
    draft = BODIES.drafted(OutageKind.DECIDED, outage_entity("J1"), body, {"reason": "改期"})
    workspace, _ = append(room.desk.workspace, [draft], START, "孙")
    room.desk = open_outages(workspace, room.desk.standards)
    outage = room.desk.book["J1"]
    assert stage(room.desk, outage, START) is Stage.OFF
    assert (outage.cancelled, room.owed) == (None, 0)
    (row,) = outages_view(room.desk, START, room.taken).rows
    assert (row.owes_word, row.off_all_the_same) == (False, True)
    assert "已取消，但水已停" in outage_line(row, outages_view(room.desk, START, {}), load_words("zh_CN")).told
    assert any("孙于" in line for line in _lines(room)), _lines(room)
    with pytest.raises(AppError, match="nobody_told"):
        room.send(HttpGateway("http://127.0.0.1:9"), OFF)
    assert isinstance(room.do(Happened("J1", FactKind.WATER_BACK), now=START + timedelta(hours=1)), Done)
    assert stage(room.desk, room.desk.book["J1"], START) is Stage.BACK


def test_who_can_be_told_by_no_message_holds_up_nobody_elses_notice(room: Planning) -> None:
    with office() as server:
        room.send_all(server, PLANNED)
        assert isinstance(room.do(Happened("J1", FactKind.EVERYONE_TOLD)), Done)
        longer = {"number": "J1", "end_ms": milliseconds(START) + 8 * HOUR_MS}
        room.plan("P3", after=room.desk.book["J1"].plan.key, **longer)
        assert room.desk.book["J1"].plan.grows
        room.approve()
        sheet = outage_sheet(room.desk, "J1", NOW)
        assert sheet is not None
        assert (sheet.owed_messages, kind_due(sheet)) == (sheet.owed - 1, OFF)
        room.send_all(server, OFF)
    sheet = outage_sheet(room.desk, "J1", NOW)
    assert sheet is not None
    # N001 has no phone: somebody goes there, and the others hear meanwhile that it lasts longer.
    assert (sheet.owed, sheet.owed_messages, kind_due(sheet)) == (1, 0, PLANNED)


def test_a_crew_that_nobody_reached_has_closed_its_valves(room: Planning) -> None:
    room.cancel()
    off = Happened("J1", FactKind.WATER_OFF)
    refused = room.do(off, now=START)
    assert isinstance(refused, No)
    assert refused.code == "over_already"
    assert isinstance(room.do(replace(off, despite="班组未收到取消通知"), now=START), Done)
    assert stage(room.desk, room.desk.book["J1"], START) is Stage.OFF
    assert isinstance(room.do(Happened("J1", FactKind.WATER_BACK), now=START), Done)
