"""Planned outages against the service standard, one case a row with the clause beside it."""

import pytest
from outage_stories import STANDARDS, Story, at

from app.dispatch.facts import FactKind
from app.outages.book import Stage, stage_of
from app.outages.entries import Role, Ruling
from app.outages.judge import Remedy, Standing

MADE = "2026-03-10 09:00"
P0 = "P0 通过官网、媒体等多种渠道，发布公告"
P1 = "P1 提前24小时以书面、电话、短信或登门等方式下达停水通知"
P2 = "P2 应提前48小时通过媒体发布公告"
P3 = "P3 应提前48小时通知受影响的客户，按时恢复供水，并再次通知客户"
P4 = "P4 停水的四至范围或具体街道名称及居民小区名称等"
P5S = "P5s 应按照通知时间准时停水和恢复供水"
P5 = "P5 以客户家中停水或无水为准，无特殊情况不进行延时"
P6 = "P6 停水时间超过24小时"
P7 = "P7 应在夜间实施"
P8 = "P8 并再次通知客户"
LEADS = [
    # clause, told at, start, standing
    (P1, "2026-03-16 22:00:00", "2026-03-17 22:00:00", "met"),
    (P1, "2026-03-16 22:00:01", "2026-03-17 22:00:00", "met_late"),
    (P1, "2026-03-16 22:01:00", "2026-03-17 22:00:00", "met_late"),
    (P2, "2026-03-15 22:00:00", "2026-03-17 22:00:00", "met"),
    (P2, "2026-03-15 23:00:00", "2026-03-17 22:00:00", "met_late"),
    (P3, "2026-03-15 22:00:00", "2026-03-17 22:00:00", "met"),
    (P3, "2026-03-15 23:00:00", "2026-03-17 22:00:00", "met_late"),
    (P0, "2026-03-17 22:00:00", "2026-03-17 22:00:00", "met"),
    (P0, "2026-03-17 22:00:01", "2026-03-17 22:00:00", "met_late"),
    # Hours run through holidays: Qingming of 2026 (4 to 6 April), and the five days of May.
    (P3, "2026-04-03 22:00:00", "2026-04-05 22:00:00", "met"),
    (P3, "2026-04-03 22:00:01", "2026-04-05 22:00:00", "met_late"),
    (P3, "2026-05-01 22:00:00", "2026-05-03 22:00:00", "met"),
    (P3, "2026-05-02 22:00:00", "2026-05-03 22:00:00", "met_late"),
    (P1, "2026-04-04 22:00:00", "2026-04-05 22:00:00", "met"),
    (P1, "2026-04-04 22:01:00", "2026-04-05 22:00:00", "met_late"),
]
TOLD = {
    "P0": FactKind.PUBLIC_TOLD,
    "P1": FactKind.NOTICE_DELIVERED,
    "P2": FactKind.MEDIA_TOLD,
    "P3": FactKind.EVERYONE_TOLD,
}


@pytest.mark.parametrize(("clause", "told", "start", "standing"), LEADS)
def test_what_must_be_told_before(clause: str, told: str, start: str, standing: str) -> None:
    story, rule = Story(), clause[:2]
    key = story.plan(MADE, start, start.replace("22:00:00", "23:30:00"), households=1_000)
    story.told(told, key, TOLD[rule])
    found = story.judged(told).finding(rule)
    assert found is not None
    assert clause[3:] in found.rule.clause
    assert found.standing == standing


NOT_TOLD = [
    # clause, looked at when, standing: 48 is enforced, 24 is the red line
    (P3, "2026-03-15 22:00:00", "open"),
    (P3, "2026-03-15 22:00:01", "late"),
    (P3, "2026-03-15 23:00:00", "late"),  # 47 h
    (P3, "2026-03-16 22:00:00", "late"),
    (P3, "2026-03-16 22:01:00", "broken"),  # 23 h 59 min
    (P1, "2026-03-16 22:00:00", "open"),
    (P1, "2026-03-16 22:01:00", "broken"),
]


@pytest.mark.parametrize(("clause", "now", "standing"), NOT_TOLD)
def test_what_was_not_told_yet(clause: str, now: str, standing: str) -> None:
    story, rule = Story(), clause[:2]
    story.plan(MADE, "2026-03-17 22:00", "2026-03-17 23:00", households=10)
    judged = story.judged(now)
    found = judged.finding(rule)
    assert found is not None
    assert clause[3:] in found.rule.clause
    assert found.standing == standing
    if standing == "open":
        assert (found.remedy, found.remedy_ms) == (Remedy.DO_BY, found.due_ms)
        assert judged.lawful == (rule == "P3")  # P1's limit lies beyond P3's
    else:
        assert (found.remedy, found.remedy_ms) == (Remedy.MOVE_START, judged.earliest_ms)
        assert not judged.lawful


