"""Whatever happens, in whatever order it becomes known: the same verdicts, and no pause without its clause."""

from datetime import UTC, datetime

from dispatch_stories import PACK, ZONE
from hypothesis import given
from hypothesis import strategies as st

from app.dispatch.clocks import Case, clocks_of
from app.dispatch.facts import Fact, FactKind, as_recorded
from app.dispatch.rules import Subject
from app.dispatch.states import ClockState, state_of, table_of
from app.dispatch.workdays import Calendar
from app.journal.events import milliseconds

BEGIN_MS = milliseconds(datetime(2026, 1, 1, tzinfo=UTC))
DAYS = Calendar()
times = st.integers(0, 40 * 86_400).map(lambda second: BEGIN_MS + second * 1000)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    subject = draw(st.sampled_from([Subject.INCIDENT, Subject.OUTAGE, Subject.COMPLAINT, Subject.CONNECTION]))
    facts: list[Fact] = []
    for number in range(draw(st.integers(0, 12))):
        values = {
            "planned_start_ms": draw(times),
            "planned_end_ms": draw(times),
            "duration_s": draw(st.integers(1, 200_000)),
            "stale": draw(st.booleans()),
        }
        wrong = draw(st.none() | st.sampled_from(facts)) if facts else None
        kind = draw(st.sampled_from(FactKind)) if wrong is None else wrong.kind
        corrects = None if wrong is None else wrong.key
        key = (draw(st.sampled_from("abc")), number + 1)
        facts.append(Fact(key, kind, draw(times), f"{number:03d}", values, corrects, draw(st.booleans())))
    recorded = draw(st.sampled_from([{}, {"dn_mm": 300}, {"dn_mm": 800}, {"project": "general"}]))
    return Case("x/1", subject, recorded, tuple(facts))


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(case: Case, chance: object) -> None:
    shuffled = list(case.facts) * 2
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    other = Case(case.entity, case.subject, case.recorded, tuple(shuffled))
    assert clocks_of(other, PACK, DAYS) == clocks_of(case, PACK, DAYS)


@given(cases())
def test_no_clock_pauses_without_its_clause_and_pauses_lie_within_its_course(case: Case) -> None:
    for clock in clocks_of(case, PACK, DAYS):
        granted = {grant.clause for grant in clock.rule.pauses}
        verdict = clock.verdict
        assert {pause.clause for pause in verdict.pauses} <= granted
        for pause in verdict.pauses:
            assert verdict.start_ms is not None
            assert pause.from_ms >= verdict.start_ms
            assert pause.until_ms is None or pause.until_ms >= pause.from_ms
            if verdict.met is not None and pause.until_ms is not None:
                assert pause.until_ms <= max(verdict.met.at_ms, verdict.start_ms)


@given(cases())
def test_what_was_recorded_stays_whatever_is_corrected(case: Case) -> None:
    plain = Case(case.entity, case.subject, case.recorded, as_recorded(case.facts))
    at_first = {clock.rule.id: clock.verdict for clock in clocks_of(plain, PACK, DAYS)}
    for clock in clocks_of(case, PACK, DAYS):
        told = clock.recorded or clock.verdict
        assert told == at_first.get(clock.rule.id, told)


@given(cases(), times)
def test_the_table_says_of_each_clock_what_it_says_alone(case: Case, now_ms: int) -> None:
    clocks = clocks_of(case, PACK, DAYS)
    together = table_of(clocks, ZONE).states(now_ms)
    assert [ClockState(int(state)) for state in together] == [state_of(clock, now_ms, ZONE) for clock in clocks]


@given(cases(), times, times)
def test_a_breach_never_heals_by_itself(case: Case, one_ms: int, other_ms: int) -> None:
    earlier, later = sorted([one_ms, other_ms])
    for clock in clocks_of(case, PACK, DAYS):
        if state_of(clock, earlier, ZONE) is ClockState.BREACHED:
            assert state_of(clock, later, ZONE) is ClockState.BREACHED
