"""The command language: what each line means, what is missing, and what may be typed next."""

from __future__ import annotations

import pytest
from dispatch_stories import ZONE, at, local
from hypothesis import given
from hypothesis import strategies as st

from app.dispatch import acts
from app.dispatch.command_reading import Misunderstood, Names, Reading, WhyNot, read
from app.dispatch.command_words import KIND_WORDS, VERBS, Slot
from app.dispatch.commands import NewReport, Show, understand
from app.dispatch.crews import CrewState
from app.dispatch.entries import Course, IncidentKind, OrderStep
from app.dispatch.facts import FactKind
from app.messages import LANGUAGES, load_words

NOW_MS = at("2026-03-12 14:30")
NAMES = Names(
    incidents={"W118": "经十路 112 号", "W119": "泺源大街"},
    crews={"抢03": "DN 600", "抢04": "", "check1": ""},
    orders={"20260312-d1f3-004": "W118", "20260312-d1f3-005": "W119"},
    selected="W119",
)


def meant(line: str, names: Names = NAMES) -> object:
    return understand(line, names, NOW_MS, ZONE)


LINES = [
    ("新 漏 DN300 经十路 112", NewReport(IncidentKind.VISIBLE_LEAK, "经十路 112", 300.0)),
    ("新漏 经十路112 !1", NewReport(IncidentKind.VISIBLE_LEAK, "经十路112", None, 1)),
    ("x b jsl112", NewReport(IncidentKind.BURST, "jsl112")),
    ("/new burst 112 Jingshi Rd @-5", NewReport(IncidentKind.BURST, "112 Jingshi Rd", None, None, NOW_MS - 300_000)),
    ("派 抢03 W118", acts.Send("抢03", "W118")),
    ("派 W118 抢3", acts.Send("抢03", "W118")),
    ("p 3 118", acts.Send("抢03", "W118")),
    ("p w118 q3", acts.Send("抢03", "W118")),
    ("send 118 check1", acts.Send("check1", "W118")),
    ("f w118", acts.Record("W118", FactKind.WATER_BACK)),
    ("restore", acts.Record("W119", FactKind.WATER_BACK)),
    ("通水 W118 用户已有水", acts.Record("W118", FactKind.WATER_BACK, note="用户已有水")),
    ("关 W118 V2231", acts.Turn("W118", "V2231", "closed")),
    ("g 2231 118", acts.Turn("W118", "2231", "closed")),
    ("令 V2231 W118 抢03 关闭", acts.Issue("抢03", "V2231", "关闭", "W118")),
    ("看 W118", Show("W118")),
    ("send 4", acts.Send("抢04", "W119")),
    ("gp 抢03 W118", acts.Send("抢03", "W118", divert=True)),
    ("接 抢03", acts.Accept("抢03")),
    ("撤 抢03", acts.Recall("抢03")),
    ("到 抢03 @14:05", acts.StateCrew("抢03", CrewState.ON_SCENE, at_ms=at("2026-03-12 14:05"))),
    ("到 抢03 @23:50", acts.StateCrew("抢03", CrewState.ON_SCENE, at_ms=at("2026-03-11 23:50"))),
    ("xb CHECK1", acts.StateCrew("check1", CrewState.OFF)),
    ("关 V2231", acts.Turn("W119", "V2231", "closed")),
    ("k V2231 W118", acts.Turn("W118", "V2231", "open")),
    ("关 V2231 W118 指挥长口头同意", acts.Turn("W118", "V2231", "closed", "指挥长口头同意")),
    ("留 V2231 W118 关不严", acts.LeaveValve("W118", "V2231", "关不严")),
    ("围 W118", acts.Record("W118", FactKind.BARRIER_SET)),
    ("查", acts.Record("W119", FactKind.UTILITIES_CHECKED)),
    ("冲 W118 东", acts.Record("W118", FactKind.FLUSHING_DONE, {"direction": "东"})),
    ("qr W118 C1,C2", acts.Record("W118", FactKind.CUSTOMERS_CONFIRMED, {"customers": "C1,C2"})),
    ("gjs 118 T1", acts.Record("W118", FactKind.CHORE_DONE, {"chore": "shut_inlet", "station": "T1"})),
    ("预计 W118 30", acts.Record("W118", FactKind.FORECAST_MADE, {"forecast_duration_s": 108_000})),
    ("yj 1.5小时", acts.Record("W119", FactKind.FORECAST_MADE, {"forecast_duration_s": 5_400})),
    ("tankers 118 学校门口", acts.Record("W118", FactKind.TEMPORARY_SUPPLY, note="学校门口")),
    ("结 W118", acts.Decide("W118", Course.CLOSE)),
    ("重开 W118 又漏", acts.Decide("W118", Course.REOPEN, "又漏")),
    ("并 W119 W118", acts.Merge("W119", "W118")),
    ("记 W118 水 很大", acts.Note("W118", "水 很大")),
    ("免 W118 e7 夜间", acts.Waive("W118", "E7", "夜间")),
    ("令 抢03 V2231 W118 关闭该阀", acts.Issue("抢03", "V2231", "关闭该阀", "W118")),
    ("复诵 W118", acts.StepOrder("20260312-d1f3-004", OrderStep.READ_BACK)),
    ("zx 5", acts.StepOrder("20260312-d1f3-005", OrderStep.EXECUTED)),
    ("回报 20260312-d1f3-005", acts.StepOrder("20260312-d1f3-005", OrderStep.REPORTED)),
]