APPLIES = [
    # clause, households, end of a start at 22:00 on 17 March, whether it holds
    (P2, 999, "2026-03-18 04:00:00", False),  # 较大: 1000 户 (house)
    (P2, 1000, "2026-03-18 04:00:00", True),
    (P2, 10, "2026-03-18 09:59:59", False),  # 较长: 12 小时 (house)
    (P2, 10, "2026-03-18 10:00:00", True),
    (P6, 10, "2026-03-18 22:00:00", False),  # 停水时间超过24小时: exactly 24 h is not over it
    (P6, 10, "2026-03-18 22:00:01", True),
    (P7, 999, "2026-03-18 04:00:00", False),
    (P7, 1000, "2026-03-18 04:00:00", True),
]


@pytest.mark.parametrize(("clause", "households", "end", "holds"), APPLIES)
def test_for_which_outages_a_rule_holds(clause: str, households: int, end: str, holds: bool) -> None:
    story = Story()
    story.plan(MADE, "2026-03-17 22:00:00", end, households=households)
    judged = story.judged(MADE)
    found = judged.finding(clause[:2])
    assert (found is not None) == holds
    assert clause[3:] in next(rule.clause for rule in STANDARDS.pack.rules if rule.id == clause[:2])
    assert (Role.MANAGEMENT in judged.approvals) == any(judged.finding(one) for one in ("P2", "P7"))


NIGHTS = [
    # clause, start, end, standing, remedy
    (P7, "2026-03-17 22:00", "2026-03-18 05:00", "met", None),
    (P7, "2026-03-17 21:59", "2026-03-18 04:00", "broken", Remedy.MOVE_INTO_NIGHT),
    (P7, "2026-03-17 22:00", "2026-03-18 05:01", "broken", Remedy.SHORTEN_OR_WAIVER),
    (P7, "2026-03-18 00:30", "2026-03-18 05:00", "met", None),
    (P7, "2026-03-18 05:00", "2026-03-18 06:00", "broken", Remedy.MOVE_INTO_NIGHT),
    (P7, "2026-03-17 10:00", "2026-03-17 16:00", "broken", Remedy.MOVE_INTO_NIGHT),
    (P7, "2026-03-17 22:00", "2026-03-19 04:00", "broken", Remedy.SHORTEN_OR_WAIVER),
]


@pytest.mark.parametrize(("clause", "start", "end", "standing", "remedy"), NIGHTS)
def test_by_night(clause: str, start: str, end: str, standing: str, remedy: Remedy | None) -> None:
    story = Story()
    key = story.plan(MADE, start, end, households=2_000)
    found = story.judged(MADE).finding("P7")
    assert found is not None
    assert clause[3:] in found.rule.clause
    assert (found.standing, found.remedy) == (standing, remedy)
    if standing == "broken":
        story.decided("2026-03-11 10:00", key, Ruling.WAIVE, Role.MANAGEMENT, "P7")
        waived = story.judged("2026-03-11 11:00").finding("P7")
        assert waived is not None
        assert waived.standing is Standing.WAIVED


def test_a_closed_road_asks_for_the_night_as_well() -> None:
    story = Story()
    story.plan(MADE, "2026-03-17 09:00", "2026-03-17 16:00", households=3, roads_closed=1)
    found = story.judged(MADE).finding("P7")
    assert found is not None
    assert found.standing is Standing.BROKEN


PEAKS = [
    # S2 避开用水高峰，减少停水频次 (house: 06:30–09:00, 17:00–21:00)
    ("2026-03-17 09:00", "2026-03-17 17:00", False),
    ("2026-03-17 09:00", "2026-03-17 17:01", True),
    ("2026-03-17 21:00", "2026-03-18 06:30", False),
    ("2026-03-17 21:00", "2026-03-18 06:31", True),
    ("2026-03-17 20:59", "2026-03-17 22:00", True),
    ("2026-03-16 22:00", "2026-03-18 05:00", True),
]


