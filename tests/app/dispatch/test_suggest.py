"""Which crew is suggested, why, and why none is; the assignment against trying every one."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.dispatch.crews import Crew, CrewState, Job, Suggestion, Unserved, WhyNot, WhyThis
from app.dispatch.suggest import Preferences, Suggestions, suggest

MINUTE_MS = 60_000
READY = Crew("A", fix_ms=0)
LEAK = Job("W1", due_ms=30 * MINUTE_MS)
CLAMP = frozenset({"clamp_600"})


def asked(jobs: list[Job], crews: list[Crew], minutes: list[list[float]], now_ms: int = 0) -> Suggestions:
    return suggest(jobs, crews, np.array(minutes, dtype=np.float64).reshape(len(jobs), len(crews)) * 60, now_ms)


def only_sent(found: Suggestions) -> Suggestion:
    assert not found.unserved
    (one,) = found.sent
    return one


def only_unserved(found: Suggestions) -> Unserved:
    assert not found.sent
    (one,) = found.unserved
    return one


def test_the_crew_that_is_there_first_is_suggested_and_the_next_best_is_named() -> None:
    one = only_sent(asked([LEAK], [READY, replace(READY, id="B")], [[12, 25]]))
    assert (one.crew, one.why, one.arrives_ms, one.late_s) == ("A", WhyThis.FIRST_THERE, 12 * MINUTE_MS, -18 * 60)
    assert (one.next_crew, one.next_arrives_ms) == ("B", 25 * MINUTE_MS)


def test_the_nearest_crew_is_spared_for_a_leak_that_no_other_reaches_in_time() -> None:
    jobs = [LEAK, replace(LEAK, id="W2")]
    found = asked(jobs, [READY, replace(READY, id="B")], [[5, 20], [10, 55]])
    assert {one.job: one.crew for one in found.sent} == {"W1": "B", "W2": "A"}
    assert {one.job: one.why for one in found.sent}["W1"] is WhyThis.SPARES_NEARER


def test_a_crew_that_is_soon_free_may_be_better_than_one_far_away() -> None:
    soon = replace(READY, id="B", state=CrewState.ON_SCENE, job="W0", accepted=True, free_ms=5 * MINUTE_MS)
    assert only_sent(asked([LEAK], [READY, soon], [[45, 10]])).crew == "B"


def test_a_crew_on_its_way_is_diverted_only_where_its_own_job_can_wait() -> None:
    going = replace(READY, id="B", state=CrewState.EN_ROUTE, job="W0")
    first = Job("W0", due_ms=200 * MINUTE_MS, crew="B")
    found = asked([first, LEAK], [READY, going], [[60, 10], [50, 8]])
    diverted = next(one for one in found.sent if one.job == "W1")
    assert (diverted.crew, diverted.why, diverted.instead) == ("B", WhyThis.DIVERTED, "W0")
    urgent = replace(first, due_ms=11 * MINUTE_MS)
    kept = next(one for one in asked([urgent, LEAK], [READY, going], [[60, 10], [50, 8]]).sent if one.job == "W0")
    assert (kept.crew, kept.why) == ("B", WhyThis.KEPT)


def test_a_crew_is_not_exchanged_for_a_small_gain() -> None:
    job = replace(LEAK, crew="B")
    assert only_sent(asked([job], [READY, replace(READY, id="B")], [[10, 12]])).crew == "B"


NAMED = [
    (replace(READY, state=CrewState.OFF), LEAK, WhyNot.OFF_SHIFT),
    (READY, replace(LEAK, skills=frozenset({"welding"})), WhyNot.SKILL),
    (READY, replace(LEAK, equipment=CLAMP), WhyNot.EQUIPMENT),
    (replace(READY, largest_dn_mm=300), replace(LEAK, dn_mm=600), WhyNot.DIAMETER),
    (replace(READY, fix_ms=None), LEAK, WhyNot.STALE),
    (replace(READY, job="W0", accepted=True), LEAK, WhyNot.BUSY),
    (replace(READY, shift_ends_ms=5 * MINUTE_MS), LEAK, WhyNot.SHIFT_ENDS),
]


@pytest.mark.parametrize(("crew", "job", "reason"), NAMED)
def test_each_impossibility_has_its_name(crew: Crew, job: Job, reason: WhyNot) -> None:
    assert only_unserved(asked([job], [crew], [[10]])).crews == ((reason, 1),)


def test_nobody_on_shift_with_the_clamp_is_said_so() -> None:
    has_but_off = replace(READY, id="B", state=CrewState.OFF, equipment=CLAMP)
    told = only_unserved(asked([replace(LEAK, equipment=CLAMP)], [READY, has_but_off], [[10, 10]]))
    assert told.missing == ("clamp_600",)
    assert told.crews == ((WhyNot.OFF_SHIFT, 1), (WhyNot.EQUIPMENT, 1))


def test_a_position_five_minutes_old_is_stale_but_a_crew_at_work_is_where_its_job_is() -> None:
    assert only_unserved(asked([LEAK], [READY], [[10]], 301_000)).crews == ((WhyNot.STALE, 1),)
    at_work = replace(READY, state=CrewState.ON_SCENE, job="W0", accepted=True, free_ms=400_000)
    assert only_sent(asked([LEAK], [at_work], [[10]], 301_000)).crew == "A"


def test_a_job_that_others_are_needed_for_more_says_that_it_was_outbid() -> None:
    found = asked([LEAK, replace(LEAK, id="W2", weight=5)], [READY], [[10], [10]])
    assert [one.job for one in found.sent] == ["W2"]
    assert found.unserved == (Unserved("W1", (), (), 1),)


def test_who_has_waited_long_is_not_passed_over_for_ever() -> None:
    old, fresh = replace(LEAK, id="W0", due_ms=-90 * MINUTE_MS), LEAK
    assert [one.job for one in asked([old, fresh], [READY], [[15], [5]]).sent] == ["W0"]


def test_no_jobs_and_no_crews() -> None:
    assert asked([], [READY], []) == Suggestions((), ())
    assert only_unserved(asked([LEAK], [], [[]])).crews == ()


def test_travel_times_of_another_shape_are_a_fault() -> None:
    with pytest.raises(ValueError, match=r"\(1, 2\)"):
        suggest([LEAK], [READY], np.zeros((1, 2)), 0)


@given(st.data())
def test_no_other_assignment_is_late_by_less(data: st.DataObject) -> None:
    count, crews_count = data.draw(st.integers(1, 4)), data.draw(st.integers(1, 4))
    minute = st.integers(1, 90).map(float)
    minutes = data.draw(
        st.lists(st.lists(minute, min_size=crews_count, max_size=crews_count), min_size=count, max_size=count)
    )
    weights = data.draw(st.lists(st.sampled_from([1.0, 3.0]), min_size=count, max_size=count))
    jobs = [replace(LEAK, id=f"W{row}", weight=weight) for row, weight in enumerate(weights)]
    crews = [replace(READY, id=f"C{column}") for column in range(crews_count)]
    plain = Preferences(minute_on_the_way=0.0, near_miss_s=1e-6, breach_min=0.0)
    found = suggest(jobs, crews, np.array(minutes) * 60, 0, plain)

    def late(pairs: dict[int, int]) -> float:
        gone = {row: max(0.0, minutes[row][column] - 30) for row, column in pairs.items()}
        return sum(weights[row] * gone.get(row, plain.unserved_min) for row in range(count))

    mine = late({int(one.job[1:]): int(one.crew[1:]) for one in found.sent})
    slots = [*range(crews_count), *[None] * count]
    best = min(
        late({row: column for row, column in enumerate(chosen) if column is not None})
        for chosen in itertools.permutations(slots, count)
    )
    assert mine == pytest.approx(best)


def test_who_has_accepted_keeps_its_job_even_where_another_needs_it_more() -> None:
    going = replace(READY, id="B", state=CrewState.EN_ROUTE, job="W0", accepted=True)
    first = replace(LEAK, id="W0", due_ms=900 * MINUTE_MS)
    found = asked([first, replace(LEAK, weight=9)], [going], [[40], [2]])
    assert [(one.job, one.crew, one.why) for one in found.sent] == [("W0", "B", WhyThis.KEPT)]
    assert found.unserved == (Unserved("W1", ((WhyNot.BUSY, 1),), (), 0),)


def test_a_crew_whose_work_may_drag_on_is_not_relied_on_where_an_idle_one_is_in_time() -> None:
    work = replace(READY, id="B", state=CrewState.ON_SCENE, job="W0", accepted=True, free_ms=10 * MINUTE_MS)
    assert only_sent(asked([LEAK], [READY, work], [[27, 5]])).crew == "B"
    dragging = replace(work, free_late_ms=90 * MINUTE_MS)
    one = only_sent(asked([LEAK], [READY, dragging], [[27, 5]]))
    assert (one.crew, one.why, one.next_crew) == ("A", WhyThis.SPARES_NEARER, "B")
    soon = only_sent(asked([LEAK], [work], [[5]]))
    assert (soon.leaves_ms, soon.arrives_ms) == (10 * MINUTE_MS, 15 * MINUTE_MS)


def test_a_time_by_straight_line_is_marked() -> None:
    by_road = np.array([[True, False]])
    found = suggest([LEAK], [READY, replace(READY, id="B")], np.array([[900.0, 300.0]]), 0, by_road=by_road)
    assert [(one.crew, one.by_road) for one in found.sent] == [("B", False)]
