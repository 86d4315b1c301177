"""Several consoles of one room: what people do with alarms at one is so at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from consoles import GOOD_MPA, LOW_MPA, Console, Room, now_ms, until
from demo_town import CHANNELS, LIMITS, MINUTE

from app.errors import AppError
from app.journal.events import Draft
from app.journal.log import Journal
from app.telemetry import sharing
from app.telemetry.alarm_events import Deed
from app.telemetry.alarms import AlarmState, Limit, Limits, Side
from app.telemetry.channels import Channels
from app.telemetry.findings import FindingKind
from app.telemetry.setup import read_setup
from app.workspace_files import JOURNAL, LAPTOP
from app.workspace_lease import Lease, keep_lease

LOW = "PT-0002 low"
UNSEEN, SEEN, OVER = AlarmState.UNACKNOWLEDGED, AlarmState.ACKNOWLEDGED, AlarmState.NORMAL
RETURNED = AlarmState.RETURNED_UNACKNOWLEDGED


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Callable[..., Console]]:
    made: list[Console] = []

    def console(name: str, ahead_ms: int = 0, **given: object) -> Console:
        made.append(Console(tmp_path / name, ahead_ms, **given))  # type: ignore[arg-type]
        return made[-1]

    yield console
    for one in made:
        one.close()


def drops(*consoles: Console, alarm: str = LOW) -> None:
    """The pressure falls, and each of *consoles* hears of it."""
    for one in consoles:
        one.hears("PT-0002", LOW_MPA)
    for one in consoles:
        one.becomes(alarm, UNSEEN)


def recovers(*consoles: Console, state: AlarmState) -> None:
    for one in consoles:
        one.hears("PT-0002", GOOD_MPA)
    for one in consoles:
        one.becomes(LOW, state)


class Knows:
    """A hub whose clock is so far ahead of the console's, and that takes nothing of some."""

    def __init__(self, ahead_ms: int, *refused: str) -> None:
        self._ahead_ms, self._refused = ahead_ms, refused

    def refuse(self, actor: str, kind: str) -> None:
        if actor in self._refused:
            raise AppError("hub.would_refuse", name=actor, who=actor, what=kind)

    def ahead_ms(self) -> int:
        return self._ahead_ms


def test_what_people_do_at_one_console_is_so_at_all(room: Callable[..., Console]) -> None:
    one, two, hub = room("one"), room("two"), Room()
    drops(one, two)
    one.recording.act(Deed.ACKNOWLEDGED, [LOW], "王敏", "已派人")
    assert one.state(LOW) is SEEN, "at once, without a hub"
    assert two.state(LOW) is UNSEEN
    hub.carry(one, two)
    two.becomes(LOW, SEEN)
    assert two.log(LOW)[-1] == (Deed.ACKNOWLEDGED, "王敏", "已派人")
    two.recording.act(Deed.SHELVED, [LOW], "李伟", "冲洗", now_ms() + 60 * MINUTE)
    hub.carry(two, one)
    one.becomes(LOW, AlarmState.SHELVED)
    one.recording.act(Deed.UNSHELVED, [LOW], "王敏")
    hub.carry(one, two)
    two.becomes(LOW, SEEN)
    two.recording.act(Deed.OUT, [LOW], "李伟", "检修")
    hub.carry(two, one)
    one.becomes(LOW, AlarmState.OUT_OF_SERVICE)
    one.recording.act(Deed.BACK, [LOW], "王敏")
    one.recording.act(Deed.NOTED, [LOW], "王敏", "已恢复")
    hub.carry(one, two)
    two.becomes(LOW, SEEN)
    until(lambda: (Deed.NOTED, "王敏", "已恢复") in two.log(LOW))
    told = [(what, who) for what, who, _ in one.log(LOW)]
    assert told == [(what, who) for what, who, _ in two.log(LOW)], "both logs tell the same, in the same order"