@pytest.mark.parametrize(("start", "end", "over"), PEAKS)
def test_hours_of_high_demand(start: str, end: str, over: bool) -> None:
    story = Story()
    story.plan(MADE, start, end, households=5)
    assert story.judged(MADE).over_peak is over


EARLIEST = [
    # now, households, window in hours, earliest lawful start, with the approver's waiver
    ("2026-03-10 09:00", 5, 2, "2026-03-12 09:00", "2026-03-12 09:00"),
    ("2026-03-10 09:10", 5, 2, "2026-03-12 09:30", "2026-03-12 09:30"),
    ("2026-03-10 17:00", 5, 2, "2026-03-12 21:00", "2026-03-12 17:00"),
    ("2026-03-10 09:00", 2000, 6, "2026-03-12 22:00", "2026-03-12 22:00"),
    ("2026-03-10 23:30", 2000, 6, "2026-03-13 22:00", "2026-03-12 23:30"),
    ("2026-03-10 09:00", 2000, 8, None, "2026-03-12 22:00"),
    ("2026-03-10 09:00", 5, 30, "2026-03-12 09:00", "2026-03-12 09:00"),
]


@pytest.mark.parametrize(("now", "households", "hours", "earliest", "waived"), EARLIEST)
def test_the_earliest_lawful_start(now: str, households: int, hours: int, earliest: str | None, waived: str) -> None:
    story = Story()
    key = story.plan("2026-03-10 08:00", "2026-03-10 12:00", "2026-03-10 13:00", households=households)
    start = at("2026-03-10 12:00")
    body = {**story.entries[0].facts, "end_ms": start + hours * 3_600_000}
    story.entries[0] = type(story.entries[0])(**{**vars(story.entries[0]), "facts": body})
    assert key == story.entries[0].key
    judged = story.judged(now)
    assert judged.earliest_ms == (None if earliest is None else at(earliest))
    assert judged.with_waiver_ms == at(waived)


EVERYONE = (FactKind.PUBLIC_TOLD, FactKind.MEDIA_TOLD, FactKind.NOTICE_DELIVERED, FactKind.EVERYONE_TOLD)


def test_a_plan_that_grows_after_its_notice_is_told_anew() -> None:
    story = Story()
    first = story.plan(MADE, "2026-03-17 22:00", "2026-03-18 04:00", households=900)
    story.told("2026-03-11 10:00", first, *EVERYONE)
    assert story.judged("2026-03-16 10:00").lawful
    # Fewer customers in the same window: whoever is out was told.
    smaller = story.plan("2026-03-16 10:00", "2026-03-17 22:00", "2026-03-18 03:00", after=first, grows=False)
    assert story.judged("2026-03-16 10:05").lawful
    larger = story.plan("2026-03-16 11:00", "2026-03-17 22:00", "2026-03-18 04:00", after=smaller, households=1_200)
    judged = story.judged("2026-03-16 11:05")
    assert not judged.lawful
    standings = {one.rule.id: one.standing for one in judged.findings}
    assert standings["P3"] is Standing.LATE
    assert standings["P2"] is Standing.BROKEN
    assert standings["P1"] is Standing.OPEN
    assert judged.earliest_ms == at("2026-03-18 22:00")
    moved = story.plan("2026-03-16 11:10", "2026-03-18 22:00", "2026-03-19 04:00", after=larger, households=1_200)
    story.told("2026-03-16 11:30", moved, *EVERYONE)
    assert story.judged("2026-03-16 11:30").lawful


def test_an_outage_in_the_past_cannot_be_made_lawful_where_it_is() -> None:
    story = Story()
    story.plan(MADE, "2026-03-09 22:00", "2026-03-10 02:00", households=5)
    judged = story.judged("2026-03-10 09:00")
    assert {one.rule.id for one in judged.findings if one.standing is Standing.BROKEN} >= {"P0", "P1", "P3", "P5"}
    assert judged.earliest_ms == at("2026-03-12 09:00")


