"""Which outage explains calls: against what isolation says of every segment, and callers who are mistaken."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from small_city import Draft
from soak import soak_examples

from network.call_inference import CallBasis, call_basis, suspects
from network.outage import Weights, traced_loss
from network.supply import SupplyModel, prepare
from network.topology import DeviceStates
from oracle.build import Built
from oracle.strategies import towns
from oracle.town import Town


def street(customers: int = 4) -> tuple[SupplyModel, CallBasis]:
    """A plant, a main A–B–C–D with a valve on each pipe's head, customers on each."""
    draft = Draft().chain("a", "b", "c", "d").source("S", node="a")
    for pipe in ("ab", "bc", "cd"):
        draft.device(f"V{pipe}", pipe=pipe, at=1.0)
        for number in range(customers):
            draft.customer(f"{pipe}{number}", pipe, 20.0 + number)
    city = draft.city()
    model = prepare(city, DeviceStates.recorded(city.network.devices))
    return model, call_basis(model)


def rows(model: SupplyModel, *names: str) -> np.ndarray:
    return np.array([model.city.customers.ids.find(name) for name in names], dtype=np.int32)


def pipes_of(model: SupplyModel, segment: int) -> set[str]:
    segmentation = model.structure.segmentation
    spans = segmentation.part_spans(np.flatnonzero(segmentation.part_segment == segment))
    return {model.city.network.pipes.ids[int(pipe)] for pipe in spans.pipe}


def test_calls_from_the_end_point_at_the_end() -> None:
    model, basis = street()
    first = suspects(basis, rows(model, "cd0", "cd1", "cd2"))[0]
    assert "cd" in pipes_of(model, first.segment)
    assert (first.out, first.calls) == (4, 3)


def test_calls_from_everywhere_below_point_above() -> None:
    model, basis = street()
    first = suspects(basis, rows(model, "cd0", "cd1", "cd2", "bc0", "bc1", "bc3"))[0]
    assert "bc" in pipes_of(model, first.segment)
    assert (first.out, first.calls) == (8, 6)


def test_one_mistaken_call_does_not_move_it_and_calls_twice_count_once() -> None:
    model, basis = street(40)
    called = [f"cd{number}" for number in range(12)]
    first = suspects(basis, rows(model, *called, *called, "ab3"))[0]
    assert "cd" in pipes_of(model, first.segment)
    assert first.calls == 12
    assert first.share > 0.9


def test_nobody_called_or_nobody_has_water() -> None:
    _, basis = street()
    assert suspects(basis, np.empty(0, dtype=np.int32)) == ()
    dry = Draft().chain("a", "b").customer("C", "ab", 5.0).city()
    without = prepare(dry, DeviceStates.recorded(dry.network.devices))
    assert suspects(call_basis(without), np.array([0], dtype=np.int32)) == ()


@soak_examples(5_000, usual=40)
@given(towns(), st.data())
def test_who_would_be_out_is_what_an_outage_of_the_segment_takes(town: Town, data: st.DataObject) -> None:
    """Where a group is its own region, exactly; the shares of all that is named are probabilities."""
    built = Built(town)
    model = prepare(built.city, DeviceStates.recorded(built.city.network.devices))
    basis, weights = call_basis(model), Weights.of(model.structure)
    everyone = len(built.city.customers)
    callers = data.draw(st.lists(st.integers(0, everyone - 1), max_size=6)) if everyone else []
    found = suspects(basis, np.array(callers, dtype=np.int32), most=1_000)
    assert sum(one.share for one in found) <= 1.0 + 1e-9
    assert [one.share for one in found] == sorted((one.share for one in found), reverse=True)
    for one in found:
        assert one.calls <= len(set(callers))
        if basis.swept.groups.simple[one.segment]:
            members = np.flatnonzero(basis.swept.groups.of == one.segment).astype(np.int32)
            lost = traced_loss(model, weights, members)[0]
            # A customer on a valve hangs on two segments, and is counted under one of them.
            assert one.out <= lost