def test_a_latched_alarm_is_let_go_at_all(room: Callable[..., Console]) -> None:
    latched = Limits((*LIMITS.records[:2], replace(LIMITS.records[2], latches=True), LIMITS.records[3]))
    one, two, hub = room("one", limits=latched), room("two", limits=latched), Room()
    drops(one, two)
    one.recording.act(Deed.ACKNOWLEDGED, [LOW], "王敏")
    hub.carry(one, two)
    two.becomes(LOW, SEEN)
    recovers(one, two, state=AlarmState.LATCHED)
    two.recording.act(Deed.RESET, [LOW], "李伟")
    hub.carry(two, one)
    one.becomes(LOW, OVER)


def test_an_instrument_that_was_seen_to_is_so_at_all(room: Callable[..., Console]) -> None:
    one, two, hub = room("one"), room("two"), Room()
    one.recording.see_to("PT-0001", "王敏", "已校准")
    hub.carry(one, two)
    until(lambda: two.log("PT-0001") == [(Deed.SEEN_TO, "王敏", "已校准")])
    assert not [each for each in two.recording.check_line()[0] if each.kind is FindingKind.DRIFT]


def test_a_flood_that_is_acknowledged_is_one_entry(room: Callable[..., Console]) -> None:
    many = 100
    channels = Channels((*CHANNELS.records, *(replace(CHANNELS.records[1], id=f"X-{at}") for at in range(many))))
    limits = Limits(tuple(Limit(f"X-{at} silent", at + 5, Side.SILENT, priority=3) for at in range(many)))
    one, two = (room(name, channels=channels, limits=limits) for name in ("one", "two"))
    names = [record.id for record in limits.records]
    for each in (one, two):
        each.becomes(names[-1], UNSEEN)
    before = one.entries()
    one.recording.act(Deed.ACKNOWLEDGED, names, "王敏")
    assert one.entries() == before + 1
    Room().carry(one, two)
    until(lambda: all(two.state(name) is SEEN for name in (names[0], names[-1])))
    # What needs no seeing any more is told to nobody.
    one.recording.act(Deed.ACKNOWLEDGED, names, "王敏")
    assert one.entries() == before + 1


def late_acknowledgement(one: Console, two: Console, hub: Room) -> None:
    """Acknowledged at *one* while *two* was alone; by the time *two* hears of it the alarm has come again."""
    drops(one, two)
    one.recording.act(Deed.ACKNOWLEDGED, [LOW], "王敏")
    recovers(one, state=OVER)
    recovers(two, state=RETURNED)
    until_later = now_ms() + sharing.CLOCKS_MS + 300
    until(lambda: now_ms() > until_later)
    drops(one, two)
    hub.carry(one, two)
    two.recording.act(Deed.NOTED, [LOW], "李伟", "到此为止")
    hub.carry(two, one)
    until(lambda: (Deed.NOTED, "李伟", "到此为止") in one.log(LOW))
    one.recording.act(Deed.NOTED, [LOW], "王敏", "收到")
    hub.carry(one, two)
    until(lambda: (Deed.NOTED, "王敏", "收到") in two.log(LOW))


def test_an_acknowledgement_is_never_taken_for_a_later_occurrence(room: Callable[..., Console]) -> None:
    one, two = room("one"), room("two")
    late_acknowledgement(one, two, Room())
    assert (one.state(LOW), two.state(LOW)) == (UNSEEN, UNSEEN)
    assert Deed.ACKNOWLEDGED not in {what for what, _, _ in two.log(LOW)}, "its log would say so after a restart"