def test_on_time_and_told_again() -> None:
    story = Story()
    key = story.plan(MADE, "2026-03-17 22:00", "2026-03-18 04:00", households=5)
    needed = (Role.SHIFT_LEAD, Role.NETWORK)
    stages = [stage_of(story.outage(), needed)]
    for role in needed:
        story.decided("2026-03-10 10:00", key, Ruling.APPROVE, role)
    stages.append(stage_of(story.outage(), needed))
    story.told("2026-03-11 10:00", key, FactKind.NOTICE_DRAFTED, FactKind.AREA_NAMED, *EVERYONE)
    stages.append(stage_of(story.outage(), needed))
    assert story.judged("2026-03-17 21:00").ready
    assert story.judged("2026-03-17 22:15").lawful
    assert not story.judged("2026-03-17 22:16").lawful
    story.told("2026-03-17 22:05", key, FactKind.WATER_OFF)
    stages.append(stage_of(story.outage(), needed))
    assert story.judged("2026-03-18 03:00").finding("P5").standing is Standing.OPEN
    story.told("2026-03-18 04:00", key, FactKind.WATER_BACK)
    stages.append(stage_of(story.outage(), needed))
    found = story.judged("2026-03-18 04:31")
    assert found.finding("P5").standing is Standing.MET
    assert found.finding("P8").standing is Standing.BROKEN
    story.told("2026-03-18 04:30", key, FactKind.SECOND_NOTICE)
    stages.append(stage_of(story.outage(), needed))
    assert story.judged("2026-03-18 04:31").finding("P8").standing is Standing.MET
    assert stages == [Stage.DRAFT, Stage.APPROVED, Stage.ANNOUNCED, Stage.OFF, Stage.BACK, Stage.ENDED]


OFF, BACK = (FactKind.WATER_OFF, "2026-03-17 22:00:00"), (FactKind.WATER_BACK, "2026-03-19 04:00:00")
DRAFTED, NAMED = (FactKind.NOTICE_DRAFTED, "2026-03-11 09:00:00"), (FactKind.AREA_NAMED, "2026-03-11 09:00:00")
COURSES = [
    # clause, what happened of an outage from 22:00 on 17 March to 04:00 on 19 March, looked at when, standing
    (P4, (), "2026-03-11 10:00:00", "waits"),
    (P4, (DRAFTED, NAMED), "2026-03-11 10:00:00", "met"),
    (P5S, (), "2026-03-17 22:15:00", "open"),
    (P5S, (), "2026-03-17 22:15:01", "broken"),
    (P5S, (OFF,), "2026-03-18 08:00:00", "met"),
    (P5S, ((FactKind.WATER_OFF, "2026-03-17 21:59:59"),), "2026-03-18 08:00:00", "met_early"),
    (P5S, ((FactKind.WATER_OFF, "2026-03-17 22:15:00"),), "2026-03-18 08:00:00", "met"),
    (P5S, ((FactKind.WATER_OFF, "2026-03-17 22:15:01"),), "2026-03-18 08:00:00", "met_late"),
    (P5, (OFF,), "2026-03-19 04:00:00", "open"),
    (P5, (OFF,), "2026-03-19 04:00:01", "broken"),
    (P5, (OFF, BACK), "2026-03-19 05:00:00", "met"),
    (P5, (OFF, (FactKind.WATER_BACK, "2026-03-19 04:00:01")), "2026-03-19 05:00:00", "met_late"),
    (P6, (), "2026-03-17 22:00:00", "open"),
    (P6, (), "2026-03-17 22:00:01", "broken"),
    (P6, ((FactKind.TEMPORARY_SUPPLY, "2026-03-17 22:00:00"),), "2026-03-18 08:00:00", "met"),
    (P6, ((FactKind.TEMPORARY_SUPPLY, "2026-03-17 22:00:01"),), "2026-03-18 08:00:00", "met_late"),
    (P8, (OFF,), "2026-03-19 03:00:00", "waits"),
    (P8, (OFF, BACK), "2026-03-19 04:30:00", "open"),
    (P8, (OFF, BACK), "2026-03-19 04:30:01", "broken"),
    (P8, (OFF, BACK, (FactKind.SECOND_NOTICE, "2026-03-19 04:30:00")), "2026-03-19 06:00:00", "met"),
    (P8, (OFF, BACK, (FactKind.SECOND_NOTICE, "2026-03-19 04:30:01")), "2026-03-19 06:00:00", "met_late"),
]


@pytest.mark.parametrize(("clause", "happened", "now", "standing"), COURSES)
def test_what_happens_in_its_course(
    clause: str, happened: tuple[tuple[FactKind, str], ...], now: str, standing: str
) -> None:
    story = Story()
    key = story.plan(MADE, "2026-03-17 22:00:00", "2026-03-19 04:00:00", households=10)
    for fact, when in happened:
        story.told(when, key, fact)
    rule, wording = clause.split()
    found = story.judged(now).finding(rule)
    assert found is not None
    assert wording in found.rule.clause
    assert found.standing == standing