@pytest.mark.parametrize(("line", "act"), LINES)
def test_a_line_means_what_it_says(line: str, act: object) -> None:
    assert meant(line) == act


WRONG = [
    ("", WhyNot.EMPTY, None, ""),
    ("飞 抢03", WhyNot.UNKNOWN_VERB, None, "飞"),
    ("新", WhyNot.MISSING, Slot.KIND, ""),
    ("新 火 经十路", WhyNot.UNKNOWN, Slot.KIND, "火"),
    ("新 漏 DN300", WhyNot.MISSING, Slot.PLACE, ""),
    ("派", WhyNot.MISSING, Slot.CREW, ""),
    ("派 抢99 W118", WhyNot.UNKNOWN, Slot.CREW, "抢99"),
    ("派 抢03 东边", WhyNot.TOO_MANY, None, "东边"),
    ("预计 W118 0", WhyNot.UNKNOWN, Slot.HOURS, "0"),
    ("冲 W118", WhyNot.MISSING, Slot.DIRECTION, ""),
    ("重开 W118", WhyNot.MISSING, Slot.REASON, ""),
    ("复诵 W9", WhyNot.UNKNOWN, Slot.ORDER, "W9"),
    ("到 抢03 @25:00", WhyNot.BAD_TIME, None, "@25:00"),
    ("到 抢03 @1:00 @2:00", WhyNot.BAD_TIME, None, "@2:00"),
    ("到 抢03 @soon", WhyNot.BAD_TIME, None, "@soon"),
]


@pytest.mark.parametrize(("line", "why", "slot", "word"), WRONG)
def test_a_line_that_is_no_command_says_what_is_wrong(line: str, why: WhyNot, slot: Slot | None, word: str) -> None:
    assert meant(line) == Misunderstood(why, slot, word)
    for language in LANGUAGES:
        words = load_words(language)
        named = "" if slot is None else words.say("command_slot", slot)
        assert words.say("command_no", why, {"word": word, "slot": named})


def test_without_a_selected_incident_one_must_be_named() -> None:
    names = Names(crews=NAMES.crews)
    assert meant("派 抢03", names) == Misunderstood(WhyNot.MISSING, Slot.INCIDENT)


def test_a_leak_at_a_known_address_takes_few_keys() -> None:
    # Enter chooses the first place found, and again takes the report.
    assert len("x l jsl112\n\n") <= 25
    assert meant("x l jsl112") == NewReport(IncidentKind.VISIBLE_LEAK, "jsl112")


def test_every_verb_has_words_of_three_sorts_and_no_two_share_one() -> None:
    words = [word for verb in VERBS.values() for word in verb.words]
    assert len(set(words)) == len(words)
    assert all(len(verb.words) >= 3 for verb in VERBS.values())
    kinds = [word for some in KIND_WORDS.values() for word in some]
    assert len(set(kinds)) == len(kinds)


def test_a_line_is_read_as_far_as_it_goes() -> None:
    half = read("p w118 q", NAMES, NOW_MS, ZONE)
    assert isinstance(half, Reading)
    assert (dict(half.slots), half.open, half.left) == ({Slot.INCIDENT: "W118"}, Slot.CREW, ("q",))
    waiting = read("派 ", NAMES, NOW_MS, ZONE)
    assert isinstance(waiting, Reading)
    assert (waiting.typed, waiting.open) == ((), Slot.CREW)
    assert waiting.slots == {Slot.INCIDENT: "W119"}, "the one that is selected, until another is named"
    whole = read("冲 118 东", NAMES, NOW_MS, ZONE)
    assert isinstance(whole, Reading)
    assert (whole.open, whole.left, whole.wrong) == (None, (), None)


def test_figures_that_two_crews_share_name_neither() -> None:
    both = Names(crews={"抢03": "", "巡03": ""}, selected="W1")
    assert meant("派 3 W1", both) == Misunderstood(WhyNot.UNKNOWN, Slot.CREW, "3")
    assert meant("派 巡3", both) == acts.Send("巡03", "W1")


@given(st.text(max_size=40))
def test_no_line_whatever_breaks_it(line: str) -> None:
    understand(line, NAMES, NOW_MS, ZONE)
    understand(f"派 {line}", NAMES, NOW_MS, ZONE)
    understand(f"关 {line}", NAMES, NOW_MS, ZONE)


def test_times_are_the_citys() -> None:
    act = meant("到 抢03 @14:05")
    assert isinstance(act, acts.StateCrew)
    assert local(act.at_ms) == "2026-03-12 14:05:00"