def test_the_mistake_of_taking_it_for_the_later_one_would_be_seen(
    room: Callable[..., Console], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above is worth something: it tells this from what is right."""
    monkeypatch.setattr(sharing, "is_meant", lambda *_, **__: True)
    one, two = room("one"), room("two")
    late_acknowledgement(one, two, Room())
    assert two.state(LOW) is SEEN


@pytest.mark.parametrize("ahead_ms", [-10 * MINUTE, 10 * MINUTE], ids=["behind", "ahead"])
def test_clocks_that_differ_mislead_nobody_who_follows_one_hub(room: Callable[..., Console], ahead_ms: int) -> None:
    one, two = room("one", hub=Knows(0)), room("two", ahead_ms, hub=Knows(-ahead_ms))
    hub = Room()
    drops(one, two)
    one.recording.act(Deed.ACKNOWLEDGED, [LOW], "王敏")
    hub.carry(one, two)
    two.becomes(LOW, SEEN)
    until_ms = now_ms() + 30 * MINUTE
    one.recording.act(Deed.SHELVED, [LOW], "王敏", "冲洗", until_ms)
    hub.carry(one, two)
    two.becomes(LOW, AlarmState.SHELVED)
    shelved = int(two.recording.present().shelved_until_ms[2])
    assert shelved == until_ms + ahead_ms, "by its own clock, at the same moment"
    two.recording.act(Deed.UNSHELVED, [LOW], "李伟")
    hub.carry(two, one)
    one.becomes(LOW, SEEN)


def test_apart_for_a_while_both_end_with_what_came_last_to_the_hub(room: Callable[..., Console]) -> None:
    one, two, hub = room("one"), room("two"), Room()
    drops(one, two)
    one.recording.act(Deed.OUT, [LOW], "王敏", "检修")
    two.recording.act(Deed.OUT, [LOW], "李伟", "换表")
    two.recording.act(Deed.BACK, [LOW], "李伟")
    hub.carry(one)
    hub.carry(two)
    hub.carry(one)
    one.becomes(LOW, UNSEEN)
    assert two.state(LOW) is UNSEEN, "its own words are the later ones, though the other's come after them"
    two.recording.act(Deed.OUT, [LOW], "李伟", "换表")
    one.recording.act(Deed.BACK, [LOW], "王敏")
    hub.carry(two)
    hub.carry(one)
    hub.carry(two)
    two.becomes(LOW, UNSEEN)
    assert one.state(LOW) is UNSEEN


def test_after_a_restart_and_after_a_death_nothing_is_done_twice_or_left_out(room: Callable[..., Console]) -> None:
    one, two, hub = room("one"), room("two"), Room()
    drops(one, two)
    one.recording.act(Deed.OUT, [LOW], "王敏", "检修")
    hub.carry(one, two)
    two.becomes(LOW, AlarmState.OUT_OF_SERVICE)
    two.close()
    one.recording.act(Deed.NOTED, [LOW], "王敏", "换表中")
    one.recording.act(Deed.BACK, [LOW], "王敏")
    hub.carry(one, two)
    two.start()
    two.becomes(LOW, UNSEEN)
    until(lambda: two.words(LOW).count("换表中") == 1)
    # What was written into the journal, and not into the log because the machine died between them.
    one.close()
    connection = sqlite3.connect(one.folder / "alarms.sqlite")
    connection.execute("DELETE FROM alarm_event WHERE what = 'back'")
    connection.execute("DELETE FROM shared_done")
    connection.execute("DELETE FROM shared_last")
    connection.execute("UPDATE shared_head SET last = last - 1")
    connection.commit()
    connection.close()
    one.start()
    one.becomes(LOW, UNSEEN)
    assert one.words(LOW).count("换表中") == 1, "what was taken up before is not taken up again"


def test_a_console_that_begins_knows_what_is_out_of_service_and_keeps_its_own_limits(
    room: Callable[..., Console],
) -> None:
    one, hub = room("one"), Room()
    one.recording.act(Deed.OUT, [LOW], "王敏", "检修")
    one.recording.change_limit(replace(LIMITS.records[1], limit=24.0), "王敏", "夏季")
    hub.carry(one)
    two = room("two")
    two.close()
    (two.folder / "alarms.sqlite").unlink()
    hub.carry(two)
    two.start()
    two.becomes(LOW, AlarmState.OUT_OF_SERVICE)
    assert two.limit_m("PT-0001 low") == 26.0, "its own set-up is what it begins with"
    one.recording.change_limit(replace(LIMITS.records[1], limit=25.0), "王敏", "")
    hub.carry(one, two)
    until(lambda: two.limit_m("PT-0001 low") == 25.0)


# Limits


def test_a_limit_that_was_changed_at_one_console_is_watched_at_all(room: Callable[..., Console]) -> None:
    one, two, hub = room("one"), room("two"), Room()
    for each in (one, two):
        each.hears("PT-0002", GOOD_MPA)
    one.recording.change_limit(replace(LIMITS.records[2], limit=40.0), "王敏", "夏季")
    one.becomes(LOW, UNSEEN)
    hub.carry(one, two)
    two.becomes(LOW, UNSEEN)
    until(lambda: (Deed.LIMIT, "王敏", "26 → 40 · 夏季") in two.log(LOW))
    assert read_setup(two.folder).limits.records[2].limit == 40.0, "and after a restart"
    two.recording.change_limit(Limit("PT-0001 high", 1, Side.HIGH, 50.0), "李伟", "新", "PT-0001")
    hub.carry(two, one)
    until(lambda: one.limit_m("PT-0001 high") == 50.0)
    one.recording.remove_limit("PT-0001 high", "王敏", "不需要")
    hub.carry(one, two)
    until(lambda: two.limit_m("PT-0001 high") is None)


def test_of_limits_that_were_changed_apart_the_later_one_counts_and_both_are_told(room: Callable[..., Console]) -> None:
    one, two, hub = room("one"), room("two"), Room()
    one.recording.change_limit(replace(LIMITS.records[2], limit=20.0), "王敏", "夏季")
    two.recording.change_limit(replace(LIMITS.records[2], limit=22.0), "李伟", "检修")
    hub.carry(one)
    hub.carry(two)
    hub.carry(one)
    until(lambda: one.limit_m(LOW) == 22.0)
    until(lambda: "overruled 20" in two.words(LOW))
    assert two.limit_m(LOW) == 22.0
    until(lambda: (Deed.LIMIT, "王敏", "overruled 20 · 夏季") in one.log(LOW))
    assert (Deed.LIMIT, "李伟", "20 → 22 · 检修") in one.log(LOW)
    # Who has heard of the other's says nothing of a contradiction.
    one.recording.change_limit(replace(LIMITS.records[2], limit=21.0), "王敏", "")
    hub.carry(one, two)
    until(lambda: two.limit_m(LOW) == 21.0)
    for each in (one, two):
        assert [part for part in each.words(LOW) if part.startswith("overruled")] == ["overruled 20"]


def test_a_limit_of_an_instrument_that_the_other_has_not_is_told_and_passed_over(room: Callable[..., Console]) -> None:
    fewer = Channels(CHANNELS.records[:2])
    one, two = room("one"), room("two", channels=fewer, limits=Limits(LIMITS.records[:2]))
    hub = Room()
    one.recording.change_limit(replace(LIMITS.records[2], limit=20.0), "王敏", "夏季")
    one.recording.change_limit(replace(LIMITS.records[1], limit=21.0), "王敏", "夏季")
    hub.carry(one, two)
    until(lambda: two.limit_m("PT-0001 low") == 21.0)
    until(lambda: (Deed.LIMIT, "王敏", "not_here PT-0002") in two.log(LOW))
    assert two.limit_m(LOW) is None


def test_what_somebody_writes_into_the_file_stays_at_that_console(room: Callable[..., Console]) -> None:
    one, two, hub = room("one"), room("two"), Room()
    path = one.folder / "telemetry" / "setup.json"
    path.write_text(path.read_text("utf-8").replace("26.0", "25.5"), "utf-8")
    until(lambda: one.limit_m(LOW) == 25.5)
    one.recording.act(Deed.OUT, ["ST-B1 off"], "王敏", "检修")
    hub.carry(one, two)
    two.becomes("ST-B1 off", AlarmState.OUT_OF_SERVICE)
    assert two.limit_m(LOW) == 26.0


# What goes wrong


def test_what_the_hub_would_refuse_is_not_done_at_home_either(room: Callable[..., Console]) -> None:
    viewer = room("one", hub=Knows(0, "访客"))
    drops(viewer)
    before = viewer.entries()
    with pytest.raises(AppError, match=r"hub\.would_refuse"):
        viewer.recording.act(Deed.ACKNOWLEDGED, [LOW], "访客")
    with pytest.raises(AppError, match=r"hub\.would_refuse"):
        viewer.recording.change_limit(replace(LIMITS.records[2], limit=20.0), "访客")
    with pytest.raises(AppError, match=r"hub\.would_refuse"):
        viewer.recording.see_to("PT-0001", "访客", "看过")
    assert viewer.state(LOW) is UNSEEN
    assert viewer.limit_m(LOW) == 26.0
    assert viewer.entries() == before
    assert {who for _, who, _ in viewer.log(LOW)} == {""}


def test_a_laptop_that_was_taken_along_keeps_to_itself(room: Callable[..., Console]) -> None:
    """What it would write, no field role may: its whole work would be refused when it comes home."""
    one = room("one")
    one.close()
    keep_lease(one.folder, Lease("L1", "order", now_ms() + MINUTE, "key"))
    assert (one.folder / LAPTOP).is_file()
    one.start()
    drops(one)
    one.recording.act(Deed.ACKNOWLEDGED, [LOW], "王敏")
    assert one.state(LOW) is SEEN
    assert one.entries() == 0


def test_a_file_that_nobody_can_read_holds_up_limits_until_it_is_mended(room: Callable[..., Console]) -> None:
    one, two, hub = room("one"), room("two"), Room()
    path = two.folder / "telemetry" / "setup.json"
    good = path.read_text("utf-8")
    path.write_text("{", "utf-8")
    one.recording.change_limit(replace(LIMITS.records[2], limit=20.0), "王敏", "夏季")
    hub.carry(one, two)
    until(lambda: two.recording.present().trouble is not None)
    trouble = two.recording.present().trouble
    assert trouble is not None
    assert trouble[0] == "telemetry.bad_setup"
    path.write_text(good, "utf-8")
    until(lambda: two.limit_m(LOW) == 20.0)
    until(lambda: two.recording.present().trouble is None)
    until(lambda: [note for what, _, note in two.log(LOW) if what is Deed.LIMIT] == ["26 → 20 · 夏季"])


@pytest.mark.parametrize(
    "body",
    [
        {"deed": "raised", "alarms": [LOW]},
        {"deed": "out", "alarms": LOW},
        {"deed": "out", "alarms": [LOW], "until_ms": 1 << 62},
        {"deed": "out", "alarms": [LOW], "ahead_ms": 1 << 60},
        {"deed": "out"},
        {"deed": "out", "alarms": [LOW], "raised_ms": ["x"]},
    ],
)
def test_what_anybody_may_send_is_believed_only_where_it_makes_sense(
    room: Callable[..., Console], body: dict[str, object]
) -> None:
    one, two, hub = room("one"), room("two"), Room()
    moment = datetime.fromtimestamp(now_ms() / 1000, UTC)
    with closing(Journal.open(one.folder / JOURNAL)) as journal:
        journal.append([Draft("alarm.acted", "alarms", body)], moment, "王")
        good = {"deed": "out", "alarms": ["ST-B1 off", "no such alarm"]}
        journal.append([Draft("alarm.acted", "alarms", good)], moment, "王")
    hub.carry(one, two)
    two.becomes("ST-B1 off", AlarmState.OUT_OF_SERVICE)
    assert two.state(LOW) is not AlarmState.OUT_OF_SERVICE
