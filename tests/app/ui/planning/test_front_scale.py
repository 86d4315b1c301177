"""Axes of the trade-off chart: round marks, every value inside."""

from hypothesis import given
from hypothesis import strategies as st

from app.ui.planning.front_scale import cost_axis, customer_axis, round_step
from app.ui.planning.study import letter_of


@given(st.floats(0.001, 1e7), st.integers(1, 40))
def test_steps_are_round_and_few(span: float, most: int) -> None:
    step = round_step(span, most)
    assert step >= 1.0
    assert span / step <= most * (1 + 1e-6)
    assert step == 1.0 or str(int(step)).rstrip("0") in {"1", "2", "5"}
    assert step == 1.0 or span / (step / 2.5) > most


@given(st.lists(st.integers(1, 60), min_size=1, max_size=20))
def test_costs_stand_inside_with_room_at_both_ends(costs: list[int]) -> None:
    axis = cost_axis([float(cost) for cost in costs], 60.0, 460.0)
    assert 0.0 <= axis.low < axis.high
    assert all(60.0 <= axis.px(cost) < 460.0 for cost in costs)
    assert len(axis.marks) <= 12
    assert axis.px(axis.low) == 60.0
    assert axis.px(axis.high) == 460.0


@given(st.lists(st.integers(0, 500_000), min_size=1, max_size=20))
def test_customers_begin_at_nought_and_grow_upwards(outs: list[int]) -> None:
    axis = customer_axis([float(out) for out in outs], 250.0, 30.0)
    assert axis.marks[0] == 0.0
    assert all(30.0 <= axis.px(out) <= 250.0 for out in outs)
    assert axis.px(axis.high) == 30.0


def test_letters_go_on_after_z() -> None:
    assert [letter_of(at) for at in (0, 1, 25, 26, 27, 51, 52, 701, 702)] == [
        "A", "B", "Z", "AA", "AB", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip
